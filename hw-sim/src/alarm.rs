//! When a span says that its line is gone: red alarm with loss of signal, raised and cleared after a fixed time.
//!
//! Kept simple: 100 ms without signal raise it and 100 ms with signal clear it, where cards wait longer and go through a recovering state.
//! Left out: yellow and blue alarms.

use dahdi_sys::Alarms;

/// How long a change of the line must last until it is believed.
pub const DEBOUNCE_MS: u32 = 100;

/// The alarm state of one span.
#[derive(Debug)]
pub(crate) struct LineAlarm {
    raised: bool,
    /// Milliseconds for which the line has disagreed with `raised`.
    disagrees_ms: u32,
}

impl LineAlarm {
    /// A span starts as its line is: without a cable it never had a signal.
    pub fn new(signal: bool) -> Self {
        LineAlarm { raised: !signal, disagrees_ms: 0 }
    }

    pub fn alarms(&self) -> Alarms {
        if self.raised { Alarms::RED | Alarms::LOS } else { Alarms::NONE }
    }

    /// A millisecond with or without signal; `true` when the alarm changed.
    pub fn tick(&mut self, signal: bool) -> bool {
        self.disagrees_ms = if signal == self.raised { self.disagrees_ms + 1 } else { 0 };
        let changes = self.disagrees_ms == DEBOUNCE_MS;
        if changes {
            self.raised = !self.raised;
            self.disagrees_ms = 0;
        }
        changes
    }
}
