//! `sim call`: places calls at a steady rate, waits for their outcomes and tells them.
#![expect(clippy::disallowed_methods, reason = "a client on a terminal lives in real time")]

use std::fmt;
use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use media::BLOCK_OCTETS;

use super::admin::{SimOrder, SimOutcome};
use super::cli::SimCall;
use super::client::{Client, ClientError};
use super::status::Media;

/// What all calls came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Calls placed.
    pub placed: u32,
    /// Calls answered.
    pub answered: u32,
    /// Octets of the test pattern compared.
    pub octets_checked: u64,
    /// Octets that differed.
    pub differences: u64,
    /// How many octets may differ because the gateway counted a loss meanwhile.
    pub explained: u64,
    /// Answered calls whose test pattern never returned.
    pub unheard: u32,
    /// Calls of which nothing was heard within [`OUTCOME_WAIT`] after their hold time.
    pub missing: u32,
    verify: bool,
}

/// Longer than an unanswered call can last: T7 and T9 of Q.764 and the release.
pub const OUTCOME_WAIT: Duration = Duration::from_secs(300);

/// Why the calls could not be placed or told.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The gateway.
    #[error(transparent)]
    Gateway(#[from] ClientError),
    /// Where outcomes are told.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
}

/// Places the calls, tells each outcome in a line, and sums them up.
///
/// # Errors
/// No gateway answers, or it refuses a call.
pub fn run(call: &SimCall, out: &mut impl Write) -> Result<Summary, SimError> {
    let client = Client::new(call.admin);
    let order = SimOrder {
        trunk: call.trunk.clone(),
        called: call.called.clone(),
        calling: call.calling.clone().unwrap_or_default(),
        hold_ms: u64::try_from(call.hold.as_millis()).unwrap_or(u64::MAX),
        verify: call.verify,
    };
    let mut summary = Summary { verify: call.verify, ..Summary::default() };
    let before = client.status()?.media;
    let mut live: Vec<u64> = Vec::new();
    let begun = Instant::now();
    while summary.placed < call.count || !live.is_empty() {
        while summary.placed < call.count && begun.elapsed() >= due(summary.placed, call.rate) {
            live.push(client.place(&order)?);
            summary.placed += 1;
        }
        for id in std::mem::take(&mut live) {
            match client.outcome(id)? {
                Some(outcome) => {
                    writeln!(out, "{}", Line { id, outcome: &outcome, verify: call.verify })?;
                    summary.add(&outcome);
                }
                None => live.push(id),
            }
        }
        if begun.elapsed() > due(call.count, call.rate) + call.hold + OUTCOME_WAIT {
            summary.missing = u32::try_from(live.len()).unwrap_or(u32::MAX);
            break;
        }
        thread::sleep(POLL);
    }
    summary.explained = explained(&before, &client.status()?.media, summary.placed);
    Ok(summary)
}

/// When a call of this number is placed, since the first.
fn due(number: u32, rate: f64) -> Duration {
    Duration::from_secs_f64(f64::from(number) / rate)
}

/// The octets that may differ in so many calls, by what the media path counted between two looks at it: concealment is
/// counted by the octet, what befalls a span befalls every call on it.
fn explained(before: &Media, after: &Media, calls: u32) -> u64 {
    let since = |count: fn(&Media) -> u64| count(after).saturating_sub(count(before));
    let blocks = since(|media| media.underruns) + since(|media| media.overruns);
    let frames = blocks * BLOCK_OCTETS as u64 + since(|media| media.gap_frames);
    since(|media| media.concealed_octets) + frames * u64::from(calls)
}

/// Between two looks at the calls that live.
const POLL: Duration = Duration::from_millis(20);

impl Summary {
    fn add(&mut self, outcome: &SimOutcome) {
        self.answered += u32::from(outcome.answered);
        self.octets_checked += outcome.octets_checked;
        self.differences += outcome.differences;
        self.unheard += u32::from(self.verify && outcome.answered && outcome.octets_checked == 0);
    }

    /// Every call was answered and, if asked for, every octet of the pattern came back as it went, or was counted as lost.
    pub fn is_success(&self) -> bool {
        let complete = self.answered == self.placed && self.missing == 0 && self.unheard == 0;
        complete && self.differences <= self.explained
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls placed, {} answered", self.placed, self.answered)?;
        if self.missing > 0 {
            write!(f, ", {} without an outcome", self.missing)?;
        }
        if self.verify {
            write!(f, "; {} octets compared, {} differed", self.octets_checked, self.differences)?;
        }
        if self.differences > 0 {
            write!(f, " (the gateway's counters explain up to {})", self.explained)?;
        }
        if self.unheard > 0 {
            write!(f, ", nothing came back in {} calls", self.unheard)?;
        }
        Ok(())
    }
}

/// The outcome of one call in a line.
struct Line<'a> {
    id: u64,
    outcome: &'a SimOutcome,
    verify: bool,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.outcome;
        write!(f, "call {}: {}", self.id, if outcome.answered { "answered" } else { "not answered" })?;
        match outcome.cic {
            Some(cic) => write!(f, ", CIC {cic}")?,
            None => write!(f, ", no circuit")?,
        }
        write!(f, ", released by {}", outcome.released_by)?;
        if let Some(cause) = outcome.cause {
            write!(f, " with cause {cause}")?;
        }
        if self.verify {
            write!(f, "; {} octets compared, {} differed", outcome.octets_checked, outcome.differences)?;
        }
        match outcome.round_trip_ms {
            Some(ms) => write!(f, ", {ms} ms there and back"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_due_at_a_steady_rate() {
        assert_eq!(due(0, 4.0), Duration::ZERO);
        assert_eq!(due(3, 4.0), Duration::from_millis(750));
    }

    #[test]
    fn a_difference_a_silence_or_a_missing_answer_is_no_success() {
        let good = SimOutcome { answered: true, octets_checked: 8000, ..SimOutcome::default() };
        let sum = |outcomes: &[SimOutcome]| {
            let placed = u32::try_from(outcomes.len()).expect("a few");
            let mut summary = Summary { placed, verify: true, ..Summary::default() };
            outcomes.iter().for_each(|outcome| summary.add(outcome));
            summary
        };
        assert!(sum(&[good.clone(), good.clone()]).is_success());
        let spoilt = sum(&[good.clone(), SimOutcome { differences: 1, ..good.clone() }]);
        assert!(!spoilt.is_success());
        assert!(Summary { explained: 1, ..spoilt }.is_success());
        assert!(!sum(&[SimOutcome { octets_checked: 0, ..good.clone() }]).is_success());
        assert!(!sum(&[SimOutcome { answered: false, ..good.clone() }]).is_success());
        assert!(!Summary { missing: 1, ..sum(&[good]) }.is_success());
    }

    #[test]
    fn what_befalls_a_span_explains_as_much_in_each_call() {
        let before = Media { underruns: 2, concealed_octets: 100, ..Media::default() };
        let after = Media { underruns: 3, concealed_octets: 150, gap_frames: 7, ..Media::default() };
        assert_eq!(explained(&before, &after, 2), 50 + 2 * (40 + 7));
    }

    #[test]
    fn an_outcome_reads_as_a_sentence() {
        let outcome = SimOutcome {
            cic: Some(7),
            answered: true,
            cause: Some(16),
            released_by: "the exchange".into(),
            octets_checked: 8000,
            round_trip_ms: Some(260),
            ..SimOutcome::default()
        };
        let line = Line { id: 3, outcome: &outcome, verify: true }.to_string();
        let told = "call 3: answered, CIC 7, released by the exchange with cause 16; 8000 octets compared, 0 differed, \
                    260 ms there and back";
        assert_eq!(line, told);
    }
}
