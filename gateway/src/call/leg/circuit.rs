//! An ISUP circuit as one end of a call (Q.764 clause 2.1): which message comes first, which after it.
//!
//! Its timers are the circuit's own, in `isup`: T7 and T9 guard a call that goes out, T1 and T5 its release.

use isup::cause::Cause;
use isup::codec::{Message, MessageType};
use isup::exchange::{CircuitId, Indication, Number, Refusal, Request};

use super::{Desk, Said};
use crate::call::Action;
use crate::circuit::Seat;
use crate::interwork::hub::{Answer, Digits, Notice, Pause, Progress, Release, Setup, UserInformation};
use crate::interwork::isup::{backward, iam, user_user};

/// The leg.
#[derive(Debug)]
pub struct Circuit {
    /// The circuit.
    pub seat: Seat,
    /// The exchange's name for it.
    pub id: CircuitId,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Ours, and the far end knows nothing of it.
    Seized,
    /// IAM sent.
    Outgoing,
    /// IAM received.
    Incoming,
    /// IAM received, ACM sent.
    Complete,
    /// Answered, from either side.
    Answered,
    /// REL sent.
    Releasing,
    /// REL received, or the call lost: RLC is owed.
    Released,
    /// RLC sent, or as good as that.
    Done,
}

impl Circuit {
    /// The circuit on which an IAM came.
    pub fn incoming(seat: Seat, id: CircuitId) -> Circuit {
        Circuit { seat, id, phase: Phase::Incoming }
    }

    /// A circuit that was seized for a call.
    pub fn seized(seat: Seat, id: CircuitId) -> Circuit {
        Circuit { seat, id, phase: Phase::Seized }
    }

    pub fn is_only_seized(&self) -> bool {
        self.phase == Phase::Seized
    }

    pub fn set_up(&mut self, desk: &mut Desk<'_>, setup: &Setup) -> Result<(), Cause> {
        let iam = iam::message(setup, self.seat.overlap)?;
        self.ask(desk, Request::Setup(iam));
        self.phase = Phase::Outgoing;
        Ok(())
    }

    pub fn await_digits(&self, desk: &mut Desk<'_>, number: Number) {
        self.ask(desk, Request::AwaitDigits(number));
    }

    /// SAM; the circuit drops one that comes too late.
    pub fn dial_on(&self, desk: &mut Desk<'_>, more: &Digits) {
        if let Some(sam) = iam::subsequent(more).filter(|_| self.phase == Phase::Outgoing) {
            self.ask(desk, Request::SubsequentAddress(sam));
        }
    }

    /// ACM the first time and CPG after that.
    pub fn progress(&mut self, desk: &mut Desk<'_>, progress: &Progress) {
        match self.phase {
            Phase::Incoming => {
                self.ask(desk, Request::AddressComplete(backward::acm(progress)));
                self.phase = Phase::Complete;
            }
            Phase::Complete | Phase::Answered => self.ask(desk, Request::Progress(backward::cpg(progress))),
            _ => {}
        }
    }

    /// ANM, or CON when no ACM went before.
    pub fn answer(&mut self, desk: &mut Desk<'_>, answer: &Answer) {
        match self.phase {
            Phase::Incoming => self.ask(desk, Request::Connect(backward::con(answer))),
            Phase::Complete => self.ask(desk, Request::Answer(backward::anm(answer))),
            _ => return,
        }
        self.phase = Phase::Answered;
    }

    /// SUS and RES.
    pub fn pause(&mut self, desk: &mut Desk<'_>, pause: &Pause) {
        if self.phase == Phase::Answered {
            let message = backward::pause(pause);
            self.ask(desk, if pause.suspended { Request::Suspend(message) } else { Request::Resume(message) });
        }
    }

    /// CPG, which after the answer goes both ways.
    pub fn notify(&mut self, desk: &mut Desk<'_>, notice: &Notice) {
        if matches!(self.phase, Phase::Complete | Phase::Answered) {
            self.ask(desk, Request::Progress(backward::notice_cpg(notice)));
        }
    }

    /// USR.
    pub fn user_information(&self, desk: &mut Desk<'_>, information: &UserInformation) -> bool {
        let is_known = self.is_known_to_the_far_end();
        if is_known {
            self.ask(desk, Request::Service(user_user::usr(information)));
        }
        is_known
    }

    /// FAR, APM and their like: whatever the call carries besides itself.
    pub fn service(&self, desk: &mut Desk<'_>, message: Message) {
        if self.is_known_to_the_far_end() {
            self.ask(desk, Request::Service(message));
        }
    }

    pub fn release(&mut self, desk: &mut Desk<'_>, release: &Release) {
        if self.is_known_to_the_far_end() {
            self.ask(desk, Request::Release(backward::rel(release)));
            self.phase = Phase::Releasing;
        }
    }

    /// RLC goes when the media is off the timeslot (Q.764 2.3).
    pub fn media_off(&mut self, desk: &mut Desk<'_>) {
        if self.phase == Phase::Released {
            self.ask(desk, Request::ReleaseResponse);
            self.phase = Phase::Done;
        }
    }

    /// What the circuit says.
    pub fn hear(&mut self, indication: Indication) -> Said {
        use Indication as I;
        use Phase as P;
        match (self.phase, indication) {
            // Another circuit would lead to the same exchange.
            (P::Seized | P::Outgoing, I::SetupRefused(Refusal::Congestion)) => Said::Congested,
            (P::Seized | P::Outgoing, I::SetupRefused(_)) => Said::Refused,
            (P::Incoming, I::SubsequentAddress(sam)) => Said::Digits(iam::from_subsequent(&sam)),
            (P::Incoming, I::AddressEnded) => Said::Digits(Digits { digits: String::new(), is_last: true }),
            (P::Outgoing, I::AddressComplete(acm)) => Said::Progress(backward::from_acm(acm)),
            (P::Outgoing, I::Progress(cpg)) => Said::Progress(backward::from_cpg(cpg)),
            (P::Answered, I::Progress(cpg)) => match backward::notice(cpg) {
                Ok(notice) => Said::Notice(notice),
                Err(cpg) => Said::Progress(backward::from_cpg(cpg)),
            },
            (P::Outgoing, I::Answer(message) | I::Connect(message)) => {
                self.phase = Phase::Answered;
                Said::Answer(backward::from_answer(message))
            }
            (P::Answered, I::Suspended(sus)) => Said::Pause(Pause { suspended: true, isup: Some(sus) }),
            (P::Answered, I::Resumed(res)) => Said::Pause(Pause { suspended: false, isup: Some(res) }),

            (_, I::Release(rel)) => self.released(backward::from_rel(rel)),
            // Reset by the far end, or a timer of its own expired.
            (_, I::Lost(cause)) => self.released(Release::here(cause)),
            (_, I::Released | I::SetupRefused(_)) => Said::Over(Release::here(Cause::NORMAL_UNSPECIFIED)),
            (P::Releasing | P::Released | P::Done, _) => Said::Nothing,
            (_, I::Service(message)) if message.kind == MessageType::USR => {
                Said::UserInformation(user_user::information(message))
            }
            (_, I::Service(message)) => Said::Service(message),
            (_, _) => Said::Unexpected,
        }
    }

    /// Both exchanges have the call, and neither has released it.
    fn is_known_to_the_far_end(&self) -> bool {
        matches!(self.phase, Phase::Outgoing | Phase::Incoming | Phase::Complete | Phase::Answered)
    }

    fn released(&mut self, release: Release) -> Said {
        self.phase = Phase::Released;
        Said::Released(release)
    }

    fn ask(&self, desk: &mut Desk<'_>, request: Request) {
        desk.actions.push_back(Action::Circuit(self.id, request));
    }
}
