//! Calls that a far exchange places towards SIP: what stands behind `spangate sim call`.
//!
//! Orders are placed at the asked rate, every order has its outcome, and the report counts them. Waiting has an end: a call that
//! has none by [`SETUP_WITHIN`] after its hold time is reported as lost.

use super::embedded::Exchanges;
use hw_sim::far_end::{CallOrder, CallOutcome, Handle, OrderId, ReleasedBy};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The trunk group whose exchange shall call.
    pub trunk: String,
    /// Digits of the called number.
    pub called: String,
    /// Digits of the calling number; empty for none.
    #[serde(default)]
    pub calling: String,
    /// How many calls, 1 to [`CALLS_MAX`].
    pub count: u32,
    /// Calls begun a second, above 0 to [`RATE_MAX`].
    pub rate: f64,
    /// Seconds from answer to release, 0 to [`HOLD_S_MAX`].
    pub hold: f64,
    /// Whether PRBS-15 is sent, and what returns is compared with it.
    pub verify: bool,
}

/// What became of all calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Every call, in the order of placing.
    pub calls: Vec<Outcome>,
    /// Whether the calls were to be verified.
    pub verify: bool,
}

/// What became of one call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its circuit identification code; none if no circuit was seized.
    pub cic: Option<u16>,
    /// Whether it was answered.
    pub answered: bool,
    /// Cause value (Q.850) of its release.
    pub cause: Option<u8>,
    /// Who released it, in words.
    pub released_by: String,
    /// Octets compared with the sequence sent.
    pub octets_checked: u64,
    /// Of these, octets that differed.
    pub differences: u64,
    /// From the exchange to the telephone and back.
    pub round_trip_ms: Option<u32>,
}

/// An order that cannot be carried out.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OrderError {
    /// No simulated exchange is there.
    #[error("no simulated exchange is behind trunk {asked}; there is one behind: {known}")]
    Trunk {
        /// The name asked for.
        asked: String,
        /// The names that would do.
        known: String,
    },
    /// A value out of its range.
    #[error("{what} must be {range}")]
    Range {
        /// Which value.
        what: &'static str,
        /// What it may be.
        range: String,
    },
}

impl Report {
    /// Calls that were answered.
    pub fn answered(&self) -> usize {
        self.calls.iter().filter(|call| call.answered).count()
    }

    /// Calls whose audio came back octet by octet.
    pub fn verified(&self) -> usize {
        self.calls.iter().filter(|call| call.verified()).count()
    }

    /// Whether all that was asked for came true.
    pub fn held(&self) -> bool {
        self.answered() == self.calls.len() && (!self.verify || self.verified() == self.calls.len())
    }
}

impl Outcome {
    fn verified(&self) -> bool {
        self.octets_checked > 0 && self.differences == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, call) in self.calls.iter().enumerate() {
            writeln!(f, "call {:<4} {call}", number + 1)?;
        }
        write!(f, "{} of {} calls answered", self.answered(), self.calls.len())?;
        if self.verify {
            let (compared, differences) = self.calls.iter().fold((0, 0), |(compared, differences), call| {
                (compared + call.octets_checked, differences + call.differences)
            });
            write!(f, ", {} verified: {compared} octets compared, {differences} differ", self.verified())?;
        }
        Ok(())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answered = if self.answered { "answered" } else { "not answered" };
        let cic = self.cic.map_or("-".into(), |cic| cic.to_string());
        let cause = self.cause.map_or("-".into(), |cause| cause.to_string());
        write!(f, "CIC {cic:<4} {answered:<12} cause {cause:<3} released by {}", self.released_by)?;
        if self.octets_checked > 0 {
            write!(f, ", {} octets compared, {} differ", self.octets_checked, self.differences)?;
        }
        self.round_trip_ms.map_or(Ok(()), |ms| write!(f, ", round trip {ms} ms"))
    }
}

/// Places the calls and waits for all of them.
pub fn run(exchanges: &Exchanges, order: &Order) -> Result<Report, OrderError> {
    let exchange = exchanges.behind(&order.trunk).ok_or_else(|| OrderError::Trunk {
        asked: order.trunk.clone(),
        known: exchanges.trunks().collect::<Vec<_>>().join(", "),
    })?;
    check(order)?;
    Ok(Report { calls: place_all(exchange, order), verify: order.verify })
}

fn check(order: &Order) -> Result<(), OrderError> {
    let range = |what, range: String| Err(OrderError::Range { what, range });
    let is_digit = |digit: char| digit.is_ascii_digit() || matches!(digit, 'B' | 'C');
    if order.called.is_empty() || order.called.len() > DIGITS_MAX || !order.called.chars().all(is_digit) {
        return range("the called number", format!("1 to {DIGITS_MAX} digits"));
    }
    if order.calling.len() > DIGITS_MAX || !order.calling.chars().all(is_digit) {
        return range("the calling number", format!("at most {DIGITS_MAX} digits"));
    }
    if !(1..=CALLS_MAX).contains(&order.count) {
        return range("the count", format!("1 to {CALLS_MAX}"));
    }
    if !(order.rate > 0.0 && order.rate <= RATE_MAX) {
        return range("the rate", format!("above 0 and at most {RATE_MAX} calls a second"));
    }
    if !(0.0..=HOLD_S_MAX).contains(&order.hold) {
        return range("the hold time", format!("0 to {HOLD_S_MAX} seconds"));
    }
    Ok(())
}

fn place_all(exchange: &Handle, order: &Order) -> Vec<Outcome> {
    let began = Instant::now();
    let mut open: Vec<(usize, OrderId, Instant)> = Vec::new();
    let mut outcomes = vec![
        Outcome { released_by: "nobody: its end was not seen".into(), ..Outcome::default() };
        order.count as usize
    ];
    let mut placed = 0;
    while placed < outcomes.len() || !open.is_empty() {
        let due = began + Duration::from_secs_f64(placed as f64 / order.rate);
        if placed < outcomes.len() && due <= Instant::now() {
            let deadline = Instant::now() + Duration::from_secs_f64(order.hold) + SETUP_WITHIN;
            open.push((placed, exchange.place(call_order(order)), deadline));
            placed += 1;
            continue;
        }
        open.retain(|&(number, id, deadline)| match exchange.outcome(id) {
            Some(outcome) => {
                outcomes[number] = outcome.into();
                false
            }
            None => Instant::now() < deadline,
        });
        thread::sleep(LOOK_EVERY);
    }
    outcomes
}

fn call_order(order: &Order) -> CallOrder {
    let hold_ms = (order.hold * 1000.0) as u64;
    CallOrder { verify: order.verify, ..CallOrder::conversation(&order.called, &order.calling, hold_ms) }
}

impl From<CallOutcome> for Outcome {
    fn from(outcome: CallOutcome) -> Self {
        let released_by = match outcome.released_by {
            ReleasedBy::FarExchange => "the far exchange",
            ReleasedBy::Gateway => "the gateway",
            ReleasedBy::Reset => "a reset of the circuit",
            ReleasedBy::NoCircuit => "nobody: no circuit or link was to be had",
            ReleasedBy::OrdersFull => "nobody: the exchange has too many orders",
        };
        Self {
            cic: outcome.circuit,
            answered: outcome.answered,
            cause: outcome.cause,
            released_by: released_by.into(),
            octets_checked: outcome.octets_checked,
            differences: outcome.differences,
            round_trip_ms: outcome.delay_ms_round_trip,
        }
    }
}

/// The most calls of one order.
pub const CALLS_MAX: u32 = 10_000;
/// The most calls begun in a second.
pub const RATE_MAX: f64 = 1000.0;
/// The longest hold time: a day.
pub const HOLD_S_MAX: f64 = 86_400.0;
/// The longest number that an IAM of ours carries.
const DIGITS_MAX: usize = 24;
/// How long a call may take to be set up and released: T7 and T9 of Q.764 are shorter together than this.
const SETUP_WITHIN: Duration = Duration::from_secs(240);
/// How often outcomes are asked for.
const LOOK_EVERY: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order {
            trunk: "trunk".into(),
            called: "700".into(),
            calling: String::new(),
            count: 1,
            rate: 1.0,
            hold: 1.0,
            verify: true,
        }
    }

    #[test]
    fn values_out_of_range_are_named_with_their_range() {
        let refused = |order: Order| check(&order).unwrap_err().to_string();
        assert_eq!(refused(Order { count: 0, ..order() }), "the count must be 1 to 10000");
        assert!(refused(Order { rate: 0.0, ..order() }).starts_with("the rate must be above 0"));
        assert!(refused(Order { rate: f64::NAN, ..order() }).starts_with("the rate"));
        assert!(refused(Order { hold: -1.0, ..order() }).starts_with("the hold time"));
        assert!(refused(Order { called: "7o0".into(), ..order() }).starts_with("the called number"));
        assert!(refused(Order { calling: "1".repeat(25), ..order() }).starts_with("the calling number"));
        assert_eq!(check(&order()), Ok(()));
    }

    #[test]
    fn a_report_holds_only_if_every_call_was_answered_and_came_back_unchanged() {
        let good = Outcome { answered: true, octets_checked: 8_000, ..Outcome::default() };
        let report = |calls: &[Outcome]| Report { calls: calls.to_vec(), verify: true };
        assert!(report(&[good.clone(), good.clone()]).held());
        assert!(!report(&[good.clone(), Outcome { differences: 1, ..good.clone() }]).held());
        assert!(!report(&[Outcome { octets_checked: 0, ..good.clone() }]).held());
        assert!(!report(&[Outcome { answered: false, ..good.clone() }]).held());
        assert!(Report { calls: vec![Outcome { octets_checked: 0, ..good }], verify: false }.held());
    }

    #[test]
    fn the_summary_is_one_line_at_the_end() {
        let calls = vec![
            Outcome { cic: Some(3), answered: true, cause: Some(16), octets_checked: 8_000, ..Outcome::default() },
            Outcome { cause: Some(34), ..Outcome::default() },
        ];
        let text = Report { calls, verify: true }.to_string();
        assert_eq!(text.lines().count(), 3);
        let last = text.lines().last().unwrap();
        assert_eq!(last, "1 of 2 calls answered, 1 verified: 8000 octets compared, 0 differ");
    }
}
