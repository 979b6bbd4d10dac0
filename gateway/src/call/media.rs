//! The path between the legs: an RTP leg at the timeslot of a circuit, or a patch of two timeslots.
//!
//! What arrives: both ends are chosen. What we ask for: the path between them, before anybody hears of the call. What
//! guards it: nothing needs to, each request is answered within a block. An RTP leg opens deaf and mute, and its directions
//! open as the call proceeds (`leg::session`); a patch is open both ways from the start, as the
//! exchange at its end decides what is heard.

use std::net::SocketAddr;

use media::Content;

use super::{Action, Call, Leg, Side, State};
use crate::control::output::MediaRequest;
use crate::interwork::hub::Bearer;

impl Call {
    pub(super) fn open_media(&mut self) {
        let cname = self.id.to_string();
        let request = match (&self.originating, &self.terminating) {
            (Leg::Session(session), far) | (far, Leg::Session(session)) => {
                let Some(seat) = far.seat() else { return };
                MediaRequest::Open { at: seat.at, session: Box::new(session.rtp(cname)) }
            }
            (from, to) => {
                let Some((a, b)) = from.seat().zip(to.seat()) else { return };
                MediaRequest::Patch { a: a.at, b: b.at, content: self.content() }
            }
        };
        self.media_open = true;
        self.actions.push_back(Action::Media(request));
    }

    pub(super) fn close_media(&mut self) {
        self.actions.push_back(Action::Media(MediaRequest::Close));
    }

    /// The RTP leg listens at `local`.
    pub(super) fn listens(&mut self, local: SocketAddr) {
        self.rtp = Some(local);
        for side in Side::BOTH {
            if let (Leg::Session(session), _) = self.at(side) {
                session.listens(local);
            }
        }
    }

    fn content(&self) -> Content {
        match &self.state {
            State::Opening(intent) if intent.setup.bearer == Bearer::Digital => Content::Digital,
            _ => Content::Speech,
        }
    }
}
