//! `[stir]`, and what peers and trunks say of it.

use std::time::Duration;

use super::*;
use crate::identity_tests::{mistakes, with};
use crate::model::{Attestation, Signatures, Verify};

const SIGNING: &str = "[stir]\ncertificate_url = \"https://cert.example.com/a.pem\"\nkey = \"/k\"\n\
    origid = \"123e4567-e89b-12d3-a456-426655440000\"\n";
const VERIFYING: &str = "[stir]\nauthorities = \"/a\"\ncertificates = \"/c\"\n";

#[test]
fn without_the_section_nobody_signs_and_nothing_is_verified() {
    let model = with("", "").unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(model.stir, model::Stir::default());
    assert_eq!(model.sip.peers[0].terms.signatures, Signatures { sign: false, verify: Verify::Off });
    assert_eq!(model.trunks[0].attestation, Attestation::Gateway);
}

#[test]
fn a_peer_is_signed_for_and_verified_as_it_says() {
    let section = format!("{SIGNING}authorities = \"/a\"\ncertificates = \"/c\"\ncountry_code = \"1\"\n");
    let model = with(&section, "sign = true\nverify = \"require\"").unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(model.sip.peers[0].terms.signatures, Signatures { sign: true, verify: Verify::Require });
    assert_eq!(model.stir.signing.expect("a key").certificate_url, "https://cert.example.com/a.pem");
    assert_eq!(model.stir.verification.expect("authorities").fresh, Duration::from_secs(60));
    assert_eq!(model.stir.country_code, "1");
}

#[test]
fn who_asks_for_what_the_section_does_not_have_is_told() {
    assert_eq!(mistakes("", "sign = true"), ["sip.peer[1].sign"]);
    assert_eq!(mistakes(VERIFYING, "sign = true"), ["sip.peer[1].sign"]);
    assert_eq!(mistakes(SIGNING, "verify = \"note\""), ["sip.peer[1].verify"]);
    assert_eq!(mistakes(SIGNING, "verify = \"maybe\""), ["sip.peer[1].verify"]);
}

#[test]
fn half_of_what_belongs_together_is_a_mistake() {
    assert_eq!(mistakes("[stir]\nkey = \"/k\"\n", ""), ["stir.certificate_url", "stir.origid"]);
    assert_eq!(mistakes("[stir]\nauthorities = \"/a\"\n", "verify = \"note\""), ["stir.certificates"]);
}

#[test]
fn each_value_has_its_form() {
    for url in
        ["http://cert.example.com/a.pem", "https://cert.example.com", "https:///a", "https://a/b c", "https://a/<b>"]
    {
        let section = SIGNING.replace("https://cert.example.com/a.pem", url);
        assert_eq!(mistakes(&section, ""), ["stir.certificate_url"], "{url}");
    }
    assert_eq!(mistakes(&SIGNING.replace("123e4567", "123e456"), ""), ["stir.origid"]);
    for wrong in ["fresh_seconds = 0", "fresh_seconds = 3601", "country_code = \"+49\"", "country_code = \"0\""] {
        let key = format!("stir.{}", wrong.split(' ').next().expect("a key"));
        assert_eq!(mistakes(&format!("{VERIFYING}{wrong}\n"), ""), [key], "{wrong}");
    }
}

#[test]
fn ported_numbers_are_written_as_the_trunk_says_or_as_its_network_does() {
    let ported =
        |text: &str| match &parse("test.toml", text).unwrap_or_else(|report| panic!("{report}")).trunks[0].signalling {
            model::Signalling::Isup(isup) => isup.ported,
            model::Signalling::Pri(_) => panic!("the embedded trunk is ISUP"),
        };
    let said = EMBEDDED.replace("name = \"trunk\"", "name = \"trunk\"\nported = \"directory-number\"");
    assert_eq!(ported(&said), model::Ported::DirectoryNumber);
    assert_eq!(ported(EMBEDDED), model::Ported::Concatenated);
    let ansi = EMBEDDED.replace("[ss7]", "[ss7]\nvariant = \"ansi-95\"");
    assert_eq!(ported(&ansi), model::Ported::GenericAddress);
}
