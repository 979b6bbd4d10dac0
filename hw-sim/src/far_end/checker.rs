//! Checks the PRBS-15 that returns on a circuit: finds it at whatever delay, then compares every octet.
//!
//! From the first recognition on nothing is forgiven: each octet is compared, and octets that pass while the checker has lost the
//! sequence are differences. Eight octets that follow each other in the sequence (49 bits beyond the
//! 15 that place it) are a recognition, so nothing else passes for it.

use super::prbs::Prbs15;

/// The comparison, and what it found.
#[derive(Debug)]
pub(super) struct Checker {
    state: State,
    /// The last octets received, newest last, while searching.
    recent: Vec<u8>,
    pub(super) octets_checked: u64,
    pub(super) differences: u64,
    pub(super) lost_sync: u64,
    /// Octets received before the first recognition.
    pub(super) octets_before_sync: u64,
    pub(super) delay_octets: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Never recognised.
    Unfound,
    /// In step: the next octet expected, and differences in a row.
    InStep { expected: Prbs15, wrong: u32 },
    /// Lost.
    Lost,
}

impl Checker {
    pub(super) fn new() -> Self {
        Checker {
            state: State::Unfound,
            recent: Vec::with_capacity(RECOGNITION_OCTETS),
            octets_checked: 0,
            differences: 0,
            lost_sync: 0,
            octets_before_sync: 0,
            delay_octets: None,
        }
    }

    /// An octet arrives; `transmitter` stands behind the octet sent in the same 125 µs.
    pub(super) fn octet(&mut self, octet: u8, transmitter: Prbs15) {
        match &mut self.state {
            State::Unfound => {
                self.octets_before_sync += 1;
                if self.recognise(octet, transmitter) {
                    let recognised = RECOGNITION_OCTETS as u64;
                    self.octets_before_sync -= recognised;
                    self.octets_checked += recognised;
                }
            }
            State::InStep { expected, wrong } => {
                self.octets_checked += 1;
                if expected.octet() == octet {
                    *wrong = 0;
                    return;
                }
                self.differences += 1;
                *wrong += 1;
                if *wrong == LOSS_OCTETS {
                    self.lost_sync += 1;
                    self.state = State::Lost;
                }
            }
            State::Lost => {
                self.octets_checked += 1;
                self.differences += 1;
                if self.recognise(octet, transmitter) {
                    // The octets by which it was recognised were right after all.
                    self.differences -= RECOGNITION_OCTETS as u64;
                }
            }
        }
    }

    fn recognise(&mut self, octet: u8, transmitter: Prbs15) -> bool {
        if self.recent.len() == RECOGNITION_OCTETS {
            self.recent.remove(0);
        }
        self.recent.push(octet);
        let Some(expected) = in_sequence(&self.recent) else { return false };
        self.recent.clear();
        self.delay_octets = Some(transmitter.octets_since(expected));
        self.state = State::InStep { expected, wrong: 0 };
        true
    }
}

/// Where the sequence stands after these octets, if they are of it and enough.
fn in_sequence(octets: &[u8]) -> Option<Prbs15> {
    let [first, second, rest @ ..] = octets else { return None };
    let mut prbs = Prbs15::after([*first, *second])?;
    (octets.len() == RECOGNITION_OCTETS && rest.iter().all(|octet| prbs.octet() == *octet)).then_some(prbs)
}

/// Octets that make a recognition.
const RECOGNITION_OCTETS: usize = 8;
/// Differences in a row after which the sequence is searched again.
const LOSS_OCTETS: u32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays what a line of this delay returns; `spoil` sees every returned octet with its number.
    fn play(octets: usize, delay: impl Fn(usize) -> usize, spoil: impl Fn(usize, u8) -> u8) -> Checker {
        let mut transmitter = Prbs15::new();
        let (mut sent, mut checker) = (Vec::new(), Checker::new());
        for at in 0..octets {
            sent.push(transmitter.octet());
            let returned = at.checked_sub(delay(at)).map_or(0xd5, |earlier| sent[earlier]);
            checker.octet(spoil(at, returned), transmitter);
        }
        checker
    }

    #[test]
    fn the_sequence_is_found_at_any_delay_and_every_octet_after_it_is_compared() {
        for delay in [0, 1, 8, 777, 12_345] {
            let checker = play(20_000, |_| delay, |_, octet| octet);
            assert_eq!((checker.differences, checker.lost_sync), (0, 0));
            assert_eq!(checker.octets_before_sync, delay as u64);
            assert_eq!(checker.octets_checked, 20_000 - delay as u64);
            assert_eq!(checker.delay_octets, Some(delay as u32));
        }
    }

    #[test]
    fn every_wrong_octet_is_a_difference_and_a_few_do_not_lose_the_sequence() {
        let checker = play(5_000, |_| 80, |at, octet| if (1_000..1_010).contains(&at) { !octet } else { octet });
        assert_eq!((checker.differences, checker.lost_sync), (10, 0));
    }

    #[test]
    fn octets_without_the_sequence_are_all_differences_and_its_return_is_noticed() {
        let checker = play(5_000, |_| 80, |at, octet| if (1_000..1_160).contains(&at) { 0xd5 } else { octet });
        assert_eq!((checker.differences, checker.lost_sync, checker.delay_octets), (160, 1, Some(80)));
    }

    #[test]
    fn a_change_of_delay_is_one_loss_and_shows_in_the_delay() {
        let checker = play(5_000, |at| if at < 1_000 { 80 } else { 88 }, |_, octet| octet);
        assert_eq!((checker.differences, checker.lost_sync, checker.delay_octets), (16, 1, Some(88)));
    }

    #[test]
    fn silence_and_ones_are_no_sequence() {
        for idle in [0x00, 0xff, 0xd5, 0x7e] {
            let checker = play(1_000, |_| 0, |_, _| idle);
            assert_eq!((checker.octets_checked, checker.octets_before_sync), (0, 1_000));
        }
    }
}
