//! Supplementary services over Facility: each message of a channel is asked for them before the call hears of it.
//!
//! Promises: an answer goes out before whatever the call says to the message.

mod apart;
mod mailbox;
mod transfer;

use std::time::Instant;

use isup::q931::codec::{CallReference, Facility, Message, MessageType};
use isup::q931::interface::{self, Request};
use isup::q931::rose::InvokeId;
use isup::q931::service::name::NameOf;
use isup::q931::service::{self, Answer, Dialect, Heard, Service, naming};
use tracing::{info, warn};

use super::Control;
use crate::call::{ChannelEvent, ChannelRequest, Side};
use crate::circuit::{ChannelSeat, SeatId};
use crate::interwork::hub::Transferred;
use crate::interwork::q931::service::{Circumstances, Token, judge};
use crate::interwork::q931::{transfer as transfer_words, user_user};

impl Control {
    /// Does what the services in a message ask for.
    pub(super) fn heed(&mut self, now: Instant, seat: ChannelSeat, message: &Message) {
        let Some(profile) = self.switch_profile(seat.interface) else { return };
        if message.kind == MessageType::CONNECT
            && let Some(name) = naming::told(profile, NameOf::Connected, message)
        {
            self.tell_channel(now, seat, ChannelEvent::Told(Token::Connected(name)));
        }
        let Some(dialect) = profile.services else { return };
        if message.kind == MessageType::SETUP {
            let asked = user_user::asked(dialect, message);
            self.tell_channel(now, seat, ChannelEvent::Told(Token::UserUser(asked)));
        }
        for heard in service::heard(dialect, message) {
            self.note_mailbox(now, seat.interface, &heard, message);
            self.heed_one(now, seat, dialect, message.kind, &heard);
        }
    }

    fn heed_one(&mut self, now: Instant, seat: ChannelSeat, dialect: Dialect, kind: MessageType, heard: &Heard) {
        if let Heard::ReturnResult(result) = heard {
            return self.relieve_by(now, seat, result);
        }
        let circumstances = Circumstances { is_setup: kind == MessageType::SETUP, ..self.circumstances(seat) };
        let verdict = judge(dialect, heard, circumstances);
        if let Some((id, answer)) = verdict.answer {
            self.answer(now, seat, heard, (id, answer));
        }
        if let Some((id, wish)) = verdict.wish {
            self.grant(now, seat, heard, id, wish);
        }
        if let Some(token) = verdict.token {
            if token == Token::Malicious {
                self.log_malicious(seat);
            }
            self.tell_channel(now, seat, ChannelEvent::Told(token));
        }
    }

    /// Answers an invocation.
    pub(super) fn answer(&mut self, now: Instant, seat: ChannelSeat, to: &Heard, (id, answer): (InvokeId, Answer)) {
        let Some(dialect) = self.dialect(seat) else { return };
        info!(channel = seat.channel.0, heard = ?to, ?answer, "supplementary service");
        let service = match to {
            Heard::Service(_, service) => Some(service),
            _ => None,
        };
        self.send_facility(now, seat, &answer.facility(dialect, id, service));
    }

    /// What wants no answer, where the switch type can tell it.
    pub(super) fn tell_service(&mut self, now: Instant, seat: ChannelSeat, service: &Service) {
        let facility = self.dialect(seat).and_then(|dialect| service.facility(dialect, TOLD_ID));
        if let Some(facility) = facility {
            self.send_facility(now, seat, &facility);
        }
    }

    /// Who is at the other end from now on, likewise.
    pub(super) fn tell_transferred(&mut self, now: Instant, seat: ChannelSeat, transferred: &Transferred) {
        let side = self.side_of_interface(seat.interface);
        let service = self.dialect(seat).and_then(|dialect| transfer_words::tell(dialect, side, transferred));
        if let Some(service) = service {
            self.tell_service(now, seat, &service);
        }
    }

    /// The message that clears a call, with a charge likewise.
    pub(super) fn clear_with(&mut self, now: Instant, seat: ChannelSeat, mut message: Message, charge: &Service) {
        if let Some(facility) = self.dialect(seat).and_then(|dialect| charge.facility(dialect, TOLD_ID)) {
            message.add(&facility);
        }
        self.ask_channel(now, seat, ChannelRequest::Call(Request::Release(message)));
    }

    pub(super) fn send_facility(&mut self, now: Instant, seat: ChannelSeat, facility: &Facility) {
        let message = Message::new(CallReference::DUMMY, MessageType::FACILITY).with(facility.clone());
        self.ask_channel(now, seat, ChannelRequest::Call(Request::Facility(message)));
    }

    pub(super) fn dialect(&self, seat: ChannelSeat) -> Option<Dialect> {
        self.switch_profile(seat.interface)?.services
    }

    fn circumstances(&self, seat: ChannelSeat) -> Circumstances {
        let call = self.trunks.owner(SeatId::Channel(seat)).and_then(|call| self.calls.get(&call));
        let pri = self.pri_model(seat.interface);
        Circumstances {
            is_called: call.and_then(|call| call.side_of(SeatId::Channel(seat))) == Some(Side::Terminating),
            is_setup: false,
            malicious_calls: pri.is_some_and(|pri| pri.malicious_calls),
            transfers: pri.is_some_and(|pri| pri.transfer)
                && self.side_of_interface(seat.interface) == interface::Side::Network,
            number: self.call_number(seat),
        }
    }

    /// What the configuration says of an interface.
    pub(super) fn pri_model(&self, interface: usize) -> Option<&config::model::Pri> {
        match &self.model.trunk(self.pri[interface].trunk).signalling {
            config::model::Signalling::Pri(pri) => Some(pri),
            config::model::Signalling::Isup(_) => None,
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

/// Nobody answers what is only told, so that all of it may have one identifier.
const TOLD_ID: InvokeId = InvokeId(1);
