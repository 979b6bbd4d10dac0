//! From a capture to the ladder of one call.
//!
//! A call is known by the number that was dialled: the INVITE to it and the IAM with it are its two beginnings, the
//! Call-ID and the circuit identification code lead to the rest, and SDP says which RTP belongs to it. So a number
//! must be dialled once in a capture, as the demo does.

use super::capture::{Frame, What, name};
use super::ladder::{Kind, Ladder, Lane, Step, Toward};
use super::phone::text::{audio_address, header};
use isup::codec::{CalledPartyNumber, MessageType};
use std::net::SocketAddr;
use std::time::Duration;

/// The ladder of the call to `called`, times counted from `origin`. `gateway` is the gateway's SIP listener.
pub fn ladder(title: String, frames: &[Frame], called: &str, gateway: SocketAddr, origin: Duration) -> Ladder {
    let call = Call::find(frames, called, gateway);
    let steps = frames.iter().filter_map(|frame| {
        let (lane, toward, kind) = call.step(&frame.what, gateway)?;
        let at = frame.at.saturating_sub(origin);
        call.spans(frame.at, lane).then_some(Step { at, lane, toward, kind })
    });
    Ladder { title, steps: steps.collect() }
}

/// What tells a call's frames from others.
#[derive(Debug, Default)]
struct Call {
    call_id: Option<String>,
    /// Circuit, and from its IAM to its RLC: another call may have it before and after.
    circuit: Option<(u16, Duration, Duration)>,
    /// Where the gateway takes audio.
    near: Vec<SocketAddr>,
    /// Where the telephone takes audio.
    far: Vec<SocketAddr>,
}

impl Call {
    fn find(frames: &[Frame], called: &str, gateway: SocketAddr) -> Self {
        let mut call = Self::default();
        for Frame { at, what } in frames {
            match what {
                What::Sip { from, text, .. } => call.hear_sip(text, called, *from == gateway),
                What::Isup { cic, message, .. } => match (message.kind, &mut call.circuit) {
                    (MessageType::IAM, circuit @ None) => {
                        let number = message.find::<CalledPartyNumber>();
                        if number.is_some_and(|number| number.digits.without_st().to_string() == called) {
                            *circuit = Some((*cic, *at, Duration::MAX));
                        }
                    }
                    (MessageType::RLC, Some((own, _, until))) if own == cic && *until == Duration::MAX => *until = *at,
                    _ => {}
                },
                What::Media { .. } => {}
            }
        }
        call
    }

    fn hear_sip(&mut self, text: &str, called: &str, sent: bool) {
        if self.call_id.is_none() && text.starts_with(&format!("INVITE sip:{called}@")) {
            self.call_id = header(text, "Call-ID").map(str::to_owned);
        }
        if self.call_id.is_some() && header(text, "Call-ID") == self.call_id.as_deref() {
            let side = if sent { &mut self.near } else { &mut self.far };
            side.extend(audio_address(text));
        }
    }

    /// How a frame is drawn, if it belongs to the call.
    fn step(&self, what: &What, gateway: SocketAddr) -> Option<(Lane, Toward, Kind)> {
        match what {
            What::Sip { from, text, .. } => {
                let ours = self.call_id.is_some() && header(text, "Call-ID") == self.call_id.as_deref();
                let toward = if *from == gateway { Toward::Left } else { Toward::Right };
                ours.then(|| (Lane::Sip, toward, Kind::Message(first_words(text))))
            }
            What::Media { from, to } => {
                let left = self.near.contains(from) && self.far.contains(to);
                let right = self.far.contains(from) && self.near.contains(to);
                let toward = if left { Toward::Left } else { Toward::Right };
                (left || right).then_some((Lane::Sip, toward, Kind::Audio))
            }
            What::Isup { sent, cic, message } => {
                let ours = self.circuit.is_some_and(|(own, ..)| own == *cic);
                let toward = if *sent { Toward::Right } else { Toward::Left };
                ours.then(|| (Lane::Pstn, toward, Kind::Message(name(message))))
            }
        }
    }

    fn spans(&self, at: Duration, lane: Lane) -> bool {
        match (lane, self.circuit) {
            (Lane::Pstn, Some((_, from, until))) => from <= at && at <= until,
            _ => true,
        }
    }
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
