//! `[ss7]`: point codes, links, linksets and signalling routes.

use isup::mtp2::Correction;
use isup::mtp2::txc::UNACKNOWLEDGED_MAX;
use isup::mtp2::unit::MESSAGE_OCTETS_MAX;
use isup::point_code::Format;
use isup::variant::Variant;

use super::{Check, Named, Taken};
use crate::model::{
    Link, LinkIndex, LinkMode, Linkset, LinksetIndex, NetworkIndicator, PointCode, SignallingRoute, Span, SpanIndex,
    Ss7,
};
use crate::raw;
use crate::wrong::{At, Place};

/// What the links found so far hold.
struct Held {
    names: Taken<String>,
    timeslots: Taken<(usize, u8)>,
    codes: Taken<(PointCode, i64)>,
}

impl Check {
    pub(super) fn ss7(&mut self, section: Option<At<raw::Ss7>>, spans: &Named<Span>) -> Option<Ss7> {
        let At { place, value: raw } = self.required(&Place::file(), "ss7", section, "an [ss7] section")?;
        self.network_variant(raw.variant, raw.point_code_format);
        let own = self.required(&place, "point_code", raw.point_code, &self.point_code_form());
        let own = own.and_then(|code| self.point_code(&code));
        let further = self.further_point_codes(raw.further_point_codes, own);
        let network = self.required(&place, "network", raw.network, "the network of these point codes");
        let network = network.and_then(|word| self.choice(&word, &NETWORKS));
        let mut linksets = Vec::new();
        let links = self.links(&place, raw.link, own, spans, &mut linksets);
        let routes = self.signalling_routes(raw.route, own, &linksets);
        let mtp2_timers = self.mtp2_timers(raw.mtp2_timers);
        let mtp3_timers = self.mtp3_timers(raw.mtp3_timers);
        let (own, network, links, routes) = (own?, network?, links?, routes?);
        Some(Ss7 { own, further, network, links, linksets, routes, mtp2_timers, mtp3_timers })
    }

    pub(super) fn point_code(&mut self, code: &At<raw::CodeText>) -> Option<PointCode> {
        let format = self.variant.format;
        let value = format.parse(&code.value.0).ok();
        if value.is_none() {
            let [most @ .., last] =
                &format.fields.iter().map(|bits| ((1 << bits) - 1).to_string()).collect::<Vec<_>>()[..]
            else {
                return None;
            };
            let remedy = format!("the parts go up to {} and {last}", most.join(", "));
            self.wrong(&code.place, self.point_code_form(), remedy);
        }
        value
    }

    fn point_code_form(&self) -> String {
        format!("a point code, as \"1-2-3\" or 0 to {}", self.variant.format.point_code_max())
    }

    /// Whose signalling it is, and how point codes are written there.
    fn network_variant(&mut self, variant: Option<At<String>>, format: Option<At<String>>) {
        let variants = Variant::ALL.map(|variant| (variant.name, variant));
        let variant = variant.map_or(Some(Variant::ITU), |word| self.choice(&word, &variants));
        // What is wrong has been noted; the rest is read as if it were ITU-T's.
        self.variant = variant.unwrap_or(Variant::ITU);
        let Some(word) = format else { return };
        let formats = Format::ALL.map(|format| (format.name, format));
        let Some(format) = self.choice(&word, &formats) else { return };
        if variant.is_some_and(|variant| !variant.takes(format)) {
            let its: Vec<_> =
                Format::ALL.iter().filter(|format| self.variant.takes(**format)).map(|format| format.name).collect();
            let expected = format!("a format of networks that speak {}: {}", self.variant.name, its.join(", "));
            self.wrong(&word.place, expected, "change point_code_format or variant");
        }
        self.variant.format = format;
    }

    fn further_point_codes(
        &mut self,
        list: Option<At<Vec<At<raw::CodeText>>>>,
        own: Option<PointCode>,
    ) -> Vec<PointCode> {
        let mut further = Vec::new();
        for code in list.into_iter().flat_map(|list| list.value) {
            let Some(value) = self.point_code(&code) else { continue };
            if Some(value) == own || further.contains(&value) {
                self.wrong(&code.place, "each point code of ours once", "remove it");
            }
            further.push(value);
        }
        further
    }

    /// The point code of another exchange.
    pub(super) fn other_point_code(&mut self, code: &At<raw::CodeText>, own: Option<PointCode>) -> Option<PointCode> {
        let value = self.point_code(code)?;
        if Some(value) == own {
            self.wrong(&code.place, "the point code of another exchange", "this is ss7.point_code, our own");
            return None;
        }
        Some(value)
    }

    fn links(
        &mut self,
        ss7: &Place,
        list: Option<At<Vec<At<raw::Link>>>>,
        own: Option<PointCode>,
        spans: &Named<Span>,
        linksets: &mut Vec<Linkset>,
    ) -> Option<Vec<Link>> {
        let list = self.required(ss7, "link", list, "at least one [[ss7.link]]")?.value;
        let mut held = Held { names: Taken::new(), timeslots: Taken::new(), codes: Taken::new() };
        let links: Vec<_> = list.into_iter().map(|link| self.link(link, own, spans, &mut held, linksets)).collect();
        let links: Vec<Link> = links.into_iter().collect::<Option<_>>()?;
        for (index, link) in links.iter().enumerate() {
            linksets[link.linkset.0].links.push(LinkIndex(index));
        }
        for linkset in linksets {
            linkset.links.sort_by_key(|index| links[index.0].slc);
        }
        Some(links)
    }

    fn link(
        &mut self,
        At { place, value: raw }: At<raw::Link>,
        own: Option<PointCode>,
        spans: &Named<Span>,
        held: &mut Held,
        linksets: &mut Vec<Linkset>,
    ) -> Option<Link> {
        let name = self.name(&place, raw.name, &mut held.names);
        let span = self.required(&place, "span", raw.span, "the name of a span");
        let span = span.and_then(|span| spans.find(self, &span));
        let timeslot = self.required(&place, "timeslot", raw.timeslot, "the timeslot of the link");
        let timeslot = timeslot.and_then(|number| self.link_timeslot(&number, span, spans, &name, held));
        let adjacent = self.required(&place, "adjacent", raw.adjacent, "the point code at the other end");
        let adjacent = adjacent.and_then(|code| self.other_point_code(&code, own));
        let code_place = raw.slc.as_ref().map_or_else(|| place.missing("slc"), |number| number.place.clone());
        let code = self.within_or(raw.slc, 0..=15, "", 0);
        if let Some(first) = adjacent.zip(code).and_then(|code| held.codes.take(code, &name)) {
            let remedy = format!("link {first:?} to the same exchange has this code: choose another");
            self.wrong(&code_place, "a signalling link code that no other link of the linkset has", remedy);
        }
        let mode = raw.mode.map_or(Some(LinkMode::Mtp2), |word| self.choice(&word, &MODES));
        let correction = self.correction(raw.error_correction, raw.n1_messages, raw.n2_octets);
        let linkset = linkset(linksets, adjacent?);
        let slc = u8::try_from(code?).expect("within 0 to 15");
        let (span, timeslot) = (SpanIndex(span?), timeslot?);
        Some(Link { name, span, timeslot, slc, mode: mode?, correction: correction?, linkset })
    }

    /// N1 and N2 are numbers of preventive cyclic retransmission alone.
    fn correction(&mut self, word: Option<At<String>>, n1: Option<At<i64>>, n2: Option<At<i64>>) -> Option<Correction> {
        match word.map_or(Some(Correction::Basic), |word| self.choice(&word, &CORRECTIONS))? {
            Correction::Basic => {
                for number in [n1, n2].into_iter().flatten() {
                    let remedy = "add error_correction = \"cyclic\" or leave this out";
                    self.wrong(&number.place, "a link with preventive cyclic retransmission", remedy);
                }
                Some(Correction::Basic)
            }
            Correction::Cyclic { messages_max, octets_max } => {
                let n1 = self.within_or(n1, 1..=N1_MAX, "messages", messages_max.into());
                let n2 = self.within_or(n2, N2_OCTETS_MIN..=N2_OCTETS_MAX, "octets", octets_max.into());
                let messages_max = u8::try_from(n1?).expect("within 1 to 127");
                let octets_max = u32::try_from(n2?).expect("within 127 messages");
                Some(Correction::Cyclic { messages_max, octets_max })
            }
        }
    }

    fn link_timeslot(
        &mut self,
        number: &At<i64>,
        span: Option<usize>,
        spans: &Named<Span>,
        name: &str,
        held: &mut Held,
    ) -> Option<u8> {
        let timeslot = self.timeslot(number, span.and_then(|span| spans.get(span)))?;
        if let Some(first) = span.and_then(|span| held.timeslots.take((span, timeslot), name)) {
            let remedy = format!("link {first:?} has this timeslot: choose another");
            self.wrong(&number.place, "a timeslot that no other link has", remedy);
        }
        Some(timeslot)
    }

    /// A timeslot of the span, or of any line while the span itself is wrong.
    fn timeslot(&mut self, number: &At<i64>, span: Option<&Span>) -> Option<u8> {
        let last = span.map_or(31, |span| span.line.last_timeslot());
        let timeslot = self.within(number, 1..=i64::from(last), "")?;
        Some(u8::try_from(timeslot).expect("within 1 to 31"))
    }

    fn signalling_routes(
        &mut self,
        list: Option<At<Vec<At<raw::SignallingRoute>>>>,
        own: Option<PointCode>,
        linksets: &[Linkset],
    ) -> Option<Vec<SignallingRoute>> {
        let adjacent = linksets.iter().enumerate();
        let adjacent = adjacent.map(|(at, linkset)| SignallingRoute {
            destination: linkset.adjacent,
            via: LinksetIndex(at),
            priority: 0,
        });
        let mut routes: Vec<_> = adjacent.collect();
        for At { place, value: raw } in list.into_iter().flat_map(|list| list.value) {
            let destination = self.required(&place, "destination", raw.destination, &self.point_code_form());
            let destination = destination.and_then(|code| Some((self.other_point_code(&code, own)?, code.place)));
            let via = self.required(&place, "via", raw.via, "the point code of an adjacent exchange");
            let via = via.and_then(|code| self.via(&code, linksets));
            let priority = self.within_or(raw.priority, 0..=PRIORITY_MAX, "", 0);
            let ((destination, place), via) = (destination?, via?);
            if routes.iter().any(|route| (route.destination, route.via) == (destination, via)) {
                let remedy = "an adjacent exchange has the route by its own links, with priority 0";
                self.wrong(&place, "each destination once over each adjacent exchange", remedy);
            }
            let priority = u8::try_from(priority?).expect("within 0 to 15");
            routes.push(SignallingRoute { destination, via, priority });
        }
        Some(routes)
    }

    fn via(&mut self, code: &At<raw::CodeText>, linksets: &[Linkset]) -> Option<LinksetIndex> {
        let adjacent = self.point_code(code)?;
        let linkset = linksets.iter().position(|linkset| linkset.adjacent == adjacent);
        if linkset.is_none() {
            self.wrong(&code.place, "the adjacent point code of a link", "add a link to it, or choose another");
        }
        linkset.map(LinksetIndex)
    }
}

/// The linkset to an adjacent point, made at its first link.
fn linkset(linksets: &mut Vec<Linkset>, adjacent: PointCode) -> LinksetIndex {
    let known = linksets.iter().position(|linkset| linkset.adjacent == adjacent);
    LinksetIndex(known.unwrap_or_else(|| {
        linksets.push(Linkset { adjacent, links: Vec::new() });
        linksets.len() - 1
    }))
}

/// The worst priority of a signalling route.
const PRIORITY_MAX: i64 = 15;

/// As many messages as sequence numbers let be outstanding.
const N1_MAX: i64 = UNACKNOWLEDGED_MAX as i64;
/// One of the longest messages.
const N2_OCTETS_MIN: i64 = MESSAGE_OCTETS_MAX as i64;
/// As many of the longest messages as can be outstanding.
const N2_OCTETS_MAX: i64 = N1_MAX * N2_OCTETS_MIN;

const NETWORKS: [(&str, NetworkIndicator); 4] = [
    ("international", NetworkIndicator::International),
    ("international-spare", NetworkIndicator::InternationalSpare),
    ("national", NetworkIndicator::National),
    ("national-reserved", NetworkIndicator::NationalReserved),
];

const CORRECTIONS: [(&str, Correction); 2] = [("basic", Correction::Basic), ("cyclic", Correction::CYCLIC)];

const MODES: [(&str, LinkMode); 3] = [("mtp2", LinkMode::Mtp2), ("hdlc", LinkMode::Hdlc), ("raw", LinkMode::Raw)];
