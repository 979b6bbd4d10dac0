//! Error conditions within a call, Q.931 5.8.4 to 5.8.7, and STATUS, 5.8.10 and 5.8.11.
//!
//! Promises: STATUS is never answered by STATUS.

use super::{Attempt, Call, Phase, State, Step};
use crate::cause::Cause;
use crate::lapd::Side;
use crate::q931::codec::{CallState, CallStateValue, Direction, ElementCode, Finding, Message, MessageType, table};
use crate::q931::interface::Indication;

impl Call {
    /// The message as far as it may be acted on; `None` if it may not.
    pub(super) fn examined(&mut self, step: &mut Step<'_>, mut message: Message) -> Option<Message> {
        let findings = table::ITU.check(&message, inwards(step.side));
        let Some(worst) = worst(&findings) else { return Some(message) };
        step.counters.faulty += 1;
        let cause = worst.cause().unwrap_or(Cause::PROTOCOL_ERROR);
        let mut diagnostics = Vec::new();
        worst.push_diagnostics(&mut diagnostics);
        match message.kind {
            // It says what it says, with whatever it lacks.
            MessageType::RELEASE_COMPLETE | MessageType::STATUS => {}
            // It clears the call; the answer tells the cause.
            MessageType::DISCONNECT if worst.forbids() => {
                if matches!(self.phase(), Phase::Outgoing | Phase::Incoming | Phase::Active) {
                    step.indicate(Indication::Lost(cause));
                    self.release_with(step, cause);
                }
                return None;
            }
            MessageType::RELEASE => {
                if !matches!(self.state, State::ReleaseRequest { .. }) {
                    step.send_cause(MessageType::RELEASE_COMPLETE, cause, &diagnostics);
                }
                self.release_completed(step, message);
                return None;
            }
            _ => {
                if let Finding::UnknownMessage(_) = worst {
                    step.counters.unknown_type += 1;
                }
                step.send_status(self.number(step.side), cause, &diagnostics);
            }
        }
        let carries_on =
            !worst.forbids() || matches!(message.kind, MessageType::RELEASE_COMPLETE | MessageType::STATUS);
        remove_invalid(&mut message, &findings);
        carries_on.then_some(message)
    }

    /// A message that the state does not have.
    pub(super) fn unexpected(&mut self, step: &mut Step<'_>, kind: MessageType) {
        step.counters.unexpected += 1;
        // A SETUP for a call that exists is ignored: it was repeated, or crossed our answer.
        if kind != MessageType::SETUP {
            step.send_status(self.number(step.side), Cause::MESSAGE_NOT_COMPATIBLE_WITH_STATE, &[kind.code]);
        }
    }

    /// The far end says how the call stands there.
    pub(super) fn status(&mut self, step: &mut Step<'_>, message: &Message) {
        use CallStateValue as V;
        self.enquiry = None;
        let Some(theirs) = message.find::<CallState>().map(|state| state.value) else { return };
        let is_clearing = matches!(theirs, V::DISCONNECT_REQUEST | V::DISCONNECT_INDICATION | V::RELEASE_REQUEST);
        match self.phase() {
            _ if theirs == V::NULL => self.drop_now(step, Cause::MESSAGE_NOT_COMPATIBLE_WITH_STATE),
            Phase::Outgoing | Phase::Incoming | Phase::Active if is_clearing => {
                step.indicate(Indication::Lost(Cause::MESSAGE_NOT_COMPATIBLE_WITH_STATE));
                self.release_with(step, Cause::MESSAGE_NOT_COMPATIBLE_WITH_STATE);
            }
            _ => {}
        }
    }

    /// Asks the far end how the call stands there.
    pub fn enquire(&mut self, step: &mut Step<'_>, last: bool) {
        self.enquiry = Some(Attempt { deadline: step.now + step.timers.t322, last });
        step.send_plain(MessageType::STATUS_ENQUIRY);
    }

    /// The far end did not say: it is asked once more, then the call is given up.
    pub(super) fn enquiry_unanswered(&mut self, step: &mut Step<'_>) {
        match self.enquiry.take() {
            Some(Attempt { last: false, .. }) => self.enquire(step, true),
            _ => self.lose(step, Cause::TEMPORARY_FAILURE),
        }
    }
}

/// Which way messages to this side go.
pub(super) fn inwards(side: Side) -> Direction {
    match side {
        Side::User => Direction::ToUser,
        Side::Network => Direction::ToNetwork,
    }
}

/// The finding that decides: one that forbids to act on the message before one that does not; `None` if there is
/// nothing to report. Known elements where they are not expected do no harm and are passed on; so are those of other
/// codesets, which belong to networks beyond.
fn worst(findings: &[Finding]) -> Option<Finding> {
    let reported = |finding: &&Finding| match finding {
        Finding::Unexpected(_) | Finding::OutOfOrder(_) | Finding::Repeated(_) => false,
        Finding::Unrecognized(code) => code.codeset == 0,
        _ => true,
    };
    let mut reported = findings.iter().filter(reported).copied();
    let first = reported.next()?;
    Some(if first.forbids() { first } else { reported.find(|finding| finding.forbids()).unwrap_or(first) })
}

/// 5.8.7.2: an optional element in error counts as absent.
fn remove_invalid(message: &mut Message, findings: &[Finding]) {
    let invalid = |finding: &Finding| match finding {
        Finding::OptionalContents(code) => Some(*code),
        _ => None,
    };
    findings.iter().filter_map(invalid).for_each(|code: ElementCode| message.remove(code));
}

/// What stands in the way of a SETUP, and the diagnostics of its cause; `None` if nothing does.
pub(crate) fn fault_of_setup(message: &Message, side: Side) -> Option<(Cause, Vec<u8>)> {
    let finding = table::ITU.check(message, inwards(side)).into_iter().find(|finding| finding.forbids())?;
    let mut diagnostics = Vec::new();
    finding.push_diagnostics(&mut diagnostics);
    Some((finding.cause().unwrap_or(Cause::PROTOCOL_ERROR), diagnostics))
}
