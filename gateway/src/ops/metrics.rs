//! `GET /metrics`: the status as OpenMetrics text for Prometheus.
//!
//! Families are named `spangate_*` and are made anew from each [`Status`], so that they never disagree with it and
//! nothing is counted twice. Left out: what has a label for each call; calls are in the records.

use std::fmt;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::status::{DChannel, Link, Registration, Status};

/// The type of the text that [`render`] gives.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The status in OpenMetrics text.
pub fn render(status: &Status) -> String {
    let mut families = Families { registry: Registry::with_prefix("spangate") };
    families.process(status);
    families.spans(status);
    families.links(status);
    families.d_channels(status);
    families.circuits(status);
    families.calls(status);
    families.audit(status);
    families.media(status);
    families.sip(status);
    families.text().expect("a String takes every text")
}

type Labels = Vec<(&'static str, String)>;
/// A metric of links: its name, what it tells, and where it is found.
type Figure = (&'static str, &'static str, fn(&Link) -> u64);

struct Families {
    registry: Registry,
}

impl Families {
    fn process(&mut self, status: &Status) {
        self.gauge("uptime_seconds", "Time since the start", status.uptime_ms / 1000);
        self.gauge("draining", "1 while new calls are refused", u64::from(status.draining));
        self.gauge(
            "journal_trouble",
            "1 while records do not reach the disk",
            u64::from(status.journal_trouble.is_some()),
        );
    }

    fn spans(&mut self, status: &Status) {
        let name = |name: &str| vec![("span", name.to_owned())];
        let alarms = status.spans.iter().map(|span| (name(&span.name), span.alarms.len() as u64));
        self.gauges("span_alarms", "Alarms that stand on a span", alarms);
        let slips = status.spans.iter().filter_map(|span| Some((name(&span.name), span.slips?)));
        self.counters("span_slips", "Frames repeated or left out between the clocks of line and card", slips);
        let missed = status.spans.iter().map(|span| (name(&span.name), span.interrupts_missed));
        self.counters("span_interrupts_missed", "Interrupts that the host missed", missed);
    }

    fn links(&mut self, status: &Status) {
        let each = |value: fn(&Link) -> u64| {
            status.links.iter().map(move |link| (vec![("link", link.name.clone())], value(link)))
        };
        self.gauges(
            "link_in_service",
            "1 while a signalling link carries traffic",
            each(|link| u64::from(link.state == Link::IN_SERVICE)),
        );
        self.counters(
            "link_messages_sent",
            "Message signal units sent for the first time",
            each(|link| link.messages_sent),
        );
        self.counters(
            "link_messages_retransmitted",
            "Message signal units sent again",
            each(|link| link.messages_retransmitted),
        );
        self.counters("link_messages_received", "Message signal units received", each(|link| link.messages_received));
        self.counters("link_units_errored", "Signal units that the line spoilt", each(|link| link.units_errored));
        let figures: [Figure; 8] = [
            ("link_units_malformed", "Signal units that came whole and are none", |link| link.units_malformed),
            ("link_negative_acknowledgements", "Requests for retransmission", |link| link.negative_acknowledgements),
            ("link_messages_refused", "Messages that found the transmission buffer full", |link| link.messages_refused),
            ("link_failures", "Times that a link stopped carrying traffic unasked", |link| link.failures),
            ("link_alignments_failed", "Alignments that did not succeed", |link| link.alignments_failed),
            ("link_changeovers", "Times that messages were diverted to other links", |link| link.changeovers),
            ("link_congestions", "Times that the transmission buffer became congested", |link| link.congestions),
            ("link_inhibitions", "Times that either end inhibited a link", |link| link.inhibitions),
        ];
        for (name, help, figure) in figures {
            self.counters(name, help, each(figure));
        }
        let discarded = status.links.iter().flat_map(|link| {
            let of = link.discarded;
            let causes = [
                ("malformed", of.malformed),
                ("network", of.network),
                ("destination", of.destination),
                ("service", of.service),
                ("test", of.test),
                ("management", of.management),
            ];
            causes.map(|(cause, count)| (vec![("link", link.name.clone()), ("cause", cause.to_owned())], count))
        });
        self.counters("link_messages_discarded", "Messages that came and went no further, by cause", discarded);
    }

    fn d_channels(&mut self, status: &Status) {
        let each = |value: fn(&DChannel) -> u64| {
            let labels = |one: &DChannel| vec![("trunk", one.trunk.clone()), ("span", one.span.clone())];
            status.d_channels.iter().map(move |one| (labels(one), value(one)))
        };
        self.gauges(
            "d_channel_in_service",
            "1 while a D-channel carries the calls' signalling",
            each(|one| u64::from(one.state == Link::IN_SERVICE)),
        );
        self.counters(
            "d_channel_frames_sent",
            "Information frames sent for the first time",
            each(|one| one.frames_sent),
        );
        self.counters(
            "d_channel_frames_retransmitted",
            "Information frames sent again",
            each(|one| one.frames_retransmitted),
        );
        self.counters("d_channel_frames_received", "Information frames received", each(|one| one.frames_received));
        self.counters("d_channel_frames_lost", "Frames that the line did not take", each(|one| one.frames_lost));
        self.counters(
            "d_channel_frames_invalid",
            "Frames that are none, or not for us",
            each(|one| one.frames_invalid),
        );
        self.counters("d_channel_rejects", "Requests for retransmission", each(|one| one.rejects));
        self.counters("d_channel_establishments", "Times that the data link came up", each(|one| one.establishments));
        let errors = status.d_channels.iter().flat_map(|one| {
            let of = || vec![("trunk", one.trunk.clone()), ("span", one.span.clone())];
            one.errors.iter().map(move |(code, count)| ([of(), vec![("code", code.to_string())]].concat(), *count))
        });
        self.counters("d_channel_errors", "Errors of the data link by their letter in Q.921", errors);
    }

    fn circuits(&mut self, status: &Status) {
        let trunks = status.trunks.iter();
        let states = trunks.clone().flat_map(|trunk| {
            let of = trunk.circuits;
            let states = [
                ("idle", of.idle),
                ("busy", of.busy),
                ("releasing", of.releasing),
                ("resetting", of.resetting),
                ("blocked", of.blocked),
                ("unavailable", of.unavailable),
                ("unequipped", of.unequipped),
            ];
            let labels = |state: &str| vec![("trunk", trunk.name.clone()), ("state", state.to_owned())];
            states.map(|(state, count)| (labels(state), u64::from(count)))
        });
        self.gauges("circuits", "Circuits by state, each in one", states);
        let irregular = trunks.clone().flat_map(|trunk| {
            let of = trunk.irregular;
            let kinds = [
                ("unexpected", of.unexpected),
                ("unreasonable", of.unreasonable),
                ("unknown_message", of.unknown_messages),
                ("unknown_parameter", of.unknown_parameters),
                ("discarded", of.discarded),
                ("confusion_sent", of.confusion_sent),
                ("confusion_received", of.confusion_received),
            ];
            let labels = |kind: &str| vec![("trunk", trunk.name.clone()), ("kind", kind.to_owned())];
            kinds.map(|(kind, count)| (labels(kind), count))
        });
        self.counters("irregular_messages", "Messages that a far end should not have sent", irregular);
        let told = trunks.clone().map(|trunk| (vec![("trunk", trunk.name.clone())], trunk.mailboxes_told));
        self.counters("mailboxes_told", "Times that messages were said to wait for a user, or none any more", told);
        self.counter("stray_messages", "ISUP messages for circuits that do not exist here", status.strays);
        let reachable = trunks.map(|trunk| (vec![("trunk", trunk.name.clone())], u64::from(trunk.reachable)));
        self.gauges("trunk_reachable", "1 while signalling reaches the other exchange", reachable);
    }

    fn calls(&mut self, status: &Status) {
        let calls = &status.calls;
        self.gauge("calls_active", "Calls now", calls.active);
        let direction = |direction: &str, count| (vec![("direction", direction.to_owned())], count);
        let begun = [direction("sip_to_pstn", calls.from_sip), direction("pstn_to_sip", calls.from_pstn)];
        self.counters("calls", "Calls begun", begun.into_iter());
        self.counter("calls_answered", "Calls answered", calls.answered);
        self.counter("calls_unanswered", "Calls that ended unanswered", calls.unanswered);
    }

    fn audit(&mut self, status: &Status) {
        let audit = &status.audit;
        self.counter("audits", "Times that the circuit auditor has looked", audit.audits);
        self.counter("audit_violations", "States that cannot be, found by the circuit auditor", audit.violations);
        self.gauge("audit_open", "Those that the last audit could not heal at once", audit.open);
        self.counter("audit_differences", "Circuits that the far end held for something else", audit.differences);
    }

    fn media(&mut self, status: &Status) {
        let media = &status.media;
        self.counter("rtp_packets_sent", "RTP packets sent", media.packets_sent);
        self.counter("rtp_packets_received", "RTP packets received", media.packets_received);
        self.counter("srtp_unauthentic", "Encrypted packets that did not authenticate", media.srtp_unauthentic);
        self.counter("srtp_replayed", "Encrypted packets that came a second time", media.srtp_replayed);
        self.counter("srtp_refused", "Packets that are no SRTP that could be accepted", media.srtp_refused);
        self.counter("media_concealed_octets", "Octets that concealment played", media.concealed_octets);
        self.counter("media_slips", "Corrections of skew", media.slips);
        self.counter("tdm_underruns", "Blocks that went to a span as silence", media.underruns);
        self.counter("tdm_overruns", "Blocks from a span that were lost", media.overruns);
        self.counter("tdm_gap_frames", "Frames of the spans that were never read", media.gap_frames);
        self.counter("sim_patience_milliseconds", "Time that the simulated clock waited", media.patience_ms);
    }

    fn sip(&mut self, status: &Status) {
        let sip = &status.sip;
        self.counter("sip_datagrams_received", "SIP datagrams received", sip.received);
        self.counter("sip_datagrams_sent", "SIP datagrams sent", sip.sent);
        self.counter("sip_datagrams_malformed", "Datagrams that are no SIP message", sip.malformed);
        self.counter("sip_messages_retransmitted", "Messages sent again", sip.retransmitted);
        self.counter("sip_strangers", "INVITEs from sources that are no peer's", sip.strangers);
        self.counter("sip_distrusted", "INVITEs refused because nobody vouches for the caller", sip.distrusted);
        self.counter("sip_signed", "INVITEs of ours that we signed", sip.signed);
        self.gauge("sip_registered", "Devices of users that are registered here", sip.registered);
        let registrations = status
            .registrations
            .iter()
            .map(|one| (vec![("address", one.address.clone())], u64::from(one.state == Registration::REGISTERED)));
        self.gauges("sip_registration", "1 while an address of ours is registered elsewhere", registrations);
        self.gauge("sip_subscriptions", "Subscriptions to message summaries", sip.subscriptions);
        self.counter("sip_flows_lost", "Flows of our registrations that failed", sip.flows_lost);
        self.counter("sip_bindings_asked", "STUN requests on SIP ports", sip.bindings_asked);
        self.counter("sip_challenged", "Requests that we challenged", sip.challenged);
        self.counter("sip_credentials_wrong", "Requests whose credentials were wrong", sip.credentials_wrong);
        self.counter(
            "sip_credentials_refused",
            "Challenges that our credentials did not meet",
            sip.credentials_refused,
        );
        self.counter("sip_unheard", "Messages of sources that asked or offended too much", sip.unheard);
        self.counter("sip_plain", "Datagrams and connections of whoever is heard over TLS alone", sip.plain);
        self.counter("sip_shed", "INVITEs refused because there is too much to do", sip.shed);
        self.counter("sip_held", "INVITEs that did not go because their peer wants fewer", sip.held);
        self.gauge("sip_sources_in_debt", "Such sources now", sip.sources_in_debt);
        let peers = status.peers.iter();
        let refused = peers.clone().flat_map(|peer| {
            let limits = [
                ("calls_max", peer.refused_calls),
                ("calls_per_second", peer.refused_rate),
                ("minutes_per_day", peer.refused_minutes),
                ("barred", peer.refused_barred),
            ];
            limits.map(|(limit, count)| (vec![("peer", peer.name.clone()), ("limit", limit.to_owned())], count))
        });
        self.counters("peer_refused", "Calls that a peer's limits refused", refused);
        let active = peers.map(|peer| (vec![("peer", peer.name.clone())], peer.calls));
        self.gauges("peer_calls_active", "Calls that a peer began, now", active);
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        let gauge = Gauge::<i64>::default();
        gauge.set(signed(value));
        self.registry.register(name, help, gauge);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        self.registry.register(name, help, counter);
    }

    fn gauges(&mut self, name: &str, help: &str, values: impl Iterator<Item = (Labels, u64)>) {
        let family = Family::<Labels, Gauge>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).set(signed(value));
        }
        self.registry.register(name, help, family);
    }

    fn counters(&mut self, name: &str, help: &str, values: impl Iterator<Item = (Labels, u64)>) {
        let family = Family::<Labels, Counter>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).inc_by(value);
        }
        self.registry.register(name, help, family);
    }

    fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A gauge counts in signed numbers; no count of ours comes near their end.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::status::{Calls, Circuits, Media, Trunk};

    #[test]
    fn the_status_is_told_in_open_metrics() {
        let circuits = Circuits { idle: 27, busy: 3, ..Circuits::default() };
        let status = Status {
            uptime_ms: 61_500,
            links: vec![Link {
                name: "link".into(),
                state: Link::IN_SERVICE.into(),
                messages_sent: 12,
                ..Link::default()
            }],
            trunks: vec![Trunk {
                name: "a \"b\"".into(),
                destination: "1-1-2".into(),
                reachable: true,
                circuits,
                ..Trunk::default()
            }],
            calls: Calls { active: 3, from_sip: 5, ..Calls::default() },
            media: Media { underruns: 2, ..Media::default() },
            ..Status::default()
        };
        let text = render(&status);
        for line in [
            "spangate_uptime_seconds 61",
            "# TYPE spangate_circuits gauge",
            "spangate_circuits{trunk=\"a \\\"b\\\"\",state=\"busy\"} 3",
            "spangate_link_in_service{link=\"link\"} 1",
            "spangate_link_messages_sent_total{link=\"link\"} 12",
            "spangate_calls_total{direction=\"sip_to_pstn\"} 5",
            "spangate_calls_active 3",
            "spangate_tdm_underruns_total 2",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn every_number_of_the_status_is_a_metric() {
        let media = Media {
            packets_sent: 101,
            packets_received: 102,
            srtp_unauthentic: 109,
            srtp_replayed: 110,
            srtp_refused: 111,
            concealed_octets: 103,
            slips: 104,
            underruns: 105,
            overruns: 106,
            gap_frames: 107,
            patience_ms: 108,
        };
        let status = Status { media, ..Status::default() };
        let text = render(&status);
        for number in 101..=111 {
            assert_eq!(
                text.lines().filter(|line| line.ends_with(&format!(" {number}"))).count(),
                1,
                "{number} in\n{text}"
            );
        }
    }
}
