//! Which server transaction a request belongs to: RFC 3261 17.2.3, with its fallback to RFC 2543.

use super::super::header::Name;
use super::super::message::Message;
use super::super::method::Method;
use super::MAGIC_COOKIE;

/// The key of the transaction, under `method`: an ACK asks for the INVITE's, a CANCEL for its own and for the INVITE's.
/// Requests without a usable branch are told apart as RFC 2543 elements did. To is left out of that key, because an
/// ACK's To has the tag of the response; CSeq and Via tell the transactions of a dialog apart.
pub(crate) fn key(request: &Message, method: Method) -> Vec<u8> {
    let via = request.via().ok();
    let mut key = Vec::with_capacity(96);
    let branch = via.and_then(|via| via.branch()).unwrap_or_default();
    let name = match method {
        Method::Unknown => request.cseq().map(|cseq| cseq.method).unwrap_or_default(),
        known => known.name().as_bytes(),
    };
    if branch.len() > MAGIC_COOKIE.len() && branch[..MAGIC_COOKIE.len()].eq_ignore_ascii_case(MAGIC_COOKIE.as_bytes()) {
        let (host, port) = via.map_or((&b""[..], None), |via| (via.host, via.port));
        let port = port.unwrap_or_default().to_be_bytes();
        push(&mut key, &[branch, &host.to_ascii_lowercase(), &port, name]);
    } else {
        let number = request.cseq().map(|cseq| cseq.number).unwrap_or_default().to_be_bytes();
        let top_via = request.value(Name::Via).unwrap_or_default();
        let from_tag = request.tag(Name::From);
        push(&mut key, &[b"", request.raw_request_uri(), from_tag, request.call_id(), &number, top_via, name]);
    }
    key
}

/// From tag, Call-ID and CSeq: equal in requests that forked on the way and met again here (8.2.2.2).
pub(crate) fn merge_key(request: &Message) -> Vec<u8> {
    let mut key = Vec::with_capacity(96);
    let cseq = request.value(Name::CSeq).unwrap_or_default();
    push(&mut key, &[request.tag(Name::From), request.call_id(), cseq]);
    key
}

/// Parts with their lengths, so that no two lists of parts make one key.
fn push(key: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        let length = u32::try_from(part.len()).expect("a message is bounded far below 4 GiB");
        key.extend_from_slice(&length.to_be_bytes());
        key.extend_from_slice(part);
    }
}
