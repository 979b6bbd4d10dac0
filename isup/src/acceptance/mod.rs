//! Acceptance cases by their number: what a carrier's engineer asks for, run between our machines and a scripted tester
//! on virtual time.
//!
//! A case has a number, a purpose in our words, and either what is performed or why that does not apply to an end point.
//! What is performed writes each message, request and indication with its time into a [`Record`] and ends at the first
//! [`Departure`] from what must happen. Suites with the far end of a real span are left out: here nothing is sent.

pub mod q781;
pub mod q782;
pub mod q784;

use std::fmt;
use std::time::Instant;

use crate::codec::AutomaticCongestionLevel;
use crate::exchange::{MtpIndication, Origin, Request, Supervision};
use crate::mtp2::{Command, Correction};

/// A list of cases.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// How it is asked for: `q784`.
    pub name: &'static str,
    /// What it covers, and whose numbers it has.
    pub title: &'static str,
    /// Every case, in the order of the numbers.
    pub cases: fn() -> Vec<Case>,
}

/// Every suite.
pub const SUITES: &[Suite] = &[q781::SUITE, q782::SUITE, q784::SUITE];

/// One case of a suite.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// As the suite numbers it; letters tell variations apart.
    pub number: &'static str,
    /// What it shows.
    pub purpose: &'static str,
    /// What is done.
    pub body: Body,
}

/// What is done in a case.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// This.
    Perform(fn(&mut Record) -> Outcome),
    /// Nothing, and why.
    DoesNotApply(&'static str),
}

/// Nothing, or what happened in place of what must.
pub type Outcome = Result<(), Departure>;

/// How a case went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it must.
    Passed,
    /// Otherwise.
    Failed {
        /// Since the case began.
        at_ms: u64,
        /// How it departed.
        departure: Departure,
    },
    /// It was not performed, for this reason.
    NotApplicable(&'static str),
}

/// The sequence of a case, as far as it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// In the order of their times, except that a case may begin anew at 0 ms with a fresh machine.
    pub lines: Vec<Line>,
    /// When the case begins, and each of its machines.
    pub began: Instant,
    /// What IAMs of the exchange that is tested count.
    pub origin: Origin,
    now: Instant,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Since the case began.
    pub at_ms: u64,
    /// `<- REL` came from the tester, `-> RLC` went to it, `ask: Release` was asked of us, the rest was told.
    pub text: String,
    /// The same, for whoever performs the case on a real span.
    pub deed: Deed,
}

/// What a line of a case is. Circuits are the case's, from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// One of our machines told something.
    Told,
    /// The user or the operator of the exchange that is tested asked for this.
    Asked(Asked),
    /// The tester sent these octets, from the message type on.
    Received(u16, Vec<u8>),
    /// The exchange that is tested sent these.
    Sent(u16, Vec<u8>),
    /// A signalling link is made anew, with this error correction.
    LinkMade(Correction),
    /// Level 3 ordered this of the link that is tested.
    Ordered(Command),
    /// The tester sent this signal unit; a message once, others until the next.
    UnitReceived(Vec<u8>),
    /// The link that is tested sent this signal unit, the first of its name in a row.
    UnitSent(Vec<u8>),
    /// The line brought no unit from the tester, or spoilt one.
    LineBroken,
}

/// What is asked of the exchange that is tested.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Of a circuit.
    Circuit(u16, Box<Request>),
    /// Of its circuits to the tester.
    Group(GroupAsked),
    /// To bear a load of its own, of this level.
    Load(AutomaticCongestionLevel),
    /// Its MTP tells it something.
    Mtp(MtpIndication),
}

/// What is asked of all circuits of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupAsked {
    /// To be reset.
    Reset,
    /// To be blocked.
    Block(Supervision),
    /// To be unblocked.
    Unblock(Supervision),
}

/// What happened in place of what must, as Rust writes values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// What must happen since the last look.
    pub expected: String,
    /// What did.
    pub found: String,
}

impl Case {
    /// Performs the case; its virtual time begins at `began`.
    pub fn run(&self, began: Instant) -> (Record, Verdict) {
        let mut record = Record::new(began);
        let verdict = match self.body {
            Body::Perform(perform) => match perform(&mut record) {
                Ok(()) => Verdict::Passed,
                Err(departure) => Verdict::Failed { at_ms: record.at_ms(), departure },
            },
            Body::DoesNotApply(why) => Verdict::NotApplicable(why),
        };
        (record, verdict)
    }

    /// Whether this number means the case: its own, brackets or not, or that of all its variations.
    ///
    /// `1.5(a)` is meant by `1.5(a)`, `1.5a` and `1.5`.
    pub fn is_meant_by(&self, number: &str) -> bool {
        let plain = |text: &str| text.replace(['(', ')'], "");
        let (own, asked) = (plain(self.number), plain(number));
        let variation = own.strip_prefix(&asked);
        variation.is_some_and(|rest| rest.is_empty() || rest.bytes().all(|letter| letter.is_ascii_alphabetic()))
    }
}

impl Record {
    /// Nothing has happened yet.
    pub fn new(began: Instant) -> Self {
        Self { lines: Vec::new(), began, origin: Origin::default(), now: began }
    }

    /// Something happens at this time.
    pub fn note(&mut self, now: Instant, text: String) {
        self.note_deed(now, text, Deed::Told);
    }

    /// Something is done at this time.
    pub fn note_deed(&mut self, now: Instant, text: String, deed: Deed) {
        self.passed(now);
        self.lines.push(Line { at_ms: self.at_ms(), text, deed });
    }

    /// It is this late.
    pub fn passed(&mut self, now: Instant) {
        self.now = now;
    }

    fn at_ms(&self) -> u64 {
        (self.now - self.began).as_millis() as u64
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

/// That what was found is what must be.
fn same<F: PartialEq<E> + fmt::Debug, E: fmt::Debug>(found: F, expected: E) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(Departure { expected: format!("{expected:?}"), found: format!("{found:?}") })
}

/// That this is among what was found.
fn has<F: PartialEq<E> + fmt::Debug, E: fmt::Debug>(found: &[F], expected: E) -> Outcome {
    if found.iter().any(|one| *one == expected) {
        return Ok(());
    }
    Err(Departure { expected: format!("{expected:?} among others"), found: format!("{found:?}") })
}

/// A case that is performed.
const fn performs(number: &'static str, purpose: &'static str, perform: fn(&mut Record) -> Outcome) -> Case {
    Case { number, purpose, body: Body::Perform(perform) }
}

/// A case that is not.
const fn does_not_apply(number: &'static str, purpose: &'static str, why: &'static str) -> Case {
    Case { number, purpose, body: Body::DoesNotApply(why) }
}
