//! Timers of Q.931 call control, of the user and of the network side, in order of precedence.
//!
//! Promises: at equal deadlines the timer declared first expires first.
//! Leaves out: T307, T318 and T319 (suspend and resume are refused), T312 (broadcast SETUP), T317 (a RESTART is carried
//! out within the event that brings it), T320 and T321 (packet mode and the Q.931 form of D-channel backup).

use std::time::Duration;

use crate::timer::OutOfRange;

/// Which timer a deadline belongs to; the ordering is protocol behaviour.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// The data link has not come back: calls are lost.
    T309,
    /// Awaiting the answer to SETUP.
    T303,
    /// DISCONNECT sent.
    T305,
    /// DISCONNECT with tones sent.
    T306,
    /// RELEASE sent.
    T308,
    /// Awaiting more digits from the far end.
    T302,
    /// Awaiting what follows the digits that we sent.
    T304,
    /// CALL PROCEEDING received.
    T310,
    /// ALERTING received.
    T301,
    /// CONNECT sent.
    T313,
    /// STATUS ENQUIRY sent.
    T322,
    /// RESTART sent.
    T316,
    /// SERVICE sent.
    Service,
    /// The next idle channel is to be restarted.
    Maintenance,
}

/// Lengths of the timers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// ALERTING received until the call is released for want of an answer.
    pub t301: Duration,
    /// SETUP ACKNOWLEDGE sent or digits received until the digits are taken as complete.
    pub t302: Duration,
    /// SETUP sent until repeated, and then until the call is given up.
    pub t303: Duration,
    /// SETUP ACKNOWLEDGE received or digits sent until the call is released.
    pub t304: Duration,
    /// DISCONNECT sent until RELEASE.
    pub t305: Duration,
    /// DISCONNECT with tones sent until RELEASE: the length of the announcement.
    pub t306: Duration,
    /// RELEASE sent until repeated, and then until the call is given up.
    pub t308: Duration,
    /// Data link lost until active calls are.
    pub t309: Duration,
    /// CALL PROCEEDING received until the call is released.
    pub t310: Duration,
    /// CONNECT sent until the call is released for want of its acknowledgement.
    pub t313: Duration,
    /// A segment received until the next one must have come.
    pub t314: Duration,
    /// RESTART sent until repeated.
    pub t316: Duration,
    /// STATUS ENQUIRY sent until repeated.
    pub t322: Duration,
}

impl Timers {
    /// The values of the user side.
    pub const USER: Timers = Timers {
        t301: Duration::from_secs(180),
        t302: Duration::from_secs(15),
        t303: Duration::from_secs(4),
        t304: Duration::from_secs(30),
        t305: Duration::from_secs(30),
        t306: Duration::from_secs(30),
        t308: Duration::from_secs(4),
        t309: Duration::from_secs(90),
        t310: Duration::from_secs(120),
        t313: Duration::from_secs(4),
        t314: Duration::from_secs(4),
        t316: Duration::from_secs(120),
        t322: Duration::from_secs(4),
    };

    /// The values of the network side.
    pub const NETWORK: Timers = Timers {
        t302: Duration::from_secs(12),
        t304: Duration::from_secs(20),
        t310: Duration::from_secs(10),
        ..Self::USER
    };

    /// The timers that lie outside the standard's range, with that range; empty when all is well.
    pub fn out_of_range(&self) -> Vec<OutOfRange> {
        let mut timers = *self;
        OutOfRange::among(&RANGES.map(|range| (range.name, *(range.field)(&mut timers), (range.min_ms, range.max_ms))))
    }
}

/// The range that is allowed for one timer.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The timer's name in small letters, as a configuration spells it.
    pub name: &'static str,
    /// The least length, ms.
    pub min_ms: u64,
    /// The greatest length, ms.
    pub max_ms: u64,
    /// The timer's place.
    pub field: fn(&mut Timers) -> &mut Duration,
}

/// Every timer's range, by number: from the shorter side's value to the longer one's. Where Q.931 gives one value,
/// or a least one, the other end of the range is ours.
pub const RANGES: [Range; 13] = [
    range("t301", (180_000, 600_000), |timers| &mut timers.t301),
    range("t302", (10_000, 15_000), |timers| &mut timers.t302),
    range("t303", (4_000, 10_000), |timers| &mut timers.t303),
    range("t304", (20_000, 30_000), |timers| &mut timers.t304),
    range("t305", (4_000, 30_000), |timers| &mut timers.t305),
    range("t306", (30_000, 120_000), |timers| &mut timers.t306),
    range("t308", (4_000, 10_000), |timers| &mut timers.t308),
    range("t309", (6_000, 90_000), |timers| &mut timers.t309),
    range("t310", (10_000, 120_000), |timers| &mut timers.t310),
    range("t313", (4_000, 10_000), |timers| &mut timers.t313),
    range("t314", (4_000, 10_000), |timers| &mut timers.t314),
    range("t316", (30_000, 120_000), |timers| &mut timers.t316),
    range("t322", (4_000, 10_000), |timers| &mut timers.t322),
];

const fn range(name: &'static str, (min_ms, max_ms): (u64, u64), field: fn(&mut Timers) -> &mut Duration) -> Range {
    Range { name, min_ms, max_ms, field }
}
