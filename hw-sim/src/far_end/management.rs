//! Signalling network management messages between two adjacent points, Q.704 clause 15.
//!
//! Left out: what only a transfer point says, and flow control.

/// A message about a link, whose code stands in its label, or about the point itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Management {
    /// COO: take over; the last number we have accepted.
    Changeover(u8),
    /// COA.
    ChangeoverAcknowledgement(u8),
    /// ECO: take over; we do not know what we have accepted.
    Emergency,
    /// ECA.
    EmergencyAcknowledgement,
    /// CBD, with its code.
    Changeback(u8),
    /// CBA, with the same code.
    ChangebackAcknowledgement(u8),
    /// LIN.
    Inhibit,
    /// LUN.
    Uninhibit,
    /// LIA.
    InhibitAcknowledgement,
    /// LUA.
    UninhibitAcknowledgement,
    /// LID.
    InhibitDenied,
    /// LFU.
    ForceUninhibit,
    /// LLI: I have inhibited this link.
    LocalInhibitTest,
    /// LRI: you have inhibited this link.
    RemoteInhibitTest,
    /// TRA.
    RestartAllowed,
}

impl Management {
    /// What follows the label, of a message whose link is told by the label; `None`: no such message, or not of that length.
    pub(super) fn read(payload: &[u8]) -> Option<Management> {
        use Management::*;
        Some(match payload {
            [0x11, fsn] => Changeover(fsn & 0x7f),
            [0x21, fsn] => ChangeoverAcknowledgement(fsn & 0x7f),
            [0x12] => Emergency,
            [0x22] => EmergencyAcknowledgement,
            [0x51, code] => Changeback(*code),
            [0x61, code] => ChangebackAcknowledgement(*code),
            [0x16] => Inhibit,
            [0x26] => Uninhibit,
            [0x36] => InhibitAcknowledgement,
            [0x46] => UninhibitAcknowledgement,
            [0x56] => InhibitDenied,
            [0x66] => ForceUninhibit,
            [0x76] => LocalInhibitTest,
            [0x86] => RemoteInhibitTest,
            [0x17] => RestartAllowed,
            _ => return None,
        })
    }

    pub(super) fn write(self) -> Vec<u8> {
        use Management::*;
        match self {
            Changeover(number) => vec![0x11, number],
            ChangeoverAcknowledgement(number) => vec![0x21, number],
            Emergency => vec![0x12],
            EmergencyAcknowledgement => vec![0x22],
            Changeback(code) => vec![0x51, code],
            ChangebackAcknowledgement(code) => vec![0x61, code],
            Inhibit => vec![0x16],
            Uninhibit => vec![0x26],
            InhibitAcknowledgement => vec![0x36],
            UninhibitAcknowledgement => vec![0x46],
            InhibitDenied => vec![0x56],
            ForceUninhibit => vec![0x66],
            LocalInhibitTest => vec![0x76],
            RemoteInhibitTest => vec![0x86],
            RestartAllowed => vec![0x17],
        }
    }

    /// What follows the label in ANSI networks, where the link code has the low four bits behind the heading: the link and the
    /// message.
    pub(super) fn read_apart(payload: &[u8]) -> Option<(u8, Management)> {
        let (heading, rest) = payload.split_first()?;
        let number = rest.iter().rev().fold(0u32, |number, octet| number << 8 | u32::from(*octet));
        let told = (number >> 4) as u8;
        let message = match (heading, rest.len()) {
            (0x17, 0) => Management::read(payload),
            (_, 1) => Management::read(&[*heading]),
            (_, 2) => Management::read(&[*heading, told]),
            _ => None,
        };
        Some((number as u8 & 0xf, message?))
    }

    /// The same for sending.
    pub(super) fn write_apart(self, link: u8) -> Vec<u8> {
        match self.write()[..] {
            _ if self == Management::RestartAllowed => self.write(),
            [heading, told] => vec![heading, told << 4 | link, told >> 4],
            [heading, ..] => vec![heading, link],
            [] => unreachable!("each message has a heading"),
        }
    }

    pub(super) fn name(self) -> &'static str {
        use Management::*;
        match self {
            Changeover(_) => "COO",
            ChangeoverAcknowledgement(_) => "COA",
            Emergency => "ECO",
            EmergencyAcknowledgement => "ECA",
            Changeback(_) => "CBD",
            ChangebackAcknowledgement(_) => "CBA",
            Inhibit => "LIN",
            Uninhibit => "LUN",
            InhibitAcknowledgement => "LIA",
            UninhibitAcknowledgement => "LUA",
            InhibitDenied => "LID",
            ForceUninhibit => "LFU",
            LocalInhibitTest => "LLI",
            RemoteInhibitTest => "LRI",
            RestartAllowed => "TRA",
        }
    }
}
