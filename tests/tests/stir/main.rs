//! PyJWT and OpenSSL, foreign implementations of the token and of the certificates: what they sign we verify, and what we sign
//! they do.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use spangate::sip::Octets;
use spangate::stir::{
    Attestation, Attested, Authorities, Certificate, Certificates, Identity, Presented, Signer, Verdict, Verifier,
};

const URL: &str = "https://cert.example.org/passport.cer";
const ORIGID: &str = "123e4567-e89b-12d3-a456-426655440000";

#[test]
fn a_token_of_pyjwt_under_a_certificate_of_openssl_is_verified() {
    let authority = Authority::new("theirs");
    let now = SystemTime::now();
    let iat = now.duration_since(SystemTime::UNIX_EPOCH).expect("it is later").as_secs();
    let program = format!(
        "import jwt, sys\n\
         claims = {{'orig': {{'tn': '12155551212'}}, 'dest': {{'tn': ['12155551213']}}, 'iat': {iat},\n\
                   'attest': 'A', 'origid': '{ORIGID}'}}\n\
         headers = {{'typ': 'passport', 'ppt': 'shaken', 'x5u': '{URL}'}}\n\
         print(jwt.encode(claims, open('{}').read(), algorithm='ES256', headers=headers), end='')\n",
        authority.file("leaf.key").display()
    );
    let token = python(&program, "");
    let field = |token: &str| [Octets::from(format!("{token};info=<{URL}>;alg=ES256;ppt=shaken"))];
    let attested = Attested {
        attestation: Some(Attestation::Full),
        origid: Some(ORIGID.into()),
        service_provider: Some("1234".into()),
    };
    assert_eq!(authority.verify(now, &field(&token)), Verdict::Passed(attested));
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let other = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    assert!(matches!(authority.verify(now, &field(&other)), Verdict::Failed(_)));
}

#[test]
fn a_token_of_ours_is_verified_by_pyjwt() {
    let authority = Authority::new("ours");
    let key = fs::read(authority.file("leaf.key")).expect("a key");
    let signer = Signer::read(&key, URL, ORIGID).expect("a key of P-256");
    let (orig, dest) = (Identity::Tn("12155551212".into()), Identity::Tn("12155551213".into()));
    let value = signer.sign(SystemTime::now(), Attestation::Partial, orig, dest).expect("a signature");
    let program = format!(
        "import jwt, sys\n\
         from cryptography.x509 import load_pem_x509_certificate\n\
         key = load_pem_x509_certificate(open('{}', 'rb').read()).public_key()\n\
         token = sys.stdin.read().split(';')[0]\n\
         claims = jwt.decode(token, key, algorithms=['ES256'])\n\
         header = jwt.get_unverified_header(token)\n\
         print(header['typ'], header['ppt'], header['x5u'], claims['orig']['tn'], claims['dest']['tn'], claims['attest'],\n\
               claims['origid'], end='')\n",
        authority.file("leaf.pem").display()
    );
    let told = python(&program, &value);
    assert_eq!(told, format!("passport shaken {URL} 12155551212 ['12155551213'] B {ORIGID}"));
}

/// An authority of OpenSSL and a certificate of it, in a folder that is gone when the test is over.
struct Authority(PathBuf);

impl Authority {
    fn new(name: &str) -> Authority {
        let folder = std::env::temp_dir().join(format!("spangate-openssl-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        // The service provider code 1234.
        let list = "1.3.6.1.5.5.7.1.26=DER:30:08:a0:06:16:04:31:32:33:34";
        for arguments in [
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out root.key".to_owned(),
            "req -x509 -key root.key -subj /CN=root -days 2 -out root.pem".to_owned(),
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out leaf.key".to_owned(),
            format!("req -new -key leaf.key -subj /CN=SHAKEN-1234 -addext {list} -out leaf.csr"),
            "x509 -req -in leaf.csr -CA root.pem -CAkey root.key -days 1 -copy_extensions copy -out leaf.pem"
                .to_owned(),
        ] {
            let run = Command::new("openssl").args(arguments.split(' ')).current_dir(&folder).output();
            let run = run.expect("tests/run has installed openssl");
            assert!(run.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&run.stderr));
        }
        Authority(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn verify(&self, now: SystemTime, fields: &[Octets]) -> Verdict {
        let read = |name: &str| fs::read(self.file(name)).expect("a file of openssl");
        let mut certificates = Certificates::default();
        let leaf = Certificate::read(&read("leaf.pem")).expect("a certificate with a TNAuthList");
        certificates.add("cert.example.org/passport.cer".into(), leaf).expect("room");
        let verifier = Verifier {
            authorities: Authorities::read(&read("root.pem")).expect("an authority"),
            certificates,
            fresh: Duration::from_secs(60),
        };
        let originator = Some(Identity::Tn("12155551212".into()));
        let destinations = vec![Identity::Tn("12155551213".into())];
        verifier.verify(now, &Presented { fields, country_code: "", date: None, originator, destinations })
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _left = fs::remove_dir_all(&self.0);
    }
}

/// What a program of Debian's Python prints, which has PyJWT.
fn python(program: &str, input: &str) -> String {
    let python = Path::new("/usr/bin/python3");
    let mut child = Command::new(python)
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tests/run has installed python3-jwt");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it reads");
    let done = child.wait_with_output().expect("it ends");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}
