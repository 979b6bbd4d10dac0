//! `[stir]`, and the keys of peers and trunks that go with it.

use std::time::Duration;

use super::Check;
use crate::model::{Attestation, Signatures, Signing, Stir, Verification, Verify};
use crate::raw;
use crate::wrong::{At, Place};

impl Check {
    /// What it says holds for the peers that are checked after it.
    pub(super) fn stir(&mut self, section: Option<At<raw::Stir>>) -> Option<Stir> {
        let Some(At { place, value: raw }) = section else { return Some(Stir::default()) };
        let keys = SigningKeys { url: raw.certificate_url, key: raw.key, origid: raw.origid };
        let signing = self.signing(&place, keys);
        let fresh = self.within_or(raw.fresh_seconds, 1..=3600, "seconds", FRESH_SECONDS);
        let verification = self.verification(&place, raw.authorities, raw.certificates, fresh);
        let country_code = raw.country_code.map_or(Some(String::new()), |text| self.country_code(&text));
        self.stir = Offers { signing: signing != Some(None), verification: verification != Some(None) };
        Some(Stir { signing: signing?, verification: verification?, country_code: country_code? })
    }

    /// `Some(None)`: there is none, and nobody asks for one.
    fn signing(&mut self, section: &Place, keys: SigningKeys) -> Option<Option<Signing>> {
        let SigningKeys { url, key, origid } = keys;
        if url.is_none() && key.is_none() && origid.is_none() {
            return Some(None);
        }
        let url = self.required(section, "certificate_url", url, CERTIFICATE_URL);
        let key = self.required(section, "key", key, "a file in PEM");
        let origid = self.required(section, "origid", origid, ORIGID);
        let certificate_url = url.and_then(|text| self.form(text, is_https, CERTIFICATE_URL));
        let key = key.and_then(|text| self.path(text));
        let origid = origid.and_then(|text| self.form(text, is_uuid, ORIGID));
        Some(Some(Signing { certificate_url: certificate_url?, key: key?, origid: origid? }))
    }

    fn verification(
        &mut self,
        section: &Place,
        authorities: Option<At<String>>,
        certificates: Option<At<String>>,
        fresh: Option<i64>,
    ) -> Option<Option<Verification>> {
        if authorities.is_none() && certificates.is_none() {
            return Some(None);
        }
        let authorities = self.required(section, "authorities", authorities, "a file in PEM");
        let certificates = self.required(section, "certificates", certificates, "a folder of certificates");
        let authorities = authorities.and_then(|text| self.path(text));
        let certificates = certificates.and_then(|text| self.path(text));
        let fresh = Duration::from_secs(fresh?.unsigned_abs());
        Some(Some(Verification { authorities: authorities?, certificates: certificates?, fresh }))
    }

    fn country_code(&mut self, text: &At<String>) -> Option<String> {
        let is_code = (1..=3).contains(&text.value.len()) && text.value.bytes().all(|octet| octet.is_ascii_digit());
        if !is_code || text.value.starts_with('0') {
            self.wrong(&text.place, "a country code, as \"49\"", "write its digits alone");
            return None;
        }
        Some(text.value.clone())
    }

    fn form(&mut self, text: At<String>, fits: impl Fn(&str) -> bool, expected: &str) -> Option<String> {
        if !fits(&text.value) {
            self.wrong(&text.place, expected, "write it in that form");
            return None;
        }
        Some(text.value)
    }

    /// What a peer says of signatures.
    pub(super) fn signatures(&mut self, sign: Option<At<bool>>, verify: Option<At<String>>) -> Option<Signatures> {
        let offers = self.stir;
        if let Some(key) = sign.as_ref().filter(|key| key.value && !offers.signing) {
            self.wrong(&key.place, "something to sign by", "add certificate_url, key and origid to [stir]");
        }
        let chosen = verify.as_ref().map_or(Some(Verify::Off), |word| self.choice(word, VERIFY));
        if let (Some(word), false, Some(Verify::Note | Verify::Require)) = (&verify, offers.verification, chosen) {
            self.wrong(&word.place, "something to verify by", "add authorities and certificates to [stir]");
        }
        Some(Signatures { sign: sign.is_some_and(|key| key.value), verify: chosen? })
    }

    /// What a trunk says of its callers.
    pub(super) fn attestation(&mut self, word: Option<&At<String>>) -> Option<Attestation> {
        word.map_or(Some(Attestation::Gateway), |word| self.choice(word, ATTESTATIONS))
    }
}

/// What `[stir]` has, right or wrong.
#[derive(Clone, Copy, Default)]
pub(super) struct Offers {
    signing: bool,
    verification: bool,
}

struct SigningKeys {
    url: Option<At<String>>,
    key: Option<At<String>>,
    origid: Option<At<String>>,
}

/// It stands between angle brackets of a header field.
fn is_https(text: &str) -> bool {
    let plain =
        text.len() <= URL_OCTETS_MAX && text.bytes().all(|octet| octet.is_ascii_graphic() && !b"<>\"".contains(&octet));
    let rest = text.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
    plain && rest.is_some_and(|(host, path)| !host.is_empty() && !path.is_empty())
}

/// RFC 9562 4, in either case.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|octet| octet.is_ascii_hexdigit());
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(is_hex)
}

const CERTIFICATE_URL: &str = "a URL by https, as \"https://cert.example.com/passport.pem\"";
const ORIGID: &str = "a UUID, as \"123e4567-e89b-12d3-a456-426655440000\"";
const VERIFY: &[(&str, Verify)] = &[("off", Verify::Off), ("note", Verify::Note), ("require", Verify::Require)];
const ATTESTATIONS: &[(&str, Attestation)] =
    &[("full", Attestation::Full), ("partial", Attestation::Partial), ("gateway", Attestation::Gateway)];
/// What RFC 8224 recommends.
const FRESH_SECONDS: i64 = 60;
const URL_OCTETS_MAX: usize = 512;
