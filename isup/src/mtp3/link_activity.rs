//! Signalling link activation, restoration and deactivation, Q.704 signalling link management.
//!
//! Promises: a link that was asked for is tried again T17 after each failure, for ever.
//! Leaves out: automatic allocation of terminals and data links.

use std::time::Instant;

use super::test_control::{TestControl, TestExpiry};
use super::{LinkState, Timers};
use crate::mtp2;

/// One link as level 3 sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkActivity {
    phase: Phase,
    timers: Timers,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Inactive,
    Waiting { t17: Instant },
    Aligning,
    Testing { test: TestControl },
    Available { test: TestControl },
    RemoteProcessorOutage { test: TestControl },
}

/// What comes to a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Management wants it in service.
    Activate,
    /// Management wants it out of service.
    Deactivate,
    /// Level 2 came into service.
    InService,
    /// Level 2 went out of service, or could not align.
    OutOfService(mtp2::Reason),
    /// The far end has given the link up, which level 2 has not noticed yet.
    GivenUp,
    /// Level 2 at the far end cannot pass messages on.
    RemoteProcessorOutage,
    /// Level 2 at the far end can pass messages on again.
    RemoteProcessorRecovered,
    /// The far end answered our test.
    TestAnswered,
    /// A timer may have expired.
    Timeout,
}

/// What a link asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Level 2 starts to align.
    Start,
    /// Level 2 goes out of service.
    Stop,
    /// Send SLTM.
    SendTest,
    /// The link carries traffic from now on.
    Available,
    /// The link carries no traffic from now on.
    Unavailable(mtp2::Reason),
    /// The link test failed.
    TestFailed,
    /// The state did not expect this.
    Unexpected,
}

impl LinkActivity {
    /// A link that was not asked for.
    pub fn new(timers: Timers) -> Self {
        Self { phase: Phase::Inactive, timers }
    }

    /// The state without its timer.
    pub fn state(&self) -> LinkState {
        match self.phase {
            Phase::Inactive => LinkState::Inactive,
            Phase::Waiting { .. } => LinkState::Waiting,
            Phase::Aligning => LinkState::Aligning,
            Phase::Testing { .. } => LinkState::Testing,
            Phase::Available { .. } => LinkState::Available,
            Phase::RemoteProcessorOutage { .. } => LinkState::RemoteProcessorOutage,
        }
    }

    /// The running timer.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.phase {
            Phase::Inactive | Phase::Aligning => None,
            Phase::Waiting { t17 } => Some(t17),
            Phase::Testing { test } | Phase::Available { test } | Phase::RemoteProcessorOutage { test } => {
                Some(test.deadline())
            }
        }
    }

    /// One step.
    pub fn handle(&mut self, now: Instant, event: Event, out: &mut Vec<Action>) {
        match (self.phase, event) {
            (Phase::Inactive, Event::Activate) => {
                out.push(Action::Start);
                self.phase = Phase::Aligning;
            }
            (_, Event::Activate) => {}
            // Level 2 answers the stop with "out of service".
            (Phase::Inactive, Event::Deactivate | Event::OutOfService(_)) => {}
            (phase, Event::Deactivate) => {
                if carries_traffic(phase) {
                    out.push(Action::Unavailable(mtp2::Reason::Stopped));
                }
                out.push(Action::Stop);
                self.phase = Phase::Inactive;
            }

            (Phase::Waiting { t17 }, Event::Timeout) if t17 <= now => {
                out.push(Action::Start);
                self.phase = Phase::Aligning;
            }
            (Phase::Aligning, Event::InService) => {
                out.push(Action::SendTest);
                self.phase = Phase::Testing { test: TestControl::start(now, self.timers.test_t1) };
            }
            (Phase::Testing { test }, Event::TestAnswered) if test.is_waiting() => {
                out.push(Action::Available);
                self.phase = Phase::Available { test: TestControl::passed(now, self.timers.test_t2) };
            }
            (Phase::Available { test }, Event::TestAnswered) if test.is_waiting() => {
                self.phase = Phase::Available { test: TestControl::passed(now, self.timers.test_t2) };
            }
            (
                Phase::Testing { test } | Phase::Available { test } | Phase::RemoteProcessorOutage { test },
                Event::Timeout,
            ) => self.expire(now, test, out),

            (Phase::Available { test }, Event::RemoteProcessorOutage) => {
                out.push(Action::Unavailable(mtp2::Reason::RemoteProcessorOutage));
                self.phase = Phase::RemoteProcessorOutage { test };
            }
            (Phase::RemoteProcessorOutage { .. }, Event::RemoteProcessorRecovered) => {
                // Whatever test was under way could not be answered.
                out.push(Action::SendTest);
                self.phase = Phase::Testing { test: TestControl::start(now, self.timers.test_t1) };
            }
            // A test that waits for a far end without its level 3 fails by its own timer.
            (Phase::Testing { .. }, Event::RemoteProcessorOutage | Event::RemoteProcessorRecovered) => {}

            (Phase::Inactive | Phase::Waiting { .. } | Phase::Aligning, Event::GivenUp) => {}
            (phase, Event::GivenUp) => {
                if carries_traffic(phase) {
                    out.push(Action::Unavailable(mtp2::Reason::RemoteOutOfService));
                }
                out.push(Action::Stop);
                self.phase = Phase::Waiting { t17: now + self.timers.t17 };
            }

            (Phase::Waiting { .. }, Event::OutOfService(_)) => {}
            (phase, Event::OutOfService(reason)) => {
                if carries_traffic(phase) {
                    out.push(Action::Unavailable(reason));
                }
                self.phase = Phase::Waiting { t17: now + self.timers.t17 };
            }

            (_, Event::Timeout) => {}
            (_, Event::InService | Event::TestAnswered) => out.push(Action::Unexpected),
            (_, Event::RemoteProcessorOutage | Event::RemoteProcessorRecovered) => out.push(Action::Unexpected),
        }
    }

    fn expire(&mut self, now: Instant, mut test: TestControl, out: &mut Vec<Action>) {
        match test.expire(now, self.timers.test_t1) {
            TestExpiry::None => return,
            TestExpiry::Send => out.push(Action::SendTest),
            TestExpiry::Fail => return self.fail_test(now, out),
        }
        self.phase = match self.phase {
            Phase::Testing { .. } => Phase::Testing { test },
            Phase::RemoteProcessorOutage { .. } => Phase::RemoteProcessorOutage { test },
            _ => Phase::Available { test },
        };
    }

    fn fail_test(&mut self, now: Instant, out: &mut Vec<Action>) {
        out.push(Action::TestFailed);
        if carries_traffic(self.phase) {
            out.push(Action::Unavailable(mtp2::Reason::Stopped));
        }
        out.push(Action::Stop);
        self.phase = Phase::Waiting { t17: now + self.timers.t17 };
    }
}

fn carries_traffic(phase: Phase) -> bool {
    matches!(phase, Phase::Available { .. })
}
