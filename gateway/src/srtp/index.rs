//! The packet index and the replay list: RFC 3711 sections 3.3.1 and 3.3.2.

/// What has been received of one source: the highest index, and which of those before it.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    highest: u64,
    /// Bit n: the index n before the highest has been received.
    received: u128,
}

/// How far before the highest index a packet may be; the standard demands 64.
const WINDOW: u64 = u128::BITS as u64;

impl Window {
    /// Begins with the first packet.
    pub fn new(index: u64) -> Window {
        Window { highest: index, received: 1 }
    }

    /// The highest index so far.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// Whether a packet is new: not received, and not so old that nobody can tell.
    pub fn admits(&self, index: u64) -> bool {
        match self.highest.checked_sub(index) {
            None => true,
            Some(age) => age < WINDOW && self.received >> age & 1 == 0,
        }
    }

    /// Notes a packet that was admitted and is authentic.
    pub fn note(&mut self, index: u64) {
        match index.checked_sub(self.highest) {
            Some(ahead) => {
                self.received = self.received.checked_shl(ahead.min(WINDOW) as u32).unwrap_or(0) | 1;
                self.highest = index;
            }
            None => self.received |= 1 << (self.highest - index),
        }
    }
}

/// The index of 48 bits of a packet by its sequence number, nearest to the highest so far; `None`: it is older than the stream.
pub fn estimate(highest: u64, sequence: u16) -> Option<u64> {
    let (rollovers, last) = (highest >> 16, highest as u16);
    let rollovers = if last < MEDIAN {
        if sequence.saturating_sub(last) > MEDIAN { rollovers.checked_sub(1)? } else { rollovers }
    } else if last - MEDIAN > sequence {
        rollovers + 1
    } else {
        rollovers
    };
    Some(rollovers << 16 | u64::from(sequence))
}

/// Half of all sequence numbers.
const MEDIAN: u16 = 1 << 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_the_nearest_with_that_sequence_number() {
        let table = [
            (0, 5, Some(5)),
            (5, 65_000, None),
            (0x1_0005, 65_535, Some(0xffff)),
            (0xfff0, 3, Some(0x1_0003)),
            (0x7fff, 0xffff, Some(0xffff)),
            (0x2_8000, 0, Some(0x2_0000)),
            (0x2_8001, 0, Some(0x3_0000)),
            (0x2_ffff, 0xfffe, Some(0x2_fffe)),
        ];
        for (highest, sequence, index) in table {
            assert_eq!(estimate(highest, sequence), index, "{sequence} after {highest:#x}");
        }
    }

    #[test]
    fn a_packet_is_admitted_once_and_not_after_the_window_has_passed() {
        let mut window = Window::new(1000);
        assert!(!window.admits(1000));
        for index in [1003, 1001, 1002] {
            assert!(window.admits(index));
            window.note(index);
            assert!(!window.admits(index));
        }
        window.note(1002 + WINDOW);
        assert!(!window.admits(1003));
        assert!(window.admits(1004));
        assert!(!window.admits(1002), "older than the window");
        window.note(u64::MAX >> 16);
        assert!(!window.admits(1004));
        assert!(window.admits((u64::MAX >> 16) - WINDOW + 1));
    }
}
