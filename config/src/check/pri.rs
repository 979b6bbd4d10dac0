//! `[[trunk]]` with `kind = "pri"`: primary rate interfaces, their D-channels and B-channels.

use std::time::Duration;

use isup::q931::timer::{RANGES, Timers};

use super::trunk::Held;
use super::{Check, Named, Taken};
use crate::model::{Circuit, Line, Pri, PriSpan, Side, Signalling, Span, SpanIndex, Switch};
use crate::raw;
use crate::wrong::{At, Place};

impl Check {
    pub(super) fn pri(
        &mut self,
        place: &Place,
        raw: raw::Trunk,
        name: &str,
        spans: &Named<Span>,
        held: &mut Held,
    ) -> Option<(Signalling, Vec<Circuit>)> {
        let check = raw.continuity_check.map(|key| key.place);
        let destination = [raw.destination.map(|key| key.place), raw.point_code.map(|key| key.place)];
        let exchange = [raw.isup_timers.map(|key| key.place), raw.route_delay_ms.map(|key| key.place)];
        let continuity = [check, raw.continuity_every.map(|key| key.place)];
        let numbers = [raw.ported.map(|key| key.place), raw.ask_caller.map(|key| key.place)];
        [numbers, destination, exchange, continuity].into_iter().for_each(|keys| self.not_here(keys, "isup"));
        let side = self.required(place, "side", raw.side, "which end we are: \"network\" or \"user\"");
        let side = side.and_then(|word| self.choice(&word, &SIDES));
        let switch = raw.switch.map_or(Some(Switch::EuroIsdn), |word| self.choice(&word, &SWITCHES));
        let timers = self.q931_timers(side, raw.q931_timers);
        let restart_every = self.within_or(raw.restart_every_s, 0..=RESTART_EVERY_MAX_S, "seconds", 0);
        let malicious_calls = raw.malicious_calls.is_none_or(|key| key.value);
        let transfer = raw.transfer.is_some_and(|key| key.value);
        let entries = self.required(place, "spans", raw.spans, "a list as [{ span = \"name\" }]")?;
        let mut interfaces = Taken::new();
        let own: Vec<_> = (0..)
            .zip(&entries.value)
            .map(|(index, entry)| self.interface(index, entry, name, spans, &mut interfaces, held))
            .collect();
        let (own, circuits): (Vec<PriSpan>, Vec<Vec<Circuit>>) =
            own.into_iter().collect::<Option<Vec<_>>>()?.into_iter().unzip();
        self.d_channels(&entries, &own);
        let circuits = circuits.concat();
        if circuits.is_empty() {
            self.wrong(&entries.place, "at least one B-channel", "add a span with a timeslot that is no D-channel");
        }
        let restart_every = Some(Duration::from_secs(restart_every?.unsigned_abs())).filter(|every| !every.is_zero());
        let pri = Pri { side: side?, switch: switch?, timers, restart_every, malicious_calls, transfer, spans: own };
        Some((Signalling::Pri(pri), circuits))
    }

    /// Those of the side, but for what the file says.
    fn q931_timers(&mut self, side: Option<Side>, section: Option<At<raw::Q931Timers>>) -> Timers {
        let raw = section.map(|section| section.value).unwrap_or_default();
        let mut timers = if side == Some(Side::Network) { Timers::NETWORK } else { Timers::USER };
        for (range, number) in RANGES.iter().zip(raw.in_order()) {
            let allowed = (range.min_ms / 1000) as i64..=(range.max_ms / 1000) as i64;
            if let Some(length) = number.and_then(|number| self.within(&number, allowed, "seconds")) {
                *(range.field)(&mut timers) = Duration::from_secs(length.unsigned_abs());
            }
        }
        timers
    }

    /// The first span has the D-channel; of the others one may have the backup.
    fn d_channels(&mut self, entries: &At<Vec<At<raw::TrunkSpan>>>, spans: &[PriSpan]) {
        let more = spans.iter().zip(&entries.value).filter(|(span, _)| span.d_channel.is_some()).skip(D_CHANNELS_MAX);
        for (_, entry) in more {
            let remedy = "remove d_channel here: the first is in use, the second its backup";
            self.wrong(&entry.place, "at most two D-channels a trunk", remedy);
        }
    }

    /// The span at `index` of a trunk, and its B-channels.
    fn interface(
        &mut self,
        index: u16,
        At { place, value: raw }: &At<raw::TrunkSpan>,
        name: &str,
        spans: &Named<Span>,
        interfaces: &mut Taken<i64>,
        held: &mut Held,
    ) -> Option<(PriSpan, Vec<Circuit>)> {
        self.not_here([raw.cic_base.as_ref().map(|key| key.place.clone())], "isup");
        let span = self.required(place, "span", raw.span.clone(), "the name of a span");
        let span = span.and_then(|span| spans.find(self, &span))?;
        let line = spans.get(span)?.line;
        let own = raw.interface.clone();
        let interface = self.within_or(own, 0..=INTERFACE_MAX, "", i64::from(index))?;
        if let Some(first) = interfaces.take(interface, index + 1) {
            let remedy = format!("span {first} of this trunk has it: choose another");
            self.wrong(place, "an interface identifier that no other span of the trunk has", remedy);
        }
        let d_channel = self.d_channel(index, raw.d_channel.as_ref(), line)?;
        if let Some(timeslot) = d_channel {
            let first =
                held.timeslots.take((span, timeslot), format!("D-channel of trunk {name:?}")).map(str::to_owned);
            if let Some(first) = first {
                let remedy = format!("timeslot {timeslot} is {first}'s: choose another");
                self.wrong(place, "a timeslot that nothing else has", remedy);
                return None;
            }
        }
        let last = line.last_timeslot();
        let timeslots = match &raw.timeslots {
            Some(text) => self.timeslots(text, last)?,
            None => (1..=last).filter(|timeslot| !held.is_signalling(span, *timeslot)).collect(),
        };
        let number = |timeslot| NUMBERS_A_SPAN * index + u16::from(timeslot);
        let circuits =
            timeslots.into_iter().map(|timeslot| Circuit { number: number(timeslot), span: SpanIndex(span), timeslot });
        let circuits: Vec<_> = circuits.collect();
        if let Some((expected, remedy)) = held.take_timeslots(&circuits, name) {
            self.wrong(place, expected, remedy);
        }
        let interface = u8::try_from(interface).expect("within 0 to INTERFACE_MAX");
        Some((PriSpan { span: SpanIndex(span), interface, d_channel }, circuits))
    }

    /// The outer `None` is a mistake.
    #[expect(clippy::option_option, reason = "a span without a D-channel is no mistake")]
    fn d_channel(&mut self, index: u16, number: Option<&At<i64>>, line: Line) -> Option<Option<u8>> {
        let Some(number) = number else { return Some((index == 0).then_some(usual_d_channel(line))) };
        let timeslot = self.within(number, 1..=i64::from(line.last_timeslot()), "")?;
        Some(Some(u8::try_from(timeslot).expect("within 1 to 31")))
    }
}

/// Where primary rate lines have their D-channel, Q.931 and ANSI T1.607 interfaces alike.
fn usual_d_channel(line: Line) -> u8 {
    match line {
        Line::E1 => 16,
        Line::T1 => 24,
    }
}

/// Interface identifiers have 7 bits, Q.931 4.5.13.
const INTERFACE_MAX: i64 = 127;
/// In use and backup.
const D_CHANNELS_MAX: usize = 2;
/// Between the numbers of a timeslot on two spans of a trunk.
const NUMBERS_A_SPAN: u16 = 100;

const SIDES: [(&str, Side); 2] = [("network", Side::Network), ("user", Side::User)];

const SWITCHES: [(&str, Switch); 7] = [
    ("euroisdn", Switch::EuroIsdn),
    ("ni1", Switch::Ni1),
    ("ni2", Switch::Ni2),
    ("dms100", Switch::Dms100),
    ("4ess", Switch::Ess4),
    ("5ess", Switch::Ess5),
    ("qsig", Switch::Qsig),
];

impl raw::Q931Timers {
    /// In the order of [`RANGES`].
    fn in_order(self) -> [Option<At<i64>>; RANGES.len()] {
        let Self {
            t301_s,
            t302_s,
            t303_s,
            t304_s,
            t305_s,
            t306_s,
            t308_s,
            t309_s,
            t310_s,
            t313_s,
            t314_s,
            t316_s,
            t322_s,
        } = self;
        [t301_s, t302_s, t303_s, t304_s, t305_s, t306_s, t308_s, t309_s, t310_s, t313_s, t314_s, t316_s, t322_s]
    }
}

/// Once a day; rarer is never.
const RESTART_EVERY_MAX_S: i64 = 86_400;
