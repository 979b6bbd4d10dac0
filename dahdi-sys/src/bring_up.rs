//! Bringing up a span: what `dahdi_cfg` does with a `span=` line and the channels after it.
//!
//! [`bring_up`] first looks that the span is there and that every channel is where the plan has it, then asks in `dahdi_cfg`'s order:
//! SPANCONFIG, a CHANCONFIG for each timeslot, STARTUP. A channel that is already as planned is left alone, so that doing it again
//! disturbs no call. A driver that knows no MTP2 gets HDLC with frame check instead, and the answer says for which channels.
//!
//! Left out: what `dahdi_cfg` does for analogue lines, CAS, tone zones and conferences; echo cancellers, which the channel's
//! user attaches; creating dynamic spans, for which there is [`Request::DynamicCreate`].

use crate::abi::{ChannelConfig, LineConfig, Params, SpanInfo, Text, line_config};
use crate::bring_up_error::{SpanError, SpanFault};
use crate::{Device, Errno, Kernel, Law, Node, Request, SignalType};

/// What a span shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanPlan {
    /// The span's number, from 1.
    pub span: u32,
    /// Framing and coding.
    pub line: LinePlan,
    /// Place in the order of the card's clock sources: 1 the first, 2 the next where the first fails, 0 never.
    pub clock_order: u8,
    /// The law that its channels return to when they are closed.
    pub law: Law,
    /// The number of the channel on timeslot 1.
    pub first_channel: u32,
    /// What each timeslot is; those not named are left as they are.
    pub timeslots: Vec<(u8, TimeslotUse)>,
}

/// Framing, coding and build-out of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinePlan {
    /// 2048 kbit/s with common channel signalling: timeslot 16 is a channel like the others.
    E1 {
        /// How ones and zeros become pulses.
        coding: E1Coding,
        /// CRC-4 multiframes.
        crc4: bool,
    },
    /// 1544 kbit/s.
    T1 {
        /// Superframe or extended superframe.
        framing: T1Framing,
        /// How ones and zeros become pulses.
        coding: T1Coding,
        /// Line build-out, 0 to 7 as in `system.conf`.
        build_out: u8,
    },
}

/// Coding of an E1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum E1Coding {
    /// Four zeros are replaced.
    Hdb3,
    /// Alternate mark inversion, plain.
    Ami,
}

/// Framing of a T1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum T1Framing {
    /// Extended superframe: 24 frames.
    Esf,
    /// Superframe: 12 frames.
    D4,
}

/// Coding of a T1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum T1Coding {
    /// Eight zeros are replaced.
    B8zs,
    /// Alternate mark inversion, plain.
    Ami,
}

/// What a timeslot is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeslotUse {
    /// Octets as they are (`bchan=`): a circuit.
    Bearer,
    /// A signalling link whose last unit the driver repeats (`mtp2=`); HDLC with frame check where the driver knows no MTP2.
    Mtp2,
    /// HDLC with frame check by the driver (`fcshdlc=`, `dchan=`).
    HdlcFcs,
    /// HDLC by the card itself (`hardhdlc=`).
    HardHdlc,
    /// Not configured: it cannot be opened.
    Unused,
}

/// What came out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BroughtUp {
    /// Channels planned for MTP2 that the driver refused it for: HDLC with frame check now. Whoever opens one repeats signal units
    /// himself.
    pub without_mtp2: Vec<u32>,
}

/// Makes the span what the plan says.
pub fn bring_up(kernel: &dyn Kernel, plan: &SpanPlan) -> Result<BroughtUp, SpanError> {
    let at = |fault| SpanError { span: plan.span, fault };
    let control = kernel.open(Node::Ctl).map_err(SpanFault::Control).map_err(at)?;
    let before = plan.survey(&*control).map_err(at)?;
    plan.configure_line(&*control).map_err(at)?;
    let brought_up = plan.configure_channels(&*control, &before).map_err(at)?;
    control.ioctl(Request::StartUp(plan.number())).map_err(SpanFault::Start).map_err(at)?;
    Ok(brought_up)
}

impl SpanPlan {
    fn number(&self) -> i32 {
        // No driver has so many spans: it answers as for any that it does not have.
        i32::try_from(self.span).unwrap_or(i32::MAX)
    }

    /// The channels of the plan as they are, when all are where it has them.
    fn survey(&self, control: &dyn Device) -> Result<Vec<Params>, SpanFault> {
        let mut info = SpanInfo { spanno: self.number(), ..SpanInfo::default() };
        control.ioctl(Request::SpanStatus(&mut info)).map_err(SpanFault::Absent)?;
        let channel = |&(timeslot, _): &(u8, TimeslotUse)| self.survey_channel(control, timeslot, info.totalchans);
        self.timeslots.iter().map(channel).collect()
    }

    fn survey_channel(&self, control: &dyn Device, timeslot: u8, channels: i32) -> Result<Params, SpanFault> {
        let channel = i64::from(self.first_channel) + i64::from(timeslot) - 1;
        if timeslot == 0 || i32::from(timeslot) > channels {
            return Err(SpanFault::TimeslotAbsent { timeslot, channels });
        }
        let number = i32::try_from(channel).unwrap_or(i32::MAX);
        let mut params = Params { channo: number, ..Params::default() };
        let absent = |errno| SpanFault::ChannelAbsent { channel: number, errno };
        control.ioctl(Request::GetParams(&mut params)).map_err(absent)?;
        if (params.spanno, params.chanpos) != (self.number(), timeslot.into()) {
            let (span, position) = (params.spanno, params.chanpos);
            return Err(SpanFault::ChannelElsewhere { channel: number, timeslot, span, position });
        }
        Ok(params)
    }

    fn configure_line(&self, control: &dyn Device) -> Result<(), SpanFault> {
        let config = LineConfig {
            span: self.number(),
            name: Text::default(),
            lbo: self.line.build_out().into(),
            lineconfig: self.line.bits(),
            sync: self.clock_order.into(),
        };
        let refused = |errno| SpanFault::Line { line: self.line, errno };
        control.ioctl(Request::SpanConfig(&config)).map_err(refused)
    }

    fn configure_channels(&self, control: &dyn Device, before: &[Params]) -> Result<BroughtUp, SpanFault> {
        let mut brought_up = BroughtUp::default();
        for ((_, purpose), before) in self.timeslots.iter().zip(before) {
            match self.configure_channel(control, before, purpose.signal()) {
                Err(SpanFault::Channel { errno: Errno::EINVAL, .. }) if *purpose == TimeslotUse::Mtp2 => {
                    self.configure_channel(control, before, SignalType::HDLC_FCS)?;
                    brought_up.without_mtp2.push(before.channo.unsigned_abs());
                }
                result => result?,
            }
        }
        Ok(brought_up)
    }

    fn configure_channel(&self, control: &dyn Device, before: &Params, sigtype: SignalType) -> Result<(), SpanFault> {
        if (before.sigtype, before.curlaw) == (sigtype, self.law) {
            return Ok(());
        }
        let channel = before.channo;
        let mut config =
            ChannelConfig { chan: channel, sigtype, deflaw: self.law, master: channel, ..ChannelConfig::default() };
        let refused = |errno| SpanFault::Channel { channel, sigtype, errno };
        control.ioctl(Request::ChannelConfig(&mut config)).map_err(refused)
    }
}

impl LinePlan {
    /// The bits of SPANCONFIG.
    pub fn bits(self) -> i32 {
        use line_config::{AMI, B8ZS, CCS, CRC4, D4, ESF, HDB3};
        match self {
            LinePlan::E1 { coding, crc4 } => {
                let coding = if coding == E1Coding::Hdb3 { HDB3 } else { AMI };
                CCS | coding | if crc4 { CRC4 } else { 0 }
            }
            LinePlan::T1 { framing, coding, .. } => {
                let framing = if framing == T1Framing::Esf { ESF } else { D4 };
                framing | if coding == T1Coding::B8zs { B8ZS } else { AMI }
            }
        }
    }

    fn build_out(self) -> u8 {
        match self {
            LinePlan::E1 { .. } => 0,
            LinePlan::T1 { build_out, .. } => build_out,
        }
    }
}

impl TimeslotUse {
    fn signal(self) -> SignalType {
        match self {
            TimeslotUse::Bearer => SignalType::CLEAR,
            TimeslotUse::Mtp2 => SignalType::MTP2,
            TimeslotUse::HdlcFcs => SignalType::HDLC_FCS,
            TimeslotUse::HardHdlc => SignalType::HARD_HDLC,
            TimeslotUse::Unused => SignalType::NONE,
        }
    }
}
