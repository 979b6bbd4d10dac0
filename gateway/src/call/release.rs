//! Release: BYE, CANCEL and refusals to REL (RFC 3398 7.2.3, 8.2.6), REL to BYE, CANCEL and refusals (7.2.4, 8.2.5).
//!
//! What arrives: one side ends the call, in any state. What we say: the other side is ended the way its own state asks,
//! with the cause carried over. What guards it: T1 and T5 of the circuit, timers B and F of the session; the media leg
//! answers within a block. The call is over when all three parts are.

use std::time::Instant;

use ::media::Statistics;
use isup::cause::{Cause, Location};
use isup::codec::{CauseIndicators, Message};
use isup::exchange::Request;

use super::{Action, Call, Party, State};
use crate::control::output::MediaRequest;
use crate::interwork::cause::{self, Status};
use crate::interwork::progress;
use crate::sip::{self, Failure};

impl Call {
    /// Ends what still lives of the call, on behalf of `by`, who is told nothing more than it knows.
    pub(super) fn clear(&mut self, now: Instant, by: Party, cause: Cause) {
        self.clear_at(now, by, cause, Location::PUBLIC_LOCAL);
    }

    fn clear_at(&mut self, now: Instant, by: Party, cause: Cause, location: Location) {
        if matches!(self.state, State::Clearing { .. }) {
            return;
        }
        let answered = matches!(self.state, State::Talking);
        self.story.released = Some(now);
        self.story.released_by = Some(by);
        self.story.cause = Some(cause);
        self.state = State::Clearing { rlc_owed: false };
        if self.live.session {
            self.end_session(answered, cause, location);
        }
        if self.live.media {
            self.media(MediaRequest::Close);
        }
        if self.live.circuit && by != Party::Pstn {
            self.circuit(Request::Release(progress::rel(cause, location)));
        }
        if !self.live.circuit {
            self.free_circuit();
        }
        self.over_if_nothing_lives();
    }

    /// The session ends as its state asks: an answered one by BYE, ours by CANCEL, theirs by a final response.
    fn end_session(&mut self, answered: bool, cause: Cause, location: Location) {
        let (session, value) = (self.session, Some(cause.0));
        let command = if answered {
            sip::Command::Bye { session, cause: value }
        } else if self.story.from_sip {
            let Status(status) = cause::status_of(cause, location);
            self.story.status = Some(status);
            sip::Command::Refuse { session, status, cause: value, retry_after_s: None }
        } else {
            sip::Command::Cancel { session, cause: value }
        };
        self.sip(command);
    }

    /// The session has had its last event. Where it was SIP that ended the call, the cause goes to the PSTN.
    pub(super) fn session_over(&mut self, now: Instant, last: sip::Event) {
        self.live.session = false;
        let (cause, location) = match last {
            sip::Event::Refused { status, cause, .. } => {
                self.story.status.get_or_insert(status);
                (cause.map_or(cause::cause_of(status), Cause), cause::location_of(status))
            }
            sip::Event::Failed { failure: Failure::Full, .. } => {
                (Cause::SWITCHING_EQUIPMENT_CONGESTION, Location::PUBLIC_LOCAL)
            }
            sip::Event::Failed { .. } => (Cause::RECOVERY_ON_TIMER_EXPIRY, Location::BEYOND_INTERWORKING),
            sip::Event::Cancelled { cause, .. } => {
                // The endpoint has answered the INVITE (RFC 3261 section 9.2).
                self.story.status = Some(REQUEST_TERMINATED);
                (cause.map_or(Cause::NORMAL_CLEARING, Cause), Location::BEYOND_INTERWORKING)
            }
            sip::Event::Ended { cause, .. } => {
                (cause.map_or(Cause::NORMAL_CLEARING, Cause), Location::BEYOND_INTERWORKING)
            }
            _ => (Cause::NORMAL_CLEARING, Location::BEYOND_INTERWORKING),
        };
        self.clear_at(now, Party::Sip, cause, location);
        self.over_if_nothing_lives();
    }

    /// REL: the caller learns why, and RLC goes when the leg is off the timeslot (Q.764 2.3).
    pub(super) fn released_by_pstn(&mut self, now: Instant, rel: &Message) {
        let said = rel.find::<CauseIndicators>();
        let (cause, location) =
            said.map_or((Cause::NORMAL_UNSPECIFIED, Location::PUBLIC_LOCAL), |said| (said.cause, said.location));
        self.clear_at(now, Party::Pstn, cause, location);
        self.owe_rlc();
    }

    /// The circuit lost the call: reset by the far end, or a timer of its own expired.
    pub(super) fn circuit_lost(&mut self, now: Instant, cause: Cause) {
        self.clear_at(now, Party::Pstn, cause, Location::PUBLIC_LOCAL);
        self.owe_rlc();
    }

    fn owe_rlc(&mut self) {
        if self.live.media {
            self.state = State::Clearing { rlc_owed: true };
        } else {
            self.circuit(Request::ReleaseResponse);
        }
    }

    pub(super) fn circuit_over(&mut self, now: Instant) {
        self.live.circuit = false;
        self.free_circuit();
        self.clear(now, Party::Pstn, Cause::NORMAL_UNSPECIFIED);
        self.over_if_nothing_lives();
    }

    pub(super) fn media_over(&mut self, now: Instant, statistics: Option<&Statistics>) {
        self.live.media = false;
        if let Some(statistics) = statistics {
            self.keep_statistics(statistics);
        }
        if let State::Clearing { rlc_owed: true } = self.state {
            self.state = State::Clearing { rlc_owed: false };
            self.circuit(Request::ReleaseResponse);
        }
        self.clear(now, Party::Gateway, Cause::TEMPORARY_FAILURE);
        self.over_if_nothing_lives();
    }

    pub(super) fn free_circuit(&mut self) {
        if let Some(seat) = self.seat.take() {
            self.live.circuit = false;
            self.actions.push_back(Action::Free(seat.circuit));
        }
    }

    fn over_if_nothing_lives(&mut self) {
        let lives = self.live.session || self.live.circuit || self.live.media;
        if !lives && matches!(self.state, State::Clearing { .. }) {
            self.state = State::Over;
            self.actions.push_back(Action::Over);
        }
    }
}

/// What a caller who cancels is answered.
const REQUEST_TERMINATED: u16 = 487;
