//! The path between the legs: an RTP leg at the timeslot of a circuit, or a patch of two timeslots.
//!
//! What arrives: both ends are chosen. What we ask for: the path between them, before anybody hears of the call. What
//! guards it: nothing needs to, each request is answered within a block. An RTP leg opens deaf and mute, and its directions
//! open as the call proceeds (`leg::session`); a patch is open both ways from the start, as the
//! exchange at its end decides what is heard.
//!
//! Who lets a caller hear that it rings: an exchange that is called over ISUP gives the tone itself. A called end on PRI
//! says in ALERTING whether there is something to hear; where it does not, nobody beyond us gives a tone, and a caller on
//! ISUP hears nothing of ALERTING. So the tone is ours, as it is for a called SIP phone that says 180 alone, and a caller on
//! PRI is told that there is something to hear. Unrestricted digital information has no tones.

use std::net::SocketAddr;

use media::dtmf::Press;
use media::tone::Tone;
use media::{Content, Timeslot};

use super::{Action, Call, Leg, Side};
use crate::control::output::MediaRequest;
use crate::interwork::hub::{Progress, Stage};

/// The path between two timeslots.
#[derive(Debug)]
pub(super) struct Patch {
    /// The caller's end.
    caller: Timeslot,
    law: media::Law,
    content: Content,
    /// The caller hears a ringing tone of ours in place of what comes.
    rings: bool,
}

impl Call {
    pub(super) fn open_media(&mut self) {
        let cname = self.id.to_string();
        let request = match (&self.originating, &self.terminating) {
            (Leg::Session(session), far) | (far, Leg::Session(session)) => {
                let Some(seat) = far.seat() else { return };
                MediaRequest::Open {
                    at: seat.at,
                    session: Box::new(session.rtp(cname)),
                    security: Box::new(session.security()),
                }
            }
            (from, to) => {
                let Some((a, b)) = from.seat().zip(to.seat()) else { return };
                let content = self.content;
                self.patch = Some(Patch { caller: a.at, law: a.law, content, rings: false });
                MediaRequest::Patch { a: a.at, b: b.at, content }
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

    /// Lets the caller hear that it rings, where nobody else does; whether it hears our tone now.
    pub(super) fn ring(&mut self, progress: &Progress) -> bool {
        if progress.in_band {
            self.hush();
        }
        let Some(patch) = self.patch.as_mut().filter(|patch| patch.content == Content::Speech) else { return false };
        let is_silent = progress.stage == Stage::Alerting && !progress.in_band;
        if is_silent && !patch.rings && matches!(self.terminating, Leg::Channel(_)) {
            patch.rings = true;
            let (at, tone) = (patch.caller, Some(Tone::ringing(patch.law)));
            self.actions.push_back(Action::Media(MediaRequest::Play { at, tone }));
        }
        patch.rings
    }

    /// A digit that the timeslot has brought. Before the answer nobody is there to be told.
    pub(super) fn pressed(&mut self, press: Press) {
        for side in Side::BOTH {
            if let (Leg::Session(session), mut desk) = self.at(side) {
                session.press(&mut desk, press);
            }
        }
    }

    /// The caller hears the called end from here on.
    pub(super) fn hush(&mut self) {
        if let Some(patch) = self.patch.as_mut().filter(|patch| patch.rings) {
            patch.rings = false;
            self.actions.push_back(Action::Media(MediaRequest::Play { at: patch.caller, tone: None }));
        }
    }
}
