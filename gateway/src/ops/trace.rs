//! What is traced: SIP, RTP, RTCP and SS7 as they passed, with the time since the start.
//!
//! Whoever sees octets pass makes an [`Entry`]; the media path, which may not allocate, fills a [`Slot`] and puts
//! it into a ring. Left out: what becomes of entries, see [`capture`](super::capture).

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

/// When a trace began: its times count from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin(pub SystemTime);

/// Octets that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, since the [`Origin`].
    pub at: Duration,
    /// What.
    pub packet: Packet,
}

/// What passed where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// A UDP datagram: SIP, RTP or RTCP.
    Datagram {
        /// Who sent it.
        source: SocketAddr,
        /// Who receives it.
        destination: SocketAddr,
        /// Its payload.
        octets: Vec<u8>,
    },
    /// A signal unit or LAPD frame without flags and check octets: from BSN to the end of SIF, or from the address on.
    Unit {
        /// The signalling timeslot by its place among those of the capture.
        link: usize,
        /// Which way.
        direction: Direction,
        /// The signal unit.
        octets: Vec<u8>,
    },
}

/// What a signalling timeslot carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signalling {
    /// Signal units of a signalling link.
    Mtp2,
    /// Frames of a D-channel.
    Lapd,
}

/// Which way octets went, as this gateway sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Towards us.
    Received,
    /// From us.
    Sent,
}

/// A datagram in fixed memory, for the ring between the media path and the capture.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    at: Duration,
    source: SocketAddr,
    destination: SocketAddr,
    length: u16,
    octets: [u8; SLOT_OCTETS],
}

/// The longest datagram of ours: 60 ms of G.711 with all header extensions that we know, and every RTCP packet.
pub const SLOT_OCTETS: usize = 640;

impl Slot {
    /// `None` for a datagram longer than [`SLOT_OCTETS`]: it is not traced.
    pub fn new(at: Duration, source: SocketAddr, destination: SocketAddr, datagram: &[u8]) -> Option<Self> {
        let mut octets = [0; SLOT_OCTETS];
        octets.get_mut(..datagram.len())?.copy_from_slice(datagram);
        let length = u16::try_from(datagram.len()).ok()?;
        Some(Self { at, source, destination, length, octets })
    }
}

impl From<Slot> for Entry {
    fn from(slot: Slot) -> Self {
        let octets = slot.octets[..usize::from(slot.length)].to_vec();
        let packet = Packet::Datagram { source: slot.source, destination: slot.destination, octets };
        Entry { at: slot.at, packet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_holds_a_datagram_up_to_its_bound() {
        let at = Duration::from_millis(20);
        let (source, destination) = (([127, 0, 0, 1], 4000).into(), ([127, 0, 0, 1], 4002).into());
        let full = vec![0x55; SLOT_OCTETS];
        let slot = Slot::new(at, source, destination, &full).expect("it fits");
        let packet = Packet::Datagram { source, destination, octets: full };
        assert_eq!(Entry::from(slot), Entry { at, packet });
        assert!(Slot::new(at, source, destination, &[0; SLOT_OCTETS + 1]).is_none());
    }
}
