//! User-user signalling between the far end of a channel and us (Q.957.1, Q.931 7.1.5 and 7.4): which services are provided, and who
//! takes no more for now.

use std::collections::BTreeSet;

use isup::q931::codec::Message;
use isup::q931::interface::Request;
use isup::q931::service::user_user::UserUserService;

use super::{Channel, Phase};
use crate::call::leg::Desk;
use crate::interwork::hub::{UserInformation, UserUserServices, UserUserWord};
use crate::interwork::q931::user_user::{self, Asked};

/// User-user signalling between a far end and us.
#[derive(Debug, Default)]
pub(super) struct UserUser {
    /// What the far end has asked for and was not answered.
    pub(super) asked: Asked,
    /// What the other end of the call has said of it so far.
    said: UserUserServices,
    /// Services that are provided, by their numbers.
    provided: BTreeSet<u8>,
    /// The far end takes no more.
    pub(super) is_closed: bool,
    /// We have said so.
    has_closed: bool,
}

impl UserUser {
    pub(super) fn heard(&mut self, services: UserUserServices) {
        self.said = self.said.then(services);
    }

    /// The message with the answers that can be given.
    pub(super) fn answered(&mut self, mut message: Message, is_last: bool) -> Message {
        let (provided, facilities) = self.asked.answer(self.said, is_last);
        self.provided.extend(provided);
        facilities.iter().for_each(|facility| message.add(facility));
        message
    }

    /// The far end has answered what we asked for.
    pub(super) fn granted(&mut self, services: UserUserServices) {
        let provided = services.said().filter(|(_, word)| *word == UserUserWord::Provided);
        self.provided.extend(provided.map(|(service, _)| service));
    }

    pub(super) fn has(&self, service: UserUserService) -> bool {
        self.provided.contains(&service.0)
    }
}

impl Channel {
    /// USER INFORMATION, where its service is provided and the far end takes it.
    pub fn user_information(&self, desk: &mut Desk<'_>, information: &UserInformation) -> bool {
        let is_open = matches!(self.phase, Phase::Outgoing | Phase::Dialling | Phase::Alerting | Phase::Answered)
            && self.user_user.has(self.service_now())
            && !self.user_user.is_closed;
        if is_open {
            self.ask(desk, Request::UserInformation(user_user::message(information)));
        }
        is_open
    }

    /// The service to which USER INFORMATION belongs.
    pub(super) fn service_now(&self) -> UserUserService {
        if self.phase == Phase::Answered { UserUserService::THREE } else { UserUserService::TWO }
    }

    /// CONGESTION CONTROL; that more is welcome goes without saying until the contrary has been said.
    pub fn congestion(&mut self, desk: &mut Desk<'_>, is_ready: bool) {
        if !is_ready || self.user_user.has_closed {
            self.ask(desk, Request::CongestionControl(user_user::congestion(is_ready)));
            self.user_user.has_closed = !is_ready;
        }
    }
}
