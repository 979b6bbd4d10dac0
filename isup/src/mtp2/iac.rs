//! Initial alignment control (IAC), Q.703 figure 9.
//!
//! Promises: at most [`PROVING_ATTEMPTS`] proving periods are aborted before alignment is given up.
//! Leaves out: nothing that a 64 kbit/s link needs.

use std::mem::Discriminant;
use std::time::Instant;

use super::Timers;
use super::unit::Status;

/// M: aborted proving periods after which alignment is not possible (clause 7.4).
pub const PROVING_ATTEMPTS: u8 = 5;

/// Initial alignment control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alignment {
    state: State,
    /// Our own mark; the far end's SIE shortens proving too, but is not ours to send.
    emergency: bool,
    /// Which length T4 will have, or has.
    period: Period,
    timers: Timers,
}

/// The states of figure 9.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Idle,
    NotAligned { t2: Instant },
    Aligned { t3: Instant },
    Proving { t4: Instant, aborted: u8, further: bool },
}

/// Length of the proving period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Period {
    /// Pn: T4n.
    Normal,
    /// Pe: T4e.
    Emergency,
}

/// What comes to initial alignment control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// From link state control.
    Start,
    /// From link state control.
    Stop,
    /// From link state control: align by emergency proving.
    Emergency,
    /// A link status signal unit.
    Status(Status),
    /// A timer may have expired.
    Timeout,
    /// From the alignment error rate monitor.
    AbortProving,
    /// A good unit was received.
    CorrectUnit,
}

/// What initial alignment control asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Transmission control sends this status.
    Send(Status),
    /// The alignment error rate monitor starts anew with the threshold of this period.
    StartMonitor(Period),
    /// The alignment error rate monitor stops.
    StopMonitor,
    /// Tells link state control that proving was passed.
    Complete,
    /// Tells link state control that alignment is given up.
    NotPossible,
}

impl Alignment {
    /// Initial alignment control in state "idle".
    pub fn new(timers: Timers) -> Self {
        Self { state: State::Idle, emergency: false, period: Period::Normal, timers }
    }

    /// Which state of the figure it is in, to be compared.
    pub(super) fn stage(&self) -> Discriminant<State> {
        std::mem::discriminant(&self.state)
    }

    /// The running timer.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.state {
            State::Idle => None,
            State::NotAligned { t2 } => Some(t2),
            State::Aligned { t3 } => Some(t3),
            State::Proving { t4, .. } => Some(t4),
        }
    }

    /// One step of figure 9.
    pub fn handle(&mut self, now: Instant, event: Event, out: &mut Vec<Action>) {
        match (self.state, event) {
            (State::Idle, Event::Start) => {
                out.push(Action::Send(Status::OUT_OF_ALIGNMENT));
                self.period = if self.emergency { Period::Emergency } else { Period::Normal };
                self.state = State::NotAligned { t2: now + self.timers.t2 };
            }
            (State::Idle, Event::Emergency) => self.emergency = true,

            (State::NotAligned { .. }, Event::Status(Status::OUT_OF_ALIGNMENT | Status::NORMAL)) => {
                self.enter_aligned(now, out);
            }
            (State::NotAligned { .. }, Event::Status(Status::EMERGENCY)) => {
                self.period = Period::Emergency;
                self.enter_aligned(now, out);
            }
            (State::NotAligned { .. }, Event::Emergency) => {
                self.emergency = true;
                self.period = Period::Emergency;
            }
            (State::NotAligned { t2 }, Event::Timeout) if t2 <= now => self.give_up(out),

            (State::Aligned { .. }, Event::Status(Status::NORMAL)) => self.enter_proving(now, 0, out),
            (State::Aligned { .. }, Event::Status(Status::EMERGENCY)) => {
                self.period = Period::Emergency;
                self.enter_proving(now, 0, out);
            }
            (State::Aligned { .. }, Event::Status(Status::OUT_OF_SERVICE)) => self.give_up(out),
            (State::Aligned { .. }, Event::Emergency) => self.send_emergency(out),
            (State::Aligned { t3 }, Event::Timeout) if t3 <= now => self.give_up(out),

            (State::Proving { aborted, .. }, Event::Status(Status::EMERGENCY)) if self.period == Period::Normal => {
                self.period = Period::Emergency;
                self.enter_proving(now, aborted, out);
            }
            (State::Proving { .. }, Event::Status(Status::OUT_OF_ALIGNMENT)) => {
                out.push(Action::StopMonitor);
                self.state = State::Aligned { t3: now + self.timers.t3 };
            }
            (State::Proving { .. }, Event::Status(Status::OUT_OF_SERVICE)) => self.give_up(out),
            (State::Proving { aborted, .. }, Event::Emergency) => {
                self.send_emergency(out);
                self.enter_proving(now, aborted, out);
            }
            (State::Proving { aborted, further: true, .. }, Event::CorrectUnit) => {
                self.enter_proving(now, aborted, out);
            }
            (State::Proving { t4, aborted, further: true }, Event::Timeout) if t4 <= now => {
                self.enter_proving(now, aborted, out);
            }
            (State::Proving { t4, further: false, .. }, Event::Timeout) if t4 <= now => {
                self.stop();
                out.extend([Action::StopMonitor, Action::Complete]);
            }
            (State::Proving { aborted, .. }, Event::AbortProving) if aborted + 1 == PROVING_ATTEMPTS => {
                self.give_up(out);
            }
            (State::Proving { t4, aborted, .. }, Event::AbortProving) => {
                self.state = State::Proving { t4, aborted: aborted + 1, further: true };
            }

            (State::Idle, Event::Stop) => self.emergency = false,
            (_, Event::Stop) => {
                out.push(Action::StopMonitor);
                self.stop();
            }

            // A timer that has not expired, a status that this state does not wait for, orders out of place.
            (_, Event::Timeout | Event::Status(_) | Event::CorrectUnit | Event::AbortProving) => {}
            (_, Event::Start) => {}
        }
    }

    fn enter_aligned(&mut self, now: Instant, out: &mut Vec<Action>) {
        out.push(Action::Send(if self.emergency { Status::EMERGENCY } else { Status::NORMAL }));
        self.state = State::Aligned { t3: now + self.timers.t3 };
    }

    fn enter_proving(&mut self, now: Instant, aborted: u8, out: &mut Vec<Action>) {
        let t4 = match self.period {
            Period::Normal => self.timers.t4n,
            Period::Emergency => self.timers.t4e,
        };
        out.push(Action::StartMonitor(self.period));
        self.state = State::Proving { t4: now + t4, aborted, further: false };
    }

    fn send_emergency(&mut self, out: &mut Vec<Action>) {
        self.emergency = true;
        self.period = Period::Emergency;
        out.push(Action::Send(Status::EMERGENCY));
    }

    fn give_up(&mut self, out: &mut Vec<Action>) {
        out.extend([Action::StopMonitor, Action::NotPossible]);
        self.stop();
    }

    fn stop(&mut self) {
        self.emergency = false;
        self.state = State::Idle;
    }
}
