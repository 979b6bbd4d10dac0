//! What is wrong with a message that can be decoded, Q.931 5.8.4 to 5.8.7.
//!
//! Promises: every fault is found, in the order of the message, those of absence last; what to do
//! about it is the call's decision, which the kinds of finding are cut to. An element out of order
//! counts as present (5.8.5.1 leaves that to the receiver). Leaves out faults that depend on the
//! call's state, and lengths that one network limits more than the layout does.

use super::code::{ElementCode, MessageFamily, MessageType};
use super::element::View;
use super::message::Message;
use super::table::{Direction, Format, Table};
use crate::cause::Cause;
use std::fmt;

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// 5.8.4: a message type that the table does not know.
    UnknownMessage(MessageType),
    /// 5.8.5.1: a variable element after one with a higher identifier.
    OutOfOrder(ElementCode),
    /// 5.8.5.2: an element more often than it may be; the first ones count.
    Repeated(ElementCode),
    /// 5.8.6.1: a mandatory element is missing.
    Missing(ElementCode),
    /// 5.8.6.1 by way of 5.8.7.1: an unknown element that says it must be understood.
    NotComprehended(ElementCode),
    /// 5.8.6.2: a mandatory element whose contents cannot be.
    MandatoryContents(ElementCode),
    /// 5.8.7.1: an unknown element.
    Unrecognized(ElementCode),
    /// 5.8.7.2: an optional element whose contents cannot be.
    OptionalContents(ElementCode),
    /// 5.8.7.3: a known element that this message does not have.
    Unexpected(ElementCode),
}

impl Finding {
    /// The cause to report it by; `None` if the receiver just carries on.
    pub const fn cause(self) -> Option<Cause> {
        match self {
            Self::UnknownMessage(_) => Some(Cause::MESSAGE_TYPE_NON_EXISTENT),
            Self::OutOfOrder(_) | Self::Repeated(_) => None,
            Self::Missing(_) | Self::NotComprehended(_) => Some(Cause::MANDATORY_ELEMENT_MISSING),
            Self::MandatoryContents(_) | Self::OptionalContents(_) => Some(Cause::INVALID_ELEMENT_CONTENTS),
            Self::Unrecognized(_) | Self::Unexpected(_) => Some(Cause::PARAMETER_NON_EXISTENT),
        }
    }

    /// Whether the message may not be acted on, 5.8.4 and 5.8.6. (A RELEASE, RELEASE COMPLETE or
    /// DISCONNECT clears its call all the same, with the cause of the finding.)
    pub const fn forbids(self) -> bool {
        matches!(
            self,
            Self::UnknownMessage(_) | Self::Missing(_) | Self::NotComprehended(_) | Self::MandatoryContents(_)
        )
    }

    /// Appends what the diagnostics of its cause say of it: a message type, or an element
    /// identifier with a non-locking shift before it where its codeset is not 0 (Q.850).
    pub fn push_diagnostics(self, out: &mut Vec<u8>) {
        match self {
            Self::UnknownMessage(MessageType { family: MessageFamily::NationalEscape, code }) => out.extend([0, code]),
            Self::UnknownMessage(kind) => out.push(kind.code),
            Self::OutOfOrder(code)
            | Self::Repeated(code)
            | Self::Missing(code)
            | Self::NotComprehended(code)
            | Self::MandatoryContents(code)
            | Self::Unrecognized(code)
            | Self::OptionalContents(code)
            | Self::Unexpected(code) => {
                if code.codeset != 0 {
                    out.push(NON_LOCKING_SHIFT | code.codeset & 7);
                }
                out.push(code.identifier);
            }
        }
    }
}

impl Table {
    /// What is wrong with a message that came or goes in this direction; empty if nothing is.
    pub fn check(&self, message: &Message, direction: Direction) -> Vec<Finding> {
        let Some(format) = self.format(message.kind) else { return vec![Finding::UnknownMessage(message.kind)] };
        let mut findings = Vec::new();
        let mut seen = Seen::default();
        for (code, octets) in message.elements() {
            if seen.is_out_of_order(code) {
                findings.push(Finding::OutOfOrder(code));
            }
            if seen.times(code) > self.repeats(code) {
                findings.push(Finding::Repeated(code));
            } else {
                let sound = View::of(code).is_none_or(|view| view.check(octets).is_ok());
                findings.extend(judge(format, direction, code, sound));
            }
        }
        let torn = message.torn();
        findings.extend(torn.and_then(|code| judge(format, direction, code, false)));
        let present = |code| message.has(code) || torn == Some(code);
        findings.extend(format.mandatory(direction).filter(|code| !present(*code)).map(Finding::Missing));
        findings
    }
}

/// What is wrong with one element, if it stands in its order.
fn judge(format: &Format, direction: Direction, code: ElementCode, sound: bool) -> Option<Finding> {
    match format.place(code, direction) {
        Some(_) if sound => None,
        Some(place) if place.mandatory => Some(Finding::MandatoryContents(code)),
        Some(_) => Some(Finding::OptionalContents(code)),
        None if code.name().is_some() => Some(Finding::Unexpected(code)),
        None if code.requires_comprehension() => Some(Finding::NotComprehended(code)),
        None => Some(Finding::Unrecognized(code)),
    }
}

/// What the elements so far say of the next one.
#[derive(Default)]
struct Seen {
    /// The identifier of each codeset's latest variable element.
    latest: [u8; 8],
    codes: Vec<ElementCode>,
}

impl Seen {
    fn is_out_of_order(&mut self, code: ElementCode) -> bool {
        if code.is_single_octet() {
            return false;
        }
        let latest = &mut self.latest[usize::from(code.codeset & 7)];
        code.identifier < std::mem::replace(latest, code.identifier)
    }

    /// How often the element has come, this time included.
    fn times(&mut self, code: ElementCode) -> usize {
        self.codes.push(code);
        self.codes.iter().filter(|each| **each == code).count()
    }
}

const NON_LOCKING_SHIFT: u8 = 0x98;

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMessage(kind) => write!(f, "{kind} is unknown"),
            Self::OutOfOrder(code) => write!(f, "{code} is out of order"),
            Self::Repeated(code) => write!(f, "{code} is repeated"),
            Self::Missing(code) => write!(f, "mandatory {code} is missing"),
            Self::NotComprehended(code) => write!(f, "{code} is unknown and must be understood"),
            Self::MandatoryContents(code) => write!(f, "mandatory {code} has invalid contents"),
            Self::Unrecognized(code) => write!(f, "{code} is unknown"),
            Self::OptionalContents(code) => write!(f, "{code} has invalid contents"),
            Self::Unexpected(code) => write!(f, "{code} is not expected in this message"),
        }
    }
}
