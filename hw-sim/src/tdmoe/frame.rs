//! The Ethernet frame of a TDMoE span: one millisecond of every channel.
//!
//! | octets | what |
//! |---|---|
//! | 6, 6, 2 | destination, source, ethertype 0xD00D |
//! | 2 | subaddress: which span between these two |
//! | 1 | samples a channel, always 8 |
//! | 1 | flags |
//! | 2 | counter, one more with each frame |
//! | 2 | channels |
//! | 2 for each 4 channels | signalling bits, if a flag says so: a nibble a channel, the first in the lowest |
//! | 8 a channel | octets, the oldest first |
//!
//! Numbers are big endian. Read from the driver's source (`dahdi_dynamic.c`, `dahdi_dynamic_eth.c` of 2.11.1), which checks lengths to the octet;
//! here a frame that Ethernet filled up to its least length is taken too.

use crate::wire::{CHUNK_OCTETS, Chunk, IDLE_CHUNK, TIMESLOTS};

/// The ethertype of TDMoE.
pub const ETHERTYPE: u16 = 0xd00d;
/// Channels of one span at most: those of an E1.
pub const CHANNELS_MAX: usize = TIMESLOTS - 1;
/// The longest frame, in octets.
pub const FRAME_OCTETS_MAX: usize = HEADER_OCTETS + 2 * CHANNELS_MAX.div_ceil(4) + CHUNK_OCTETS * CHANNELS_MAX;
/// The shortest frame that Ethernet carries, without its check sequence.
pub const ETHERNET_OCTETS_MIN: usize = 60;

/// Addresses, type, subaddress, samples, flags, counter, channels.
const HEADER_OCTETS: usize = 6 + 6 + 2 + 2 + 1 + 1 + 2 + 2;

/// An Ethernet address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct MacAddress(pub [u8; 6]);

impl std::fmt::Display for MacAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// Flags of a frame; unknown ones survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// The sender receives nothing: our yellow alarm.
    pub const YELLOW_ALARM: Flags = Flags(1);
    /// There are signalling bits. [`Frame::encode`] sets it by itself.
    pub const SIGNALLING: Flags = Flags(2);
    /// The sender is in a loop.
    pub const LOOPBACK: Flags = Flags(4);

    /// Whether every flag of `other` is up.
    pub fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// One millisecond of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Who shall get it.
    pub destination: MacAddress,
    /// Who sent it.
    pub source: MacAddress,
    /// Which span between the two.
    pub subaddress: u16,
    /// Flags, [`Flags::SIGNALLING`] among them when `signalling` is there.
    pub flags: Flags,
    /// One more with each frame.
    pub counter: u16,
    /// How many channels, 1 to [`CHANNELS_MAX`].
    pub channels: u8,
    /// Four signalling bits a channel, the first channel first.
    pub signalling: Option<[u8; CHANNELS_MAX]>,
    /// The octets; channel n stands in timeslot n, timeslots without a channel are idle.
    pub chunk: Chunk,
}

/// Why octets are no frame of a TDMoE span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Shorter than the header.
    Short,
    /// Another ethertype.
    Ethertype(u16),
    /// Another number of samples than 8.
    Samples(u8),
    /// No channel, or more than an E1 has.
    Channels(u16),
    /// As many octets as the header says are not there, or more.
    Length {
        /// What the header says.
        expected: usize,
        /// What there is.
        found: usize,
    },
}

impl Frame {
    /// Reads a frame.
    pub fn decode(octets: &[u8]) -> Result<Frame, FrameError> {
        let (header, body) = octets.split_first_chunk::<HEADER_OCTETS>().ok_or(FrameError::Short)?;
        let number = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        let (ethertype, samples, channels) = (number(12), header[16], number(20));
        match (ethertype, usize::from(samples), usize::from(channels)) {
            (ETHERTYPE, CHUNK_OCTETS, 1..=CHANNELS_MAX) => {}
            (ETHERTYPE, CHUNK_OCTETS, _) => return Err(FrameError::Channels(channels)),
            (ETHERTYPE, ..) => return Err(FrameError::Samples(samples)),
            _ => return Err(FrameError::Ethertype(ethertype)),
        }
        let (flags, channels) = (Flags(header[17]), usize::from(channels));
        let has_signalling = flags.contains(Flags::SIGNALLING);
        let signalling_octets = if has_signalling { 2 * channels.div_ceil(4) } else { 0 };
        let expected = HEADER_OCTETS + signalling_octets + CHUNK_OCTETS * channels;
        if octets.len() != expected && octets.len() != expected.max(ETHERNET_OCTETS_MIN) {
            return Err(FrameError::Length { expected, found: octets.len() });
        }
        let (signalling, samples) = body.split_at(signalling_octets);
        Ok(Frame {
            destination: MacAddress(std::array::from_fn(|at| header[at])),
            source: MacAddress(std::array::from_fn(|at| header[6 + at])),
            subaddress: number(14),
            flags,
            counter: number(18),
            channels: channels as u8,
            signalling: has_signalling.then(|| nibbles(signalling, channels)),
            chunk: chunk(samples, channels),
        })
    }

    /// Appends the frame to `octets`, as the driver makes it. `channels` beyond [`CHANNELS_MAX`] are left out.
    pub fn encode(&self, octets: &mut Vec<u8>) {
        let channels = usize::from(self.channels).min(CHANNELS_MAX);
        let flags = match self.signalling {
            Some(_) => self.flags.0 | Flags::SIGNALLING.0,
            None => self.flags.0 & !Flags::SIGNALLING.0,
        };
        octets.extend_from_slice(&self.destination.0);
        octets.extend_from_slice(&self.source.0);
        octets.extend_from_slice(&ETHERTYPE.to_be_bytes());
        octets.extend_from_slice(&self.subaddress.to_be_bytes());
        octets.extend_from_slice(&[CHUNK_OCTETS as u8, flags]);
        octets.extend_from_slice(&self.counter.to_be_bytes());
        octets.extend_from_slice(&(channels as u16).to_be_bytes());
        for group in self.signalling.iter().flat_map(|bits| bits[..channels].chunks(4)) {
            let bits = group.iter().rev().fold(0, |bits, nibble| bits << 4 | u16::from(nibble & 0xf));
            octets.extend_from_slice(&bits.to_be_bytes());
        }
        self.chunk[1..=channels].iter().for_each(|samples| octets.extend_from_slice(samples));
    }
}

/// The signalling bits of so many channels; `octets` holds two for each four of them.
fn nibbles(octets: &[u8], channels: usize) -> [u8; CHANNELS_MAX] {
    let mut bits = [0; CHANNELS_MAX];
    for (channel, nibble) in bits[..channels].iter_mut().enumerate() {
        let group = channel / 4 * 2;
        let word = u16::from_be_bytes([octets[group], octets[group + 1]]);
        *nibble = (word >> (channel % 4 * 4) & 0xf) as u8;
    }
    bits
}

/// The octets of so many channels; `octets` holds 8 for each of them.
fn chunk(octets: &[u8], channels: usize) -> Chunk {
    let mut chunk = IDLE_CHUNK;
    for (timeslot, samples) in chunk[1..=channels].iter_mut().zip(octets.chunks_exact(CHUNK_OCTETS)) {
        timeslot.copy_from_slice(samples);
    }
    chunk
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
