//! How a span goes away under whoever has it open, and returns: a card that is pulled, a number that is taken back, a dynamic span
//! that is destroyed.

use dahdi_sys::{Alarms, Errno};

use super::Span;
use crate::channel::Channel;
use crate::spec::LocalAddress;

/// Whether a span is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Present,
    /// Its openers have been told, and have so long to close.
    Leaving {
        left_ms: u32,
    },
    /// Gone, and may return.
    Absent,
    /// Destroyed: its place is for another.
    Free,
}

/// How long the openers of a span that goes away have to close it.
pub const REMOVAL_NOTICE_MS: u32 = 1000;

impl Span {
    /// The card is pulled, or its span is taken back: whoever has a channel open hears of it, and has [`REMOVAL_NOTICE_MS`] to close.
    pub fn remove(&mut self) {
        if self.presence != Presence::Present {
            return;
        }
        self.presence = Presence::Leaving { left_ms: if self.has_open_channels() { REMOVAL_NOTICE_MS } else { 0 } };
        for channel in &mut self.channels {
            channel.removed();
            channel.alarm(Alarms::NOT_OPEN);
        }
        self.tick_removal();
    }

    /// A millisecond of the notice passes.
    pub fn tick_removal(&mut self) {
        match &mut self.presence {
            Presence::Leaving { left_ms: 0 } => self.leave(Presence::Absent),
            Presence::Leaving { left_ms } => *left_ms -= 1,
            _ => {}
        }
    }

    /// The span is there again, under its old numbers and with no channel configured.
    pub fn bring_back(&mut self) {
        if self.presence == Presence::Absent {
            self.presence = Presence::Present;
        }
    }

    /// DYNAMIC_DESTROY.
    pub fn free(&mut self) {
        self.leave(Presence::Free);
    }

    fn leave(&mut self, presence: Presence) {
        self.presence = presence;
        self.life += 1;
        self.shut_down();
        self.channels.iter_mut().for_each(Channel::close);
    }

    /// DYNAMIC_CREATE in a free place; devices of whoever was here before stay dead.
    pub fn become_another(&mut self, span: Span) {
        *self = Span { life: self.life, ..span };
    }

    pub fn is_present(&self) -> bool {
        matches!(self.presence, Presence::Present | Presence::Leaving { .. })
    }

    pub fn is_free(&self) -> bool {
        self.presence == Presence::Free
    }

    pub fn has_open_channels(&self) -> bool {
        self.channels.iter().any(Channel::is_open)
    }

    pub fn address(&self) -> Option<LocalAddress> {
        self.spec.address
    }

    pub fn first_channel(&self) -> u32 {
        self.spec.first_channel
    }

    /// The number after its last channel.
    pub fn end_channel(&self) -> u32 {
        self.spec.first_channel + u32::from(self.spec.line.channels())
    }

    /// A channel that was opened in this life of the span.
    pub fn living(&mut self, index: usize, life: u32) -> Result<&mut Channel, Errno> {
        if life == self.life { Ok(&mut self.channels[index]) } else { Err(Errno::ENODEV) }
    }
}
