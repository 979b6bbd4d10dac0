//! Which elements a message has, Q.931 clause 3.1 and Q.932 clause 7: rows for checks, not for decoding.
//!
//! A switch type or national variant is another value of [`Table`]; no function asks which it
//! serves. An element that is mandatory only in the first answer to a SETUP or in the first
//! clearing message is optional here: whether it had to come is the call's knowledge.

use super::code::{ElementCode as E, MessageType as M};

/// The messages of one variant of the protocol.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// One row a message.
    pub formats: &'static [Format],
    /// Elements that may stand in a message more than once, and how often.
    pub repeats: &'static [(E, usize)],
}

/// The elements of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The message.
    pub kind: M,
    /// Its elements, besides those that any message may have.
    pub places: &'static [Place],
}

/// That a message has an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The element.
    pub code: E,
    /// Whether a message without it is in error.
    pub mandatory: bool,
    /// In messages that way only; `None` is both.
    pub only: Option<Direction>,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From user to network.
    ToNetwork,
    /// From network to user.
    ToUser,
}

impl Table {
    /// The row of a message; `None` if this variant does not know it.
    pub fn format(&self, kind: M) -> Option<&'static Format> {
        self.formats.iter().find(|format| format.kind == kind)
    }

    /// How often an element may stand in one message.
    pub fn repeats(&self, code: E) -> usize {
        self.repeats.iter().find(|(each, _)| *each == code).map_or(1, |(_, times)| *times)
    }
}

impl Format {
    /// The place of an element in messages that way; `None` if it has none.
    pub fn place(&self, code: E, direction: Direction) -> Option<&'static Place> {
        self.places(direction).find(|place| place.code == code)
    }

    /// The mandatory elements of messages that way.
    pub fn mandatory(&self, direction: Direction) -> impl Iterator<Item = E> {
        self.places(direction).filter(|place| place.mandatory).map(|place| place.code)
    }

    fn places(&self, direction: Direction) -> impl Iterator<Item = &'static Place> {
        self.places.iter().filter(move |place| place.only.is_none_or(|only| only == direction))
    }
}

/// Mandatory.
const fn m(code: E) -> Place {
    Place { code, mandatory: true, only: None }
}

/// Optional.
const fn o(code: E) -> Place {
    Place { code, mandatory: false, only: None }
}

/// Optional, to the user only.
const fn down(code: E) -> Place {
    Place { code, mandatory: false, only: Some(Direction::ToUser) }
}

/// Optional, to the network only.
const fn up(code: E) -> Place {
    Place { code, mandatory: false, only: Some(Direction::ToNetwork) }
}

/// Mandatory to the user; the other way the element has a row of its own or none.
const fn m_down(code: E) -> Place {
    Place { code, mandatory: true, only: Some(Direction::ToUser) }
}

const fn row(kind: M, places: &'static [Place]) -> Format {
    Format { kind, places }
}

/// ITU-T Q.931 (05/98) and Q.932, with the elements that Q.951 to Q.957 add.
pub const ITU: Table = Table {
    formats: &[
        row(
            M::ALERTING,
            &[
                o(E::BEARER_CAPABILITY),
                o(E::CHANNEL_IDENTIFICATION),
                o(E::FACILITY),
                o(E::PROGRESS_INDICATOR),
                o(E::NOTIFICATION_INDICATOR),
                down(E::DISPLAY),
                down(E::SIGNAL),
                o(E::REDIRECTION_NUMBER),
                o(E::HIGH_LAYER_COMPATIBILITY),
                o(E::USER_USER),
            ],
        ),
        row(
            M::CALL_PROCEEDING,
            &[
                o(E::BEARER_CAPABILITY),
                o(E::CHANNEL_IDENTIFICATION),
                o(E::FACILITY),
                o(E::PROGRESS_INDICATOR),
                o(E::NOTIFICATION_INDICATOR),
                down(E::DISPLAY),
                o(E::REDIRECTION_NUMBER),
                o(E::HIGH_LAYER_COMPATIBILITY),
            ],
        ),
        row(
            M::PROGRESS,
            &[
                o(E::BEARER_CAPABILITY),
                o(E::CAUSE),
                o(E::FACILITY),
                m(E::PROGRESS_INDICATOR),
                o(E::NOTIFICATION_INDICATOR),
                down(E::DISPLAY),
                o(E::REDIRECTION_NUMBER),
                o(E::HIGH_LAYER_COMPATIBILITY),
                o(E::USER_USER),
            ],
        ),
        row(
            M::SETUP,
            &[
                o(E::SENDING_COMPLETE),
                o(E::REPEAT_INDICATOR),
                m(E::BEARER_CAPABILITY),
                m_down(E::CHANNEL_IDENTIFICATION),
                up(E::CHANNEL_IDENTIFICATION),
                o(E::FACILITY),
                o(E::PROGRESS_INDICATOR),
                o(E::NETWORK_SPECIFIC_FACILITIES),
                o(E::NOTIFICATION_INDICATOR),
                down(E::DISPLAY),
                down(E::DATE_TIME),
                o(E::KEYPAD_FACILITY),
                down(E::SIGNAL),
                o(E::INFORMATION_RATE),
                o(E::END_TO_END_TRANSIT_DELAY),
                o(E::TRANSIT_DELAY_SELECTION),
                o(E::PACKET_BINARY_PARAMETERS),
                o(E::PACKET_WINDOW_SIZE),
                o(E::PACKET_SIZE),
                o(E::CLOSED_USER_GROUP),
                o(E::REVERSE_CHARGING_INDICATION),
                o(E::CALLING_PARTY_NUMBER),
                o(E::CALLING_PARTY_SUBADDRESS),
                o(E::CALLED_PARTY_NUMBER),
                o(E::CALLED_PARTY_SUBADDRESS),
                o(E::REDIRECTING_NUMBER),
                up(E::TRANSIT_NETWORK_SELECTION),
                o(E::LOW_LAYER_COMPATIBILITY),
                o(E::HIGH_LAYER_COMPATIBILITY),
                o(E::USER_USER),
            ],
        ),
        row(
            M::CONNECT,
            &[
                o(E::BEARER_CAPABILITY),
                o(E::CHANNEL_IDENTIFICATION),
                o(E::FACILITY),
                o(E::PROGRESS_INDICATOR),
                o(E::NOTIFICATION_INDICATOR),
                down(E::DISPLAY),
                down(E::DATE_TIME),
                down(E::SIGNAL),
                o(E::CONNECTED_NUMBER),
                o(E::CONNECTED_SUBADDRESS),
                o(E::REDIRECTION_NUMBER),
                o(E::LOW_LAYER_COMPATIBILITY),
                o(E::HIGH_LAYER_COMPATIBILITY),
                o(E::USER_USER),
            ],
        ),
        row(
            M::SETUP_ACKNOWLEDGE,
            &[o(E::CHANNEL_IDENTIFICATION), o(E::PROGRESS_INDICATOR), down(E::DISPLAY), down(E::SIGNAL)],
        ),
        row(M::CONNECT_ACKNOWLEDGE, &[o(E::CHANNEL_IDENTIFICATION), down(E::DISPLAY), down(E::SIGNAL)]),
        row(M::USER_INFORMATION, &[o(E::MORE_DATA), m(E::USER_USER)]),
        row(M::SUSPEND_REJECT, &[m(E::CAUSE), o(E::DISPLAY)]),
        row(M::RESUME_REJECT, &[m(E::CAUSE), o(E::DISPLAY)]),
        row(M::HOLD, &[down(E::DISPLAY)]),
        row(M::SUSPEND, &[o(E::CALL_IDENTITY)]),
        row(M::RESUME, &[o(E::CALL_IDENTITY)]),
        row(M::HOLD_ACKNOWLEDGE, &[down(E::DISPLAY)]),
        row(M::SUSPEND_ACKNOWLEDGE, &[o(E::DISPLAY)]),
        row(M::RESUME_ACKNOWLEDGE, &[m(E::CHANNEL_IDENTIFICATION), o(E::DISPLAY)]),
        row(M::HOLD_REJECT, &[m(E::CAUSE), down(E::DISPLAY)]),
        row(M::RETRIEVE, &[o(E::CHANNEL_IDENTIFICATION), down(E::DISPLAY)]),
        row(M::RETRIEVE_ACKNOWLEDGE, &[m(E::CHANNEL_IDENTIFICATION), down(E::DISPLAY)]),
        row(M::RETRIEVE_REJECT, &[m(E::CAUSE), down(E::DISPLAY)]),
        row(
            M::DISCONNECT,
            &[
                m(E::CAUSE),
                o(E::FACILITY),
                o(E::PROGRESS_INDICATOR),
                down(E::DISPLAY),
                down(E::SIGNAL),
                o(E::USER_USER),
            ],
        ),
        row(M::RESTART, &[o(E::CHANNEL_IDENTIFICATION), down(E::DISPLAY), m(E::RESTART_INDICATOR)]),
        row(M::RELEASE, CLEARED),
        row(M::RESTART_ACKNOWLEDGE, &[o(E::CHANNEL_IDENTIFICATION), down(E::DISPLAY), m(E::RESTART_INDICATOR)]),
        row(M::RELEASE_COMPLETE, CLEARED),
        row(M::SEGMENT, &[m(E::SEGMENTED_MESSAGE)]),
        row(
            M::FACILITY,
            &[
                m(E::FACILITY),
                o(E::NOTIFICATION_INDICATOR),
                down(E::DISPLAY),
                o(E::CALLING_PARTY_NUMBER),
                o(E::CALLED_PARTY_NUMBER),
            ],
        ),
        row(M::REGISTER, &[o(E::FACILITY), down(E::DISPLAY)]),
        row(
            M::NOTIFY,
            &[
                o(E::BEARER_CAPABILITY),
                o(E::FACILITY),
                m(E::NOTIFICATION_INDICATOR),
                down(E::DISPLAY),
                o(E::CONNECTED_NUMBER),
                o(E::REDIRECTION_NUMBER),
            ],
        ),
        row(M::STATUS_ENQUIRY, &[down(E::DISPLAY)]),
        row(M::CONGESTION_CONTROL, &[m(E::CONGESTION_LEVEL), m(E::CAUSE), o(E::DISPLAY)]),
        row(
            M::INFORMATION,
            &[
                o(E::SENDING_COMPLETE),
                down(E::DISPLAY),
                o(E::KEYPAD_FACILITY),
                down(E::SIGNAL),
                o(E::CALLED_PARTY_NUMBER),
            ],
        ),
        row(M::STATUS, &[m(E::CAUSE), m(E::CALL_STATE), down(E::DISPLAY)]),
    ],
    repeats: &[
        (E::REPEAT_INDICATOR, 3),
        (E::BEARER_CAPABILITY, 2),
        (E::CAUSE, 2),
        (E::FACILITY, ANY_TIMES),
        (E::PROGRESS_INDICATOR, 2),
        (E::NETWORK_SPECIFIC_FACILITIES, 4),
        (E::NOTIFICATION_INDICATOR, 3),
        (E::CALLING_PARTY_NUMBER, 2),
        (E::TRANSIT_NETWORK_SELECTION, 4),
        (E::LOW_LAYER_COMPATIBILITY, 3),
        (E::HIGH_LAYER_COMPATIBILITY, 2),
    ],
};

/// Maintenance messages as the North American networks have them, of both discriminators.
pub const MAINTENANCE: Table = Table {
    formats: &[
        row(M::SERVICE, SERVICE),
        row(M::SERVICE_ACKNOWLEDGE, SERVICE),
        row(M::NATIONAL_SERVICE, SERVICE),
        row(M::NATIONAL_SERVICE_ACKNOWLEDGE, SERVICE),
    ],
    repeats: &[],
};

/// RELEASE and RELEASE COMPLETE; the cause is mandatory if no clearing message came before.
const CLEARED: &[Place] = &[o(E::CAUSE), o(E::FACILITY), down(E::DISPLAY), down(E::SIGNAL), o(E::USER_USER)];
const SERVICE: &[Place] = &[m(E::CHANGE_STATUS), m(E::CHANNEL_IDENTIFICATION)];
/// As often as a message has room: two octets each are the least.
const ANY_TIMES: usize = super::MESSAGE_OCTETS_MAX / 2;
