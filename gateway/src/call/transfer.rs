//! Transfer: a leg of an answered call is exchanged for another (REFER, RFC 3515; Replaces, RFC 3891).
//!
//! ```text
//!   transferor          call                    new party        the party that stays
//!   REFER ────────────▶ Routing
//!   202, NOTIFY 100 ◀── Seizing, Trying  ─────▶ IAM, INVITE      hears the transferor still
//!   NOTIFY 180 ◀─────── Trying           ◀───── ACM, 180
//!   NOTIFY 200 ◀─────── Ending           ◀───── ANM, 200         hears the new party
//!   BYE ◀───────────────
//! ```
//!
//! What arrives: REFER to a number, REFER that names another call of the transferor's, or an INVITE that takes a session's
//! place. What we say: NOTIFY to the transferor, and to the new party what any call says. What guards it: the timers of the
//! legs. The old leg and its media stand until the new party has answered, so that a transfer that fails changes nothing;
//! a transferor that hangs up before leaves the call to its outcome.
//!
//! Two parties on circuits are joined by a patch. A session takes over the RTP leg of the one that it is exchanged for, its port
//! included. In a transfer to another call, that call gives its party up: it closes its media, and its own record.
//!
//! Leaves out transfers of calls that are not answered yet, and early media of the new party.

use std::time::Instant;

use config::model::PeerIndex;
use isup::cause::Cause;
use media::Statistics;

use super::leg::session::Session;
use super::leg::{Desk, Leg, Said};
use super::{Action, Call, CallId, Destination, Intent, NewSession, Onward, Party, REFUSALS_MAX, Side, State};
use crate::circuit::Seat;
use crate::control::input::MediaPath;
use crate::interwork::hub::{Calling, Release};
use crate::interwork::sip::cause::Status;
use crate::interwork::sip::transfer;
use crate::sip::{Description, Referral, SessionId};

/// A transfer under way, or the leg that is left of it.
#[derive(Debug)]
pub(super) struct Transfer {
    /// Whose leg is exchanged.
    side: Side,
    /// The new leg; once they are exchanged, the old one.
    pub(super) leg: Leg,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The dial plan is asked.
    Routing,
    /// A circuit is being seized.
    Seizing(Intent),
    /// The new party is being called.
    Trying(Intent),
    /// Another call is to give its party up.
    Fetching,
    /// Nothing but the end of `leg` is awaited.
    Ending,
}

/// The media path while a transfer changes its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rejoin {
    /// It is not being changed.
    No,
    /// The old one is being closed.
    Closing,
    /// The new one is being opened.
    Opening,
}

/// A party that goes to another call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surrender {
    side: Side,
    to: CallId,
}

/// What another call gave up.
#[derive(Debug)]
pub struct Surrendered {
    /// The leg, answered.
    pub(super) leg: Leg,
    /// The number of its party.
    pub number: String,
}

impl Surrendered {
    /// The circuit that it holds, which changes its owner with it.
    pub fn seat(&self) -> Option<Seat> {
        self.leg.seat()
    }
}

/// Transfers that one call may have.
pub const TRANSFERS_MAX: u8 = 8;

impl Call {
    /// REFER.
    pub(super) fn referred(&mut self, side: Side, referral: &Referral) {
        let (peer, stays) = (self.transferor(side), self.leg(side.other()).seat());
        let Some((peer, stays)) = peer.zip(stays) else { return self.answer_refer(side, transfer::FORBIDDEN) };
        if !self.may_exchange() {
            return self.answer_refer(side, transfer::NOT_NOW);
        }
        let (stage, action) = match &referral.replaces {
            Some(replaces) => (Stage::Fetching, Action::Fetch(peer, replaces.clone())),
            None => match transfer::setup(referral, self.party_at(side.other())) {
                Ok(setup) => (Stage::Routing, Action::Refer(peer, stays, setup)),
                Err(status) => return self.answer_refer(side, status),
            },
        };
        self.answer_refer(side, transfer::ACCEPTED);
        self.transfers += 1;
        self.transfer = Some(Transfer { side, leg: Leg::None, stage });
        self.actions.push_back(action);
    }

    /// An INVITE takes the place of a session of ours. An error is the status of its refusal, for the caller to send.
    pub fn replace(
        &mut self,
        now: Instant,
        replaced: SessionId,
        new: NewSession,
        offer: Option<&Description>,
    ) -> Result<(), Status> {
        let side = self.side_of_session(replaced).filter(|_| self.may_exchange()).ok_or(transfer::NOT_NOW)?;
        let local = self.rtp.ok_or(transfer::NOT_NOW)?;
        let mut session = Session::invited(new, false);
        session.take_offer(offer).map_err(|_| NOT_ACCEPTABLE_HERE)?;
        session.listens(local);
        self.sessions.push(session.id);
        self.transfers += 1;
        self.transfer = Some(Transfer { side, leg: Leg::Session(session), stage: Stage::Ending });
        if let Some((leg, mut desk)) = self.coming() {
            leg.answer(&mut desk, &crate::interwork::hub::Answer::default());
        }
        self.exchange(now);
        Ok(())
    }

    /// The party beside this session goes to another call: the media leaves it first. `false`: it cannot.
    pub fn surrender(&mut self, now: Instant, session: SessionId, peer: PeerIndex, to: CallId) -> bool {
        let side = self.side_of_session(session).filter(|_| self.may_exchange());
        let side = side.filter(|side| self.transferor(*side) == Some(peer) && self.leg(side.other()).is_answered());
        let Some(side) = side else { return false };
        self.story.released = Some(now);
        self.story.released_by = Some(Party::Sip);
        self.story.cause = Some(Cause::NORMAL_CLEARING);
        self.story.joined_to = Some(to);
        self.surrender = Some(Surrender { side: side.other(), to });
        self.state = State::Clearing;
        self.close_media();
        let (leg, mut desk) = self.at(side);
        leg.release(&mut desk, &Release::here(Cause::NORMAL_CLEARING));
        true
    }

    /// The media is off the party that is to go; one that has hung up meanwhile stays.
    pub(super) fn give_party(&mut self) {
        let Some(Surrender { side, to }) = self.surrender.take() else { return };
        let number = self.party_at(side).map_or(String::new(), |party| party.number);
        let (leg, _) = self.at(side);
        let leg = leg.is_answered().then(|| std::mem::replace(leg, Leg::None));
        self.actions.push_back(Action::Surrender(to, leg.map(|leg| Box::new(Surrendered { leg, number }))));
    }

    /// The party came too late: it is released here.
    fn turn_away(&mut self, surrendered: Surrendered) {
        self.transfer = Some(Transfer { side: Side::Originating, leg: surrendered.leg, stage: Stage::Ending });
        self.release_coming(&Release::here(Cause::TEMPORARY_FAILURE));
    }

    /// The dial plan has spoken.
    pub(super) fn transfer_routed(&mut self, now: Instant, onward: Result<Onward, Cause>) {
        let Some(Transfer { stage: Stage::Routing, .. }) = &self.transfer else { return };
        match onward {
            Ok(Onward::Go(to, setup)) => self.transfer_to(now, to, Intent { setup, trunk: None, refusals: 0 }),
            Ok(Onward::Wait(_)) => self.transfer_failed(now, &Release::here(Cause::INVALID_NUMBER_FORMAT)),
            Err(cause) => self.transfer_failed(now, &Release::here(cause)),
        }
    }

    fn transfer_to(&mut self, now: Instant, to: Destination, intent: Intent) {
        match to {
            Destination::Trunk(trunk) => {
                self.enter(Stage::Seizing(Intent { trunk: Some(trunk), ..intent }));
                self.actions.push_back(Action::Seize(trunk));
            }
            Destination::Peer(new, peer) => {
                let Some(local) = self.rtp else {
                    return self.transfer_failed(now, &Release::here(Cause::NO_ROUTE_TO_DESTINATION));
                };
                let mut session = Session::intended(new, peer);
                session.listens(local);
                self.sessions.push(session.id);
                self.call_new_party(now, Leg::Session(session), intent);
            }
        }
    }

    pub(super) fn transfer_seized(&mut self, now: Instant, seat: Seat) {
        let Some(Transfer { side, stage: Stage::Seizing(intent), .. }) = &self.transfer else { return };
        let (side, intent) = (*side, intent.clone());
        *self.story.seat_mut(side) = Some(seat);
        self.actions.push_back(Action::Opened);
        self.call_new_party(now, Leg::seized(seat), intent);
    }

    fn call_new_party(&mut self, now: Instant, new: Leg, intent: Intent) {
        let setup = intent.setup.clone();
        self.enter(Stage::Trying(intent));
        if let Some(transfer) = &mut self.transfer {
            transfer.leg = new;
        }
        let Some((leg, mut desk)) = self.coming() else { return };
        if let Err(cause) = leg.set_up(&mut desk, &setup) {
            self.transfer_failed(now, &Release::here(cause));
        }
    }

    /// What another call gave up, if it did.
    pub(super) fn fetched(&mut self, now: Instant, surrendered: Option<Surrendered>) {
        let is_wanted = matches!(self.state, State::Talking)
            && matches!(self.transfer, Some(Transfer { stage: Stage::Fetching, .. }));
        match (surrendered, &mut self.transfer) {
            (Some(surrendered), Some(transfer)) if is_wanted => {
                let (side, seat) = (transfer.side, surrendered.seat());
                transfer.leg = surrendered.leg;
                *self.story.seat_mut(side) = seat;
                self.story.transferred_to = Some(surrendered.number);
                self.actions.push_back(Action::Opened);
                self.exchange(now);
            }
            (Some(surrendered), _) => self.turn_away(surrendered),
            (None, _) if is_wanted => self.transfer_over(now, transfer::NO_SUCH_CALL, Cause::TEMPORARY_FAILURE),
            (None, _) => {}
        }
    }

    /// What the new party's leg said, or the old one's after the exchange.
    pub(super) fn coming_said(&mut self, now: Instant, said: Said) {
        let Some(Transfer { side, stage, .. }) = &self.transfer else { return };
        match (stage, said) {
            (Stage::Trying(_), Said::Progress(progress)) => {
                let (side, Status(status)) = (*side, transfer::progress(&progress));
                self.tell_transferor(side, status, false);
            }
            (Stage::Trying(intent), Said::Answer(_)) => {
                self.story.transferred_to = Some(intent.setup.called.clone());
                self.exchange(now);
            }
            (Stage::Trying(intent), Said::Refused) => {
                let intent = Intent { refusals: intent.refusals + 1, ..intent.clone() };
                self.try_another(now, intent);
            }
            (Stage::Trying(_), Said::Congested) => {
                self.give_up_coming();
                self.transfer_failed(now, &Release::here(Cause::SWITCHING_EQUIPMENT_CONGESTION));
            }
            (Stage::Trying(_), Said::Unusable(cause)) => self.transfer_failed(now, &Release::here(cause)),
            // No media was ever on its timeslot.
            (_, Said::Released(release)) => {
                if let Some((leg, mut desk)) = self.coming() {
                    leg.media_off(&mut desk);
                }
                self.transfer_failed(now, &release);
            }
            (_, Said::Over(release)) => {
                self.give_up_coming();
                self.transfer_failed(now, &release);
            }
            (_, _) => {}
        }
    }

    fn try_another(&mut self, now: Instant, intent: Intent) {
        self.give_up_coming();
        match intent.trunk.filter(|_| intent.refusals <= REFUSALS_MAX) {
            Some(trunk) => {
                self.enter(Stage::Seizing(intent));
                self.actions.push_back(Action::Seize(trunk));
            }
            None => self.transfer_failed(now, &Release::here(Cause::NO_CIRCUIT_AVAILABLE)),
        }
    }

    /// Nothing comes of it, or the leg that was left of it is over.
    pub(super) fn transfer_failed(&mut self, now: Instant, release: &Release) {
        self.transfer_over(now, transfer::refusal(release), release.cause);
    }

    fn transfer_over(&mut self, now: Instant, Status(status): Status, cause: Cause) {
        let Some(transfer) = &mut self.transfer else { return };
        let side = transfer.side;
        let was_open = !matches!(transfer.stage, Stage::Ending);
        transfer.stage = Stage::Ending;
        self.release_coming(&Release::here(cause));
        if was_open && matches!(self.state, State::Talking) {
            self.tell_transferor(side, status, true);
            // The transferor has left: there is nobody to go back to.
            if !self.leg(side).is_live() {
                self.fail(now, cause);
            }
        }
        self.over_if_nothing_lives();
    }

    /// The new leg takes the place of the old one, and the media goes with it.
    fn exchange(&mut self, now: Instant) {
        let Some(transfer) = &mut self.transfer else { return };
        let side = transfer.side;
        transfer.stage = Stage::Ending;
        self.tell_transferor(side, transfer::DONE.0, true);
        let place = match side {
            Side::Originating => &mut self.originating,
            Side::Terminating => &mut self.terminating,
        };
        if let Some(transfer) = &mut self.transfer {
            std::mem::swap(place, &mut transfer.leg);
        }
        self.story.transferred = Some(now);
        self.release_coming(&Release::here(Cause::NORMAL_CLEARING));
        if let (Leg::Session(session), mut desk) = self.at(side) {
            return session.take_media(&mut desk);
        }
        self.rejoin = Rejoin::Closing;
        self.close_media();
    }

    /// The old path is closed: the new one joins the two circuits.
    pub(super) fn rejoin(&mut self, statistics: Option<Box<Statistics>>) {
        self.story.media = statistics.or(self.story.media.take());
        self.rtp = None;
        self.media_open = false;
        self.rejoin = Rejoin::Opening;
        self.open_media();
    }

    pub(super) fn rejoined(&mut self, path: MediaPath) {
        self.rejoin = Rejoin::No;
        if let MediaPath::Rtp(local) = path {
            self.listens(local);
        }
    }

    /// Ends the leg that is beside the two: the one that was to come, or the one that goes.
    pub(super) fn release_coming(&mut self, release: &Release) {
        if let Some((leg, mut desk)) = self.coming() {
            leg.release(&mut desk, release);
        }
        self.forget_coming();
    }

    /// Its circuit is nobody's again.
    fn give_up_coming(&mut self) {
        if let Some((leg, mut desk)) = self.coming() {
            leg.give_up(&mut desk);
        }
    }

    fn forget_coming(&mut self) {
        self.transfer.take_if(|transfer| matches!(transfer.stage, Stage::Ending) && !transfer.leg.is_live());
    }

    /// The leg beside the two. The media is none of its own.
    pub(super) fn coming(&mut self) -> Option<(&mut Leg, Desk<'_>)> {
        let transfer = self.transfer.as_mut()?;
        Some((&mut transfer.leg, Desk { actions: &mut self.actions, story: &mut self.story, is_aside: true }))
    }

    /// The transferor has left before the new party answered: the party that stays hears that it is being called.
    pub(super) fn is_left_by(&mut self, side: Side) -> bool {
        let is_open = self.transfer.as_ref().is_some_and(|it| it.side == side && !matches!(it.stage, Stage::Ending));
        let leaves = is_open && matches!(self.state, State::Talking);
        if let (true, (Leg::Session(session), mut desk)) = (leaves, self.at(side)) {
            session.ring(&mut desk);
        }
        leaves
    }

    fn tell_transferor(&mut self, side: Side, status: u16, is_last: bool) {
        if let (Leg::Session(session), mut desk) = self.at(side) {
            session.tell_referrer(&mut desk, status, is_last);
        }
    }

    fn answer_refer(&mut self, side: Side, Status(status): Status) {
        if let (Leg::Session(session), mut desk) = self.at(side) {
            session.answer_refer(&mut desk, status);
        }
    }

    fn may_exchange(&self) -> bool {
        let is_quiet = self.transfer.is_none() && self.rejoin == Rejoin::No;
        matches!(self.state, State::Talking) && is_quiet && self.transfers < TRANSFERS_MAX
    }

    /// The peer at this end, where it may transfer its calls.
    fn transferor(&self, side: Side) -> Option<PeerIndex> {
        self.leg(side).session().and_then(|session| session.transfers)
    }

    fn side_of_session(&self, id: SessionId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.leg(*side).session().is_some_and(|session| session.id == id))
    }

    /// The party at an end, as the call has known it.
    fn party_at(&self, side: Side) -> Option<Calling> {
        match side {
            Side::Originating => self.calling.clone(),
            Side::Terminating => {
                Some(Calling { number: self.story.called.clone(), display: None, restricted: false, asserted: false })
            }
        }
    }

    fn enter(&mut self, stage: Stage) {
        if let Some(transfer) = &mut self.transfer {
            transfer.stage = stage;
        }
    }
}

const NOT_ACCEPTABLE_HERE: Status = Status(488);
