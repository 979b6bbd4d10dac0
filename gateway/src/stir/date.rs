//! Date (RFC 3261 20.17): a moment as `Sat, 13 Nov 2010 23:29:00 GMT`, to the second.
//!
//! Left out: the forms that HTTP once had, which RFC 3261 does not allow.

use std::time::{Duration, SystemTime};

use crate::ops::cdr::Time;

/// The moment in this form; what is before 1970 is its begin.
pub fn write(moment: SystemTime) -> String {
    let iso = Time::from(moment).to_string();
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let weekday = WEEKDAYS[(since / SECONDS_A_DAY % 7) as usize];
    let month = iso[5..7].parse().map_or("", |month: usize| MONTHS[(month - 1) % 12]);
    format!("{weekday}, {} {month} {} {} GMT", &iso[8..10], &iso[..4], &iso[11..19])
}

/// The moment that a text in this form tells; the day of the week is not looked at.
pub fn parse(text: &[u8]) -> Option<SystemTime> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let mut words = text.split_once(',')?.1.split_ascii_whitespace();
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let (time, zone) = (words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
    let time: Time = format!("{year}-{month:02}-{day:0>2}T{time}.000Z").parse().ok()?;
    (zone == "GMT" && words.next().is_none()).then(|| time.into())
}

/// The moment that so many seconds after 1970 are, as `iat` counts.
pub fn numeric(seconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

const SECONDS_A_DAY: u64 = 86_400;
/// 1970-01-01 was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_3261_is_read_and_written() {
        let text = "Sat, 13 Nov 2010 23:29:00 GMT";
        let moment = parse(text.as_bytes()).expect("a date");
        assert_eq!(moment, numeric(1_289_690_940).expect("a moment"));
        assert_eq!(write(moment), text);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for wrong in ["", "Sat, 13 Nov 2010 23:29:00", "Sat, 31 Feb 2010 23:29:00 GMT", "Sat, 13 Nov 2010 23:29:00 CET"]
        {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong:?}");
        }
        assert_eq!(parse(b"\xff, 1 Jan 2000 00:00:00 GMT"), None);
    }
}
