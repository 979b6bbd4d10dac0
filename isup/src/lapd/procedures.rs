//! Point-to-point procedures of a data link, Q.921 figures B.4 to B.8: states, events, and what one does in the other.
//!
//! Promises: in every state exactly the timer runs that the state owns; what a state does not expect is counted.
//! Leaves out: where the figures let T200 repeat the last I frame or ask for the far end's state, this link always
//! asks: that never sends information twice.

use std::time::Instant;

use super::frame::{Sequence, Supervisory, Unnumbered};
use super::transfer::{InvalidReceiveNumber, Queue, Transfer};
use super::{ErrorCode, Link, Output, Primitive};

/// The states with what each owns.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    TeiAssigned,
    AwaitingEstablishment(Establishment),
    /// The flag says that a DL-ESTABLISH request waits.
    AwaitingRelease(Attempt, bool),
    MultipleFrameEstablished(Transfer, Supervision),
    TimerRecovery(Transfer, Attempt),
}

/// A command under way: T200 and the retransmission counter RC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) t200: Instant,
    retransmissions: u8,
}

#[derive(Clone, Debug)]
pub(super) struct Establishment {
    pub(super) attempt: Attempt,
    layer_3_initiated: bool,
    /// A DL-RELEASE request waits.
    is_release_wanted: bool,
    queue: Queue,
}

/// The timer that runs in state 7: always exactly one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Supervision {
    T200(Instant),
    T203(Instant),
}

/// What happens to the procedures, in the order of the figures.
#[derive(Debug)]
pub(super) enum Event<'a> {
    Establish,
    Release,
    Data(Vec<u8>),
    Deactivated,
    T200,
    T203,
    SetMode { poll: bool },
    Disconnect { poll: bool },
    Acknowledgement { is_final: bool },
    DisconnectedMode { is_final: bool },
    FrameReject,
    Supervisory(SupervisoryFrame),
    Information { send: Sequence, receive: Sequence, poll: bool, field: &'a [u8] },
    FrameRejection(ErrorCode),
}

/// A supervisory frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct SupervisoryFrame {
    pub(super) function: Supervisory,
    pub(super) receive: Sequence,
    pub(super) is_command: bool,
    pub(super) poll_final: bool,
}

impl Link {
    /// What the event does in the state, and the state after it. States stand in the order of the figures.
    pub(super) fn step(&mut self, now: Instant, phase: Phase, event: Event<'_>) -> Phase {
        use Phase::{AwaitingEstablishment, AwaitingRelease, MultipleFrameEstablished, TeiAssigned, TimerRecovery};
        use Primitive::{Confirm, Indication};
        match (phase, event) {
            // State 4, TEI assigned.
            (TeiAssigned, Event::Establish | Event::DisconnectedMode { is_final: false }) => {
                self.establish(now, Queue::default(), true)
            }
            (TeiAssigned, Event::Release) => self.released(Confirm),
            (TeiAssigned, Event::SetMode { poll }) => {
                self.respond(Unnumbered::Acknowledgement, poll);
                self.established(now, Queue::default(), Some(Indication))
            }
            (TeiAssigned, Event::Disconnect { poll }) => {
                self.respond(Unnumbered::DisconnectedMode, poll);
                TeiAssigned
            }

            // State 5, awaiting establishment.
            (AwaitingEstablishment(waiting), Event::Establish) => AwaitingEstablishment(Establishment {
                layer_3_initiated: true,
                is_release_wanted: false,
                queue: Queue::default(),
                ..waiting
            }),
            // Saved until the far end has answered.
            (AwaitingEstablishment(waiting), Event::Release) => {
                AwaitingEstablishment(Establishment { is_release_wanted: true, ..waiting })
            }
            (AwaitingEstablishment(mut waiting), Event::Data(field)) => {
                self.queue(&mut waiting.queue, field);
                AwaitingEstablishment(waiting)
            }
            (AwaitingEstablishment(waiting), Event::T200) => match self.again(now, waiting.attempt) {
                Some(attempt) => {
                    self.send_unnumbered(true, Unnumbered::SetMode, true, &[]);
                    AwaitingEstablishment(Establishment { attempt, ..waiting })
                }
                None => {
                    self.error(ErrorCode::G);
                    self.not_established(waiting)
                }
            },
            (AwaitingEstablishment(waiting), Event::SetMode { poll }) => {
                self.respond(Unnumbered::Acknowledgement, poll);
                AwaitingEstablishment(waiting)
            }
            (AwaitingEstablishment(waiting), Event::Disconnect { poll }) => {
                self.respond(Unnumbered::DisconnectedMode, poll);
                AwaitingEstablishment(waiting)
            }
            (AwaitingEstablishment(waiting), Event::Acknowledgement { is_final: true }) => {
                let (queue, news) = match waiting.layer_3_initiated {
                    true => (waiting.queue, Some(Confirm)),
                    false => waiting.queue.carried_over(),
                };
                let established = self.established(now, queue, news);
                match waiting.is_release_wanted {
                    true => self.step(now, established, Event::Release),
                    false => established,
                }
            }
            (AwaitingEstablishment(waiting), Event::DisconnectedMode { is_final: true }) => {
                self.not_established(waiting)
            }
            (AwaitingEstablishment(waiting), Event::Deactivated) => self.not_established(waiting),

            // State 6, awaiting release.
            (AwaitingRelease(attempt, _), Event::Establish) => AwaitingRelease(attempt, true),
            (AwaitingRelease(attempt, _), Event::Release) => AwaitingRelease(attempt, false),
            (AwaitingRelease(attempt, is_establish_wanted), Event::T200) => match self.again(now, attempt) {
                Some(attempt) => {
                    self.send_unnumbered(true, Unnumbered::Disconnect, true, &[]);
                    AwaitingRelease(attempt, is_establish_wanted)
                }
                None => {
                    self.error(ErrorCode::H);
                    self.release_complete(now, is_establish_wanted)
                }
            },
            (phase @ AwaitingRelease(..), Event::SetMode { poll }) => {
                self.respond(Unnumbered::DisconnectedMode, poll);
                phase
            }
            (phase @ AwaitingRelease(..), Event::Disconnect { poll }) => {
                self.respond(Unnumbered::Acknowledgement, poll);
                phase
            }
            (
                AwaitingRelease(_, is_establish_wanted),
                Event::Acknowledgement { is_final: true } | Event::DisconnectedMode { is_final: true },
            ) => self.release_complete(now, is_establish_wanted),
            (AwaitingRelease(_, is_establish_wanted), Event::Deactivated) => {
                self.push(Output::Released(Confirm));
                match is_establish_wanted {
                    true => self.released(Indication),
                    false => TeiAssigned,
                }
            }

            // State 7, multiple frame established, and state 8, timer recovery, where they do alike.
            (MultipleFrameEstablished(..) | TimerRecovery(..), Event::Establish) => {
                self.establish(now, Queue::default(), true)
            }
            (MultipleFrameEstablished(..) | TimerRecovery(..), Event::Release) => {
                self.send_unnumbered(true, Unnumbered::Disconnect, true, &[]);
                AwaitingRelease(self.attempt(now), false)
            }
            (MultipleFrameEstablished(mut transfer, timer), Event::Data(field)) => {
                self.queue(&mut transfer.queue, field);
                MultipleFrameEstablished(transfer, timer)
            }
            (TimerRecovery(mut transfer, attempt), Event::Data(field)) => {
                self.queue(&mut transfer.queue, field);
                TimerRecovery(transfer, attempt)
            }
            (MultipleFrameEstablished(..) | TimerRecovery(..), Event::Deactivated) => self.released(Indication),
            (MultipleFrameEstablished(mut transfer, _), Event::T200) => {
                self.enquire(&mut transfer);
                TimerRecovery(transfer, Attempt { retransmissions: 1, ..self.attempt(now) })
            }
            (MultipleFrameEstablished(mut transfer, _), Event::T203) => {
                self.enquire(&mut transfer);
                TimerRecovery(transfer, self.attempt(now))
            }
            (TimerRecovery(mut transfer, attempt), Event::T200) => match self.again(now, attempt) {
                Some(attempt) => {
                    self.enquire(&mut transfer);
                    TimerRecovery(transfer, attempt)
                }
                None => self.re_establish(now, transfer, ErrorCode::I),
            },
            (MultipleFrameEstablished(transfer, _) | TimerRecovery(transfer, _), Event::SetMode { poll }) => {
                self.respond(Unnumbered::Acknowledgement, poll);
                self.error(ErrorCode::F);
                let (queue, news) = transfer.queue.carried_over();
                self.established(now, queue, news)
            }
            (MultipleFrameEstablished(..) | TimerRecovery(..), Event::Disconnect { poll }) => {
                self.respond(Unnumbered::Acknowledgement, poll);
                self.released(Indication)
            }
            (phase @ MultipleFrameEstablished(..), Event::DisconnectedMode { is_final: true }) => {
                self.error(ErrorCode::B);
                phase
            }
            (TimerRecovery(transfer, _), Event::DisconnectedMode { is_final: true }) => {
                self.re_establish(now, transfer, ErrorCode::B)
            }
            (
                MultipleFrameEstablished(transfer, _) | TimerRecovery(transfer, _),
                Event::DisconnectedMode { is_final: false },
            ) => self.re_establish(now, transfer, ErrorCode::E),
            (MultipleFrameEstablished(transfer, _) | TimerRecovery(transfer, _), Event::FrameReject) => {
                self.re_establish(now, transfer, ErrorCode::K)
            }
            (MultipleFrameEstablished(transfer, _) | TimerRecovery(transfer, _), Event::FrameRejection(code)) => {
                self.re_establish(now, transfer, code)
            }
            (MultipleFrameEstablished(transfer, timer), Event::Supervisory(frame)) => {
                self.supervised(now, transfer, timer, frame)
            }
            (TimerRecovery(transfer, attempt), Event::Supervisory(frame)) => {
                self.supervised_in_recovery(now, transfer, attempt, frame)
            }
            (MultipleFrameEstablished(mut transfer, timer), Event::Information { send, receive, poll, field }) => {
                self.take(&mut transfer, send, poll, field);
                match transfer.acknowledge(receive) {
                    Ok(_) if transfer.peer_busy => MultipleFrameEstablished(transfer, timer),
                    Ok(acknowledged) => MultipleFrameEstablished(transfer, self.supervision(now, timer, acknowledged)),
                    Err(InvalidReceiveNumber) => self.re_establish(now, transfer, ErrorCode::J),
                }
            }
            (TimerRecovery(mut transfer, attempt), Event::Information { send, receive, poll, field }) => {
                self.take(&mut transfer, send, poll, field);
                match transfer.acknowledge(receive) {
                    Ok(_) => TimerRecovery(transfer, attempt),
                    Err(InvalidReceiveNumber) => self.re_establish(now, transfer, ErrorCode::J),
                }
            }

            // Any state.
            (phase @ (AwaitingEstablishment(_) | AwaitingRelease(..)), Event::Acknowledgement { is_final: false }) => {
                self.error(ErrorCode::D);
                phase
            }
            (phase, Event::Acknowledgement { is_final }) => {
                self.error(if is_final { ErrorCode::C } else { ErrorCode::D });
                phase
            }
            (phase, Event::FrameRejection(code)) => {
                self.error(code);
                phase
            }
            (phase @ (TeiAssigned | AwaitingRelease(..)), Event::Data(_)) => {
                self.counters.requests_refused += 1;
                phase
            }
            (TeiAssigned, Event::Deactivated) => TeiAssigned,
            // Nothing that numbers or supervises is for states 4 to 6, and no deadline stands without its timer.
            (
                phase,
                Event::DisconnectedMode { .. }
                | Event::FrameReject
                | Event::Supervisory(_)
                | Event::Information { .. }
                | Event::T200
                | Event::T203,
            ) => {
                self.counters.frames_unexpected += 1;
                phase
            }
        }
    }

    /// "Establish data link": SABME, T200, RC = 0.
    fn establish(&mut self, now: Instant, queue: Queue, layer_3_initiated: bool) -> Phase {
        self.send_unnumbered(true, Unnumbered::SetMode, true, &[]);
        let attempt = self.attempt(now);
        Phase::AwaitingEstablishment(Establishment { attempt, layer_3_initiated, is_release_wanted: false, queue })
    }

    /// Begins anew because of `code`; layer 3 need not hear of it unless information is lost.
    pub(super) fn re_establish(&mut self, now: Instant, transfer: Transfer, code: ErrorCode) -> Phase {
        self.error(code);
        self.establish(now, transfer.queue, false)
    }

    /// Into state 7, all variables 0.
    fn established(&mut self, now: Instant, queue: Queue, news: Option<Primitive>) -> Phase {
        self.counters.established += 1;
        if let Some(primitive) = news {
            self.push(Output::Established(primitive));
        }
        Phase::MultipleFrameEstablished(Transfer::new(queue), Supervision::T203(now + self.config.timers.t203))
    }

    /// Into state 4 from state 5; a saved DL-RELEASE request is done then.
    fn not_established(&mut self, waiting: Establishment) -> Phase {
        if waiting.is_release_wanted {
            self.push(Output::Released(Primitive::Indication));
            return self.released(Primitive::Confirm);
        }
        self.released(Primitive::Indication)
    }

    /// Into state 4 from state 6; a saved DL-ESTABLISH request is done then.
    fn release_complete(&mut self, now: Instant, is_establish_wanted: bool) -> Phase {
        let released = self.released(Primitive::Confirm);
        match is_establish_wanted {
            true => self.establish(now, Queue::default(), true),
            false => released,
        }
    }

    fn released(&mut self, primitive: Primitive) -> Phase {
        self.push(Output::Released(primitive));
        Phase::TeiAssigned
    }

    fn queue(&mut self, queue: &mut Queue, field: Vec<u8>) {
        if !queue.push(field) {
            self.counters.requests_refused += 1;
        }
    }

    fn attempt(&self, now: Instant) -> Attempt {
        Attempt { t200: now + self.config.timers.t200, retransmissions: 0 }
    }

    /// The next attempt, unless N200 have failed.
    fn again(&self, now: Instant, attempt: Attempt) -> Option<Attempt> {
        (attempt.retransmissions < self.config.n200)
            .then(|| Attempt { retransmissions: attempt.retransmissions + 1, ..self.attempt(now) })
    }
}
