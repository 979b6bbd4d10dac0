//! baresip calls and is called over UDP, TCP and TLS, in the clear and with keys; the rows are printed as a table.
//!
//! That most of the audio comes back shows the way; octet by octet it is compared by the neighbours of this file.

use rcgen::generate_simple_self_signed;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::telephone::{self, Audio, Baresip};
use super::{counts, the_record};
use tests::real::{Gateway, Setup};

/// Transport, baresip's name of how it encrypts.
const ROWS: [(&str, Option<&str>); 6] = [
    ("udp", None),
    ("udp", Some("srtp-mand")),
    ("tcp", None),
    ("tcp", Some("srtp-mand")),
    ("tls", None),
    ("tls", Some("srtp-mand")),
];

/// A gateway with a listener for each transport, and what it takes to talk to it.
struct Rig {
    gateway: Gateway,
    tls: SocketAddr,
    certificate: PathBuf,
    /// Where baresip hears UDP and TCP; TLS is one port above.
    telephone: SocketAddr,
    /// baresip's certificate with its key.
    shown: PathBuf,
}

impl Rig {
    fn new(transport: &str, srtp: &str) -> Rig {
        let setup = Setup::new();
        let tls = setup.place.free_port();
        let telephone = telephone::address();
        let ours = certify(&setup, "own", setup.place.ip());
        let theirs = certify(&setup, "telephone", telephone.ip());
        let [certificate, key, authorities, shown] =
            ["own.pem", "own.key", "telephone.pem", "shown.pem"].map(|name| setup.place.file(name));
        fs::write(&shown, theirs.concat()).expect("the folder is ours");
        fs::write(&certificate, &ours[0]).expect("the folder is ours");
        let sip_keys =
            format!("[sip.tls]\ncertificate = {certificate:?}\nkey = {key:?}\nauthorities = {authorities:?}");
        let callee = if transport == "tls" { SocketAddr::new(telephone.ip(), telephone.port() + 1) } else { telephone };
        let setup = Setup {
            sip_keys,
            callee,
            callee_parameters: format!(";transport={transport}"),
            listeners: vec![format!("tls:{tls}")],
            peer_keys: format!("srtp = {srtp:?}"),
            ..setup
        };
        Rig { gateway: setup.start(), tls, certificate, telephone, shown }
    }

    /// A baresip that speaks so, and where it calls.
    fn baresip(&self, audio: Audio, transport: &'static str, keys: Option<&'static str>) -> (Baresip, SocketAddr) {
        let telephone = Baresip::new(&self.gateway, audio).hearing_at(self.telephone).showing(&self.shown);
        let telephone = keys.into_iter().fold(telephone, Baresip::encrypting);
        match transport {
            "tls" => (telephone.over_tls(&self.certificate), self.tls),
            _ => (telephone.over(transport), self.gateway.sip()),
        }
    }
}

/// A certificate for an address, and its key, in files of that name.
fn certify(setup: &Setup, name: &str, address: IpAddr) -> [String; 2] {
    let own = generate_simple_self_signed([address.to_string()]).expect("an address is a good name");
    let files = [own.cert.pem(), own.signing_key.serialize_pem()];
    for (text, kind) in files.iter().zip(["pem", "key"]) {
        fs::write(setup.place.file(&format!("{name}.{kind}")), text).expect("the folder is ours");
    }
    files
}

fn srtp(keys: Option<&str>) -> (&'static str, &str) {
    if keys.is_some() { ("required", "with keys") } else { ("off", "in the clear") }
}

#[test]
fn baresip_calls_over_each_transport_in_the_clear_and_with_keys() {
    for (transport, keys) in ROWS {
        let (srtp, how) = srtp(keys);
        let rig = Rig::new(transport, srtp);
        let (telephone, gateway) = rig.baresip(Audio::Recording, transport, keys);
        let telephone = telephone.call(gateway, "600");
        let record = the_record(&rig.gateway);
        assert_eq!(
            (&record["disposition"], record["srtp"].is_string()),
            (&"answered".into(), keys.is_some()),
            "{record:#}"
        );
        let heard = telephone.heard();
        assert!(heard.compared > 15_000 && heard.differences * 2 < heard.compared, "{transport}, {how}: {heard:?}");
        println!("| baresip calls | {transport} | {how} | {} octets came back |", heard.compared);
    }
}

/// Its echo has a clock of its own, and puts in silence now and then.
#[test]
fn baresip_is_called_over_each_transport_in_the_clear_and_with_keys() {
    for (transport, keys) in ROWS {
        let (srtp, how) = srtp(keys);
        let rig = Rig::new(transport, srtp);
        let telephone = rig.baresip(Audio::Echo, transport, keys).0.answering();
        let output = rig.gateway.sim_call(&["--called", "100", "--hold", "4", "--verify"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("1 calls placed, 1 answered"), "{transport}, {how}: {output:?}\n{}", telephone.log());
        let record = the_record(&rig.gateway);
        assert_eq!(record["srtp"].is_string(), keys.is_some(), "{record:#}");
        let [compared, differed] = counts(&said);
        assert!(compared > 15_000 && differed * 2 < compared, "{transport}, {how}: {said}");
        println!("| baresip is called | {transport} | {how} | {compared} octets came back |");
    }
}
