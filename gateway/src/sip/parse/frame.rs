//! From a datagram to a message: start line, header fields, body (RFC 3261 7, 7.3.1, 18.3).
//!
//! One copy of the octets is made; everything else is a range over it. Folded lines are joined in that copy by turning
//! the line end into spaces, so values keep their length and offsets stay true. A broken line does not end the reading:
//! the first mistake is remembered, and what else is readable serves the 400.

use super::super::header::Name;
use super::super::message::{Field, Message, StartLine};
use super::super::method::Method;
use super::super::octets::Span;
use super::{Malformed, lex};

/// A message that was refused while framing.
#[derive(Debug)]
pub struct Refused {
    /// 400, 505 or 513.
    pub status: u16,
    /// What is wrong.
    pub malformed: Malformed,
    /// What could be read, when the start line at least looks like a request's.
    pub request: Option<Box<Message>>,
}

/// Cuts one datagram. Octets behind the length that Content-Length tells are ignored (18.3).
pub fn parse(datagram: &[u8]) -> Result<Message, Refused> {
    if datagram.len() > MESSAGE_OCTETS_MAX {
        let malformed = Malformed::new("message too large", MESSAGE_OCTETS_MAX);
        return Err(Refused { status: 513, malformed, request: None });
    }
    let mut octets = datagram.to_vec();
    let begin = octets.iter().take_while(|octet| b"\r\n".contains(octet)).count();
    let (line, next) = line_at(&octets, begin);
    let (start, mut fault) = match start_line(line.within(&octets), begin) {
        Ok((start, fault)) => (start, fault),
        Err(malformed) => return Err(Refused { status: 400, malformed, request: None }),
    };
    let (fields, body) = read_fields(&mut octets, next, &mut fault);
    let mut message = Message { octets, start, fields, body: Span::of(body..datagram.len()) };
    if fault.is_none() {
        fault = cut_body(&mut message).err().map(|malformed| (400, malformed));
    }
    match fault {
        None => Ok(message),
        Some((status, malformed)) => {
            let request = message.is_request().then(|| Box::new(message));
            Err(Refused { status, malformed, request })
        }
    }
}

type Fault = Option<(u16, Malformed)>;

/// The line that begins at `at` without its end, and where the next one begins.
fn line_at(octets: &[u8], at: usize) -> (Span, usize) {
    let Some(length) = octets[at..].iter().position(|&octet| octet == b'\n') else {
        return (Span::of(at..octets.len()), octets.len());
    };
    let end = at + length;
    let trimmed = if end > at && octets[end - 1] == b'\r' { end - 1 } else { end };
    (Span::of(at..trimmed), end + 1)
}

fn start_line(line: &[u8], offset: usize) -> Result<(StartLine, Fault), Malformed> {
    if line.len() >= VERSION.len() && line[..4].eq_ignore_ascii_case(b"SIP/") {
        return status_line(line, offset).map(|start| (start, None)).map_err(|error| error.within(offset));
    }
    let malformed = |what, at| Malformed::new(what, at).within(offset);
    let first = line.iter().position(|&octet| octet == b' ').ok_or(malformed("start line", 0))?;
    let last = line.iter().rposition(|&octet| octet == b' ').ok_or(malformed("start line", 0))?;
    if !lex::is_token(&line[..first]) {
        return Err(malformed("method", 0));
    }
    // White space behind the version, or a version that is none, leaves the line readable enough for a 400.
    let (uri, fault) = match &line[last + 1..] {
        version if last == first => {
            (&line[first + 1..], Some((400, malformed("request line without a version", version.len()))))
        }
        version if version.eq_ignore_ascii_case(VERSION) => (&line[first + 1..last], None),
        version if version.len() > 4 && version[..4].eq_ignore_ascii_case(b"SIP/") => {
            (&line[first + 1..last], Some((505, malformed("SIP version", last + 1))))
        }
        _ => (&line[first + 1..last], Some((400, malformed("end of the request line", last)))),
    };
    let uri_end = first + 1 + uri.len();
    let start = StartLine::Request {
        method: Method::parse(&line[..first]),
        method_text: Span::of(offset..offset + first),
        uri: Span::of(offset + first + 1..offset + uri_end),
    };
    Ok((start, fault))
}

fn status_line(line: &[u8], offset: usize) -> Result<StartLine, Malformed> {
    let rest = &line[VERSION.len()..];
    if !line[..VERSION.len()].eq_ignore_ascii_case(VERSION) {
        return Err(Malformed::new("SIP version", 0));
    }
    let code = rest.get(1..4).filter(|_| rest[0] == b' ' && rest.get(4).is_none_or(|&octet| octet == b' '));
    let status = code.and_then(lex::number).and_then(|status| u16::try_from(status).ok());
    let status =
        status.filter(|status| (100..700).contains(status)).ok_or(Malformed::new("status code", VERSION.len()))?;
    let phrase = (VERSION.len() + 5).min(line.len());
    Ok(StartLine::Response { status, phrase: Span::of(offset + phrase..offset + line.len()) })
}

/// Reads header fields from `at` on; returns them and where the body begins.
fn read_fields(octets: &mut [u8], mut at: usize, fault: &mut Fault) -> (Vec<Field>, usize) {
    let mut fields = Vec::with_capacity(FIELDS_USUAL);
    loop {
        if at >= octets.len() {
            fault.get_or_insert((400, Malformed::new("header fields without their end", at)));
            return (fields, octets.len());
        }
        let (line, next) = unfolded_line_at(octets, at);
        if line.start == line.end {
            return (fields, next);
        }
        if fields.len() == FIELDS_MAX {
            *fault = Some((513, Malformed::new("too many header fields", at)));
            return (fields, octets.len());
        }
        match field(octets, line) {
            Ok(field) => fields.push(field),
            Err(malformed) => {
                fault.get_or_insert((400, malformed));
            }
        }
        at = next;
    }
}

/// A line with its continuations, line ends inside turned into spaces.
fn unfolded_line_at(octets: &mut [u8], at: usize) -> (Span, usize) {
    let (mut line, mut next) = line_at(octets, at);
    while line.end > line.start && octets.get(next).is_some_and(|&octet| lex::is_space(octet)) {
        octets[line.end as usize..next].fill(b' ');
        let (more, after) = line_at(octets, next);
        line.end = more.end;
        next = after;
    }
    (line, next)
}

fn field(octets: &[u8], line: Span) -> Result<Field, Malformed> {
    let begin = line.start as usize;
    let text = line.within(octets);
    let colon =
        text.iter().position(|&octet| octet == b':').ok_or(Malformed::new("header field without a colon", begin))?;
    let name = &text[..colon];
    let name = &name[..name.len() - name.iter().rev().take_while(|&&octet| lex::is_space(octet)).count()];
    if !lex::is_token(name) {
        return Err(Malformed::new("header field name", begin));
    }
    if let Some(at) = text.iter().position(|&octet| octet == b'\r') {
        return Err(Malformed::new("carriage return in a header field", begin + at));
    }
    let behind = &text[colon + 1..];
    let lead = behind.iter().take_while(|&&octet| lex::is_space(octet)).count();
    let value_begin = begin + colon + 1 + lead;
    let value = Span::of(value_begin..value_begin + lex::trim(behind).len());
    Ok(Field { name: Name::parse(name), name_text: Span::of(begin..begin + name.len()), value })
}

fn cut_body(message: &mut Message) -> Result<(), Malformed> {
    let Some(field) = message.fields.iter().find(|field| field.name == Name::ContentLength) else {
        return Ok(());
    };
    let value = field.value.within(&message.octets);
    let malformed = |what| Malformed::new(what, field.value.start as usize);
    let length = lex::number(value).ok_or(malformed("Content-Length is not a number"))?;
    let end = message.body.start.checked_add(length).filter(|end| *end <= message.body.end);
    message.body.end = end.ok_or(malformed("Content-Length is larger than the message"))?;
    Ok(())
}

/// Octets of a message: what one UDP datagram can carry.
pub const MESSAGE_OCTETS_MAX: usize = 65_535;
/// Header fields of a message.
pub const FIELDS_MAX: usize = 256;
const FIELDS_USUAL: usize = 24;
const VERSION: &[u8] = b"SIP/2.0";
