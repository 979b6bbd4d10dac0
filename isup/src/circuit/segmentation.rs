//! Simple segmentation: one message in two, by SGM; T34, Q.764 clause 2.1.12.
//!
//! Promises: a message that announces a segment waits for it, for T34 at most; it is acted on as one with what the
//! segment holds, or without it. Whatever else arrives or is asked meanwhile comes after it. What we send and does not
//! fit one signalling unit is divided where that helps.
//! Leaves out: segments of messages other than IAM, ACM, CPG, ANM and CON, which have no indicator to announce them.

use std::time::Instant;

use super::{Circuit, Step};
use crate::codec::{
    Message, MessageType, OptionalBackwardCallIndicators, OptionalForwardCallIndicators, ParameterCode,
};
use crate::timer::Timer;

/// A message whose second segment is awaited.
#[derive(Clone, Debug)]
pub(super) struct First {
    message: Box<Message>,
    t34: Instant,
}

impl First {
    pub fn deadline(&self) -> (Instant, Timer) {
        (self.t34, Timer::T34)
    }
}

impl Circuit {
    /// A message came: the one to act on now, if there is one. A message that waited is acted on before another.
    pub(super) fn reassemble(&mut self, step: &mut Step<'_>, message: Message) -> Option<Message> {
        if message.kind == MessageType::SGM {
            let Some(first) = self.first_segment.take() else {
                // Its first part is acted on already, or never came.
                step.counters.unexpected += 1;
                return None;
            };
            return Some(joined(*first.message, &message));
        }
        self.stop_waiting(step);
        if !announces_segment(&message) {
            return Some(message);
        }
        self.first_segment = Some(First { message: Box::new(message), t34: step.now + step.relation.timers.t34 });
        None
    }

    /// T34, or something that cannot wait: the message is acted on without its second segment.
    pub(super) fn stop_waiting(&mut self, step: &mut Step<'_>) {
        if let Some(first) = self.first_segment.take() {
            self.act_on(step, *first.message);
        }
    }
}

/// Two messages for one that is too long, if what may be moved is there.
pub(super) fn divided(message: &Message) -> Option<(Message, Message)> {
    let mut first = message.clone();
    announce_segment(&mut first)?;
    let mut second = Message::new(MessageType::SGM);
    for code in MOVABLE {
        if let Some(octets) = message.octets(code) {
            second.set_octets(code, octets);
            first.remove(code);
        }
    }
    let moved = MOVABLE.iter().any(|code| second.has(*code));
    moved.then_some((first, second))
}

/// The first segment with the parameters of the second.
fn joined(mut first: Message, second: &Message) -> Message {
    for (code, octets) in second.parameters() {
        if code != ParameterCode::MESSAGE_COMPATIBILITY_INFORMATION {
            first.add_octets(code, octets);
        }
    }
    first
}

fn announces_segment(message: &Message) -> bool {
    match indicators(message.kind) {
        Some(Direction::Forward) => {
            message.find::<OptionalForwardCallIndicators>().is_some_and(|indicators| indicators.simple_segmentation)
        }
        Some(Direction::Backward) => {
            message.find::<OptionalBackwardCallIndicators>().is_some_and(|indicators| indicators.simple_segmentation)
        }
        None => false,
    }
}

fn announce_segment(message: &mut Message) -> Option<()> {
    match indicators(message.kind)? {
        Direction::Forward => {
            let indicators = message.find::<OptionalForwardCallIndicators>().unwrap_or_default();
            message.set(&OptionalForwardCallIndicators { simple_segmentation: true, ..indicators });
        }
        Direction::Backward => {
            let indicators = message.find::<OptionalBackwardCallIndicators>().unwrap_or_default();
            message.set(&OptionalBackwardCallIndicators { simple_segmentation: true, ..indicators });
        }
    }
    Some(())
}

enum Direction {
    Forward,
    Backward,
}

/// Which indicators of a message can announce a segment.
fn indicators(kind: MessageType) -> Option<Direction> {
    use MessageType as M;
    match kind {
        M::IAM => Some(Direction::Forward),
        M::ACM | M::CPG | M::ANM | M::CON => Some(Direction::Backward),
        _ => None,
    }
}

/// What a segmentation message may hold, Q.763's table of it.
const MOVABLE: [ParameterCode; 5] = [
    ParameterCode::USER_TO_USER_INFORMATION,
    ParameterCode::ACCESS_TRANSPORT,
    ParameterCode::GENERIC_DIGITS,
    ParameterCode::GENERIC_NOTIFICATION_INDICATOR,
    ParameterCode::GENERIC_NUMBER,
];
