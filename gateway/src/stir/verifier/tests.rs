//! Both services against each other and against bad input. What another implementation makes and reads is in
//! `tests/tests/stir.rs`.

use super::*;
use crate::stir::certificate::PublicKey;
use crate::stir::signer::Signer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, IsCa, KeyPair};

/// An authority that issues certificates for as long as rcgen's defaults last.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// Its certificate in PEM.
    pub root: String,
}

/// A certificate and its key.
pub(crate) struct Issued {
    pub der: Vec<u8>,
    pub pem: String,
    pub key: String,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let root = issuer.pem();
        Authority { issuer, root }
    }

    /// A certificate with this TNAuthList.
    pub(crate) fn issue(&self, numbers: &[u8]) -> Issued {
        let mut params = CertificateParams::default();
        let list = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 26], numbers.to_vec());
        params.custom_extensions.push(list);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Issued { der: certificate.der().to_vec(), pem: certificate.pem(), key: key.serialize_pem() }
    }

    pub(crate) fn anchors(&self) -> Authorities {
        Authorities::read(self.root.as_bytes()).expect("an authority")
    }

    /// A moment within the validity of what it issues.
    pub(crate) fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_771_000_000)
    }
}

const URL: &str = "https://cert.example.org/passport.cer";
const SPC_1234: &[u8] = b"\x30\x08\xa0\x06\x16\x041234";
/// The numbers 12155551200 to 12155551299.
const RANGE: &[u8] = b"\x30\x14\xa1\x12\x30\x10\x16\x0b12155551200\x02\x01\x64";

/// A signer and a verifier that trusts it.
struct Chart {
    signer: Signer,
    verifier: Verifier,
}

impl Chart {
    fn new(numbers: &[u8]) -> Chart {
        let authority = Authority::new();
        let issued = authority.issue(numbers);
        let mut certificates = Certificates::default();
        let certificate = Certificate::read(issued.pem.as_bytes()).expect("a certificate");
        certificates.add("cert.example.org/passport.cer".into(), certificate).expect("room");
        let signer = Signer::read(issued.key.as_bytes(), URL, "123e4567-e89b-12d3-a456-426655440000").expect("a key");
        let (authorities, fresh) = (authority.anchors(), Duration::from_secs(60));
        Chart { signer, verifier: Verifier { authorities, certificates, fresh } }
    }

    /// A token for a call from 12155551212 to 12155551213.
    fn token(&self) -> Octets {
        let value = self.signer.sign(Authority::now(), Attestation::Full, tn("12155551212"), tn("12155551213"));
        Octets::from(value.expect("a signature"))
    }

    fn verify(&self, fields: &[Octets]) -> Verdict {
        self.verifier.verify(Authority::now(), &presented(fields))
    }
}

fn tn(number: &str) -> Identity {
    Identity::Tn(number.into())
}

fn presented(fields: &[Octets]) -> Presented<'_> {
    let (originator, destinations) = (Some(tn("12155551212")), vec![tn("12155551213")]);
    Presented { fields, country_code: "1", date: Some(Authority::now()), originator, destinations }
}

#[test]
fn what_we_sign_we_verify() {
    let chart = Chart::new(SPC_1234);
    let attested = Attested {
        attestation: Some(Attestation::Full),
        origid: Some("123e4567-e89b-12d3-a456-426655440000".into()),
        service_provider: Some("1234".into()),
    };
    let passed = Verdict::Passed(attested);
    assert_eq!(chart.verify(&[chart.token()]), passed);
    assert_eq!((passed.verstat(), passed.refusal()), ("TN-Validation-Passed", None));
    let nonsense = Octets::from("nonsense");
    let rich = Octets::from("a.b.c;info=<https://x.example>;ppt=rcd");
    assert_eq!(chart.verify(&[nonsense, rich, chart.token()]), passed, "one that holds is enough");
}

/// The signature that RFC 8225 appendix A prints does not hold under the key that it prints, for OpenSSL neither; its
/// spelling is held to in `passport`. This is RFC 7515 appendix A.3.
#[test]
fn a_signature_of_es256_is_read_as_json_web_signatures_have_it() {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64");
    let x = decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    let y = decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    let key = PublicKey::of(&[vec![4], x, y].concat());
    let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    assert!(key.has_signed(signed.as_bytes(), &signature));
    assert!(!key.has_signed(b"another", &signature));
}

#[test]
fn each_fault_has_its_name_and_its_response() {
    let chart = Chart::new(SPC_1234);
    let token = [chart.token()];
    let told = |presented: &Presented<'_>, after_s: u64| {
        let verdict = chart.verifier.verify(Authority::now() + Duration::from_secs(after_s), presented);
        let Verdict::Failed(fault) = &verdict else { panic!("{verdict:?}") };
        assert_eq!(verdict.verstat(), "TN-Validation-Failed");
        (fault.clone(), verdict.refusal().expect("it is refused").0)
    };
    let good = presented(&token);
    assert_eq!(told(&good, 61), (Fault::Stale, 403));
    let another = Presented { originator: Some(tn("12155550000")), ..good.clone() };
    assert_eq!(told(&another, 0), (Fault::Originator, 438));
    let nobody = Presented { originator: None, ..good.clone() };
    assert_eq!(told(&nobody, 0), (Fault::Originator, 438));
    let elsewhere = Presented { destinations: vec![tn("12155550000")], ..good.clone() };
    assert_eq!(told(&elsewhere, 0), (Fault::Destination, 438));

    let edited = |from: &str, to: &str| {
        let text = String::from_utf8(token[0].to_vec()).expect("ASCII").replace(from, to);
        let fields = [Octets::from(text)];
        told(&presented(&fields), 0)
    };
    assert_eq!(edited("ppt=shaken", "ppt=rcd"), (Fault::Unsupported, 428));
    assert_eq!(edited("ES256;", "RS256;"), (Fault::Unsupported, 428));
    assert_eq!(edited(";ppt=shaken", ""), (Fault::Contradiction, 438));
    assert_eq!(edited("info=<https://cert", "info=<https://other"), (Fault::Contradiction, 438));
    assert_eq!(edited("info", "inform").1, 438);
    let verdict = chart.verify(&[]);
    assert_eq!((verdict.verstat(), verdict.refusal().expect("refused").0), ("No-TN-Validation", 428));
}

#[test]
fn a_signature_by_another_key_does_not_hold() {
    let (chart, other) = (Chart::new(SPC_1234), Chart::new(SPC_1234));
    assert_eq!(chart.verify(&[other.token()]), Verdict::Failed(Fault::Signature));
}

#[test]
fn a_certificate_that_is_unknown_or_not_vouched_for_is_told_apart() {
    let mut chart = Chart::new(SPC_1234);
    let token = [chart.token()];
    chart.verifier.authorities = Authority::new().anchors();
    let verdict = chart.verify(&token);
    assert!(matches!(verdict, Verdict::Failed(Fault::Certificate(CertificateError::Untrusted(_)))), "{verdict:?}");
    assert_eq!(verdict.refusal().expect("refused").0, 437);
    chart.verifier.certificates = Certificates::default();
    let verdict = chart.verify(&token);
    assert_eq!((verdict.refusal().expect("refused").0, verdict), (436, Verdict::Failed(Fault::NoCertificate)));
}

#[test]
fn a_certificate_signs_for_its_own_numbers_alone() {
    let chart = Chart::new(RANGE);
    assert!(matches!(chart.verify(&[chart.token()]), Verdict::Passed(_)));
    let foreign = tn("12155559999");
    let value = chart.signer.sign(Authority::now(), Attestation::Full, foreign.clone(), tn("12155551213"));
    let fields = [Octets::from(value.expect("a signature"))];
    let presented = Presented { originator: Some(foreign), ..presented(&fields) };
    let verdict = chart.verifier.verify(Authority::now(), &presented);
    assert_eq!((verdict.refusal().expect("refused").0, verdict), (437, Verdict::Failed(Fault::NotAuthorized)));
}

#[test]
fn a_compact_token_is_completed_from_the_request() {
    let authority = Authority::new();
    let issued = authority.issue(SPC_1234);
    let pair = ring::signature::EcdsaKeyPair::from_pkcs8(
        &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        KeyPair::from_pem(&issued.key).expect("a key").serialized_der(),
        &ring::rand::SystemRandom::new(),
    );
    let claims = Claims {
        attest: None,
        dest: Destinations::one(tn("12155551213")),
        iat: 1_771_000_000,
        orig: tn("12155551212"),
        origid: None,
    };
    let signed = passport::signing_input(&Header::es256(URL, None), &claims);
    let signature = pair.expect("a key").sign(&ring::rand::SystemRandom::new(), signed.as_bytes()).expect("randomness");
    let token = passport::full("..", signature.as_ref()).replacen("...", "..", 1);
    let fields = [Octets::from(format!("{token};info=<{URL}>"))];

    let mut chart = Chart::new(SPC_1234);
    chart.verifier.authorities = authority.anchors();
    chart.verifier.certificates = Certificates::default();
    let certificate = Certificate::read(&issued.der).expect("a certificate");
    chart.verifier.certificates.add("cert.example.org/passport.cer".into(), certificate).expect("room");
    assert!(matches!(chart.verify(&fields), Verdict::Passed(Attested { attestation: None, .. })));
    let undated = Presented { date: None, ..presented(&fields) };
    assert_eq!(chart.verifier.verify(Authority::now(), &undated), Verdict::Failed(Fault::Contradiction));
}

/// Change to search elsewhere; printed with every failure.
const SEED: u64 = 0x8224_2026;
const ROUNDS: usize = 20_000;

#[test]
fn no_change_of_a_token_passes_and_none_harms() {
    let chart = Chart::new(SPC_1234);
    let good = chart.token();
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    for round in 0..ROUNDS {
        let mut octets = good.to_vec();
        for _ in 0..1 + random.next_u32() % 4 {
            let at = random.next_u32() as usize % octets.len().max(1);
            match random.next_u32() % 4 {
                0 => octets.truncate(at),
                1 if at < octets.len() => octets[at] = random.next_u32() as u8,
                2 if at < octets.len() => drop(octets.remove(at)),
                _ => octets.insert(at.min(octets.len()), b".;<>=\"\\{"[random.next_u32() as usize % 8]),
            }
        }
        let verdict = chart.verify(&[Octets(octets.clone())]);
        // Parameters behind those that count may say anything; what is signed may not.
        let token = |octets: &[u8]| octets.split(|octet| *octet == b';').next().map(<[u8]>::to_vec);
        let passed = matches!(verdict, Verdict::Passed(_));
        assert!(!passed || token(&octets) == token(&good), "seed {SEED:#x} round {round}: {}", octets.escape_ascii());
    }
}
