//! Date/time, Q.931 4.5.15: when the network sent its message, by the network's clock.

use super::Element;
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::{DecodeError, Fault};
use std::fmt;

/// A date and, as far as given, a time of day; octets as they came, whatever the calendar says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateTime {
    /// Year of the century, 0 to 99.
    pub year: u8,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// Hour, minute and second, as many of them as are given: 0 to 3.
    pub time: TimeOfDay,
}

/// A time of day to the precision given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeOfDay {
    /// No time.
    #[default]
    None,
    /// Hour.
    Hour(u8),
    /// Hour and minute.
    Minute(u8, u8),
    /// Hour, minute and second.
    Second(u8, u8, u8),
}

impl Element for DateTime {
    const CODE: ElementCode = ElementCode::DATE_TIME;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (&[year, month, day], time) =
            octets.split_first_chunk().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        let time = match *time {
            [] => TimeOfDay::None,
            [hour] => TimeOfDay::Hour(hour),
            [hour, minute] => TimeOfDay::Minute(hour, minute),
            [hour, minute, second, ..] => TimeOfDay::Second(hour, minute, second),
        };
        Ok(Self { year, month, day, time })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend([self.year, self.month, self.day]);
        match self.time {
            TimeOfDay::None => {}
            TimeOfDay::Hour(hour) => out.push(hour),
            TimeOfDay::Minute(hour, minute) => out.extend([hour, minute]),
            TimeOfDay::Second(hour, minute, second) => out.extend([hour, minute, second]),
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}-{:02}", self.year, self.month, self.day)?;
        match self.time {
            TimeOfDay::None => Ok(()),
            TimeOfDay::Hour(hour) => write!(f, " {hour:02} h"),
            TimeOfDay::Minute(hour, minute) => write!(f, " {hour:02}:{minute:02}"),
            TimeOfDay::Second(hour, minute, second) => write!(f, " {hour:02}:{minute:02}:{second:02}"),
        }
    }
}
