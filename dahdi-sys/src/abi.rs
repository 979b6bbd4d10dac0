//! Structs, constants and ioctl numbers of `dahdi/user.h`, x86_64, in the header's order.
//!
//! The layout is the same in every release from 2.9 to 3.4. Sizes and offsets are asserted when this compiles; a test compares
//! every number with one taken from Debian's header where that is at hand.
//!
//! Left out: the structs of conferences, tones, hook signals, transcoders and radio.

pub mod number;

use std::fmt;
use std::mem::{offset_of, size_of};

/// Text of fixed width, ended by a zero octet when shorter.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Text<const N: usize>(pub [u8; N]);

impl<const N: usize> Text<N> {
    /// As much of `text` as fits before the ending zero.
    pub fn new(text: &str) -> Self {
        let mut octets = [0; N];
        let length = text.len().min(N.saturating_sub(1));
        octets[..length].copy_from_slice(&text.as_bytes()[..length]);
        Text(octets)
    }

    /// The octets before the ending zero.
    pub fn octets(&self) -> &[u8] {
        self.0.split(|&octet| octet == 0).next().unwrap_or(&[])
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Text([0; N])
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.octets()))
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// `DAHDI_SIG_*`: what a channel carries and how the driver treats it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct SignalType(pub i32);

impl SignalType {
    /// Not configured.
    pub const NONE: Self = Self(0);
    /// Octets as they are.
    pub const CLEAR: Self = Self(0x80);
    /// HDLC without frame check.
    pub const HDLC_RAW: Self = Self(0x180);
    /// HDLC with frame check: a D-channel, or MTP2 whose signal units we repeat ourselves.
    pub const HDLC_FCS: Self = Self(0x380);
    /// Part of another channel's bundle.
    pub const SLAVE: Self = Self(0x800);
    /// Signalling bits beside the octets.
    pub const CAS: Self = Self(0x8000);
    /// HDLC done by the card.
    pub const HARD_HDLC: Self = Self(0x80080);
    /// MTP2: HDLC with frame check, the last signal unit repeated, equal ones hidden.
    pub const MTP2: Self = Self(0x100380);
}

impl fmt::Debug for SignalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NONE => f.write_str("none"),
            Self::CLEAR => f.write_str("clear"),
            Self::HDLC_RAW => f.write_str("HDLC raw"),
            Self::HDLC_FCS => f.write_str("HDLC with FCS"),
            Self::SLAVE => f.write_str("slave"),
            Self::CAS => f.write_str("CAS"),
            Self::HARD_HDLC => f.write_str("HDLC by the card"),
            Self::MTP2 => f.write_str("MTP2"),
            Self(other) => write!(f, "signal type {other:#x}"),
        }
    }
}

/// `DAHDI_LAW_*`: how audio is companded (G.711).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct Law(pub i32);

impl Law {
    /// The law the span was configured with.
    pub const DEFAULT: Self = Self(0);
    /// µ-law.
    pub const MU_LAW: Self = Self(1);
    /// A-law.
    pub const A_LAW: Self = Self(2);
}

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::DEFAULT => f.write_str("the default law"),
            Self::MU_LAW => f.write_str("µ-law"),
            Self::A_LAW => f.write_str("A-law"),
            Self(other) => write!(f, "law {other:#x}"),
        }
    }
}

/// `DAHDI_FLUSH_*`: which queues a FLUSH empties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Flush(pub i32);

impl Flush {
    /// Octets received.
    pub const READ: Self = Self(1);
    /// Octets to send.
    pub const WRITE: Self = Self(2);
    /// Events.
    pub const EVENT: Self = Self(4);
    /// All three.
    pub const ALL: Self = Self(7);

    /// Whether every queue of `other` is among these.
    pub fn contains(self, other: Flush) -> bool {
        self.0 & other.0 == other.0
    }
}

/// `DAHDI_POLICY_*`: when the first of several written buffers begins to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct BufferPolicy(pub i32);

impl BufferPolicy {
    /// At once.
    pub const IMMEDIATE: Self = Self(0);
    /// When all are written.
    pub const WHEN_FULL: Self = Self(1);
    /// When half of them are written.
    pub const HALF_FULL: Self = Self(2);
}

/// `struct dahdi_params`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
#[allow(missing_docs, reason = "the names are the header's")]
pub struct Params {
    /// The channel asked about, on `/dev/dahdi/ctl`.
    pub channo: i32,
    pub spanno: i32,
    /// Place in the span, from 1: on an E1 the timeslot.
    pub chanpos: i32,
    pub sigtype: SignalType,
    /// Which signal types the channel can have, as bits.
    pub sigcap: i32,
    pub rxisoffhook: i32,
    pub rxbits: i32,
    pub txbits: i32,
    pub txhooksig: i32,
    pub rxhooksig: i32,
    pub curlaw: Law,
    pub idlebits: i32,
    pub name: Text<40>,
    pub prewinktime: i32,
    pub preflashtime: i32,
    pub winktime: i32,
    pub flashtime: i32,
    pub starttime: i32,
    pub rxwinktime: i32,
    pub rxflashtime: i32,
    pub debouncetime: i32,
    pub pulsebreaktime: i32,
    pub pulsemaketime: i32,
    pub pulseaftertime: i32,
    /// `DAHDI_ALARM_*` of the span.
    pub chan_alarms: u32,
}

/// `struct dahdi_spaninfo`, packed.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed)]
#[allow(missing_docs, reason = "the names are the header's")]
pub struct SpanInfo {
    /// The span asked about, from 1; a channel device gives its own for 0.
    pub spanno: i32,
    pub name: Text<20>,
    pub desc: Text<40>,
    /// `DAHDI_ALARM_*`.
    pub alarms: i32,
    pub txlevel: i32,
    pub rxlevel: i32,
    pub bpvcount: i32,
    pub crc4count: i32,
    pub ebitcount: i32,
    pub fascount: i32,
    pub fecount: u32,
    pub cvcount: u32,
    pub becount: u32,
    pub prbs: u32,
    pub errsec: u32,
    pub irqmisses: i32,
    pub syncsrc: i32,
    /// Channels that are configured.
    pub numchans: i32,
    /// Channels that the span has.
    pub totalchans: i32,
    pub totalspans: i32,
    pub lbo: i32,
    pub lineconfig: i32,
    pub lboname: Text<40>,
    pub location: Text<40>,
    pub manufacturer: Text<40>,
    pub devicetype: Text<40>,
    pub irq: i32,
    pub linecompat: i32,
    /// "E1" or "T1".
    pub spantype: Text<6>,
}

/// `struct dahdi_maintinfo`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Maintenance {
    /// The span, from 1.
    pub spanno: i32,
    /// What to do to it.
    pub command: MaintenanceCommand,
}

/// `DAHDI_MAINT_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct MaintenanceCommand(pub i32);

impl MaintenanceCommand {
    /// Normal operation.
    pub const NONE: Self = Self(0);
    /// What is sent comes back.
    pub const LOCAL_LOOP: Self = Self(1);
    /// What is received goes back.
    pub const NETWORK_LINE_LOOP: Self = Self(2);
    /// Sets the error counters to zero.
    pub const RESET_COUNTERS: Self = Self(14);
}

/// `struct dahdi_lineconfig`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct LineConfig {
    /// The span, from 1.
    pub span: i32,
    /// A name, left empty by dahdi_cfg.
    pub name: Text<20>,
    /// Line build-out.
    pub lbo: i32,
    /// Framing and coding, [`line_config`] bits.
    pub lineconfig: i32,
    /// Place in the order of clock sources, 0 for none.
    pub sync: i32,
}

/// `DAHDI_CONFIG_*`: framing and coding bits of a span.
pub mod line_config {
    /// T1 superframe.
    pub const D4: i32 = 1 << 4;
    /// T1 extended superframe.
    pub const ESF: i32 = 1 << 5;
    /// Alternate mark inversion.
    pub const AMI: i32 = 1 << 6;
    /// T1 zero substitution.
    pub const B8ZS: i32 = 1 << 7;
    /// E1 with common channel signalling.
    pub const CCS: i32 = 1 << 8;
    /// E1 zero substitution.
    pub const HDB3: i32 = 1 << 9;
    /// E1 with CRC-4.
    pub const CRC4: i32 = 1 << 10;
}

/// `struct dahdi_chanconfig`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct ChannelConfig {
    /// The channel, from 1.
    pub chan: i32,
    /// A name, left empty by dahdi_cfg.
    pub name: Text<40>,
    /// What the channel shall carry.
    pub sigtype: SignalType,
    /// The law it returns to when closed.
    pub deflaw: Law,
    /// The channel that leads its bundle; itself when it is alone.
    pub master: i32,
    /// Signalling bits when idle.
    pub idlebits: i32,
    /// The network device's name, for HDLC networking.
    pub netdev_name: Text<16>,
}

/// `struct dahdi_bufferinfo`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct BufferInfo {
    /// When transmission begins.
    pub txbufpolicy: BufferPolicy,
    /// Kept, but without effect in the driver.
    pub rxbufpolicy: BufferPolicy,
    /// Buffers each way, 2 to 32.
    pub numbufs: i32,
    /// Octets a buffer, 16 to 8192; `numbufs * bufsize` is at most 32768.
    pub bufsize: i32,
    /// Full ones to be read; an answer only.
    pub readbufs: i32,
    /// Full ones to be sent; an answer only.
    pub writebufs: i32,
}

/// `struct dahdi_versioninfo`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct VersionInfo {
    /// The driver's version.
    pub version: Text<80>,
    /// The echo cancellers it has.
    pub echo_canceller: Text<80>,
}

/// `struct dahdi_attach_echocan`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct AttachEchoCanceller {
    /// The channel, from 1.
    pub chan: i32,
    /// The canceller's name, empty for none.
    pub echocan: Text<16>,
}

/// `DAHDI_MAX_NUM_BUFS`.
pub const NUM_BUFS_MAX: i32 = 32;
/// `DAHDI_DEFAULT_NUM_BUFS`, and the least that SET_BUFINFO takes.
pub const NUM_BUFS_DEFAULT: i32 = 2;
/// `DAHDI_DEFAULT_BLOCKSIZE`.
pub const BLOCK_OCTETS_DEFAULT: i32 = 1024;
/// The least block size that the driver takes.
pub const BLOCK_OCTETS_MIN: i32 = 16;
/// `DAHDI_MAX_BLOCKSIZE`.
pub const BLOCK_OCTETS_MAX: i32 = 8192;
/// `DAHDI_MAX_BUF_SPACE`.
pub const BUFFER_SPACE_MAX: i32 = 32768;
/// `DAHDI_MAX_EVENTSIZE`: events a channel can hold.
pub const EVENTS_MAX: usize = 64;

const _: () = {
    assert!(size_of::<Params>() == 136 && offset_of!(Params, curlaw) == 40 && offset_of!(Params, name) == 48);
    assert!(offset_of!(Params, prewinktime) == 88 && offset_of!(Params, chan_alarms) == 132);
    assert!(size_of::<SpanInfo>() == 314 && offset_of!(SpanInfo, alarms) == 64 && offset_of!(SpanInfo, fecount) == 92);
    assert!(offset_of!(SpanInfo, irqmisses) == 112 && offset_of!(SpanInfo, lboname) == 140);
    assert!(offset_of!(SpanInfo, irq) == 300 && offset_of!(SpanInfo, spantype) == 308);
    assert!(size_of::<Maintenance>() == 8 && offset_of!(Maintenance, command) == 4);
    assert!(size_of::<LineConfig>() == 36 && offset_of!(LineConfig, lbo) == 24 && offset_of!(LineConfig, sync) == 32);
    assert!(size_of::<ChannelConfig>() == 76 && offset_of!(ChannelConfig, sigtype) == 44);
    assert!(offset_of!(ChannelConfig, master) == 52 && offset_of!(ChannelConfig, netdev_name) == 60);
    assert!(size_of::<BufferInfo>() == 24 && offset_of!(BufferInfo, bufsize) == 12);
    assert!(size_of::<VersionInfo>() == 160 && offset_of!(VersionInfo, echo_canceller) == 80);
    assert!(size_of::<AttachEchoCanceller>() == 20 && offset_of!(AttachEchoCanceller, echocan) == 4);
};
