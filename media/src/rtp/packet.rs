//! RTP packets, RFC 3550 section 5.1.
//!
//! Promised: any octets are taken without panic and without allocation; what is not RTP says so.

use rtp_types::{RtpPacket, RtpPacketBuilder};

/// The header fields that vary in what we send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketHeader {
    /// First packet of a talk spurt (RFC 3551 section 4.1).
    pub marker: bool,
    /// Payload type, below 128.
    pub payload_type: u8,
    /// Sequence number.
    pub sequence: u16,
    /// Timestamp of the first octet.
    pub timestamp: u32,
    /// Synchronisation source.
    pub ssrc: u32,
}

/// A packet received: its header, and the payload without padding and extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audio<'a> {
    /// The header.
    pub header: PacketHeader,
    /// The payload, possibly empty.
    pub payload: &'a [u8],
}

/// A datagram that is not an RTP packet of version 2, or shorter than its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Writes a packet; `None` if `out` is too short or the payload type too great.
pub fn packetise(header: PacketHeader, payload: &[u8], out: &mut [u8]) -> Option<usize> {
    RtpPacketBuilder::<&[u8], &[u8]>::new()
        .marker_bit(header.marker)
        .payload_type(header.payload_type)
        .sequence_number(header.sequence)
        .timestamp(header.timestamp)
        .ssrc(header.ssrc)
        .payload(payload)
        .write_into(out)
        .ok()
}

/// Reads a packet.
pub fn depacketise(datagram: &[u8]) -> Result<Audio<'_>, Malformed> {
    let packet = RtpPacket::parse(datagram).map_err(|_| Malformed)?;
    let header = PacketHeader {
        marker: packet.marker_bit(),
        payload_type: packet.payload_type(),
        sequence: packet.sequence_number(),
        timestamp: packet.timestamp(),
        ssrc: packet.ssrc(),
    };
    let start = packet.payload_offset();
    let payload = datagram.get(start..start + packet.payload_len()).ok_or(Malformed)?;
    Ok(Audio { header, payload })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3550 section 5.1, written by hand: two contributing sources, an extension of one word, three octets of padding.
    const WITH_EVERYTHING: [u8; 33] = [
        0xb2, 0x88, 0x12, 0x34, 0, 0, 0, 0xa0, 0xde, 0xad, 0xbe, 0xef, // V2 P X CC2, M PT8
        0, 0, 0, 1, 0, 0, 0, 2, // contributing sources
        0xbe, 0xde, 0, 1, 9, 9, 9, 9, // extension
        0xd5, 0x55, // payload
        0, 0, 3, // padding
    ];

    #[test]
    fn contributing_sources_extension_and_padding_are_not_payload() {
        let audio = depacketise(&WITH_EVERYTHING).expect("a well-formed packet");
        let header =
            PacketHeader { marker: true, payload_type: 8, sequence: 0x1234, timestamp: 160, ssrc: 0xdead_beef };
        assert_eq!(audio, Audio { header, payload: &[0xd5, 0x55] });
    }

    #[test]
    fn a_packet_is_the_twelve_octets_of_the_fixed_header_and_the_payload() {
        let header = PacketHeader { marker: true, payload_type: 8, sequence: 1, timestamp: 2, ssrc: 3 };
        let mut out = [0; 32];
        let length = packetise(header, &[0xd5, 0x55], &mut out).expect("there is room");
        assert_eq!(out[..length], [0x80, 0x88, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xd5, 0x55]);
        assert_eq!(depacketise(&out[..length]), Ok(Audio { header, payload: &[0xd5, 0x55] }));
        assert_eq!(packetise(header, &[0; 40], &mut out), None);
        assert_eq!(packetise(PacketHeader { payload_type: 128, ..header }, &[], &mut out), None);
    }

    #[test]
    fn every_truncation_of_a_packet_is_malformed_or_shorter_but_never_a_panic() {
        for length in 0..WITH_EVERYTHING.len() {
            if let Ok(audio) = depacketise(&WITH_EVERYTHING[..length]) {
                assert!(audio.payload.len() <= length);
            }
        }
        assert_eq!(depacketise(&[]), Err(Malformed));
        assert_eq!(depacketise(&[0x40; 40]), Err(Malformed), "version 1");
        assert_eq!(depacketise(&[&WITH_EVERYTHING[..30], &[0, 0, 0]].concat()), Err(Malformed), "no padding length");
    }
}
