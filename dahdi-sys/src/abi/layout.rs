//! Structs of `dahdi/user.h`, in the header's order and with its names for the fields.

use std::mem::offset_of;

use super::Text;
use super::constant::{BufferPolicy, ECHO_CANCELLER_PARAMS_MAX, Law, MaintenanceCommand, SignalType};

/// A struct as it lies in memory, by the header's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The struct's name in the header.
    pub name: &'static str,
    /// Its length in octets.
    pub size: usize,
    /// Name, offset and length in octets of every field.
    pub fields: &'static [(&'static str, usize, usize)],
}

/// The structs and the table that tests read stand in one list.
macro_rules! structs {
    ($($(#[$meta:meta])* pub struct $name:ident = $header:ident {
        $($(#[$doc:meta])* pub $field:ident: $type:ty,)*
    })*) => {
        $($(#[$meta])* pub struct $name { $($(#[$doc])* pub $field: $type,)* })*
        /// Every struct that this crate states.
        pub const LAYOUTS: &[Layout] = &[$(Layout {
            name: stringify!($header),
            size: size_of::<$name>(),
            fields: &[$((stringify!($field), offset_of!($name, $field), size_of::<$type>()),)*],
        },)*];
    };
}

structs! {
    /// `struct dahdi_params`.
    #[derive(Clone, Copy, Debug, Default)]
    #[repr(C)]
    #[allow(missing_docs, reason = "the names are the header's")]
    pub struct Params = dahdi_params {
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
    pub struct SpanInfo = dahdi_spaninfo {
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
    pub struct Maintenance = dahdi_maintinfo {
        /// The span, from 1.
        pub spanno: i32,
        /// What to do to it.
        pub command: MaintenanceCommand,
    }

    /// `struct dahdi_gains`: what each octet of the channel's law becomes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(C)]
    pub struct Gains = dahdi_gains {
        /// The channel, from 1; a channel device gives its own for 0.
        pub chan: i32,
        /// What is received.
        pub rxgain: [u8; 256],
        /// What is sent.
        pub txgain: [u8; 256],
    }

    /// `struct dahdi_lineconfig`.
    #[derive(Clone, Copy, Debug, Default)]
    #[repr(C)]
    pub struct LineConfig = dahdi_lineconfig {
        /// The span, from 1.
        pub span: i32,
        /// A name, left empty by dahdi_cfg.
        pub name: Text<20>,
        /// Line build-out.
        pub lbo: i32,
        /// Framing and coding, [`line_config`](super::line_config) bits.
        pub lineconfig: i32,
        /// Place in the order of clock sources, 0 for none.
        pub sync: i32,
    }

    /// `struct dahdi_chanconfig`.
    #[derive(Clone, Copy, Debug, Default)]
    #[repr(C)]
    pub struct ChannelConfig = dahdi_chanconfig {
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
    pub struct BufferInfo = dahdi_bufferinfo {
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

    /// `struct dahdi_echocanparam`.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    #[repr(C)]
    pub struct EchoCancellerParam = dahdi_echocanparam {
        /// Its name, which the canceller knows.
        pub name: Text<16>,
        /// What it shall be.
        pub value: i32,
    }

    /// `struct dahdi_echocanparams`: the head of [`EchoCancellerSettings`], by whose length the ioctl number goes.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    #[repr(C)]
    pub struct EchoCancellerParams = dahdi_echocanparams {
        /// Taps, 8 a millisecond; 0 for off.
        pub tap_length: u32,
        /// How many parameters follow.
        pub param_count: u32,
        /// They begin here.
        pub params: [EchoCancellerParam; 0],
    }

    /// `struct dahdi_versioninfo`.
    #[derive(Clone, Copy, Debug, Default)]
    #[repr(C)]
    pub struct VersionInfo = dahdi_versioninfo {
        /// The driver's version.
        pub version: Text<80>,
        /// The echo cancellers it has.
        pub echo_canceller: Text<80>,
    }

    /// `struct dahdi_attach_echocan`.
    #[derive(Clone, Copy, Debug, Default)]
    #[repr(C)]
    pub struct AttachEchoCanceller = dahdi_attach_echocan {
        /// The channel, from 1.
        pub chan: i32,
        /// The canceller's name, empty for none.
        pub echocan: Text<16>,
    }

    /// `struct dahdi_dynamic_span`.
    #[derive(Clone, Copy, Debug, Default)]
    #[repr(C)]
    pub struct DynamicSpan = dahdi_dynamic_span {
        /// What carries it: "loc", "eth".
        pub driver: Text<20>,
        /// Where to; the driver knows the form.
        pub addr: Text<40>,
        /// Its channels.
        pub numchans: i32,
        /// Place in the order of clock sources among dynamic spans, 0 for none.
        pub timing: i32,
        /// Its number; an answer only.
        pub spanno: i32,
    }
}

/// What ECHOCANCEL_PARAMS reads: a head, and as many parameters as it says, at most [`ECHO_CANCELLER_PARAMS_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct EchoCancellerSettings {
    head: EchoCancellerParams,
    params: [EchoCancellerParam; ECHO_CANCELLER_PARAMS_MAX],
}

impl EchoCancellerSettings {
    /// A canceller of `taps` (32, 64, 128, 256, 512 or 1024, else the driver takes its own default; 0 for off) with `params`; `None` for more of them
    /// than [`ECHO_CANCELLER_PARAMS_MAX`].
    pub fn new(taps: u32, params: &[(&str, i32)]) -> Option<Self> {
        let mut settings = EchoCancellerSettings::default();
        for (place, (name, value)) in params.iter().enumerate() {
            *settings.params.get_mut(place)? = EchoCancellerParam { name: Text::new(name), value: *value };
        }
        settings.head.tap_length = taps;
        settings.head.param_count = params.len() as u32;
        Some(settings)
    }

    /// Taps, 8 a millisecond; 0 for off.
    pub fn taps(&self) -> u32 {
        self.head.tap_length
    }

    /// The parameters.
    pub fn params(&self) -> &[EchoCancellerParam] {
        &self.params[..self.head.param_count as usize]
    }
}

impl Gains {
    /// Every octet stays as it is.
    pub fn unity(channel: i32) -> Gains {
        let unity = std::array::from_fn(|octet| octet as u8);
        Gains { chan: channel, rxgain: unity, txgain: unity }
    }
}

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
    assert!(size_of::<Gains>() == 516 && offset_of!(Gains, txgain) == 260);
    assert!(size_of::<EchoCancellerParam>() == 20 && size_of::<EchoCancellerParams>() == 8);
    assert!(offset_of!(EchoCancellerSettings, params) == size_of::<EchoCancellerParams>());
    assert!(size_of::<DynamicSpan>() == 72 && offset_of!(DynamicSpan, numchans) == 60);
    assert!(size_of::<AttachEchoCanceller>() == 20 && offset_of!(AttachEchoCanceller, echocan) == 4);
};
