//! The one delay budget, by its parts.

/// What a session delays audio by, part by part, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// Filling what the driver delivers at once: a block or several.
    pub block_us: u32,
    /// Filling a packet beyond that.
    pub packet_us: u32,
    /// Waiting in the playout buffer, as measured over the last window.
    pub jitter_buffer_us: u32,
    /// Waiting between the two halves: the ring guard.
    pub ring_us: u32,
    /// Waiting in the driver on the way out.
    pub driver_us: u32,
}

impl Delay {
    /// From the timeslot to the network.
    pub fn towards_network_us(&self) -> u32 {
        self.block_us + self.packet_us
    }

    /// From the network to the timeslot.
    pub fn towards_timeslot_us(&self) -> u32 {
        self.jitter_buffer_us + self.ring_us + self.driver_us
    }
}
