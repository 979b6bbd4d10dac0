//! `[[span]]` and `[sim]`: lines, channels, and what stands at the far end of a simulated line.

use std::time::Duration;

use super::{Check, DAHDI, Named, Taken};
use crate::model::{FarExchange, Law, Line, LinkIndex, Pacing, Sim, Span, SpanIndex, Ss7, Trunk, TrunkIndex};
use crate::raw;
use crate::wrong::{At, Place, Wrong};

impl Check {
    pub(super) fn spans(&mut self, list: Option<At<Vec<At<raw::Span>>>>) -> Named<Span> {
        let mut spans = Named::new("span");
        let mut taken = Taken::new();
        let mut channels: Vec<(u32, u32)> = Vec::new();
        let list = self.required(&Place::file(), "span", list, "at least one [[span]]");
        for At { place, value: raw } in list.into_iter().flat_map(|list| list.value) {
            let name = self.name(&place, raw.name, &mut taken);
            let following = channels.iter().map(|(_, last)| last + 1).max().unwrap_or(1);
            let line =
                raw.line.map_or(Some(Line::E1), |word| self.choice(&word, &[("e1", Line::E1), ("t1", Line::T1)]));
            let law = match raw.law {
                Some(word) => self.choice(&word, &[("alaw", Law::A), ("ulaw", Law::Mu)]),
                None => line.map(usual_law),
            };
            let first = self.first_channel(raw.first_channel.as_ref(), following);
            let span = (|| Some(Span { name: name.clone(), line: line?, law: law?, first_channel: first? }))();
            if let Some(span) = &span {
                self.channels(span, raw.first_channel.as_ref(), &mut channels);
            }
            spans.members.push((name, span));
        }
        spans
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

    pub(super) fn sim(
        &mut self,
        section: Option<At<raw::Sim>>,
        driver: Option<&At<String>>,
        spans: &Named<Span>,
        ss7: Option<&Ss7>,
        trunks: &Named<Trunk>,
    ) -> Option<Sim> {
        if let (Some(section), Some(driver)) = (&section, driver) {
            if driver.value == DAHDI {
                self.wrong(
                    &section.place,
                    "no [sim] beside the kernel driver",
                    "remove [sim], or say driver = \"sim\"",
                );
            }
        }
        let raw = section.map(|section| section.value).unwrap_or_default();
        let pacing = self.pacing(raw.pacing, raw.patient_ms);
        let list: Vec<_> = raw.far_exchange.into_iter().flat_map(|list| list.value).collect();
        let mut taken = Taken::new();
        let far = list.into_iter().map(|far| self.far_exchange(far, spans, ss7, trunks, &mut taken));
        let far_exchanges: Vec<_> = far.collect();
        Some(Sim { pacing: pacing?, far_exchanges: far_exchanges.into_iter().collect::<Option<_>>()? })
    }

    fn pacing(&mut self, word: Option<At<String>>, patient_ms: Option<At<i64>>) -> Option<Pacing> {
        let patient = word.map_or(Some(true), |word| self.choice(&word, &[("patient", true), ("strict", false)]));
        if let (Some(false), Some(number)) = (patient, &patient_ms) {
            self.wrong(&number.place, "no patient_ms with pacing = \"strict\"", "remove patient_ms");
        }
        let wait = self.within_or(patient_ms, 1..=10_000, "ms", 1000)?;
        Some(if patient? {
            Pacing::Patient { wait: Duration::from_millis(wait.unsigned_abs()) }
        } else {
            Pacing::Strict
        })
    }

    /// An exchange of the simulator serves one link and the circuits of one trunk group, all on its own span.
    fn far_exchange(
        &mut self,
        far: At<raw::FarExchange>,
        spans: &Named<Span>,
        ss7: Option<&Ss7>,
        trunks: &Named<Trunk>,
        taken: &mut Taken<usize>,
    ) -> Option<FarExchange> {
        let name = self.required(&far.place, "span", far.value.span, "the name of a span")?;
        let span = spans.find(self, &name)?;
        if taken.take(span, "").is_some() {
            self.wrong(&name.place, "at most one far exchange a span", "remove the second one");
        }
        let ss7 = ss7?;
        let mut links = ss7.links.iter().enumerate().filter(|(_, link)| link.span.0 == span);
        let (Some((link_place, link)), None) = (links.next(), links.next()) else {
            let remedy = "give the span one [[ss7.link]], or remove the far exchange";
            self.wrong.push(Wrong::new(&name.place, "a span with exactly one signalling link", remedy));
            return None;
        };
        let adjacent = ss7.linksets[link.linkset.0].adjacent;
        let here = |trunk: &&Trunk| trunk.circuits.iter().any(|circuit| circuit.span.0 == span);
        let mut groups = trunks.iter().filter(|(_, trunk)| here(trunk));
        let one = match (groups.next(), groups.next()) {
            (Some((index, trunk)), None) if trunk.destination == adjacent => Some((index, trunk)),
            _ => None,
        };
        let Some((trunk_place, trunk)) = one else {
            if trunks.names().len() == trunks.iter().count() {
                let expected = format!("a span whose circuits all belong to one trunk to {adjacent}");
                self.wrong(&name.place, expected, "the far exchange is the point at the other end of its link");
            }
            return None;
        };
        let circuits: Vec<_> = trunk.circuits.iter().filter(|circuit| circuit.span.0 == span).copied().collect();
        let cic_base = circuits[0].cic - u16::from(circuits[0].timeslot);
        if circuits.iter().any(|circuit| circuit.cic != cic_base + u16::from(circuit.timeslot)) {
            self.wrong(&name.place, "one cic_base for the whole span", "number the circuits of this span in one entry");
        }
        Some(FarExchange {
            span: SpanIndex(span),
            link: LinkIndex(link_place),
            trunk: TrunkIndex(trunk_place),
            cic_base,
            circuits,
        })
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
