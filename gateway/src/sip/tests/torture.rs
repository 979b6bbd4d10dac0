//! The torture messages of RFC 4475 (from the shared folder), each with the verdict of its section; and some of our own.

use super::*;
use crate::sip::header::Name;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What an endpoint that serves no registrations makes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A session is offered to the user.
    Session,
    /// This status is sent.
    Status(u16),
    /// A response that is read and matches nothing.
    StrayResponse,
    /// Nothing is sent.
    Dropped,
}

use Verdict::{Dropped, Session, Status, StrayResponse};

/// Message, verdict, why.
const RFC_4475: [(&str, Verdict, &str); 50] = [
    ("wsinv", Status(481), "3.1.1.1, well-formed; its To has the tag of a dialog that is not here"),
    ("intmeth", Status(501), "3.1.1.2"),
    ("esc01", Session, "3.1.1.3"),
    ("escnull", Status(405), "3.1.1.4, a REGISTER"),
    ("esc02", Status(501), "3.1.1.5, the method is RE%47IST%45R"),
    ("lwsdisp", Status(200), "3.1.1.6, an OPTIONS"),
    ("longreq", Session, "3.1.1.7"),
    ("dblreq", Status(405), "3.1.1.8, a REGISTER; the octets behind are ignored"),
    ("semiuri", Status(200), "3.1.1.9, an OPTIONS"),
    ("transports", Status(200), "3.1.1.10, an OPTIONS"),
    ("mpart01", Status(405), "3.1.1.11, a MESSAGE"),
    ("unreason", StrayResponse, "3.1.1.12"),
    ("noreason", StrayResponse, "3.1.1.13"),
    ("badinv01", Status(400), "3.1.2.1"),
    ("clerr", Status(400), "3.1.2.2"),
    ("ncl", Status(400), "3.1.2.3"),
    ("scalar02", Status(400), "3.1.2.4"),
    ("scalarlg", Dropped, "3.1.2.5, a response"),
    ("quotbal", Status(400), "3.1.2.6"),
    ("ltgtruri", Status(400), "3.1.2.7"),
    ("lwsruri", Status(400), "3.1.2.8"),
    ("lwsstart", Status(400), "3.1.2.9"),
    ("trws", Status(400), "3.1.2.10"),
    ("escruri", Status(400), "3.1.2.11"),
    ("baddate", Session, "3.1.2.12, Date is not looked at"),
    ("regbadct", Status(405), "3.1.2.13, a REGISTER: its Contact is not looked at"),
    ("badaspec", Status(400), "3.1.2.14"),
    ("baddn", Status(400), "3.1.2.15"),
    ("badvers", Status(505), "3.1.2.16"),
    ("mismatch01", Status(400), "3.1.2.17"),
    ("mismatch02", Status(501), "3.1.2.18"),
    ("bigcode", Dropped, "3.1.2.19"),
    ("badbranch", Status(200), "3.2.1, an OPTIONS matched as of RFC 2543"),
    ("insuf", Status(400), "3.3.1"),
    ("unkscm", Status(416), "3.3.2"),
    ("novelsc", Status(416), "3.3.3"),
    ("unksm2", Status(405), "3.3.4, a REGISTER: readable"),
    ("bext01", Status(420), "3.3.5"),
    ("invut", Status(415), "3.3.6"),
    ("regaut01", Status(405), "3.3.7, no registrar"),
    ("multi01", Status(400), "3.3.8"),
    ("mcl01", Status(400), "3.3.9"),
    ("bcast", StrayResponse, "3.3.10, two Vias"),
    ("zeromf", Status(200), "3.3.11, an OPTIONS that ends here"),
    ("cparam01", Status(405), "3.3.12, a REGISTER"),
    ("cparam02", Status(405), "3.3.13, a REGISTER"),
    ("regescrt", Status(405), "3.3.14, a REGISTER"),
    ("sdp01", Status(406), "3.3.15"),
    ("inv2543", Session, "3.4.1"),
    ("test", Dropped, "not described; must do no harm"),
];

pub(super) fn shared(path: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    let folder = std::env::var_os("SPANGATE_SHARED").map_or_else(beside, PathBuf::from).join(path);
    if !folder.exists() {
        println!("skipped: {path}: shared folder absent");
        return None;
    }
    Some(folder)
}

/// The message alone before a fresh endpoint.
pub(super) fn verdict(octets: &[u8]) -> Verdict {
    let mut chart = Chart::new();
    chart.receive_octets("192.0.2.200:5060", octets);
    let is_session = matches!(chart.told.front(), Some((_, Event::Incoming(_))));
    let status = chart.sent.back().map(|(_, said)| said.line()[8..11].parse().unwrap());
    match status {
        Some(100) if is_session => Session,
        Some(status) => Status(status),
        None if chart.ua.counters().responses_stray == 1 => StrayResponse,
        None => Dropped,
    }
}

#[test]
fn the_messages_of_rfc_4475_get_the_verdict_of_their_section() {
    let Some(folder) = shared("spec/torture/rfc4475") else { return };
    let mut wrong = Vec::new();
    for (name, expected, section) in RFC_4475 {
        let octets =
            std::fs::read(folder.join(format!("{name}.dat"))).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = verdict(&octets);
        if found != expected {
            wrong.push(format!("{name} ({section}): {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The index was made from the text by others.
#[test]
fn every_message_of_the_index_has_a_verdict_here_and_no_other() {
    let Some(file) = shared("spec/torture_index.json") else { return };
    let index: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let told = |message: &serde_json::Value| {
        let word = |key: &str| message[key].as_str().unwrap().to_owned();
        (word("name"), word("section"))
    };
    let listed: BTreeSet<_> = index["messages"].as_array().unwrap().iter().map(told).collect();
    // The words of a verdict begin with its section.
    let section = |why: &str| {
        let section = why.split([',', ';', ':']).next().unwrap();
        if section == "not described" { format!("({section})") } else { section.to_owned() }
    };
    let ours: BTreeSet<_> =
        RFC_4475.iter().chain(&RFC_5118).map(|(name, _, why)| ((*name).to_owned(), section(why))).collect();
    assert_eq!(ours, listed);
}

#[test]
fn every_value_of_the_torture_messages_survives_reading_and_writing() {
    let Some(folder) = shared("spec/torture/rfc4475") else { return };
    for (name, _, _) in RFC_4475 {
        let octets = std::fs::read(folder.join(format!("{name}.dat"))).unwrap();
        let Ok(message) = Message::parse(&octets) else { continue };
        survives(&message);
        // Values stand in the message as they came; a folded one with its line ends turned to spaces.
        let unfolded: Vec<u8> =
            octets.iter().map(|&octet| if b"\r\n".contains(&octet) { b' ' } else { octet }).collect();
        for (_, value) in message.fields() {
            assert!(value.is_empty() || unfolded.windows(value.len()).any(|window| window == value), "{name}");
        }
        assert!(
            message.body().is_empty() || octets.windows(message.body().len()).any(|window| window == message.body()),
            "{name}"
        );
    }
}

fn survives(message: &Message) {
    let mut written = Vec::new();
    message.write(&mut written);
    let again = Message::parse(&written).unwrap_or_else(|refused| panic!("{refused:?}"));
    assert!(message.fields().eq(again.fields()));
    assert_eq!(message.body(), again.body());
    assert_eq!((message.method(), message.status()), (again.method(), again.status()));
}

/// In the manner of RFC 4475 3.1.1.1: folding, compact names, space wherever it may stand.
const TWISTED: &str = "INVITE sip:vivekg@chair.example.com;unknownparam SIP/2.0\nTO :\n sip:vivekg@chair.example.com ;   tag    = 1918181833n\n\
    f   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\n  ;\n  tag = 98asjd8\nMaX-fOrWaRdS: 0068\nCall-ID: wsinv.ndaksdj@192.0.2.1\n\
    cseq: 0009\n  INVITE\nVia  : SIP  /   2.0\n /UDP\n    192.0.2.2;branch=390skdjuw\ns :\nNewFangledHeader:   newfangled value\n continued newfangled value\n\
    UnknownHeaderWithUnusualValue: ;;,,;;,;\nv:  SIP  / 2.0  / TCP     spindle.example.com   ;\n  branch  =   z9hG4bK9ikj8  ,\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\n z9hG4bK30239\n\
    m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\n      newvalue ;\n  secondparam ; q = 0.33\n\n";

#[test]
fn a_twisted_but_valid_invite_is_read() {
    let octets = TWISTED.replace('\n', "\r\n").into_bytes();
    let message = Message::parse(&octets).unwrap_or_else(|refused| panic!("{refused:?}"));
    message.check().unwrap();
    assert_eq!(message.tag(Name::To), b"1918181833n");
    assert_eq!(message.tag(Name::From), b"98asjd8");
    assert_eq!(message.cseq().unwrap().number, 9);
    assert_eq!(message.via().unwrap().branch(), Some(&b"390skdjuw"[..]));
    assert!(message.has_second_via());
    let contact = message.first_address(Name::Contact).unwrap().unwrap();
    assert_eq!(contact.display, Some(Octets::from("Quoted string \"\"")));
    assert_eq!(contact.parameters().value("q"), Some(&b"0.33"[..]));
    let from = message.first_address(Name::From).unwrap().unwrap();
    assert_eq!(from.display, Some(Octets::from("J Rosenberg \\\"")));
    survives(&message);
}

#[test]
fn the_torture_invite_with_white_space_is_read_like_ours() {
    let Some(folder) = shared("spec/torture/rfc4475") else { return };
    let message = Message::parse(&std::fs::read(folder.join("wsinv.dat")).unwrap()).unwrap();
    message.check().unwrap();
    assert_eq!((message.tag(Name::To), message.tag(Name::From)), (&b"1918181833n"[..], &b"98asjd8"[..]));
}

#[test]
fn line_ends_of_unix_and_messages_without_content_length_are_read() {
    let text = invite("z9hG4bK1", "1", SDP);
    let message = Message::parse(text.as_bytes()).unwrap();
    message.check().unwrap();
    assert_eq!(message.body(), SDP.as_bytes());
    survives(&message);
    let message = Message::parse(&[b"\r\n\r\n", text.as_bytes()].concat()).unwrap();
    message.check().unwrap();
}

/// Message, verdict, why.
const RFC_5118: [(&str, Verdict, &str); 12] = [
    ("ipv6-good", Status(405), "4.1, a REGISTER: well-formed"),
    ("ipv6-bad", Status(400), "4.2"),
    ("port-ambiguous", Status(405), "4.3, a REGISTER: 5070 belongs to the address"),
    ("port-unambiguous", Status(405), "4.4, a REGISTER"),
    ("via-received-param-with-delim", Status(481), "4.5, a BYE: read although not well-formed"),
    ("via-received-param-no-delim", Status(200), "4.5, an OPTIONS"),
    ("ipv6-in-sdp", Session, "4.6"),
    ("mult-ip-in-header", Status(481), "4.7, a BYE"),
    ("mult-ip-in-sdp", Session, "4.8"),
    ("ipv4-mapped-ipv6", Session, "4.9"),
    ("ipv6-bug-abnf-3-colons", Status(200), "4.10, an OPTIONS: tolerated"),
    ("ipv6-correct-abnf-2-colons", Status(200), "4.10, an OPTIONS"),
];

/// The message of that name in the text of the RFC: the block that is indented by six, page breaks taken out.
fn message_in_rfc(text: &str, name: &str) -> Vec<u8> {
    let marker = format!("Message Details: {name}\n");
    let after = text.split_once(&marker).unwrap_or_else(|| panic!("{name} is not there")).1;
    let is_of_page = |line: &&str| line.starts_with(|first: char| first == '\u{c}' || first.is_ascii_alphabetic());
    let mut lines: Vec<&str> = Vec::new();
    for line in after.lines().take_while(|line| line.is_empty() || line.starts_with("      ") || is_of_page(line)) {
        match line.strip_prefix("      ") {
            Some(line) => lines.push(line),
            None if is_of_page(&line) => {
                while lines.last().is_some_and(|last| last.is_empty()) {
                    lines.pop();
                }
                lines.push("\u{c}");
            }
            // Empty lines around a page break are the page's.
            None if lines.last().is_some_and(|last| *last != "\u{c}" && !last.is_empty()) => lines.push(""),
            None => {}
        }
    }
    let text = lines.into_iter().filter(|line| *line != "\u{c}").collect::<Vec<_>>().join("\r\n");
    whole(&text).into_bytes()
}

/// What stands between marks is one line. The length that the text tells is of line ends that are not always the wire's.
fn whole(text: &str) -> String {
    let mut whole = String::new();
    for (index, part) in text.split("<allOneLine>\r\n").enumerate() {
        let (line, rest) = if index == 0 { ("", part) } else { part.split_once("</allOneLine>\r\n").expect("a pair") };
        let line = line.replace("\r\n", "");
        whole += &if line.is_empty() { rest.to_owned() } else { format!("{line}\r\n{rest}") };
    }
    let (head, body) = whole.trim_end().split_once("\r\n\r\n").unwrap_or((whole.trim_end(), ""));
    let body = if body.is_empty() { String::new() } else { format!("{body}\r\n") };
    let fields: Vec<_> = head.split("\r\n").filter(|line| !line.starts_with("Content-Length:")).collect();
    format!("{}\r\nContent-Length: {}\r\n\r\n{body}", fields.join("\r\n"), body.len())
}

#[test]
fn the_messages_of_rfc_5118_get_the_verdict_of_their_section() {
    let Some(file) = shared("rfc/rfc5118.txt") else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let mut wrong = Vec::new();
    for (name, expected, section) in RFC_5118 {
        let octets = message_in_rfc(&text, name);
        let found = verdict(&octets);
        if found != expected {
            let octets = String::from_utf8_lossy(&octets).into_owned();
            wrong.push(format!("{name} ({section}): {found:?} instead of {expected:?}\n{octets}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ipv6_references_are_read_as_rfc_5118_shows() {
    let options = |uri: &str, via: &str| {
        format!(
            "OPTIONS {uri} SIP/2.0\nVia: SIP/2.0/UDP {via};branch=z9hG4bKas3-111\nMax-Forwards: 70\nFrom: <sip:a@[2001:db8::9:1]>;tag=81x2\n\
             To: <{uri}>\nCall-ID: SSG9559905523997077@hlau_4100\nCSeq: 8612 OPTIONS\nUser-Agent: a test of how colons are read\n"
        )
    };
    let found = |uri: &str, via: &str| verdict(&datagram(&options(uri, via)));
    assert_eq!(found("sip:[2001:db8::10]", "[2001:db8::9:1]"), Status(200));
    assert_eq!(found("sip:2001:db8::10", "[2001:db8::9:1]"), Status(400), "5118 4.2");
    assert_eq!(found("sip:[2001:db8::10]:5070", "[2001:db8::9:1]:5080"), Status(200));
    assert_eq!(found("sip:[2001:db8::10]", "[2001:db8::9:1];received=[2001:db8::9:255]"), Status(200));
    assert_eq!(found("sip:[2001:db8::10]", "[2001:db8::9:1];received=2001:db8::9:255"), Status(200));
    assert_eq!(found("sip:a@[::ffff:192.0.2.10]", "[::ffff:192.0.2.2]"), Status(200));
    assert_eq!(found("sip:a@[2001:db8:::192.0.2.1]", "[2001:db8:::192.0.2.1]"), Status(200), "5118 4.10, three colons");
}
