//! Numbers of the parties, Q.931 4.5.8 and 4.5.10, Q.951: digits are IA5 characters here, not packed.

use super::Element;
use super::octets::{LAST, characters, group, push_characters};
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::{DecodeError, Fault};
use std::fmt;

pub use crate::codec::{Presentation, Screening};

values! {
    /// Type of number, 3 bits.
    TypeOfNumber {
        UNKNOWN = 0, "unknown type";
        INTERNATIONAL = 1, "international number";
        NATIONAL = 2, "national number";
        NETWORK_SPECIFIC = 3, "network specific number";
        SUBSCRIBER = 4, "subscriber number";
        ABBREVIATED = 6, "abbreviated number";
    }
}

values! {
    /// Numbering plan identification, 4 bits; new numbers are of the telephony plan.
    NumberingPlan initially 1 {
        UNKNOWN = 0, "unknown plan";
        TELEPHONY = 1, "E.164";
        DATA = 3, "X.121";
        TELEX = 4, "F.69";
        NATIONAL = 8, "national plan";
        PRIVATE = 9, "private plan";
    }
}

values! {
    /// Reason for diversion, 4 bits.
    DiversionReason {
        UNKNOWN = 0, "reason unknown";
        BUSY = 1, "call forwarding busy";
        NO_REPLY = 2, "call forwarding no reply";
        DEFLECTION = 4, "call deflection";
        OUT_OF_ORDER = 9, "called terminal out of order";
        BY_CALLED_TERMINAL = 10, "call forwarding by the called terminal";
        UNCONDITIONAL = 15, "call forwarding unconditional";
    }
}

/// Octet 3a: what may be shown, and who gave the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// Whether the other party may see the number.
    pub presentation: Presentation,
    /// Who gave it.
    pub screening: Screening,
}

/// What an octet 3 says, and the extension octets after it.
struct Head<'a> {
    kind: TypeOfNumber,
    plan: NumberingPlan,
    extension: &'a [u8],
}

/// Reads octet 3 with at most `extensions` octets after it, and the digits.
fn read(octets: &[u8], extensions: usize) -> Result<(Head<'_>, String), DecodeError> {
    let head = group(octets, 0)?;
    if head.len() > 1 + extensions {
        return Err(DecodeError::at(1 + extensions, Fault::Contents));
    }
    let (kind, plan) = (TypeOfNumber(head[0] >> 4 & 7), NumberingPlan(head[0] & 15));
    Ok((Head { kind, plan, extension: &head[1..] }, characters(octets, head.len())?))
}

/// Octet 3, without its extension bit.
const fn head(kind: TypeOfNumber, plan: NumberingPlan) -> u8 {
    (kind.0 & 7) << 4 | plan.0 & 15
}

impl Disclosure {
    fn read(octet: u8) -> Self {
        Self { presentation: Presentation(octet >> 5 & 3), screening: Screening(octet & 3) }
    }

    /// Octet 3a, without its extension bit.
    const fn octet(self) -> u8 {
        (self.presentation.0 & 3) << 5 | self.screening.0 & 3
    }
}

impl fmt::Display for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.presentation, self.screening)
    }
}

/// Called party number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalledPartyNumber {
    /// Type of number.
    pub kind: TypeOfNumber,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// IA5 characters: 0-9, * and #.
    pub digits: String,
}

impl Element for CalledPartyNumber {
    const CODE: ElementCode = ElementCode::CALLED_PARTY_NUMBER;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (head, digits) = read(octets, 0)?;
        Ok(Self { kind: head.kind, plan: head.plan, digits })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(LAST | head(self.kind, self.plan));
        push_characters(&self.digits, out);
    }
}

impl fmt::Display for CalledPartyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.digits.escape_default(), self.kind, self.plan)
    }
}

/// Numbers that have octet 3a.
macro_rules! disclosed_numbers {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            /// Type of number.
            pub kind: TypeOfNumber,
            /// Numbering plan.
            pub plan: NumberingPlan,
            /// Octet 3a; without it presentation is allowed and the user gave the number unscreened.
            pub disclosure: Option<Disclosure>,
            /// IA5 characters: 0-9, * and #.
            pub digits: String,
        }

        impl Element for $name {
            const CODE: ElementCode = ElementCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                let (head, digits) = read(octets, 1)?;
                let disclosure = head.extension.first().map(|octet| Disclosure::read(*octet));
                Ok(Self { kind: head.kind, plan: head.plan, disclosure, digits })
            }

            fn encode(&self, out: &mut Vec<u8>) {
                let first = head(self.kind, self.plan);
                match self.disclosure {
                    Some(disclosure) => out.extend([first, LAST | disclosure.octet()]),
                    None => out.push(LAST | first),
                }
                push_characters(&self.digits, out);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}, {}, {}", self.digits.escape_default(), self.kind, self.plan)?;
                self.disclosure.map_or(Ok(()), |disclosure| write!(f, ", {disclosure}"))
            }
        }
    )*};
}

disclosed_numbers! {
    /// Calling party number.
    CallingPartyNumber(CALLING_PARTY_NUMBER)

    /// Connected number: who answered.
    ConnectedNumber(CONNECTED_NUMBER)

    /// Redirection number: where the call has been diverted to.
    RedirectionNumber(REDIRECTION_NUMBER)
}

/// Numbers that have octet 3b too.
macro_rules! diverting_numbers {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            /// Type of number.
            pub kind: TypeOfNumber,
            /// Numbering plan.
            pub plan: NumberingPlan,
            /// Octet 3a; without it presentation is allowed. Sent as its default if there is only a reason.
            pub disclosure: Option<Disclosure>,
            /// Octet 3b.
            pub reason: Option<DiversionReason>,
            /// IA5 characters: 0-9, * and #.
            pub digits: String,
        }

        impl Element for $name {
            const CODE: ElementCode = ElementCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                let (head, digits) = read(octets, 2)?;
                let disclosure = head.extension.first().map(|octet| Disclosure::read(*octet));
                let reason = head.extension.get(1).map(|octet| DiversionReason(octet & 15));
                Ok(Self { kind: head.kind, plan: head.plan, disclosure, reason, digits })
            }

            fn encode(&self, out: &mut Vec<u8>) {
                let first = head(self.kind, self.plan);
                let disclosure = self.disclosure.unwrap_or_default().octet();
                match (self.disclosure, self.reason) {
                    (_, Some(reason)) => out.extend([first, disclosure, LAST | reason.0 & 15]),
                    (Some(_), None) => out.extend([first, LAST | disclosure]),
                    (None, None) => out.push(LAST | first),
                }
                push_characters(&self.digits, out);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}, {}, {}", self.digits.escape_default(), self.kind, self.plan)?;
                if let Some(disclosure) = self.disclosure {
                    write!(f, ", {disclosure}")?;
                }
                self.reason.map_or(Ok(()), |reason| write!(f, ", {reason}"))
            }
        }
    )*};
}

diverting_numbers! {
    /// Redirecting number: who diverted the call last.
    RedirectingNumber(REDIRECTING_NUMBER)

    /// Original called number: who diverted the call first, in the networks that say so.
    OriginalCalledNumber(ORIGINAL_CALLED_NUMBER)
}
