//! Calls that are signed for and calls that are not, through the whole control plane.

#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

use std::time::Duration;

use config::Model;

use super::*;
use crate::control::{Input, Output, Start};
use crate::ops::cdr::{Record, Stir};
use crate::stir::verifier::tests::Authority;
use crate::stir::{self, Certificate, Certificates, Signer, Verifier};

const PEER: &str = "192.0.2.7:5060";
const URL: &str = "https://cert.example.org/passport.cer";
const ORIGID: &str = "123e4567-e89b-12d3-a456-426655440000";

/// The embedded default with one peer that is verified so.
fn model(verify: &str) -> Model {
    let section = format!(
        "[stir]\nauthorities = \"/a\"\ncertificates = \"/c\"\ncertificate_url = \"{URL}\"\nkey = \"/k\"\n\
         origid = \"{ORIGID}\"\n[emergency]\nnumbers = [\"112\"]\n"
    );
    let peer = format!("[[sip.peer]]\nsign = true\nverify = \"{verify}\"");
    let text = config::EMBEDDED.replacen("[[sip.peer]]", &peer, 1).replace("127.0.0.0/8", "192.0.2.7/32");
    config::parse("stir", &format!("{text}\n{section}")).unwrap_or_else(|report| panic!("{report}"))
}

struct Desk {
    control: Control,
    now: Instant,
    calls: u32,
}

impl Desk {
    fn new(verify: &str) -> Desk {
        let (now, wall) = (Instant::now(), Authority::now());
        let start = Start { now, wall, seed: [1; 32], identity: None, blocked: Vec::new(), registered: Vec::new() };
        let mut control = Control::new(model(verify), start);
        control.handle(now, Input::Credentials(Box::new(credentials())));
        Desk { control, now, calls: 0 }
    }

    fn signer(&self) -> &Signer {
        self.control.stir.signer.as_ref().expect("a key")
    }

    /// Identity for a call of this caller to 600.
    fn identity(&self, caller: &str) -> String {
        let (orig, dest) = (Identity::Tn(caller.into()), Identity::Tn("600".into()));
        let value = self.signer().sign(Authority::now(), Attestation::Partial, orig, dest);
        format!("Identity: {}\r\n", value.expect("a signature"))
    }

    /// Calls as 12155551212: the status line of the last response, and the `stir` of the record. No circuit is in service, so
    /// that a call that goes on ends with 503.
    fn call(&mut self, called: &str, fields: &str) -> (String, Option<Option<Stir>>) {
        self.calls += 1;
        let number = self.calls;
        self.hear(format!(
            "INVITE sip:{called}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {PEER};branch=z9hG4bK{number}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:+12155551212@127.0.0.1>;tag={number}\r\nTo: <sip:{called}@127.0.0.1>\r\n\
             Call-ID: {number}\r\nCSeq: 1 INVITE\r\nContact: <sip:a@{PEER}>\r\n{fields}Content-Length: 0\r\n\r\n"
        ))
    }

    fn hear(&mut self, text: String) -> (String, Option<Option<Stir>>) {
        let remote = PEER.parse().expect("an address");
        self.control.handle(self.now, Input::Datagram { listener: 0, remote, octets: text.into_bytes() });
        let (mut line, mut record) = (String::new(), None);
        while let Some(output) = self.control.poll_output() {
            match output {
                Output::Datagram { octets, .. } => {
                    line = String::from_utf8_lossy(&octets).lines().next().unwrap_or_default().to_owned();
                }
                Output::Journal(Record::Closed(closed)) => record = Some(closed.stir),
                _ => {}
            }
        }
        (line, record)
    }
}

fn credentials() -> stir::Stir {
    let authority = Authority::new();
    let issued = authority.issue(b"\x30\x08\xa0\x06\x16\x041234");
    let mut certificates = Certificates::default();
    let certificate = Certificate::read(issued.pem.as_bytes()).expect("a certificate");
    certificates.add("cert.example.org/passport.cer".into(), certificate).expect("room");
    let signer = Signer::read(issued.key.as_bytes(), URL, ORIGID).expect("a key");
    let (authorities, fresh) = (authority.anchors(), Duration::from_secs(60));
    let verifier = Verifier { authorities, certificates, fresh };
    stir::Stir { signer: Some(signer.into()), verifier: Some(verifier.into()) }
}

#[test]
fn a_call_that_is_signed_for_goes_on_and_its_record_tells_by_whom() {
    let mut desk = Desk::new("require");
    let identity = desk.identity("12155551212");
    let (line, record) = desk.call("600", &identity);
    assert_eq!(line, "SIP/2.0 503 Service Unavailable");
    let stir = record.expect("a record").expect("it was looked at");
    assert_eq!(stir.verstat, "TN-Validation-Passed");
    let told = (stir.attest.as_deref(), stir.origid.as_deref(), stir.spc.as_deref());
    assert_eq!(told, (Some("B"), Some(ORIGID), Some("1234")));
}

#[test]
fn where_it_is_required_a_call_without_a_signature_that_holds_is_refused_in_the_words_of_rfc_8224() {
    let mut desk = Desk::new("require");
    let (line, record) = desk.call("600", "");
    assert_eq!((line.as_str(), record), ("SIP/2.0 428 Use Identity Header", None));
    let forged = desk.identity("12155550000");
    assert_eq!(desk.call("600", &forged).0, "SIP/2.0 438 Invalid Identity Header");
    let identity = desk.identity("12155551212");
    desk.now += Duration::from_secs(61);
    assert_eq!(desk.call("600", &identity).0, "SIP/2.0 403 Stale Date");
    assert_eq!(desk.control.counters.distrusted, 3);
    assert_eq!(desk.control.counters.calls_from_sip, 0);
}

#[test]
fn an_emergency_call_needs_no_signature() {
    let mut desk = Desk::new("require");
    let (line, record) = desk.call("112", "");
    assert!(!line.contains("428"), "{line}");
    assert_eq!(record.expect("a record").expect("it was looked at").verstat, "No-TN-Validation");
}

#[test]
fn where_it_is_noted_every_call_goes_on_and_where_it_is_off_nobody_looks() {
    let mut desk = Desk::new("note");
    let forged = desk.identity("12155550000");
    let (line, record) = desk.call("600", &forged);
    assert_eq!(line, "SIP/2.0 503 Service Unavailable");
    let stir = record.expect("a record").expect("it was looked at");
    assert_eq!(
        (stir.verstat.as_str(), stir.fault.as_deref()),
        ("TN-Validation-Failed", Some("the PASSporT is another caller's"))
    );
    let mut desk = Desk::new("off");
    let identity = desk.identity("12155551212");
    assert_eq!(desk.call("600", &identity).1, Some(None));
}

#[test]
fn an_invite_of_ours_is_signed_over_the_numbers_that_it_tells() {
    let mut desk = Desk::new("off");
    let trunk = desk.control.model.trunk_indices().next().expect("a trunk");
    let peer = SipParty::Peer(desk.control.model.peer_indices().next().expect("a peer"));
    let invite = |session, caller: &str| {
        let address = |uri: &str| sip::NameAddr::parse(uri.as_bytes()).expect("an address");
        sip::Invitation {
            session,
            place: sip::Place::at(
                sip::Uri::parse(b"sip:100@192.0.2.7").expect("a URI"),
                sip::Uri::parse(b"sip:192.0.2.7").expect("a URI"),
            ),
            others: Vec::new(),
            from: address(caller),
            to: address("<sip:+12155551213@192.0.2.7;user=phone>"),
            provenance: sip::Provenance::default(),
            gates_early_media: false,
            emergency: false,
            offer: offer(),
            max_forwards: 70,
            account: None,
            signature: None,
        }
    };
    let mut signature = |caller: &str, signs: bool| {
        desk.control.model.sip.peers[0].terms.signatures.sign = signs;
        let mut invitation = invite(desk.control.sip.next_session(), caller);
        let attestation = desk.control.attestation(trunk, peer);
        desk.control.sign(desk.now, &mut invitation, attestation);
        invitation.signature
    };
    assert_eq!(signature("<sip:anonymous@anonymous.invalid>", true), None);
    assert_eq!(signature("<sip:+12155551212@192.0.2.1>", false), None);
    let made = signature("<sip:+12155551212@192.0.2.1>", true).expect("a signature");
    assert_eq!(made.date.to_string(), date::write(Authority::now()));
    let presented = Presented {
        fields: std::slice::from_ref(&made.identity),
        country_code: "",
        date: None,
        originator: Some(Identity::Tn("12155551212".into())),
        destinations: vec![Identity::Tn("12155551213".into())],
    };
    let verdict = desk.control.stir.verifier.as_ref().expect("authorities").verify(Authority::now(), &presented);
    let Verdict::Passed(attested) = verdict else { panic!("{verdict:?}") };
    assert_eq!(attested.attestation, Some(Attestation::Gateway));
    assert_eq!(desk.control.counters.signed, 1);
}

fn offer() -> sip::Description {
    let text = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
    sip::Description::parse(text.as_bytes()).expect("a description")
}

#[test]
fn without_its_files_a_gateway_that_requires_signatures_believes_nobody() {
    let mut desk = Desk::new("require");
    let identity = desk.identity("12155551212");
    desk.control.handle(desk.now, Input::Credentials(Box::default()));
    assert_eq!(desk.call("600", &identity).0, "SIP/2.0 428 Use Identity Header");
}
