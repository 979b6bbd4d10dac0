//! A channel's event queue: while it holds anything, reading and writing answer ELAST.

use std::collections::VecDeque;

use dahdi_sys::Event;
use dahdi_sys::abi::EVENTS_MAX;

/// The driver's ring tells full from empty by leaving one place free.
const HELD_MAX: usize = EVENTS_MAX - 1;

/// Events in order; those that find no place are dropped without a word, as in the driver.
#[derive(Debug)]
pub(super) struct Events(VecDeque<Event>);

impl Events {
    pub fn new() -> Self {
        Events(VecDeque::with_capacity(HELD_MAX))
    }

    pub fn push(&mut self, event: Event) {
        if self.0.len() < HELD_MAX {
            self.0.push_back(event);
        }
    }

    pub fn take(&mut self) -> Option<Event> {
        self.0.pop_front()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
