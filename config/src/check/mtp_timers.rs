//! `[ss7.mtp2_timers]` and `[ss7.mtp3_timers]`: within the ranges of Q.703, and of Q.704 and Q.707 or what the
//! variant has in their place.

use std::time::Duration;

use isup::mtp2::timers::{RANGES as MTP2, Range};
use isup::mtp3::timers::RANGES as MTP3;
use isup::point_code::Format;
use isup::{mtp2, mtp3};

use super::Check;
use crate::raw;
use crate::wrong::At;

impl Check {
    pub(super) fn mtp2_timers(&mut self, section: Option<At<raw::Mtp2Timers>>) -> mtp2::Timers {
        let raw = section.map(|timers| timers.value).unwrap_or_default();
        self.mtp_timers(mtp2::Timers::KBIT_64, &MTP2, raw.in_order(), "milliseconds (Q.703)")
    }

    pub(super) fn mtp3_timers(&mut self, section: Option<At<raw::Mtp3Timers>>) -> mtp3::Timers {
        let raw = section.map(|timers| timers.value).unwrap_or_default();
        let (timers, ranges) = (self.variant.mtp3_timers, self.variant.mtp3_ranges);
        let is_ansi = self.variant.takes(Format::ANSI);
        let unit = if is_ansi { "milliseconds (T1.111)" } else { "milliseconds (Q.704, Q.707)" };
        self.mtp_timers(timers, ranges, raw.in_order(), unit)
    }

    fn mtp_timers<T, const N: usize>(
        &mut self,
        mut timers: T,
        ranges: &[Range<T>; N],
        numbers: [Option<At<i64>>; N],
        unit: &str,
    ) -> T {
        for (range, number) in ranges.iter().zip(numbers) {
            let allowed = range.min_ms as i64..=range.max_ms as i64;
            if let Some(length) = number.and_then(|number| self.within(&number, allowed, unit)) {
                *(range.field)(&mut timers) = Duration::from_millis(length.unsigned_abs());
            }
        }
        timers
    }
}

impl raw::Mtp2Timers {
    /// In the order of [`MTP2`].
    fn in_order(self) -> [Option<At<i64>>; MTP2.len()] {
        let Self { t1_ms, t2_ms, t3_ms, t4n_ms, t4e_ms, t5_ms, t6_ms, t7_ms } = self;
        [t1_ms, t2_ms, t3_ms, t4n_ms, t4e_ms, t5_ms, t6_ms, t7_ms]
    }
}

impl raw::Mtp3Timers {
    /// In the order of [`MTP3`].
    fn in_order(self) -> [Option<At<i64>>; MTP3.len()] {
        let Self {
            t1_ms,
            t2_ms,
            t4_ms,
            t5_ms,
            t6_ms,
            t10_ms,
            t12_ms,
            t13_ms,
            t14_ms,
            t17_ms,
            t19_ms,
            t21_ms,
            t22_ms,
            t23_ms,
            test_t1_ms,
            test_t2_ms,
        } = self;
        [
            t1_ms, t2_ms, t4_ms, t5_ms, t6_ms, t10_ms, t12_ms, t13_ms, t14_ms, t17_ms, t19_ms, t21_ms, t22_ms, t23_ms,
            test_t1_ms, test_t2_ms,
        ]
    }
}
