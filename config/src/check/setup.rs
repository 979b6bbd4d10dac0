//! `[[span]]`: who configures the line, and as what.

use dahdi_sys::bring_up::{E1Coding, LinePlan, T1Coding, T1Framing};

use super::Check;
use crate::model::{Line, Setup};
use crate::raw;
use crate::wrong::At;

impl Check {
    /// `place` is the span's in the file, from 1: its place in the order of clock sources, unless the file says another.
    pub(super) fn setup(&mut self, span: &raw::Span, line: Option<Line>, place: usize) -> Option<Setup> {
        let ours = match &span.configured_by {
            Some(word) => self.choice(word, &[("dahdi_cfg", false), ("spangate", true)])?,
            None => false,
        };
        if !ours {
            self.are_left_to_dahdi_cfg(span);
            return Some(Setup::Done);
        }
        let order = i64::try_from(place).unwrap_or(i64::MAX).min(CLOCK_MAX);
        let clock_order = u8::try_from(self.within_or(span.clock.clone(), 0..=CLOCK_MAX, "", order)?).ok()?;
        let line = match line? {
            Line::E1 => self.e1(span),
            Line::T1 => self.t1(span),
        };
        Some(Setup::Ours { line: line?, clock_order })
    }

    fn e1(&mut self, span: &raw::Span) -> Option<LinePlan> {
        self.is_no_key_of("an E1 line", span.framing.as_ref());
        self.is_no_key_of("an E1 line", span.build_out.as_ref());
        let coding = match &span.coding {
            Some(word) => self.choice(word, &[("hdb3", E1Coding::Hdb3), ("ami", E1Coding::Ami)])?,
            None => E1Coding::Hdb3,
        };
        Some(LinePlan::E1 { coding, crc4: span.crc4.as_ref().is_some_and(|word| word.value) })
    }

    fn t1(&mut self, span: &raw::Span) -> Option<LinePlan> {
        self.is_no_key_of("a T1 line", span.crc4.as_ref());
        let framing = match &span.framing {
            Some(word) => self.choice(word, &[("esf", T1Framing::Esf), ("d4", T1Framing::D4)])?,
            None => T1Framing::Esf,
        };
        let coding = match &span.coding {
            Some(word) => self.choice(word, &[("b8zs", T1Coding::B8zs), ("ami", T1Coding::Ami)])?,
            None => T1Coding::B8zs,
        };
        let build_out = u8::try_from(self.within_or(span.build_out.clone(), 0..=7, "", 0)?).ok()?;
        Some(LinePlan::T1 { framing, coding, build_out })
    }

    fn is_no_key_of<T>(&mut self, line: &str, key: Option<&At<T>>) {
        if let Some(key) = key {
            self.wrong(&key.place, format!("no such key for {line}"), "remove it");
        }
    }

    /// What nobody reads would be believed.
    fn are_left_to_dahdi_cfg(&mut self, span: &raw::Span) {
        let places = [
            span.clock.as_ref().map(|key| &key.place),
            span.framing.as_ref().map(|key| &key.place),
            span.coding.as_ref().map(|key| &key.place),
            span.crc4.as_ref().map(|key| &key.place),
            span.build_out.as_ref().map(|key| &key.place),
        ];
        for place in places.into_iter().flatten() {
            let remedy = "write it into /etc/dahdi/system.conf, or add configured_by = \"spangate\"";
            self.wrong(place, "configured_by = \"spangate\" beside it", remedy);
        }
    }
}

/// What SPANCONFIG takes as an order; a card has fewer ports.
const CLOCK_MAX: i64 = 255;
