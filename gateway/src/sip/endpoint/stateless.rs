//! A stateless user agent server, RFC 3261 8.2.7: what is answered to whoever has proven nothing.
//!
//! Promises: nobody gets a transaction, a session or a 100 before it is known by its address or its credentials. Each of its requests
//! is answered at most once, as if nothing had come before; what would be repeated is lost instead. Over UDP, where a source may be
//! forged, an answer has hardly more octets than the request, and a challenge at most twice as many: header lines give way, then the
//! answer. The tag of To is a hash of the request, so that the ACK is known without a memory of what it acknowledges.
//!
//! Leaves out CANCEL, which 8.2.7 has ignored, and requests in dialogs that exist: whoever knows their tags is no stranger.

use super::super::digest::gatekeeper::Proof;
use super::super::header::Name;
use super::super::message::{Message, write_field};
use super::super::method::Method;
use super::super::octets::Octets;
use super::super::reply::Tag;
use super::super::transaction::matching;
use super::super::transport::{Flow, Transport};
use super::Endpoint;
use super::admission::{ABILITIES, ALLOW, BAD_EVENT};
use super::unreadable::{ADDED_OCTETS_MAX, ANSWERED_OCTETS_MIN};
use sha2::{Digest, Sha256};
use std::time::Instant;

/// What the address of a sender is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A neighbour: it is served, but for what is a user's alone, which everybody proves: REGISTER, and SUBSCRIBE.
    Peer,
    /// It may be anybody, and is served when it has proven who it is.
    Unproven,
}

/// A message, and how it came.
#[derive(Clone, Copy)]
pub(super) struct Heard<'a> {
    pub from: &'a Flow,
    pub standing: Standing,
    pub message: &'a Message,
    /// Octets of the whole message.
    pub length: usize,
}

/// A request has had its answer, or will have none.
pub(super) struct Answered;

/// What a stranger is told.
struct Answer {
    status: u16,
    /// Header lines, the most wanted first.
    lines: Vec<Vec<u8>>,
    /// So many of them must stand.
    lines_min: usize,
}

impl Answer {
    fn plain(status: u16) -> Answer {
        Answer { status, lines: Vec::new(), lines_min: 0 }
    }

    fn with(status: u16, fields: &[(Name, &[u8])]) -> Answer {
        let line = |(name, value): &(Name, &[u8])| {
            let mut line = Vec::new();
            write_field(name.text().as_bytes(), value, &mut line);
            line
        };
        Answer { status, lines: fields.iter().map(line).collect(), lines_min: 0 }
    }
}

impl Endpoint {
    /// Whose request it is: `None` where the address alone is proof enough. (8.2 begins with authentication.)
    pub(super) fn vouch(
        &mut self,
        now: Instant,
        heard: &Heard<'_>,
        method: Method,
    ) -> Result<Option<Octets>, Answered> {
        let is_users = match method {
            Method::Register => self.gatekeeper.is_some(),
            Method::Subscribe => self.serves(heard.message),
            _ => false,
        };
        if (heard.standing == Standing::Peer && !is_users) || self.is_continued(heard.message, method) {
            return Ok(None);
        }
        self.layer.counters.outside_dialogs += 1;
        let names_dialog = !heard.message.tag(Name::To).is_empty();
        let answer = match method {
            Method::Ack | Method::Cancel => return Err(Answered),
            _ if names_dialog => Answer::plain(481),
            _ if is_users || method == Method::Invite && self.gatekeeper.is_some() => {
                match self.prove(now, heard.message) {
                    Proof::User(user) => return Ok(Some(user)),
                    Proof::Wrong => Answer::plain(403),
                    Proof::Absent => self.challenge(now, false),
                    Proof::Stale => self.challenge(now, true),
                }
            }
            Method::Invite => {
                self.layer.counters.strangers += 1;
                Answer::plain(403)
            }
            Method::Options if self.draining || !self.has_room() => Answer::plain(503),
            Method::Options => Answer::with(200, &ABILITIES),
            // Else as in `admission`.
            Method::Refer => Answer::plain(403),
            Method::Bye | Method::Prack | Method::Update | Method::Notify | Method::Info => Answer::plain(481),
            Method::Subscribe | Method::Publish => Answer::with(BAD_EVENT, &[(Name::Allow, ALLOW.as_bytes())]),
            Method::Unknown => Answer::with(501, &[(Name::Allow, ALLOW.as_bytes())]),
            _ => Answer::with(405, &[(Name::Allow, ALLOW.as_bytes())]),
        };
        self.answer(now, heard, answer);
        Err(Answered)
    }

    /// An ACK of what was answered without a transaction.
    pub(super) fn acknowledges_nothing(&self, ack: &Message) -> bool {
        Tag::parse(ack.tag(Name::To)).is_some_and(|tag| tag == self.stateless_tag(ack))
    }

    /// The same for the same request, and for nobody to guess.
    pub(super) fn stateless_tag(&self, request: &Message) -> Tag {
        let hash =
            Sha256::new().chain_update(self.tag_key).chain_update(matching::key(request, Method::Invite)).finalize();
        Tag(hash.iter().take(8).fold(0, |tag, &octet| tag << 8 | u64::from(octet)))
    }

    /// It belongs to what was begun by somebody who was known then.
    fn is_continued(&self, request: &Message, method: Method) -> bool {
        match method {
            Method::Cancel => self.layer.find_server(&matching::key(request, Method::Invite)).is_some(),
            _ => self.session_in_dialog(request).or_else(|| self.subscription_in_dialog(request)).is_some(),
        }
    }

    /// What the credentials of a request are worth.
    fn prove(&mut self, now: Instant, request: &Message) -> Proof {
        let proof = self.gatekeeper.as_mut().map_or(Proof::Absent, |it| it.judge(now, request));
        self.layer.counters.credentials_wrong += u64::from(proof == Proof::Wrong);
        self.layer.counters.credentials_right += u64::from(matches!(proof, Proof::User(_)));
        proof
    }

    fn challenge(&mut self, now: Instant, stale: bool) -> Answer {
        self.layer.counters.challenges_sent += 1;
        let lines = self.gatekeeper.as_mut().map(|it| it.challenge(now, stale)).unwrap_or_default();
        Answer { status: UNAUTHORIZED, lines, lines_min: 1 }
    }

    /// Sends as much of the answer as the request gives room for.
    fn answer(&mut self, now: Instant, heard: &Heard<'_>, answer: Answer) {
        let Answer { status, lines, lines_min } = answer;
        let reply = self.reply(heard.message, heard.from, None);
        let room = match self.layer.transport(heard.from) {
            // Who has a connection has its address, too.
            transport if transport != Transport::Udp => usize::MAX,
            _ if heard.length < ANSWERED_OCTETS_MIN => 0,
            _ if status == UNAUTHORIZED => CHALLENGE_FACTOR * heard.length,
            _ => heard.length + ADDED_OCTETS_MAX,
        };
        let tag = self.stateless_tag(heard.message);
        let write = |count: usize| reply.start(status, Some(tag)).lines(&lines[..count].concat()).finish(None);
        let mut candidates = (lines_min.min(lines.len())..=lines.len()).rev().map(write);
        match candidates.find(|octets| octets.len() <= room) {
            Some(octets) => self.layer.send(now, &reply.flow, octets),
            None => self.layer.counters.answers_withheld += 1,
        }
    }
}

const UNAUTHORIZED: u16 = 401;
/// A challenge has this many octets for one of the request, and not more.
const CHALLENGE_FACTOR: usize = 2;
