//! Supplementary services over Facility: each message of a channel is asked for them before the call hears of it.
//!
//! Promises: an answer goes out before whatever the call says to the message.

use std::time::Instant;

use isup::q931::codec::{CallReference, Facility, Message, MessageType};
use isup::q931::interface::{Indication, Request};
use isup::q931::rose::InvokeId;
use isup::q931::service::{self, Dialect, Heard, Service};
use tracing::{info, warn};

use super::Control;
use crate::call::{ChannelEvent, ChannelRequest, Side};
use crate::circuit::{ChannelSeat, SeatId};
use crate::interwork::q931::service::{Circumstances, Token, judge};

impl Control {
    /// Does what the services in a message ask for.
    pub(super) fn heed(&mut self, now: Instant, seat: ChannelSeat, indication: &Indication) {
        let Some((message, dialect)) = indication.message().zip(self.dialect(seat)) else { return };
        for heard in service::heard(dialect, message) {
            self.heed_one(now, seat, dialect, &heard);
        }
    }

    fn heed_one(&mut self, now: Instant, seat: ChannelSeat, dialect: Dialect, heard: &Heard) {
        let verdict = judge(dialect, heard, self.circumstances(seat));
        if let Some((id, answer)) = verdict.answer {
            info!(channel = seat.channel.0, ?heard, ?answer, "supplementary service");
            let service = match heard {
                Heard::Service(_, service) => Some(service),
                _ => None,
            };
            self.send_facility(now, seat, &answer.facility(dialect, id, service));
        }
        if let Some(token) = verdict.token {
            if token == Token::Malicious {
                self.log_malicious(seat);
            }
            self.tell_channel(now, seat, ChannelEvent::Told(token));
        }
    }

    /// A charge, where the switch type can tell it.
    pub(super) fn advise(&mut self, now: Instant, seat: ChannelSeat, charge: &Service) {
        let facility = self.dialect(seat).and_then(|dialect| charge.facility(dialect, ADVICE_ID));
        if let Some(facility) = facility {
            self.send_facility(now, seat, &facility);
        }
    }

    /// The message that clears a call, with a charge likewise.
    pub(super) fn clear_with(&mut self, now: Instant, seat: ChannelSeat, mut message: Message, charge: &Service) {
        if let Some(facility) = self.dialect(seat).and_then(|dialect| charge.facility(dialect, ADVICE_ID)) {
            message.add(&facility);
        }
        self.ask_channel(now, seat, ChannelRequest::Call(Request::Release(message)));
    }

    fn send_facility(&mut self, now: Instant, seat: ChannelSeat, facility: &Facility) {
        let message = Message::new(CallReference::DUMMY, MessageType::FACILITY).with(facility.clone());
        self.ask_channel(now, seat, ChannelRequest::Call(Request::Facility(message)));
    }

    fn dialect(&self, seat: ChannelSeat) -> Option<Dialect> {
        self.switch_profile(seat.interface)?.services
    }

    fn circumstances(&self, seat: ChannelSeat) -> Circumstances {
        let call = self.trunks.owner(SeatId::Channel(seat)).and_then(|call| self.calls.get(&call));
        let trunk = self.model.trunk(self.pri[seat.interface].trunk);
        Circumstances {
            is_called: call.and_then(|call| call.side_of(SeatId::Channel(seat))) == Some(Side::Terminating),
            malicious_calls: match &trunk.signalling {
                config::model::Signalling::Pri(pri) => pri.malicious_calls,
                config::model::Signalling::Isup(_) => false,
            },
        }
    }

    fn log_malicious(&self, seat: ChannelSeat) {
        let call = self.trunks.owner(SeatId::Channel(seat)).and_then(|call| self.calls.get(&call));
        if let Some(call) = call {
            let story = call.story();
            warn!(call = %call.id, calling = story.calling, called = story.called, "malicious call");
        }
    }
}

/// Nobody answers an advice of charge, so that all may have one identifier.
const ADVICE_ID: InvokeId = InvokeId(1);
