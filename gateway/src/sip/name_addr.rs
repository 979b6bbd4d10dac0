//! Addresses with a name: From, To, Contact, Route, Record-Route, P-Asserted-Identity (RFC 3261 20.10, 25.1).
//!
//! [`NameAddr`] is owned and goes through the public face; `Address` is the same thing read in place, for the many
//! messages of which only a tag is wanted.

use super::octets::Octets;
use super::parse::Malformed;
use super::parse::lex::{self, Parameters};
use super::uri::Uri;

/// `"display" <uri>;parameters`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAddr {
    /// The display name without its quotes and escapes, octet for octet as the peer encoded it.
    pub display: Option<Octets>,
    /// The address.
    pub uri: Uri,
    /// Header parameters as written, first semicolon included: `;tag=1928301774`. See [`NameAddr::parameters`].
    pub raw_parameters: Octets,
}

impl NameAddr {
    /// An address without name and parameters.
    pub fn new(uri: Uri) -> NameAddr {
        NameAddr { display: None, uri, raw_parameters: Octets::default() }
    }

    /// The same address under a display name.
    pub fn named(self, display: impl Into<Octets>) -> NameAddr {
        NameAddr { display: Some(display.into()), ..self }
    }

    /// Parses one address that is the whole of `value` (unfolded).
    pub fn parse(value: &[u8]) -> Result<NameAddr, Malformed> {
        let address = Address::parse(value)?;
        let uri_offset = address.uri.as_ptr() as usize - value.as_ptr() as usize;
        Ok(NameAddr {
            display: address.display.map(|display| Octets(lex::unquote(display))),
            uri: Uri::parse(address.uri).map_err(|error| error.within(uri_offset))?,
            raw_parameters: Octets::from(address.parameters.0),
        })
    }

    /// Header parameters.
    pub fn parameters(&self) -> Parameters<'_> {
        Parameters(&self.raw_parameters)
    }

    /// The `tag` parameter.
    pub fn tag(&self) -> Option<&[u8]> {
        self.parameters().value("tag")
    }

    /// Appends the address in its `name-addr` form; the display name is always quoted.
    pub fn write(&self, out: &mut Vec<u8>) {
        if let Some(display) = &self.display {
            lex::quote(display, out);
            out.push(b' ');
        }
        out.push(b'<');
        out.extend_from_slice(self.uri.octets());
        out.push(b'>');
        out.extend_from_slice(&self.raw_parameters);
    }

    pub(crate) fn to_octets(&self) -> Octets {
        let mut out = Vec::with_capacity(64);
        self.write(&mut out);
        Octets(out)
    }
}

/// An address read in place. The URI is cut out, not parsed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address<'a> {
    /// As written, quotes included.
    pub display: Option<&'a [u8]>,
    pub uri: &'a [u8],
    pub parameters: Parameters<'a>,
}

impl<'a> Address<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Result<Address<'a>, Malformed> {
        let text = lex::trim(value);
        let display_length = match text.first() {
            Some(b'"') => lex::quoted_length(text)?,
            _ => text.iter().position(|&octet| octet == b'<').unwrap_or(0),
        };
        let address = if text.first() == Some(&b'"') || text[display_length..].first() == Some(&b'<') {
            Address::bracketed(text, display_length)?
        } else {
            Address::bare(text)?
        };
        if address.uri.is_empty() {
            return Err(Malformed::new("address without a URI", 0));
        }
        address.parameters.check()?;
        Ok(address)
    }

    pub(crate) fn tag(&self) -> Option<&'a [u8]> {
        self.parameters.value("tag")
    }

    fn bracketed(text: &'a [u8], display_length: usize) -> Result<Address<'a>, Malformed> {
        let display = lex::trim(&text[..display_length]);
        let is_words = |octet: &u8| lex::is_token_char(*octet) || lex::is_space(*octet) || *octet >= 0x80;
        if display.first() != Some(&b'"') && !display.iter().all(is_words) {
            return Err(Malformed::new("display name that should be quoted", 0));
        }
        let rest = lex::trim(&text[display_length..]);
        let Some(inner) = rest.strip_prefix(b"<") else {
            return Err(Malformed::new("display name without an address", display_length));
        };
        let Some(close) = inner.iter().position(|&octet| octet == b'>') else {
            return Err(Malformed::new("angle bracket without its partner", display_length));
        };
        Ok(Address {
            display: (!display.is_empty()).then_some(display),
            uri: &inner[..close],
            parameters: Parameters(lex::trim(&inner[close + 1..])),
        })
    }

    /// Without brackets every semicolon begins a header parameter, none a URI parameter (RFC 3261 20.10).
    fn bare(text: &'a [u8]) -> Result<Address<'a>, Malformed> {
        let end = text.iter().position(|&octet| octet == b';').unwrap_or(text.len());
        let uri = lex::trim(&text[..end]);
        if let Some(at) = uri.iter().position(|octet| b",?".contains(octet)) {
            return Err(Malformed::new("URI that should stand in angle brackets", at));
        }
        Ok(Address { display: None, uri, parameters: Parameters(&text[end..]) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_1_display_name_survives_octet_for_octet() {
        let value = b"\"J\xf6rg \\\"x\\\" M\xfcller\" <sip:j@h>;tag=1";
        let address = NameAddr::parse(value).unwrap();
        assert_eq!(address.display.as_deref(), Some(&b"J\xf6rg \"x\" M\xfcller"[..]));
        assert_eq!(*address.to_octets(), value[..]);
    }

    #[test]
    fn white_space_and_bare_uris_are_read_as_the_grammar_says() {
        let address = NameAddr::parse(b" sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n").unwrap();
        assert_eq!(address.tag(), Some(&b"1918181833n"[..]));
        assert_eq!(address.uri.host(), "chair-dnrc.example.com");
        let address = NameAddr::parse(b"caller<sip:caller@example.com>;tag=323").unwrap();
        assert_eq!(address.display, Some(Octets::from("caller")));
        let address = NameAddr::parse(b"<sip:a@b;lr>;x=\";tag=no\";tag=yes").unwrap();
        assert_eq!(address.tag(), Some(&b"yes"[..]));
        assert_eq!(address.uri.parameters().get("lr"), Some(None));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for value in [
            &b"\"unpaired <sip:a@b>"[..],
            b"Bell, Alexander <sip:a@b>;tag=43",
            b"\"Watson\" < sip:t@w >",
            b"<sip:a@b",
            b"<>",
            b"",
            b"\"name only\"",
            b"<sip:a@b>;;tag=1",
            b"sip:user@example.com?Route=%3Csip:x%3E",
        ] {
            assert!(NameAddr::parse(value).is_err(), "{}", value.escape_ascii());
        }
    }
}
