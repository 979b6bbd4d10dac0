//! The URI of SIP, SIPS and TEL: RFC 3261 19.1 and 25.1, RFC 3966.
//!
//! A [`Uri`] is one buffer with the places of its parts, so what came is what goes: escapes, case and parameters are
//! kept as written. A URI of another scheme is carried whole and has no host. Left out: comparison by 19.1.4, which no
//! user agent behaviour here asks for.

use super::octets::{Octets, Span};
use super::parse::Malformed;
use super::parse::lex::{self, Parameters};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// Which kind of URI it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`
    Sips,
    /// `tel:`, RFC 3966
    Tel,
    /// Any other; [`Uri::octets`] has its name.
    Other,
}

/// A URI as it came.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri {
    octets: Octets,
    scheme: Scheme,
    user: Option<Span>,
    password: Option<Span>,
    host: Span,
    port: Option<u16>,
    parameters: Span,
    headers: Span,
}

/// The number that a user part or a TEL URI spells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelephoneNumber {
    /// It began with `+`: a global number, country code first (RFC 3966 5.1.4).
    pub global: bool,
    /// Digits, `*`, `#`, and `A` to `F` in upper case; visual separators are taken out.
    pub digits: String,
}

impl Uri {
    /// Parses a URI that is the whole of `text`.
    pub fn parse(text: &[u8]) -> Result<Uri, Malformed> {
        check_octets(text)?;
        let colon = text.iter().position(|&octet| octet == b':').ok_or(Malformed::new("URI without a scheme", 0))?;
        let scheme = scheme(&text[..colon])?;
        let mut uri = Uri {
            octets: Octets::from(text),
            scheme,
            user: None,
            password: None,
            host: Span::default(),
            port: None,
            parameters: Span::of(text.len()..text.len()),
            headers: Span::of(text.len()..text.len()),
        };
        match scheme {
            Scheme::Sip | Scheme::Sips => uri.cut_sip(colon + 1)?,
            Scheme::Tel => uri.cut_tel(colon + 1)?,
            Scheme::Other => {}
        }
        Ok(uri)
    }

    /// `sip:user@host:port`; the user part is escaped where RFC 3261 asks for it. No user part when `user` is empty.
    pub fn sip(user: &str, host: IpAddr, port: Option<u16>) -> Uri {
        let mut text = b"sip:".to_vec();
        if !user.is_empty() {
            escape_user(user.as_bytes(), &mut text);
            text.push(b'@');
        }
        let host = match (host, port) {
            (host, Some(port)) => SocketAddr::new(host, port).to_string(),
            (IpAddr::V4(host), None) => host.to_string(),
            (IpAddr::V6(host), None) => format!("[{host}]"),
        };
        text.extend_from_slice(host.as_bytes());
        Uri::parse(&text).expect("built by the grammar that parse reads")
    }

    /// The same URI with `;name` or `;name=value` appended to its parameters. Both must be tokens.
    pub fn with_parameter(&self, name: &str, value: Option<&str>) -> Result<Uri, Malformed> {
        let (front, headers) = self.octets.split_at(self.parameters.end as usize);
        let parameter = value.map_or(format!(";{name}"), |value| format!(";{name}={value}"));
        Uri::parse(&[front, parameter.as_bytes(), headers].concat())
    }

    /// The same URI with `;name` or `;name=value` appended to its number, which a SIP URI has in its user part (RFC 3261 19.1.6). Both
    /// must be tokens.
    pub fn with_telephone_parameter(&self, name: &str, value: Option<&str>) -> Result<Uri, Malformed> {
        if self.scheme == Scheme::Tel {
            return self.with_parameter(name, value);
        }
        let user = self.user.ok_or(Malformed::new("URI without a number", 0))?;
        let (number, behind) = self.octets.split_at(user.end as usize);
        let parameter = value.map_or(format!(";{name}"), |value| format!(";{name}={value}"));
        Uri::parse(&[number, parameter.as_bytes(), behind].concat())
    }

    /// The same URI without what must not stand in a Request-URI: headers and `method` (19.1.1, table 1).
    pub fn for_request(&self) -> Uri {
        if self.headers().is_empty() && self.parameters().get("method").is_none() {
            return self.clone();
        }
        let bare = self.without_parameter("method");
        Uri::parse(&bare.octets[..bare.parameters.end as usize]).expect("the front of a URI that was parsed before")
    }

    /// The URI as written.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Which kind of URI it is.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The user part as written, escapes and parameters of a telephone-subscriber included; the number of a TEL URI.
    pub fn raw_user(&self) -> Option<&[u8]> {
        self.user.map(|user| user.within(&self.octets))
    }

    /// The user part, unescaped once.
    pub fn user(&self) -> Option<Octets> {
        self.raw_user().map(unescape)
    }

    /// The password as written. (RFC 3261 advises against its use.)
    pub fn password(&self) -> Option<&[u8]> {
        self.password.map(|password| password.within(&self.octets))
    }

    /// Host name or address as written, with the brackets of an IPv6 address; empty where the scheme has none.
    pub fn host(&self) -> &str {
        std::str::from_utf8(self.host.within(&self.octets)).expect("parse admits only ASCII in a host")
    }

    /// The host, where it is a literal address.
    pub fn ip(&self) -> Option<IpAddr> {
        host_address(self.host())
    }

    /// The port, where one is written.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The same address for another user: scheme, host, port and parameters stay, headers do not.
    pub fn for_user(&self, user: &str) -> Uri {
        let scheme = if self.scheme == Scheme::Sips { "sips:" } else { "sip:" };
        let mut text = scheme.as_bytes().to_vec();
        escape_user(user.as_bytes(), &mut text);
        text.push(b'@');
        text.extend_from_slice(&self.octets[self.host.start as usize..self.parameters.end as usize]);
        Uri::parse(&text).expect("parts that were parsed before, and an escaped user")
    }

    /// The same URI without a parameter, wherever it stands.
    pub fn without_parameter(&self, name: &str) -> Uri {
        let front = &self.octets[..self.parameters.start as usize];
        let headers = &self.octets[self.parameters.end as usize..];
        let mut text = front.to_vec();
        let others = self.parameters().iter().map_while(Result::ok);
        for (other, value) in others.filter(|(other, _)| !other.eq_ignore_ascii_case(name.as_bytes())) {
            text.push(b';');
            text.extend_from_slice(other);
            if let Some(value) = value {
                text.push(b'=');
                text.extend_from_slice(value);
            }
        }
        text.extend_from_slice(headers);
        Uri::parse(&text).expect("parts that were parsed before")
    }

    /// URI parameters (`;transport=tcp`); for a TEL URI those of the number (`;phone-context=…`).
    pub fn parameters(&self) -> Parameters<'_> {
        Parameters(self.parameters.within(&self.octets))
    }

    /// The headers behind `?` as written, the question mark not included.
    pub fn headers(&self) -> &[u8] {
        self.headers.within(&self.octets)
    }

    /// The user part is a telephone-subscriber: `user=phone`, or a TEL URI.
    pub fn is_telephone(&self) -> bool {
        let user = self.parameters().value("user");
        self.scheme == Scheme::Tel || user.is_some_and(|value| value.eq_ignore_ascii_case(b"phone"))
    }

    /// The number that the user part or the TEL URI spells, visual separators (`-`, `.`, `(`, `)`) taken out; `None`
    /// when anything else stands there. Parameters of the number (`;phone-context=`, `;isub=`) are passed over.
    pub fn telephone_number(&self) -> Option<TelephoneNumber> {
        let user = self.user()?;
        let number = user.split(|&octet| octet == b';').next()?;
        let (global, number) = match number {
            [b'+', rest @ ..] => (true, rest),
            _ => (false, number),
        };
        let kept = number.iter().filter(|octet| !b"-.()".contains(octet));
        let digits = kept.map(|&octet| telephone_digit(octet)).collect::<Option<String>>()?;
        (!digits.is_empty()).then_some(TelephoneNumber { global, digits })
    }

    /// The parameters of that number, which a SIP URI has in its user part (RFC 3261 19.1.6).
    pub fn telephone_parameters(&self) -> Parameters<'_> {
        if self.scheme == Scheme::Tel {
            return self.parameters();
        }
        let user = self.raw_user().unwrap_or_default();
        let begin = user.iter().position(|&octet| octet == b';').unwrap_or(user.len());
        Parameters(&user[begin..])
    }

    fn cut_sip(&mut self, begin: usize) -> Result<(), Malformed> {
        let text = &self.octets.0;
        let host_begin = match text.iter().position(|&octet| octet == b'@') {
            Some(at) => {
                let user_end =
                    text[begin..at].iter().position(|&octet| octet == b':').map_or(at, |colon| begin + colon);
                if user_end == begin {
                    return Err(Malformed::new("empty user part of a URI", begin));
                }
                check_escapes(&text[begin..at], begin)?;
                self.user = Some(Span::of(begin..user_end));
                self.password = (user_end < at).then(|| Span::of(user_end + 1..at));
                at + 1
            }
            None => begin,
        };
        if let Some(second) = text[host_begin..].iter().position(|&octet| octet == b'@') {
            return Err(Malformed::new("second @ of a URI", host_begin + second));
        }
        let host_length = host_length(&text[host_begin..]).map_err(|error| error.within(host_begin))?;
        let mut at = host_begin + host_length;
        self.host = Span::of(host_begin..at);
        if text.get(at) == Some(&b':') {
            let digits = text[at + 1..].iter().take_while(|octet| octet.is_ascii_digit()).count();
            let port = lex::number(&text[at + 1..at + 1 + digits]).and_then(|port| u16::try_from(port).ok());
            self.port = Some(port.ok_or(Malformed::new("port of a URI", at + 1))?);
            at += 1 + digits;
        }
        let headers = text[at..].iter().position(|&octet| octet == b'?').map(|mark| at + mark);
        let parameters_end = headers.unwrap_or(text.len());
        self.parameters = Span::of(at..parameters_end);
        self.headers = Span::of(headers.map_or(text.len(), |mark| mark + 1)..text.len());
        check_escapes(&text[at..], at)?;
        self.parameters().check().map_err(|error| error.within(at))
    }

    fn cut_tel(&mut self, begin: usize) -> Result<(), Malformed> {
        let text = &self.octets.0;
        let end = text.iter().position(|&octet| octet == b';').unwrap_or(text.len());
        if end == begin {
            return Err(Malformed::new("empty number of a TEL URI", begin));
        }
        self.user = Some(Span::of(begin..end));
        self.parameters = Span::of(end..text.len());
        check_escapes(text, 0)?;
        self.parameters().check().map_err(|error| error.within(end))
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.octets.fmt(f)
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.octets)
    }
}

/// The address that a host spells, with or without the brackets of IPv6.
pub(crate) fn host_address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

/// The length of the host (name, IPv4, or IPv6 in brackets) that `text` begins with.
pub(crate) fn host_length(text: &[u8]) -> Result<usize, Malformed> {
    let length = match text.first() {
        Some(b'[') => {
            let inner = text[1..].iter().take_while(|octet| octet.is_ascii_hexdigit() || b":.".contains(octet)).count();
            if inner == 0 || text.get(1 + inner) != Some(&b']') {
                return Err(Malformed::new("IPv6 address without its bracket", 0));
            }
            inner + 2
        }
        // The underscore is no part of a host name, yet hosts are named with it.
        _ => text.iter().take_while(|octet| octet.is_ascii_alphanumeric() || b"-._".contains(octet)).count(),
    };
    if length == 0 {
        return Err(Malformed::new("empty host", 0));
    }
    Ok(length)
}

fn scheme(name: &[u8]) -> Result<Scheme, Malformed> {
    let named = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(octet));
    match name {
        _ if !named => Err(Malformed::new("scheme of a URI", 0)),
        _ if name.eq_ignore_ascii_case(b"sip") => Ok(Scheme::Sip),
        _ if name.eq_ignore_ascii_case(b"sips") => Ok(Scheme::Sips),
        _ if name.eq_ignore_ascii_case(b"tel") => Ok(Scheme::Tel),
        _ => Ok(Scheme::Other),
    }
}

fn check_octets(text: &[u8]) -> Result<(), Malformed> {
    match text.iter().position(|&octet| octet <= b' ' || octet >= 0x7f || b"<>\"".contains(&octet)) {
        Some(at) => Err(Malformed::new("octet that no URI may hold", at)),
        None => Ok(()),
    }
}

fn check_escapes(text: &[u8], offset: usize) -> Result<(), Malformed> {
    for (at, _) in text.iter().enumerate().filter(|(_, octet)| **octet == b'%') {
        let digits = text.get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return Err(Malformed::new("percent sign that escapes nothing", offset + at));
        }
    }
    Ok(())
}

/// Resolves `%XX` once; what is no escape stays.
pub(crate) fn unescape(text: &[u8]) -> Octets {
    let nibble = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = match (*first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(nibble(*high).unwrap_or(0) << 4 | nibble(*low).unwrap_or(0));
                after
            }
            (octet, tail) => {
                out.push(octet);
                tail
            }
        };
    }
    Octets(out)
}

/// Appends a user part, escaping all but `unreserved` and `user-unreserved`.
fn escape_user(user: &[u8], out: &mut Vec<u8>) {
    for &octet in user {
        if octet.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&octet) {
            out.push(octet);
        } else {
            out.extend_from_slice(format!("%{octet:02X}").as_bytes());
        }
    }
}

fn telephone_digit(octet: u8) -> Option<char> {
    match octet {
        b'0'..=b'9' | b'*' | b'#' => Some(char::from(octet)),
        b'a'..=b'f' | b'A'..=b'F' => Some(char::from(octet.to_ascii_uppercase())),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
