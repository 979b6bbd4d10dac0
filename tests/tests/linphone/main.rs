//! linphone, a foreign telephone, calls through the release binary by TLS with keys, and hears itself.
//!
//! It plays a file of PRBS-15 and records what it hears, both as linear samples, which are compared octet by octet.

mod telephone;

use std::fs;
use telephone::Linphone;
use tests::real::{Gateway, Setup, until, voice};

/// A gateway that is heard by TLS, at an address that its certificate names as linphone looks for it: as a name.
fn over_tls(srtp: &str) -> (Gateway, String) {
    let setup = Setup::new();
    let address = setup.place.free_port();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).expect("no names are good names");
    let name = setup.place.ip().to_string().try_into().expect("digits and dots are a name");
    parameters.subject_alt_names.push(rcgen::SanType::DnsName(name));
    let key = rcgen::KeyPair::generate().expect("keys can be made");
    let own = parameters.self_signed(&key).expect("it signs itself");
    let file = |name: &str| setup.place.file(name);
    fs::write(file("own.pem"), own.pem()).expect("the folder is ours");
    fs::write(file("own.key"), key.serialize_pem()).expect("the folder is ours");
    let (certificate, key) = (file("own.pem"), file("own.key"));
    let sip_keys = format!("[sip.tls]\ncertificate = {certificate:?}\nkey = {key:?}\nauthorities = {certificate:?}");
    let (listeners, peer_keys) = (vec![format!("tls:{address}")], format!("srtp = {srtp:?}"));
    let gateway = Setup { sip_keys, listeners, peer_keys, ..setup }.start();
    (gateway, format!("sip:600@{address};transport=tls"))
}

#[test]
fn linphone_calls_by_tls_with_keys_and_every_octet_comes_back() {
    let (gateway, echo) = over_tls("required");
    let mut telephone = Linphone::start(&gateway, Some("own.pem"));
    telephone.call(&echo);
    telephone.plays_and_hears();
    telephone.hang_up();
    gateway.settle();
    let record = gateway.records(1).remove(0);
    assert_eq!(record["srtp"], "AES_CM_128_HMAC_SHA1_80", "{record:#}");
    voice::assert_exact(&telephone.heard(), &record, 20_000);
}

#[test]
fn linphone_calls_by_udp_and_tcp_in_the_clear() {
    let gateway = Gateway::start();
    for transport in ["udp", "tcp"] {
        let mut telephone = Linphone::start(&gateway, None);
        telephone.call(&format!("sip:607@{};transport={transport}", gateway.sip()));
        // 607 hangs up.
        until("the call is over", || (gateway.status()["calls"]["active"] == 0).then_some(()));
        drop(telephone);
    }
    gateway.settle();
    assert!(gateway.records(2).iter().all(|record| record["disposition"] == "answered"));
}
