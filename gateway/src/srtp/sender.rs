//! The cryptographic context of what we send: RFC 3711 section 3.3.

use super::derivation::{Labels, transform};
use super::index::estimate;
use super::suite::RTCP_LIFETIME;
use super::transform::{Behind, Frame, Tail, Transform};
use super::{ENCRYPTED, MasterKey, RTCP_HEADER_OCTETS, WORD_OCTETS, rtp_header_octets, word};

/// Octets that a packet grows by at most.
pub const OVERHEAD_OCTETS_MAX: usize = 16 + WORD_OCTETS;

/// The context of what we send, of one source.
pub struct Sender {
    key: MasterKey,
    rtp: Transform,
    rtcp: Transform,
    /// The index of the last packet.
    last: Option<u64>,
    rtp_left: u64,
    rtcp_sent: u64,
}

impl Sender {
    /// Begins a stream; its rollover counter is zero (RFC 4568 section 6.4).
    pub fn new(key: MasterKey) -> Sender {
        Sender {
            rtp: transform(&key, Labels::RTP),
            rtcp: transform(&key, Labels::RTCP),
            last: None,
            rtp_left: key.suite().rtp_lifetime(),
            rtcp_sent: 0,
            key,
        }
    }

    /// The master key.
    pub fn key(&self) -> &MasterKey {
        &self.key
    }

    /// Protects the RTP packet in the first `length` octets of `buffer`; its new length. `None`: it is no RTP packet that may follow
    /// the last one, the buffer is too short, or the key is used up.
    pub fn protect_rtp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        let packet = buffer.get(..length)?;
        let header_octets = rtp_header_octets(packet)?;
        let (sequence, ssrc) = (word(packet, 0)? as u16, word(packet, 8)?);
        let index = match self.last {
            Some(last) => estimate(last, sequence).filter(|index| *index > last)?,
            None => u64::from(sequence),
        };
        self.rtp_left = self.rtp_left.checked_sub(1)?;
        let behind = Behind::RolloverCounter((index >> 16) as u32);
        let octets = protect(&self.rtp, buffer, (header_octets, length), (ssrc, index), behind)?;
        self.last = Some(index);
        Some(octets)
    }

    /// Protects the compound RTCP packet in the first `length` octets of `buffer`; its new length. `None` as for RTP.
    pub fn protect_rtcp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        let ssrc = word(buffer.get(..length)?, 4)?;
        // The index counts the packets before this one.
        let index = self.rtcp_sent;
        if index >= RTCP_LIFETIME {
            return None;
        }
        let behind = Behind::Word(ENCRYPTED | index as u32);
        let octets = protect(&self.rtcp, buffer, (RTCP_HEADER_OCTETS, length), (ssrc, index), behind)?;
        self.rtcp_sent += 1;
        Some(octets)
    }
}

fn protect(
    transform: &Transform,
    buffer: &mut [u8],
    (header_octets, length): (usize, usize),
    (ssrc, index): (u32, u64),
    behind: Behind,
) -> Option<usize> {
    let word_octets = if let Behind::Word(_) = behind { WORD_OCTETS } else { 0 };
    let octets = length + word_octets + transform.tag_octets;
    let packet = buffer.get_mut(..octets)?;
    let Tail { text, word, tag, .. } = transform.tail(octets, word_octets, 0)?;
    let (header, rest) = packet.split_at_mut(header_octets);
    let whole = transform.seal(Frame { header, ssrc, index, behind }, &mut rest[..text - header_octets]);
    if let Behind::Word(number) = behind {
        packet[word].copy_from_slice(&number.to_be_bytes());
    }
    packet[tag].copy_from_slice(&whole[..transform.tag_octets]);
    Some(octets)
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sender").field("key", &self.key).field("last", &self.last).finish_non_exhaustive()
    }
}
