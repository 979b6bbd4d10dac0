//! Rerouting: the called party sends a call that it has not answered elsewhere (EN 300 207, ECMA-174).
//!
//! What arrives: control has asked the dial plan, and says where the call goes now. What we say: the party is released; the
//! caller hears that the call is forwarded, if the party wants that told. What guards it: nothing needs to, the media answers
//! within a block; then the call is set up as any.

use std::mem;
use std::time::Instant;

use isup::cause::Cause;
use media::Statistics;

use super::{Call, Destination, Leg, Side, State};
use crate::circuit::SeatId;
use crate::interwork::hub::{Calling, DiversionNotice, Diverting, Progress, Reason, Release, Setup, Stage};

/// How often a call is diverted before nobody diverts it any more: a bound of ours, against circles.
pub const DIVERSIONS_MAX: u8 = 5;

/// How a call stands to a party that would have it rerouted.
#[derive(Debug)]
pub enum Reroutable<'a> {
    /// It was asked for the call by this setup, and has not answered.
    Yes(&'a Setup),
    /// It has answered.
    Answered,
    /// It called.
    Calls,
}

impl Call {
    /// How it stands to the party on a circuit.
    pub fn reroutable(&self, seat: SeatId) -> Reroutable<'_> {
        match (&self.state, self.side_of(seat)) {
            (State::Trying { intent, .. }, Some(Side::Terminating)) => Reroutable::Yes(&intent.setup),
            (State::Alerting(setup), Some(Side::Terminating)) => Reroutable::Yes(setup),
            (_, Some(Side::Terminating)) => Reroutable::Answered,
            (_, _) => Reroutable::Calls,
        }
    }

    /// The called party is left, and the call goes there. `notice`: how much the caller is told of that.
    pub fn reroute(&mut self, to: Destination, setup: Setup, notice: DiversionNotice) {
        if matches!(self.state, State::Trying { .. } | State::Alerting(_)) {
            self.divert(to, setup, notice);
        }
    }

    /// The same of a place that may have been left already.
    pub(super) fn divert(&mut self, to: Destination, setup: Setup, notice: DiversionNotice) {
        let left = mem::replace(&mut self.terminating, Leg::None);
        if !matches!(left, Leg::None) {
            self.depart(left, &Release::here(Cause::NORMAL_CLEARING));
        }
        if notice != DiversionNotice::Nothing {
            let mut progress = Progress::new(Stage::Forwarded);
            progress.carried.redirected.diverting = Some(diverting(&setup, notice));
            self.tell_progress(&progress);
        }
        self.state = State::Diverting(to, setup);
        if self.media_open {
            self.close_media();
        }
    }

    /// The media has left the party that sent the call on.
    pub(super) fn go_elsewhere(&mut self, now: Instant, statistics: Option<Box<Statistics>>) {
        self.media_open = false;
        self.story.media = statistics.or(self.story.media.take());
        self.leave_departed();
        // Whatever state follows, it is not this one's.
        if let State::Diverting(to, setup) = mem::replace(&mut self.state, State::Clearing) {
            self.go_to(now, to, setup);
        }
    }
}

/// Where the call goes by this setup; the plan's digits are what the party asked for.
fn diverting(setup: &Setup, notice: DiversionNotice) -> Diverting {
    let to = Calling { number: setup.called.clone(), display: None, restricted: false, asserted: false };
    let reason = setup.diversion.as_ref().map_or(Reason::Unknown, |diversion| diversion.reason);
    Diverting { reason, notice, to: Some(to) }
}
