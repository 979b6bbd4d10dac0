//! `[[trunk]]`: circuits and their codes. What is PRI's alone is in `pri`, what is said of the exchange in `isup`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use isup::continuity::CheckTones;
use isup::exchange::Relation;
use isup::point_code::Format;

use super::{Check, Named, Taken};
use crate::model::{
    Circuit, Continuity, Hunting, Isup, PeersDown, PeersDownAction, PointCode, Signalling, Span, SpanIndex, Ss7, Trunk,
};
use crate::raw;
use crate::wrong::{At, Place};

/// Whether the file has trunk groups, and none of them needs SS7.
pub(super) fn are_all_pri(list: Option<&At<Vec<At<raw::Trunk>>>>) -> bool {
    let is_pri = |trunk: &At<raw::Trunk>| trunk.value.kind.as_ref().is_some_and(|kind| kind.value == PRI);
    list.is_some_and(|list| !list.value.is_empty() && list.value.iter().all(is_pri))
}

/// What the circuits found so far hold, over all trunk groups.
pub(super) struct Held {
    pub timeslots: Taken<(usize, u8)>,
    cics: Taken<(PointCode, u16)>,
    /// How we stand to an exchange of which no trunk says anything.
    pub relation: Relation,
    /// How we stand to each exchange that a trunk leads to.
    pub relations: BTreeMap<PointCode, Relation>,
    /// What each trunk says of who may use it.
    pub allow: Vec<Option<At<Vec<At<String>>>>>,
}

impl Held {
    /// Signalling links have their timeslots already.
    pub fn new(ss7: Option<&Ss7>, relation: Relation) -> Held {
        let mut timeslots = Taken::new();
        for link in ss7.iter().flat_map(|ss7| &ss7.links) {
            timeslots.take((link.span.0, link.timeslot), format!("link {:?}", link.name));
        }
        Held { timeslots, cics: Taken::new(), relation, relations: BTreeMap::new(), allow: Vec::new() }
    }
}

impl Check {
    pub(super) fn trunks(
        &mut self,
        list: Option<At<Vec<At<raw::Trunk>>>>,
        spans: &Named<Span>,
        ss7: Option<&Ss7>,
        held: &mut Held,
        names: &mut Taken<String>,
    ) -> Named<Trunk> {
        let mut trunks = Named::new("trunk");
        let list = self.required(&Place::file(), "trunk", list, "at least one [[trunk]]");
        for At { place, value: raw } in list.into_iter().flat_map(|list| list.value) {
            let name = self.name(&place, raw.name.clone(), names);
            let kind = raw.kind.as_ref().map_or(Some(Kind::Isup), |kind| self.choice(kind, &KINDS));
            let hunting = raw.hunt.clone();
            let hunting = hunting.map_or(Some(Hunting::LeastRecentlyUsed), |word| self.choice(&word, &HUNTING));
            let overlap = raw.overlap.as_ref().is_some_and(|key| key.value);
            held.allow.push(raw.allow.clone());
            let reserve = self.within_or(raw.reserve.clone(), 0..=RESERVE_MAX, "circuits", 0);
            let peers_down = self.peers_down(&raw);
            let lines = match kind {
                Some(Kind::Isup) => self.isup(&place, raw, &name, spans, ss7, held),
                Some(Kind::Pri) => self.pri(&place, raw, &name, spans, held),
                None => None,
            };
            let trunk = (|| {
                let (signalling, circuits) = lines?;
                let (hunting, peers_down) = (hunting?, peers_down?);
                let reserve = u16::try_from(reserve?).expect("at most RESERVE_MAX");
                let name = name.clone();
                Some(Trunk { name, signalling, hunting, overlap, allow: None, reserve, peers_down, circuits })
            })();
            trunks.members.push((name, trunk));
        }
        trunks
    }

    fn peers_down(&mut self, raw: &raw::Trunk) -> Option<PeersDown> {
        let action = raw.peers_down.as_ref();
        let action = action.map_or(Some(PeersDownAction::Ignore), |word| self.choice(word, &PEERS_DOWN));
        let after_s = self.within_or(raw.peers_down_after_s.clone(), 1..=3_600, "seconds", 60);
        let cause = self.within_or(raw.peers_down_cause.clone(), 1..=127, "", i64::from(NETWORK_OUT_OF_ORDER));
        Some(PeersDown {
            action: action?,
            after: Duration::from_secs(after_s?.unsigned_abs()),
            cause: u8::try_from(cause?).expect("within 1 to 127"),
        })
    }

    fn isup(
        &mut self,
        place: &Place,
        mut raw: raw::Trunk,
        name: &str,
        spans: &Named<Span>,
        ss7: Option<&Ss7>,
        held: &mut Held,
    ) -> Option<(Signalling, Vec<Circuit>)> {
        let others = [
            raw.side.take().map(|key| key.place),
            raw.switch.take().map(|key| key.place),
            raw.q931_timers.take().map(|key| key.place),
            raw.restart_every_s.take().map(|key| key.place),
            raw.malicious_calls.take().map(|key| key.place),
            raw.transfer.take().map(|key| key.place),
        ];
        self.not_here(others, PRI);
        let destination = self.required(place, "destination", raw.destination.take(), "the point code of the exchange");
        let destination = destination.and_then(|code| self.destination(&code, ss7));
        let continuity = self.continuity(raw.continuity_check.take(), raw.continuity_every.take());
        if let Some(destination) = destination {
            self.relation(place, &mut raw, ss7, held, destination);
        }
        let circuits = self.circuits(place, raw.spans, name, destination, spans, held);
        Some((Signalling::Isup(Isup { destination: destination?, continuity: continuity? }), circuits?))
    }

    fn continuity(&mut self, kind: Option<At<String>>, every: Option<At<i64>>) -> Option<Continuity> {
        let kinds = CheckTones::ALL.map(|tones| (tones.name, tones));
        let tones = kind.map_or(Some(self.variant.continuity), |word| self.choice(&word, &kinds));
        let every = self.within_or(every, 0..=EVERY_MAX, "calls", 0);
        Some(Continuity { tones: tones?, every: u16::try_from(every?).expect("at most EVERY_MAX") })
    }

    /// Keys that belong to another kind of trunk.
    pub(super) fn not_here<const N: usize>(&mut self, keys: [Option<Place>; N], kind: &str) {
        for place in keys.into_iter().flatten() {
            self.wrong(
                &place,
                format!("this key with kind = {kind:?} alone"),
                format!("remove it, or say kind = {kind:?}"),
            );
        }
    }

    /// An exchange that a signalling route leads to.
    fn destination(&mut self, code: &At<raw::CodeText>, ss7: Option<&Ss7>) -> Option<PointCode> {
        let destination = self.other_point_code(code, ss7.map(|ss7| ss7.own))?;
        if ss7.is_some_and(|ss7| ss7.routes.iter().all(|route| route.destination != destination)) {
            let remedy = "add an [[ss7.route]] with this destination, or a link to it";
            self.wrong(&code.place, "an exchange that signalling reaches", remedy);
        }
        Some(destination)
    }

    fn circuits(
        &mut self,
        trunk: &Place,
        entries: Option<At<Vec<At<raw::TrunkSpan>>>>,
        name: &str,
        destination: Option<PointCode>,
        spans: &Named<Span>,
        held: &mut Held,
    ) -> Option<Vec<Circuit>> {
        let entries = self.required(trunk, "spans", entries, "a list as [{ span = \"name\", cic_base = 0 }]")?;
        let mut circuits = Some(Vec::new());
        for entry in &entries.value {
            let own = self.entry(entry, name, destination, spans, held);
            circuits = circuits.zip(own).map(|(circuits, own)| [circuits, own].concat());
        }
        if circuits.as_ref().is_some_and(Vec::is_empty) && !self.noted_below(&entries.place) {
            self.wrong(&entries.place, "at least one circuit", "add a span with a timeslot that is no link");
        }
        circuits.map(|mut circuits| {
            circuits.sort_by_key(|circuit| circuit.number);
            circuits
        })
    }

    /// The circuits of one entry of `spans`.
    fn entry(
        &mut self,
        At { place, value: raw }: &At<raw::TrunkSpan>,
        name: &str,
        destination: Option<PointCode>,
        spans: &Named<Span>,
        held: &mut Held,
    ) -> Option<Vec<Circuit>> {
        let span = self.required(place, "span", raw.span.clone(), "the name of a span");
        let span = span.and_then(|span| spans.find(self, &span));
        let others = [raw.interface.as_ref().map(|key| &key.place), raw.d_channel.as_ref().map(|key| &key.place)];
        self.not_here(others.map(Option::<&Place>::cloned), "pri");
        let base = self.required(place, "cic_base", raw.cic_base.clone(), "the code that timeslot 0 would have");
        let base = base.and_then(|base| self.within(&base, 0..=i64::from(self.variant.cic_max()) - 31, ""));
        let (span, base) = (span?, u16::try_from(base?).expect("at most the highest code"));
        let last = spans.get(span)?.line.last_timeslot();
        let timeslots = match &raw.timeslots {
            Some(text) => self.timeslots(text, last)?,
            None => (1..=last).filter(|timeslot| !held.is_signalling(span, *timeslot)).collect(),
        };
        let circuit = |timeslot| Circuit { number: base + u16::from(timeslot), span: SpanIndex(span), timeslot };
        let circuits: Vec<_> = timeslots.into_iter().map(circuit).collect();
        let twice = held.take(&circuits, destination?, name, self.variant.format);
        if let Some((expected, remedy)) = &twice {
            self.wrong(place, *expected, remedy);
        }
        twice.is_none().then_some(circuits)
    }

    /// A list as `1-15,17-31`.
    pub(super) fn timeslots(&mut self, text: &At<String>, last: u8) -> Option<BTreeSet<u8>> {
        let part = |part: &str| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = (from.trim().parse::<u8>().ok()?, to.trim().parse::<u8>().ok()?);
            (1 <= from && from <= to && to <= last).then_some(from..=to)
        };
        let parts: Option<Vec<_>> = text.value.split(',').map(part).collect();
        if parts.is_none() {
            self.wrong(
                &text.place,
                format!("timeslots from 1 to {last}, as \"1-15,17-{last}\""),
                "write it in that form",
            );
        }
        Some(parts?.into_iter().flatten().collect())
    }
}

impl Held {
    /// What of these circuits is held already, as an expectation and a remedy: told once for all of them.
    fn take(
        &mut self,
        circuits: &[Circuit],
        destination: PointCode,
        trunk: &str,
        format: Format,
    ) -> Option<(&'static str, String)> {
        let taken = self.take_timeslots(circuits, trunk);
        if taken.is_some() {
            return taken;
        }
        let holder = format!("trunk {trunk:?}");
        for Circuit { number: cic, .. } in circuits {
            if let Some(first) = self.cics.take((destination, *cic), &holder) {
                let to = format.print(destination);
                let remedy = format!("CIC {cic} to {to} is {first}'s: choose another cic_base");
                return Some(("circuit identification codes that nothing else to this exchange has", remedy));
            }
        }
        None
    }

    /// The same of their timeslots alone.
    pub(super) fn take_timeslots(&mut self, circuits: &[Circuit], trunk: &str) -> Option<(&'static str, String)> {
        let holder = format!("trunk {trunk:?}");
        let mut taken = circuits.iter().filter_map(|Circuit { span, timeslot, .. }| {
            let first = self.timeslots.take((span.0, *timeslot), &holder)?;
            let remedy = format!("timeslot {timeslot} is {first}'s: take others with timeslots = \"1-15\"");
            Some(("timeslots that nothing else has", remedy))
        });
        taken.next()
    }

    /// Whether a link or a D-channel has the timeslot.
    pub(super) fn is_signalling(&self, span: usize, timeslot: u8) -> bool {
        let signals = |holder: &str| holder.starts_with("link") || holder.starts_with("D-channel");
        self.timeslots.holder(&(span, timeslot)).is_some_and(signals)
    }
}

/// What `kind` may say.
#[derive(Clone, Copy)]
enum Kind {
    Isup,
    Pri,
}

const KINDS: [(&str, Kind); 2] = [("isup", Kind::Isup), (PRI, Kind::Pri)];
const PRI: &str = "pri";

const PEERS_DOWN: [(&str, PeersDownAction); 3] =
    [("ignore", PeersDownAction::Ignore), ("block", PeersDownAction::Block), ("release", PeersDownAction::Release)];

/// Q.850.
const NETWORK_OUT_OF_ORDER: u8 = 38;

const HUNTING: [(&str, Hunting); 6] = [
    ("ascending", Hunting::Ascending),
    ("descending", Hunting::Descending),
    ("cyclic", Hunting::Cyclic),
    ("least-recently-used", Hunting::LeastRecentlyUsed),
    ("odd-first", Hunting::OddFirst),
    ("even-first", Hunting::EvenFirst),
];

/// Nobody keeps more than some spans' worth of circuits idle.
const RESERVE_MAX: i64 = 1_000;
/// A check now and then; rarer is never.
const EVERY_MAX: i64 = 10_000;
