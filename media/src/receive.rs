//! From the network to the timeslot: packets become blocks.
//!
//! Promised: the payload is bounded before it is used; what is not from the far end, not negotiated or not wanted is
//! counted and dropped; events of RFC 4733 are counted and never played as audio; octets that are missing are
//! concealed, and each of them is counted.

use std::net::{IpAddr, SocketAddr};

use crate::conceal::Concealment;
use crate::jitter::{Played, PlayoutBuffer};
use crate::rtp::{Audio, MAX_PAYLOAD_OCTETS, PacketHeader, Reception, depacketise};
use crate::{BLOCK_OCTETS, Law, Statistics};

/// The receiving side of one session.
#[derive(Debug)]
pub struct Receiver {
    pub payload_type: u8,
    pub telephone_event: Option<u8>,
    /// From the law of the payload to that of the timeslot.
    pub table: Option<&'static [u8; 256]>,
    /// Another payload that may come, with its own way to the law of the timeslot.
    pub second: Option<(u8, Option<&'static [u8; 256]>)>,
    /// The address that packets are accepted from; from any port, as RFC 4961 is not demanded.
    pub remote: Option<IpAddr>,
    pub source: Option<Reception>,
    pub buffer: PlayoutBuffer,
    receive: bool,
    silence: u8,
    concealment: Concealment,
}

impl Receiver {
    pub fn new(payload_type: u8, telephone_event: Option<u8>, rtp_law: Law, tdm_law: Law, depth: u32) -> Self {
        Self {
            payload_type,
            telephone_event,
            table: rtp_law.to(tdm_law),
            second: None,
            remote: None,
            source: None,
            buffer: PlayoutBuffer::new(depth),
            receive: true,
            silence: tdm_law.silence(),
            concealment: Concealment::new(tdm_law),
        }
    }

    /// Whether audio is wanted; the stream begins anew when it is wanted again.
    pub fn set_receive(&mut self, receive: bool) {
        if !receive {
            self.buffer.restart();
        }
        self.receive = receive;
    }

    pub fn receives(&self) -> bool {
        self.receive
    }

    /// Takes a datagram that came at `clock`; `true` if it is the far end's.
    pub fn take(&mut self, from: SocketAddr, datagram: &[u8], clock: u64, statistics: &mut Statistics) -> bool {
        let Ok(Audio { header, payload }) = depacketise(datagram) else {
            statistics.packets_malformed += 1;
            return false;
        };
        let is_event = Some(header.payload_type) == self.telephone_event;
        let table = self.table_of(header.payload_type);
        if self.remote.is_some_and(|remote| remote != from.ip().to_canonical()) || !(is_event || table.is_some()) {
            statistics.packets_foreign += 1;
        } else if !self.receive {
            statistics.packets_ignored += 1;
        } else if !is_event && !(1..=MAX_PAYLOAD_OCTETS).contains(&payload.len()) {
            statistics.packets_malformed += 1;
        } else {
            statistics.packets_received += 1;
            self.note(header, clock);
            if is_event {
                statistics.packets_event += 1;
            } else {
                statistics.octets_received += payload.len() as u64;
                self.buffer.insert(header.timestamp, payload, table.flatten());
            }
            return true;
        }
        false
    }

    /// How octets of that payload become those of the timeslot, unless they already are; `None`: nobody is to send it.
    fn table_of(&self, payload_type: u8) -> Option<Option<&'static [u8; 256]>> {
        let first = (payload_type == self.payload_type).then_some(self.table);
        first.or_else(|| self.second.filter(|second| second.0 == payload_type).map(|second| second.1))
    }

    /// Another source, or the first, begins a stream of its own.
    fn note(&mut self, header: PacketHeader, clock: u64) {
        let source = match &mut self.source {
            Some(source) if source.ssrc == header.ssrc => source,
            Some(before) => {
                self.buffer.restart();
                *before = before.succeeded_by(header.ssrc, header.sequence);
                before
            }
            None => self.source.insert(Reception::new(header.ssrc, header.sequence)),
        };
        source.note(header.sequence, header.timestamp, clock as u32);
    }

    /// Plays the next block; the octets that were received.
    pub fn play(&mut self, out: &mut [u8; BLOCK_OCTETS], statistics: &mut Statistics) -> u64 {
        out.fill(self.silence);
        if !self.receive {
            return 0;
        }
        let played = self.buffer.play(out);
        let mut at = 0;
        while at < BLOCK_OCTETS {
            let end = end_of_run(played, at);
            let run = &mut out[at..end];
            if played.present & (1 << at) != 0 {
                self.concealment.heard(run);
            } else if played.startup & (1 << at) != 0 {
                statistics.startup_octets += run.len() as u64;
            } else {
                self.concealment.conceal(run);
                statistics.concealed_octets += run.len() as u64;
            }
            at = end;
        }
        u64::from(played.present.count_ones())
    }
}

/// Where octets of another fate than that of octet `at` begin.
fn end_of_run(played: Played, at: usize) -> usize {
    let fate = |index: usize| (played.present >> index & 1, played.startup >> index & 1);
    (at + 1..BLOCK_OCTETS).find(|index| fate(*index) != fate(at)).unwrap_or(BLOCK_OCTETS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::packetise;
    use std::net::Ipv4Addr;

    #[test]
    fn either_of_two_payloads_is_played_by_its_own_law_and_a_third_is_foreign() {
        let mut receiver = Receiver::new(8, None, Law::A, Law::A, 0);
        receiver.second = Some((0, Law::Mu.to(Law::A)));
        let mut statistics = Statistics::default();
        let from = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 4000);
        let mut played = Vec::new();
        for (sequence, payload_type, octet) in [(1, 8, 0x12), (2, 0, 0x34), (3, 96, 0x56)] {
            let timestamp = u32::from(sequence) * BLOCK_OCTETS as u32;
            let header = PacketHeader { marker: false, payload_type, sequence, timestamp, ssrc: 1 };
            let mut packet = [0; 12 + BLOCK_OCTETS];
            let length = packetise(header, &[octet; BLOCK_OCTETS], &mut packet).expect("it fits");
            receiver.take(from, &packet[..length], 0, &mut statistics);
            let mut block = [0; BLOCK_OCTETS];
            receiver.play(&mut block, &mut statistics);
            played.push(block[BLOCK_OCTETS - 1]);
        }
        assert_eq!(played[..2], [0x12, Law::Mu.to(Law::A).expect("two laws")[0x34]]);
        assert_eq!((statistics.packets_received, statistics.packets_foreign), (2, 1));
    }
}
