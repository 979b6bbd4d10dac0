//! The examples of RFC 7616 3.9 and RFC 3665, and what no example shows.

#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

use super::answer::{Account, Answer};
use super::nonce::{LIFETIME, Nonces, USED_MAX, Worth};
use super::*;
use crate::sip::octets::Octets;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::time::{Duration, Instant};

fn credentials(text: &str) -> Credentials {
    Credentials::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn password(text: &str) -> Secret {
    Secret::Password(text.into())
}

const GET: Request<'_> = Request { method: b"GET", body: b"" };
const INVITE: Request<'_> = Request { method: b"INVITE", body: b"v=0\r\n" };

/// RFC 7616 3.9.1, with the algorithm and response to be filled in.
fn mufasa(algorithm: &str, response: &str) -> Credentials {
    credentials(
        &format!(
            r#"Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={algorithm},
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001,
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{response}",
        opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
        )
        .replace('\n', ""),
    )
}

#[test]
fn the_examples_of_rfc_7616_prove_their_user() {
    for (algorithm, response) in [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ] {
        let shown = mufasa(algorithm, response);
        assert!(shown.prove(GET, &password("Circle of Life")), "{algorithm}");
        assert!(!shown.prove(GET, &password("Circle of life")), "{algorithm}");
        assert!(!shown.prove(Request { method: b"PUT", ..GET }, &password("Circle of Life")), "{algorithm}");
    }
}

#[test]
fn a_secret_may_be_kept_hashed_for_one_function() {
    let digits = Hash::Md5.hex(&[b"Mufasa", b"http-auth@example.org", b"Circle of Life"]);
    let secret = Secret::Hashed(Hash::Md5, digits.to_uppercase());
    assert!(mufasa("MD5", "8ca523f5e9506fed4657c9700eebdbec").prove(GET, &secret));
    let sha = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1";
    assert!(!mufasa("SHA-256", sha).prove(GET, &secret));
}

/// RFC 3665 2.1, F3 there: without `qop`, as RFC 2069 has it.
#[test]
fn a_response_without_qop_is_read_as_sip_had_it_first() {
    let shown = credentials(concat!(
        r#"Digest username="bob", realm="atlanta.example.com", nonce="ea9c8e88df84f1cec4341ae6cbe5a359", opaque="", "#,
        r#"uri="sips:ss2.biloxi.example.com", response="dfe56131d1958046689d83306477ecc""#
    ));
    assert_eq!((shown.protection.as_ref(), shown.opaque.as_ref()), (None, Some(&Octets::default())));
    // The RFC's response has 31 digits and the password is not told: what is read must prove nothing, and not fail.
    assert!(!shown.prove(INVITE, &password("zanzibar")));
}

#[test]
fn tokens_are_read_in_any_case_and_quoted_or_not() {
    let shown = credentials(
        r#"DIGEST Username="a\"b" ,REALM=r , nonce=n,uri=sip:x@y;z=1,response="00",ALGORITHM="sha-512-256-SESS",qop="AUTH-INT",nc=0000000A,cnonce=c"#,
    );
    assert_eq!(shown.user_name(), Octets::from("a\"b"));
    assert_eq!(shown.uri, Octets::from("sip:x@y;z=1"));
    assert_eq!(shown.algorithm, Algorithm { hash: Hash::Sha512_256, session: true });
    let protection = shown.protection.as_ref().expect("it has a qop");
    assert_eq!((protection.qop, protection.count), (Qop::AuthInt, 10));
    assert_eq!(credentials(std::str::from_utf8(&shown.to_octets()).expect("ASCII")), shown);
}

#[test]
fn what_is_no_credentials_says_what_it_lacks() {
    let whole =
        r#"Digest username="a", realm="r", nonce="n", uri="u", response="0", qop=auth, nc=00000001, cnonce="c""#;
    for (from, to, what) in [
        ("Digest", "Basic", "authentication scheme"),
        ("username=", "user=", "username"),
        ("nonce=\"n\", ", "", "nonce"),
        ("qop=auth", "qop=auth-conf", "qop"),
        ("nc=00000001", "nc=1", "nc"),
        ("nc=00000001", "nc=00000000", "nc"),
        ("nc=00000001, ", "", "nc"),
        ("realm=\"r\"", "realm=\"r", "quotation mark without its partner"),
        ("uri=\"u\"", "uri=\"u\", uri=\"v\"", "authentication parameter too many"),
        ("uri=\"u\"", "uri=", "authentication parameter"),
        ("uri=\"u\"", "uri=\"u\", algorithm=MD6", "algorithm"),
    ] {
        let text = whole.replace(from, to);
        assert_eq!(Credentials::parse(text.as_bytes()).map_err(|error| error.what), Err(what), "{text}");
    }
    let many: String = (0..=parameter::PARAMETERS_MAX).map(|at| format!("p{at}=1,")).collect();
    assert!(Challenge::parse(format!("Digest {many}realm=r,nonce=n").as_bytes()).is_err());
}

fn account() -> Account {
    Account { user: "bob".into(), secret: password("zanzibar"), realm: None }
}

fn challenge(text: &str) -> Challenge {
    Challenge::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn the_first_challenge_that_can_be_answered_is_answered() {
    let challenges = [
        challenge(r#"Digest realm="a", nonce="1", algorithm=SHA3-512, qop="auth""#),
        challenge(r#"Digest realm="a", nonce="2", algorithm=SHA-512-256, qop="auth-conf""#),
        challenge(r#"Digest realm="a", nonce="3", algorithm=SHA-256, qop="auth-int, auth""#),
        challenge(r#"Digest realm="a", nonce="4", algorithm=MD5, qop="auth""#),
    ];
    let chosen = |account: &Account| Answer::choose(&challenges, account, 1).map(|answer| answer.nonce().clone());
    assert_eq!(chosen(&account()), Some(Octets::from("3")));
    let hashed = Account { secret: Secret::Hashed(Hash::Md5, "00".repeat(16)), ..account() };
    assert_eq!(chosen(&hashed), Some(Octets::from("4")));
    assert_eq!(chosen(&Account { realm: Some("b".into()), ..account() }), None);
}

#[test]
fn each_request_has_its_count_and_proves_its_user_to_a_server() {
    for offered in ["auth", "auth-int", "auth, auth-int"] {
        for algorithm in NAMES.map(|row| row.1) {
            let text = format!(r#"Digest realm="r\"x", nonce="n", opaque="o", algorithm={algorithm}, qop="{offered}""#);
            let mut answer = Answer::choose(&[challenge(&text)], &account(), 7).expect("it can be answered");
            for count in 1..3 {
                let shown =
                    answer.credentials(&account(), INVITE, b"sip:x@y").expect("a password suits every function");
                let heard = Credentials::parse(&shown.to_octets()).expect("ours");
                assert_eq!(heard, shown);
                assert_eq!(heard.protection.as_ref().map(|protection| protection.count), Some(count));
                assert!(heard.prove(INVITE, &password("zanzibar")), "{text}");
                let tampered = Request { body: b"v=1\r\n", ..INVITE };
                let is_protected = offered == "auth-int";
                assert_eq!(heard.prove(tampered, &password("zanzibar")), !is_protected, "{text}");
            }
        }
    }
}

#[test]
fn a_challenge_is_read_as_it_was_written() {
    for text in [
        r#"Digest realm="r", nonce="n""#,
        r#"Digest realm="r", nonce="n", opaque="", stale=true, algorithm=SHA-256, qop="auth,auth-int""#,
    ] {
        let read = challenge(text);
        assert_eq!(challenge(std::str::from_utf8(&read.to_octets()).expect("ASCII")), read);
    }
    assert!(challenge(r#"Digest realm="r", nonce="n", stale="TRUE""#).stale);
}

#[test]
fn a_nonce_is_good_for_its_time_and_each_count_once() {
    let start = Instant::now();
    let mut nonces = Nonces::new([7; 32], start);
    let nonce = nonces.make(start);
    let mut judge = |after: Duration, count| nonces.judge(start + after, nonce.as_bytes(), Some(count));
    let soon = Duration::from_secs(1);
    assert_eq!([1, 3, 2, 100, 40].map(|count| judge(soon, count)), [Worth::Good; 5]);
    assert_eq!([1, 2, 3, 40, 100].map(|count| judge(soon, count)), [Worth::Stale; 5]);
    assert_eq!(judge(soon, 36), Worth::Stale, "too far below the highest to be remembered");
    assert_eq!(judge(LIFETIME, 101), Worth::Good);
    assert_eq!(judge(LIFETIME + Duration::from_millis(1), 102), Worth::Stale);
}

#[test]
fn a_nonce_of_another_maker_is_foreign() {
    let start = Instant::now();
    let mut nonces = Nonces::new([7; 32], start);
    let other = Nonces::new([8; 32], start).make(start);
    let mut forged = nonces.make(start).into_bytes();
    forged[0] = b'1';
    for nonce in [other.as_bytes(), &forged, b"", b"x", &[0xff; 56]] {
        assert_eq!(nonces.judge(start, nonce, Some(1)), Worth::Foreign);
    }
}

#[test]
fn a_full_table_forgets_the_oldest_and_accepts_none_of_its_requests_again() {
    let start = Instant::now();
    let mut nonces = Nonces::new([7; 32], start);
    let made: Vec<String> = (0..=USED_MAX).map(|_| nonces.make(start)).collect();
    for nonce in &made {
        assert_eq!(nonces.judge(start, nonce.as_bytes(), Some(1)), Worth::Good);
    }
    assert_eq!(nonces.judge(start, made[0].as_bytes(), Some(1)), Worth::Stale);
    assert_eq!(nonces.judge(start, made[1].as_bytes(), Some(2)), Worth::Good);
}

#[test]
fn mutated_values_harm_nobody() {
    let seed = 0x7616;
    println!("seed {seed:#x}");
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let good = mufasa("MD5", "8ca523f5e9506fed4657c9700eebdbec").to_octets();
    for _ in 0..20_000 {
        let mut text = good.clone();
        for _ in 0..1 + rng.next_u32() % 4 {
            let at = rng.next_u32() as usize % text.len();
            match rng.next_u32() % 3 {
                0 => text[at] = rng.next_u32() as u8,
                1 => text.truncate(at.max(1)),
                _ => text.insert(at, b"\",= \\"[rng.next_u32() as usize % 5]),
            }
        }
        if let Ok(read) = Credentials::parse(&text) {
            assert_eq!(Credentials::parse(&read.to_octets()).as_ref(), Ok(&read), "{}", text.escape_ascii());
        }
        let _challenge = Challenge::parse(&text);
    }
}
