//! Messages and parameters that no table names, and confusion (CFN), Q.764 clause 2.9.5.
//!
//! Promises: what the sender instructs (message and parameter compatibility information) is done, as by an exchange that
//! ends the call here: passing on is never possible. Without instruction an unknown message is discarded and an unknown
//! parameter ignored. REL, RLC and supervision are always acted on: discarding them would hold a circuit. Confusion is
//! never answered.
//! Leaves out: transit interpretation; values that no table names in parameters that are known, which are the call's.

use super::step::release_with;
use super::{Circuit, Owner, Phase, State, Step};
use crate::cause::{Cause, Location};
use crate::codec::{
    CauseIndicators, Message, MessageCompatibilityInformation, MessageType, ParameterCode,
    ParameterCompatibilityInformation, PassOnNotPossible,
};
use crate::exchange::Indication;

/// What to do with a message, from the mildest to the harshest.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Verdict {
    /// Act on it.
    Process,
    /// Forget it.
    Discard,
    /// Release the call.
    Release,
}

/// The verdict on a message and what to tell the sender of it.
struct Judgement {
    verdict: Verdict,
    /// The cause for CFN or REL, with the code that is unknown.
    why: CauseIndicators,
    /// The sender wants CFN.
    notify: bool,
}

impl Circuit {
    /// Follows the sender's instructions; true when the message is to be acted on as usual.
    pub(super) fn is_compatible(&mut self, step: &mut Step<'_>, message: &Message) -> bool {
        let is_unknown = !step.variant.knows(message.kind);
        step.counters.unknown_type += u64::from(is_unknown);
        step.counters.unknown_parameter += unknown_parameters(message).count() as u64;
        let judgement = if is_unknown {
            judge_type(message)
        } else if is_call_message(message.kind) {
            judge_parameters(message)
        } else {
            None
        };
        let Some(Judgement { verdict, why, notify }) = judgement else {
            // There is nothing to act on in a message that is not known.
            step.counters.discarded += u64::from(is_unknown);
            return !is_unknown;
        };
        step.counters.incompatible += 1;
        let seizes = matches!(self.state, State::Idle) && message.kind == MessageType::IAM;
        if !seizes && !matches!(self.phase(), Phase::Call) {
            // No call that anything could be done about.
            step.counters.discarded += u64::from(verdict != Verdict::Process);
            return verdict == Verdict::Process;
        }
        if verdict == Verdict::Release {
            self.release_incompatible(step, why, seizes);
            return false;
        }
        if notify {
            let sent = step.send(&Message::new(MessageType::CFN).with(why));
            debug_assert!(sent.is_ok(), "a CFN with its cause is complete");
            step.counters.confusion_sent += 1;
        }
        step.counters.discarded += u64::from(verdict == Verdict::Discard);
        verdict == Verdict::Process
    }

    fn release_incompatible(&mut self, step: &mut Step<'_>, why: CauseIndicators, seizes: bool) {
        let owner = if seizes {
            Owner::None
        } else {
            step.indicate(Indication::Lost(why.cause));
            Owner::ToldLost
        };
        self.start_release(step, release_with(why.cause).with(why), owner);
    }
}

/// An unknown message: nothing to act on in any case. Such messages have an optional part alone, as FAC has.
fn judge_type(message: &Message) -> Option<Judgement> {
    let instruction = compatibility_information(message)?.instruction;
    let pass_on = !instruction.release_call && !instruction.discard_message;
    let release = instruction.release_call || pass_on && !instruction.discard_if_pass_on_not_possible;
    Some(Judgement {
        verdict: if release { Verdict::Release } else { Verdict::Discard },
        why: because(Cause::MESSAGE_TYPE_NON_EXISTENT, message.kind.0),
        notify: instruction.send_notification,
    })
}

/// A message of a later edition has a shape here, one that no edition has must be read as if it were FAC.
fn compatibility_information(message: &Message) -> Option<MessageCompatibilityInformation> {
    message.find().or_else(|| {
        let octets = [&[MessageType::FAC.0], message.rest()].concat();
        Message::decode(&octets).ok()?.find()
    })
}

/// The codes that no table names.
fn unknown_parameters(message: &Message) -> impl Iterator<Item = ParameterCode> + '_ {
    message.parameters().map(|(code, _)| code).filter(|code| code.name().is_none())
}

/// The harshest of the instructions for parameters that no table names.
fn judge_parameters(message: &Message) -> Option<Judgement> {
    unknown_parameters(message).next()?;
    let instructions = message.find::<ParameterCompatibilityInformation>()?;
    let judgements = unknown_parameters(message).filter_map(|code| judge_parameter(&instructions, code));
    judgements.reduce(|first, next| if harshness(&next) > harshness(&first) { next } else { first })
}

fn judge_parameter(instructions: &ParameterCompatibilityInformation, code: ParameterCode) -> Option<Judgement> {
    let instruction = instructions.instruction(code)?;
    let verdict = if instruction.release_call {
        Verdict::Release
    } else if instruction.discard_message {
        Verdict::Discard
    } else if instruction.discard_parameter {
        Verdict::Process
    } else {
        match instruction.pass_on_not_possible {
            PassOnNotPossible::RELEASE_CALL => Verdict::Release,
            PassOnNotPossible::DISCARD_MESSAGE => Verdict::Discard,
            _ => Verdict::Process,
        }
    };
    let cause = if verdict == Verdict::Discard { Cause::MESSAGE_DISCARDED } else { Cause::PARAMETER_NON_EXISTENT };
    Some(Judgement { verdict, why: because(cause, code.0), notify: instruction.send_notification })
}

fn harshness(judgement: &Judgement) -> (u8, bool) {
    let verdict = match judgement.verdict {
        Verdict::Process => 0,
        Verdict::Discard => 1,
        Verdict::Release => 2,
    };
    (verdict, judgement.notify)
}

/// Messages of a call other than its release.
fn is_call_message(kind: MessageType) -> bool {
    use MessageType as M;
    matches!(
        kind,
        M::IAM | M::SAM | M::ACM | M::CPG | M::ANM | M::CON | M::SUS | M::RES | M::INR | M::INF | M::FAC | M::USR
    )
}

fn because(cause: Cause, code: u8) -> CauseIndicators {
    CauseIndicators { diagnostics: vec![code], ..CauseIndicators::new(Location::PUBLIC_LOCAL, cause) }
}
