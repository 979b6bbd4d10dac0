//! Who calls and who is called, in the canonical form that is signed: RFC 8224 8.3 for numbers, 8.5 for other addresses.
//!
//! A number is its digits with the country code, without `+` and visual separators. One that is not written
//! internationally gets the configured country code when we sign. When we verify it matches with or without the code:
//! both name the same line.

use serde::{Deserialize, Serialize};

use crate::sip::{Scheme, Uri};

/// An identity as a PASSporT has it (RFC 8225 5.2.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identity {
    /// A telephone number: digits, `#` and `*`.
    Tn(String),
    /// Any other address.
    Uri(String),
}

impl Identity {
    /// The identity of an address; `None` where it names nobody: no user part, or none of SIP.
    pub fn of(uri: &Uri, country_code: &str) -> Option<Identity> {
        if let Some(number) = uri.telephone_number() {
            return Identity::number(&number.digits, number.global, country_code);
        }
        let user = std::str::from_utf8(uri.raw_user()?).ok()?;
        let scheme = match uri.scheme() {
            Scheme::Sip => "sip",
            Scheme::Sips => "sips",
            Scheme::Tel | Scheme::Other => return None,
        };
        Some(Identity::Uri(format!("{scheme}:{user}@{}", uri.host().to_ascii_lowercase())))
    }

    /// The identity of a number in text, `+` before it where it is international.
    pub fn of_text(text: &str, country_code: &str) -> Option<Identity> {
        let digits = text.strip_prefix('+');
        Identity::number(digits.unwrap_or(text), digits.is_some(), country_code)
    }

    fn number(digits: &str, global: bool, country_code: &str) -> Option<Identity> {
        let plain = digits.bytes().all(|octet| octet.is_ascii_digit() || b"#*".contains(&octet));
        let code = if global { "" } else { country_code };
        (plain && !digits.is_empty()).then(|| Identity::Tn(format!("{code}{digits}")))
    }

    /// Whether this identity of a request is the one that was signed.
    pub fn is_signed_as(&self, signed: &Identity, country_code: &str) -> bool {
        match (self, signed) {
            (Identity::Tn(ours), Identity::Tn(theirs)) => {
                let theirs = theirs.strip_prefix('+').unwrap_or(theirs);
                ours == theirs || ours.strip_prefix(country_code).is_some_and(|digits| digits == theirs)
            }
            (ours, theirs) => ours == theirs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str, country_code: &str) -> Option<Identity> {
        Identity::of(&Uri::parse(uri.as_bytes()).expect("a URI"), country_code)
    }

    fn tn(digits: &str) -> Identity {
        Identity::Tn(digits.into())
    }

    #[test]
    fn a_number_loses_its_plus_and_separators_and_gains_its_country() {
        assert_eq!(of("tel:+1-(215)-555.1212", "49"), Some(tn("12155551212")));
        assert_eq!(of("sip:+12155551212;npdi@192.0.2.1:5070;user=phone", "49"), Some(tn("12155551212")));
        assert_eq!(of("sip:2155551212@192.0.2.1;user=phone", "1"), Some(tn("12155551212")));
        assert_eq!(of("sip:2155551212@192.0.2.1;user=phone", ""), Some(tn("2155551212")));
        assert_eq!(of("tel:*21", ""), Some(tn("*21")));
    }

    #[test]
    fn another_address_is_its_user_at_its_host() {
        assert_eq!(
            of("sip:alice@Example.COM:5060;transport=tcp", "1"),
            Some(Identity::Uri("sip:alice@example.com".into()))
        );
        assert_eq!(of("sip:example.com", "1"), None);
        assert_eq!(of("urn:service:sos", "1"), None);
    }

    #[test]
    fn the_same_line_is_recognized_with_and_without_its_country_code() {
        assert!(tn("12155551212").is_signed_as(&tn("12155551212"), "1"));
        assert!(tn("12155551212").is_signed_as(&tn("2155551212"), "1"));
        assert!(!tn("12155551212").is_signed_as(&tn("2155551213"), "1"));
        assert!(!tn("12155551212").is_signed_as(&Identity::Uri("sip:12155551212@a".into()), "1"));
    }
}
