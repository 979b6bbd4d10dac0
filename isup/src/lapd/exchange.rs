//! Supervisory and information frames in states 7 and 8, Q.921 figures B.7 and B.8: acknowledgement, rejection and busy
//! receivers.
//!
//! Promises: an I frame is delivered only if it is the next one; of what comes instead, one REJ asks for that one; an N(R)
//! that acknowledges what was not sent begins the link anew.
//! Leaves out: sending information, which the link does whenever the window allows it.

use std::time::Instant;

use super::frame::{Sequence, Supervisory};
use super::procedures::{Attempt, Phase, Supervision, SupervisoryFrame};
use super::transfer::{Acknowledged, Transfer};
use super::{ErrorCode, Link, Output};

impl Link {
    /// A supervisory frame in state 7.
    pub(super) fn supervised(
        &mut self,
        now: Instant,
        mut transfer: Transfer,
        timer: Supervision,
        frame: SupervisoryFrame,
    ) -> Phase {
        self.heed(&mut transfer, frame);
        if !frame.is_command && frame.poll_final {
            self.error(ErrorCode::A);
        }
        let Ok(acknowledged) = transfer.acknowledge(frame.receive) else {
            return self.re_establish(now, transfer, ErrorCode::J);
        };
        let timer = match frame.function {
            Supervisory::ReceiveReady => self.supervision(now, timer, acknowledged),
            Supervisory::ReceiveNotReady => Supervision::T200(now + self.config.timers.t200),
            Supervisory::Reject => {
                transfer.go_back();
                Supervision::T203(now + self.config.timers.t203)
            }
        };
        Phase::MultipleFrameEstablished(transfer, timer)
    }

    /// A supervisory frame in state 8: a response with F = 1 ends the recovery.
    pub(super) fn supervised_in_recovery(
        &mut self,
        now: Instant,
        mut transfer: Transfer,
        attempt: Attempt,
        frame: SupervisoryFrame,
    ) -> Phase {
        self.heed(&mut transfer, frame);
        if transfer.acknowledge(frame.receive).is_err() {
            return self.re_establish(now, transfer, ErrorCode::J);
        }
        if frame.is_command || !frame.poll_final {
            return Phase::TimerRecovery(transfer, attempt);
        }
        transfer.go_back();
        let timer = match frame.function {
            Supervisory::ReceiveNotReady => Supervision::T200(now + self.config.timers.t200),
            Supervisory::ReceiveReady | Supervisory::Reject => Supervision::T203(now + self.config.timers.t203),
        };
        Phase::MultipleFrameEstablished(transfer, timer)
    }

    /// What every supervisory frame says first: whether its sender is busy, and whether it wants an answer.
    fn heed(&mut self, transfer: &mut Transfer, frame: SupervisoryFrame) {
        transfer.peer_busy = frame.function == Supervisory::ReceiveNotReady;
        self.counters.rejects_received += u64::from(frame.function == Supervisory::Reject);
        if frame.is_command && frame.poll_final {
            self.supervise(transfer, false, Supervisory::ReceiveReady, true);
        }
    }

    /// The timer of state 7 after an N(R).
    pub(super) fn supervision(&self, now: Instant, timer: Supervision, acknowledged: Acknowledged) -> Supervision {
        match acknowledged {
            Acknowledged::All => Supervision::T203(now + self.config.timers.t203),
            Acknowledged::Some => Supervision::T200(now + self.config.timers.t200),
            Acknowledged::Nothing => timer,
        }
    }

    /// An I frame: delivered if it is the next one, else asked for once.
    pub(super) fn take(&mut self, transfer: &mut Transfer, send: Sequence, poll: bool, field: &[u8]) {
        if send == transfer.expected {
            transfer.expected = transfer.expected.plus(1);
            transfer.reject_exception = false;
            transfer.acknowledge_pending = true;
            self.counters.information_received += 1;
            self.push(Output::Data(field.to_vec()));
            self.answer(transfer, poll);
        } else if !transfer.reject_exception {
            transfer.reject_exception = true;
            self.counters.rejects_sent += 1;
            self.supervise(transfer, false, Supervisory::Reject, poll);
        } else {
            self.answer(transfer, poll);
        }
    }

    /// What an I frame with P = 1 wants.
    fn answer(&mut self, transfer: &mut Transfer, poll: bool) {
        if poll {
            self.supervise(transfer, false, Supervisory::ReceiveReady, true);
        }
    }
}
