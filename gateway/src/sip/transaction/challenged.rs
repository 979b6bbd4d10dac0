//! A request that was challenged goes again with credentials: RFC 3261 22.2, 22.3 and 8.1.3.5.
//!
//! The new one has the same Call-ID, From and To, the next CSeq and a branch of its own, and goes to the server that challenged.
//! Its CSeq is counted by whoever counts those of the dialog.

use super::super::digest::answer::Account;
use super::super::digest::keyring::{Keyring, Realm};
use super::super::message::Message;
use super::super::transport::Way;
use super::super::vocabulary::SessionId;
use super::ways::with_via;
use super::{Client, ClientId, ClientMachine, Layer, Sent};
use std::collections::VecDeque;
use std::time::Instant;

/// A request that can be answered for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    id: ClientId,
    request: Vec<u8>,
    ways: VecDeque<Way>,
    sent: Sent,
    tried: Vec<Realm>,
}

impl Layer {
    /// Requests of this session answer challenges by that account.
    pub(crate) fn entrust(&mut self, session: SessionId, account: Account) {
        self.keyrings.insert(session, Keyring::new(account));
    }

    /// The session is over.
    pub(crate) fn forget(&mut self, session: SessionId) {
        self.keyrings.remove(&session);
    }

    /// The credentials that the last INVITE of a session showed.
    pub(crate) fn shown(&self, session: SessionId) -> &[u8] {
        self.keyrings.get(&session).map_or(&[], Keyring::shown)
    }

    /// Sends a challenged request again, as a new transaction.
    pub(crate) fn send_again(&mut self, now: Instant, retry: Retry, cseq: u32) {
        let Retry { id, request, mut ways, sent, tried } = retry;
        let listener = ways.front().map_or(0, |way| way.flow.listener);
        let via = self.via_of(listener, id.branch, id.attempt);
        let octets = self.with_credentials(sent.session, with_via(&renumbered(&request, cseq), &via));
        let octets = self.widen(&mut ways, id, octets);
        self.counters.challenges_answered += 1;
        self.start(now, id, ways, octets, sent);
        if let Some(client) = self.clients.get_mut(&id) {
            client.tried = tried;
        }
    }

    /// The request of a transaction whose final response is a challenge; `None`: it is a refusal, because we have no
    /// credentials for it, or no others.
    pub(super) fn challenged(&mut self, id: ClientId, request: Vec<u8>, response: &Message) -> Option<Retry> {
        let Client { flow, ways, sent, tried, .. } = self.clients.get(&id)?;
        let keyring = self.keyrings.get_mut(&sent.session)?;
        let parsed = Message::parse(&request).ok()?;
        let rng = &mut self.rng;
        let answered = keyring.take(&parsed, response, tried, || rand_core::Rng::next_u64(rng));
        let attempt = id.attempt.checked_add(1).filter(|_| tried.len() < TRIES_MAX);
        let (Some(answered), Some(attempt)) = (answered, attempt) else {
            self.counters.credentials_refused += 1;
            return None;
        };
        let ways = std::iter::once(Way::to(flow.clone())).chain(ways.iter().cloned()).collect();
        let tried = tried.iter().cloned().chain(answered).collect();
        Some(Retry { id: ClientId { attempt, ..id }, request, ways, sent: *sent, tried })
    }

    /// The request with credentials for all who have challenged before (22.3).
    pub(super) fn with_credentials(&mut self, session: SessionId, request: Vec<u8>) -> Vec<u8> {
        let Some(keyring) = self.keyrings.get_mut(&session).filter(|keyring| !keyring.is_empty()) else {
            return request;
        };
        let message = Message::parse(&request).expect("our own requests follow the grammar");
        let method = message.cseq().map(|cseq| cseq.method).unwrap_or_default();
        let lines = keyring.write(method, message.raw_request_uri(), message.body());
        // Behind the start line and Via.
        let at = request.iter().enumerate().filter(|(_, octet)| **octet == b'\n').nth(1).map_or(0, |(at, _)| at + 1);
        [&request[..at], &lines, &request[at..]].concat()
    }
}

impl ClientMachine {
    /// The machine of a request that waits for its final response; CANCEL is never challenged (22.1).
    pub(super) fn may_be_challenged(id: ClientId, status: Option<u16>) -> bool {
        !id.cancel && matches!(status, Some(401 | 407))
    }
}

/// Our own request with another CSeq number, and without credentials.
fn renumbered(request: &[u8], cseq: u32) -> Vec<u8> {
    let head = request.windows(4).position(|window| window == b"\r\n\r\n").map_or(request.len(), |at| at + 2);
    let mut out = Vec::with_capacity(request.len());
    for line in request[..head].split_inclusive(|&octet| octet == b'\n') {
        if let Some(rest) = line.strip_prefix(b"CSeq: ") {
            let method = rest.iter().position(|&octet| octet == b' ').map_or(&b""[..], |at| &rest[at..]);
            out.extend_from_slice(format!("CSeq: {cseq}").as_bytes());
            out.extend_from_slice(method);
        } else if !line.starts_with(b"Authorization: ") && !line.starts_with(b"Proxy-Authorization: ") {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(&request[head..]);
    out
}

/// Challenges that one request answers: as many proxies as may stand in its way, and a stale nonce of each.
pub(crate) const TRIES_MAX: usize = 8;
