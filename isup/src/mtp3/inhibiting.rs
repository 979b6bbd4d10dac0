//! Management inhibiting of one link, Q.704 clause 10.
//!
//! Promises: each request of ours is repeated once and then reported as unanswered; what each end believes of the other
//! is tested every T22 and T23, so that no link stays inhibited at one end alone.
//! Leaves out: the decision whether a link can be spared, which is the router's.

use std::time::{Duration, Instant};

use super::Timers;
use super::management::Heading;

/// Who has inhibited a link, and what is asked of the far end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Inhibiting {
    /// T22 while we have inhibited it.
    local: Option<Instant>,
    /// T23 while the far end has inhibited it.
    remote: Option<Instant>,
    request: Option<Pending>,
}

/// A request on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Pending {
    request: Request,
    deadline: Instant,
    repeated: bool,
}

/// What we ask of the far end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Request {
    /// LIN, T14.
    Inhibit,
    /// LUN, T12.
    Uninhibit,
    /// LFU, T13.
    ForceUninhibit,
}

/// What comes to inhibiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Management asks, or the router needs the link.
    Ask(Request),
    /// A message of the group came; `spare` when the link can be spared.
    Received {
        /// Which one.
        heading: Heading,
        /// Whether every destination stays in reach without the link.
        spare: bool,
    },
    /// A timer may have expired.
    Timeout,
}

/// What inhibiting asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Send a message about the link.
    Send(Heading),
    /// One end more has inhibited the link.
    Inhibited {
        /// We did.
        local: bool,
    },
    /// One end less has inhibited the link.
    Uninhibited {
        /// We did.
        local: bool,
    },
    /// The far end cannot spare the link.
    Denied,
    /// The far end did not answer, twice.
    Unanswered(Request),
    /// Nothing was asked to which this is an answer.
    Unexpected,
}

impl Inhibiting {
    /// Whether either end has inhibited the link.
    pub fn is_inhibited(&self) -> bool {
        self.local.is_some() || self.remote.is_some()
    }

    /// Whether we have.
    pub fn is_local(&self) -> bool {
        self.local.is_some()
    }

    /// What would end the inhibition: ours, or else the far end's.
    pub fn remedy(&self) -> Option<Request> {
        let of_ours = self.local.map(|_| Request::Uninhibit);
        of_ours.or(self.remote.map(|_| Request::ForceUninhibit))
    }

    /// The earliest of T12 to T14, T22 and T23.
    pub fn poll_timeout(&self) -> Option<Instant> {
        [self.local, self.remote, self.request.map(|pending| pending.deadline)].into_iter().flatten().min()
    }

    /// One step.
    pub fn handle(&mut self, now: Instant, timers: &Timers, event: Event, out: &mut Vec<Action>) {
        match event {
            Event::Ask(request) => self.ask(now, timers, request, out),
            Event::Received { heading, spare } => self.receive(now, timers, heading, spare, out),
            Event::Timeout => self.expire(now, timers, out),
        }
    }

    fn receive(&mut self, now: Instant, timers: &Timers, heading: Heading, spare: bool, out: &mut Vec<Action>) {
        let asked = self.request.map(|pending| pending.request);
        match (heading, asked) {
            (Heading::LINK_INHIBIT, _) if self.remote.is_some() => {
                out.push(Action::Send(Heading::LINK_INHIBIT_ACKNOWLEDGEMENT));
            }
            (Heading::LINK_INHIBIT, _) if spare => {
                self.remote = Some(now + timers.t23);
                let answer = Action::Send(Heading::LINK_INHIBIT_ACKNOWLEDGEMENT);
                out.extend([answer, Action::Inhibited { local: false }]);
            }
            (Heading::LINK_INHIBIT, _) => out.push(Action::Send(Heading::LINK_INHIBIT_DENIED)),
            (Heading::LINK_INHIBIT_ACKNOWLEDGEMENT, Some(Request::Inhibit)) => {
                self.request = None;
                self.local = Some(now + timers.t22);
                out.push(Action::Inhibited { local: true });
            }
            (Heading::LINK_INHIBIT_DENIED, Some(Request::Inhibit)) => {
                self.request = None;
                out.push(Action::Denied);
            }

            (Heading::LINK_UNINHIBIT, _) => {
                out.push(Action::Send(Heading::LINK_UNINHIBIT_ACKNOWLEDGEMENT));
                if asked == Some(Request::ForceUninhibit) {
                    self.request = None;
                }
                if self.remote.take().is_some() {
                    out.push(Action::Uninhibited { local: false });
                }
            }
            (Heading::LINK_UNINHIBIT_ACKNOWLEDGEMENT, Some(Request::Uninhibit)) => {
                self.request = None;
                if self.local.take().is_some() {
                    out.push(Action::Uninhibited { local: true });
                }
            }
            (Heading::LINK_FORCED_UNINHIBIT, _) if self.local.is_some() => {
                self.ask(now, timers, Request::Uninhibit, out);
            }
            // What the far end believes is not what we believe: carrying traffic is the side to err on.
            (Heading::LINK_LOCAL_INHIBIT_TEST, _) if self.remote.is_none() => {
                self.ask(now, timers, Request::ForceUninhibit, out);
            }
            (Heading::LINK_REMOTE_INHIBIT_TEST, _) if self.local.is_none() => {
                self.ask(now, timers, Request::Uninhibit, out);
            }
            (Heading::LINK_LOCAL_INHIBIT_TEST | Heading::LINK_REMOTE_INHIBIT_TEST, _) => {}
            _ => out.push(Action::Unexpected),
        }
    }

    fn ask(&mut self, now: Instant, timers: &Timers, request: Request, out: &mut Vec<Action>) {
        let (heading, time) = request.message(timers);
        self.request = Some(Pending { request, deadline: now + time, repeated: false });
        out.push(Action::Send(heading));
    }

    fn expire(&mut self, now: Instant, timers: &Timers, out: &mut Vec<Action>) {
        if let Some(pending) = self.request.filter(|pending| pending.deadline <= now) {
            let (heading, time) = pending.request.message(timers);
            if pending.repeated {
                self.request = None;
                out.push(Action::Unanswered(pending.request));
            } else {
                self.request = Some(Pending { deadline: now + time, repeated: true, ..pending });
                out.push(Action::Send(heading));
            }
        }
        if self.local.is_some_and(|t22| t22 <= now) {
            self.local = Some(now + timers.t22);
            out.push(Action::Send(Heading::LINK_LOCAL_INHIBIT_TEST));
        }
        if self.remote.is_some_and(|t23| t23 <= now) {
            self.remote = Some(now + timers.t23);
            out.push(Action::Send(Heading::LINK_REMOTE_INHIBIT_TEST));
        }
    }
}

impl Request {
    /// The message, and how long its answer may take.
    fn message(self, timers: &Timers) -> (Heading, Duration) {
        match self {
            Self::Inhibit => (Heading::LINK_INHIBIT, timers.t14),
            Self::Uninhibit => (Heading::LINK_UNINHIBIT, timers.t12),
            Self::ForceUninhibit => (Heading::LINK_FORCED_UNINHIBIT, timers.t13),
        }
    }
}
