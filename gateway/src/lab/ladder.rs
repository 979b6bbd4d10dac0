//! The ladder of a call, drawn as RFC 3666 draws its flows: three columns, time running down.
//!
//! It takes what a capture holds, in order of time, and prints lines of at most [`WIDTH`] columns. Audio is drawn as
//! one line for each stretch of it. It knows labels and directions, nothing of protocols.

use std::fmt;
use std::time::Duration;

/// A whole ladder.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ladder {
    /// What the call was, and how it ended.
    pub title: String,
    /// The columns' names.
    pub heads: [&'static str; 3],
    /// What happened, in order of time.
    pub steps: Vec<Step>,
}

/// One thing that went from one column to the next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// Since the beginning that all ladders of one run share.
    pub at: Duration,
    /// Between which columns.
    pub lane: Lane,
    /// Which way.
    pub toward: Toward,
    /// What it was.
    pub kind: Kind,
}

/// Two neighbouring columns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lane {
    /// The first column, mostly a SIP phone, and the gateway.
    First,
    /// The gateway and the third column.
    Second,
}

/// The direction of a step on paper.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Toward {
    /// Away from the first column.
    Right,
    /// Towards it.
    Left,
}

/// What a step was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A message, by its name.
    Message(String),
    /// An RTP packet.
    Audio,
}

impl Ladder {
    /// The messages with their times, audio left out.
    pub fn messages(&self) -> impl Iterator<Item = (Duration, &str)> {
        self.steps.iter().filter_map(|step| match &step.kind {
            Kind::Message(label) => Some((step.at, label.as_str())),
            Kind::Audio => None,
        })
    }
}

/// Columns that a ladder takes at most.
pub const WIDTH: usize = 100;

impl fmt::Display for Ladder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        writeln!(f, "{:>TIME$}  {}", "seconds", heads(self.heads))?;
        let mut steps = self.steps.as_slice();
        while let Some((step, rest)) = steps.split_first() {
            steps = match &step.kind {
                Kind::Message(label) => {
                    write_line(f, step, &arrow(label, step.toward))?;
                    rest
                }
                Kind::Audio => {
                    let packets = steps.iter().take_while(|step| step.kind == Kind::Audio).count();
                    let (stretch, rest) = steps.split_at(packets);
                    write_line(f, step, &audio(stretch))?;
                    rest
                }
            };
        }
        Ok(())
    }
}

fn write_line(f: &mut fmt::Formatter<'_>, step: &Step, arrow: &str) -> fmt::Result {
    let blank = " ".repeat(LANE);
    let (left, right) = match step.lane {
        Lane::First => (arrow, blank.as_str()),
        Lane::Second => (blank.as_str(), arrow),
    };
    writeln!(f, "{:>TIME$.3}  {}│{left}│{right}│", step.at.as_secs_f64(), " ".repeat(MARGIN))
}

/// `───── INVITE ─────▶`, as wide as a lane.
fn arrow(label: &str, toward: Toward) -> String {
    let label = shortened(label);
    let line = "─".repeat(LANE - 3 - label.chars().count());
    let (before, after) = halves(&line);
    match toward {
        Toward::Right => format!("{before} {label} {after}▶"),
        Toward::Left => format!("◀{before} {label} {after}"),
    }
}

/// `◀════ RTP 12 ▶ ◀ 11, 0.24 s ════▶`: so many packets each way, and for how long.
fn audio(stretch: &[Step]) -> String {
    let right = stretch.iter().filter(|step| step.toward == Toward::Right).count();
    let left = stretch.len() - right;
    let first = stretch.first().map_or(Duration::ZERO, |step| step.at);
    let seconds = stretch.last().map_or(first, |step| step.at).saturating_sub(first).as_secs_f64();
    let label = shortened(&format!("RTP {right} ▶ ◀ {left}, {seconds:.2} s"));
    let line = "═".repeat(LANE - 4 - label.chars().count());
    let (before, after) = halves(&line);
    format!("◀{before} {label} {after}▶")
}

/// Cuts a line of box-drawing characters in two, the first half not the longer one.
fn halves(line: &str) -> (&str, &str) {
    let middle = line.chars().count() / 2;
    line.split_at(line.char_indices().nth(middle).map_or(line.len(), |(at, _)| at))
}

/// A label with a piece of line on either side.
fn shortened(label: &str) -> String {
    match label.char_indices().nth(LABEL_MAX) {
        None => label.to_owned(),
        Some(_) => label.chars().take(LABEL_MAX - 1).chain(['…']).collect(),
    }
}

/// The names of the columns, each centred over its line.
fn heads(names: [&str; 3]) -> String {
    let mut line = String::new();
    for (column, name) in names.iter().enumerate() {
        let rail = MARGIN + column * (LANE + 1);
        let start = rail.saturating_sub(name.len() / 2);
        line.extend(std::iter::repeat_n(' ', start.saturating_sub(line.len())));
        line += name;
    }
    line
}

/// Width of the time.
const TIME: usize = 8;
/// Room left of the first column's line for its name.
const MARGIN: usize = 5;
/// Width between two columns' lines; with time, margin and lines it leaves room for half of the last name.
const LANE: usize = 37;
/// The longest label, with two characters of line and a blank on either side.
const LABEL_MAX: usize = LANE - 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn step(at_ms: u64, lane: Lane, toward: Toward, label: &str) -> Step {
        let kind = if label.is_empty() { Kind::Audio } else { Kind::Message(label.into()) };
        Step { at: Duration::from_millis(at_ms), lane, toward, kind }
    }

    fn call() -> Ladder {
        use {Lane::*, Toward::*};
        let mut steps = vec![
            step(0, First, Right, "INVITE 600"),
            step(1, First, Left, "100 Trying"),
            step(2, Second, Right, "IAM 600"),
            step(14, Second, Left, "ANM"),
            step(15, First, Left, "200 OK"),
        ];
        steps.extend((0..10).map(|n| step(20 + 20 * n, First, if n % 2 == 0 { Right } else { Left }, "")));
        steps.push(step(1_250, First, Right, "BYE"));
        Ladder { title: "SIP → ISUP".into(), heads: ["SIP phone", "spangate", "far exchange"], steps }
    }

    #[test]
    fn a_ladder_has_three_columns_arrows_and_times() {
        let drawn = call().to_string();
        let expected = "\
SIP → ISUP
 seconds   SIP phone                             spangate                            far exchange
   0.000       │──────────── INVITE 600 ────────────▶│                                     │
   0.001       │◀──────────── 100 Trying ────────────│                                     │
   0.002       │                                     │───────────── IAM 600 ──────────────▶│
   0.014       │                                     │◀─────────────── ANM ────────────────│
   0.015       │◀────────────── 200 OK ──────────────│                                     │
   0.020       │◀═══════ RTP 5 ▶ ◀ 5, 0.18 s ═══════▶│                                     │
   1.250       │─────────────── BYE ────────────────▶│                                     │
";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_all_rails_stand_in_line() {
        let mut ladder = call();
        ladder.steps.push(step(9_999_000, Lane::First, Toward::Left, &"a very long label ".repeat(9)));
        let drawn = ladder.to_string();
        assert!(drawn.lines().all(|line| line.chars().count() <= WIDTH), "{drawn}");
        let rails = |line: &str| -> Vec<usize> {
            line.chars().enumerate().filter(|(_, c)| *c == '│').map(|(at, _)| at).collect()
        };
        let lines: Vec<_> = drawn.lines().skip(2).map(rails).collect();
        assert!(lines.windows(2).all(|pair| pair[0] == pair[1]), "{drawn}");
    }

    #[test]
    fn audio_is_one_line_that_counts_both_ways_until_the_next_message() {
        let drawn = call().to_string();
        let audio: Vec<&str> = drawn.lines().filter(|line| line.contains("RTP")).collect();
        assert_eq!(audio.len(), 1);
        assert!(audio[0].contains("RTP 5 ▶ ◀ 5, 0.18 s"), "{drawn}");
    }
}
