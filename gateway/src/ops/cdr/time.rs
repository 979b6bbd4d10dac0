//! A moment of wall time, written by ISO 8601 in UTC to the millisecond: `2026-03-01T09:05:00.250Z`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment between 1970 and 9999; what lies outside is its nearest end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    ms: u64,
}

/// The text is not a moment in this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time as 2026-03-01T09:05:00.250Z")]
pub struct NotATime;

impl From<SystemTime> for Time {
    fn from(moment: SystemTime) -> Self {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX).min(MS_MAX) }
    }
}

impl From<Time> for SystemTime {
    fn from(time: Time) -> Self {
        SystemTime::UNIX_EPOCH + Duration::from_millis(time.ms)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, ms) = (self.ms / MS_A_DAY, self.ms % MS_A_DAY);
        let (year, month, day) = date(days);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
    }
}

impl FromStr for Time {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let form = b"dddd-dd-ddTdd:dd:dd.dddZ";
        let octets = text.as_bytes();
        let fits = |(octet, form): (&u8, &u8)| if *form == b'd' { octet.is_ascii_digit() } else { octet == form };
        if octets.len() != form.len() || !octets.iter().zip(form).all(fits) {
            return Err(NotATime);
        }
        let number =
            |from: usize, to: usize| octets[from..to].iter().fold(0, |sum, octet| sum * 10 + u64::from(octet - b'0'));
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
            return Err(NotATime);
        }
        if !(1..=month_days(year)[month as usize - 1]).contains(&day) {
            return Err(NotATime);
        }
        let days = days_before(year) + month_days(year)[..month as usize - 1].iter().sum::<u64>() + day - 1;
        Ok(Self { ms: days * MS_A_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + number(20, 23) })
    }
}

/// Year, month and day of a day counted from 1970-01-01.
fn date(days: u64) -> (u64, u64, u64) {
    // No year is longer than 366 days, so this year is the right one or one or more too early.
    let mut year = 1970 + days / 366;
    while days_before(year + 1) <= days {
        year += 1;
    }
    let mut rest = days - days_before(year);
    let mut month = 1;
    for length in month_days(year) {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}

/// Days from 1970-01-01 to the first day of a year, by the Gregorian rule.
fn days_before(year: u64) -> u64 {
    let leap_years = |year: u64| year / 4 - year / 100 + year / 400;
    (year - 1970) * 365 + leap_years(year - 1) - leap_years(1969)
}

fn month_days(year: u64) -> [u64; 12] {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

const MS_A_DAY: u64 = 86_400_000;

/// The last millisecond of the year 9999.
const MS_MAX: u64 = 253_402_300_799_999;

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds since 1970 by `date -u -d ... +%s`.
    const MOMENTS: [(u64, &str); 8] = [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"),
        (951_868_799, "2000-02-29T23:59:59.000Z"),
        (1_709_164_800, "2024-02-29T00:00:00.000Z"),
        (1_735_689_599, "2024-12-31T23:59:59.000Z"),
        (2_147_483_648, "2038-01-19T03:14:08.000Z"),
        (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799, "9999-12-31T23:59:59.000Z"),
    ];

    #[test]
    fn moments_are_written_and_read_as_date_writes_them() {
        for (seconds, text) in MOMENTS {
            let time = Time { ms: seconds * 1000 };
            assert_eq!(time.to_string(), text);
            assert_eq!(text.parse(), Ok(time));
        }
    }

    #[test]
    fn a_moment_out_of_range_is_the_nearest_end() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(Time::from(before).to_string(), MOMENTS[0].1);
        let after = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(Time::from(after).to_string(), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn what_is_no_such_moment_is_refused() {
        for text in [
            "",
            "2024-02-30T00:00:00.000Z",
            "2023-02-29T00:00:00.000Z",
            "2024-13-01T00:00:00.000Z",
            "2024-01-01T24:00:00.000Z",
            "2024-01-01T00:60:00.000Z",
            "2024-01-01 00:00:00.000Z",
            "1969-12-31T23:59:59.000Z",
            "2024-01-01T00:00:00Z",
            "2024-00-01T00:00:00.000Z",
            "2024-01-00T00:00:00.000Z",
            "20é4-01-01T00:00:00.00Z",
        ] {
            assert_eq!(text.parse::<Time>(), Err(NotATime), "{text}");
        }
    }
}
