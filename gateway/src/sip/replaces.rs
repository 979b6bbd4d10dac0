//! Replaces (RFC 3891): the dialog whose place another one takes; in an INVITE, or in the URI of Refer-To.

use super::header::Name;
use super::message::Message;
use super::octets::Octets;
use super::parse::Malformed;
use super::parse::lex::{Parameters, trim};
use super::uri::{Uri, unescape};

/// Names a dialog as its other end, who is to give it up, knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaces {
    /// Call-ID.
    pub call_id: Octets,
    /// The tag of who is to give it up.
    pub to_tag: Octets,
    /// The tag of the party that leaves.
    pub from_tag: Octets,
    /// It must not be confirmed yet.
    pub early_only: bool,
}

impl Replaces {
    /// The field of an INVITE, which may have one.
    pub(crate) fn of(invite: &Message) -> Result<Option<Replaces>, Malformed> {
        let mut values = invite.values(Name::Replaces);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => Replaces::parse(value).map(Some),
            (Some(_), Some(_)) => Err(Malformed::new("more than one Replaces", 0)),
        }
    }

    /// The one in the headers of a URI: `?Replaces=` and the value, escaped.
    pub(crate) fn of_uri(uri: &Uri) -> Result<Option<Replaces>, Malformed> {
        let mut headers = uri.headers().split(|&octet| octet == b'&');
        let value = headers.find_map(|header| {
            let equals = header.iter().position(|&octet| octet == b'=')?;
            header[..equals].eq_ignore_ascii_case(b"Replaces").then(|| &header[equals + 1..])
        });
        value.map(|value| Replaces::parse(&unescape(value))).transpose()
    }

    fn parse(value: &[u8]) -> Result<Replaces, Malformed> {
        let end = value.iter().position(|&octet| octet == b';').unwrap_or(value.len());
        let (call_id, parameters) = (trim(&value[..end]), Parameters(&value[end..]));
        parameters.check()?;
        let tag = |name, what| parameters.value(name).map(Octets::from).ok_or(Malformed::new(what, end));
        if call_id.is_empty() {
            return Err(Malformed::new("Replaces without a Call-ID", 0));
        }
        Ok(Replaces {
            call_id: call_id.into(),
            to_tag: tag("to-tag", "Replaces without to-tag")?,
            from_tag: tag("from-tag", "Replaces without from-tag")?,
            early_only: parameters.get("early-only").is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_is_named_by_call_id_and_both_tags_escaped_in_a_uri() {
        let uri = b"sip:600@gw?Replaces=c1%40phone%3Bto-tag%3D7743%3Bfrom-tag%3D6472%3Bearly-only&Require=replaces";
        let named = Replaces::of_uri(&Uri::parse(uri).unwrap()).unwrap().expect("there is one");
        assert_eq!((&*named.call_id, &*named.to_tag), (&b"c1@phone"[..], &b"7743"[..]));
        assert_eq!((&*named.from_tag, named.early_only), (&b"6472"[..], true));
        assert_eq!(Replaces::of_uri(&Uri::parse(b"sip:600@gw?Subject=x").unwrap()), Ok(None));
    }

    #[test]
    fn one_without_its_tags_names_nothing() {
        for value in ["c1@phone", "c1@phone;to-tag=1", ";to-tag=1;from-tag=2", "c1;to-tag;from-tag=2"] {
            assert!(Replaces::parse(value.as_bytes()).is_err(), "{value}");
        }
    }
}
