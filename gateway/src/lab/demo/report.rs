//! What the demo tells: ladders, the verdict on the audio, the delay by its parts, and where the files are.

use super::super::ladder::Ladder;
use super::Files;
use crate::ops::cdr;
use crate::ops::status::Circuits;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The whole demo.
#[derive(Debug)]
pub struct Report {
    calls: Vec<CallReport>,
    circuits: Vec<(String, Circuits)>,
    drained: bool,
    ready_after: Duration,
    frames: usize,
    capture: String,
    journal: String,
    /// Whether all that was expected came true.
    pub held: bool,
}

/// One call.
#[derive(Debug)]
pub struct CallReport {
    /// Between what it went.
    pub route: String,
    /// The number dialled.
    pub called: &'static str,
    /// What was expected and what came.
    pub outcome: String,
    /// Whether they agree, and the audio was exact, and there is one record.
    pub held: bool,
    /// How it went.
    pub ladder: Ladder,
    /// The comparison, if there was audio.
    pub audio: Option<Audio>,
}

/// The comparison of what returned with what was sent.
#[derive(Clone, Debug, Serialize)]
pub struct Audio {
    /// Octets compared.
    pub octets_compared: u64,
    /// Octets that differed.
    pub differences: u64,
    /// The most that may differ by the gateway's counters of this call.
    pub explained_max: u64,
    /// Measured from sending an octet to hearing it again.
    pub round_trip_ms: Option<f64>,
    /// What the gateway delays each way, by its parts.
    pub delay: Option<cdr::Delay>,
}

impl Audio {
    pub(super) fn new(
        octets_compared: u64,
        differences: u64,
        explained_max: u64,
        round_trip_ms: Option<f64>,
        record: Option<&cdr::Closed>,
    ) -> Self {
        let delay = record.and_then(|record| record.media.as_ref()).map(|media| media.delay);
        Self { octets_compared, differences, explained_max, round_trip_ms, delay }
    }

    /// Whether something was compared, and nothing differed that no counter explains.
    pub fn is_exact(&self) -> bool {
        self.octets_compared > 0 && self.differences <= self.explained_max
    }
}

impl Report {
    pub(super) fn new(
        calls: Vec<CallReport>,
        circuits: Vec<(String, Circuits)>,
        drained: bool,
        ready_after: Duration,
        frames: usize,
        files: &Files,
    ) -> Self {
        let idle = circuits.iter().all(|(_, of)| of.idle == of.total() && of.total() > 0);
        let held = calls.iter().all(|call| call.held) && idle && drained && frames > 0;
        let (capture, journal) = (files.capture.display().to_string(), files.journal.display().to_string());
        Self { calls, circuits, drained, ready_after, frames, capture, journal, held }
    }

    /// The same as one JSON document, without the ladders' drawings.
    pub fn to_json(&self) -> String {
        let calls: Vec<_> = self.calls.iter().map(CallReport::to_json).collect();
        let circuits: BTreeMap<_, _> = self.circuits.iter().map(|(trunk, circuits)| (trunk, circuits)).collect();
        let document = serde_json::json!({
            "held": self.held,
            "calls": calls,
            "circuits": circuits,
            "drained": self.drained,
            "ready_after_ms": self.ready_after.as_millis() as u64,
            "capture": self.capture,
            "frames": self.frames,
            "journal": self.journal,
        });
        format!("{document:#}")
    }
}

impl CallReport {
    fn to_json(&self) -> serde_json::Value {
        let steps: Vec<String> =
            self.ladder.messages().map(|(at, label)| format!("{:.3} {label}", at.as_secs_f64())).collect();
        serde_json::json!({
            "called": self.called,
            "call": self.ladder.title,
            "outcome": self.outcome,
            "held": self.held,
            "messages": steps,
            "audio": self.audio,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "spangate demo: {} calls through two simulated E1, one of ISUP and one of PRI", self.calls.len())?;
        writeln!(f, "links in service and circuits reset after {:.2} s\n", self.ready_after.as_secs_f64())?;
        for call in &self.calls {
            writeln!(f, "{}", call.ladder)?;
        }
        writeln!(f, "calls")?;
        for call in &self.calls {
            writeln!(f, "  {:<46} {:<28} {}", call.ladder.title, call.outcome, verdict(call.held))?;
        }
        writeln!(f, "\naudio, octet by octet")?;
        for call in &self.calls {
            if let Some(audio) = &call.audio {
                writeln!(f, "  {:<10} {:<5} {audio}", call.route, call.called)?;
            }
        }
        writeln!(f, "\nafter the last call")?;
        for (trunk, circuits) in &self.circuits {
            writeln!(f, "  {trunk:<9} {} of {} circuits idle", circuits.idle, circuits.total())?;
        }
        writeln!(f, "  gateway   {}", if self.drained { "drained, SIOS sent" } else { "did not drain" })?;
        writeln!(f, "  capture   {} ({} packets and messages)", self.capture, self.frames)?;
        writeln!(f, "  records   {}", self.journal)?;
        writeln!(f, "\n{}", if self.held { "all held" } else { "NOT all held" })
    }
}

impl fmt::Display for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { octets_compared, differences, explained_max, .. } = self;
        write!(f, "{octets_compared} octets compared, {differences} differ")?;
        if *differences > 0 {
            write!(f, " ({} of them explained by counters)", differences.min(explained_max))?;
        }
        write!(f, ": {}", verdict(self.is_exact()))?;
        if let Some(ms) = self.round_trip_ms {
            write!(f, "\n        round trip {ms:.0} ms")?;
        }
        let Some(delay) = self.delay else { return Ok(()) };
        let ms = |us: u32| f64::from(us) / 1000.0;
        let (in_us, out_us) =
            (delay.block_us + delay.packet_us, delay.jitter_buffer_us + delay.ring_us + delay.driver_us);
        write!(f, "; one way PSTN → SIP {:.1} ms = block {:.1}", ms(in_us), ms(delay.block_us))?;
        write!(f, " + packet {:.1}", ms(delay.packet_us))?;
        write!(
            f,
            "\n        one way SIP → PSTN {:.1} ms = jitter buffer {:.1}",
            ms(out_us),
            ms(delay.jitter_buffer_us)
        )?;
        write!(f, " + ring {:.1} + driver {:.1}", ms(delay.ring_us), ms(delay.driver_us))
    }
}

fn verdict(held: bool) -> &'static str {
    if held { "held" } else { "FAILED" }
}
