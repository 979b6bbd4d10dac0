//! Link state control (LSC), Q.703 figure 8.
//!
//! Promises: every departure from service is told to level 3 once, with its reason.
//! Leaves out: the state "power off": a link that does not exist has no state; and level 3's choice, after a
//! processor outage, of flushing the buffers: they are kept and sent on.

use std::time::Instant;

use super::poc::ProcessorOutage;
use super::unit::Status;
use super::{Output, Reason, Timers};

/// The states of figure 8 without their timers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Sends SIOS.
    OutOfService,
    /// Aligns: see [`super::iac`].
    InitialAlignment,
    /// Proved; sends FISU and waits for the far end's.
    AlignedReady,
    /// Proved; sends SIPO because level 3 cannot take messages.
    AlignedNotReady,
    /// Messages flow.
    InService,
    /// In service, but one or both ends cannot take messages.
    ProcessorOutage,
}

/// Link state control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkStateControl {
    phase: Phase,
    outage: ProcessorOutage,
    timers: Timers,
}

/// The states of figure 8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    OutOfService,
    InitialAlignment,
    AlignedReady { t1: Instant },
    AlignedNotReady { t1: Instant },
    InService,
    ProcessorOutage,
}

/// What comes to link state control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// From level 3.
    Start {
        /// Align by emergency proving.
        emergency: bool,
    },
    /// From level 3.
    Stop,
    /// From level 3.
    LocalProcessorOutage,
    /// From level 3.
    LocalProcessorRecovered,
    /// From initial alignment control.
    AlignmentComplete,
    /// From initial alignment control.
    AlignmentNotPossible,
    /// From reception control: a fill-in or message signal unit in sequence.
    FillOrMessage,
    /// From reception control.
    Status(Status),
    /// A timer may have expired.
    Timeout,
    /// From a monitor, reception control, transmission control or the line.
    Failure(Reason),
}

/// What link state control asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Initial alignment control starts.
    StartAlignment,
    /// Initial alignment control aligns by emergency proving.
    EmergencyAlignment,
    /// Initial alignment control stops.
    StopAlignment,
    /// Transmission and reception control forget sequence numbers and buffers.
    Reset,
    /// Transmission control sends this status.
    SendStatus(Status),
    /// Transmission control sends fill-in units.
    SendFill,
    /// Transmission control sends messages.
    SendMessages,
    /// Reception control accepts messages, or rejects them.
    Accept(bool),
    /// The signal unit error rate monitor starts.
    StartMonitor,
    /// The signal unit error rate monitor stops.
    StopMonitor,
    /// Level 3 is told.
    Report(Output),
    /// Nothing: the state did not expect this.
    Unexpected,
}

impl LinkStateControl {
    /// Link state control in state "out of service".
    pub fn new(timers: Timers) -> Self {
        Self { phase: Phase::OutOfService, outage: ProcessorOutage::default(), timers }
    }

    /// The state without its timer.
    pub fn state(&self) -> State {
        match self.phase {
            Phase::OutOfService => State::OutOfService,
            Phase::InitialAlignment => State::InitialAlignment,
            Phase::AlignedReady { .. } => State::AlignedReady,
            Phase::AlignedNotReady { .. } => State::AlignedNotReady,
            Phase::InService => State::InService,
            Phase::ProcessorOutage => State::ProcessorOutage,
        }
    }

    /// T1, when it runs.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.phase {
            Phase::AlignedReady { t1 } | Phase::AlignedNotReady { t1 } => Some(t1),
            _ => None,
        }
    }

    /// One step of figure 8.
    pub fn handle(&mut self, now: Instant, event: Event, out: &mut Vec<Action>) {
        match (self.phase, event) {
            // A processor outage before alignment is only remembered, in every state that has not proved.
            (Phase::OutOfService | Phase::InitialAlignment, Event::LocalProcessorOutage) => self.outage.local = true,
            (Phase::OutOfService | Phase::InitialAlignment, Event::LocalProcessorRecovered) => {
                self.outage.local = false;
            }

            (Phase::OutOfService, Event::Start { emergency }) => {
                self.outage.remote = false;
                out.push(Action::Reset);
                if emergency {
                    out.push(Action::EmergencyAlignment);
                }
                out.push(Action::StartAlignment);
                self.phase = Phase::InitialAlignment;
            }
            (Phase::OutOfService, Event::Stop | Event::Failure(_) | Event::Timeout) => {}
            (Phase::OutOfService, Event::Status(_) | Event::FillOrMessage) => {}

            // A second start may only add the emergency.
            (Phase::InitialAlignment, Event::Start { emergency: true }) => out.push(Action::EmergencyAlignment),
            (Phase::InitialAlignment, Event::AlignmentComplete) if self.outage.local => {
                out.extend([Action::StartMonitor, Action::SendStatus(Status::PROCESSOR_OUTAGE), Action::Accept(false)]);
                self.phase = Phase::AlignedNotReady { t1: now + self.timers.t1 };
            }
            (Phase::InitialAlignment, Event::AlignmentComplete) => {
                out.extend([Action::StartMonitor, Action::SendFill, Action::Accept(true)]);
                self.phase = Phase::AlignedReady { t1: now + self.timers.t1 };
            }
            (Phase::InitialAlignment, Event::AlignmentNotPossible) => self.fail(Reason::AlignmentNotPossible, out),
            // Statuses are initial alignment control's here; nothing else is due.
            (Phase::InitialAlignment, Event::Status(_) | Event::FillOrMessage | Event::Timeout) => {}

            (Phase::AlignedReady { .. }, Event::FillOrMessage) => {
                out.extend([Action::Report(Output::InService), Action::SendMessages]);
                self.phase = Phase::InService;
            }
            (Phase::AlignedReady { .. }, Event::LocalProcessorOutage) => {
                self.outage.local = true;
                out.extend([Action::SendStatus(Status::PROCESSOR_OUTAGE), Action::Accept(false)]);
                self.phase = Phase::AlignedNotReady { t1: now + self.timers.t1 };
            }

            (Phase::AlignedNotReady { .. }, Event::FillOrMessage) => {
                out.push(Action::Report(Output::InService));
                self.phase = Phase::ProcessorOutage;
            }
            (Phase::AlignedNotReady { t1 }, Event::LocalProcessorRecovered) => {
                self.outage.local = false;
                out.extend([Action::SendFill, Action::Accept(true)]);
                self.phase = Phase::AlignedReady { t1 };
            }

            (
                Phase::AlignedReady { .. } | Phase::AlignedNotReady { .. },
                Event::Status(status @ (Status::OUT_OF_ALIGNMENT | Status::OUT_OF_SERVICE)),
            ) => self.fail(departure(status), out),
            (Phase::AlignedReady { .. } | Phase::AlignedNotReady { .. }, Event::Status(Status::PROCESSOR_OUTAGE)) => {
                // Level 3 hears of service first, so that an outage is always one of a link that it knows.
                self.outage.remote = true;
                out.extend([Action::Report(Output::InService), Action::Report(Output::RemoteProcessorOutage)]);
                self.phase = Phase::ProcessorOutage;
            }
            (Phase::AlignedReady { t1 } | Phase::AlignedNotReady { t1 }, Event::Timeout) if t1 <= now => {
                self.fail(Reason::NeverReady, out);
            }
            // The far end may still be proving.
            (Phase::AlignedReady { .. } | Phase::AlignedNotReady { .. }, Event::Status(_) | Event::Timeout) => {}

            (Phase::InService, Event::LocalProcessorOutage) => {
                self.outage.local = true;
                out.extend([Action::SendStatus(Status::PROCESSOR_OUTAGE), Action::Accept(false)]);
                self.phase = Phase::ProcessorOutage;
            }
            (Phase::InService, Event::Status(Status::PROCESSOR_OUTAGE)) => {
                self.outage.remote = true;
                out.extend([Action::SendFill, Action::Report(Output::RemoteProcessorOutage)]);
                self.phase = Phase::ProcessorOutage;
            }
            (Phase::InService, Event::FillOrMessage | Event::Timeout) => {}

            (Phase::ProcessorOutage, Event::LocalProcessorOutage) => {
                self.outage.local = true;
                out.extend([Action::SendStatus(Status::PROCESSOR_OUTAGE), Action::Accept(false)]);
            }
            (Phase::ProcessorOutage, Event::LocalProcessorRecovered) => {
                self.outage.local = false;
                out.extend([Action::SendFill, Action::Accept(true)]);
                self.end_outage(out);
            }
            (Phase::ProcessorOutage, Event::Status(Status::PROCESSOR_OUTAGE)) if !self.outage.remote => {
                self.outage.remote = true;
                out.push(Action::Report(Output::RemoteProcessorOutage));
            }
            (Phase::ProcessorOutage, Event::FillOrMessage) if self.outage.remote => {
                self.outage.remote = false;
                out.push(Action::Report(Output::RemoteProcessorRecovered));
                self.end_outage(out);
            }
            (Phase::ProcessorOutage, Event::FillOrMessage | Event::Timeout) => {}
            (Phase::ProcessorOutage, Event::Status(Status::PROCESSOR_OUTAGE)) => {}

            (
                Phase::InService | Phase::ProcessorOutage,
                Event::Status(
                    status @ (Status::OUT_OF_ALIGNMENT | Status::NORMAL | Status::EMERGENCY | Status::OUT_OF_SERVICE),
                ),
            ) => self.fail(departure(status), out),
            // SIB is transmission control's; unknown statuses are nobody's.
            (Phase::InService | Phase::ProcessorOutage, Event::Status(_)) => {}

            (_, Event::Stop) => self.fail(Reason::Stopped, out),
            (_, Event::Failure(reason)) => self.fail(reason, out),
            (_, Event::Start { .. } | Event::LocalProcessorOutage | Event::LocalProcessorRecovered) => {
                out.push(Action::Unexpected);
            }
            (_, Event::AlignmentComplete | Event::AlignmentNotPossible) => out.push(Action::Unexpected),
        }
    }

    fn end_outage(&mut self, out: &mut Vec<Action>) {
        if self.outage.is_over() {
            out.push(Action::SendMessages);
            self.phase = Phase::InService;
        }
    }

    fn fail(&mut self, reason: Reason, out: &mut Vec<Action>) {
        out.extend([
            Action::StopAlignment,
            Action::StopMonitor,
            Action::Accept(false),
            Action::SendStatus(Status::OUT_OF_SERVICE),
            Action::Report(Output::OutOfService(reason)),
        ]);
        self.outage = ProcessorOutage::default();
        self.phase = Phase::OutOfService;
    }
}

fn departure(status: Status) -> Reason {
    match status {
        Status::OUT_OF_SERVICE => Reason::RemoteOutOfService,
        _ => Reason::RemoteRealigned,
    }
}
