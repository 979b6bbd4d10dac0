//! linphone, a foreign telephone, calls through the release binary over each transport, registers there and is called, and hears
//! the pattern that was said, by TLS with keys.
//!
//! It plays a file of PRBS-15 and records what it hears, both as linear samples, which are compared octet by octet.

mod telephone;

use std::fs;
use std::net::SocketAddr;
use telephone::{Linphone, USER};
use tests::real::{Gateway, Setup, voice};

/// A gateway whose neighbours encrypt so; it is heard by TLS besides, at an address that its certificate names as linphone looks for
/// it: as a name. 200 is the telephone that has registered.
fn gateway(srtp: &str) -> (Gateway, SocketAddr) {
    let setup = Setup::new();
    let address = setup.place.free_port();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).expect("no names are good names");
    let name = setup.place.ip().to_string().try_into().expect("digits and dots are a name");
    parameters.subject_alt_names.push(rcgen::SanType::DnsName(name));
    let key = rcgen::KeyPair::generate().expect("keys can be made");
    let own = parameters.self_signed(&key).expect("it signs itself");
    let file = |name: &str| setup.place.file(name);
    fs::write(file(CERTIFICATE), own.pem()).expect("the folder is ours");
    fs::write(file("own.key"), key.serialize_pem()).expect("the folder is ours");
    let (certificate, key, (user, password)) = (file(CERTIFICATE), file("own.key"), USER);
    let sip_keys = format!(
        "[sip.tls]\ncertificate = {certificate:?}\nkey = {key:?}\nauthorities = {certificate:?}\n\
         [[route]]\nfrom = \"trunk\"\ncalled = \"200\"\nto = \"user:{user}\"\n\
         [[sip.user]]\nname = {user:?}\npassword = {password:?}\nsrtp = {srtp:?}"
    );
    let (listeners, peer_keys) = (vec![format!("tls:{address}")], format!("srtp = {srtp:?}"));
    (Setup { sip_keys, listeners, peer_keys, ..setup }.start(), address)
}

/// Transport, whether audio is encrypted, and the gateway's certificate where it counts.
const ROWS: [(&str, &str, Option<&str>); 3] =
    [("udp", "off", None), ("tcp", "off", None), ("tls", "required", Some(CERTIFICATE))];

#[test]
fn linphone_calls_over_each_transport_and_every_octet_comes_back() {
    for (transport, srtp, certificate) in ROWS {
        let (gateway, tls) = gateway(srtp);
        let at = if transport == "tls" { tls } else { gateway.sip() };
        let mut telephone = Linphone::start(&gateway, certificate);
        telephone.call(&format!("sip:600@{at};transport={transport}"));
        telephone.plays_and_hears();
        telephone.hang_up();
        gateway.settle();
        let record = gateway.records(1).remove(0);
        assert_eq!(record["srtp"] == "AES_CM_128_HMAC_SHA1_80", certificate.is_some(), "{record:#}");
        let heard = telephone.heard();
        voice::assert_exact(&heard, &record, 20_000);
        println!("| linphone calls | {transport} | SRTP {srtp} | {} octets came back |", heard.compared);
    }
}

/// Over TCP and TLS by the connection by which it registered.
#[test]
fn linphone_registers_and_is_called_over_each_transport_and_hears_what_is_said() {
    for (transport, srtp, certificate) in ROWS {
        let (gateway, tls) = gateway(srtp);
        let at = if transport == "tls" { tls } else { gateway.sip() };
        let telephone = Linphone::registered(&gateway, certificate, &format!("sip:{at};transport={transport}"));
        let order = gateway.sim_call_begun(&["--called", "200", "--hold", "4", "--verify"]);
        telephone.talks();
        let output = order.wait_with_output().expect("it can be waited for");
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 calls placed, 1 answered"), "{output:?}");
        gateway.settle();
        let record = gateway.records(1).remove(0);
        assert_eq!(
            (&record["released_by"], record["srtp"].is_string()),
            (&"pstn".into(), certificate.is_some()),
            "{record:#}"
        );
        let heard = telephone.heard();
        // Its clock is not ours.
        assert!(heard.compared > 20_000 && heard.differences * 2 < heard.compared, "{transport}: {heard:?}");
        println!("| linphone is called | {transport} | SRTP {srtp} | {} octets were heard |", heard.compared);
    }
}

const CERTIFICATE: &str = "own.pem";
