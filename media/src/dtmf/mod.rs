//! Digits of push-button telephones (DTMF): sixteen signals of two frequencies each, ITU-T Q.23.
//!
//! Promised: a digit keeps its meaning between a tone in a timeslot, an event of RFC 4733 and the word of a SIP message. Towards
//! the timeslot digits are tones one after the other (`dialler`), whether control asks for them or events do (`arrivals`);
//! from the timeslot they are heard ([`Listener`]), and told to control or sent as events (`ear`).
//!
//! Q.23's text was not read; its frequencies are in every work on the subject, and RFC 4733 section 3.2 names the keys.
//! Left out: pulse dialling, and the multi-frequency signals between exchanges.

mod arrivals;
mod dialler;
mod ear;
mod listener;
mod report;

pub(crate) use arrivals::Arrivals;
pub(crate) use dialler::Dialler;
pub use dialler::{DIGITS_MAX, PAUSE_MS, TONE_MS_MAX, TONE_MS_MIN};
pub use ear::Relay;
pub(crate) use ear::{Block, Ear, Fate};
pub use listener::{Heard, Listener};
pub(crate) use report::Due;
use report::Report;

/// A key of a push-button telephone, by its event code in RFC 4733 section 3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digit(u8);

/// A key that was held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// Which one.
    pub digit: Digit,
    /// For how long.
    pub duration_ms: u16,
}

impl Digit {
    /// The digit of an event code; those above 15 are no digits.
    pub const fn of_event(code: u8) -> Option<Digit> {
        if code < 16 { Some(Digit(code)) } else { None }
    }

    /// The digit of a character: `0` to `9`, `*`, `#`, `A` to `D`, also in lower case.
    pub fn of_character(character: u8) -> Option<Digit> {
        let code = CHARACTERS.iter().position(|known| *known == character.to_ascii_uppercase())?;
        Digit::of_event(code as u8)
    }

    /// Its event code, 0 to 15.
    pub const fn event(self) -> u8 {
        self.0
    }

    /// `0` to `9`, `*`, `#`, `A` to `D`.
    pub const fn character(self) -> u8 {
        CHARACTERS[self.0 as usize]
    }

    /// Its two frequencies, that of the row of the keypad first.
    pub fn frequencies_hz(self) -> [u16; 2] {
        let at = KEYPAD.iter().flatten().position(|key| *key == self.0).unwrap_or_default();
        [ROWS_HZ[at / 4], COLUMNS_HZ[at % 4]]
    }

    fn at(row: usize, column: usize) -> Digit {
        Digit(KEYPAD[row][column])
    }
}

/// By event code.
const CHARACTERS: [u8; 16] = *b"0123456789*#ABCD";
/// Event codes as the keys stand.
const KEYPAD: [[u8; 4]; 4] = [[1, 2, 3, 12], [4, 5, 6, 13], [7, 8, 9, 14], [10, 0, 11, 15]];
const ROWS_HZ: [u16; 4] = [697, 770, 852, 941];
const COLUMNS_HZ: [u16; 4] = [1209, 1336, 1477, 1633];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_row_and_its_column() {
        let pairs = |character| Digit::of_character(character).map(Digit::frequencies_hz);
        assert_eq!(pairs(b'1'), Some([697, 1209]));
        assert_eq!(pairs(b'5'), Some([770, 1336]));
        assert_eq!(pairs(b'0'), Some([941, 1336]));
        assert_eq!(pairs(b'*'), Some([941, 1209]));
        assert_eq!(pairs(b'#'), Some([941, 1477]));
        assert_eq!(pairs(b'd'), Some([941, 1633]));
        assert_eq!(pairs(b'E'), None);
    }

    #[test]
    fn event_and_character_name_the_same_digit() {
        for code in 0..16 {
            let digit = Digit::of_event(code).expect("below 16");
            assert_eq!((digit.event(), Digit::of_character(digit.character())), (code, Some(digit)));
        }
        assert_eq!(Digit::of_event(16), None);
    }
}
