//! Whose clock the card goes by, and when a line that has another slips.
//!
//! Every line comes in by the clock of its far end. The card takes one of them for its own, in the order that SPANCONFIG gave and
//! as long as the line has no alarm; all others run ahead of it or fall behind, and slip once for each frame of difference.

use super::Span;

/// The most that a clock can be wrong, in parts per million: two that are differ by less than a frame in a millisecond.
pub const DRIFT_PPM_MAX: i32 = 60_000;

/// The clock of a line.
#[derive(Debug)]
pub(crate) struct LineClock {
    /// How much faster than nominal it is, in parts per million.
    ppm: i32,
    /// How far the line has run ahead of the card since the last slip, in nanoseconds.
    ahead_ns: i32,
}

impl LineClock {
    pub fn new(ppm: i32) -> Self {
        LineClock { ppm: ppm.clamp(-DRIFT_PPM_MAX, DRIFT_PPM_MAX), ahead_ns: 0 }
    }

    pub fn ppm(&self) -> i32 {
        self.ppm
    }

    /// A millisecond by a card's clock that is so much faster than nominal: 1 ppm of it is a nanosecond. Whether the line slips.
    fn slips(&mut self, card_ppm: i32) -> bool {
        self.ahead_ns += self.ppm - card_ppm;
        let slips = self.ahead_ns.abs() >= FRAME_NS;
        if slips {
            self.ahead_ns -= FRAME_NS * self.ahead_ns.signum();
        }
        slips
    }
}

impl Span {
    /// Its place in the order of clock sources, when it can be one: it is in the order, there, and without alarm.
    pub fn clock_order(&self) -> Option<i32> {
        let can = self.line_config.sync > 0 && self.is_present() && self.alarms().is_empty();
        can.then_some(self.line_config.sync)
    }

    /// A millisecond by the card's clock.
    pub fn drift(&mut self, card_ppm: i32) {
        self.slip |= self.clock.slips(card_ppm);
    }

    /// From now on the far end's clock is so much faster than nominal.
    pub fn set_drift(&mut self, line_ppm: i32) {
        self.clock = LineClock { ahead_ns: self.clock.ahead_ns, ..LineClock::new(line_ppm) };
    }
}

/// A frame, in nanoseconds.
const FRAME_NS: i32 = 125_000;
