//! Who signs for calling numbers and where ported ones are reached, through the whole gateway in virtual time.
//!
//! Virtual wall time begins in 1970, and so do these certificates.

use std::time::{Duration, SystemTime};

use config::Model;
use hw_sim::far_end::CallOrder;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, IsCa, KeyPair, date_time_ymd};
use spangate::control::Input;
use spangate::lab::phone::text::header;
use spangate::sip::Octets;
use spangate::stir::{
    Attestation, Attested, Authorities, Certificate, Certificates, Identity, Presented, Signer, Stir, Verdict,
    Verifier, date,
};
use tests::World;
use tests::peer::Peer;

const URL: &str = "https://cert.example.org/passport.cer";
const ORIGID: &str = "123e4567-e89b-12d3-a456-426655440000";

/// The embedded default, with its peer at port 5999 and these keys for it.
fn world(peer_keys: &str) -> World {
    let text = config::EMBEDDED;
    let peer = format!("address = \"sip:127.0.0.1:5999\"\n{peer_keys}");
    let text = text.replace("address = \"sip:127.0.0.1:5070\"", &peer);
    let text = text.replace("name = \"trunk\"", "name = \"trunk\"\nattest = \"partial\"");
    let section = format!(
        "[stir]\ncertificate_url = \"{URL}\"\nkey = \"/k\"\norigid = \"{ORIGID}\"\nauthorities = \"/a\"\ncertificates = \"/c\"\n"
    );
    let model: Model =
        config::parse("identity.toml", &format!("{text}\n{section}")).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    world
}

/// A key, its certificate, and the authority of both.
fn credentials() -> Stir {
    let params = |is_ca| {
        let mut params = CertificateParams::default();
        params.not_before = date_time_ymd(1970, 1, 1);
        params.is_ca = is_ca;
        params
    };
    let key = || KeyPair::generate().expect("a key");
    let root = CertifiedIssuer::self_signed(params(IsCa::Ca(BasicConstraints::Unconstrained)), key()).expect("a root");
    let mut leaf = params(IsCa::NoCa);
    // The service provider code 1234.
    let list = b"\x30\x08\xa0\x06\x16\x041234".to_vec();
    leaf.custom_extensions.push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 26], list));
    let own = key();
    let leaf = leaf.signed_by(&own, &root).expect("a certificate");
    let mut certificates = Certificates::default();
    let certificate = Certificate::read(leaf.der()).expect("a certificate of STIR");
    certificates.add("cert.example.org/passport.cer".into(), certificate).expect("room");
    let authorities = Authorities::read(root.pem().as_bytes()).expect("an authority");
    let fresh = Duration::from_secs(60);
    let verifier = Verifier { authorities, certificates, fresh };
    let signer = Signer::read(own.serialize_pem().as_bytes(), URL, ORIGID).expect("a key of P-256");
    Stir { signer: Some(signer.into()), verifier: Some(verifier.into()) }
}

/// What comes of verifying the Identity of an INVITE as one from 100 to this number.
fn verdict(stir: &Stir, invite: &str, called: &str) -> Verdict {
    let of = |name| header(invite, name).unwrap_or_else(|| panic!("no {name}: {invite}"));
    let signed_at = date::parse(of("Date").as_bytes()).expect("a date");
    let presented = Presented {
        fields: &[Octets::from(of("Identity"))],
        country_code: "",
        date: Some(signed_at),
        originator: Some(Identity::Tn("100".into())),
        destinations: vec![Identity::Tn(called.into())],
    };
    stir.verifier.as_ref().expect("authorities").verify(signed_at, &presented)
}

/// As the trunk says.
fn attested() -> Verdict {
    Verdict::Passed(Attested {
        attestation: Some(Attestation::Partial),
        origid: Some(ORIGID.into()),
        service_provider: Some("1234".into()),
    })
}

#[test]
fn a_call_of_the_exchange_comes_to_the_peer_with_a_signature_that_holds() {
    let (mut world, mut peer, stir) = (world("sign = true"), Peer::new(5999), credentials());
    world.input(Input::Credentials(Box::new(stir.clone())));
    world.place(CallOrder::conversation("200", "100", 1_000));
    let invite = peer.hears(&mut world, "INVITE ");
    peer.answers(&mut world, &invite, 486, "Busy Here");
    assert_eq!(verdict(&stir, &invite, "200"), attested());
    world.settle();
}

#[test]
fn a_call_that_is_sent_on_is_signed_anew_for_its_new_number() {
    let (mut world, mut peer, stir) = (world("sign = true\nredirect = \"follow\""), Peer::new(5999), credentials());
    world.input(Input::Credentials(Box::new(stir.clone())));
    world.place(CallOrder::conversation("200", "100", 1_000));
    let invite = peer.hears(&mut world, "INVITE ");
    peer.redirects(&mut world, &invite, "<tel:201>");
    let invite = peer.hears(&mut world, "INVITE sip:201@");
    assert_eq!(verdict(&stir, &invite, "201"), attested());
    peer.answers(&mut world, &invite, 486, "Busy Here");
    world.settle();
    assert_eq!(world.status().sip.signed, 2);
}

#[test]
fn a_call_of_the_peer_is_answered_when_it_is_signed_for_and_refused_when_it_is_not() {
    let (mut world, mut peer, stir) = (world("verify = \"require\""), Peer::new(5999), credentials());
    world.input(Input::Credentials(Box::new(stir.clone())));
    peer.invites(&mut world, "607", "");
    peer.hears(&mut world, "SIP/2.0 428 Use Identity Header");
    // A world is ready within seconds of its begin.
    let (orig, dest) = (Identity::Tn("100".into()), Identity::Tn("607".into()));
    let value = stir.signer.expect("a key").sign(SystemTime::UNIX_EPOCH, Attestation::Full, orig, dest);
    let (mut leg, _) = peer.calls(&mut world, "607", &format!("y: {}\r\n", value.expect("a signature")));
    world.run(500);
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
    let [record] = world.records()[..] else { panic!("{:?}", world.records()) };
    let stir = record.stir.clone().expect("it was looked at");
    assert_eq!((stir.verstat.as_str(), stir.attest.as_deref()), ("TN-Validation-Passed", Some("A")));
    assert_eq!(world.status().sip.distrusted, 1);
}

#[test]
fn a_ported_number_goes_to_the_exchange_behind_its_routing_number() {
    let (mut world, mut peer) = (world(""), Peer::new(5999));
    // Concatenated they are 607, who answers; 7 alone nobody has.
    let (mut leg, _) = peer.calls(&mut world, "7;npdi;rn=60", "");
    world.run(500);
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
    let [record] = world.records()[..] else { panic!("{:?}", world.records()) };
    assert_eq!(record.call.called, "7");
}
