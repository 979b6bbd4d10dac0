//! `/dev/dahdi/timer`: expires every so many samples of the master span.

use dahdi_sys::{Errno, Event, Request};

use crate::wire::CHUNK_OCTETS;

/// One opened timer.
#[derive(Debug, Default)]
pub(crate) struct Timer {
    /// In samples; 0 is off.
    period: i32,
    left: i32,
    expiries: i32,
    /// Acknowledged at least once since the clock last gave up waiting for it.
    served: bool,
    pinged: bool,
}

impl Timer {
    /// A millisecond passes. The driver expires at most once in it and starts over with a full period.
    pub fn tick(&mut self) {
        if self.period == 0 {
            return;
        }
        self.left -= CHUNK_OCTETS as i32;
        if self.left <= 0 {
            self.expiries = self.expiries.saturating_add(1);
            self.left = self.period;
        }
    }

    pub fn is_ready(&self) -> bool {
        self.expiries > 0 || self.pinged
    }

    /// Whether an owner who acknowledges has yet to do so.
    pub fn is_pending(&self) -> bool {
        self.served && self.expiries > 0
    }

    /// Whether the next millisecond would bring an expiry before the one before is acknowledged.
    pub fn is_late(&self) -> bool {
        self.is_pending() && self.left <= CHUNK_OCTETS as i32
    }

    /// No more waiting for its owner until it comes back.
    pub fn give_up(&mut self) {
        self.served = false;
    }

    /// A ping goes before an expiry.
    fn event(&self) -> Option<Event> {
        match (self.pinged, self.expiries) {
            (true, _) => Some(Event::TimerPing),
            (false, 0) => None,
            (false, _) => Some(Event::TimerExpired),
        }
    }

    pub fn ioctl(&mut self, request: &mut Request<'_>) -> Result<(), Errno> {
        match request {
            Request::TimerConfig(samples) => {
                self.period = (*samples).max(0);
                self.left = self.period;
            }
            Request::TimerAcknowledge(count) => {
                self.expiries -= if (1..=self.expiries).contains(count) { *count } else { self.expiries };
                self.served = true;
            }
            Request::GetEvent(event) => **event = self.event().map_or(0, Event::number),
            Request::TimerPing => self.pinged = true,
            Request::TimerPong => self.pinged = false,
            _ => return Err(Errno::ENOTTY),
        }
        Ok(())
    }
}
