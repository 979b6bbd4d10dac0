//! baresip, a foreign telephone with an SRTP of its own, calls through the release binary and is called by it.
//!
//! What it says is a recording of PRBS-15 as linear samples, of which its G.711 makes the very octets again; what it hears it
//! writes to a file, which is compared octet by octet.

mod edge;
mod matrix;
mod openssl;
mod telephone;

use rcgen::generate_simple_self_signed;
use serde_json::Value;
use std::fs;
use telephone::{Audio, Baresip};
use tests::real::{Gateway, Setup, voice};

/// A gateway whose peer is a baresip yet to be started, and may or must encrypt.
fn gateway(srtp: &str, listeners: Vec<String>, setup: Setup) -> Gateway {
    let peer_keys = format!("srtp = {srtp:?}");
    Setup { callee: telephone::address(), peer_keys, listeners, ..setup }.start()
}

fn over_udp(srtp: &str) -> Gateway {
    gateway(srtp, Vec::new(), Setup::new())
}

/// One whose peer agrees on keys by a handshake.
fn shaking(srtp: &str) -> Gateway {
    let peer_keys = format!("srtp = {srtp:?}\nsrtp_keys = \"dtls\"");
    Setup { callee: telephone::address(), peer_keys, ..Setup::new() }.start()
}

fn the_record(gateway: &Gateway) -> Value {
    gateway.settle();
    gateway.records(1).remove(0)
}

#[test]
fn baresip_calls_with_keys_and_every_octet_comes_back() {
    let gateway = over_udp("required");
    let telephone = Baresip::new(&gateway, Audio::Recording).encrypting("srtp-mand").call(gateway.sip(), "600");
    let record = the_record(&gateway);
    assert_eq!(record["srtp"], "AES_CM_128_HMAC_SHA1_80", "{record:#}");
    voice::assert_exact(&telephone.heard(), &record, 20_000);
}

/// Keys beside `RTP/AVP`, for whoever can use them.
#[test]
fn baresip_offers_keys_over_tls_and_every_octet_comes_back() {
    let setup = Setup::new();
    let address = setup.place.free_port();
    let own = generate_simple_self_signed([setup.place.ip().to_string()]).expect("an address is a good name");
    let (certificate, key) = (setup.place.file("own.pem"), setup.place.file("own.key"));
    fs::write(&certificate, own.cert.pem()).expect("the folder is ours");
    fs::write(&key, own.signing_key.serialize_pem()).expect("the folder is ours");
    let sip_keys = format!("[sip.tls]\ncertificate = {certificate:?}\nkey = {key:?}\nauthorities = {certificate:?}");
    let setup = Setup { sip_keys, ..setup };
    let gateway = gateway("optional", vec![format!("tls:{address}")], setup);
    let telephone = Baresip::new(&gateway, Audio::Recording).encrypting("srtp").over_tls(&certificate);
    let telephone = telephone.call(address, "600");
    let record = the_record(&gateway);
    assert_eq!(record["srtp"], "AES_CM_128_HMAC_SHA1_80", "{record:#}");
    voice::assert_exact(&telephone.heard(), &record, 20_000);
}

#[test]
fn baresip_without_keys_is_refused_where_they_are_required() {
    let gateway = over_udp("required");
    let _telephone = Baresip::new(&gateway, Audio::Recording).call(gateway.sip(), "600");
    let record = the_record(&gateway);
    assert_eq!((&record["sip_status"], &record["srtp"]), (&488.into(), &Value::Null), "{record:#}");
}

/// baresip offers a handshake, in which we begin. Its key is RSA.
#[test]
fn baresip_calls_by_a_handshake_and_every_octet_comes_back() {
    let gateway = shaking("required");
    let telephone = Baresip::new(&gateway, Audio::Recording).encrypting("dtls_srtp").call(gateway.sip(), "600");
    let record = the_record(&gateway);
    assert_eq!(record["srtp"], "AES_CM_128_HMAC_SHA1_80", "{record:#}");
    voice::assert_exact(&telephone.heard(), &record, 20_000);
}

/// We offer one, and baresip begins: the first profile of its own is taken.
#[test]
fn the_far_exchange_calls_baresip_by_a_handshake_and_hears_itself() {
    let gateway = shaking("required");
    let telephone = Baresip::new(&gateway, Audio::Echo).encrypting("dtls_srtp").answering();
    let output = gateway.sim_call(&["--called", "100", "--hold", "6", "--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("1 calls placed, 1 answered"), "{output:?}\n{}", telephone.log());
    let record = the_record(&gateway);
    assert_eq!(record["srtp"], "AES_CM_128_HMAC_SHA1_80", "{record:#}");
    let [compared, differed] = counts(&said);
    assert!(compared > 30_000 && differed * 10 < compared, "{said}");
}

/// It takes the first suite of our offer. Its echo has a clock of its own, and puts in silence now and then.
#[test]
fn the_far_exchange_calls_baresip_and_hears_itself_by_galois_mode() {
    let gateway = over_udp("required");
    let telephone = Baresip::new(&gateway, Audio::Echo).encrypting("srtp-mand").answering();
    let output = gateway.sim_call(&["--called", "100", "--hold", "6", "--verify"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("1 calls placed, 1 answered"), "{output:?}\n{}", telephone.log());
    let record = the_record(&gateway);
    assert_eq!(record["srtp"], "AEAD_AES_256_GCM", "{record:#}");
    let [compared, differed] = counts(&said);
    assert!(compared > 30_000 && differed * 10 < compared, "{said}");
}

/// From the last line: `…; 53960 octets compared, 160 differed …`.
fn counts(said: &str) -> [u64; 2] {
    let line = said.lines().last().and_then(|line| line.split("; ").nth(1)).unwrap_or_default();
    let mut numbers = line.split(' ').filter_map(|word| word.parse().ok());
    [(); 2].map(|()| numbers.next().unwrap_or_else(|| panic!("no counts in {said}")))
}
