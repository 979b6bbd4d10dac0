//! SIP messages, RFC 3261 7: read as ranges over one buffer, written field by field into one.

use super::header::{CSeq, Name, q850_cause};
use super::method::Method;
use super::name_addr::{Address, NameAddr};
use super::octets::Span;
use super::parse::lex::{self, Elements};
use super::parse::{Malformed, frame};
use super::uri::Uri;
use super::via::Via;

/// A received message.
#[derive(Clone, Debug)]
pub struct Message {
    pub(super) octets: Vec<u8>,
    pub(super) start: StartLine,
    pub(super) fields: Vec<Field>,
    pub(super) body: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum StartLine {
    Request { method: Method, method_text: Span, uri: Span },
    Response { status: u16, phrase: Span },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub name: Name,
    pub name_text: Span,
    pub value: Span,
}

impl Message {
    /// Frames a datagram; see [`frame::parse`]. The values of the header fields are not looked at yet.
    pub fn parse(datagram: &[u8]) -> Result<Message, frame::Refused> {
        frame::parse(datagram)
    }

    /// Checks what every message must have, once and well-formed (RFC 3261 8.1.1, 8.2): Via, From, To, Call-ID, CSeq,
    /// a sane Max-Forwards, a known method that agrees with CSeq, and a Request-URI. A method that is not known is not
    /// implemented, whatever CSeq says (RFC 4475 3.1.2.18).
    pub fn check(&self) -> Result<(), Malformed> {
        for name in SINGLE {
            if let Some(field) = self.fields.iter().filter(|field| field.name == name).nth(1) {
                return Err(Malformed::new("second value of a header field that has one", field.value.start as usize));
            }
        }
        self.via()?;
        self.check_address(Name::From, "no From")?;
        self.check_address(Name::To, "no To")?;
        let call_id = self.required(Name::CallId, "no Call-ID")?;
        if call_id.is_empty() || call_id.iter().any(|&octet| octet <= b' ' || octet == b',') {
            return Err(Malformed::new("Call-ID", self.offset(Name::CallId)));
        }
        let cseq = self.cseq()?;
        if let Some(value) = self.value(Name::MaxForwards)
            && lex::number(value).is_none_or(|hops| hops > MAX_FORWARDS_MAX)
        {
            return Err(Malformed::new("Max-Forwards", self.offset(Name::MaxForwards)));
        }
        match self.start {
            StartLine::Request { method, method_text, .. }
                if method != Method::Unknown && method_text.within(&self.octets) != cseq.method =>
            {
                Err(Malformed::new("CSeq names another method", self.offset(Name::CSeq)))
            }
            StartLine::Request { .. } => self.request_uri().map(drop),
            StartLine::Response { .. } => Ok(()),
        }
    }

    pub(crate) fn is_request(&self) -> bool {
        matches!(self.start, StartLine::Request { .. })
    }

    /// The method of a request.
    pub fn method(&self) -> Option<Method> {
        match self.start {
            StartLine::Request { method, .. } => Some(method),
            StartLine::Response { .. } => None,
        }
    }

    /// The status of a response.
    pub fn status(&self) -> Option<u16> {
        match self.start {
            StartLine::Response { status, .. } => Some(status),
            StartLine::Request { .. } => None,
        }
    }

    pub(crate) fn reason_phrase(&self) -> &[u8] {
        match self.start {
            StartLine::Response { phrase, .. } => phrase.within(&self.octets),
            StartLine::Request { .. } => b"",
        }
    }

    pub(crate) fn raw_request_uri(&self) -> &[u8] {
        match self.start {
            StartLine::Request { uri, .. } => uri.within(&self.octets),
            StartLine::Response { .. } => b"",
        }
    }

    /// The Request-URI. Headers (`?Route=…`) do not belong there (19.1.1) and are refused: they must not take effect.
    /// A response has none.
    pub fn request_uri(&self) -> Result<Uri, Malformed> {
        let StartLine::Request { uri, .. } = &self.start else {
            return Err(Malformed::new("Request-URI of a response", 0));
        };
        let offset = uri.start as usize;
        let uri = Uri::parse(uri.within(&self.octets)).map_err(|error| error.within(offset))?;
        if !uri.headers().is_empty() {
            return Err(Malformed::new("headers in the Request-URI", offset));
        }
        Ok(uri)
    }

    /// The first value of a header field, trimmed, as it came.
    pub fn value(&self, name: Name) -> Option<&[u8]> {
        self.values(name).next()
    }

    /// All fields of a name, in order; a field may hold a list.
    pub fn values(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().filter(move |field| field.name == name).map(|field| field.value.within(&self.octets))
    }

    /// Every field in order: name as written, value as it came.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|field| (field.name_text.within(&self.octets), field.value.within(&self.octets)))
    }

    /// The body, octet for octet.
    pub fn body(&self) -> &[u8] {
        self.body.within(&self.octets)
    }

    /// Writes the message again: start line, fields and body octet for octet, white space around values made regular.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self.start {
            StartLine::Request { method_text, uri, .. } => {
                out.extend_from_slice(method_text.within(&self.octets));
                out.push(b' ');
                out.extend_from_slice(uri.within(&self.octets));
                out.extend_from_slice(b" SIP/2.0\r\n");
            }
            StartLine::Response { status, phrase } => {
                out.extend_from_slice(format!("SIP/2.0 {status} ").as_bytes());
                out.extend_from_slice(phrase.within(&self.octets));
                out.extend_from_slice(b"\r\n");
            }
        }
        for (name, value) in self.fields() {
            write_field(name, value, out);
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(self.body());
    }

    pub(crate) fn via(&self) -> Result<Via<'_>, Malformed> {
        let value = self.required(Name::Via, "no Via")?;
        Via::parse_first(value).map_err(|error| error.within(self.offset(Name::Via)))
    }

    /// More than one Via value: a response that was meant for a proxy (RFC 3261 8.1.3.3).
    pub(crate) fn has_second_via(&self) -> bool {
        self.values(Name::Via).flat_map(Elements::of).nth(1).is_some()
    }

    pub(crate) fn cseq(&self) -> Result<CSeq<'_>, Malformed> {
        let value = self.required(Name::CSeq, "no CSeq")?;
        CSeq::parse(value).map_err(|error| error.within(self.offset(Name::CSeq)))
    }

    /// The tag of From or To; empty when there is none, as RFC 2543 elements leave it.
    pub(crate) fn tag(&self, name: Name) -> &[u8] {
        self.value(name).and_then(|value| Address::parse(value).ok()?.tag()).unwrap_or_default()
    }

    pub(crate) fn call_id(&self) -> &[u8] {
        self.value(Name::CallId).unwrap_or_default()
    }

    /// The first value of a list of addresses; a broken one is an error.
    pub(crate) fn first_address(&self, name: Name) -> Option<Result<NameAddr, Malformed>> {
        let value = self.value(name)?;
        let first = Elements::of(value).next()?.and_then(NameAddr::parse);
        Some(first.map_err(|error| error.within(self.offset(name))))
    }

    /// Every element of the comma-separated lists of a name, in order. Ends at the first broken one.
    pub(crate) fn elements(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.values(name).flat_map(|value| Elements::of(value).map_while(Result::ok)).filter(|text| !text.is_empty())
    }

    /// The lists of a name hold this token; case does not matter (7.3.1).
    pub(crate) fn lists(&self, name: Name, token: &str) -> bool {
        self.elements(name).any(|element| element.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// The cause of Reason: Q.850 (RFC 3326).
    pub fn cause(&self) -> Option<u8> {
        self.values(Name::Reason).find_map(q850_cause)
    }

    fn required(&self, name: Name, what: &'static str) -> Result<&[u8], Malformed> {
        self.value(name).ok_or(Malformed::new(what, 0))
    }

    fn offset(&self, name: Name) -> usize {
        self.fields.iter().find(|field| field.name == name).map_or(0, |field| field.value.start as usize)
    }

    fn check_address(&self, name: Name, absent: &'static str) -> Result<(), Malformed> {
        let value = self.required(name, absent)?;
        let address = Address::parse(value).map_err(|error| error.within(self.offset(name)))?;
        let offset = address.uri.as_ptr() as usize - self.octets.as_ptr() as usize;
        Uri::parse(address.uri).map(drop).map_err(|error| error.within(offset))
    }
}

/// A message on its way out, written field by field.
pub(crate) struct Writer {
    octets: Vec<u8>,
}

impl Writer {
    pub(crate) fn request(method: &str, uri: &[u8]) -> Writer {
        let mut octets = Vec::with_capacity(WRITER_OCTETS_USUAL);
        octets.extend_from_slice(method.as_bytes());
        octets.push(b' ');
        octets.extend_from_slice(uri);
        octets.extend_from_slice(b" SIP/2.0\r\n");
        Writer { octets }
    }

    pub(crate) fn response(status: u16, phrase: &str) -> Writer {
        let mut octets = Vec::with_capacity(WRITER_OCTETS_USUAL);
        octets.extend_from_slice(format!("SIP/2.0 {status} {phrase}\r\n").as_bytes());
        Writer { octets }
    }

    pub(crate) fn field(mut self, name: Name, value: &[u8]) -> Writer {
        write_field(name.text().as_bytes(), value, &mut self.octets);
        self
    }

    pub(crate) fn maybe(self, name: Name, value: Option<&[u8]>) -> Writer {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    pub(crate) fn fields<'a>(self, name: Name, values: impl Iterator<Item = &'a [u8]>) -> Writer {
        values.fold(self, |writer, value| writer.field(name, value))
    }

    /// Appends lines that are complete already.
    pub(crate) fn lines(mut self, lines: &[u8]) -> Writer {
        self.octets.extend_from_slice(lines);
        self
    }

    /// `Reason: Q.850;cause=…` (RFC 3326).
    pub(crate) fn cause(self, cause: Option<u8>) -> Writer {
        match cause {
            Some(cause) => self.field(Name::Reason, format!("Q.850;cause={cause}").as_bytes()),
            None => self,
        }
    }

    /// Ends the header fields; a body is SDP.
    pub(crate) fn finish(self, sdp: Option<&[u8]>) -> Vec<u8> {
        match sdp {
            Some(sdp) => self.finish_with(b"application/sdp", sdp),
            None => self.close(b""),
        }
    }

    /// Ends the header fields, and gives the message a body of that type.
    pub(crate) fn finish_with(self, content_type: &[u8], body: &[u8]) -> Vec<u8> {
        self.field(Name::ContentType, content_type).close(body)
    }

    fn close(self, body: &[u8]) -> Vec<u8> {
        let mut octets = self.field(Name::ContentLength, body.len().to_string().as_bytes()).octets;
        octets.extend_from_slice(b"\r\n");
        octets.extend_from_slice(body);
        octets
    }
}

pub(crate) fn write_field(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Fields that may stand once (RFC 3261 7.3.1) and on which the endpoint decides something.
const SINGLE: [Name; 9] = [
    Name::From,
    Name::To,
    Name::CallId,
    Name::CSeq,
    Name::MaxForwards,
    Name::ContentLength,
    Name::ContentType,
    Name::ContentDisposition,
    Name::RetryAfter,
];
/// RFC 3261 20.22.
const MAX_FORWARDS_MAX: u32 = 255;
const WRITER_OCTETS_USUAL: usize = 768;
