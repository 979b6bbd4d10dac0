//! The capture: one pcapng file, ordered by time, that stock Wireshark opens.
//!
//! Entries come from several places, each in its own order; they wait [`WINDOW`] to be put into one. What comes later
//! than that is left out and counted, so that the file's order holds. The file is written in whole blocks only: it
//! can be opened at any moment, and after a crash.
//!
//! Interfaces: `ip` (LINKTYPE_RAW) holds datagrams below IP and UDP headers made here, for sockets show none; each
//! signalling link has two (LINKTYPE_MTP2) and each D-channel too (LINKTYPE_LAPD), one a direction, because a signal unit does not
//! tell which way it went.
//! Left out: rotation and limits of size.

mod ip;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use pcap_file::DataLink;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption};

use super::trace::{Direction, Entry, Origin, Packet, Signalling};

/// How long an entry waits for earlier ones.
pub const WINDOW: Duration = Duration::from_secs(1);

/// Entries that wait at most; the earliest goes out before its time when there are more.
pub const PENDING_MAX: usize = 65_536;

/// A capture that is being written.
pub struct Capture<W: Write> {
    file: W,
    /// Whole blocks on their way to the file.
    blocks: PcapNgWriter<Vec<u8>>,
    origin: Origin,
    links: usize,
    /// By time, then by arrival.
    pending: BTreeMap<(Duration, u64), Packet>,
    arrivals: u64,
    /// The time of the last entry written.
    written: Duration,
    late: u64,
}

impl<W: Write> Capture<W> {
    /// Begins a file, with an interface for IP and two for each signalling timeslot, by its name and what it carries.
    ///
    /// # Errors
    /// The file does not take it.
    pub fn new(file: W, origin: Origin, links: &[(&str, Signalling)]) -> io::Result<Self> {
        let mut blocks = PcapNgWriter::new(Vec::new()).map_err(io::Error::other)?;
        blocks.write_pcapng_block(interface(DataLink::RAW, "ip".to_owned())).map_err(io::Error::other)?;
        for (name, signalling) in links {
            let kind = match signalling {
                Signalling::Mtp2 => DataLink::MTP2,
                Signalling::Lapd => DataLink::LAPD,
            };
            for direction in ["received", "sent"] {
                let block = interface(kind, format!("{name} {direction}"));
                blocks.write_pcapng_block(block).map_err(io::Error::other)?;
            }
        }
        let pending = BTreeMap::new();
        let links = links.len();
        let mut capture = Self { file, blocks, origin, links, pending, arrivals: 0, written: Duration::ZERO, late: 0 };
        capture.pass_on()?;
        Ok(capture)
    }

    /// Takes an entry. One that is earlier than what is written already is left out and counted.
    ///
    /// # Errors
    /// The file does not take it.
    pub fn add(&mut self, entry: Entry) -> io::Result<()> {
        if entry.at < self.written {
            self.late += 1;
            return Ok(());
        }
        self.pending.insert((entry.at, self.arrivals), entry.packet);
        self.arrivals += 1;
        if self.pending.len() > PENDING_MAX {
            self.write_first()?;
            self.pass_on()?;
        }
        Ok(())
    }

    /// Writes what has waited long enough; `now` counts from the origin.
    ///
    /// # Errors
    /// The file does not take it.
    pub fn advance(&mut self, now: Duration) -> io::Result<()> {
        self.write_until(now.saturating_sub(WINDOW))
    }

    /// Writes everything, and gives back the file.
    ///
    /// # Errors
    /// The file does not take it.
    pub fn close(mut self) -> io::Result<W> {
        self.write_until(Duration::MAX)?;
        self.file.flush()?;
        Ok(self.file)
    }

    /// Entries left out because they came later than [`WINDOW`], or named a link that is not there.
    pub fn late(&self) -> u64 {
        self.late
    }

    fn write_until(&mut self, end: Duration) -> io::Result<()> {
        while self.pending.first_key_value().is_some_and(|((at, _), _)| *at <= end) {
            self.write_first()?;
            if self.blocks.get_ref().len() > PASS_ON_OCTETS {
                self.pass_on()?;
            }
        }
        self.pass_on()
    }

    fn write_first(&mut self) -> io::Result<()> {
        let Some(((at, _), packet)) = self.pending.pop_first() else { return Ok(()) };
        let Some((interface, octets)) = self.frame(&packet) else {
            self.late += 1;
            return Ok(());
        };
        self.written = at;
        let since = self.origin.0.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let block = EnhancedPacketBlock {
            interface_id: interface,
            timestamp: since + at,
            original_len: u32::try_from(octets.len()).unwrap_or(u32::MAX),
            data: octets,
            options: Vec::new(),
        };
        self.blocks.write_pcapng_block(block).map(drop).map_err(io::Error::other)
    }

    /// The interface of a packet, and its octets there.
    fn frame<'a>(&self, packet: &'a Packet) -> Option<(u32, Cow<'a, [u8]>)> {
        match packet {
            Packet::Datagram { source, destination, octets } => {
                Some((0, Cow::Owned(ip::datagram(*source, *destination, octets))))
            }
            Packet::Unit { link, direction, octets } => {
                let place = 1 + 2 * link + usize::from(*direction == Direction::Sent);
                let interface = (*link < self.links).then_some(place)?;
                Some((u32::try_from(interface).ok()?, Cow::Borrowed(octets)))
            }
        }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let blocks = std::mem::take(self.blocks.get_mut());
        self.file.write_all(&blocks)
    }
}

fn interface(linktype: DataLink, name: String) -> InterfaceDescriptionBlock<'static> {
    // The crate writes times in nanoseconds, so the interface says so: 10 to the power of -9.
    let options = vec![InterfaceDescriptionOption::IfName(name.into()), InterfaceDescriptionOption::IfTsResol(9)];
    InterfaceDescriptionBlock { linktype, snaplen: 0, options }
}

/// Blocks are passed on in pieces of about this size.
const PASS_ON_OCTETS: usize = 64 * 1024;

#[cfg(test)]
mod tests;
