//! A capture read back: what the demo shows is what it leaves behind, and nothing else.
//!
//! It understands the three kinds of link that the gateway writes, MTP2 units and LAPD frames without frame check sequence
//! (LINKTYPE_MTP2, LINKTYPE_LAPD) and whole IP packets (LINKTYPE_RAW), and of their contents what a ladder needs: SIP text,
//! RTP, ISUP and Q.931 messages. Anything else is passed over.

use isup::codec::{CalledPartyNumber, CauseIndicators, Message, MessageType, decode_with_cic};
use isup::lapd::frame::{Control, Frame as LapdFrame};
use isup::lapd::{LinkConfig, Side};
use isup::q931::codec as q931;
use pcap_file::pcapng::blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption};
use pcap_file::pcapng::{Block, PcapNgReader};
use pcap_file::{DataLink, PcapError};
use std::fs::File;
use std::io::BufReader;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// One thing captured.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frame {
    /// Since the beginning of 1970.
    pub at: Duration,
    /// What it was.
    pub what: What,
}

/// What a frame held.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum What {
    /// A datagram to or from a SIP listener.
    Sip {
        /// Its source.
        from: SocketAddr,
        /// Its destination.
        to: SocketAddr,
        /// Its text.
        text: String,
    },
    /// A datagram that is no SIP: RTP or RTCP.
    Media {
        /// Its source.
        from: SocketAddr,
        /// Its destination.
        to: SocketAddr,
    },
    /// An ISUP message.
    Isup {
        /// Whether the gateway sent it.
        sent: bool,
        /// Its circuit identification code.
        cic: u16,
        /// The message, and its routing label's and code's octets already taken off.
        message: Message,
    },
    /// A message of Q.931.
    Isdn {
        /// Whether the gateway sent it.
        sent: bool,
        /// The message.
        message: q931::Message,
    },
}

/// Reads a whole capture in the order in which it stands.
pub fn read(path: &Path) -> Result<Vec<Frame>, PcapError> {
    let mut reader = PcapNgReader::new(BufReader::new(File::open(path).map_err(PcapError::IoError)?))?;
    let mut links = Vec::new();
    let mut frames = Vec::new();
    while let Some(block) = reader.next_block() {
        match block? {
            Block::InterfaceDescription(interface) => links.push((interface.linktype, is_outbound(&interface))),
            Block::EnhancedPacket(packet) => {
                let link = links.get(packet.interface_id as usize);
                let what = link.and_then(|(link, sent)| understand(*link, *sent, &packet.data));
                frames.extend(what.map(|what| Frame { at: packet.timestamp, what }));
            }
            _ => {}
        }
    }
    Ok(frames)
}

/// What a ladder calls an ISUP message: its acronym, and the digits or the cause that make it this one.
pub fn name(message: &Message) -> String {
    let kind = message.kind;
    let called = || message.find::<CalledPartyNumber>().map(|number| number.digits.without_st().to_string());
    let cause = || message.find::<CauseIndicators>().map(|indicators| indicators.cause.0.to_string());
    let detail = match kind {
        MessageType::IAM => called(),
        MessageType::REL => cause(),
        _ => None,
    };
    detail.map_or(kind.to_string(), |detail| format!("{kind} {detail}"))
}

/// What a ladder calls a message of Q.931, likewise.
pub fn isdn_name(message: &q931::Message) -> String {
    let detail = match message.kind {
        q931::MessageType::SETUP => message.find::<q931::CalledPartyNumber>().map(|number| number.digits),
        _ => message.find::<q931::CauseIndicators>().map(|indicators| indicators.cause.0.to_string()),
    };
    detail.map_or(message.kind.to_string(), |detail| format!("{} {detail}", message.kind))
}

fn understand(link: DataLink, sent: bool, octets: &[u8]) -> Option<What> {
    match link {
        DataLink::MTP2 => isup(octets, sent),
        DataLink::LAPD => isdn(octets, sent),
        DataLink::RAW => ip(octets),
        _ => None,
    }
}

/// A signalling link has an interface for each direction, named for it.
fn is_outbound(interface: &InterfaceDescriptionBlock<'_>) -> bool {
    let name = interface.options.iter().find_map(|option| match option {
        InterfaceDescriptionOption::IfName(name) => Some(name),
        _ => None,
    });
    name.is_some_and(|name| name.ends_with(" sent"))
}

/// A signal unit: sequence numbers, length, service information octet, routing label, ISUP (Q.703, Q.704, Q.763).
fn isup(unit: &[u8], sent: bool) -> Option<What> {
    let service = *unit.get(3)?;
    let message = unit.get(8..)?;
    if service & 0x0f != ISUP {
        return None;
    }
    let (cic, message) = decode_with_cic(message).ok()?;
    Some(What::Isup { sent, cic: cic.0, message })
}

/// The message in an information frame (Q.921).
fn isdn(frame: &[u8], sent: bool) -> Option<What> {
    // Either side's links take information of the same length.
    let frame = LapdFrame::decode(frame, LinkConfig::primary_rate(Side::User).n201).ok()?;
    let Control::Information { .. } = frame.control else { return None };
    Some(What::Isdn { sent, message: q931::Message::decode(frame.information).ok()? })
}

fn ip(packet: &[u8]) -> Option<What> {
    let (from, to, datagram) = match packet.first()? >> 4 {
        4 => {
            let header = usize::from(packet[0] & 0x0f) * 4;
            let address = |at: usize| Some(IpAddr::V4(Ipv4Addr::from(*packet.get(at..)?.first_chunk::<4>()?)));
            (address(12)?, address(16)?, packet.get(header..)?)
        }
        6 => {
            let address = |at: usize| Some(IpAddr::V6(Ipv6Addr::from(*packet.get(at..)?.first_chunk::<16>()?)));
            (address(8)?, address(24)?, packet.get(40..)?)
        }
        _ => return None,
    };
    let port = |at: usize| Some(u16::from_be_bytes(*datagram.get(at..)?.first_chunk()?));
    let (from, to) = (SocketAddr::new(from, port(0)?), SocketAddr::new(to, port(2)?));
    let payload = datagram.get(8..)?;
    // The two highest bits of RTP and RTCP are the version, 2; no SIP message begins with such an octet.
    Some(match payload.first()? >> 6 {
        2 => What::Media { from, to },
        _ => What::Sip { from, to, text: String::from_utf8_lossy(payload).into_owned() },
    })
}

/// Service indicator of the ISDN user part (Q.704 clause 14.2.1).
const ISUP: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_recognised_in_its_signal_unit_and_named_with_its_cause() {
        let unit = [0x80, 0x81, 14, 0x85, 0x01, 0x40, 0x00, 0x00, 0x05, 0x00, 0x0c, 0x02, 0x00, 0x02, 0x8a, 0x91];
        let Some(What::Isup { sent: true, cic: 5, message }) = isup(&unit, true) else { panic!("an ISUP message") };
        assert_eq!(name(&message), "REL 17");
    }

    #[test]
    fn fill_in_units_link_tests_and_torn_units_are_passed_over() {
        assert_eq!(isup(&[0x80, 0x81, 0], false), None);
        let sltm = [0x80, 0x81, 9, 0x81, 0x01, 0x40, 0x00, 0x00, 0x11, 0x20, 0xaa];
        assert_eq!(isup(&sltm, false), None);
        assert_eq!(isup(&[0x80, 0x81, 14, 0x85, 0x01, 0x40, 0x00, 0x00, 0x05], false), None);
    }

    #[test]
    fn a_message_of_q931_is_recognised_in_its_frame_and_other_frames_are_passed_over() {
        let disconnect = [0x08, 0x02, 0x80, 0x01, 0x45, 0x08, 0x02, 0x80, 0x90];
        let frame = [&[0x00, 0x01, 0x02, 0x04], &disconnect[..]].concat();
        let Some(What::Isdn { sent: false, message }) = isdn(&frame, false) else { panic!("an information frame") };
        assert_eq!(isdn_name(&message), "DISCONNECT 16");
        assert_eq!(isdn(&[0x00, 0x01, 0x01, 0x04], false), None);
        assert_eq!(isdn(&frame[..6], false), None);
    }

    #[test]
    fn sip_and_rtp_are_told_apart_by_their_first_octet() {
        let mut packet = vec![0x45, 0, 0, 36, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 2];
        packet.extend([0x13, 0xc4, 0x13, 0xc5, 0, 16, 0, 0]);
        let address = |text: &str| -> SocketAddr { text.parse().unwrap() };
        let (from, to) = (address("127.0.0.1:5060"), address("127.0.0.2:5061"));
        let with = |payload: &[u8]| ip(&[&packet, payload].concat());
        assert_eq!(with(b"BYE sip:"), Some(What::Sip { from, to, text: "BYE sip:".into() }));
        assert_eq!(with(&[0x80, 8, 0, 0]), Some(What::Media { from, to }));
        assert_eq!(ip(&packet[..19]), None);
    }
}
