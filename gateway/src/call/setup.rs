//! Setting up: INVITE to IAM (RFC 3398 7.2.1) and IAM to INVITE (RFC 3398 8.2.1).
//!
//! What arrives: an INVITE that a route sends to a trunk, or an IAM that a route sends to a peer. What we say: nothing
//! (the endpoint has said 100) until the media leg is open; then IAM or INVITE. What guards it: T7 of the circuit
//! towards the PSTN, timer B of the INVITE and T11 here towards SIP. A circuit that does not take the call is
//! exchanged for another, [`REFUSALS_MAX`] times.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use ::media::{SessionConfig, Source};
use config::model::TrunkIndex;
use isup::cause::Cause;
use isup::exchange::{Refusal, Request};

use super::{Action, Call, CallId, Destination, Intent, Live, Party, Peer, REFUSALS_MAX, Settings, State, Story};
use crate::circuit::Seat;
use crate::control::input::MediaError;
use crate::control::output::MediaRequest;
use crate::interwork::bearer;
use crate::interwork::iam::{self, Dialled};
use crate::interwork::invite;
use crate::interwork::number::Number;
use crate::sip::{self, Capabilities, Incoming, SessionId, sdp};

/// What a new call is made with.
#[derive(Debug)]
pub struct Beginning {
    /// Its name.
    pub id: CallId,
    /// The session that the INVITE came on, or will go on.
    pub session: SessionId,
    /// Who calls whom.
    pub dialled: Dialled,
    /// What we can do in SDP; the port is filled in once the leg has one.
    pub capabilities: Capabilities,
    /// The rest.
    pub settings: Settings,
}

impl Call {
    /// A call that an INVITE begins. `route`: the trunk that it goes to, or why it goes nowhere.
    pub fn from_invite(
        now: Instant,
        new: Beginning,
        incoming: &Incoming,
        route: Result<(TrunkIndex, Number), Cause>,
    ) -> Call {
        let mut call = Call::begin(now, &new, true);
        call.live.session = true;
        call.story.sip_call_id = incoming.call_id.to_string();
        let agreement = incoming.offer.as_ref().map(|offer| sdp::answer(offer, &new.capabilities)).transpose();
        match (route, agreement) {
            (Ok((trunk, called)), Ok(agreement)) => {
                call.agreement = agreement;
                call.intend(new.dialled, Destination::Trunk { trunk, called });
                call.actions.push_back(Action::Seize(trunk));
            }
            (Err(cause), _) => call.clear(now, Party::Gateway, cause),
            (_, Err(_)) => call.clear(now, Party::Gateway, Cause::BEARER_NOT_IMPLEMENTED),
        }
        call
    }

    /// A call that an IAM on `seat` begins. `route`: the peer that it goes to, or why it goes nowhere.
    pub fn from_iam(now: Instant, new: Beginning, seat: Seat, route: Result<Peer, Cause>) -> Call {
        let mut call = Call::begin(now, &new, false);
        call.live.circuit = true;
        call.seated(seat);
        match route {
            Ok(peer) => {
                call.intend(new.dialled, Destination::Peer(peer));
                call.open_media();
            }
            Err(cause) => call.clear(now, Party::Gateway, cause),
        }
        call
    }

    fn begin(now: Instant, new: &Beginning, from_sip: bool) -> Call {
        let mut story = Story::begin(now, from_sip);
        story.called.clone_from(&new.dialled.called);
        story.calling = new.dialled.calling_digits().to_owned();
        Call {
            id: new.id,
            state: State::Over,
            session: new.session,
            seat: None,
            capabilities: new.capabilities.clone(),
            ours: None,
            agreement: None,
            live: Live::default(),
            story,
            settings: new.settings.clone(),
            actions: VecDeque::new(),
        }
    }

    fn intend(&mut self, dialled: Dialled, destination: Destination) {
        self.state = State::Opening(Intent { dialled, destination, refusals: 0 });
    }

    pub(super) fn seized(&mut self, seat: Seat) {
        self.seated(seat);
        self.open_media();
    }

    fn seated(&mut self, seat: Seat) {
        self.seat = Some(seat);
        self.story.seat = Some(seat);
        self.actions.push_back(Action::Opened);
    }

    /// The leg opens deaf and mute: directions open as the call proceeds.
    fn open_media(&mut self) {
        let Some(seat) = self.seat else { return };
        let session = Box::new(self.session_config());
        self.live.media = true;
        self.media(MediaRequest::Open { at: seat.at, session });
    }

    fn session_config(&self) -> SessionConfig {
        let agreement = self.agreement.as_ref();
        let codec = agreement.map_or(self.capabilities.codecs[0], |agreement| agreement.codec);
        SessionConfig {
            payload_type: agreement.map_or(codec.payload_type(), |agreement| agreement.payload_type),
            rtp_law: bearer::law(codec),
            tdm_law: self.settings.tdm_law,
            packet_ms: agreement.map_or(self.capabilities.packet_ms, |agreement| agreement.packet_ms),
            playout_ms: self.settings.playout_ms,
            remote: agreement.and_then(|agreement| agreement.remote),
            remote_rtcp: agreement.and_then(|agreement| agreement.remote_rtcp),
            send: false,
            receive: false,
            ssrc: self.settings.ssrc,
            first_sequence: self.settings.first_sequence,
            first_timestamp: self.settings.first_timestamp,
            cname: self.id.to_string(),
            telephone_event: agreement.and_then(|agreement| agreement.telephone_event),
            source: Source::Silence,
        }
    }

    /// The leg listens at `local`: now the other side may hear of the call.
    pub(super) fn opened(&mut self, now: Instant, local: SocketAddr) {
        let State::Opening(intent) = &self.state else { return };
        let intent = intent.clone();
        self.capabilities.port = local.port();
        self.ours = Some(match self.agreement.as_mut() {
            Some(agreement) => {
                agreement.ours.port = local.port();
                agreement.ours.clone()
            }
            None => self.capabilities.offer(),
        });
        match &intent.destination {
            Destination::Trunk { .. } => self.send_iam(intent),
            Destination::Peer(_) => self.send_invite(now, intent),
        }
    }

    fn send_iam(&mut self, intent: Intent) {
        let Destination::Trunk { called, .. } = &intent.destination else { return };
        let iam = iam::from_dialled(&intent.dialled, called.clone());
        self.live.circuit = true;
        self.circuit(Request::Setup(iam));
        self.state = State::Trying { intent, t11: None };
    }

    fn send_invite(&mut self, now: Instant, intent: Intent) {
        let (Destination::Peer(peer), Some(offer)) = (&intent.destination, self.ours.clone()) else { return };
        let dialled = &intent.dialled;
        self.live.session = true;
        self.sip(sip::Command::Invite {
            session: self.session,
            listener: peer.listener,
            target: invite::request_uri(dialled, peer.remote),
            remote: peer.remote,
            from: invite::from(dialled, peer.own),
            to: invite::to(dialled, peer.remote),
            identity: invite::identity(dialled, peer.own),
            private: dialled.is_restricted(),
            offer,
            max_forwards: invite::MAX_FORWARDS,
        });
        self.state = State::Trying { intent, t11: Some(now + self.settings.t11) };
    }

    pub(super) fn media_failed(&mut self, now: Instant, _why: &MediaError) {
        self.live.media = false;
        self.clear(now, Party::Gateway, Cause::RESOURCE_UNAVAILABLE);
    }

    /// The circuit did not take the call: it is given up, and the leg leaves it before another is seized.
    pub(super) fn setup_refused(&mut self, now: Instant, _refusal: Refusal) {
        self.free_circuit();
        let State::Trying { intent, .. } = &self.state else { return };
        let mut intent = intent.clone();
        intent.refusals += 1;
        if intent.refusals > REFUSALS_MAX {
            return self.clear(now, Party::Gateway, Cause::NO_CIRCUIT_AVAILABLE);
        }
        self.state = State::Moving(intent);
        self.media(MediaRequest::Close);
    }

    /// The leg has left the circuit that refused: on to the next.
    pub(super) fn moved(&mut self) {
        let State::Moving(intent) = &self.state else { return };
        let intent = intent.clone();
        self.live.media = false;
        if let Destination::Trunk { trunk, .. } = intent.destination {
            self.actions.push_back(Action::Seize(trunk));
        }
        self.state = State::Opening(intent);
    }
}
