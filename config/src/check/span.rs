//! `[[span]]`: lines, laws and channels.

use std::collections::BTreeSet;

use super::{Check, Named, Taken};
use crate::model::{Law, Line, Span};
use crate::raw;
use crate::wrong::{At, Place};

impl Check {
    pub(super) fn spans(&mut self, list: Option<At<Vec<At<raw::Span>>>>) -> Named<Span> {
        let mut spans = Named::new("span");
        let mut taken = Taken::new();
        let mut channels: Vec<(u32, u32)> = Vec::new();
        let mut numbers = BTreeSet::new();
        let list = self.required(&Place::file(), "span", list, "at least one [[span]]");
        for At { place, value: raw } in list.into_iter().flat_map(|list| list.value) {
            let name = self.name(&place, raw.name.clone(), &mut taken);
            let following = channels.iter().map(|(_, last)| last + 1).max().unwrap_or(1);
            let line = match &raw.line {
                Some(word) => self.choice(word, &[("e1", Line::E1), ("t1", Line::T1)]),
                None => Some(Line::E1),
            };
            let law = match &raw.law {
                Some(word) => self.choice(word, &[("alaw", Law::A), ("ulaw", Law::Mu)]),
                None => line.map(usual_law),
            };
            let first = self.first_channel(raw.first_channel.as_ref(), following);
            let number = self.number(raw.number.as_ref(), &mut numbers);
            let setup = self.setup(&raw, line, spans.members.len() + 1);
            let span = (|| {
                let (line, law, number, first_channel, setup) = (line?, law?, number?, first?, setup?);
                Some(Span { name: name.clone(), line, law, number, first_channel, setup })
            })();
            if let Some(span) = &span {
                self.channels(span, raw.first_channel.as_ref(), &mut channels);
            }
            spans.members.push((name, span));
        }
        spans
    }

    /// DAHDI's number of the span; left out, the first above all before.
    fn number(&mut self, number: Option<&At<i64>>, numbers: &mut BTreeSet<u32>) -> Option<u32> {
        let following = numbers.last().map_or(1, |last| last + 1);
        let Some(at) = number else {
            numbers.insert(following);
            return Some(following);
        };
        let number = u32::try_from(self.within(at, 1..=SPAN_MAX, "")?).expect("within 1 to SPAN_MAX");
        if !numbers.insert(number) {
            let remedy = format!("{following} is the first number above all other spans");
            self.wrong(&at.place, "a number that no other span has", remedy);
            return None;
        }
        Some(number)
    }

    fn first_channel(&mut self, number: Option<&At<i64>>, following: u32) -> Option<u32> {
        let Some(number) = number else { return Some(following) };
        let channel = self.within(number, 1..=CHANNEL_MAX, "")?;
        Some(u32::try_from(channel).expect("within 1 to CHANNEL_MAX"))
    }

    /// DAHDI counts the channels of all spans in one row, so two spans never share one.
    fn channels(&mut self, span: &Span, number: Option<&At<i64>>, channels: &mut Vec<(u32, u32)>) {
        let own = (span.first_channel, span.channel(span.line.last_timeslot()));
        let shared = channels.iter().any(|(first, last)| own.0 <= *last && *first <= own.1);
        if let (true, Some(number)) = (shared, number) {
            let free = channels.iter().map(|(_, last)| last + 1).max().unwrap_or(1);
            let expected = "channels that no other span has";
            self.wrong(&number.place, expected, format!("{free} is the first number above all other spans"));
        }
        channels.push(own);
    }
}

/// A-law is the rule on E1 lines and µ-law on T1 lines (G.711).
fn usual_law(line: Line) -> Law {
    match line {
        Line::E1 => Law::A,
        Line::T1 => Law::Mu,
    }
}

/// Far above what a machine can hold, and far below where sums could overflow.
const CHANNEL_MAX: i64 = 100_000;
/// What DAHDI can number.
const SPAN_MAX: i64 = 1000;
