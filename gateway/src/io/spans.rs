//! The alarms of the spans, read when a signalling timeslot says that they changed, and once a second for those without one.

use dahdi_sys::{Alarms, Kernel, SpanStatus};
use std::sync::Arc;

/// What each span's alarms were when last read.
pub struct Spans {
    kernel: Arc<dyn Kernel>,
    alarms: Vec<Alarms>,
}

impl Spans {
    /// `count` spans without any alarm; DAHDI's numbers count from 1 in the order of the configuration.
    pub fn new(kernel: Arc<dyn Kernel>, count: usize) -> Self {
        Self { kernel, alarms: vec![Alarms::NONE; count] }
    }

    /// Reads all spans and tells of those whose alarms changed, by their index in the configuration.
    pub fn poll(&mut self, mut take: impl FnMut(usize, Alarms)) {
        for (index, last) in self.alarms.iter_mut().enumerate() {
            let alarms = alarms(&*self.kernel, index);
            if *last != alarms {
                *last = alarms;
                take(index, alarms);
            }
        }
    }
}

/// A span that cannot be read is one that is not there: it is not open.
fn alarms(kernel: &dyn Kernel, index: usize) -> Alarms {
    let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
    SpanStatus::read(kernel, number).map_or(Alarms::NOT_OPEN, |status| status.alarms)
}
