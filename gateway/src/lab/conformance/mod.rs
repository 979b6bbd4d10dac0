//! Acceptance cases by their number: what a carrier's engineer asks for, run between our machines and a scripted tester
//! on virtual time.
//!
//! A case has a number, a title in our words, and either what is performed or why that does not apply to an end point.
//! What is performed writes each message, request and indication with its time into a [`Record`] and ends at the first
//! [`Departure`] from what must happen.

pub mod q784;

use std::fmt;

/// One case of a suite.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// As the recommendation numbers it; letters tell variations apart.
    pub number: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// What is done.
    pub body: Body,
}

/// What is done in a case.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// This.
    Perform(fn(&mut Record) -> Result<(), Departure>),
    /// Nothing, and why.
    DoesNotApply(&'static str),
}

/// How a case went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it must.
    Passed,
    /// Otherwise.
    Failed(Departure),
    /// It was not performed, for this reason.
    NotApplicable(&'static str),
}

/// The sequence of a case, as far as it went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// In the order of their times.
    pub lines: Vec<Line>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Since the case began.
    pub at_ms: u64,
    /// `<- REL` came from the tester, `-> RLC` went to it, `ask: Release` was asked of us, the rest was told.
    pub text: String,
}

/// What happened in place of what must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Since the case began.
    pub at_ms: u64,
    /// What must happen since the last look.
    pub expected: Vec<String>,
    /// What did.
    pub found: Vec<String>,
}

impl Case {
    /// Performs the case.
    pub fn run(&self) -> (Record, Verdict) {
        let mut record = Record::default();
        let verdict = match self.body {
            Body::Perform(perform) => perform(&mut record).map_or_else(Verdict::Failed, |()| Verdict::Passed),
            Body::DoesNotApply(why) => Verdict::NotApplicable(why),
        };
        (record, verdict)
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {} ms expected {:?}, found {:?}", self.at_ms, self.expected, self.found)
    }
}
