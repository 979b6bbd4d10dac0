//! RTCP packets, RFC 3550 section 6, written into and read from fixed buffers.
//!
//! Written by hand because the builders of `rtcp-types` allocate; read with its parsers that do not. Left out:
//! application packets, feedback and extended reports, which are passed over when received.

use rtcp_types::prelude::*;

/// Packet type of a sender report (SR).
pub const SENDER_REPORT: u8 = 200;
/// Packet type of a receiver report (RR).
pub const RECEIVER_REPORT: u8 = 201;
/// Packet type of a source description (SDES).
pub const SOURCE_DESCRIPTION: u8 = 202;
/// Packet type of BYE.
pub const BYE: u8 = 203;

/// Longest compound packet we send: SR with one block, CNAME of 255 octets, BYE.
pub const MAX_REPORT_OCTETS: usize = 52 + 268 + 8;

/// Packets looked at in one compound packet; a datagram cannot hold more that say something.
const MAX_PACKETS: usize = 64;

/// CNAME, section 6.5.1.
const CNAME: u8 = 1;

/// A report block, section 6.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source that is reported on.
    pub ssrc: u32,
    /// Fraction lost since the last report, in 256ths.
    pub fraction_lost: u8,
    /// Packets lost in all, a signed number of 24 bits.
    pub cumulative_lost: i32,
    /// Highest sequence number, extended by cycles.
    pub highest_sequence: u32,
    /// Interarrival jitter, in timestamp units.
    pub jitter: u32,
    /// Middle 32 bits of the NTP timestamp of the last sender report; 0: none came.
    pub last_report: u32,
    /// Delay since then, in 65536ths of a second.
    pub delay_since_last_report: u32,
}

/// Sender information, section 6.4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderInformation {
    pub ntp: u64,
    pub timestamp: u32,
    pub packets: u32,
    pub octets: u32,
}

/// Writes one compound packet.
pub struct ReportWriter {
    octets: [u8; MAX_REPORT_OCTETS],
    length: usize,
}

impl ReportWriter {
    /// Begins with SR, or with RR for one who sends no audio.
    pub fn new(ssrc: u32, sender: Option<SenderInformation>, block: Option<ReportBlock>) -> Self {
        let mut writer = Self { octets: [0; MAX_REPORT_OCTETS], length: 0 };
        let kind = if sender.is_some() { SENDER_REPORT } else { RECEIVER_REPORT };
        let start = writer.begin(kind, u8::from(block.is_some()));
        writer.put(&ssrc.to_be_bytes());
        if let Some(sender) = sender {
            writer.put(&sender.ntp.to_be_bytes());
            writer.put(&sender.timestamp.to_be_bytes());
            writer.put(&sender.packets.to_be_bytes());
            writer.put(&sender.octets.to_be_bytes());
        }
        if let Some(block) = block {
            let [_, lost @ ..] = block.cumulative_lost.to_be_bytes();
            writer.put(&block.ssrc.to_be_bytes());
            writer.put(&[block.fraction_lost]);
            writer.put(&lost);
            writer.put(&block.highest_sequence.to_be_bytes());
            writer.put(&block.jitter.to_be_bytes());
            writer.put(&block.last_report.to_be_bytes());
            writer.put(&block.delay_since_last_report.to_be_bytes());
        }
        writer.end(start);
        writer
    }

    /// Adds the CNAME, at most 255 octets of it.
    pub fn description(&mut self, ssrc: u32, cname: &[u8]) {
        let cname = &cname[..cname.len().min(255)];
        let start = self.begin(SOURCE_DESCRIPTION, 1);
        self.put(&ssrc.to_be_bytes());
        self.put(&[CNAME, cname.len() as u8]);
        self.put(cname);
        // A null octet ends the items, and more fill the word.
        let fill = 4 - (self.length - start) % 4;
        self.put(&[0; 4][..fill]);
        self.end(start);
    }

    /// Adds BYE.
    pub fn bye(&mut self, ssrc: u32) {
        let start = self.begin(BYE, 1);
        self.put(&ssrc.to_be_bytes());
        self.end(start);
    }

    /// The compound packet so far.
    pub fn octets(&self) -> &[u8] {
        &self.octets[..self.length]
    }

    fn begin(&mut self, kind: u8, count: u8) -> usize {
        let start = self.length;
        self.put(&[0x80 | count, kind, 0, 0]);
        start
    }

    fn end(&mut self, start: usize) {
        let words = ((self.length - start) / 4 - 1) as u16;
        self.octets[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
    }

    /// [`MAX_REPORT_OCTETS`] is the sum of the longest parts, each of which is written once.
    fn put(&mut self, octets: &[u8]) {
        self.octets[self.length..self.length + octets.len()].copy_from_slice(octets);
        self.length += octets.len();
    }
}

/// What a compound packet says that matters to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Sender and NTP time of a sender report.
    pub sender: Option<(u32, u64)>,
    /// The report block about us.
    pub about_us: Option<ReportBlock>,
    /// A source that said BYE.
    pub bye: Option<u32>,
}

/// Reads a compound packet; `None` if any part of it is not RTCP of version 2 (section 6.1 and appendix A.2).
pub fn read(mut datagram: &[u8], our_ssrc: u32) -> Option<Heard> {
    let mut heard = Heard::default();
    if !matches!(datagram.get(1), Some(&(SENDER_REPORT | RECEIVER_REPORT))) {
        return None;
    }
    for _ in 0..MAX_PACKETS {
        let [first, kind, high, low, ..] = *datagram else { return None };
        let length = (usize::from(u16::from_be_bytes([high, low])) + 1) * 4;
        if first >> 6 != 2 || length > datagram.len() {
            return None;
        }
        let (packet, rest) = datagram.split_at(length);
        read_packet(kind, packet, our_ssrc, &mut heard)?;
        if rest.is_empty() {
            return Some(heard);
        }
        datagram = rest;
    }
    None
}

fn read_packet(kind: u8, packet: &[u8], our_ssrc: u32, heard: &mut Heard) -> Option<()> {
    match kind {
        SENDER_REPORT => {
            let report = rtcp_types::SenderReport::parse(packet).ok()?;
            heard.sender = Some((report.ssrc(), report.ntp_timestamp()));
            heard.about_us = report.report_blocks().find(|b| b.ssrc() == our_ssrc).map(block).or(heard.about_us);
        }
        RECEIVER_REPORT => {
            let report = rtcp_types::ReceiverReport::parse(packet).ok()?;
            heard.about_us = report.report_blocks().find(|b| b.ssrc() == our_ssrc).map(block).or(heard.about_us);
        }
        BYE => heard.bye = rtcp_types::Bye::parse(packet).ok()?.ssrcs().next().or(heard.bye),
        _ => {}
    }
    Some(())
}

fn block(block: rtcp_types::ReportBlock<'_>) -> ReportBlock {
    ReportBlock {
        ssrc: block.ssrc(),
        fraction_lost: block.fraction_lost(),
        // Sign-extends the 24 bits.
        cumulative_lost: ((block.cumulative_lost() << 8) as i32) >> 8,
        highest_sequence: block.extended_sequence_number(),
        jitter: block.interarrival_jitter(),
        last_report: block.last_sender_report_timestamp(),
        delay_since_last_report: block.delay_since_last_sender_report_timestamp(),
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
