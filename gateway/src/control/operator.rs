//! What an operator asks: the state as a document; maintenance is `desk`'s.

use std::time::Instant;

use config::model::{Side, Signalling, TrunkIndex};
use isup::exchange;
use isup::mtp3::{LinkId, LinkState};
use isup::point_code::PointCode;
use isup::q931::interface;

use super::input::{OperatorRequest, RequestId};
use super::output::Reply;
use super::{Control, record};
use crate::call::Call;
use crate::circuit::SeatId;
use crate::ops::status::{self, Status};

impl Control {
    pub(super) fn operator(&mut self, now: Instant, id: RequestId, request: OperatorRequest) {
        match request {
            OperatorRequest::Status => self.reply(id, Reply::Status(Box::new(self.status(now)))),
            OperatorRequest::Circuits(order) => self.order(now, id, |control| control.order_circuits(now, &order)),
            OperatorRequest::Link(order) => self.order(now, id, |control| control.order_link(now, &order)),
        }
    }

    /// The whole state. The media section is the media path's own and is filled by whoever holds its counters.
    pub fn status(&self, now: Instant) -> Status {
        let seats = || self.trunks.seats();
        let owned = seats().filter(|(_, owner)| owner.is_some()).count();
        debug_assert!(owned <= 2 * self.calls.len(), "a circuit has an owner that is no call");
        let counters = self.counters;
        let sip = self.sip.counters();
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            uptime_ms: now.saturating_duration_since(self.start.now).as_millis() as u64,
            draining: !self.phase.takes_calls(),
            journal_trouble: self.journal_fault.clone(),
            spans: self.spans_status(),
            links: (0..self.links.len()).map(|link| self.link_status(LinkId(link as u16))).collect(),
            d_channels: self.d_channels_status(),
            trunks: self.trunks_status(),
            peers: self.peers_status(),
            registrations: self.registrations_status(now),
            users: self.users_status(now),
            transactions: self.transactions_status(),
            dialogs: self.dialogs_status(now),
            calls: status::Calls {
                active: self.calls.len() as u64,
                from_sip: counters.calls_from_sip,
                from_pstn: counters.calls_from_pstn,
                answered: counters.calls_answered,
                unanswered: counters.calls_unanswered,
            },
            call_list: self.calls.values().take(status::CALLS_MAX).map(|call| self.call_status(now, call)).collect(),
            audit: self.auditor.told(),
            strays: self.exchange.counters().unknown_circuit,
            media: status::Media::default(),
            sip: status::Sip {
                received: sip.received,
                sent: sip.sent,
                malformed: sip.malformed_answered + sip.malformed_dropped,
                retransmitted: sip.repetitions_sent,
                strangers: counters.strangers + sip.strangers,
                distrusted: counters.distrusted,
                signed: counters.signed,
                challenged: sip.challenges_sent,
                credentials_wrong: sip.credentials_wrong,
                credentials_refused: sip.credentials_refused,
                registered: self.sip.registered(now) as u64,
                unheard: self.gate.unheard,
                sources_in_debt: self.gate.in_debt(now) as u64,
                plain: counters.plain,
                shed: sip.shed,
                held: sip.held,
                subscriptions: self.sip.subscribed() as u64,
                flows_lost: sip.flows_lost,
                bindings_asked: sip.bindings_asked,
            },
        }
    }

    fn spans_status(&self) -> Vec<status::Span> {
        let spans = self.model.spans.iter().zip(&self.spans);
        spans
            .map(|(span, state)| status::Span {
                name: span.name.clone(),
                line: span.line.to_string(),
                alarms: state.health.alarms.names().map(str::to_owned).collect(),
                slips: state.health.slips,
                interrupts_missed: state.health.interrupts_missed,
                clock: self.clock_name(state.health.clock_source),
            })
            .collect()
    }

    /// Whose clock a card goes by.
    fn clock_name(&self, source: u32) -> String {
        let named = self.model.spans.iter().find(|span| span.number == source);
        match (source, named) {
            (0, _) => "own".into(),
            (_, Some(span)) => span.name.clone(),
            (number, None) => format!("span {number}"),
        }
    }

    fn link_status(&self, link: LinkId) -> status::Link {
        let configured = &self.model.links()[usize::from(link.0)];
        let counters = self.links[usize::from(link.0)].counters();
        let tally = self.tallies[usize::from(link.0)];
        status::Link {
            name: configured.name.clone(),
            span: self.model.span(configured.span).name.clone(),
            timeslot: configured.timeslot,
            adjacent: self.point_code_text(self.model.linkset(configured.linkset).adjacent),
            state: state_in_words(self.router.link_state(link)).into(),
            messages_sent: counters.messages_sent,
            messages_retransmitted: counters.messages_retransmitted,
            messages_received: counters.messages_received,
            units_errored: counters.units_errored,
            units_malformed: counters.units_malformed,
            negative_acknowledgements: counters.negative_sent + counters.negative_received,
            messages_refused: counters.transmit_refused,
            failures: tally.failures,
            alignments_failed: tally.alignments_failed,
            changeovers: tally.changeovers,
            congestions: tally.congestions,
            inhibitions: tally.inhibitions,
            discarded: tally.discarded,
        }
    }

    /// As the network writes it.
    pub(in crate::control) fn point_code_text(&self, code: PointCode) -> String {
        self.model.variant.format.print(code)
    }

    fn trunks_status(&self) -> Vec<status::Trunk> {
        let mut trunks: Vec<status::Trunk> = self.model.trunk_indices().map(|trunk| self.trunk_status(trunk)).collect();
        self.count_circuits(&mut trunks);
        trunks
    }

    fn trunk_status(&self, index: TrunkIndex) -> status::Trunk {
        let trunk = self.model.trunk(index);
        let (destination, reachable) = match &trunk.signalling {
            Signalling::Isup(isup) => {
                (self.point_code_text(isup.destination), self.router.is_reachable(isup.destination))
            }
            Signalling::Pri(pri) => (far_side(pri.side).to_owned(), self.interface_is_up(index)),
        };
        status::Trunk {
            name: trunk.name.clone(),
            destination,
            reachable,
            circuits: status::Circuits::default(),
            mailboxes_told: self.pri.iter().find(|pri| pri.trunk == index).map_or(0, |pri| pri.mailboxes_told),
            irregular: self.irregular(index),
        }
    }

    /// What has come over a trunk that should not have.
    fn irregular(&self, trunk: TrunkIndex) -> status::Irregular {
        let mut sum = exchange::Counters::default();
        for (seat, _) in self.trunks.seats().filter(|(seat, _)| seat.trunk == trunk) {
            if let SeatId::Circuit(circuit) = seat.id {
                sum += self.exchange.circuit_counters(circuit);
            }
        }
        match self.pri.iter().find(|pri| pri.trunk == trunk) {
            Some(pri) => pri_irregular(pri.interface.counters()),
            None => isup_irregular(sum),
        }
    }

    fn call_status(&self, now: Instant, call: &Call) -> status::Call {
        let story = call.story();
        let place = self.place(story);
        status::Call {
            id: call.id.to_string(),
            state: call.state_name().into(),
            direction: record::direction(story),
            calling: story.calling.clone(),
            called: story.called.clone(),
            trunk: place.trunk,
            cic: place.cic,
            from_trunk: place.from_trunk,
            from_cic: place.from_cic,
            transport: call.sessions().find_map(|it| self.sip.transport_of(it)).map(|transport| transport.in_uri()),
            srtp: story.srtp.map(|suite| suite.name().to_owned()),
            verstat: story.verdict.as_deref().map(|verdict| verdict.verstat().to_owned()),
            age_ms: now.saturating_duration_since(story.begun).as_millis() as u64,
        }
    }
}

fn isup_irregular(counters: exchange::Counters) -> status::Irregular {
    status::Irregular {
        unexpected: counters.unexpected,
        unreasonable: counters.malformed,
        unknown_messages: counters.unknown_type,
        unknown_parameters: counters.unknown_parameter,
        discarded: counters.discarded + counters.unsupported,
        confusion_sent: counters.confusion_sent,
        confusion_received: counters.confusion_received,
    }
}

/// Q.931 has STATUS where ISUP has CFN, which is an answer to more than confusion and is not counted as such.
fn pri_irregular(counters: interface::Counters) -> status::Irregular {
    status::Irregular {
        unexpected: counters.unexpected + counters.unknown_call,
        unreasonable: counters.malformed,
        unknown_messages: counters.unknown_type,
        unknown_parameters: counters.faulty,
        ..status::Irregular::default()
    }
}

/// Who is at the other end of a primary rate interface.
fn far_side(ours: Side) -> &'static str {
    match ours {
        Side::Network => "user",
        Side::User => "network",
    }
}

pub(super) fn state_in_words(state: LinkState) -> &'static str {
    match state {
        LinkState::Inactive => "inactive",
        LinkState::Waiting => "waiting",
        LinkState::Aligning => "aligning",
        LinkState::Testing => "testing",
        LinkState::Available => status::Link::IN_SERVICE,
        LinkState::Inhibited => "inhibited",
        LinkState::RemoteProcessorOutage => "remote processor outage",
    }
}
