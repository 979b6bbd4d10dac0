//! Digits between SIP and the media path: keys of INFO, events of RFC 4733, tones of the timeslot.

use config::model::Dtmf;
use media::dtmf::{Digit, Press, Relay};

use crate::sip::Keypress;

/// How long the tone of a key is whose INFO does not say it.
pub const UNSAID_MS: u16 = 100;

/// How digits that the timeslot brings go to a peer.
pub fn relay(dtmf: Dtmf) -> Relay {
    match dtmf {
        Dtmf::Audio => Relay::Audio,
        Dtmf::Rfc4733 => Relay::Events,
        Dtmf::Info => Relay::Told,
    }
}

/// The tone of a key; the media path bounds how long it is.
pub fn press(keypress: Keypress) -> Option<Press> {
    let duration_ms = keypress.duration_ms.map_or(UNSAID_MS, |ms| u16::try_from(ms).unwrap_or(u16::MAX));
    Some(Press { digit: Digit::of_character(keypress.key)?, duration_ms })
}

/// The key of a tone.
pub fn keypress(press: Press) -> Keypress {
    Keypress { key: press.digit.character(), duration_ms: Some(u32::from(press.duration_ms)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_its_tone_are_the_same_digit() {
        for key in *b"0123456789*#ABCD" {
            let pressed = Keypress { key, duration_ms: Some(160) };
            assert_eq!(press(pressed).map(keypress), Some(pressed));
        }
    }

    #[test]
    fn a_key_without_a_duration_has_the_usual_one_and_no_duration_overflows() {
        let duration = |duration_ms| press(Keypress { key: b'1', duration_ms }).map(|press| press.duration_ms);
        assert_eq!(duration(None), Some(UNSAID_MS));
        assert_eq!(duration(Some(u32::MAX)), Some(u16::MAX));
        assert_eq!(press(Keypress { key: b'x', duration_ms: None }), None);
    }
}
