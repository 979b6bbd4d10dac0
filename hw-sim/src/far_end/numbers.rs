//! The numbers that the far exchange answers, and what each of them plays.

use super::script::{Say, Script, Source, Step};

/// Test numbers and their scripts. Any other number plays [`UNKNOWN_NUMBER`].
pub const NUMBERS: &[(&str, Script)] = &[
    // Echo.
    ("600", Script(&[Step::Send(Say::SubscriberFree), Step::Connect(Source::Echo), Step::Send(Say::Answer)])),
    // Digital milliwatt.
    ("601", Script(&[Step::Send(Say::SubscriberFree), Step::Connect(Source::Milliwatt), Step::Send(Say::Answer)])),
    // PRBS-15.
    ("602", Script(&[Step::Send(Say::SubscriberFree), Step::Connect(Source::Prbs15), Step::Send(Say::Answer)])),
    // Busy.
    ("603", Script(&[Step::Release(USER_BUSY)])),
    // Rings and never answers.
    ("604", Script(&[Step::Connect(Source::RingingTone), Step::Send(Say::SubscriberFree)])),
    // Unallocated number.
    ("605", Script(&[Step::Release(UNALLOCATED_NUMBER)])),
    // In-band ringing, then a tone.
    (
        "606",
        Script(&[
            Step::Connect(Source::RingingTone),
            Step::Send(Say::InBandInformation),
            Step::Wait(2_000),
            Step::Connect(Source::Tone),
            Step::Send(Say::Answer),
        ]),
    ),
    // Answers by CON and releases by itself.
    ("607", Script(&[Step::Send(Say::Connect), Step::Wait(2_000), Step::Release(NORMAL_CLEARING)])),
    // Rings in silence, then echo.
    (
        "608",
        Script(&[
            Step::Send(Say::SubscriberFree),
            Step::Wait(2_000),
            Step::Connect(Source::Echo),
            Step::Send(Say::Answer),
        ]),
    ),
];

/// What every other number plays.
pub const UNKNOWN_NUMBER: Script = Script(&[Step::Release(NO_ROUTE_TO_DESTINATION)]);

/// The script of a called number.
pub(super) fn script(digits: &str) -> Script {
    NUMBERS.iter().find(|(number, _)| *number == digits).map_or(UNKNOWN_NUMBER, |(_, script)| *script)
}

/// Whether more digits would make a number of these digits.
pub(super) fn is_incomplete(digits: &str) -> bool {
    NUMBERS.iter().any(|(number, _)| number.len() > digits.len() && number.starts_with(digits))
}

// Cause values of Q.850.
const UNALLOCATED_NUMBER: u8 = 1;
const NO_ROUTE_TO_DESTINATION: u8 = 3;
const NORMAL_CLEARING: u8 = 16;
const USER_BUSY: u8 = 17;
