//! What a response takes over from its request: RFC 3261 8.2.6.2, RFC 3581 4.

use super::header::Name;
use super::message::{Message, Writer, write_field};
use super::octets::Octets;
use super::overload::{self, Feedback};
use super::parse::lex::trim;
use super::status::phrase;
use super::transport::{Flow, Transport};
use super::uri::{Scheme, Uri};
use super::via::Via;
use std::fmt;

/// A tag of ours (RFC 3261 19.3): 64 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tag(pub u64);

impl Tag {
    /// Reads what [`Tag`] prints.
    pub(crate) fn parse(text: &[u8]) -> Option<Tag> {
        parse_hex(text).map(Tag)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// 16 lower-case hexadecimal digits.
pub(crate) fn parse_hex(text: &[u8]) -> Option<u64> {
    let plain = text.len() == 16 && text.iter().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'));
    u64::from_str_radix(std::str::from_utf8(text).ok().filter(|_| plain)?, 16).ok()
}

/// The head of every response to one request, and where the responses go.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// Via lines, first value completed by the source; From, Call-ID, CSeq.
    head: Vec<u8>,
    record_route: Vec<u8>,
    timestamp: Option<Octets>,
    to: Octets,
    has_tag: bool,
    /// Back over the connection that the request came by; where that is gone, or there was none, to the address that its
    /// Via tells.
    pub flow: Flow,
    /// The request was for a SIPS URI, or came by one: so is our Contact (12.1.1).
    pub is_secure: bool,
}

impl Reply {
    /// Also for requests that are malformed: what is missing is left out, and without a readable Via the response goes
    /// to where the request came from. A client that controls overload is told `feedback`.
    pub(crate) fn to(request: &Message, from: &Flow, transport: Transport, feedback: Option<Feedback>) -> Reply {
        let source = from.remote;
        let feedback = feedback.filter(|_| request.via().is_ok_and(|via| overload::is_offered(&via)));
        let remote = request.via().map_or(source, |via| via.reply_to(source, transport));
        let mut head = Vec::with_capacity(256);
        for (index, value) in request.values(Name::Via).enumerate() {
            let mut completed = Vec::with_capacity(value.len() + 40);
            match index {
                0 => Via::write_received(value, source, feedback.as_ref(), &mut completed),
                _ => completed.extend_from_slice(value),
            }
            write_field(b"Via", &completed, &mut head);
        }
        for name in [Name::From, Name::CallId, Name::CSeq] {
            if let Some(value) = request.value(name) {
                write_field(name.text().as_bytes(), value, &mut head);
            }
        }
        let mut record_route = Vec::new();
        for value in request.values(Name::RecordRoute) {
            write_field(b"Record-Route", value, &mut record_route);
        }
        Reply {
            head,
            record_route,
            timestamp: request.value(Name::Timestamp).map(Octets::from),
            to: request.value(Name::To).unwrap_or_default().into(),
            has_tag: !request.tag(Name::To).is_empty(),
            flow: Flow { remote, ..from.clone() },
            is_secure: wants_sips(request),
        }
    }

    /// Begins a response. The tag is added to a To that has none.
    pub(crate) fn start(&self, status: u16, tag: Option<Tag>) -> Writer {
        self.start_phrased(status, phrase(status), tag)
    }

    pub(crate) fn start_phrased(&self, status: u16, phrase: &str, tag: Option<Tag>) -> Writer {
        let writer = Writer::response(status, phrase).lines(&self.head);
        let timestamp = self.timestamp.as_deref().filter(|_| status == 100);
        writer.maybe(Name::To, self.tagged(tag).as_deref()).maybe(Name::Timestamp, timestamp)
    }

    /// Begins a response that makes or keeps a dialog: Record-Route is copied (12.1.1).
    pub(crate) fn start_in_dialog(&self, status: u16, tag: Option<Tag>) -> Writer {
        self.start(status, tag).lines(&self.record_route)
    }

    /// To as the responses have it.
    pub(crate) fn tagged(&self, tag: Option<Tag>) -> Option<Vec<u8>> {
        let to = trim(&self.to);
        let tag = tag.filter(|_| !self.has_tag).map_or(String::new(), |tag| format!(";tag={tag}"));
        (!to.is_empty()).then(|| [to, tag.as_bytes()].concat())
    }
}

/// 12.1.1: by the Request-URI, by the top Record-Route, or by the Contact where there is no Record-Route.
fn wants_sips(request: &Message) -> bool {
    let is_sips = |uri: &Uri| uri.scheme() == Scheme::Sips;
    let neighbour = request.first_address(Name::RecordRoute).or_else(|| request.first_address(Name::Contact));
    request.request_uri().is_ok_and(|uri| is_sips(&uri))
        || neighbour.is_some_and(|it| it.is_ok_and(|it| is_sips(&it.uri)))
}
