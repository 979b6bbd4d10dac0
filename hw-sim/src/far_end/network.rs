//! What differs between one country's signalling and another's at the far end: label, link codes, ISUP's messages.
//!
//! Sources: Q.704 for ITU networks; for the others the widths that Wireshark dissects by. Left out: editions of one ISUP, since
//! this exchange says nothing that they tell apart.

use isup::codec::table::{ANSI, ITU, Table};

/// Whose signalling network it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Network {
    /// ITU-T: point codes of 14 bits.
    #[default]
    Itu,
    /// ANSI: point codes of 24 bits, selection of 8 bits, messages of T1.113.
    Ansi,
    /// ANSI of before 1996: selection of 5 bits.
    AnsiOlder,
    /// China: point codes of 24 bits, ITU-T's messages.
    China,
    /// Japan: point codes of 16 bits, ITU-T's messages.
    Japan,
}

impl Network {
    /// Width of a point code.
    pub(super) fn point_code_bits(self) -> u32 {
        match self {
            Network::Itu => 14,
            Network::Japan => 16,
            Network::Ansi | Network::AnsiOlder | Network::China => 24,
        }
    }

    /// Octets of the routing label.
    pub(super) fn label_octets(self) -> usize {
        match self {
            Network::Itu => 4,
            Network::Japan => 5,
            Network::Ansi | Network::AnsiOlder | Network::China => 7,
        }
    }

    /// The bits of a circuit identification code that select the link.
    pub(super) fn selection_mask(self) -> u8 {
        match self {
            Network::Ansi => 0xff,
            Network::AnsiOlder => 0x1f,
            Network::Itu | Network::China | Network::Japan => 0x0f,
        }
    }

    /// Whether it is ANSI's: messages about a link carry its code behind their heading, a group has 24 circuits, and IAM tells the
    /// bearer by user service information.
    pub(super) fn is_ansi(self) -> bool {
        matches!(self, Network::Ansi | Network::AnsiOlder)
    }

    /// Shapes of the messages.
    pub(super) fn messages(self) -> &'static Table {
        if self.is_ansi() { &ANSI } else { &ITU }
    }

    /// Circuits that one group message may name.
    pub(super) fn group_circuits_max(self) -> usize {
        if self.is_ansi() { 24 } else { 32 }
    }
}
