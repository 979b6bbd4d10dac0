//! PRBS-15, the pseudo-random test sequence of ITU-T O.150: x^15 + x^14 + 1, inverted.
//!
//! A 15-stage shift register whose 14th and 15th stages are added modulo 2 into the first; the output
//! is inverted, so the longest run of equal bits is 15 zeros. 32767 bits before it repeats. Eight bits go to an octet,
//! the first one into the most significant bit, which is the first on the line (G.704).

/// The generator, standing at some octet of the sequence.
///
/// The register holds the last 15 bits before inversion, the newest in bit 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prbs15 {
    register: u16,
}

impl Prbs15 {
    /// Standing where the sequence begins by convention: all stages one.
    pub fn new() -> Self {
        Prbs15 { register: REGISTER_MASK }
    }

    /// Standing after these two octets of the sequence. `None` when they belong to no sequence of ones and zeros
    /// (15 ones, which an all-zero register would send for ever).
    pub fn after(octets: [u8; 2]) -> Option<Self> {
        let register = !u16::from_be_bytes(octets) & REGISTER_MASK;
        (register != 0).then_some(Prbs15 { register })
    }

    /// The next 8 bits.
    pub fn octet(&mut self) -> u8 {
        let mut octet = 0;
        for _ in 0..8 {
            octet = octet << 1 | self.bit();
        }
        octet
    }

    fn bit(&mut self) -> u8 {
        let bit = (self.register >> 14 ^ self.register >> 13) & 1;
        self.register = (self.register << 1 | bit) & REGISTER_MASK;
        u8::from(bit == 0)
    }

    /// Octets from `earlier` to here; the sequence repeats after [`PRBS15_PERIOD`] bits, so as many octets.
    pub(super) fn octets_since(self, earlier: Prbs15) -> u32 {
        let mut walker = earlier;
        let mut octets = 0;
        while walker != self && octets < PRBS15_PERIOD {
            walker.octet();
            octets += 1;
        }
        octets
    }
}

impl Default for Prbs15 {
    fn default() -> Self {
        Prbs15::new()
    }
}

/// Bits, and because 8 and 32767 have no common divisor also octets, before the sequence repeats.
pub(super) const PRBS15_PERIOD: u32 = 32767;
const REGISTER_MASK: u16 = 0x7fff;

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(count: usize) -> Vec<u8> {
        let mut prbs = Prbs15::new();
        (0..count).map(|_| prbs.bit()).collect()
    }

    /// O.150: length 2^15 - 1, longest run of zeros 15 in the inverted sequence; a maximal sequence holds
    /// one bit more of one value than of the other (inverted: one more zero).
    #[test]
    fn the_sequence_repeats_after_32767_bits_and_its_longest_run_is_15_zeros() {
        let period = PRBS15_PERIOD as usize;
        let sequence = bits(2 * period);
        assert_eq!(sequence[..period], sequence[period..]);
        assert_eq!(sequence[..period].iter().filter(|bit| **bit == 0).count(), 16384);
        let longest = |value: u8| sequence.split(|bit| *bit != value).map(<[u8]>::len).max();
        assert_eq!((longest(0), longest(1)), (Some(15), Some(14)));
    }

    /// The recurrence of x^15 + x^14 + 1 before inversion: each bit is the sum of the 14th and 15th before it.
    #[test]
    fn every_bit_is_the_inverted_sum_of_the_14th_and_15th_before_it() {
        let sequence = bits(40_000);
        for window in sequence.windows(16) {
            assert_eq!(window[15], 1 ^ window[1] ^ window[0]);
        }
    }

    /// From all ones the register emits 14 zeros before the first one: 0^14 1 0^13 1 1 ... inverted.
    #[test]
    fn the_first_octets_are_those_of_the_register_of_ones_inverted() {
        let mut prbs = Prbs15::new();
        let first: Vec<u8> = (0..8).map(|_| prbs.octet()).collect();
        assert_eq!(first, FIRST_OCTETS);
    }

    #[test]
    fn two_octets_tell_where_in_the_sequence_they_stand() {
        let mut prbs = Prbs15::new();
        let octets: Vec<u8> = (0..1000).map(|_| prbs.octet()).collect();
        let mut found = Prbs15::after([octets[500], octets[501]]).expect("octets of the sequence");
        assert_eq!(found.octets_since(Prbs15::new()), 502);
        assert_eq!(found.octet(), octets[502]);
        assert_eq!(Prbs15::after([0xff, 0xff]), None);
    }

    const FIRST_OCTETS: [u8; 8] = [0xff, 0xfd, 0xff, 0xf3, 0xff, 0xd7, 0xff, 0x0f];
}
