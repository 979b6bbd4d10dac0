//! The alarms and slips of the spans, read when a signalling timeslot says that they changed, and once a second for
//! those without one.

use config::Model;
use dahdi_sys::{Alarms, Kernel, SpanStatus};
use std::sync::Arc;

/// What each span said when last read.
pub struct Spans {
    kernel: Arc<dyn Kernel>,
    spans: Vec<(u32, Health)>,
}

/// Alarms that stand, and slips since the driver started.
type Health = (Alarms, u64);

impl Spans {
    /// The model's spans, without any alarm.
    pub fn new(kernel: Arc<dyn Kernel>, model: &Model) -> Self {
        let spans = model.spans.iter().map(|span| (span.number, (Alarms::NONE, 0))).collect();
        Self { kernel, spans }
    }

    /// Reads all spans and tells of those that changed, by their index in the configuration.
    pub fn poll(&mut self, mut take: impl FnMut(usize, Alarms, u64)) {
        for (index, (number, last)) in self.spans.iter_mut().enumerate() {
            let health = health(&*self.kernel, *number);
            if *last != health {
                *last = health;
                take(index, health.0, health.1);
            }
        }
    }
}

/// A span that cannot be read is one that is not there: it is not open. What the driver counts as missed interrupts
/// are the slips of its clock against ours.
fn health(kernel: &dyn Kernel, number: u32) -> Health {
    SpanStatus::read(kernel, number)
        .map_or((Alarms::NOT_OPEN, 0), |status| (status.alarms, u64::from(status.errors.interrupts_missed)))
}
