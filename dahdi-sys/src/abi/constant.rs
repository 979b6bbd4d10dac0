//! Constants of `dahdi/user.h`, each with the header's name beside its value.

use std::fmt;

/// Constants of one type and the table that tests read stand in one list.
macro_rules! constants {
    ($type:ident: $($(#[$doc:meta])* $name:ident = $value:expr, $header:ident;)*) => {
        impl $type {
            $($(#[$doc])* pub const $name: Self = Self($value);)*
            /// Every constant above with the header's name.
            pub const NAMED: &'static [(&'static str, i64)] = &[$((stringify!($header), Self::$name.0 as i64),)*];
        }
    };
}
pub(crate) use constants;

/// The same for constants of a module.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $value:expr, $header:ident;)*) => {
        $($(#[$doc])* pub const $name: $type = $value;)*
        /// Every constant above with the header's name.
        pub const NAMED: &[(&str, i64)] = &[$((stringify!($header), $name as i64),)*];
    };
}
use numbers;

/// `DAHDI_SIG_*`: what a channel carries and how the driver treats it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct SignalType(pub i32);

constants! { SignalType:
    /// Not configured.
    NONE = 0, DAHDI_SIG_NONE;
    /// Octets as they are.
    CLEAR = 0x80, DAHDI_SIG_CLEAR;
    /// HDLC without frame check.
    HDLC_RAW = 0x180, DAHDI_SIG_HDLCRAW;
    /// HDLC with frame check: a D-channel, or MTP2 whose signal units we repeat ourselves.
    HDLC_FCS = 0x380, DAHDI_SIG_HDLCFCS;
    /// Part of another channel's bundle.
    SLAVE = 0x800, DAHDI_SIG_SLAVE;
    /// Signalling bits beside the octets.
    CAS = 0x8000, DAHDI_SIG_CAS;
    /// HDLC done by the card.
    HARD_HDLC = 0x80080, DAHDI_SIG_HARDHDLC;
    /// MTP2: HDLC with frame check, the last signal unit repeated, equal ones hidden.
    MTP2 = 0x100380, DAHDI_SIG_MTP2;
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

constants! { Law:
    /// The law the span was configured with.
    DEFAULT = 0, DAHDI_LAW_DEFAULT;
    /// µ-law.
    MU_LAW = 1, DAHDI_LAW_MULAW;
    /// A-law.
    A_LAW = 2, DAHDI_LAW_ALAW;
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

constants! { Flush:
    /// Octets received.
    READ = 1, DAHDI_FLUSH_READ;
    /// Octets to send.
    WRITE = 2, DAHDI_FLUSH_WRITE;
    /// Events.
    EVENT = 4, DAHDI_FLUSH_EVENT;
    /// All three.
    ALL = 7, DAHDI_FLUSH_ALL;
}

impl Flush {
    /// Whether every queue of `other` is among these.
    pub fn contains(self, other: Flush) -> bool {
        self.0 & other.0 == other.0
    }
}

/// `DAHDI_POLICY_*`: when the first of several written buffers begins to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct BufferPolicy(pub i32);

constants! { BufferPolicy:
    /// At once.
    IMMEDIATE = 0, DAHDI_POLICY_IMMEDIATE;
    /// When all are written.
    WHEN_FULL = 1, DAHDI_POLICY_WHEN_FULL;
    /// When half of them are written.
    HALF_FULL = 2, DAHDI_POLICY_HALF_FULL;
}

/// `DAHDI_MAINT_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct MaintenanceCommand(pub i32);

constants! { MaintenanceCommand:
    /// Normal operation.
    NONE = 0, DAHDI_MAINT_NONE;
    /// What is sent comes back.
    LOCAL_LOOP = 1, DAHDI_MAINT_LOCALLOOP;
    /// What is received goes back.
    NETWORK_LINE_LOOP = 2, DAHDI_MAINT_NETWORKLINELOOP;
    /// Asks the far end for a loop (T1).
    LOOP_UP = 3, DAHDI_MAINT_LOOPUP;
    /// Asks the far end to end its loop (T1).
    LOOP_DOWN = 4, DAHDI_MAINT_LOOPDOWN;
    /// Sends one frame alignment signal in error.
    FRAME_ALIGNMENT_ERROR = 6, DAHDI_MAINT_FAS_DEFECT;
    /// Sends one multiframe alignment signal in error.
    MULTIFRAME_ERROR = 7, DAHDI_MAINT_MULTI_DEFECT;
    /// Sends one CRC in error.
    CRC_ERROR = 8, DAHDI_MAINT_CRC_DEFECT;
    /// Sends one multiframe of channel associated signalling in error.
    CAS_ERROR = 9, DAHDI_MAINT_CAS_DEFECT;
    /// Sends one wrong bit in a pseudo-random sequence.
    PRBS_ERROR = 10, DAHDI_MAINT_PRBS_DEFECT;
    /// Sends one bipolar violation.
    BIPOLAR_VIOLATION = 11, DAHDI_MAINT_BIPOLAR_DEFECT;
    /// Sends a pseudo-random sequence.
    PRBS = 12, DAHDI_MAINT_PRBS;
    /// What is received goes back, framed anew.
    NETWORK_PAYLOAD_LOOP = 13, DAHDI_MAINT_NETWORKPAYLOADLOOP;
    /// Sets the error counters to zero.
    RESET_COUNTERS = 14, DAHDI_RESET_COUNTERS;
    /// Behaves as if there were no signal.
    ALARM_SIMULATION = 15, DAHDI_MAINT_ALARM_SIM;
}

/// `DAHDI_CONFIG_*`: framing and coding bits of a span.
pub mod line_config {
    super::numbers! {
        /// T1 superframe.
        D4: i32 = 1 << 4, DAHDI_CONFIG_D4;
        /// T1 extended superframe.
        ESF: i32 = 1 << 5, DAHDI_CONFIG_ESF;
        /// Alternate mark inversion.
        AMI: i32 = 1 << 6, DAHDI_CONFIG_AMI;
        /// T1 zero substitution.
        B8ZS: i32 = 1 << 7, DAHDI_CONFIG_B8ZS;
        /// E1 with common channel signalling.
        CCS: i32 = 1 << 8, DAHDI_CONFIG_CCS;
        /// E1 zero substitution.
        HDB3: i32 = 1 << 9, DAHDI_CONFIG_HDB3;
        /// E1 with CRC-4.
        CRC4: i32 = 1 << 10, DAHDI_CONFIG_CRC4;
        /// The span is not open: its alarm is [`Alarms::NOT_OPEN`](crate::Alarms::NOT_OPEN).
        NOT_OPEN: i32 = 1 << 16, DAHDI_CONFIG_NOTOPEN;
    }
}

numbers! {
    /// Buffers each way at most.
    NUM_BUFS_MAX: i32 = 32, DAHDI_MAX_NUM_BUFS;
    /// Buffers each way of a channel that was not asked for others, and the least that SET_BUFINFO takes.
    NUM_BUFS_DEFAULT: i32 = 2, DAHDI_DEFAULT_NUM_BUFS;
    /// Octets of a block that was not asked to be another.
    BLOCK_OCTETS_DEFAULT: i32 = 1024, DAHDI_DEFAULT_BLOCKSIZE;
    /// Octets of a block at most.
    BLOCK_OCTETS_MAX: i32 = 8192, DAHDI_MAX_BLOCKSIZE;
    /// Octets of all buffers of one direction at most.
    BUFFER_SPACE_MAX: i32 = 32768, DAHDI_MAX_BUF_SPACE;
    /// Events a channel can hold.
    EVENTS_MAX: usize = 64, DAHDI_MAX_EVENTSIZE;
    /// Parameters of an echo canceller at most.
    ECHO_CANCELLER_PARAMS_MAX: usize = 8, DAHDI_MAX_ECHOCANPARAMS;
    /// Spans at most.
    SPANS_MAX: usize = 128, DAHDI_MAX_SPANS;
    /// Channels of all spans at most.
    CHANNELS_MAX: usize = 1024, DAHDI_MAX_CHANNELS;
}

/// The least block size that the driver takes; the header does not say it.
pub const BLOCK_OCTETS_MIN: i32 = 16;
