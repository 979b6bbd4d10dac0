//! Channel identification, Q.931 4.5.13: which B-channel of which interface, and whether no other.

use super::Element;
use super::octets::{LAST, group, octet, push_group, sevens};
use crate::cause::CodingStandard;
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::{DecodeError, Fault};
use std::fmt;

values! {
    /// Information channel selection, 2 bits; 1 and 2 have a sense of their own on basic access.
    ChannelSelection {
        NONE = 0, "no channel";
        INDICATED = 1, "as indicated";
        ANY = 3, "any channel";
    }
}

values! {
    /// Channel type or map element type, 4 bits.
    ChannelType initially 3 {
        B = 3, "B-channels";
        H0 = 6, "H0-channels";
        H11 = 8, "H11-channels";
        H12 = 9, "H12-channels";
    }
}

/// Which channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channels {
    /// By number, 7 bits each: on primary rate the timeslot.
    Numbers(Vec<u8>),
    /// By a bit for each, the highest first: 4 octets on E1 (31 to 0), 3 on T1 (24 to 1).
    Map(Vec<u8>),
}

/// Octets 3.2 and 3.3 of a channel identification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelList {
    /// Whose coding.
    pub coding: CodingStandard,
    /// Of what kind the channels are.
    pub kind: ChannelType,
    /// Which.
    pub channels: Channels,
}

/// Channel identification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelIdentification {
    /// Octet 3.1, 7 bits an octet, where the interface is not the one of the D-channel (NFAS).
    pub interface: Option<Vec<u8>>,
    /// Whether the interface is another than basic: primary rate.
    pub primary_rate: bool,
    /// Whether only the channel indicated is acceptable; else it is preferred.
    pub exclusive: bool,
    /// Whether the channel is the D-channel.
    pub d_channel: bool,
    /// Whether a channel is indicated.
    pub selection: ChannelSelection,
    /// The channels of an interface that is not basic; absent where none or any is selected, and
    /// where the interface itself is all that is meant.
    pub list: Option<ChannelList>,
}

impl ChannelIdentification {
    /// One B-channel of the interface that the D-channel is on.
    pub fn primary(channel: u8, exclusive: bool) -> Self {
        let channels = Channels::Numbers(vec![channel & !LAST]);
        let list = ChannelList { coding: CodingStandard::ITU_T, kind: ChannelType::B, channels };
        Self { selection: ChannelSelection::INDICATED, exclusive, list: Some(list), ..Self::any() }
    }

    /// Any channel of the interface that the D-channel is on.
    pub const fn any() -> Self {
        Self {
            interface: None,
            primary_rate: true,
            exclusive: false,
            d_channel: false,
            selection: ChannelSelection::ANY,
            list: None,
        }
    }

    /// No channel but the D-channel itself: a connection for signalling alone, as libpri writes it.
    pub fn none() -> Self {
        Self { exclusive: true, d_channel: true, selection: ChannelSelection::NONE, ..Self::any() }
    }

    /// The same on another interface of the D-channel's group, 7 bits.
    #[must_use]
    pub fn on_interface(self, interface: u8) -> Self {
        Self { interface: Some(vec![interface & !LAST]), ..self }
    }

    /// The one channel that is meant; `None` if there is none or more than one. A map's slots count.
    pub fn channel(&self) -> Option<u8> {
        match self.list.as_ref()?.channels {
            Channels::Numbers(ref numbers) => match **numbers {
                [number] => Some(number),
                _ => None,
            },
            Channels::Map(ref map) => {
                let mut slots = slots(map);
                slots.next().filter(|_| slots.next().is_none())
            }
        }
    }
}

impl Channels {
    /// The channels in ascending order of a map, or as listed.
    pub fn iter(&self) -> Box<dyn Iterator<Item = u8> + '_> {
        match self {
            Self::Numbers(numbers) => Box::new(numbers.iter().copied()),
            Self::Map(map) => Box::new(slots(map)),
        }
    }
}

/// The slots set in a map whose last octet's lowest bit is slot 0 on E1 (four octets), else slot 1.
fn slots(map: &[u8]) -> impl Iterator<Item = u8> {
    let first = u8::from(map.len() != E1_MAP_OCTETS);
    let octets = map.iter().rev().take(SLOT_OCTETS_MAX).zip((first..).step_by(8));
    octets.flat_map(|(octet, lowest)| (0..8).filter(move |bit| octet >> bit & 1 == 1).map(move |bit| lowest + bit))
}

/// Octets of a map of B-channels on E1.
const E1_MAP_OCTETS: usize = 4;
/// Slots are numbered by an octet; no interface has more.
const SLOT_OCTETS_MAX: usize = 30;

const INTERFACE_PRESENT: u8 = 0x40;
const NOT_BASIC: u8 = 0x20;
const EXCLUSIVE: u8 = 0x08;
const D_CHANNEL: u8 = 0x04;
const MAP: u8 = 0x10;

impl Element for ChannelIdentification {
    const CODE: ElementCode = ElementCode::CHANNEL_IDENTIFICATION;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let third = octet(octets, 0)?;
        let interface = if third & INTERFACE_PRESENT != 0 { Some(sevens(group(octets, 1)?)) } else { None };
        let at = 1 + interface.as_ref().map_or(0, Vec::len);
        let (primary_rate, selection) = (third & NOT_BASIC != 0, ChannelSelection(third & 3));
        let list = match octets.get(at..).unwrap_or(&[]) {
            // An interface by itself is what RESTART of a single interface names.
            [] if primary_rate && selection == ChannelSelection::INDICATED && interface.is_none() => {
                return Err(DecodeError::at(at, Fault::Truncated));
            }
            [kind, channels @ ..] if primary_rate => Some(ChannelList::read(*kind, channels, at)?),
            _ => None,
        };
        let (exclusive, d_channel) = (third & EXCLUSIVE != 0, third & D_CHANNEL != 0);
        Ok(Self { interface, primary_rate, exclusive, d_channel, selection, list })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        let interface = self.interface.as_deref().and_then(<[u8]>::split_first);
        out.push(
            LAST | bit(interface.is_some(), INTERFACE_PRESENT)
                | bit(self.primary_rate, NOT_BASIC)
                | bit(self.exclusive, EXCLUSIVE)
                | bit(self.d_channel, D_CHANNEL)
                | self.selection.0 & 3,
        );
        if let Some((first, more)) = interface {
            push_group(*first, more, out);
        }
        if let Some(list) = self.list.as_ref().filter(|_| self.primary_rate) {
            list.write(out);
        }
    }
}

impl ChannelList {
    /// Octet 3.2 and those after it; `at` is its place. Whether each number says to be the last is
    /// not looked at: senders differ, and the element's end says it too.
    fn read(octet: u8, channels: &[u8], at: usize) -> Result<Self, DecodeError> {
        if channels.is_empty() {
            return Err(DecodeError::at(at + 1, Fault::Truncated));
        }
        let channels = match octet & MAP {
            0 => Channels::Numbers(sevens(channels)),
            _ => Channels::Map(channels.to_vec()),
        };
        Ok(Self { coding: CodingStandard(octet >> 5 & 3), kind: ChannelType(octet & 15), channels })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let first = LAST | (self.coding.0 & 3) << 5 | self.kind.0 & 15;
        match &self.channels {
            Channels::Numbers(numbers) => {
                out.push(first);
                if let Some((number, more)) = numbers.split_first() {
                    push_group(*number, more, out);
                }
            }
            Channels::Map(map) => {
                out.push(first | MAP);
                out.extend_from_slice(map);
            }
        }
    }
}

impl fmt::Display for ChannelIdentification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.list {
            Some(list) => {
                write!(f, "{}", list.kind)?;
                list.channels.iter().try_for_each(|channel| write!(f, " {channel}"))?;
            }
            None if self.d_channel => f.write_str("D-channel")?,
            None if self.primary_rate => write!(f, "{}", self.selection)?,
            None => match self.selection.0 {
                number @ (1 | 2) => write!(f, "B{number}")?,
                _ => write!(f, "{}", self.selection)?,
            },
        }
        f.write_str(if self.exclusive { ", exclusive" } else { ", preferred" })?;
        match self.interface.as_deref() {
            Some([interface]) => write!(f, ", interface {interface}"),
            Some(interface) => write!(f, ", interface {interface:02x?}"),
            None => Ok(()),
        }
    }
}
