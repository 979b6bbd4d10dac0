//! From the timeslot to the network: blocks become packets.
//!
//! Promised: timestamps follow the frame numbers of the span, whatever is missing; a gap ends the packet that was being
//! filled, so that no octet stands at a wrong time and none that came is lost; the marker stands on the first packet
//! after a pause (RFC 3551 section 4.1).

use crate::dtmf::Due;
use crate::rtp::{MAX_PACKET_OCTETS, MAX_PAYLOAD_OCTETS, PacketHeader, packetise};
use crate::{BLOCK_OCTETS, Law};

/// The sending side of one session.
#[derive(Debug)]
pub struct Transmitter {
    pub header: PacketHeader,
    /// From the law of the timeslot to that of the payload.
    pub table: Option<&'static [u8; 256]>,
    /// Octets in a full packet.
    pub packet_octets: usize,
    /// Timestamp of the next octet of the timeslot.
    timestamp: u32,
    next_frame: Option<u64>,
    payload: [u8; MAX_PAYLOAD_OCTETS],
    filled: usize,
    packet: [u8; MAX_PACKET_OCTETS],
}

/// What came of one block.
pub struct Taken<'a> {
    /// A packet to be sent, if one is complete.
    pub packet: Option<Packet<'a>>,
    /// Octets that are missing before or in this block.
    pub gap: u64,
    /// Frames since the block before: what the playout has to move by, beyond this block.
    pub jump: u64,
}

/// A packet to be sent.
#[derive(Clone, Copy)]
pub struct Packet<'a> {
    pub datagram: &'a [u8],
    pub payload_octets: usize,
}

impl Transmitter {
    pub fn new(header: PacketHeader, tdm_law: Law, rtp_law: Law, packet_octets: usize) -> Self {
        Self {
            header,
            table: tdm_law.to(rtp_law),
            packet_octets,
            timestamp: header.timestamp,
            next_frame: None,
            payload: [0; MAX_PAYLOAD_OCTETS],
            filled: 0,
            packet: [0; MAX_PACKET_OCTETS],
        }
    }

    /// Timestamp of the next octet of the timeslot.
    pub fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// Takes a block: its octets, unless they are missing or nothing is sent now.
    pub fn take(&mut self, frame: u64, octets: Option<&[u8; BLOCK_OCTETS]>, sending: bool) -> Taken<'_> {
        let jump = frame.saturating_sub(self.next_frame.unwrap_or(frame));
        self.next_frame = Some(frame + BLOCK_OCTETS as u64);
        let missing = if octets.is_none() { BLOCK_OCTETS as u64 } else { 0 };
        // Whatever is in the packet cannot be joined by octets after a gap.
        let cut = (jump + missing > 0 || !sending).then(|| self.complete(sending)).flatten();
        self.timestamp = self.timestamp.wrapping_add(jump as u32);
        if let (Some(octets), true) = (octets, sending) {
            self.append(octets);
        }
        self.timestamp = self.timestamp.wrapping_add(BLOCK_OCTETS as u32);
        // A packet holds two blocks at least: one that was cut leaves no other complete.
        let length = cut.or_else(|| (self.filled >= self.packet_octets).then(|| self.complete(sending)).flatten());
        Taken { packet: self.packet_of(length), gap: jump + missing, jump }
    }

    /// The packet that was being filled, before something changes.
    pub fn flush(&mut self) -> Option<Packet<'_>> {
        let length = self.complete(true);
        self.packet_of(length)
    }

    /// An event packet, in the sequence of the audio.
    pub fn event(&mut self, payload_type: u8, due: Due) -> Option<Packet<'_>> {
        let Due { marker, timestamp, event } = due;
        let payload = event.write();
        let length =
            packetise(PacketHeader { marker, payload_type, timestamp, ..self.header }, &payload, &mut self.packet)?;
        self.header.sequence = self.header.sequence.wrapping_add(1);
        self.packet_of(Some((length, payload.len())))
    }

    fn append(&mut self, octets: &[u8; BLOCK_OCTETS]) {
        if self.filled == 0 {
            self.header.timestamp = self.timestamp;
        }
        let place = &mut self.payload[self.filled..self.filled + BLOCK_OCTETS];
        place.copy_from_slice(octets);
        if let Some(table) = self.table {
            place.iter_mut().for_each(|octet| *octet = table[usize::from(*octet)]);
        }
        self.filled += BLOCK_OCTETS;
    }

    /// Ends the packet; its length in octets of datagram and payload. A pause sets the marker for the next.
    fn complete(&mut self, sending: bool) -> Option<(usize, usize)> {
        let filled = std::mem::take(&mut self.filled);
        if !sending {
            self.header.marker = true;
        }
        if filled == 0 {
            return None;
        }
        let length = packetise(self.header, &self.payload[..filled], &mut self.packet)?;
        self.header.sequence = self.header.sequence.wrapping_add(1);
        self.header.marker = !sending;
        Some((length, filled))
    }

    fn packet_of(&self, length: Option<(usize, usize)>) -> Option<Packet<'_>> {
        let (datagram, payload_octets) = length?;
        Some(Packet { datagram: &self.packet[..datagram], payload_octets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::depacketise;

    fn transmitter(packet_octets: usize) -> Transmitter {
        let header =
            PacketHeader { marker: true, payload_type: 8, sequence: 65_535, timestamp: u32::MAX - 159, ssrc: 1 };
        Transmitter::new(header, Law::A, Law::A, packet_octets)
    }

    /// Marker, sequence, timestamp and payload length of the packet that came of a block, if any.
    fn take(
        transmitter: &mut Transmitter,
        block: u64,
        octets: Option<[u8; 40]>,
        sending: bool,
    ) -> Option<(bool, u16, u32, usize)> {
        let packet = transmitter.take(block * 40, octets.as_ref(), sending).packet?;
        let audio = depacketise(packet.datagram).expect("RTP");
        assert_eq!(audio.payload.len(), packet.payload_octets);
        Some((audio.header.marker, audio.header.sequence, audio.header.timestamp, audio.payload.len()))
    }

    #[test]
    fn sequence_and_timestamp_wrap_and_only_the_first_packet_is_marked() {
        let mut t = transmitter(160);
        let packets: Vec<_> = (0..12).filter_map(|block| take(&mut t, block, Some([0xd5; 40]), true)).collect();
        assert_eq!(packets, [(true, 65_535, u32::MAX - 159, 160), (false, 0, 0, 160), (false, 1, 160, 160)]);
    }

    #[test]
    fn every_packet_time_is_a_whole_number_of_blocks() {
        for packet_ms in [10, 20, 30, 40, 60] {
            let octets = crate::config::packet_octets(packet_ms).expect("a packet time");
            let mut t = transmitter(octets);
            let packets = (0..240).filter(|block| take(&mut t, *block, Some([0; 40]), true).is_some()).count();
            assert_eq!((octets % 40, packets), (0, 240 * 40 / octets));
        }
    }

    #[test]
    fn a_gap_ends_the_packet_and_advances_the_timestamp() {
        let mut t = transmitter(160);
        assert_eq!(take(&mut t, 0, Some([1; 40]), true), None);
        assert_eq!(take(&mut t, 3, Some([2; 40]), true), Some((true, 65_535, u32::MAX - 159, 40)));
        assert_eq!(
            take(&mut t, 4, None, true),
            Some((false, 0, 120 - 160, 40)).map(|p| (p.0, p.1, u32::MAX - 39, p.3))
        );
        assert_eq!(t.take(200, Some(&[0; 40]), true).gap, 0);
        assert_eq!(t.take(320, Some(&[0; 40]), true).gap, 80);
    }

    #[test]
    fn a_pause_is_followed_by_a_marker_and_the_timestamp_goes_on() {
        let mut t = transmitter(80);
        take(&mut t, 0, Some([0; 40]), true);
        assert!(take(&mut t, 1, Some([0; 40]), true).expect("a packet").0);
        assert_eq!(take(&mut t, 2, Some([0; 40]), false), None);
        take(&mut t, 3, Some([0; 40]), true);
        assert_eq!(take(&mut t, 4, Some([0; 40]), true), Some((true, 0, u32::MAX - 39, 80)));
    }
}
