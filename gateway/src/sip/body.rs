//! Message bodies: one part, or multipart/mixed (RFC 2046 5.1, RFC 5621), octets untouched.
//!
//! Left out: multipart inside multipart; an inner one is handed up as one part with its type.

use super::header::Name;
use super::message::Message;
use super::octets::Octets;
use super::parse::Malformed;
use super::parse::lex::{self, Parameters};

/// One part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Content-Type as written: `application/sdp`.
    pub content_type: Octets,
    /// Content-Disposition as written: `signal;handling=optional`.
    pub disposition: Option<Octets>,
    /// The content, octet for octet.
    pub content: Vec<u8>,
}

impl Part {
    /// The media type is `wanted` (`application/sdp`), parameters aside.
    pub fn is(&self, wanted: &str) -> bool {
        media_type(&self.content_type).eq_ignore_ascii_case(wanted.as_bytes())
    }

    /// It describes the session: SDP that is for nothing else, as early sessions (RFC 3959 5) are.
    pub fn is_session(&self) -> bool {
        let kind = self.disposition.as_deref().map_or(&b"session"[..], media_type);
        self.is("application/sdp") && kind.eq_ignore_ascii_case(b"session")
    }

    /// The sender does not mind if this part is not understood (RFC 3204 4, RFC 5621 4).
    pub fn is_optional(&self) -> bool {
        let Some(disposition) = &self.disposition else { return false };
        let begin = disposition.iter().position(|&octet| octet == b';').unwrap_or(disposition.len());
        let handling = Parameters(&disposition[begin..]).value("handling");
        handling.is_some_and(|handling| handling.eq_ignore_ascii_case(b"optional"))
    }
}

/// The parts of a message's body: none when it is empty, one unless it is `multipart/mixed`.
pub fn parts(message: &Message) -> Result<Vec<Part>, Malformed> {
    let body = message.body();
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let content_type = message.value(Name::ContentType).unwrap_or_default();
    if content_type.is_empty() {
        return Err(Malformed::new("body without a Content-Type", message.body.start as usize));
    }
    if media_type(content_type).eq_ignore_ascii_case(b"multipart/mixed") {
        return multipart(content_type, body).map_err(|error| error.within(message.body.start as usize));
    }
    let disposition = message.value(Name::ContentDisposition).map(Octets::from);
    Ok(vec![Part { content_type: content_type.into(), disposition, content: body.to_vec() }])
}

fn media_type(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|&octet| octet == b';').unwrap_or(value.len());
    lex::trim(&value[..end])
}

fn multipart(content_type: &[u8], body: &[u8]) -> Result<Vec<Part>, Malformed> {
    let begin = content_type.iter().position(|&octet| octet == b';').unwrap_or(content_type.len());
    let boundary = Parameters(&content_type[begin..]).value("boundary").map(lex::unquote).unwrap_or_default();
    if boundary.is_empty() || boundary.len() > BOUNDARY_OCTETS_MAX {
        return Err(Malformed::new("multipart body without a boundary", 0));
    }
    let mut delimiter = b"\r\n--".to_vec();
    delimiter.extend_from_slice(&boundary);
    // The first delimiter may stand at the very begin, without the line end before it.
    let mut at = match body.strip_prefix(&delimiter[2..]) {
        Some(rest) => body.len() - rest.len(),
        None => find(body, &delimiter, 0).ok_or(Malformed::new("multipart body without its first boundary", 0))?.1,
    };
    let mut parts = Vec::new();
    loop {
        if body[at..].starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == PARTS_MAX {
            return Err(Malformed::new("too many parts in a body", at));
        }
        let line_end = find(body, b"\r\n", at).ok_or(Malformed::new("boundary without its line end", at))?;
        let (end, next) = find(body, &delimiter, line_end.0).ok_or(Malformed::new("part without its boundary", at))?;
        // An empty part: the line end of one boundary is that of the next.
        let content = if end < line_end.1 { &body[end..end] } else { &body[line_end.1..end] };
        parts.push(part(content));
        at = next;
    }
}

/// Header lines up to an empty line, then the content. A part without headers begins with the empty line.
fn part(text: &[u8]) -> Part {
    // RFC 2046 5.1: no Content-Type means text/plain.
    let mut part = Part { content_type: "text/plain".into(), disposition: None, content: Vec::new() };
    let mut at = 0;
    while let Some((end, next)) = find(text, b"\r\n", at) {
        if end == at {
            at = next;
            break;
        }
        if let Some(colon) = text[at..end].iter().position(|&octet| octet == b':') {
            let value = lex::trim(&text[at + colon + 1..end]);
            match Name::parse(lex::trim(&text[at..at + colon])) {
                Name::ContentType => part.content_type = value.into(),
                Name::ContentDisposition => part.disposition = Some(value.into()),
                _ => {}
            }
        }
        at = next;
    }
    part.content = text[at..].to_vec();
    part
}

/// Where `wanted` begins and ends, from `from` on.
fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<(usize, usize)> {
    let at = text[from..].windows(wanted.len()).position(|window| window == wanted)? + from;
    Some((at, at + wanted.len()))
}

/// RFC 2046 5.1.1.
const BOUNDARY_OCTETS_MAX: usize = 70;
/// Parts of one body.
pub const PARTS_MAX: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn message(content_type: &str, body: &[u8]) -> Message {
        let mut octets = format!("INFO sip:a@b SIP/2.0\r\nContent-Type: {content_type}\r\n\r\n").into_bytes();
        octets.extend_from_slice(body);
        Message::parse(&octets).unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    #[test]
    fn the_octets_of_each_part_are_untouched() {
        let all: Vec<u8> = (0..=255).collect();
        let mut body = b"preamble\r\n--b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b1 \r\n\
            Content-Type: application/ISUP;version=itu-t92+;base=itu-t92+\r\nContent-Disposition: signal;handling=optional\r\n\r\n"
            .to_vec();
        body.extend_from_slice(&all);
        body.extend_from_slice(b"\r\n--b1--\r\nepilogue");
        let parts = parts(&message("multipart/mixed; boundary=\"b1\"", &body)).unwrap();
        assert_eq!(parts.len(), 2);
        assert!(parts[0].is("application/sdp") && !parts[0].is_optional());
        assert_eq!(parts[0].content, b"v=0\r\n");
        assert!(parts[1].is("application/isup") && parts[1].is_optional());
        assert_eq!(parts[1].content, all);
    }

    #[test]
    fn a_broken_multipart_body_says_what_is_missing() {
        for (content_type, body, what) in [
            ("multipart/mixed", "--b--", "multipart body without a boundary"),
            ("multipart/mixed;boundary=b", "nothing", "multipart body without its first boundary"),
            ("multipart/mixed;boundary=b", "--b\r\n\r\nhalf", "part without its boundary"),
            ("multipart/mixed;boundary=b", "--b", "boundary without its line end"),
        ] {
            let error = parts(&message(content_type, body.as_bytes())).unwrap_err();
            assert_eq!(error.what, what);
        }
    }

    #[test]
    fn more_parts_than_the_bound_are_refused() {
        let mut body = b"--b\r\n\r\nx\r\n".repeat(PARTS_MAX);
        let closed = |body: &[u8]| [body, b"--b--\r\n"].concat();
        let count = |body: &[u8]| parts(&message("multipart/mixed;boundary=b", &closed(body))).map(|parts| parts.len());
        assert_eq!(count(&body), Ok(PARTS_MAX));
        body.extend_from_slice(b"--b\r\n\r\nx\r\n");
        assert_eq!(count(&body).map_err(|error| error.what), Err("too many parts in a body"));
    }
}
