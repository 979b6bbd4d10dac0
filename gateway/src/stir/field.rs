//! The Identity header field (RFC 8224 4): a token and where its certificate is, `token;info=<URI>;alg=ES256;ppt=shaken`.
//!
//! A value may stand beside others in a field, and the field has a compact form, `y`; both is the SIP room's to read. `ppt`
//! is read with and without quotation marks, as senders write it.

use super::passport::{ES256, TOKEN_OCTETS_MAX};
use crate::sip::parse::lex::{find_outside, trim};

/// One value of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The token, not read yet.
    pub token: String,
    /// Where its certificate is.
    pub info: String,
    /// The algorithm; ES256 where it is not said.
    pub alg: String,
    /// What kind of PASSporT it is; `None`: the base alone.
    pub ppt: Option<String>,
}

/// The value is none of Identity: what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Identity header {0}")]
pub struct NotAField(pub &'static str);

impl Field {
    /// Reads one value. Parameters that are not known are passed over.
    pub fn parse(value: &[u8]) -> Result<Field, NotAField> {
        if value.len() > FIELD_OCTETS_MAX {
            return Err(NotAField("is longer than any"));
        }
        let (token, mut rest) = cut(value)?;
        let mut field = Field { token: text(token)?, info: String::new(), alg: ES256.into(), ppt: None };
        while let Some(parameters) = rest {
            let (parameter, behind) = cut(parameters)?;
            let (name, value) = text(parameter)?
                .split_once('=')
                .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
                .unwrap_or_default();
            match name.as_str() {
                "info" => field.info = address(&value).ok_or(NotAField("has no URI in info"))?,
                "alg" => field.alg = unquoted(&value),
                "ppt" => field.ppt = Some(unquoted(&value)),
                _ => {}
            }
            rest = behind;
        }
        match field.info.is_empty() {
            true => Err(NotAField("does not say where its certificate is")),
            false => Ok(field),
        }
    }

    /// The value as it goes out.
    pub fn write(&self) -> String {
        let ppt = self.ppt.as_ref().map_or(String::new(), |ppt| format!(";ppt={ppt}"));
        format!("{};info=<{}>;alg={}{ppt}", self.token, self.info, self.alg)
    }
}

/// Up to the next semicolon outside of brackets, and what follows it.
fn cut(text: &[u8]) -> Result<(&[u8], Option<&[u8]>), NotAField> {
    let at = find_outside(text, b';').map_err(|_| NotAField("has a quotation mark without its partner"))?;
    Ok(match at {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    })
}

fn text(octets: &[u8]) -> Result<String, NotAField> {
    match std::str::from_utf8(trim(octets)) {
        Ok(text) if text.is_ascii() => Ok(text.to_owned()),
        _ => Err(NotAField("has octets beyond ASCII")),
    }
}

fn address(value: &str) -> Option<String> {
    let inner = value.strip_prefix('<')?.strip_suffix('>')?.trim();
    (!inner.is_empty()).then(|| inner.to_owned())
}

fn unquoted(value: &str) -> String {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value).to_owned()
}

/// A token, and a URI and some words besides.
pub const FIELD_OCTETS_MAX: usize = TOKEN_OCTETS_MAX + 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn field(ppt: Option<&str>) -> Field {
        let (info, alg) = ("https://biloxi.example.org/biloxi.cer;a=1".into(), "ES256".into());
        Field { token: "a.b.c".into(), info, alg, ppt: ppt.map(str::to_owned) }
    }

    #[test]
    fn a_value_is_read_as_it_is_written() {
        for ppt in [None, Some("shaken")] {
            let value = field(ppt).write();
            assert_eq!(Field::parse(value.as_bytes()), Ok(field(ppt)), "{value}");
        }
        let spaced = b"a.b.c ; INFO = <https://biloxi.example.org/biloxi.cer;a=1> ; ppt=\"shaken\";future=x ;flag";
        assert_eq!(Field::parse(spaced), Ok(field(Some("shaken"))));
    }

    #[test]
    fn a_value_without_its_certificates_place_is_none() {
        for wrong in
            ["", "a.b.c", "a.b.c;info=", "a.b.c;info=<>", "a.b.c;info=https://x", "a;info=\"<", "\u{e9};info=<u>"]
        {
            assert!(Field::parse(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
        let long = [vec![b'a'; FIELD_OCTETS_MAX], b";info=<u>".to_vec()].concat();
        assert_eq!(Field::parse(&long), Err(NotAField("is longer than any")));
    }
}
