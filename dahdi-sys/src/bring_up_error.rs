//! What went wrong while a span was brought up: which span, which channel, and what to do about it.

use std::fmt;

use crate::bring_up::LinePlan;
use crate::{Errno, SignalType};

/// A span that could not be brought up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanError {
    /// Its number, from 1.
    pub span: u32,
    /// Where it went wrong.
    pub fault: SpanFault,
}

/// Where bringing up a span went wrong, with the driver's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanFault {
    /// The control device could not be opened.
    Control(Errno),
    /// There is no span of this number.
    Absent(Errno),
    /// The span has no such timeslot.
    TimeslotAbsent {
        /// The timeslot asked for.
        timeslot: u8,
        /// How many channels the span has.
        channels: i32,
    },
    /// No span has the channel.
    ChannelAbsent {
        /// Its number.
        channel: i32,
        /// The driver's answer.
        errno: Errno,
    },
    /// The channel is not where the plan has it.
    ChannelElsewhere {
        /// Its number.
        channel: i32,
        /// The timeslot that the plan gives it.
        timeslot: u8,
        /// The span that it is of.
        span: i32,
        /// Its place there, from 1.
        position: i32,
    },
    /// SPANCONFIG refused framing or coding.
    Line {
        /// What was asked for.
        line: LinePlan,
        /// The driver's answer.
        errno: Errno,
    },
    /// CHANCONFIG refused a channel.
    Channel {
        /// Its number.
        channel: i32,
        /// What it should have become.
        sigtype: SignalType,
        /// The driver's answer.
        errno: Errno,
    },
    /// STARTUP failed.
    Start(Errno),
}

impl std::error::Error for SpanError {}

impl fmt::Display for SpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.span;
        match self.fault {
            SpanFault::Control(errno) => {
                write!(f, "span {span} could not be configured: /dev/dahdi/ctl: {errno}{}", control_remedy(errno))
            }
            SpanFault::Absent(errno) => write!(
                f,
                "there is no span {span}: {errno}; dahdi_scan lists those there are (a card's spans get their numbers from \
                 dahdi_span_assignments, or by auto_assign_spans=1 for the module dahdi)"
            ),
            SpanFault::TimeslotAbsent { timeslot, channels } => {
                write!(
                    f,
                    "span {span} has no timeslot {timeslot}: it has {channels} channels; correct the configuration"
                )
            }
            SpanFault::ChannelAbsent { channel, errno } => write!(
                f,
                "span {span}: no span has channel {channel}: {errno}; first_channel must be the number of the channel on \
                 timeslot 1 (dahdi_scan: basechan)"
            ),
            SpanFault::ChannelElsewhere { channel, timeslot, span: other, position } => write!(
                f,
                "span {span}: channel {channel} is place {position} of span {other}, not timeslot {timeslot} of this one; \
                 first_channel must be the number of the channel on timeslot 1 (dahdi_scan: basechan)"
            ),
            SpanFault::Line { line, errno } => {
                write!(f, "span {span} could not be configured as {line}: {errno}{}", line_remedy(errno))
            }
            SpanFault::Channel { channel, sigtype, errno } => write!(
                f,
                "span {span}: channel {channel} could not be configured as {sigtype:?}: {errno}{}",
                channel_remedy(errno)
            ),
            SpanFault::Start(errno) => write!(
                f,
                "span {span} could not be started: {errno}; the kernel's log (dmesg) says what the card's driver misses"
            ),
        }
    }
}

impl fmt::Display for LinePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinePlan::E1 { coding, crc4 } => {
                write!(f, "an E1 with CCS, {coding:?}{}", if *crc4 { " and CRC-4" } else { " and no CRC-4" })
            }
            LinePlan::T1 { framing, coding, build_out } => {
                write!(f, "a T1 with {framing:?}, {coding:?} and build-out {build_out}")
            }
        }
    }
}

fn control_remedy(errno: Errno) -> &'static str {
    match errno {
        Errno::ENOENT | Errno::ENODEV => "; load the card's module (modprobe dahdi) and look with dahdi_scan",
        Errno::EACCES | Errno::EPERM => "; run as a member of the group that owns /dev/dahdi",
        _ => "",
    }
}

fn line_remedy(errno: Errno) -> &'static str {
    match errno {
        Errno::EINVAL => "; the card's port is of the other kind (dahdi_scan: type), or lacks this framing or coding",
        Errno::ENXIO => "; it was removed meanwhile: dahdi_scan lists the spans there are",
        _ => "",
    }
}

fn channel_remedy(errno: Errno) -> &'static str {
    match errno {
        Errno::EINVAL => "; its driver does not know that use: plan another for its timeslot",
        Errno::EBUSY => "; it is a network interface that is up: take that down first",
        Errno::ENXIO | Errno::ENODEV => "; its span was removed meanwhile: dahdi_scan lists the spans there are",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bring_up::{E1Coding, T1Coding, T1Framing};

    #[test]
    fn every_fault_names_span_cause_and_remedy() {
        let e1 = LinePlan::E1 { coding: E1Coding::Hdb3, crc4: true };
        let t1 = LinePlan::T1 { framing: T1Framing::Esf, coding: T1Coding::B8zs, build_out: 0 };
        for (fault, words) in [
            (SpanFault::Control(Errno::ENOENT), ["/dev/dahdi/ctl", "modprobe"]),
            (SpanFault::Control(Errno::EACCES), ["EACCES", "group"]),
            (SpanFault::Absent(Errno::EINVAL), ["no span 3", "dahdi_scan"]),
            (SpanFault::TimeslotAbsent { timeslot: 31, channels: 24 }, ["timeslot 31", "24 channels"]),
            (SpanFault::ChannelAbsent { channel: 93, errno: Errno::EINVAL }, ["channel 93", "basechan"]),
            (
                SpanFault::ChannelElsewhere { channel: 32, timeslot: 1, span: 2, position: 1 },
                ["place 1 of span 2", "first_channel"],
            ),
            (SpanFault::Line { line: e1, errno: Errno::EINVAL }, ["E1 with CCS, Hdb3 and CRC-4", "other kind"]),
            (SpanFault::Line { line: t1, errno: Errno::ENXIO }, ["T1 with Esf, B8zs", "removed"]),
            (
                SpanFault::Channel { channel: 16, sigtype: SignalType::MTP2, errno: Errno::EINVAL },
                ["channel 16 could not be configured as MTP2", "another"],
            ),
            (
                SpanFault::Channel { channel: 16, sigtype: SignalType::HDLC_FCS, errno: Errno::EBUSY },
                ["EBUSY", "network interface"],
            ),
            (SpanFault::Start(Errno::EIO), ["could not be started", "dmesg"]),
        ] {
            let text = SpanError { span: 3, fault }.to_string();
            assert!(text.contains("span 3") && words.iter().all(|word| text.contains(word)), "{text}");
        }
    }
}
