//! Maintenance orders and their reports: what an operator asks of circuits and links, and what the far end said to it.
//!
//! Promises: every circuit that an order names has its row in the report; a row that is not what was asked for says in a
//! sentence why, and what goes on now. The documents are bounded by the configuration.
//! Leaves out: how an order is carried out, which is control's, and how it travels, which is the admin's.

mod numbers;
mod table;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use numbers::{NotNumbers, Numbers, RANGES_MAX};

/// No order waits longer for the far end, whatever its timer.
pub const ORDER_WAIT_MAX: Duration = Duration::from_secs(60);

/// What may be asked of circuits (Q.764 clauses 2.1.8 continuity, 2.8.2 blocking and 2.9.3 reset; CQM, CVT).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CircuitAction {
    /// Take the circuit out of service for calls from the far end (BLO, CGB; SERVICE).
    Block,
    /// Give it back (UBL, CGU; SERVICE).
    Unblock,
    /// Bring both ends to idle, ending a call on it (RSC; RESTART).
    Reset,
    /// Ask what the far end holds it for (CQM).
    Query,
    /// Ask whether it knows the circuit, and as what we do (CVT; ANSI).
    Validate,
    /// Check its continuity by a tone, while no call is on it (CCR).
    Continuity,
}

/// What may be asked of a signalling link (Q.704 clauses 10 and 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkAction {
    /// Bring it into service and keep it there.
    Activate,
    /// Take it out of service and leave it there, until it is activated or the gateway starts again.
    Deactivate,
    /// Take user traffic off it with the far end's consent (LIN); it stays aligned and tested.
    Inhibit,
    /// Give the traffic back (LUN).
    Uninhibit,
}

/// An order for circuits of one trunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitsOrder {
    /// The trunk by name.
    pub trunk: String,
    /// Which of its circuits: circuit identification codes, or numbers of B-channels.
    #[serde(default)]
    pub numbers: Numbers,
    /// What to do with them.
    pub action: CircuitAction,
}

impl CircuitsOrder {
    /// An order for one circuit.
    pub fn one(trunk: impl Into<String>, number: u16, action: CircuitAction) -> CircuitsOrder {
        CircuitsOrder { trunk: trunk.into(), numbers: Numbers::one(number), action }
    }
}

/// An order for a signalling link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkOrder {
    /// The link by name.
    pub link: String,
    /// What to do with it.
    pub action: LinkAction,
}

/// What an order for circuits came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitsReport {
    /// The trunk by name.
    pub trunk: String,
    /// What was asked.
    pub action: CircuitAction,
    /// Every circuit of the order, by number.
    pub circuits: Vec<CircuitRow>,
}

/// What it came to on one circuit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitRow {
    /// Circuit identification code, or number of the B-channel.
    pub number: u16,
    /// In one word.
    pub outcome: Outcome,
    /// In a sentence.
    pub detail: String,
    /// A query's: what we hold it for, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<String>,
    /// A query's: what the far end holds it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<String>,
}

/// What an order for a link came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkReport {
    /// The link by name.
    pub link: String,
    /// What was asked.
    pub action: LinkAction,
    /// In one word.
    pub outcome: Outcome,
    /// In a sentence.
    pub detail: String,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The far end agrees.
    Acknowledged,
    /// Done here; there is nothing that the far end would have to say to it.
    Here,
    /// The two ends do not hold the circuit for the same.
    Differs,
    /// It was tried, and did not work.
    Failed,
    /// The far end, or the state of things, does not allow it.
    Refused,
    /// The far end has not answered.
    Unanswered,
}

impl Outcome {
    /// Whether it is what was asked for.
    pub fn is_success(self) -> bool {
        matches!(self, Outcome::Acknowledged | Outcome::Here)
    }
}

impl CircuitsReport {
    /// Whether every circuit came to what was asked for.
    pub fn is_success(&self) -> bool {
        self.circuits.iter().all(|row| row.outcome.is_success())
    }
}
