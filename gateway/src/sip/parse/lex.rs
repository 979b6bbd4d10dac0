//! Words of the SIP grammar: tokens, quoted strings, linear white space, parameters and lists (RFC 3261 25.1).
//!
//! All readers work on a value that is already unfolded (no CR or LF inside), give slices of it and never allocate.

use super::Malformed;

/// `token` characters.
pub(crate) fn is_token_char(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&octet)
}

/// One or more `token` characters.
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&octet| is_token_char(octet))
}

/// Space or tab; CR and LF are gone when a value is unfolded.
pub(crate) fn is_space(octet: u8) -> bool {
    octet == b' ' || octet == b'\t'
}

/// The text without white space at both ends.
pub(crate) fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

/// The decimal number that the whole text is: digits only, at most `u32::MAX`. Leading zeros are allowed.
pub(crate) fn number(text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u32, |value, &octet| {
        let digit = octet.is_ascii_digit().then(|| u32::from(octet - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// The length of the quoted string, quotes included, that `text` begins with.
pub(crate) fn quoted_length(text: &[u8]) -> Result<usize, Malformed> {
    let mut at = 1;
    while let Some(&octet) = text.get(at) {
        match octet {
            b'"' => return Ok(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    Err(Malformed::new("quotation mark without its partner", 0))
}

/// The content of a quoted string (quotes taken off), escapes resolved.
pub(crate) fn unquote(quoted: &[u8]) -> Vec<u8> {
    let inner = quoted.strip_prefix(b"\"").unwrap_or(quoted);
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    let mut content = Vec::with_capacity(inner.len());
    let mut octets = inner.iter();
    while let Some(&octet) = octets.next() {
        match octet {
            b'\\' => content.extend(octets.next()),
            _ => content.push(octet),
        }
    }
    content
}

/// Appends `content` as a quoted string.
pub(crate) fn quote(content: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &octet in content {
        if octet == b'"' || octet == b'\\' {
            out.push(b'\\');
        }
        out.push(octet);
    }
    out.push(b'"');
}

/// The offset of the first `wanted` octet outside quoted strings and angle brackets.
pub(crate) fn find_outside(text: &[u8], wanted: u8) -> Result<Option<usize>, Malformed> {
    let mut at = 0;
    let mut bracket = false;
    while let Some(&octet) = text.get(at) {
        match octet {
            // No quotation marks stand inside a URI's brackets.
            b'"' if !bracket => {
                at += quoted_length(&text[at..]).map_err(|error| error.within(at))?;
                continue;
            }
            _ if octet == wanted && !bracket => return Ok(Some(at)),
            b'<' => bracket = true,
            b'>' => bracket = false,
            _ => {}
        }
        at += 1;
    }
    Ok(None)
}

/// The elements of a comma-separated list, trimmed. An unpaired quotation mark ends the list with an error.
pub(crate) struct Elements<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Elements<'a> {
    pub(crate) fn of(value: &'a [u8]) -> Self {
        Elements { rest: Some(value) }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<&'a [u8], Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest?;
        match find_outside(text, b',') {
            Ok(Some(comma)) => {
                self.rest = Some(&text[comma + 1..]);
                Some(Ok(trim(&text[..comma])))
            }
            Ok(None) => {
                self.rest = None;
                Some(Ok(trim(text)))
            }
            Err(error) => {
                self.rest = None;
                Some(Err(error))
            }
        }
    }
}

/// The parameters behind a header value or a URI: `;name=value;name`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parameters<'a>(pub(crate) &'a [u8]);

impl<'a> Parameters<'a> {
    /// The parameter's value as written (a quoted string keeps its quotes); `Some(None)` when it has no value.
    /// Names are compared without regard to case.
    pub fn get(&self, name: &str) -> Option<Option<&'a [u8]>> {
        let wanted = |parameter: &(&[u8], Option<&'a [u8]>)| parameter.0.eq_ignore_ascii_case(name.as_bytes());
        self.iter().map_while(Result::ok).find(wanted).map(|(_, value)| value)
    }

    /// The value of a parameter that has one.
    pub fn value(&self, name: &str) -> Option<&'a [u8]> {
        self.get(name).flatten()
    }

    pub(crate) fn iter(&self) -> ParameterIter<'a> {
        ParameterIter { text: self.0, at: 0 }
    }

    /// Checks the grammar of every parameter.
    pub(crate) fn check(&self) -> Result<(), Malformed> {
        self.iter().try_for_each(|parameter| parameter.map(drop))
    }
}

/// Walks `;name=value` pairs.
pub(crate) struct ParameterIter<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for ParameterIter<'a> {
    type Item = Result<(&'a [u8], Option<&'a [u8]>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = trim(&self.text[self.at..]);
        if text.is_empty() {
            return None;
        }
        let begin = self.at;
        let parameter = one_parameter(text);
        self.at = match &parameter {
            Ok((_, _, length)) => self.text.len() - (text.len() - length) - trailing_space(self.text),
            Err(_) => self.text.len(),
        };
        Some(parameter.map(|(name, value, _)| (name, value)).map_err(|error| error.within(begin)))
    }
}

fn trailing_space(text: &[u8]) -> usize {
    text.iter().rev().take_while(|&&octet| is_space(octet)).count()
}

type OneParameter<'a> = (&'a [u8], Option<&'a [u8]>, usize);

fn one_parameter(text: &[u8]) -> Result<OneParameter<'_>, Malformed> {
    if text[0] != b';' {
        return Err(Malformed::new("parameter without its semicolon", 0));
    }
    let end = find_outside(&text[1..], b';')?.map_or(text.len(), |at| at + 1);
    let body = &text[1..end];
    let (name, value) = match find_outside(body, b'=')? {
        Some(equals) => (trim(&body[..equals]), Some(trim(&body[equals + 1..]))),
        None => (trim(body), None),
    };
    let named = !name.is_empty() && name.iter().all(|&octet| is_token_char(octet) || b"[]/:&$".contains(&octet));
    if !named {
        return Err(Malformed::new("parameter name", 1));
    }
    if value.is_some_and(|value| !is_parameter_value(value)) {
        return Err(Malformed::new("parameter value", 1 + name.len()));
    }
    Ok((name, value, end))
}

/// A token, a host (IPv6 with or without brackets) or a quoted string; URI parameters allow a few octets more.
fn is_parameter_value(value: &[u8]) -> bool {
    match value.first() {
        None => false,
        Some(b'"') => quoted_length(value) == Ok(value.len()),
        Some(_) => {
            value.iter().all(|&octet| octet > b' ' && octet != 0x7f && !b"<>\",;=".contains(&octet) || octet == b'=')
        }
    }
}
