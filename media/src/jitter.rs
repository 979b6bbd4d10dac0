//! Fixed-depth playout buffer: octets by their RTP timestamp, on fixed memory.
//!
//! G.711 has one octet for each unit of the RTP timestamp, so the buffer is a ring of octets in which the timestamp is
//! the place. Packets may be of any length, come in any order, more than once, or overlap; the timestamp may wrap.
//!
//! Promised: the first octet plays `depth` octets after it came, less what the fastest packet of the start-up shows to
//! be unneeded; after that nothing moves but by counted slips (at most one packet, when arrivals have drifted by half
//! the depth on average), counted skips, or a counted restart (another source, or a stream that has been elsewhere in
//! time for [`RESYNC_OCTETS`]; one stray packet never restarts it).

/// Octets of the past that are remembered, so that a late packet can be told from a duplicate: 256 ms.
const BEHIND: u32 = 2048;

/// Octets of the future that there is room for: 768 ms.
const AHEAD: u32 = 6144;

const CAPACITY: usize = (BEHIND + AHEAD) as usize;

/// How long every packet must have missed the buffer before the stream is taken to have moved: 100 ms.
pub const RESYNC_OCTETS: u32 = 800;

/// How long arrivals are averaged to see the skew of the two clocks: 4 s.
pub const SKEW_WINDOW_OCTETS: u32 = 32_000;

/// Least drift that is corrected: 20 ms.
const LEAST_SLIP_OCTETS: i32 = 160;

/// What happened to octets in the buffer; names as in [`crate::Statistics`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayoutCounts {
    pub packets_duplicate: u64,
    pub packets_late: u64,
    pub late_octets: u64,
    pub overrun_octets: u64,
    pub restarts: u64,
    pub restart_octets: u64,
    pub skipped_octets: u64,
    pub slips: u64,
    pub slip_dropped_octets: u64,
    pub slip_repeated_octets: u64,
    pub skew_octets: i32,
}

/// What a piece of playout is made of: one bit for each octet, the first in bit 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Played {
    /// Octets that were received.
    pub present: u64,
    /// Octets before the first one received.
    pub startup: u64,
}

/// The buffer of one session.
#[derive(Debug)]
pub struct PlayoutBuffer {
    octets: [u8; CAPACITY],
    present: [u64; CAPACITY / 64],
    depth: u32,
    stream: Option<Stream>,
    counts: PlayoutCounts,
    mean_wait: u32,
}

/// A stream that has begun.
#[derive(Clone, Copy, Debug)]
struct Stream {
    /// Timestamp of the next octet to play.
    next: u32,
    /// Timestamp of the first octet received.
    first: u32,
    /// Where `next` stood when packets began to miss the buffer.
    missed_since: Option<u32>,
    drift: Drift,
}

/// How early packets come, over a window.
#[derive(Clone, Copy, Debug)]
struct Drift {
    began: u32,
    sum: i64,
    packets: u32,
    longest: u32,
}

impl Drift {
    fn from(began: u32) -> Self {
        Self { began, sum: 0, packets: 0, longest: 0 }
    }
}

impl PlayoutBuffer {
    /// An empty buffer of `depth` octets, at most half of [`AHEAD`].
    pub fn new(depth: u32) -> Self {
        let depth = depth.min(AHEAD / 2);
        Self {
            octets: [0; CAPACITY],
            present: [0; CAPACITY / 64],
            depth,
            stream: None,
            counts: PlayoutCounts::default(),
            mean_wait: depth,
        }
    }

    pub fn counts(&self) -> PlayoutCounts {
        self.counts
    }

    /// Octets that a packet waits on average, over the last window.
    pub fn mean_wait(&self) -> u32 {
        self.mean_wait
    }

    /// Timestamp of the next octet to play, once there is a stream.
    pub fn position(&self) -> Option<u32> {
        self.stream.map(|stream| stream.next)
    }

    /// Forgets the stream: the next packet begins another.
    pub fn restart(&mut self) {
        let Some(stream) = self.stream.take() else { return };
        let waiting = (0..AHEAD).filter(|offset| self.has(stream.next.wrapping_add(*offset))).count();
        self.counts.restarts += 1;
        self.counts.restart_octets += waiting as u64;
        self.present.fill(0);
    }

    /// Puts the payload of a packet in its place, through `table` if the law changes.
    pub fn insert(&mut self, timestamp: u32, payload: &[u8], table: Option<&[u8; 256]>) {
        let stream = self.begin(timestamp);
        let wait = timestamp.wrapping_sub(stream.next) as i32;
        let fate = self.store(stream.next, timestamp, payload, table);
        self.counts.late_octets += u64::from(fate.late);
        self.counts.overrun_octets += u64::from(fate.overrun);
        self.counts.packets_late += u64::from(fate.late > 0);
        if fate.stored > 0 {
            self.fitted(timestamp, wait, payload.len() as u32);
        } else if fate.late + fate.overrun > 0 {
            self.missed(timestamp, payload, table);
        } else {
            self.counts.packets_duplicate += 1;
        }
    }

    /// The next octets to play, `out.len()` below 64; those not present are left as they are in `out`.
    pub fn play(&mut self, out: &mut [u8]) -> Played {
        let Some(stream) = self.stream else { return Played { present: 0, startup: (1 << out.len()) - 1 } };
        let mut played = Played { present: 0, startup: 0 };
        for (index, octet) in out.iter_mut().enumerate() {
            let timestamp = stream.next.wrapping_add(index as u32);
            if self.has(timestamp) {
                *octet = self.octets[place(timestamp)];
                played.present |= 1 << index;
            } else if is_before(timestamp, stream.first) {
                played.startup |= 1 << index;
            }
        }
        self.advance(out.len() as u32);
        self.correct_skew();
        played
    }

    /// Passes over octets whose time went by without a block.
    pub fn skip(&mut self, octets: u32) {
        let Some(stream) = self.stream else { return };
        let octets_after_startup = if is_before(stream.next, stream.first) { 0 } else { octets };
        self.counts.skipped_octets += u64::from(octets_after_startup);
        self.advance(octets);
    }

    /// The running stream, or a new one whose first octet waits for the whole depth.
    fn begin(&mut self, timestamp: u32) -> Stream {
        let next = timestamp.wrapping_sub(self.depth);
        *self.stream.get_or_insert(Stream { next, first: timestamp, missed_since: None, drift: Drift::from(next) })
    }

    fn store(&mut self, next: u32, timestamp: u32, payload: &[u8], table: Option<&[u8; 256]>) -> Fate {
        let mut fate = Fate::default();
        for (index, octet) in payload.iter().enumerate() {
            let timestamp = timestamp.wrapping_add(index as u32);
            let wait = timestamp.wrapping_sub(next) as i32;
            let known = (-(BEHIND as i32)..AHEAD as i32).contains(&wait);
            if known && self.has(timestamp) {
                continue;
            }
            if known {
                self.mark(timestamp, true);
                self.octets[place(timestamp)] = table.map_or(*octet, |table| table[usize::from(*octet)]);
            }
            match wait {
                ..0 => fate.late += 1,
                _ if known => fate.stored += 1,
                _ => fate.overrun += 1,
            }
        }
        fate
    }

    /// A packet found its place: it tells how early packets come.
    fn fitted(&mut self, timestamp: u32, wait: i32, length: u32) {
        let depth = self.depth;
        let Some(stream) = &mut self.stream else { return };
        stream.missed_since = None;
        if is_before(stream.next, stream.first) {
            // Nothing has played: the first octets in time are the first, and the fastest packet sets the pace.
            if is_before(timestamp, stream.first) && wait >= 0 {
                stream.first = timestamp;
            }
            let unneeded = wait.saturating_sub(depth as i32).max(0) as u32;
            let silence = stream.first.wrapping_sub(stream.next);
            stream.drift = Drift::from(stream.next);
            return self.advance(unneeded.min(silence));
        }
        stream.drift.sum += i64::from(wait);
        stream.drift.packets += 1;
        stream.drift.longest = stream.drift.longest.max(length);
    }

    /// A packet found no place: if all have for a while, the stream has moved.
    fn missed(&mut self, timestamp: u32, payload: &[u8], table: Option<&[u8; 256]>) {
        let Some(stream) = &mut self.stream else { return };
        let since = *stream.missed_since.get_or_insert(stream.next);
        if stream.next.wrapping_sub(since) >= RESYNC_OCTETS {
            self.restart();
            let stream = self.begin(timestamp);
            self.store(stream.next, timestamp, payload, table);
        }
    }

    /// At the end of a window, moves the playout by a packet if arrivals have drifted too far.
    fn correct_skew(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        let drift = stream.drift;
        if stream.next.wrapping_sub(drift.began) < SKEW_WINDOW_OCTETS {
            return;
        }
        stream.drift = Drift::from(stream.next);
        if drift.packets == 0 {
            return;
        }
        let mean = (drift.sum / i64::from(drift.packets)) as i32;
        let skew = mean - self.depth as i32;
        self.mean_wait = mean.max(0) as u32;
        self.counts.skew_octets = skew;
        if skew.abs() > (self.depth as i32 / 2).max(LEAST_SLIP_OCTETS) {
            self.slip(skew, drift.longest.min(skew.unsigned_abs()));
        }
    }

    fn slip(&mut self, skew: i32, octets: u32) {
        self.counts.slips += 1;
        if skew > 0 {
            self.counts.slip_dropped_octets += u64::from(octets);
            return self.advance(octets);
        }
        self.counts.slip_repeated_octets += u64::from(octets);
        let Some(stream) = &mut self.stream else { return };
        stream.next = stream.next.wrapping_sub(octets);
        stream.first = stream.next;
        stream.drift = Drift::from(stream.next);
        // What lay furthest ahead would now be taken for the oldest past.
        let end = stream.next.wrapping_add(AHEAD);
        self.clear(end, octets);
    }

    /// Moves on; the places that come into reach are empty.
    fn advance(&mut self, octets: u32) {
        let Some(stream) = &mut self.stream else { return };
        let end = stream.next.wrapping_add(AHEAD);
        stream.next = stream.next.wrapping_add(octets);
        if !is_before(stream.next, stream.first) {
            // Keeps `first` from coming round again when the timestamp wraps.
            stream.first = stream.next;
        }
        self.clear(end, octets);
    }

    fn clear(&mut self, from: u32, octets: u32) {
        for offset in 0..octets.min(CAPACITY as u32) {
            self.mark(from.wrapping_add(offset), false);
        }
    }

    fn has(&self, timestamp: u32) -> bool {
        let place = place(timestamp);
        self.present[place / 64] & (1 << (place % 64)) != 0
    }

    fn mark(&mut self, timestamp: u32, present: bool) {
        let place = place(timestamp);
        let bit = 1 << (place % 64);
        if present {
            self.present[place / 64] |= bit;
        } else {
            self.present[place / 64] &= !bit;
        }
    }
}

/// What became of the octets of one packet; those that were there already count nowhere.
#[derive(Default)]
struct Fate {
    stored: u32,
    late: u32,
    overrun: u32,
}

fn place(timestamp: u32) -> usize {
    timestamp as usize % CAPACITY
}

/// Whether `a` is before `b` on the circle of timestamps.
fn is_before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

const _: () = assert!(CAPACITY.is_power_of_two(), "a timestamp that wraps keeps its place");

#[cfg(test)]
#[path = "jitter_tests.rs"]
mod tests;
