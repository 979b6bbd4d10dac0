//! INVITE client transaction: RFC 3261 17.1.1, figure 5, as corrected by RFC 6026 8.4 (state Accepted, timer M).

use super::super::header::Name;
use super::super::message::{Message, Writer};
use super::super::timer::Pace;
use super::{Expiry, Reaction};
use std::time::{Duration, Instant};

/// The machine. The request is kept whole: ACK and CANCEL are made from it.
#[derive(Debug)]
pub(crate) struct InviteClient {
    request: Vec<u8>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// A repeats, B gives up.
    Calling {
        a: Option<Instant>,
        interval: Duration,
        b: Instant,
    },
    /// A provisional response came: the peer is busy with it, no timer runs.
    Proceeding,
    /// A 2xx came; further ones (retransmitted, or from other forks) pass to the user until M.
    Accepted {
        m: Instant,
    },
    /// 300 to 699 came; its repetitions are answered by the same ACK until D.
    Completed {
        ack: Vec<u8>,
        d: Instant,
    },
    Terminated,
}

impl InviteClient {
    /// The request is sent by the caller.
    pub(crate) fn new(now: Instant, pace: &Pace, request: Vec<u8>) -> InviteClient {
        let first = pace.first_interval();
        let interval = first.unwrap_or_default();
        let state = State::Calling { a: first.map(|first| now + first), interval, b: now + pace.give_up() };
        InviteClient { request, state }
    }

    pub(crate) fn handle_response(&mut self, now: Instant, pace: &Pace, response: &Message) -> Reaction {
        let status = response.status().unwrap_or_default();
        match (&mut self.state, status) {
            (State::Calling { .. }, 100..=199) => {
                self.state = State::Proceeding;
                Reaction::Pass
            }
            (State::Proceeding, 100..=199) => Reaction::Pass,
            (State::Calling { .. } | State::Proceeding, 200..=299) => {
                self.state = State::Accepted { m: now + pace.give_up() };
                Reaction::Pass
            }
            (State::Calling { .. } | State::Proceeding, _) => {
                let ack = acknowledge(&self.request, response);
                self.state = State::Completed { ack: ack.clone(), d: now + pace.d() };
                Reaction::SendAndPass(ack)
            }
            (State::Accepted { .. }, 200..=299) => Reaction::Pass,
            (State::Completed { ack, .. }, 300..=699) => Reaction::Send(ack.clone()),
            // Provisional responses that were overtaken, and finals of another kind than the first.
            (State::Accepted { .. } | State::Completed { .. } | State::Terminated, _) => Reaction::Ignore,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Expiry {
        match &mut self.state {
            State::Calling { b, .. } if *b <= now => {
                self.state = State::Terminated;
                Expiry::TimedOut
            }
            State::Calling { a: Some(a), interval, .. } if *a <= now => {
                *interval *= 2;
                *a = now + *interval;
                Expiry::Send(self.request.clone())
            }
            State::Accepted { m: until } | State::Completed { d: until, .. } if *until <= now => {
                self.state = State::Terminated;
                Expiry::Nothing
            }
            _ => Expiry::Nothing,
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Calling { a, b, .. } => Some(a.map_or(*b, |a| a.min(*b))),
            State::Proceeding | State::Terminated => None,
            State::Accepted { m } => Some(*m),
            State::Completed { d, .. } => Some(*d),
        }
    }

    /// The user has given the transaction up (RFC 3261 9.1: no final response 64*T1 after CANCEL).
    pub(crate) fn abandon(&mut self) {
        self.state = State::Terminated;
    }

    pub(crate) fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn request(&self) -> &[u8] {
        &self.request
    }

    /// The request, while there is no response at all.
    pub(crate) fn unanswered(&self) -> Option<&[u8]> {
        matches!(self.state, State::Calling { .. }).then_some(&self.request)
    }
}

/// ACK for a non-2xx final response: RFC 3261 17.1.1.3. It belongs to the INVITE's transaction: same top Via.
fn acknowledge(invite: &[u8], response: &Message) -> Vec<u8> {
    let invite = Message::parse(invite).expect("our own INVITE follows the grammar");
    let to = response.value(Name::To).unwrap_or_default();
    within_transaction("ACK", &invite, to).finish(None)
}

/// CANCEL for the INVITE: RFC 3261 9.1. Its branch is the INVITE's, it is a transaction of its own.
pub(crate) fn cancel(invite: &[u8], cause: Option<u8>) -> Vec<u8> {
    let invite = Message::parse(invite).expect("our own INVITE follows the grammar");
    let to = invite.value(Name::To).unwrap_or_default();
    within_transaction("CANCEL", &invite, to).cause(cause).finish(None)
}

fn within_transaction(method: &str, invite: &Message, to: &[u8]) -> Writer {
    let number = invite.cseq().expect("our own INVITE has a CSeq").number;
    Writer::request(method, invite.raw_request_uri())
        .maybe(Name::Via, invite.value(Name::Via))
        .field(Name::MaxForwards, b"70")
        .fields(Name::Route, invite.values(Name::Route))
        .maybe(Name::From, invite.value(Name::From))
        .fields(Name::Authorization, invite.values(Name::Authorization))
        .fields(Name::ProxyAuthorization, invite.values(Name::ProxyAuthorization))
        .field(Name::To, to)
        .field(Name::CallId, invite.call_id())
        .field(Name::CSeq, format!("{number} {method}").as_bytes())
}
