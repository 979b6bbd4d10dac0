//! Changeover of one link, Q.704 clause 5.
//!
//! Promises: what the far end of a failed link has not accepted is diverted to other links before anything newer, once;
//! new messages are held until then, T2 at the most. Where the far end cannot be asked they are held T1 and nothing is
//! diverted, since nobody knows what it has accepted. An order or its answer that went over a link which fails too goes
//! again over another one; an order for which no way is left is waited for no longer than one that could not be given.
//! Leaves out: nothing. ECO is sent in place of COO, and ECA in place of COA, where level 2 does not know its BSN, which
//! is so when it was made anew.

use std::time::Instant;

use super::Timers;
use crate::mtp2::Retrieval;

/// Changeover of one link.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Changeover {
    /// The link carries its share, or it does not and all is done.
    #[default]
    Idle,
    /// Level 2 was asked for its messages; `received` once the far end has told what it has accepted.
    Retrieving {
        /// What an order of the far end said.
        received: Option<Accepted>,
    },
    /// The order was sent; waiting for its acknowledgement.
    Waiting {
        /// What to divert.
        retrieval: Retrieval,
        /// When we wait no longer.
        t2: Instant,
    },
    /// The far end is not asked: new messages wait for a time.
    TimeControlled {
        /// For how long.
        t1: Instant,
    },
    /// All is done, and the far end was told how far we had received.
    Answered {
        /// What it was told.
        accepted: Accepted,
    },
}

/// FSN of the last message accepted; none when that is not known (the emergency messages).
pub type Accepted = Option<u8>;

/// What comes to changeover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The link failed.
    Failed {
        /// There is another way to the point at its other end.
        reachable: bool,
    },
    /// The link is in service at level 2, but carries no traffic: processor outage or inhibition.
    Blocked,
    /// The link carries traffic again.
    Recovered,
    /// COO or ECO.
    Order(Accepted),
    /// COA or ECA.
    Acknowledgement(Accepted),
    /// Level 2 handed its messages over.
    Retrieved(Retrieval),
    /// The link over which our order or answer went carries nothing any more, or there was none.
    WayFailed {
        /// There is another.
        reachable: bool,
    },
    /// A timer may have expired.
    Timeout,
}

/// What changeover asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Ask level 2 for its messages.
    Retrieve,
    /// Send COO, or ECO.
    Order(Accepted),
    /// Send COA, or ECA.
    Acknowledge(Accepted),
    /// Other links take the share of this one: these messages first, then those held.
    Divert(Vec<Vec<u8>>),
    /// The far end has not acknowledged in T2.
    Unanswered,
    /// The state did not expect this.
    Unexpected,
}

impl Changeover {
    /// T1 or T2.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match *self {
            Self::Idle | Self::Retrieving { .. } | Self::Answered { .. } => None,
            Self::Waiting { t2, .. } => Some(t2),
            Self::TimeControlled { t1 } => Some(t1),
        }
    }

    /// One step.
    pub fn handle(&mut self, now: Instant, timers: &Timers, event: Event, out: &mut Vec<Action>) {
        *self = match (std::mem::take(self), event) {
            (Self::Idle | Self::Answered { .. } | Self::TimeControlled { .. }, Event::Failed { reachable: true }) => {
                out.push(Action::Retrieve);
                Self::Retrieving { received: None }
            }
            (Self::Idle | Self::Answered { .. }, Event::Failed { reachable: false } | Event::Blocked) => {
                Self::TimeControlled { t1: now + timers.t1 }
            }
            // The order that was not needed: the link is long over, or its far end has seen the failure first.
            (
                Self::Idle | Self::Answered { .. } | Self::TimeControlled { .. } | Self::Retrieving { .. },
                Event::Order(accepted),
            ) => {
                out.push(Action::Retrieve);
                Self::Retrieving { received: Some(accepted) }
            }

            (Self::Retrieving { received: None }, Event::Retrieved(retrieval)) => {
                out.push(Action::Order(retrieval.bsn));
                Self::Waiting { retrieval, t2: now + timers.t2 }
            }
            (Self::Retrieving { received: Some(accepted) }, Event::Retrieved(retrieval)) => {
                Self::answer(retrieval, accepted, out)
            }

            (Self::Waiting { retrieval, .. }, Event::Order(accepted)) => Self::answer(retrieval, accepted, out),
            (Self::Waiting { retrieval, .. }, Event::Acknowledgement(accepted)) => {
                out.push(Action::Divert(retrieval.after(accepted)));
                Self::Idle
            }
            (Self::Waiting { retrieval, .. }, Event::WayFailed { reachable: true }) => {
                out.push(Action::Order(retrieval.bsn));
                Self::Waiting { retrieval, t2: now + timers.t2 }
            }
            (Self::Waiting { .. }, Event::WayFailed { reachable: false }) => {
                Self::TimeControlled { t1: now + timers.t1 }
            }
            (Self::Answered { accepted }, Event::WayFailed { reachable: true }) => {
                out.push(Action::Acknowledge(accepted));
                Self::Answered { accepted }
            }
            // Clause 5.7: only new traffic goes on.
            (Self::Waiting { t2, .. }, Event::Timeout) if t2 <= now => {
                out.extend([Action::Unanswered, Action::Divert(Vec::new())]);
                Self::Idle
            }
            (Self::TimeControlled { t1 }, Event::Timeout) if t1 <= now => {
                out.push(Action::Divert(Vec::new()));
                Self::Idle
            }
            (Self::Retrieving { .. } | Self::Waiting { .. } | Self::TimeControlled { .. }, Event::Recovered) => {
                out.push(Action::Divert(Vec::new()));
                Self::Idle
            }
            (Self::Answered { .. }, Event::Recovered) => Self::Idle,

            // Where both ends ordered it, each order has done what its acknowledgement, which comes after, would do.
            (state @ (Self::Idle | Self::Answered { .. }), Event::Acknowledgement(_)) => state,
            // Whatever else goes wrong with a link that is being changed over makes no difference.
            (
                state,
                Event::Failed { .. } | Event::Blocked | Event::Recovered | Event::WayFailed { .. } | Event::Timeout,
            ) => state,
            (state, Event::Acknowledgement(_) | Event::Retrieved(_)) => {
                out.push(Action::Unexpected);
                state
            }
        };
    }

    /// The far end has told what it has accepted; it is told the same of us.
    fn answer(retrieval: Retrieval, accepted: Accepted, out: &mut Vec<Action>) -> Self {
        let ours = retrieval.bsn;
        out.extend([Action::Acknowledge(ours), Action::Divert(retrieval.after(accepted))]);
        Self::Answered { accepted: ours }
    }
}
