//! Release: BYE, CANCEL and refusals to REL (RFC 3398 7.2.3, 8.2.6), REL to BYE, CANCEL and refusals (7.2.4, 8.2.5), REL to REL.
//!
//! What arrives: one side ends the call, in any state. What we say: the other side is ended the way its own state asks,
//! with the cause carried over. What guards it: T1 and T5 of a circuit, timers B and F of a session; the media answers
//! within a block. The call is over when both legs are and the media is closed.

use std::time::Instant;

use isup::cause::Cause;
use media::Statistics;

use super::{Action, Call, Leg, Party, Side, State, Vacated};
use crate::interwork::hub::Release;

impl Call {
    /// Ends what still lives of the call, on behalf of `by`, who is told nothing more than it knows.
    pub(super) fn clear(&mut self, now: Instant, by: Party, release: &Release) {
        if matches!(self.state, State::Clearing) {
            return;
        }
        self.story.released = Some(now);
        self.story.released_by = Some(by);
        self.story.cause = Some(release.cause);
        // A transfer may be closing it already.
        let is_closing = matches!(self.state, State::Joining(Vacated { ours: false, .. }));
        self.state = State::Clearing;
        if self.media_open && !is_closing {
            self.close_media();
        }
        for side in Side::BOTH {
            let (leg, mut desk) = self.at(side);
            leg.release(&mut desk, release);
        }
        self.abandon_transfer(release);
        self.over_if_nothing_lives();
    }

    /// A party released: the other learns why, and is answered when the media is off the timeslot.
    pub(super) fn released(&mut self, now: Instant, side: Side, release: &Release) {
        self.party_lost(now, side, release);
        if !self.media_open {
            self.answer_releases();
        }
    }

    /// A leg has had its last event. Where it was that which ended the call, the cause goes to the other.
    pub(super) fn leg_over(&mut self, now: Instant, side: Side, release: &Release) {
        let (leg, mut desk) = self.at(side);
        leg.give_up(&mut desk);
        // A transfer outlives the leg that it exchanges.
        if self.is_left_by(side) {
            return;
        }
        self.party_lost(now, side, release);
        self.over_if_nothing_lives();
    }

    /// A party has left: without a caller the call ends, without a called party it may go to another place.
    fn party_lost(&mut self, now: Instant, side: Side, release: &Release) {
        match side {
            Side::Originating => self.clear(now, self.party(side), release),
            Side::Terminating => self.not_reached(now, self.party(side), release),
        }
    }

    /// The media is off. Alone it ends no call but by a fault.
    pub(super) fn media_over(&mut self, now: Instant, statistics: Option<Box<Statistics>>) {
        self.media_open = false;
        self.story.media = statistics.or(self.story.media.take());
        if let Some(heir) = self.heir.take() {
            self.actions.push_back(Action::Vacated(heir));
        }
        self.answer_releases();
        self.fail(now, Cause::TEMPORARY_FAILURE);
        self.over_if_nothing_lives();
    }

    fn answer_releases(&mut self) {
        for side in Side::BOTH {
            let (leg, mut desk) = self.at(side);
            leg.media_off(&mut desk);
        }
        self.leave_departed();
    }

    pub(super) fn party(&self, side: Side) -> Party {
        match self.leg(side).session() {
            Some(_) => Party::Sip,
            None => Party::Pstn(side),
        }
    }

    pub(super) fn over_if_nothing_lives(&mut self) {
        let lives = self.legs().any(Leg::is_live) || self.media_open;
        if !lives && matches!(self.state, State::Clearing) {
            self.state = State::Over;
            self.actions.push_back(Action::Over);
        }
    }
}
