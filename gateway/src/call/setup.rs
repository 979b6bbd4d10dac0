//! Setting up: from what came to the terminating leg's IAM or INVITE.
//!
//! What arrives: an INVITE, an IAM or a SETUP with a route to a peer or a trunk. What we say: nothing (the endpoint has said
//! 100) until the media is open; then INVITE, IAM or SETUP, and CALL PROCEEDING to a caller that has it. What guards it: T7 of an outgoing circuit; timer B of an INVITE and T11
//! here towards SIP. A circuit that does not take the call is exchanged for another, [`REFUSALS_MAX`] times;
//! where the far exchange is congested the call fails at once with cause 42.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use config::model::TrunkIndex;
use isup::cause::Cause;
use isup::exchange::Number;
use media::Content;

use super::leg::session::{self, Inviter, NewSession, Peer, Session};
use super::user_information::Burst;
use super::{Action, Call, CallId, Intent, Leg, Party, REFUSALS_MAX, Side, State, Story};
use crate::circuit::Seat;
use crate::control::input::{MediaError, MediaPath};
use crate::interwork::hub::{Bearer, Release, Setup};
use crate::sip::{Description, Octets};

/// What a new call is made with.
#[derive(Debug)]
pub struct Beginning {
    /// Its name.
    pub id: CallId,
    /// Where it comes from.
    pub from: Caller,
    /// Who calls whom, as far as that is known.
    pub setup: Setup,
    /// Where it goes, or why nowhere.
    pub to: Result<Onward, Cause>,
    /// T11, Q.764 Annex A: 15 to 20 s.
    pub t11: Duration,
}

/// Where a call comes from.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
pub enum Caller {
    /// An INVITE.
    Session {
        /// Its session.
        session: NewSession,
        /// How it stands to us.
        inviter: Inviter,
        /// What it offers.
        offer: Option<Description>,
        /// Its Call-ID.
        call_id: Octets,
    },
    /// An IAM on this circuit.
    Circuit(Seat),
}

/// How a call goes on.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
#[derive(Debug)]
pub enum Onward {
    /// It goes there, with this setup.
    Go(Destination, Setup),
    /// The dial plan needs more digits.
    Wait(Number),
}

/// Where a call goes.
#[derive(Debug)]
pub enum Destination {
    /// To a peer, by INVITE.
    Peer(NewSession, Box<Peer>),
    /// To a circuit of a trunk.
    Trunk(TrunkIndex),
}

impl Call {
    /// A call that begins.
    pub fn new(now: Instant, new: Beginning) -> Call {
        let mut call = Call {
            id: new.id,
            state: State::Over,
            originating: Leg::None,
            terminating: Leg::None,
            departed: Vec::new(),
            transfer: None,
            targets: None,
            calling: new.setup.calling.clone(),
            rtp: None,
            media_open: false,
            content: match new.setup.bearer {
                Bearer::Digital => Content::Digital,
                Bearer::Speech | Bearer::Audio => Content::Speech,
            },
            heir: None,
            patch: None,
            bursts: [Burst::FULL; 2],
            story: Story::begin(now, &new.setup),
            connected_wanted: new.setup.connected_wanted,
            t11: new.t11,
            actions: VecDeque::new(),
        };
        let offer = call.come_from(new.from);
        call.story.from_sip = call.originating.session().is_some();
        call.story.to_sip = !call.story.from_sip;
        call.state = State::Collecting(new.setup);
        call.go_on(now, new.to.and_then(|to| offer.map(|()| to)));
        call
    }

    /// An error is an offer that cannot be accepted.
    fn come_from(&mut self, from: Caller) -> Result<(), Cause> {
        match from {
            Caller::Session { session, inviter, offer, call_id } => {
                self.story.sip_call_id = call_id.to_string();
                let mut session = Session::invited(session, inviter);
                let taken = session.take_offer(offer.as_ref());
                self.originating = Leg::Session(Box::new(session));
                taken
            }
            Caller::Circuit(seat) => {
                self.originating = Leg::incoming(seat);
                self.seated(Side::Originating, seat);
                Ok(())
            }
        }
    }

    pub(super) fn go_to(&mut self, now: Instant, to: Destination, setup: Setup) {
        self.story.called.clone_from(&setup.called);
        self.story.emergency = setup.emergency;
        self.story.to_sip = !self.story.from_sip && !matches!(to, Destination::Trunk(_));
        match to {
            Destination::Trunk(trunk) => {
                self.state = State::Opening(Intent { setup, trunk: Some(trunk), refusals: 0 });
                self.actions.push_back(Action::Seize(trunk));
            }
            Destination::Peer(session, peer) => {
                let is_carried = session::carries(&setup);
                self.state = State::Opening(Intent { setup, trunk: None, refusals: 0 });
                self.terminating = Leg::Session(Box::new(Session::intended(session, peer)));
                match is_carried {
                    true => self.open_media(),
                    false => self.unreachable(now, Cause::BEARER_NOT_IMPLEMENTED),
                }
            }
        }
    }

    pub(super) fn seized(&mut self, seat: Seat) {
        self.terminating = Leg::seized(seat);
        self.seated(Side::Terminating, seat);
        self.open_media();
    }

    fn seated(&mut self, side: Side, seat: Seat) {
        *self.story.seat_mut(side) = Some(seat);
        self.actions.push_back(Action::Opened);
    }

    /// The media is there: now the other side may hear of the call.
    pub(super) fn opened(&mut self, now: Instant, path: MediaPath) {
        let State::Opening(intent) = &self.state else { return };
        let intent = intent.clone();
        if let MediaPath::Rtp(local) = path {
            self.listens(local);
        }
        let (leg, mut desk) = self.at(Side::Terminating);
        let set_up = leg.set_up(&mut desk, &intent.setup);
        let t11 = intent.trunk.is_none().then_some(now + self.t11);
        let is_complete = intent.setup.is_complete;
        self.state = State::Trying { intent, t11 };
        match set_up {
            Ok(()) => {
                let (leg, mut desk) = self.at(Side::Originating);
                leg.under_way(&mut desk, is_complete);
            }
            Err(cause) => self.unreachable(now, cause),
        }
    }

    pub(super) fn media_failed(&mut self, now: Instant, _why: &MediaError) {
        self.media_open = false;
        self.fail(now, Cause::RESOURCE_UNAVAILABLE);
    }

    /// The circuit did not take the call: it is given up, and the media leaves it before another is seized.
    pub(super) fn setup_refused(&mut self, now: Instant) {
        let (leg, mut desk) = self.at(Side::Terminating);
        leg.give_up(&mut desk);
        let (State::Opening(intent) | State::Trying { intent, .. }) = &self.state else { return };
        let mut intent = intent.clone();
        intent.refusals += 1;
        if intent.refusals > REFUSALS_MAX {
            return self.unreachable(now, Cause::NO_CIRCUIT_AVAILABLE);
        }
        self.state = State::Moving(intent);
        self.close_media();
    }

    /// The far exchange has too much to do: no other circuit is tried, so as not to give it more.
    pub(super) fn setup_congested(&mut self, now: Instant) {
        let (leg, mut desk) = self.at(Side::Terminating);
        leg.give_up(&mut desk);
        self.unreachable(now, Cause::SWITCHING_EQUIPMENT_CONGESTION);
    }

    /// The media has left the circuit that refused: on to the next.
    pub(super) fn moved(&mut self) {
        let State::Moving(intent) = &self.state else { return };
        let intent = intent.clone();
        self.media_open = false;
        if let Some(trunk) = intent.trunk {
            self.actions.push_back(Action::Seize(trunk));
        }
        self.state = State::Opening(intent);
    }

    /// Where it goes nobody can be reached, or not for a call such as this.
    pub(super) fn unreachable(&mut self, now: Instant, cause: Cause) {
        self.not_reached(now, Party::Gateway, &Release::here(cause));
    }

    /// The gateway itself ends the call.
    pub(super) fn fail(&mut self, now: Instant, cause: Cause) {
        self.clear(now, Party::Gateway, &Release::here(cause));
    }
}
