//! Transfer: a party that has two calls leaves both, and their far ends talk with each other.
//!
//! ```text
//!   far end ── call ── the party ── other call ── far end      before
//!   far end ── call ─────────────────────────────── far end      after
//! ```
//!
//! What arrives: control has found the two calls, by whatever service of ISDN or SIP asked for it, and [`join`]s them.
//! What we say: the party is released from both, as by normal clearing; the far ends hear each other, and on PRI
//! who that is. One call goes
//! on with both far legs; the other has lost its own, and ends. What guards it: nothing needs to, each path answers within a
//! block. The new path is opened when both old ones have left its timeslots; an RTP leg moves to its new one, and its
//! peer does not notice.
//!
//! Leaves out joining two SIP sessions, whose audio meets at no timeslot, and calls that are not answered.

use std::mem;
use std::time::Instant;

use isup::cause::Cause;
use media::Statistics;

use super::leg::{Desk, Said};
use super::{Action, Call, CallId, Departed, Leg, Side, State, Vacated};
use crate::circuit::{Seat, SeatId};
use crate::control::output::MediaRequest;
use crate::interwork::hub::{Release, Transferred};

/// Two calls are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// The call that goes on.
    pub kept: CallId,
    /// The call that ends.
    pub ended: CallId,
    /// The circuit that went from the one to the other.
    pub passed: Seat,
}

/// Why two calls cannot be joined. They go on as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotJoined {
    /// One of them is not answered, or is being joined already.
    #[error("not both calls are answered")]
    NotTalking,
    /// Both far ends are SIP sessions.
    #[error("both far ends are SIP sessions, and no timeslot is between them")]
    NoTimeslot,
    /// One is digital and the other is not, or the RTP leg is made for another law.
    #[error("the two calls carry different things")]
    Unlike,
    /// The call has been left by `DEPARTED_MAX` parties whose legs it still has.
    #[error("the call was transferred too often")]
    TooOften,
}

/// Legs that a call goes on without at most: those of sessions are kept until it is over.
pub const DEPARTED_MAX: usize = 16;

/// Joins the far ends of two calls, each seen from the end of the party that leaves.
pub fn join(now: Instant, one: (&mut Call, Side), other: (&mut Call, Side)) -> Result<Joined, NotJoined> {
    // An RTP leg belongs to its call, so that the call with one goes on.
    let has_session = |(call, side): &(&mut Call, Side)| call.leg(side.other()).session().is_some();
    let (kept, ended) = if has_session(&other) { (other, one) } else { (one, other) };
    may_join((&*kept.0, kept.1), (&*ended.0, ended.1))?;
    let passed = ended.0.leg(ended.1.other()).seat().ok_or(NotJoined::NoTimeslot)?;
    kept.0.tell_joined();
    ended.0.tell_joined();
    let (ours, theirs) = (kept.0.party_at(kept.1.other()), ended.0.party_at(ended.1.other()));
    kept.0.joins(now, theirs.as_ref().map(|party| party.number.clone()));
    let leg = ended.0.hand_over(now, ended.1, kept.0.id);
    kept.0.take_over(kept.1, leg, ended.0.id);
    kept.0.tell_transferred(kept.1, &Transferred { to: ours, alerting: false });
    kept.0.tell_transferred(kept.1.other(), &Transferred { to: theirs, alerting: false });
    Ok(Joined { kept: kept.0.id, ended: ended.0.id, passed })
}

fn may_join(kept: (&Call, Side), ended: (&Call, Side)) -> Result<(), NotJoined> {
    if ![kept.0, ended.0].iter().all(|call| call.is_talking() && !call.is_exchanging()) {
        return Err(NotJoined::NotTalking);
    }
    if kept.0.departed.len() >= DEPARTED_MAX {
        return Err(NotJoined::TooOften);
    }
    let seat = ended.0.leg(ended.1.other()).seat().ok_or(NotJoined::NoTimeslot)?;
    let fits = kept.0.leg(kept.1.other()).session().is_none_or(|session| session.tdm_law() == seat.law);
    if kept.0.content == ended.0.content && fits { Ok(()) } else { Err(NotJoined::Unlike) }
}

impl Call {
    /// Whether both its ends talk, and no transfer is under way.
    pub fn is_talking(&self) -> bool {
        matches!(self.state, State::Talking)
    }

    /// Whether the party on this circuit holds the call.
    pub fn is_held_by(&self, seat: SeatId) -> bool {
        let legs = [&self.originating, &self.terminating];
        legs.into_iter().any(|leg| match leg {
            Leg::Channel(channel) => channel.seat.id == seat && channel.is_on_hold(),
            Leg::None | Leg::Session(_) | Leg::Circuit(_) => false,
        })
    }

    /// The circuits at its two ends, where both are circuits.
    pub fn ends(&self) -> Option<(Seat, Seat)> {
        self.originating.seat().zip(self.terminating.seat())
    }

    /// The party at an end learns who is at the other one from now on.
    pub(super) fn tell_transferred(&mut self, side: Side, transferred: &Transferred) {
        let (leg, mut desk) = self.at(side);
        leg.transferred(&mut desk, transferred);
    }

    /// The far leg goes to another call, and this one ends.
    fn hand_over(&mut self, now: Instant, leaves: Side, to: CallId) -> Leg {
        let leg = mem::replace(self.leg_mut(leaves.other()), Leg::None);
        self.heir = Some(to);
        self.story.joined = Some(to);
        self.clear(now, self.party(leaves), &Release::here(Cause::NORMAL_CLEARING));
        leg
    }

    /// The far leg of another call takes the place of the party that leaves.
    fn take_over(&mut self, leaves: Side, leg: Leg, from: CallId) {
        *self.story.seat_mut(leaves) = leg.seat();
        self.story.joined = Some(from);
        let left = mem::replace(self.leg_mut(leaves), leg);
        self.depart(left, &Release::here(Cause::NORMAL_CLEARING));
        let moves = self.leg(leaves.other()).session().is_some();
        if !moves {
            self.close_media();
        }
        self.state = State::Joining(Vacated { ours: moves, theirs: false });
    }

    /// The call goes on without a leg, which is released.
    pub(super) fn depart(&mut self, mut leg: Leg, release: &Release) {
        leg.release(&mut self.aside(), release);
        self.departed.push(Departed { leg, media_off: false });
    }

    /// The same of one whose timeslot never had any media; the session of one keeps its place in the index of sessions.
    pub(super) fn turn_away(&mut self, mut leg: Leg, release: &Release) {
        leg.release(&mut self.aside(), release);
        if !matches!(leg, Leg::None) {
            self.departed.push(Departed { leg, media_off: true });
        }
    }

    /// For legs beside the two that talk: the media is none of theirs.
    fn aside(&mut self) -> Desk<'_> {
        Desk { actions: &mut self.actions, story: &mut self.story, is_aside: true }
    }

    /// Our old path is no more.
    pub(super) fn path_closed(&mut self, statistics: Option<Box<Statistics>>) {
        self.media_open = false;
        self.rtp = None;
        self.story.media = statistics.or(self.story.media.take());
        self.leave_departed();
        if let State::Joining(vacated) = &mut self.state {
            vacated.ours = true;
        }
        self.lead_on();
    }

    /// The other call's old path has left the timeslot that we have from it.
    pub(super) fn timeslot_vacated(&mut self) {
        if let State::Joining(vacated) = &mut self.state {
            vacated.theirs = true;
        }
        self.lead_on();
    }

    /// Both timeslots are free: the path leads from one to the other.
    fn lead_on(&mut self) {
        if !matches!(self.state, State::Joining(Vacated { ours: true, theirs: true })) {
            return;
        }
        match self.seat_at_session() {
            Some(seat) => {
                self.actions.push_back(Action::Media(MediaRequest::Move { to: seat.at }));
                self.leave_departed();
            }
            None => self.open_media(),
        }
    }

    /// The circuit opposite a session.
    fn seat_at_session(&self) -> Option<Seat> {
        Side::BOTH.into_iter().find_map(|side| self.leg(side).session().and(self.leg(side.other()).seat()))
    }

    /// The path is off the timeslots of legs that departed: those that were released by their party are answered.
    pub(super) fn leave_departed(&mut self) {
        let mut desk = Desk { actions: &mut self.actions, story: &mut self.story, is_aside: true };
        for departed in &mut self.departed {
            departed.media_off = true;
            departed.leg.media_off(&mut desk);
        }
    }

    /// What a leg said that departed: only its end matters.
    pub(super) fn departed_said(&mut self, index: usize, said: Said) {
        let mut desk = Desk { actions: &mut self.actions, story: &mut self.story, is_aside: true };
        match said {
            Said::Released(_) if self.departed[index].media_off => self.departed[index].leg.media_off(&mut desk),
            Said::Over(_) | Said::Elsewhere(..) | Said::Declined(_) | Said::Refused | Said::Congested => {
                self.departed[index].leg.give_up(&mut desk);
                // A session keeps its place in the index of sessions until the call is over.
                self.departed.retain(|departed| !matches!(departed.leg, Leg::None));
                self.over_if_nothing_lives();
            }
            _ => {}
        }
    }

    pub(super) fn leg_mut(&mut self, side: Side) -> &mut Leg {
        match side {
            Side::Originating => &mut self.originating,
            Side::Terminating => &mut self.terminating,
        }
    }
}
