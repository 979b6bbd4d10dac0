//! The story of a call: two legs and the path between them, that begin, live and end together.
//!
//! A leg is a SIP session, an ISUP circuit or a PRI channel. Whatever their protocols, the originating leg wants a call, the terminating
//! one gets it, and all that passes between them is in the words of the [`hub`](crate::interwork::hub):
//!
//! ```text
//!   originating leg          call                      terminating leg     media
//!   SAM, INFORMATION ─────▶  Collecting (digits that come one after the other)
//!   INVITE, IAM, SETUP ───▶  Opening: route, seize
//!                                      ──────────────────────────────────▶ open
//!                                      ◀────────────────────────────────── opened
//!   PROCEEDING  ◀──────────  Trying    ── Setup ────▶  IAM, SETUP, INVITE
//!   180, ACM    ◀──────────  Alerting  ◀─ Progress ──  ACM, CPG, ALERTING, 180
//!   183, CPG    ◀──────────            ◀─ Progress ──  the same, in-band
//!   ACM         ◀──────────  Alerting  (T11: SIP says nothing)
//!   200, ANM    ◀──────────  Talking   ◀─ Answer ────  ANM, CON, CONNECT, 200
//! ```
//!
//! Whoever ends it, from whatever state:
//!
//! ```text
//!   a leg                    call                      the other leg       media
//!   BYE, REL, DISCONNECT ─▶  Clearing  ───────────────────────────────── ▶ close
//!                                      ── Release ──▶  REL, BYE, CANCEL, 4xx
//!   RLC      ◀─────────────            ◀────────────────────────────────── closed
//!                            Over      ◀─────────────  RLC, the session's last event
//! ```
//!
//! Between a session and a timeslot the media is an RTP leg there; between two timeslots it is a patch. What SDP says while the call lives concerns its session and the RTP leg alone (`leg::session`).
//!
//! A party may leave while the call goes on with another, by `join` or `transfer`: its leg has departed, and says its protocol's
//! last words beside the two that talk.
//!
//! A call is over when its legs are and the media is closed. The files are read in order: `setup`, `collect`, `progress`, `answer`,
//! `reroute`, `redirect`, `join`, `transfer`, `release`, `media`, `user_information`; then `leg`, and `hearing`. Each answers three questions: what arrives, what do we say
//! to the other side, which timer guards it.
//!
//! A call never touches an octet: what a message of one side means on the other is decided in
//! [`interwork`](crate::interwork).

mod answer;
mod collect;
mod hearing;
mod join;
mod leg;
mod media;
mod progress;
mod redirect;
mod release;
mod reroute;
mod setup;
mod story;
mod transfer;
mod user_information;
mod vocabulary;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use ::media::Content;
use config::model::TrunkIndex;
use isup::cause::Cause;

use crate::circuit::{Seat, SeatId};
use crate::control::input::MediaEvent;
use crate::interwork::hub::{Calling, Release, Setup};
use crate::sip::SessionId;
pub use join::{Joined, NotJoined, join};
pub use leg::session::{Inviter, NewSession, Peer, Rtp};
use leg::{Leg, Said};
use redirect::Targets;
pub use reroute::{DIVERSIONS_MAX, Reroutable};
pub use setup::{Beginning, Caller, Destination, Onward};
pub use story::{Party, Story};
use transfer::Transfer;
pub use vocabulary::{Action, CalledNumber, ChannelEvent, ChannelRequest, Event, Side, Told};

/// Names a call in logs, records, traces and replays; never reused while the process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

impl std::fmt::Display for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "call-{}", self.0)
    }
}

/// One call.
#[derive(Debug)]
pub struct Call {
    /// Its one name.
    pub id: CallId,
    state: State,
    originating: Leg,
    terminating: Leg,
    /// Legs that it went on without, while their protocols end.
    departed: Vec<Departed>,
    /// One of its parties is being exchanged for another: in few calls, so that the others have no room for it.
    transfer: Option<Box<Transfer>>,
    /// Where its called parties have sent it, likewise.
    targets: Option<Box<Targets>>,
    /// Who called.
    calling: Option<Calling>,
    /// Where the RTP leg listens.
    rtp: Option<SocketAddr>,
    /// The path between the legs has been asked for, and not been closed since.
    media_open: bool,
    /// What the path must carry.
    content: Content,
    /// The call that has our far leg, and waits for our path to leave its timeslot.
    heir: Option<CallId>,
    /// The patch that was asked for last, where both legs are on timeslots.
    patch: Option<media::Patch>,
    /// What each side's user may still tell the other.
    bursts: [user_information::Burst; 2],
    story: Story,
    /// The caller would know who answers.
    connected_wanted: bool,
    /// How long a terminating session may be silent before the caller is told that the number is complete.
    t11: Duration,
    actions: VecDeque<Action>,
}

/// What the call is doing.
#[derive(Debug)]
enum State {
    /// The dial plan needs more digits than there are.
    Collecting(Setup),
    /// A circuit is being seized, the media opened; the setup waits for both.
    Opening(Intent),
    /// The circuit did not take the call; the media leaves it before another is seized.
    Moving(Intent),
    /// The setup is out, nothing has come back. `t11` runs towards SIP only.
    Trying { intent: Intent, t11: Option<Instant> },
    /// The other side has the call, wanted by this setup, and tells its progress.
    Alerting(Setup),
    /// A place does not take it, and the dial plan is asked for the next; without one the call ends so.
    Seeking(Party, Release),
    /// It goes elsewhere; the media leaves the party that had it first.
    Diverting(Destination, Setup),
    /// Answered.
    Talking,
    /// Answered, and the path leads to another party from now on.
    Joining(Vacated),
    /// One side has ended it; the others follow.
    Clearing,
    /// Nothing is left.
    Over,
}

/// Which timeslots of two calls that are joined their old paths have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Vacated {
    /// Ours has, or can move.
    ours: bool,
    /// The other call's has.
    theirs: bool,
}

/// A leg that the call went on without.
#[derive(Debug)]
struct Departed {
    leg: Leg,
    /// The path has left its timeslot.
    media_off: bool,
}

/// What is to be said, and where to.
#[derive(Debug, Clone)]
struct Intent {
    setup: Setup,
    /// `None`: to a session, which is there already.
    trunk: Option<TrunkIndex>,
    /// How many circuits did not take it.
    refusals: u8,
}

/// Circuits that may refuse a call before it fails with cause 34.
pub const REFUSALS_MAX: u8 = 4;

impl Call {
    /// What happened so far, for the record and for status.
    pub fn story(&self) -> &Story {
        &self.story
    }

    /// The state's name, for status.
    pub fn state_name(&self) -> &'static str {
        match self.state {
            State::Collecting(_) => "collecting",
            State::Opening(_) | State::Moving(_) => "opening",
            State::Trying { .. } => "trying",
            State::Alerting(_) => "alerting",
            State::Seeking(..) | State::Diverting(..) => "diverting",
            State::Talking => "talking",
            State::Joining(_) => "joining",
            State::Clearing => "clearing",
            State::Over => "over",
        }
    }

    /// Its SIP sessions.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> + '_ {
        let next = match &self.state {
            State::Diverting(Destination::Peer(session, _), _) => Some(session.id),
            _ => None,
        };
        self.legs().filter_map(|leg| Some(leg.session()?.id)).chain(next)
    }

    /// The circuits that it owns now.
    pub fn seats(&self) -> impl Iterator<Item = Seat> + '_ {
        self.legs().filter_map(Leg::seat)
    }

    /// Which end of it a circuit is.
    pub fn side_of(&self, seat: SeatId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.leg(*side).seat().is_some_and(|own| own.id == seat))
    }

    /// Tells the call something. Follow with [`Call::poll_action`] until it is quiet.
    pub fn handle(&mut self, now: Instant, event: Event) {
        match event {
            Event::Sip(event) => self.hear_session(now, event),
            Event::Circuit(circuit, indication) => self.hear_circuit(now, circuit, indication),
            Event::Channel(channel, event) => self.hear_channel(now, channel, event),
            Event::Gateway(told) => self.told(now, told),
        }
    }

    /// What a leg said.
    fn said(&mut self, now: Instant, side: Side, said: Said) {
        use Side::{Originating, Terminating};
        use State::{Alerting, Collecting, Moving, Opening, Talking, Trying};
        match (&self.state, side, said) {
            (State::Over, ..) | (_, _, Said::Nothing) => {}

            // digits
            (Collecting(_), Originating, Said::Digits(more)) => self.collect(now, &more),
            (Opening(_) | Moving(_) | Trying { .. }, Originating, Said::Digits(more)) => self.dial_on(now, &more),
            // What comes behind a complete number changes nothing.
            (_, _, Said::Digits(_)) => {}

            // setup
            (Opening(_) | Trying { .. }, Terminating, Said::Refused) => self.setup_refused(now),
            (Opening(_) | Trying { .. }, Terminating, Said::Congested) => self.setup_congested(now),

            // progress
            (Trying { .. } | Alerting(_) | Talking, Terminating, Said::Progress(progress)) => {
                self.progressed(now, progress);
            }

            // redirection
            (Trying { .. } | Alerting(_), Terminating, Said::Elsewhere(by, contacts, release)) => {
                self.sent_elsewhere(now, by, &contacts, &release);
            }
            (_, Terminating, Said::Declined(release)) => self.declined(now, &release),

            // answer
            (Trying { .. } | Alerting(_), Terminating, Said::Answer(answer)) => self.answered(now, answer),
            (Talking, side, Said::Pause(pause)) => self.paused(side, &pause),
            (Trying { .. } | Alerting(_) | Talking, side, Said::Notice(notice)) => self.noticed(side, &notice),

            // transfer
            (Talking, side, Said::Refer(referral)) => self.referred(side, &referral),

            // what services say besides the call
            (Talking, side, Said::Transferred(transferred)) => self.tell_transferred(side.other(), &transferred),
            (_, side, Said::Token(token)) => self.noted(side, token),

            // what users say to each other
            (Trying { .. } | Alerting(_) | Talking, side, Said::UserInformation(information)) => {
                self.informed(now, side, &information);
            }
            (Trying { .. } | Alerting(_) | Talking, side, Said::Congestion(is_ready)) => {
                let (leg, mut desk) = self.at(side.other());
                leg.congestion(&mut desk, is_ready);
            }

            // what ISUP ends say to each other besides the call
            (Trying { .. } | Alerting(_) | Talking, side, Said::Service(message)) => {
                let (leg, mut desk) = self.at(side.other());
                leg.service(&mut desk, message);
            }

            // release: whatever ends a leg, in any state
            (_, side, Said::Released(release)) => self.released(now, side, &release),
            (_, side, Said::Over(release) | Said::Elsewhere(_, _, release) | Said::Declined(release)) => {
                self.leg_over(now, side, &release);
            }
            (_, side, Said::Refused | Said::Congested) => {
                self.leg_over(now, side, &Release::here(Cause::NORMAL_UNSPECIFIED))
            }
            (_, _, Said::Unusable(cause)) => self.clear(now, Party::Gateway, &Release::here(cause)),

            // what comes too late to matter: it crossed our own ending on its way, or was meant for who has left
            (State::Clearing | State::Joining(_) | State::Seeking(..) | State::Diverting(..), ..) => {}
            (
                _,
                _,
                Said::Progress(_)
                | Said::Answer(_)
                | Said::Pause(_)
                | Said::Notice(_)
                | Said::Service(_)
                | Said::UserInformation(_)
                | Said::Transferred(_)
                | Said::Congestion(_)
                | Said::Refer(_)
                | Said::Unexpected,
            ) => {
                self.story.unexpected += 1;
            }
        }
    }

    /// What the gateway itself does for the call.
    fn told(&mut self, now: Instant, told: Told) {
        use State::{Clearing, Collecting, Diverting, Joining, Moving, Opening, Seeking, Talking};
        match (&self.state, told) {
            (State::Over, _) => {}

            // digits
            (Collecting(_), Told::Routed(onward)) => self.go_on(now, onward),

            // setup
            (Opening(_), Told::Seized(seat)) if matches!(self.terminating, Leg::None) => self.seized(seat),
            (Opening(_), Told::Congested) => self.unreachable(now, Cause::NO_CIRCUIT_AVAILABLE),
            (Opening(_), Told::Opened(path)) => self.opened(now, path),
            (Opening(_), Told::NotOpened(why)) => self.media_failed(now, &why),
            (Moving(_), Told::Media(MediaEvent::Closed(_))) => self.moved(),
            // It is being closed already.
            (Moving(_) | Diverting(..), Told::Opened(_) | Told::NotOpened(_)) => {}

            // rerouting and redirection
            (Seeking(..), Told::Routed(onward)) => self.found(now, onward),
            (Diverting(..), Told::Media(MediaEvent::Closed(statistics))) => self.go_elsewhere(now, statistics),

            // transfer
            (Talking, Told::Routed(onward)) => self.transfer_routed(now, onward),
            (Talking, Told::Seized(seat)) => self.transfer_seized(now, seat),
            (Talking, Told::Congested) => self.transfer_failed(now, &Release::here(Cause::NO_CIRCUIT_AVAILABLE)),
            (Talking, Told::NotJoined(why)) => self.not_joined(now, why),
            (Joining(vacated), Told::Media(MediaEvent::Closed(statistics))) if !vacated.ours => {
                self.path_closed(statistics);
            }
            (Joining(_), Told::Vacated) => self.timeslot_vacated(),
            (Joining(_), Told::Opened(_)) => self.state = State::Talking,
            (Joining(_), Told::NotOpened(why)) => self.media_failed(now, &why),

            // release
            (_, Told::Media(MediaEvent::Closed(statistics))) => self.media_over(now, statistics),
            (Clearing, Told::NotOpened(_)) => self.media_over(now, None),
            (_, Told::Expel(cause)) => self.fail(now, cause),
            (_, Told::Media(MediaEvent::NotSecured(_))) => self.fail(now, Cause::BEARER_NOT_AVAILABLE),

            (Clearing, _) => {}
            (_, Told::Media(MediaEvent::Inactive)) => self.story.silences += 1,
            (_, Told::Media(MediaEvent::Secured(suite))) => self.story.srtp = Some(suite),
            (
                _,
                Told::Routed(_)
                | Told::Seized(_)
                | Told::Congested
                | Told::Opened(_)
                | Told::NotOpened(_)
                | Told::NotJoined(_)
                | Told::Vacated,
            ) => {
                self.story.unexpected += 1;
            }
        }
    }

    /// The call's next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.state {
            State::Trying { t11, .. } => t11,
            _ => None,
        }
    }

    /// Expires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_some_and(|due| due <= now) {
            self.t11_expired();
        }
    }

    /// What the call asks for next.
    pub fn poll_action(&mut self) -> Option<Action> {
        let action = self.actions.pop_front();
        if action.is_none() {
            // It acts for microseconds and lives for minutes: meanwhile the room is for others.
            self.actions = VecDeque::new();
        }
        action
    }
}

#[cfg(test)]
mod tests;
