//! Kamailio as a proxy, and a gateway that is joined to its telephones by one alone.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use tests::real::kamailio::Process;
use tests::real::{Gateway, Place, Setup};

/// A running Kamailio, with a certificate of the gateway's authority.
pub struct Kamailio {
    _process: Process,
    /// UDP and TCP.
    pub plain: SocketAddr,
}

/// The telephones behind it.
#[derive(Clone, Copy, Debug)]
pub struct Telephones {
    pub first: SocketAddr,
    pub second: SocketAddr,
    /// Where nobody is.
    nobody: SocketAddr,
}

impl Kamailio {
    /// Where calls go on to is told by its configuration; the gateway is a URI.
    fn start(place: &Place, gateway: &str, telephones: Telephones, (plain, tls): (SocketAddr, SocketAddr)) -> Kamailio {
        let folder = place.folder();
        let file = |name: &str| folder.join(name).display().to_string();
        let text = include_str!("../../fixtures/kamailio.cfg")
            .replace("{plain}", &plain.to_string())
            .replace("{tls}", &tls.to_string())
            .replace("{certificate}", &file("kamailio.pem"))
            .replace("{key}", &file("kamailio.key"))
            .replace("{authority}", &file("authority.pem"))
            .replace("{callee}", &format!("sip:{}", telephones.first))
            .replace("{second}", &format!("sip:{}", telephones.second))
            .replace("{nobody}", &format!("sip:{}", telephones.nobody))
            .replace("{gateway}", gateway);
        Kamailio { _process: Process::start(place, "kamailio", &text, tls), plain }
    }
}

/// An authority, and certificates of it for the gateway and for Kamailio.
fn certify(place: &Place) {
    let mut parameters = CertificateParams::new(Vec::new()).expect("no names are good names");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = || KeyPair::generate().expect("keys can be made");
    let authority = CertifiedIssuer::self_signed(parameters, key()).expect("it signs itself");
    fs::write(place.file("authority.pem"), authority.pem()).expect("the folder is ours");
    for name in ["gateway", "kamailio"] {
        let key = key();
        let mut parameters = CertificateParams::new(vec![place.ip().to_string()]).expect("an address is a good name");
        // A subject that is its issuer's is taken for one that signs itself.
        parameters.distinguished_name.push(DnType::CommonName, name);
        let certificate = parameters.signed_by(&key, &authority).expect("the authority signs");
        fs::write(place.file(&format!("{name}.pem")), certificate.pem()).expect("the folder is ours");
        fs::write(place.file(&format!("{name}.key")), key.serialize_pem()).expect("the folder is ours");
    }
}

/// A gateway that is joined to SIPp by Kamailio alone, over that transport.
pub fn joined_by(transport: &str) -> (Gateway, Kamailio, Telephones) {
    let setup = Setup::new();
    certify(&setup.place);
    let port = || setup.place.free_port();
    let telephones = Telephones { first: setup.callee, second: port(), nobody: port() };
    let plain = port();
    let (tls, own_tls) = (setup.place.free_port(), setup.place.free_port());
    let file = |name: &str| path(&setup.place.file(name));
    let sip_keys = format!(
        "[sip.tls]\ncertificate = {:?}\nkey = {:?}\nauthorities = {:?}\nrequire_client_certificate = true",
        file("gateway.pem"),
        file("gateway.key"),
        file("authority.pem")
    );
    let (callee, own) = if transport == "tls" { (tls, own_tls) } else { (plain, setup.sip) };
    let parameters = format!(";transport={transport}");
    let listeners = vec![format!("tls:{own_tls}")];
    let peer_keys = "username = \"gateway\"\npassword = \"looking-glass\"".to_owned();
    let setup = Setup { callee, sip_keys, listeners, callee_parameters: parameters.clone(), peer_keys, ..setup };
    let gateway = setup.start();
    let kamailio = Kamailio::start(gateway.place(), &format!("sip:{own}{parameters}"), telephones, (plain, tls));
    (gateway, kamailio, telephones)
}

fn path(path: &Path) -> String {
    path.display().to_string()
}
