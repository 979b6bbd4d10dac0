//! PRBS-15 of ITU-T O.150 clause 5.3 as octets, and the comparison of what returns with what was sent.
//!
//! The sequence is `x^15 + x^14 + 1`, inverted, most significant bit first; as octets it repeats after 32,767 of them,
//! so that eight octets in a row tell their place in the sequence, and a delay under four seconds has one meaning.
//! [`Check`] finds that place once, and from then on compares every octet with the one expected there.
//! It leaves out any judgement: whether differences are excused by a counted loss is for its reader to say.

use std::sync::LazyLock;

/// Octets after which the sequence repeats: 2^15 - 1, because 8 and 32,767 have no common divisor.
pub const PERIOD: usize = 32_767;

/// The sequence; all are the same one.
#[derive(Clone, Copy, Debug)]
pub struct Prbs15(&'static Tables);

/// One period, and the place of every 15-bit window in it.
#[derive(Debug)]
struct Tables {
    octets: Vec<u8>,
    place: Vec<u16>,
}

/// Made when first asked for, and once.
static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

impl Tables {
    fn new() -> Self {
        let bits = one_period();
        let octets = (0..PERIOD)
            .map(|octet| (0..8).fold(0u8, |value, bit| value << 1 | u8::from(bits[(octet * 8 + bit) % PERIOD])))
            .collect();
        let mut place = vec![0; 1 << 15];
        for start in 0..PERIOD {
            let window = (0..15).fold(0usize, |value, bit| value << 1 | usize::from(bits[(start + bit) % PERIOD]));
            place[window] = (start * OCTET_OF_BIT % PERIOD) as u16;
        }
        Self { octets, place }
    }
}

impl Prbs15 {
    /// The sequence.
    pub fn new() -> Self {
        Self(&TABLES)
    }

    /// The octet at `position`, counted from the start of the sequence and repeated without end.
    pub fn octet(&self, position: u64) -> u8 {
        self.0.octets[(position % PERIOD as u64) as usize]
    }

    /// The position, below [`PERIOD`], at which these eight octets stand; none if they are no part of the sequence.
    fn locate(&self, window: [u8; WINDOW]) -> Option<usize> {
        let first_bits = usize::from(window[0]) << 7 | usize::from(window[1]) >> 1;
        let position = usize::from(self.0.place[first_bits]);
        window.iter().enumerate().all(|(i, &octet)| self.octet((position + i) as u64) == octet).then_some(position)
    }
}

impl Default for Prbs15 {
    fn default() -> Self {
        Self::new()
    }
}

/// Compares a received stream of octets with the sequence.
///
/// Octets before the first eight that belong to the sequence are the silence before the connection and are not judged.
#[derive(Debug)]
pub struct Check {
    sequence: Prbs15,
    window: [u8; WINDOW],
    filled: usize,
    /// Position expected next, once the stream was recognised.
    next: Option<u64>,
    /// One bit for each of the last 64 octets compared, set where it differed.
    misses: u64,
    result: Verdict,
}

/// What a comparison has found so far, in octets.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Verdict {
    /// Octets that had an expected value.
    pub compared: u64,
    /// Of these, octets with another value, and octets that never came.
    pub differences: u64,
    /// Of the differences, octets missing from the received stream itself (packets lost on their way to the checker).
    pub missing: u64,
    /// Times the stream went on from another position than expected.
    pub jumps: u64,
    /// Octets that came before the stream was recognised.
    pub before: u64,
}

impl Check {
    /// A comparison that has heard nothing yet.
    pub fn new() -> Self {
        Self {
            sequence: Prbs15::new(),
            window: [0; WINDOW],
            filled: 0,
            next: None,
            misses: 0,
            result: Verdict::default(),
        }
    }

    /// Judges received octets, in order.
    pub fn take(&mut self, octets: &[u8]) {
        for &octet in octets {
            self.remember(octet);
            match self.next {
                None => self.recognise(),
                Some(expected) => self.compare(expected, octet),
            }
        }
    }

    /// Passes over `count` octets that never came.
    pub fn skip(&mut self, count: u64) {
        self.filled = 0;
        if let Some(expected) = self.next {
            self.result.compared += count;
            self.result.differences += count;
            self.result.missing += count;
            self.next = Some(expected + count);
        }
    }

    /// The position in the sequence that the next octet should have, below [`PERIOD`]; none until recognised.
    pub fn position(&self) -> Option<u64> {
        self.next.map(|next| next % PERIOD as u64)
    }

    /// What was found so far.
    pub fn verdict(&self) -> Verdict {
        self.result
    }

    fn remember(&mut self, octet: u8) {
        self.window.rotate_left(1);
        self.window[WINDOW - 1] = octet;
        self.filled = (self.filled + 1).min(WINDOW);
    }

    fn located(&self) -> Option<u64> {
        (self.filled == WINDOW).then(|| self.sequence.locate(self.window)).flatten().map(|p| (p + WINDOW) as u64)
    }

    fn recognise(&mut self) {
        self.result.before += 1;
        if let Some(next) = self.located() {
            self.next = Some(next);
            self.result.compared += WINDOW as u64;
            self.result.before -= WINDOW as u64;
        }
    }

    fn compare(&mut self, expected: u64, octet: u8) {
        let differs = self.sequence.octet(expected) != octet;
        self.result.compared += 1;
        self.result.differences += u64::from(differs);
        self.misses = self.misses << 1 | u64::from(differs);
        self.next = Some(expected + 1);
        // Eight octets of the sequence somewhere else, all of them misses here: the stream was shifted.
        if self.misses & LAST_WINDOW == LAST_WINDOW
            && let Some(next) = self.located()
        {
            self.result.jumps += 1;
            self.next = Some(next);
        }
    }
}

impl Default for Check {
    fn default() -> Self {
        Self::new()
    }
}

/// Octets that are enough to tell a place in the sequence from chance (one in 2^49).
const WINDOW: usize = 8;
/// The misses of the last [`WINDOW`] octets.
const LAST_WINDOW: u64 = (1 << WINDOW) - 1;
/// The octet number that begins at bit 1: 8 * 4096 is 1 more than the period.
const OCTET_OF_BIT: usize = 4096;

/// The bits of one period, inverted as O.150 says, from a register of ones.
fn one_period() -> Vec<bool> {
    let mut register: u16 = 0x7fff;
    (0..PERIOD)
        .map(|_| {
            let bit = (register >> 14 ^ register >> 13) & 1;
            register = (register << 1 | bit) & 0x7fff;
            bit == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(from: u64, count: u64) -> Vec<u8> {
        let sequence = Prbs15::new();
        (from..from + count).map(|position| sequence.octet(position)).collect()
    }

    #[test]
    fn the_longest_run_of_zeros_is_fifteen_as_o_150_says_of_the_inverted_sequence() {
        let bits = one_period();
        let doubled: Vec<bool> = bits.iter().chain(&bits).copied().collect();
        let longest = |value| doubled.split(|&bit| bit != value).map(<[bool]>::len).max();
        assert_eq!(longest(false), Some(15));
        assert_eq!(longest(true), Some(14));
        assert_eq!(bits.iter().filter(|&&bit| !bit).count(), 16_384);
    }

    #[test]
    fn every_bit_is_the_sum_of_the_14th_and_the_15th_before_it() {
        let bits = one_period();
        for n in 15..bits.len() {
            assert_eq!(!bits[n], bits[n - 14] ^ bits[n - 15], "bit {n}");
        }
    }

    #[test]
    fn an_unchanged_stream_is_compared_whole() {
        let mut check = Check::new();
        check.take(&[0xd5; 333]);
        check.take(&sent(1_000, 40_000));
        let expected = Verdict { compared: 40_000, before: 333, ..Verdict::default() };
        assert_eq!(check.verdict(), expected);
        assert_eq!(check.position(), Some(41_000 % PERIOD as u64));
    }

    #[test]
    fn one_changed_bit_is_one_difference() {
        let mut stream = sent(0, 2_000);
        stream[777] ^= 0x10;
        let mut check = Check::new();
        check.take(&stream);
        assert_eq!(check.verdict(), Verdict { compared: 2_000, differences: 1, ..Verdict::default() });
    }

    #[test]
    fn a_concealed_packet_is_as_many_differences_and_no_jump() {
        let mut stream = sent(0, 2_000);
        stream[800..960].fill(0xd5);
        let mut check = Check::new();
        check.take(&stream);
        let genuine = sent(800, 160).iter().filter(|&&octet| octet != 0xd5).count() as u64;
        assert_eq!(check.verdict(), Verdict { compared: 2_000, differences: genuine, ..Verdict::default() });
    }

    #[test]
    fn a_lost_packet_is_passed_over_and_counted() {
        let mut check = Check::new();
        check.take(&sent(0, 800));
        check.skip(160);
        check.take(&sent(960, 800));
        assert_eq!(check.verdict(), Verdict { compared: 1_760, differences: 160, missing: 160, ..Verdict::default() });
    }

    #[test]
    fn a_slip_is_a_jump_and_the_rest_is_equal_again() {
        let mut check = Check::new();
        check.take(&sent(0, 800));
        check.take(&sent(808, 800));
        let verdict = check.verdict();
        assert_eq!((verdict.compared, verdict.jumps), (1_600, 1));
        assert!((8..=16).contains(&verdict.differences), "{verdict:?}");
    }

    #[test]
    fn silence_is_never_recognised() {
        let mut check = Check::new();
        check.take(&[0xff; 1_000]);
        check.take(&[0x00; 1_000]);
        assert_eq!(check.verdict(), Verdict { before: 2_000, ..Verdict::default() });
    }
}
