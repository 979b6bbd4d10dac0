//! What `driver`, `[sim]` and `[[span]]` mean: lines, and who is at their other end.

use std::fmt;
use std::time::Duration;

use dahdi_sys::bring_up::LinePlan;

use super::{Circuit, LinksetIndex, SpanIndex, TrunkIndex};

/// `driver`: whose spans these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Spans made of memory.
    Sim(Sim),
    /// The kernel driver.
    Dahdi,
}

/// `[sim]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sim {
    /// What becomes of late readers.
    pub pacing: Pacing,
    /// The embedded exchanges; no span has two.
    pub far_exchanges: Vec<FarExchange>,
    /// Spans that are each other's far end.
    pub cables: Vec<[SpanIndex; 2]>,
}

/// How the simulated clock treats a late reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pacing {
    /// It runs on, and octets are lost, as on a card.
    Strict,
    /// It waits, and counts the lateness as the machine's.
    Patient {
        /// The longest wait.
        wait: Duration,
    },
}

/// `[[sim.far_exchange]]`: the other end of simulated spans, derived from the signalling and the trunk on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarExchange {
    /// The spans whose other end it is, at least one.
    pub spans: Vec<SpanIndex>,
    /// The trunk group that has all circuits of those spans.
    pub trunk: TrunkIndex,
    /// How it signals.
    pub signalling: FarSignalling,
    /// The circuits of those spans, at least one.
    pub circuits: Vec<Circuit>,
}

/// How a simulated far exchange signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FarSignalling {
    /// ISUP.
    Isup {
        /// All its links are on those spans; its adjacent point code is the exchange's own.
        linkset: LinksetIndex,
    },
    /// Q.931, with a D-channel on its only span in this timeslot.
    Pri {
        /// The timeslot.
        d_channel: u8,
    },
}

/// `[[span]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Unique among spans.
    pub name: String,
    /// Its framing.
    pub line: Line,
    /// The companding law of speech on its timeslots.
    pub law: Law,
    /// DAHDI's number for the span, from 1; no other span has it.
    pub number: u32,
    /// DAHDI's number for timeslot 1.
    pub first_channel: u32,
    /// How its line and its channels get their configuration.
    pub setup: Setup,
}

/// Who configures a span before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// Somebody has done it: `dahdi_cfg` from `/etc/dahdi/system.conf`.
    Done,
    /// We do, each time that we start.
    Ours {
        /// Framing, coding and build-out.
        line: LinePlan,
        /// Place in the order of the card's clock sources: 1 the first, 2 the next where the first fails, 0 never.
        clock_order: u8,
    },
}

impl Span {
    /// DAHDI's channel for a timeslot of this span.
    pub fn channel(&self, timeslot: u8) -> u32 {
        self.first_channel + u32::from(timeslot) - 1
    }
}

/// A primary rate line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// 2048 kbit/s, timeslots 1 to 31 (G.704).
    E1,
    /// 1544 kbit/s, timeslots 1 to 24 (G.704).
    T1,
}

impl Line {
    /// The last timeslot; the first is 1.
    pub fn last_timeslot(self) -> u8 {
        match self {
            Line::E1 => 31,
            Line::T1 => 24,
        }
    }
}

/// A companding law of G.711.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// A-law.
    A,
    /// µ-law.
    Mu,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Line::E1 => "E1",
            Line::T1 => "T1",
        })
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Law::A => "A-law",
            Law::Mu => "µ-law",
        })
    }
}
