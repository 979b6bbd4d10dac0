//! What one circuit carries: a source towards the other end, and the checker of what returns.

use dahdi_sys::Law;

use crate::wire::CHUNK_OCTETS;

use super::checker::Checker;
use super::prbs::Prbs15;
use super::script::Source;
use super::tone;

/// The speech path of one circuit.
#[derive(Debug)]
pub(super) struct Bearer {
    source: Source,
    /// Octets since the source was connected.
    position: usize,
    prbs: Prbs15,
    checker: Option<Checker>,
    /// Something else than silence came in the last millisecond.
    sounds: bool,
}

/// The octets of the sources that repeat; one for the whole exchange.
#[derive(Debug)]
pub(super) struct Patterns {
    idle: u8,
    milliwatt: [u8; 8],
    tone: Box<[u8]>,
}

impl Patterns {
    pub(super) fn new(law: Law) -> Self {
        Patterns { idle: tone::idle_octet(law), milliwatt: tone::milliwatt(law), tone: tone::tone_425(law) }
    }

    /// A millisecond of nothing.
    pub(super) fn silence(&self) -> [u8; CHUNK_OCTETS] {
        [self.idle; CHUNK_OCTETS]
    }
}

impl Bearer {
    /// Nothing connected.
    pub(super) fn new() -> Self {
        Bearer { source: Source::Silence, position: 0, prbs: Prbs15::new(), checker: None, sounds: false }
    }

    /// Connects a source from its beginning. Checking goes on if it was on.
    pub(super) fn connect(&mut self, source: Source) {
        self.source = source;
        self.position = 0;
        self.prbs = Prbs15::new();
    }

    /// Whether anything is to be heard.
    pub(super) fn is_connected(&self) -> bool {
        self.source != Source::Silence
    }

    /// Whether something is heard.
    pub(super) fn sounds(&self) -> bool {
        self.sounds
    }

    /// Connects PRBS-15 and checks what returns from now on.
    pub(super) fn verify(&mut self) {
        self.connect(Source::Prbs15);
        self.checker = Some(Checker::new());
    }

    /// Disconnects; the checker is handed over with what it found.
    pub(super) fn release(&mut self) -> Option<Checker> {
        self.connect(Source::Silence);
        self.checker.take()
    }

    /// Whether what was sent has come back for a while, without a difference.
    pub(super) fn has_returned(&self) -> bool {
        let returned = |checker: &Checker| checker.octets_checked >= RETURNED_OCTETS && checker.differences == 0;
        self.checker.as_ref().is_some_and(returned)
    }

    /// One millisecond.
    pub(super) fn chunk(
        &mut self,
        patterns: &Patterns,
        received: &[u8; CHUNK_OCTETS],
        transmit: &mut [u8; CHUNK_OCTETS],
    ) {
        self.sounds = *received != patterns.silence();
        if self.source == Source::Silence && self.checker.is_none() {
            // Most circuits, most of the time.
            return *transmit = [patterns.idle; CHUNK_OCTETS];
        }
        for (received, transmit) in received.iter().zip(transmit) {
            *transmit = self.octet(patterns, *received);
            if let Some(checker) = &mut self.checker {
                checker.octet(*received, self.prbs);
            }
            self.position += 1;
        }
    }

    fn octet(&mut self, patterns: &Patterns, received: u8) -> u8 {
        match self.source {
            Source::Silence => patterns.idle,
            Source::Echo => received,
            Source::Milliwatt => patterns.milliwatt[self.position % patterns.milliwatt.len()],
            Source::Prbs15 => self.prbs.octet(),
            Source::RingingTone if self.position % RINGING_PERIOD_OCTETS >= RINGING_OCTETS => patterns.idle,
            Source::RingingTone | Source::Tone | Source::Ordered => patterns.tone[self.position % patterns.tone.len()],
        }
    }
}

/// A continuity check has passed: 60 ms.
const RETURNED_OCTETS: u64 = 480;
/// The cadence of most of Europe: 1 s on, 4 s off.
const RINGING_OCTETS: usize = 8_000;
const RINGING_PERIOD_OCTETS: usize = 40_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn play(bearer: &mut Bearer, ms: usize) -> Vec<u8> {
        let patterns = Patterns::new(Law::A_LAW);
        let mut octets = Vec::new();
        for at in 0..ms {
            let mut transmit = [0; CHUNK_OCTETS];
            bearer.chunk(&patterns, &[at as u8; CHUNK_OCTETS], &mut transmit);
            octets.extend(transmit);
        }
        octets
    }

    #[test]
    fn echo_returns_every_octet_in_the_millisecond_of_its_arrival() {
        let mut bearer = Bearer::new();
        bearer.connect(Source::Echo);
        assert_eq!(play(&mut bearer, 2), [[0; 8], [1; 8]].concat());
    }

    #[test]
    fn a_source_begins_at_its_beginning_and_silence_follows_release() {
        let mut bearer = Bearer::new();
        bearer.connect(Source::Milliwatt);
        assert_eq!(play(&mut bearer, 1), [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4]);
        bearer.connect(Source::Prbs15);
        assert_eq!(play(&mut bearer, 1), [0xff, 0xfd, 0xff, 0xf3, 0xff, 0xd7, 0xff, 0x0f]);
        assert!(bearer.release().is_none());
        assert_eq!(play(&mut bearer, 1), [0xd5; 8]);
    }

    #[test]
    fn ringing_tone_is_on_for_one_second_of_five() {
        let mut bearer = Bearer::new();
        bearer.connect(Source::RingingTone);
        let octets = play(&mut bearer, 10_000);
        assert!(octets[8_000..40_000].iter().all(|octet| *octet == 0xd5));
        assert!(octets[..8_000].iter().any(|octet| *octet != 0xd5) && octets[40_000..48_000] == octets[..8_000]);
    }
}
