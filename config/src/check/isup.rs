//! `[isup]`, and what a trunk says of the exchange at its other end: our point code there, timers, counters.
//!
//! A timer is the trunk's, or else `[isup.timers]`', or else the variant's.

use std::time::Duration;

use isup::exchange::{Origin, Relation};
use isup::timer::{RANGES, Timers};

use super::Check;
use super::trunk::Held;
use crate::model::{PointCode, Ss7};
use crate::raw;
use crate::wrong::{At, Place};

impl Check {
    /// What holds for every exchange. Changes the procedures of the variant where the section says so.
    pub(super) fn isup_relation(&mut self, section: Option<At<raw::Isup>>, own: PointCode) -> Relation {
        let raw = section.map(|section| section.value).unwrap_or_default();
        if let Some(wanted) = raw.circuit_query {
            self.variant.procedures.circuit_group_query = wanted.value;
        }
        let hops = raw.hop_counter.and_then(|number| self.within(&number, 1..=HOPS_MAX, "exchanges"));
        let hop_counter = hops.map(|hops| u8::try_from(hops).expect("at most HOPS_MAX"));
        let timers = self.isup_timers(raw.timers, self.variant.timers);
        Relation { own, timers, origin: Origin { hop_counter, route_delay_ms: None }, ask_caller: false }
    }

    /// What a trunk says of its exchange. Two trunks to one exchange say the same, as it is one exchange to us.
    pub(super) fn relation(
        &mut self,
        trunk: &Place,
        raw: &mut raw::Trunk,
        ss7: Option<&Ss7>,
        held: &mut Held,
        destination: PointCode,
    ) {
        let mut relation = held.relation;
        if let Some(code) = raw.point_code.take().and_then(|code| self.own_point_code(&code, ss7?)) {
            relation.own = code;
        }
        relation.timers = self.isup_timers(raw.isup_timers.take(), relation.timers);
        let delay_ms = raw.route_delay_ms.take().and_then(|number| self.within(&number, 0..=DELAY_MS_MAX, "ms"));
        relation.origin.route_delay_ms = delay_ms.map(|ms| u16::try_from(ms).expect("at most DELAY_MS_MAX"));
        relation.ask_caller = raw.ask_caller.take().is_some_and(|key| key.value);
        let other = held.relations.insert(destination, relation).is_some_and(|first| first != relation);
        if other {
            let expected =
                "the point_code, isup_timers, route_delay_ms and ask_caller of the trunk before to the same exchange";
            self.wrong(trunk, expected, "say the same in both, as they lead to one exchange");
        }
    }

    /// One of ours.
    fn own_point_code(&mut self, code: &At<raw::CodeText>, ss7: &Ss7) -> Option<PointCode> {
        let own = self.point_code(code)?;
        if own != ss7.own && !ss7.further.contains(&own) {
            let remedy = "add it to ss7.further_point_codes, or leave it out";
            self.wrong(&code.place, "a point code of ours", remedy);
        }
        Some(own)
    }

    fn isup_timers(&mut self, section: Option<At<raw::Timers>>, mut timers: Timers) -> Timers {
        let raw = section.map(|timers| timers.value).unwrap_or_default();
        for (range, number) in self.variant.ranges.iter().zip(raw.in_order()) {
            let allowed = (range.min_ms / range.unit_ms) as i64..=(range.max_ms / range.unit_ms) as i64;
            let unit = if range.unit_ms == 1 { "milliseconds" } else { "seconds" };
            let unit = format!(
                "{unit} ({})",
                if self.variant.takes(isup::point_code::Format::ANSI) { "T1.113" } else { "Q.764 Annex A" }
            );
            if let Some(length) = number.and_then(|number| self.within(&number, allowed, &unit)) {
                *(range.field)(&mut timers) = Duration::from_millis(length.unsigned_abs() * range.unit_ms);
            }
        }
        timers
    }
}

impl raw::Timers {
    /// In the order of [`RANGES`].
    fn in_order(self) -> [Option<At<i64>>; RANGES.len()] {
        let Self {
            t1_s,
            t2_s,
            t3_s,
            t4_s,
            t5_s,
            t6_s,
            t7_s,
            t8_s,
            t9_s,
            t10_s,
            t11_s,
            t12_s,
            t13_s,
            t14_s,
            t15_s,
            t16_s,
            t17_s,
            t18_s,
            t19_s,
            t20_s,
            t21_s,
            t22_s,
            t23_s,
            t24_ms,
            t25_s,
            t26_s,
            t27_s,
            t28_s,
            t29_ms,
            t30_s,
            t33_s,
            t34_s,
            t35_s,
            t36_s,
            t38_s,
            tccr_s,
            tcvt_s,
            tacc_s,
        } = self;
        [
            t1_s, t2_s, t3_s, t4_s, t5_s, t6_s, t7_s, t8_s, t9_s, t10_s, t11_s, t12_s, t13_s, t14_s, t15_s, t16_s,
            t17_s, t18_s, t19_s, t20_s, t21_s, t22_s, t23_s, t24_ms, t25_s, t26_s, t27_s, t28_s, t29_ms, t30_s, t33_s,
            t34_s, t35_s, t36_s, t38_s, tccr_s, tcvt_s, tacc_s,
        ]
    }
}

/// The counter has five bits (Q.763).
const HOPS_MAX: i64 = 31;
/// The counter has 16 bits (Q.763).
const DELAY_MS_MAX: i64 = 0xFFFF;
