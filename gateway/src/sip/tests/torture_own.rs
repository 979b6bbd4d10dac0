//! Torture messages of our own, of every kind that RFC 4475 and RFC 5118 have: what must be read, what must be refused and
//! by which status, and what must be met with silence.

use super::torture::Verdict::{self, Dropped, Session, Status, StrayResponse};
use super::torture::verdict;

/// What it shows, the section of RFC 4475 (or RFC 5118) whose kind it is of, the message, the verdict. Content-Length is
/// added where a message has none.
const MESSAGES: [(&str, &str, &str, Verdict); 38] = [
    ("a method of punctuation", "4475 3.1.1.2", "!probe.%*_+`'~ sip:a@192.0.2.1 SIP/2.0|5 !probe.%*_+`'~", Status(501)),
    (
        "escapes where they are allowed",
        "4475 3.1.1.3",
        "OPTIONS sip:%61l%69ce@192.0.2.1;p%61r=%77 SIP/2.0|5 OPTIONS",
        Status(200),
    ),
    ("an escaped nul in the user part", "4475 3.1.1.4", "OPTIONS sip:z%00z@192.0.2.1 SIP/2.0|5 OPTIONS", Status(200)),
    (
        "a percent sign in a method is no escape",
        "4475 3.1.1.5",
        "OPT%49ONS sip:a@192.0.2.1 SIP/2.0|5 OPT%49ONS",
        Status(501),
    ),
    (
        "no space between a display name and its address",
        "4475 3.1.1.6",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|From: caller<sip:c@192.0.2.9>;tag=1",
        Status(200),
    ),
    (
        "a header value of 3,000 octets",
        "4475 3.1.1.7",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|X: {long}",
        Status(200),
    ),
    ("a semicolon in the user part", "4475 3.1.1.9", "OPTIONS sip:a;b=c%40d@192.0.2.1 SIP/2.0|5 OPTIONS", Status(200)),
    (
        "a transport that nobody knows",
        "4475 3.1.1.10",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Via: SIP/2.0/PIGEON roof.example;branch=z9hG4bK2",
        Status(200),
    ),
    ("a reason phrase in UTF-8", "4475 3.1.1.12", "SIP/2.0 299 Frühstück|5 INVITE", StrayResponse),
    ("no reason phrase", "4475 3.1.1.13", "SIP/2.0 200 |5 INVITE", StrayResponse),
    (
        "parameters of no shape",
        "4475 3.1.2.1",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Via: SIP/2.0/UDP 192.0.2.8;;,;",
        Status(400),
    ),
    (
        "more Content-Length than message",
        "4475 3.1.2.2",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Content-Length: 99",
        Status(400),
    ),
    (
        "a negative Content-Length",
        "4475 3.1.2.3",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Content-Length: -4",
        Status(400),
    ),
    ("a CSeq beyond 32 bits", "4475 3.1.2.4", "OPTIONS sip:a@192.0.2.1 SIP/2.0|4294967296 OPTIONS", Status(400)),
    (
        "Max-Forwards beyond 255",
        "4475 3.1.2.4",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Max-Forwards: 256",
        Status(400),
    ),
    ("a response with a CSeq beyond 32 bits", "4475 3.1.2.5", "SIP/2.0 503 Busy|99999999999 INVITE", Dropped),
    (
        "a quotation mark without its partner",
        "4475 3.1.2.6",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|To: \"B <sip:b@192.0.2.1>",
        Status(400),
    ),
    ("a Request-URI in angle brackets", "4475 3.1.2.7", "OPTIONS <sip:a@192.0.2.1> SIP/2.0|5 OPTIONS", Status(400)),
    ("a space in the Request-URI", "4475 3.1.2.8", "OPTIONS sip:a@192.0.2.1; x SIP/2.0|5 OPTIONS", Status(400)),
    ("two spaces in the start line", "4475 3.1.2.9", "OPTIONS  sip:a@192.0.2.1 SIP/2.0|5 OPTIONS", Status(400)),
    ("a space behind the version", "4475 3.1.2.10", "OPTIONS sip:a@192.0.2.1 SIP/2.0 |5 OPTIONS", Status(400)),
    (
        "headers in the Request-URI",
        "4475 3.1.2.11",
        "OPTIONS sip:a@192.0.2.1?Route=%3Csip:x%3E SIP/2.0|5 OPTIONS",
        Status(400),
    ),
    (
        "a space in the address of From",
        "4475 3.1.2.14",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|From: <sip:c d@192.0.2.9>;tag=1",
        Status(400),
    ),
    (
        "a display name of no tokens",
        "4475 3.1.2.15",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|To: a, b <sip:b@192.0.2.1>",
        Status(400),
    ),
    ("version 7.0", "4475 3.1.2.16", "OPTIONS sip:a@192.0.2.1 SIP/7.0|5 OPTIONS", Status(505)),
    ("CSeq of another method", "4475 3.1.2.17", "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 INVITE", Status(400)),
    ("an unknown method and CSeq of another", "4475 3.1.2.18", "DANCE sip:a@192.0.2.1 SIP/2.0|5 OPTIONS", Status(501)),
    ("a status of four digits", "4475 3.1.2.19", "SIP/2.0 4294967301 Better|5 INVITE", Dropped),
    (
        "a branch of the cookie alone",
        "4475 3.2.1",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK",
        Status(200),
    ),
    ("no To", "4475 3.3.1", "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|-To", Status(400)),
    ("a scheme that nobody knows", "4475 3.3.2", "OPTIONS nobody:knows SIP/2.0|5 OPTIONS", Status(416)),
    (
        "Require of what nobody has",
        "4475 3.3.5",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Require: telepathy",
        Status(420),
    ),
    ("two Call-IDs", "4475 3.3.8", "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Call-ID: second", Status(400)),
    ("a response with two Vias", "4475 3.3.10", "SIP/2.0 200 OK|5 INVITE|Via: SIP/2.0/UDP 192.0.2.7", StrayResponse),
    (
        "Max-Forwards of zero at its end",
        "4475 3.3.11",
        "OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS|Max-Forwards: 0",
        Status(200),
    ),
    ("an INVITE of RFC 2543", "4475 3.4.1", "INVITE sip:a@192.0.2.1 SIP/2.0|5 INVITE|-Max-Forwards", Session),
    ("an IPv6 address without its brackets", "5118 4.2", "OPTIONS sip:2001:db8::10 SIP/2.0|5 OPTIONS", Status(400)),
    (
        "the three colons of the old grammar",
        "5118 4.10",
        "OPTIONS sip:a@[2001:db8:::192.0.2.1] SIP/2.0|5 OPTIONS",
        Status(200),
    ),
];

/// The message that a row means: start line, CSeq, and further fields; `Name: value` takes the place of a field that
/// stands once in every message (unless it is a second one that is meant), `-Name` takes it out.
fn message(row: &str) -> Vec<u8> {
    let mut parts = row.split('|');
    let (start, cseq) = (parts.next().expect("a start line"), parts.next().expect("a CSeq"));
    let usual = [
        "Via: SIP/2.0/UDP 192.0.2.200:5060;branch=z9hG4bK776asdhds",
        "Max-Forwards: 70",
        "From: <sip:caller@192.0.2.200>;tag=1928301774",
        "To: <sip:callee@192.0.2.1>",
        "Call-ID: a84b4c76e66710",
        "Contact: <sip:caller@192.0.2.200>",
    ];
    let mut lines: Vec<String> = usual.iter().map(|line| (*line).to_owned()).collect();
    lines.push(format!("CSeq: {cseq}"));
    for field in parts {
        let name = field.strip_prefix('-').unwrap_or(field).split(':').next().expect("a name");
        let replaced = ["To", "From", "Max-Forwards"].contains(&name) || name == "Via" && start.starts_with("OPTIONS");
        if replaced {
            lines.retain(|line| !line.starts_with(&format!("{name}:")));
        }
        if !field.starts_with('-') {
            lines.push(field.replace("{long}", &"long ".repeat(600)));
        }
    }
    if !lines.iter().any(|line| line.starts_with("Content-Length")) {
        lines.push("Content-Length: 0".to_owned());
    }
    format!("{start}\r\n{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}

#[test]
fn each_torture_message_of_our_own_gets_its_verdict() {
    let mut wrong = Vec::new();
    for (what, section, row, expected) in MESSAGES {
        let found = verdict(&message(row));
        if found != expected {
            wrong.push(format!("{what} (as {section}): {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn two_messages_in_one_datagram_are_one() {
    let first = message("OPTIONS sip:a@192.0.2.1 SIP/2.0|5 OPTIONS");
    let second = message("INVITE sip:a@192.0.2.1 SIP/2.0|6 INVITE");
    assert_eq!(verdict(&[first, second].concat()), Status(200), "as 4475 3.1.1.8");
}
