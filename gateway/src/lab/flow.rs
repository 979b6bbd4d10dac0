//! From a capture to the ladder of one call.
//!
//! A call is known by the number that was dialled at the end where it began, so that a number must be dialled once there in a
//! capture, as the demo does; at its other end it is what the gateway sent first to its number after that. From there on
//! Call-ID, circuit identification code or call reference lead to the rest, and SDP says which RTP belongs to it.

use super::capture::{Frame, What, isdn_name, name};
use super::ladder::{Kind, Ladder, Lane, Step, Toward};
use super::phone::text::{audio_address, header};
use isup::codec::{CalledPartyNumber, MessageType};
use isup::q931::codec::{self as q931, CallReference, Flag};
use std::net::SocketAddr;
use std::time::Duration;

/// Where a call begins and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The end that calls.
    pub from: End,
    /// The end that is called.
    pub to: End,
}

/// One end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// What is spoken there.
    pub protocol: Protocol,
    /// The called number there.
    pub number: &'static str,
}

/// What is spoken at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// SIP, with the telephone.
    Sip,
    /// ISUP, with an exchange.
    Isup,
    /// Q.931, with a private exchange.
    Pri,
}

impl Protocol {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Sip => "SIP",
            Protocol::Isup => "ISUP",
            Protocol::Pri => "PRI",
        }
    }

    /// Who speaks it with the gateway.
    fn far_end(self) -> &'static str {
        match self {
            Protocol::Sip => "SIP phone",
            Protocol::Isup => "far exchange",
            Protocol::Pri => "PBX",
        }
    }
}

/// The ladder of a call, times counted from `origin`; a telephone stands in the first column. `gateway` is the gateway's SIP
/// listener.
pub fn ladder(title: String, frames: &[Frame], trail: Trail, gateway: SocketAddr, origin: Duration) -> Ladder {
    let from = Thread::find(frames, trail.from, gateway, false, Duration::ZERO);
    let begun = from.as_ref().map_or(Duration::MAX, |thread| thread.begun);
    let to = Thread::find(frames, trail.to, gateway, true, begun);
    let (lanes, ends) = match trail.to.protocol {
        Protocol::Sip => ([(Lane::First, to), (Lane::Second, from)], [trail.to, trail.from]),
        Protocol::Isup | Protocol::Pri => ([(Lane::First, from), (Lane::Second, to)], [trail.from, trail.to]),
    };
    let heads = [ends[0].protocol.far_end(), "spangate", ends[1].protocol.far_end()];
    let steps = frames.iter().filter_map(|frame| {
        let mut own = lanes.iter().filter_map(|(lane, thread)| Some((*lane, thread.as_ref()?.step(frame, gateway)?)));
        let (lane, (sent, kind)) = own.next()?;
        let toward = if sent == (lane == Lane::Second) { Toward::Right } else { Toward::Left };
        Some(Step { at: frame.at.saturating_sub(origin), lane, toward, kind })
    });
    let steps = steps.collect();
    Ladder { title, heads, steps }
}

/// A call's messages at one end.
#[derive(Debug)]
struct Thread {
    begun: Duration,
    /// A circuit or a call reference may be another call's before and after.
    ended: Duration,
    mark: Mark,
}

/// What tells them from others'.
#[derive(Debug)]
enum Mark {
    Sip {
        call_id: String,
        /// Where the gateway takes audio.
        near: Vec<SocketAddr>,
        /// Where the telephone takes audio.
        far: Vec<SocketAddr>,
    },
    Isup {
        cic: u16,
    },
    Pri {
        value: u16,
        ours: bool,
    },
}

impl Thread {
    /// The messages that begin with a call to the end's number, `sent` by the gateway or received, not before `since`.
    fn find(frames: &[Frame], end: End, gateway: SocketAddr, sent: bool, since: Duration) -> Option<Thread> {
        let mut thread: Option<Thread> = None;
        for Frame { at, what } in frames.iter().filter(|frame| frame.at >= since) {
            match &mut thread {
                None => {
                    let begins = Mark::begins(what, end, gateway, sent);
                    thread = begins.map(|mark| Thread { begun: *at, ended: Duration::MAX, mark });
                }
                Some(thread) if thread.ended == Duration::MAX && thread.mark.ends(what) => thread.ended = *at,
                Some(_) => {}
            }
            if let Some(thread) = &mut thread {
                thread.mark.hear(what, gateway);
            }
        }
        thread
    }

    /// Whether the gateway sent a frame and how it is drawn, if it belongs to the call.
    fn step(&self, frame: &Frame, gateway: SocketAddr) -> Option<(bool, Kind)> {
        let step = self.mark.step(&frame.what, gateway)?;
        (self.begun <= frame.at && frame.at <= self.ended).then_some(step)
    }
}

impl Mark {
    fn begins(what: &What, end: End, gateway: SocketAddr, by_us: bool) -> Option<Mark> {
        let is_invite = |text: &str| text.starts_with(&format!("INVITE sip:{}@", end.number));
        match (end.protocol, what) {
            (Protocol::Sip, What::Sip { from, text, .. }) if (*from == gateway) == by_us && is_invite(text) => {
                let call_id = header(text, "Call-ID")?.to_owned();
                Some(Mark::Sip { call_id, near: Vec::new(), far: Vec::new() })
            }
            (Protocol::Isup, What::Isup { sent, cic, message })
                if *sent == by_us && message.kind == MessageType::IAM =>
            {
                let number = message.find::<CalledPartyNumber>()?;
                (number.digits.without_st().to_string() == end.number).then_some(Mark::Isup { cic: *cic })
            }
            (Protocol::Pri, What::Isdn { sent, message })
                if *sent == by_us && message.kind == q931::MessageType::SETUP =>
            {
                let number = message.find::<q931::CalledPartyNumber>()?;
                let value = message.call_reference.value();
                (number.digits == end.number).then_some(Mark::Pri { value, ours: by_us })
            }
            _ => None,
        }
    }

    fn ends(&self, what: &What) -> bool {
        match (self, what) {
            (Mark::Isup { cic: own }, What::Isup { cic, message, .. }) => {
                own == cic && message.kind == MessageType::RLC
            }
            (Mark::Pri { value, ours }, What::Isdn { sent, message }) => {
                message.kind == q931::MessageType::RELEASE_COMPLETE
                    && is_of(message.call_reference, *sent, *value, *ours)
            }
            _ => false,
        }
    }

    /// Takes audio addresses from SDP.
    fn hear(&mut self, what: &What, gateway: SocketAddr) {
        if let (Mark::Sip { call_id, near, far }, What::Sip { from, text, .. }) = (self, what)
            && header(text, "Call-ID") == Some(call_id.as_str())
        {
            let side = if *from == gateway { near } else { far };
            side.extend(audio_address(text));
        }
    }

    fn step(&self, what: &What, gateway: SocketAddr) -> Option<(bool, Kind)> {
        match (self, what) {
            (Mark::Sip { call_id, .. }, What::Sip { from, text, .. }) => {
                let own = header(text, "Call-ID") == Some(call_id.as_str());
                own.then(|| (*from == gateway, Kind::Message(first_words(text))))
            }
            (Mark::Sip { near, far, .. }, What::Media { from, to }) => {
                let sent = near.contains(from) && far.contains(to);
                let received = far.contains(from) && near.contains(to);
                (sent || received).then_some((sent, Kind::Audio))
            }
            (Mark::Isup { cic: own }, What::Isup { sent, cic, message }) => {
                (own == cic).then(|| (*sent, Kind::Message(name(message))))
            }
            (Mark::Pri { value, ours }, What::Isdn { sent, message }) => {
                let own = is_of(message.call_reference, *sent, *value, *ours);
                own.then(|| (*sent, Kind::Message(isdn_name(message))))
            }
            _ => None,
        }
    }
}

/// Whether a message that we sent or received is of the call that one of us began under this value.
fn is_of(reference: CallReference, sent: bool, value: u16, ours: bool) -> bool {
    reference.value() == value && ours == (sent == (reference.flag() == Flag::FromOrigin))
}

/// A status line without its version, or a method and the user that it is for.
fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.strip_prefix("SIP/2.0 ") {
        Some(status) => status.to_owned(),
        None => {
            let (method, uri) = line.split_once(' ').unwrap_or((line, ""));
            let user = uri.strip_prefix("sip:").and_then(|uri| uri.split_once('@')).map(|(user, _)| user);
            match (method, user) {
                ("INVITE", Some(user)) => format!("INVITE {user}"),
                _ => method.to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests;
