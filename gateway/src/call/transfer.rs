//! Transfer by SIP: a party of an answered call has another one called in its place (REFER, RFC 3515; Replaces, RFC 3891).
//!
//! ```text
//!   transferor          call                    new party        the party that stays
//!   REFER ────────────▶ Routing
//!   202, NOTIFY 100 ◀── Seizing, Trying  ─────▶ IAM, INVITE      hears the transferor still
//!   NOTIFY 180 ◀─────── Trying           ◀───── ACM, 180
//!   NOTIFY 200 ◀───────                  ◀───── ANM, 200         hears the new party
//!   BYE ◀──────────────  the old leg has departed
//! ```
//!
//! What arrives: REFER to a number, REFER that names another call of the transferor's, or an INVITE that takes a session's
//! place. What we say: NOTIFY to the transferor, and to the new party what any call says. What guards it: the timers of the
//! legs. The old leg and its media stand until the new party has answered, so that a transfer that fails changes nothing;
//! a transferor that hangs up before leaves the call to its outcome.
//!
//! Two parties on circuits are joined by a patch. A session takes over the RTP leg of the one that it is exchanged for, its port
//! included. Two calls of the transferor are made one as by any service, in [`join`](super::join).
//!
//! Leaves out transfers of calls that are not answered yet, and early media of the new party.

use std::mem;
use std::time::Instant;

use config::model::SipParty;
use isup::cause::Cause;

use super::join::{DEPARTED_MAX, NotJoined};
use super::leg::session::{Inviter, Session};
use super::leg::{Desk, Leg, Said};
use super::{Action, Call, Destination, Intent, NewSession, Onward, REFUSALS_MAX, Side, State, Vacated};
use crate::circuit::Seat;
use crate::interwork::hub::{Answer, Calling, Release};
use crate::interwork::sip::cause::Status;
use crate::interwork::sip::transfer;
use crate::sip::{Description, Referral, SessionId};

/// A transfer under way.
#[derive(Debug)]
pub(super) struct Transfer {
    /// Whose leg is exchanged.
    side: Side,
    /// The new one, as far as it is there.
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
    /// The transferor's other call is looked for.
    Joining,
    /// The new party has called, and is there.
    Replacing,
}

impl Call {
    /// REFER.
    pub(super) fn referred(&mut self, side: Side, referral: &Referral) {
        let (party, stays) = (self.transferor(side), self.leg(side.other()).seat());
        let Some((party, stays)) = party.zip(stays) else { return self.answer_refer(side, transfer::FORBIDDEN) };
        if !self.may_exchange() {
            return self.answer_refer(side, transfer::NOT_NOW);
        }
        let (stage, action) = match &referral.replaces {
            Some(replaces) => (Stage::Joining, Action::Join(side, party, replaces.clone())),
            None => match transfer::setup(referral, self.party_at(side.other())) {
                Ok(setup) => (Stage::Routing, Action::Refer(party, stays, setup)),
                Err(status) => return self.answer_refer(side, status),
            },
        };
        self.answer_refer(side, transfer::ACCEPTED);
        self.transfer = Some(Box::new(Transfer { side, leg: Leg::None, stage }));
        self.actions.push_back(action);
    }

    /// An INVITE takes the place of a session of ours. An error is the status of its refusal, for the caller to send.
    pub fn replace(
        &mut self,
        now: Instant,
        replaced: SessionId,
        (new, inviter): (NewSession, Inviter),
        offer: Option<&Description>,
    ) -> Result<(), Status> {
        let side = self.side_of_session(replaced).filter(|_| self.may_exchange()).ok_or(transfer::NOT_NOW)?;
        let local = self.rtp.ok_or(transfer::NOT_NOW)?;
        let mut session = Session::invited(new, inviter);
        session.take_offer(offer).map_err(|_| NOT_ACCEPTABLE_HERE)?;
        session.listens(local);
        self.transfer =
            Some(Box::new(Transfer { side, leg: Leg::Session(Box::new(session)), stage: Stage::Replacing }));
        if let Some((leg, mut desk)) = self.coming() {
            leg.answer(&mut desk, &Answer::default());
        }
        self.exchange(now);
        Ok(())
    }

    /// The dial plan has spoken.
    pub(super) fn transfer_routed(&mut self, now: Instant, onward: Result<Onward, Cause>) {
        let Some(Transfer { stage: Stage::Routing, .. }) = self.transfer.as_deref() else { return };
        match onward {
            Ok(Onward::Go(to, setup)) => self.transfer_to(now, to, Intent { setup, trunk: None, refusals: 0 }),
            Ok(Onward::Wait(_)) => self.transfer_failed(now, &Release::here(Cause::INVALID_NUMBER_FORMAT)),
            Err(cause) => self.transfer_failed(now, &Release::here(cause)),
        }
    }

    fn transfer_to(&mut self, now: Instant, to: Destination, intent: Intent) {
        match to {
            Destination::Trunk(trunk) => self.seize_for_transfer(Intent { trunk: Some(trunk), ..intent }),
            Destination::Peer(new, peer) => {
                let Some(local) = self.rtp else {
                    return self.transfer_failed(now, &Release::here(Cause::NO_ROUTE_TO_DESTINATION));
                };
                let mut session = Session::intended(new, peer);
                session.listens(local);
                self.call_new_party(now, Leg::Session(Box::new(session)), intent);
            }
        }
    }

    fn seize_for_transfer(&mut self, intent: Intent) {
        self.actions.extend(intent.trunk.map(Action::Seize));
        self.enter(Stage::Seizing(intent));
    }

    pub(super) fn transfer_seized(&mut self, now: Instant, seat: Seat) {
        let Some(Transfer { side, stage: Stage::Seizing(intent), .. }) = self.transfer.as_deref() else { return };
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

    /// What the new party's leg said.
    pub(super) fn coming_said(&mut self, now: Instant, said: Said) {
        let Some(Transfer { side, stage: Stage::Trying(intent), .. }) = self.transfer.as_deref() else { return };
        match said {
            Said::Progress(progress) => {
                let (side, Status(status)) = (*side, transfer::progress(&progress));
                self.tell_transferor(side, status, false);
            }
            Said::Answer(_) => {
                self.story.transferred_to = Some(intent.setup.called.clone());
                self.exchange(now);
            }
            Said::Refused => {
                let intent = Intent { refusals: intent.refusals + 1, ..intent.clone() };
                self.try_another(now, intent);
            }
            Said::Congested => {
                self.give_up_coming();
                self.transfer_failed(now, &Release::here(Cause::SWITCHING_EQUIPMENT_CONGESTION));
            }
            Said::Unusable(cause) => self.transfer_failed(now, &Release::here(cause)),
            // No media was ever on its timeslot.
            Said::Released(release) => {
                if let Some((leg, mut desk)) = self.coming() {
                    leg.media_off(&mut desk);
                }
                self.transfer_failed(now, &release);
            }
            Said::Over(release) | Said::Elsewhere(_, _, release) | Said::Declined(release) => {
                self.give_up_coming();
                self.transfer_failed(now, &release);
            }
            _ => {}
        }
    }

    fn try_another(&mut self, now: Instant, intent: Intent) {
        self.give_up_coming();
        match intent.refusals <= REFUSALS_MAX && intent.trunk.is_some() {
            true => self.seize_for_transfer(intent),
            false => self.transfer_failed(now, &Release::here(Cause::NO_CIRCUIT_AVAILABLE)),
        }
    }

    /// Nothing comes of it.
    pub(super) fn transfer_failed(&mut self, now: Instant, release: &Release) {
        self.transfer_over(now, transfer::refusal(release), release);
    }

    /// The two calls of the transferor do not become one. `None`: there is no such other call.
    pub(super) fn not_joined(&mut self, now: Instant, why: Option<NotJoined>) {
        let status = match why {
            None => transfer::NO_SUCH_CALL,
            Some(NotJoined::NotTalking | NotJoined::TooOften) => transfer::NOT_NOW,
            Some(NotJoined::NoTimeslot | NotJoined::Unlike) => NOT_ACCEPTABLE_HERE,
        };
        self.transfer_over(now, status, &Release::here(Cause::TEMPORARY_FAILURE));
    }

    fn transfer_over(&mut self, now: Instant, Status(status): Status, release: &Release) {
        let Some(transfer) = self.transfer.take() else { return };
        let side = transfer.side;
        self.call_off(*transfer, release);
        self.tell_transferor(side, status, true);
        // The transferor has left: there is nobody to go back to.
        if !self.leg(side).is_live() {
            self.fail(now, release.cause);
        }
    }

    /// The call ends, and a transfer with it.
    pub(super) fn abandon_transfer(&mut self, release: &Release) {
        if let Some(transfer) = self.transfer.take() {
            self.call_off(*transfer, release);
        }
    }

    /// Whoever asked for it does not pay for a call that is none.
    fn call_off(&mut self, transfer: Transfer, release: &Release) {
        self.turn_away(transfer.leg, release);
        if matches!(transfer.stage, Stage::Routing | Stage::Seizing(_) | Stage::Trying(_)) {
            self.actions.extend(self.transferor(transfer.side).map(Action::Spare));
        }
    }

    /// The new leg takes the place of the old one, and the media goes with it.
    fn exchange(&mut self, now: Instant) {
        let Some(transfer) = self.transfer.take() else { return };
        let Transfer { side, leg, .. } = *transfer;
        self.tell_transferor(side, transfer::DONE.0, true);
        let left = mem::replace(self.leg_mut(side), leg);
        let was_encrypted = left.session().is_some_and(Session::may_encrypt);
        self.depart(left, &Release::here(Cause::NORMAL_CLEARING));
        self.story.transferred = Some(now);
        if let (Leg::Session(session), mut desk) = self.at(side) {
            return session.take_media(&mut desk, was_encrypted);
        }
        self.close_media();
        self.state = State::Joining(Vacated { ours: false, theirs: true });
    }

    /// The call is about to be one with another, whose far party has this number.
    pub(super) fn joins(&mut self, now: Instant, number: Option<String>) {
        self.story.transferred = Some(now);
        self.story.transferred_to = number.filter(|number| !number.is_empty());
    }

    /// The transferor's two calls are one: where it asked for that by REFER, it is told.
    pub(super) fn tell_joined(&mut self) {
        if let Some(transfer) = self.transfer.take() {
            self.tell_transferor(transfer.side, transfer::DONE.0, true);
        }
    }

    /// Whether a transfer is under way that another one would disturb.
    pub(super) fn is_exchanging(&self) -> bool {
        self.transfer.as_ref().is_some_and(|transfer| !matches!(transfer.stage, Stage::Joining))
    }

    /// Its circuit is nobody's again.
    fn give_up_coming(&mut self) {
        if let Some((leg, mut desk)) = self.coming() {
            leg.give_up(&mut desk);
        }
    }

    /// The leg of the new party. The media is not its own yet.
    pub(super) fn coming(&mut self) -> Option<(&mut Leg, Desk<'_>)> {
        let transfer = self.transfer.as_mut()?;
        Some((&mut transfer.leg, Desk { actions: &mut self.actions, story: &mut self.story, is_aside: true }))
    }

    /// The transferor has left before the new party answered: the party that stays hears that it is being called.
    pub(super) fn is_left_by(&mut self, side: Side) -> bool {
        let leaves = self.transfer.as_ref().is_some_and(|transfer| transfer.side == side);
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
        self.is_talking() && self.transfer.is_none() && self.departed.len() < DEPARTED_MAX
    }

    /// Who is at this end, where they may transfer their calls.
    pub fn transferor(&self, side: Side) -> Option<SipParty> {
        self.leg(side).session().and_then(|session| session.transfers)
    }

    /// Which end of it a session is.
    pub fn side_of_session(&self, id: SessionId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.leg(*side).session().is_some_and(|session| session.id == id))
    }

    /// The party at an end, as the call has known it.
    pub(super) fn party_at(&self, side: Side) -> Option<Calling> {
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
