//! `driver` and `[sim]`: whose spans these are, and what stands at the far end of a simulated one.

use std::time::Duration;

use super::{Check, Named, Taken};
use crate::model::{
    Circuit, Driver, FarExchange, FarSignalling, Link, LinksetIndex, Pacing, PointCode, Signalling, Sim, Span,
    SpanIndex, Ss7, Trunk, TrunkIndex,
};
use crate::raw;
use crate::wrong::{At, Place};

/// In what follows an `ss7` of `None` has been reported; one of `Some(None)` is not there, and need not be.
impl Check {
    pub(super) fn driver(
        &mut self,
        word: Option<At<String>>,
        sim: Option<At<raw::Sim>>,
        spans: &Named<Span>,
        ss7: Option<Option<&Ss7>>,
        trunks: &Named<Trunk>,
    ) -> Option<Driver> {
        let word = self.required(&Place::file(), "driver", word, "\"sim\" or \"dahdi\"");
        let simulated = word.and_then(|word| self.choice(&word, &[("sim", true), ("dahdi", false)]));
        if let (Some(false), Some(sim)) = (simulated, &sim) {
            let remedy = "remove [sim], or say driver = \"sim\"";
            self.wrong(&sim.place, "no [sim] beside the kernel driver", remedy);
        }
        let sim = self.sim(sim, spans, ss7, trunks);
        if simulated? { sim.map(Driver::Sim) } else { Some(Driver::Dahdi) }
    }

    fn sim(
        &mut self,
        section: Option<At<raw::Sim>>,
        spans: &Named<Span>,
        ss7: Option<Option<&Ss7>>,
        trunks: &Named<Trunk>,
    ) -> Option<Sim> {
        let raw = section.map(|section| section.value).unwrap_or_default();
        let pacing = self.pacing(raw.pacing, raw.patient_ms);
        let list: Vec<_> = raw.far_exchange.into_iter().flat_map(|list| list.value).collect();
        let mut taken = Taken::new();
        let far = list.into_iter().map(|far| self.far_exchange(far, spans, ss7, trunks, &mut taken));
        let far_exchanges: Vec<_> = far.collect();
        let list: Vec<_> = raw.cable.into_iter().flat_map(|list| list.value).collect();
        let cables: Vec<_> = list.into_iter().map(|cable| self.cable(cable, spans, &mut taken)).collect();
        Some(Sim {
            pacing: pacing?,
            far_exchanges: far_exchanges.into_iter().collect::<Option<_>>()?,
            cables: cables.into_iter().collect::<Option<_>>()?,
        })
    }

    /// Two spans of ours that nothing else is plugged into.
    fn cable(
        &mut self,
        cable: At<raw::Cable>,
        spans: &Named<Span>,
        taken: &mut Taken<usize>,
    ) -> Option<[SpanIndex; 2]> {
        let names = self.required(&cable.place, "spans", cable.value.spans, "the names of two spans")?;
        let [a, b] = &names.value[..] else {
            self.wrong(&names.place, "the names of two spans", "a cable has two ends");
            return None;
        };
        let mut end = |name| {
            let span = spans.find(self, name)?;
            if taken.take(span, "").is_some() {
                self.wrong(&name.place, "a span that nothing else is plugged into", "choose another span");
            }
            Some(SpanIndex(span))
        };
        let ends = [end(a)?, end(b)?];
        let [a, b] = ends.map(|end| spans.get(end.0).map(|span| span.line));
        if a.is_some() && b.is_some() && a != b {
            self.wrong(&names.place, "two spans of the same line", "an E1 does not fit a T1");
        }
        Some(ends)
    }

    fn pacing(&mut self, word: Option<At<String>>, patient_ms: Option<At<i64>>) -> Option<Pacing> {
        let patient = word.map_or(Some(true), |word| self.choice(&word, &[("patient", true), ("strict", false)]));
        if let (Some(false), Some(number)) = (patient, &patient_ms) {
            self.wrong(&number.place, "no patient_ms with pacing = \"strict\"", "remove patient_ms");
        }
        let wait_ms = self.within_or(patient_ms, 1..=10_000, "ms", 1000)?.unsigned_abs();
        Some(if patient? { Pacing::Patient { wait: Duration::from_millis(wait_ms) } } else { Pacing::Strict })
    }

    /// An exchange of the simulator serves one linkset or D-channel and the circuits of one trunk group, all on its own spans.
    fn far_exchange(
        &mut self,
        far: At<raw::FarExchange>,
        spans: &Named<Span>,
        ss7: Option<Option<&Ss7>>,
        trunks: &Named<Trunk>,
        taken: &mut Taken<usize>,
    ) -> Option<FarExchange> {
        let names = self.span_names(far)?;
        let mut own = Vec::new();
        for name in &names {
            let span = spans.find(self, name)?;
            if taken.take(span, "").is_some() {
                self.wrong(&name.place, "at most one far exchange a span", "remove the second one");
            }
            own.push(SpanIndex(span));
        }
        let place = &names.first()?.place;
        if let Some(far) = own.first().filter(|_| own.len() == 1).and_then(|span| pri_exchange(trunks, span.0)) {
            return Some(far);
        }
        let Some((ss7, linkset)) = ss7?.and_then(|ss7| Some((ss7, only_linkset(ss7, &own)?))) else {
            let remedy = "give the far exchange the spans of one linkset, or of a D-channel, or remove it";
            self.wrong(place, "spans with all signalling links to one point, or with one D-channel", remedy);
            return None;
        };
        if trunks.iter().count() < trunks.names().len() {
            return None;
        }
        let to = ss7.linksets[linkset.0].adjacent;
        let Some((trunk, circuits)) = only_trunk(trunks, &own, to) else {
            let expected = format!("spans whose circuits all belong to one trunk to {}", self.variant.format.print(to));
            self.wrong(place, expected, "the far exchange is the point at the other end of its links");
            return None;
        };
        Some(FarExchange { spans: own, trunk, signalling: FarSignalling::Isup { linkset }, circuits })
    }

    /// `span` or `spans`.
    fn span_names(&mut self, far: At<raw::FarExchange>) -> Option<Vec<At<String>>> {
        match (far.value.span, far.value.spans) {
            (Some(_), Some(spans)) => {
                self.wrong(&spans.place, "no spans beside span", "remove one of the two");
                None
            }
            (None, Some(spans)) if spans.value.is_empty() => {
                self.wrong(&spans.place, "the names of spans", "name one at least");
                None
            }
            (None, Some(spans)) => Some(spans.value),
            (span, None) => Some(vec![self.required(&far.place, "span", span, "the name of a span")?]),
        }
    }
}

/// The exchange behind a trunk group that has one span, this one, with its D-channel.
fn pri_exchange(trunks: &Named<Trunk>, span: usize) -> Option<FarExchange> {
    let mut found = trunks.iter().filter_map(|(index, trunk)| {
        let Signalling::Pri(pri) = &trunk.signalling else { return None };
        let [only] = pri.spans[..] else { return None };
        (only.span.0 == span).then_some((index, trunk, only.d_channel?))
    });
    let (index, trunk, d_channel) = found.next()?;
    Some(FarExchange {
        spans: vec![SpanIndex(span)],
        trunk: TrunkIndex(index),
        signalling: FarSignalling::Pri { d_channel },
        circuits: trunk.circuits.clone(),
    })
}

/// The linkset of the links on some spans, if it is one, and has no link elsewhere.
fn only_linkset(ss7: &Ss7, spans: &[SpanIndex]) -> Option<LinksetIndex> {
    let is_here = |link: &Link| spans.contains(&link.span);
    let linkset = ss7.links.iter().find(|link| is_here(link))?.linkset;
    let together = |link: &Link| is_here(link) == (link.linkset == linkset);
    ss7.links.iter().all(together).then_some(linkset)
}

/// The one trunk group on some spans, if it leads to that exchange, and its circuits there.
fn only_trunk(trunks: &Named<Trunk>, spans: &[SpanIndex], to: PointCode) -> Option<(TrunkIndex, Vec<Circuit>)> {
    let here = |trunk: &Trunk| trunk.circuits.iter().filter(|circuit| spans.contains(&circuit.span)).copied().collect();
    let groups = trunks.iter().map(|(index, trunk)| (index, trunk, here(trunk)));
    let mut groups = groups.filter(|(_, _, circuits): &(_, _, Vec<Circuit>)| !circuits.is_empty());
    let (Some((index, trunk, circuits)), None) = (groups.next(), groups.next()) else { return None };
    matches!(trunk.signalling, Signalling::Isup(isup) if isup.destination == to)
        .then_some((TrunkIndex(index), circuits))
}
