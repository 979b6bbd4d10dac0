//! Spans in alarm: what stands long enough becomes the state of their circuits.
//!
//! ```text
//!   Up ──alarm──▶ Failing ──RELEASE_AFTER──▶ Down ──no alarm──▶ Returning ──RESTORE_AFTER──▶ Up
//!    ◀──no alarm──┘                           ◀──────alarm──────┘
//! ```
//!
//! A call survives a flicker. When the span is down its circuits are blocked for hardware failure (CGB), which ends their
//! calls and tells the far end over whatever link is left; no call takes them until the span has been well for
//! a while. Signalling links on it are told at once by their own timeslot; D-channels with its calls, which a backup on another
//! span then signals.

use std::time::{Duration, Instant};

use dahdi_sys::Alarms;
use isup::cause::Cause;
use isup::codec::Cic;
use isup::exchange::{CircuitRange, GroupRequest, Supervision};
use isup::point_code::PointCode;
use tracing::{info, warn};

use super::input::SpanHealth;
use super::{Control, plan};
use crate::call::{CallId, Told};
use crate::circuit::{Seat, SeatId};

/// How long an alarm stands before calls are released: longer than protection switching on the way.
const RELEASE_AFTER: Duration = Duration::from_millis(2_500);
/// How long a span must be well before it carries calls again: a span that comes and goes would drop each of them.
const RESTORE_AFTER: Duration = Duration::from_secs(10);

/// A span as control sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub health: SpanHealth,
    line: Line,
}

#[derive(Debug, Clone, Copy)]
enum Line {
    Up,
    Failing { until: Instant },
    Down,
    Returning { until: Instant },
}

/// A change that calls feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    WentDown,
    CameUp,
}

impl Span {
    /// A span of which nothing bad is known.
    pub fn new() -> Span {
        Span { health: SpanHealth::UNKNOWN, line: Line::Up }
    }

    /// Whether a call may take its circuits.
    pub fn carries_calls(&self) -> bool {
        matches!(self.line, Line::Up | Line::Failing { .. })
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.line {
            Line::Failing { until } | Line::Returning { until } => Some(until),
            Line::Up | Line::Down => None,
        }
    }

    /// Gives the alarms before, if they were others.
    fn handle_health(&mut self, now: Instant, health: SpanHealth) -> Option<Alarms> {
        let before = std::mem::replace(&mut self.health, health).alarms;
        self.line = match (self.line, health.alarms.is_empty()) {
            (Line::Up, false) => Line::Failing { until: now + RELEASE_AFTER },
            (Line::Failing { .. }, true) => Line::Up,
            (Line::Down, true) => Line::Returning { until: now + RESTORE_AFTER },
            (Line::Returning { .. }, false) => Line::Down,
            (unchanged, _) => unchanged,
        };
        (before != health.alarms).then_some(before)
    }

    fn handle_timeout(&mut self, now: Instant) -> Option<Change> {
        match self.line {
            Line::Failing { until } if until <= now => {
                self.line = Line::Down;
                Some(Change::WentDown)
            }
            Line::Returning { until } if until <= now => {
                self.line = Line::Up;
                Some(Change::CameUp)
            }
            _ => None,
        }
    }
}

impl Control {
    pub(super) fn span_health(&mut self, now: Instant, span: usize, health: SpanHealth) {
        let Some(before) = self.spans.get_mut(span).and_then(|span| span.handle_health(now, health)) else {
            return;
        };
        let alarms = health.alarms;
        let name = &self.model.spans[span].name;
        if alarms.is_empty() {
            info!(span = name, %before, "alarms cleared");
        } else {
            warn!(span = name, %alarms, %before, "span in alarm");
        }
    }

    pub(super) fn spans_timeout(&mut self, now: Instant) {
        for index in 0..self.spans.len() {
            let name = &self.model.spans[index].name;
            match self.spans[index].handle_timeout(now) {
                Some(Change::WentDown) => {
                    warn!(span = name, alarms = %self.spans[index].health.alarms, "span down: its calls are released");
                    self.supervise(now, index, GroupRequest::Block);
                    self.deactivate_d_channels(now, index);
                    self.release_channels(now, index);
                }
                Some(Change::CameUp) => {
                    info!(span = name, "span up: its circuits carry calls again");
                    self.supervise(now, index, GroupRequest::Unblock);
                }
                None => {}
            }
        }
    }

    /// Q.931 has no word for a span that fails: its calls are released one by one.
    fn release_channels(&mut self, now: Instant, span: usize) {
        let here = |seat: &Seat| matches!(seat.id, SeatId::Channel(_)) && usize::from(seat.at.span) == span;
        let calls: Vec<CallId> =
            self.trunks.seats().filter(|(seat, _)| here(seat)).filter_map(|(_, owner)| owner).collect();
        for call in calls {
            self.tell(now, call, Told::Expel(Cause::NETWORK_OUT_OF_ORDER));
        }
    }

    fn supervise(&mut self, now: Instant, span: usize, act: fn(CircuitRange, Supervision) -> GroupRequest) {
        for range in self.ranges(span) {
            self.exchange.handle_group_request(now, act(range, Supervision::HardwareFailure));
        }
    }

    /// The circuits of a span as ranges of codes that hold no circuit of another span.
    fn ranges(&self, span: usize) -> Vec<CircuitRange> {
        let named = |(seat, _): (Seat, Option<CallId>)| {
            let spec = plan::circuit_spec(&self.model, &seat)?;
            Some((spec.destination, spec.cic, seat.at.span))
        };
        let mut circuits: Vec<(PointCode, Cic, u8)> = self.trunks.seats().filter_map(named).collect();
        circuits.sort();
        circuits
            .chunk_by(|a, b| (a.0, a.2) == (b.0, b.2))
            .filter(|run| usize::from(run[0].2) == span)
            .map(|run| CircuitRange { destination: run[0].0, first: run[0].1, last: run[run.len() - 1].1 })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(alarms: Alarms) -> SpanHealth {
        SpanHealth { alarms, ..SpanHealth::UNKNOWN }
    }

    fn after(now: Instant, ms: u64) -> Instant {
        now + Duration::from_millis(ms)
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]
    fn a_flicker_is_nothing_an_alarm_that_stands_is_down_and_up_is_believed_late() {
        let (mut span, now) = (Span::new(), Instant::now());
        assert_eq!(span.handle_health(now, with(Alarms::RED)), Some(Alarms::NONE));
        assert_eq!(
            span.handle_health(now, SpanHealth { slips: Some(1), ..with(Alarms::RED) }),
            None,
            "a slip is no change of alarms"
        );
        assert_eq!(span.handle_health(after(now, 2_400), with(Alarms::NONE)), Some(Alarms::RED));
        assert_eq!(span.poll_timeout(), None);

        span.handle_health(after(now, 3_000), with(Alarms::BLUE));
        assert!(span.carries_calls());
        assert_eq!(span.handle_timeout(after(now, 5_499)), None);
        assert_eq!(span.handle_timeout(after(now, 5_500)), Some(Change::WentDown));
        assert!(!span.carries_calls());

        span.handle_health(after(now, 6_000), with(Alarms::NONE));
        span.handle_health(after(now, 7_000), with(Alarms::RED));
        assert_eq!(span.handle_timeout(after(now, 60_000)), None, "it came back for a second only");
        span.handle_health(after(now, 61_000), with(Alarms::NONE));
        assert_eq!(span.handle_timeout(after(now, 70_999)), None);
        assert_eq!(span.handle_timeout(after(now, 71_000)), Some(Change::CameUp));
    }
}
