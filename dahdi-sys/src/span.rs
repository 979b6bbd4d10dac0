//! Spans and their alarms: SPANSTAT read into our own terms.

use std::fmt;

use crate::abi::SpanInfo;
use crate::abi::constant::constants;
use crate::{ChannelError, Kernel, Node, Request, Step};

/// `DAHDI_ALARM_*` as a set; bits without a name here survive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Alarms(pub u32);

constants! { Alarms:
    /// All is well.
    NONE = 0, DAHDI_ALARM_NONE;
    /// The alarm has gone and the span waits before it serves again.
    RECOVERING = 1, DAHDI_ALARM_RECOVER;
    /// The span is in a loop.
    LOOPBACK = 2, DAHDI_ALARM_LOOPBACK;
    /// Remote alarm indication: the far end does not receive us.
    YELLOW = 4, DAHDI_ALARM_YELLOW;
    /// We do not receive the far end.
    RED = 8, DAHDI_ALARM_RED;
    /// Alarm indication signal: someone on the way lost the signal.
    BLUE = 16, DAHDI_ALARM_BLUE;
    /// The span is not open.
    NOT_OPEN = 32, DAHDI_ALARM_NOTOPEN;
    /// Loss of signal.
    LOS = 256, DAHDI_ALARM_LOS;
    /// Loss of frame alignment.
    LFA = 512, DAHDI_ALARM_LFA;
    /// Loss of multiframe alignment.
    LMFA = 1024, DAHDI_ALARM_LMFA;
}

impl Alarms {
    /// The names of the alarms that are up and have one, as `dahdi_scan` spells them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        ALARM_NAMES.into_iter().filter(move |(alarm, _)| self.contains(*alarm)).map(|(_, name)| name)
    }

    /// Whether no alarm is up.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every alarm of `other` is up.
    pub fn contains(self, other: Alarms) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for Alarms {
    type Output = Alarms;

    fn bitor(self, other: Alarms) -> Alarms {
        Alarms(self.0 | other.0)
    }
}

impl fmt::Debug for Alarms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Alarms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let mut rest = self.0;
        let mut separator = "";
        for (alarm, name) in ALARM_NAMES {
            if self.contains(alarm) {
                write!(f, "{separator}{name}")?;
                separator = "+";
                rest &= !alarm.0;
            }
        }
        if rest != 0 { write!(f, "{separator}{rest:#x}") } else { Ok(()) }
    }
}

const ALARM_NAMES: [(Alarms, &str); 9] = [
    (Alarms::RECOVERING, "RECOVERING"),
    (Alarms::LOOPBACK, "LOOPBACK"),
    (Alarms::YELLOW, "YELLOW"),
    (Alarms::RED, "RED"),
    (Alarms::BLUE, "BLUE"),
    (Alarms::NOT_OPEN, "NOTOPEN"),
    (Alarms::LOS, "LOS"),
    (Alarms::LFA, "LFA"),
    (Alarms::LMFA, "LMFA"),
];

/// What a span says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanStatus {
    /// The driver's name for it, as `WCT1/0/1`.
    pub name: String,
    /// Its card in words.
    pub description: String,
    /// "E1" or "T1".
    pub kind: String,
    /// Alarms that are up.
    pub alarms: Alarms,
    /// Channels it has, and of these configured.
    pub channels: (u32, u32),
    /// The number of the span that its card takes the clock from; 0: the card has its own.
    pub clock_source: u32,
    /// Errors counted since the driver started.
    pub errors: SpanErrors,
}

/// A span's error counters, as far as the card has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpanErrors {
    /// Bipolar violations.
    pub bipolar_violations: u32,
    /// CRC-4 or CRC-6 errors.
    pub crc: u32,
    /// E-bits: CRC errors that the far end saw.
    pub far_end_blocks: u32,
    /// Frame alignment signals in error.
    pub frame_alignment: u32,
    /// Seconds with at least one error.
    pub seconds: u32,
    /// Interrupts that the host missed: octets lost in all timeslots. SPANSTAT has no count of the line's slips.
    pub interrupts_missed: u32,
}

impl SpanStatus {
    /// Reads the status of span `number`, from 1.
    pub fn read(kernel: &dyn Kernel, number: u32) -> Result<SpanStatus, ChannelError> {
        let at = |step| ChannelError::at(Node::Ctl, step);
        let control = kernel.open(Node::Ctl).map_err(at(Step::Open))?;
        let mut info = SpanInfo { spanno: i32::try_from(number).unwrap_or(i32::MAX), ..SpanInfo::default() };
        control.ioctl(Request::SpanStatus(&mut info)).map_err(at(Step::SpanStatus))?;
        Ok(SpanStatus::from(info))
    }
}

impl From<SpanInfo> for SpanStatus {
    fn from(info: SpanInfo) -> SpanStatus {
        // Cards without a counter show -1.
        let count = |value: i32| u32::try_from(value).unwrap_or(0);
        let (name, description, kind) = (info.name, info.desc, info.spantype);
        SpanStatus {
            name: name.to_string(),
            description: description.to_string(),
            kind: kind.to_string(),
            alarms: Alarms(info.alarms as u32),
            channels: (count(info.totalchans), count(info.numchans)),
            clock_source: count(info.syncsrc),
            errors: SpanErrors {
                bipolar_violations: count(info.bpvcount),
                crc: count(info.crc4count),
                far_end_blocks: count(info.ebitcount),
                frame_alignment: count(info.fascount),
                seconds: info.errsec,
                interrupts_missed: count(info.irqmisses),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_print_by_name_and_unknown_bits_survive() {
        assert_eq!(Alarms::NONE.to_string(), "none");
        assert_eq!((Alarms::RED | Alarms::LOS).to_string(), "RED+LOS");
        assert_eq!(Alarms(8 | 0x4000).to_string(), "RED+0x4000");
    }
}
