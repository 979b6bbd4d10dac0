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
//! `reroute`, `join`, `transfer`, `release`, `media`, `user_information`; then `leg`. Each answers three questions: what arrives, what do we say
//! to the other side, which timer guards it.
//!
//! A call never touches an octet: what a message of one side means on the other is decided in
//! [`interwork`](crate::interwork).

mod answer;
mod collect;
mod join;
mod leg;
mod media;
mod progress;
mod release;
mod reroute;
mod setup;
mod story;
mod transfer;
mod user_information;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use ::media::Content;
use config::model::{PeerIndex, TrunkIndex};
use isup::cause::Cause;
use isup::exchange::{CircuitId, Indication, Request};
use isup::q931::service::Service;
use isup::q931::{self, interface};

use crate::circuit::{ChannelSeat, Seat, SeatId};
use crate::control::input::{MediaError, MediaEvent, MediaPath};
use crate::control::output::MediaRequest;
use crate::interwork::hub::{Calling, Diversion, Release, Setup, Transferred};
use crate::interwork::q931::service::Token;
use crate::sip::{self, Replaces, SessionId};
pub use join::{Joined, NotJoined, join};
pub use leg::session::{Inviter, NewSession, Peer, Rtp};
use leg::{Desk, Leg, Said};
pub use reroute::{DIVERSIONS_MAX, Redirectable, Reroutable};
pub use setup::{Beginning, Caller, Destination, Onward};
pub use story::{Party, Story};
use transfer::Transfer;

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
    /// The called party has sent it elsewhere; the media leaves that party first.
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

/// Where a call has a leg.
#[derive(Debug, Clone, Copy)]
enum Place {
    End(Side),
    Coming,
    Departed(usize),
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

/// An end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where it comes from.
    Originating,
    /// Where it goes.
    Terminating,
}

impl Side {
    /// Both.
    pub const BOTH: [Side; 2] = [Side::Originating, Side::Terminating];

    /// The other one.
    pub fn other(self) -> Side {
        match self {
            Side::Originating => Side::Terminating,
            Side::Terminating => Side::Originating,
        }
    }
}

/// What a call is told.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
#[derive(Debug)]
pub enum Event {
    /// Something on a SIP session.
    Sip(sip::Event),
    /// Something on a circuit.
    Circuit(CircuitId, Indication),
    /// Something on a channel.
    Channel(ChannelSeat, ChannelEvent),
    /// Something that the gateway itself does.
    Gateway(Told),
}

/// What happens on a channel.
#[derive(Debug)]
pub enum ChannelEvent {
    /// The interface could not even begin the call that we asked for.
    Refused,
    /// What it says of the call.
    Call(interface::Indication),
    /// A message of the call tells this besides.
    Told(Token),
}

/// What a call asks of a channel.
#[derive(Debug)]
pub enum ChannelRequest {
    /// Begin a call.
    SetUp {
        /// With this SETUP.
        message: q931::codec::Message,
        /// And with the caller's name as the switch type tells names.
        name: Option<q931::service::name::Name>,
        /// And with what it is to say of the number's end.
        number: CalledNumber,
        /// And with what the network says over Facility of who diverted it.
        diversion: Option<Diversion>,
    },
    /// Answer the call with this CONNECT, and with the name of who answers as the switch type tells names.
    Connect(q931::codec::Message, Option<q931::service::name::Name>),
    /// Ask this of the call that is there.
    Call(interface::Request),
    /// The same, and advise of the charge with it as far as the switch type can.
    Clear(q931::codec::Message, Service),
    /// Tell who is at the other end from now on, as far as the switch type can.
    Transferred(Transferred),
    /// Tell this over Facility, as far as the switch type can.
    Tell(Service),
}

/// What a SETUP says of the end of its called number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalledNumber {
    /// What the switch type says where numbers are always complete.
    EnBloc,
    /// That it is complete.
    Complete,
    /// Nothing: digits may follow.
    Begun,
}

/// What the gateway tells a call.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
#[derive(Debug)]
pub enum Told {
    /// What the dial plan says of the setup that we asked about by [`Action::Route`].
    Routed(Result<Onward, Cause>),
    /// The circuit that we asked for by [`Action::Seize`].
    Seized(Seat),
    /// None is to be had: every circuit is owned, blocked or out of reach.
    Congested,
    /// The media path is there.
    Opened(MediaPath),
    /// It could not be opened.
    NotOpened(MediaError),
    /// Something on the media path.
    Media(MediaEvent),
    /// The path of the call that we were joined with has left the timeslot that is ours now.
    Vacated,
    /// The two calls of [`Action::Join`] do not become one; `None`: there is no other.
    NotJoined(Option<NotJoined>),
    /// The gateway wants to be rid of the call: drain, or an operator.
    Expel(Cause),
}

/// What a call asks for. Actions are carried out in order.
#[expect(
    clippy::large_enum_variant,
    reason = "an action is taken out at once, and a box would be one more allocation a call"
)]
#[derive(Debug)]
pub enum Action {
    /// Ask the dial plan where a call goes that came on this circuit; answered by `Routed`.
    Route(Seat, Setup),
    /// Ask the dial plan where a call goes that this peer would have for the party on this circuit; answered by `Routed`.
    Refer(PeerIndex, Seat, Setup),
    /// The peer at this end leaves this call and the one with that dialog: join the two; answered by `NotJoined` if that cannot be.
    Join(Side, PeerIndex, Replaces),
    /// Say this on a session.
    Sip(sip::Command),
    /// Find a circuit of this trunk; answered by `Seized` or `Congested`.
    Seize(TrunkIndex),
    /// Ask this of a circuit.
    Circuit(CircuitId, Request),
    /// Ask this of a channel.
    Channel(ChannelSeat, ChannelRequest),
    /// The call no longer owns this circuit.
    Free(Seat),
    /// Ask this of the media path.
    Media(MediaRequest),
    /// Tell that call `Vacated`.
    Vacated(CallId),
    /// A circuit has been seized: journal it, so that a restart can close the record.
    Opened,
    /// The call is over; its story is complete.
    Over,
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
            State::Diverting(..) => "diverting",
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

    fn legs(&self) -> impl Iterator<Item = &Leg> + '_ {
        let coming = self.transfer.iter().map(|transfer| &transfer.leg);
        let departed = self.departed.iter().map(|departed| &departed.leg);
        [&self.originating, &self.terminating].into_iter().chain(coming).chain(departed)
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
            (_, side, Said::Over(release)) => self.leg_over(now, side, &release),
            (_, side, Said::Refused | Said::Congested) => {
                self.leg_over(now, side, &Release::here(Cause::NORMAL_UNSPECIFIED))
            }
            (_, _, Said::Unusable(cause)) => self.clear(now, Party::Gateway, &Release::here(cause)),

            // what comes too late to matter: it crossed our own ending on its way, or was meant for who has left
            (State::Clearing | State::Joining(_) | State::Diverting(..), ..) => {}
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
        use State::{Clearing, Collecting, Diverting, Joining, Moving, Opening, Talking};
        match (&self.state, told) {
            (State::Over, _) => {}

            // digits
            (Collecting(_), Told::Routed(onward)) => self.go_on(now, onward),

            // setup
            (Opening(_), Told::Seized(seat)) if matches!(self.terminating, Leg::None) => self.seized(seat),
            (Opening(_), Told::Congested) => self.fail(now, Cause::NO_CIRCUIT_AVAILABLE),
            (Opening(_), Told::Opened(path)) => self.opened(now, path),
            (Opening(_), Told::NotOpened(why)) => self.media_failed(now, &why),
            (Moving(_), Told::Media(MediaEvent::Closed(_))) => self.moved(),
            // It is being closed already.
            (Moving(_), Told::Opened(_) | Told::NotOpened(_)) => {}

            // rerouting
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
            (_, Told::Media(MediaEvent::Pressed(press))) => self.pressed(press),
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
        self.actions.pop_front()
    }

    fn hear_session(&mut self, now: Instant, event: sip::Event) {
        let id = event.session();
        let place = self.place(|leg| leg.session().is_some_and(|session| session.id == id));
        self.hear(now, place, |leg, desk| match leg {
            Leg::Session(session) => session.hear(desk, event),
            _ => Said::Unexpected,
        });
    }

    fn hear_circuit(&mut self, now: Instant, id: CircuitId, indication: Indication) {
        self.hear(now, self.place_of(SeatId::Circuit(id)), |leg, _| match leg {
            Leg::Circuit(circuit) => circuit.hear(indication),
            _ => Said::Unexpected,
        });
    }

    fn hear_channel(&mut self, now: Instant, id: ChannelSeat, event: ChannelEvent) {
        self.hear(now, self.place_of(SeatId::Channel(id)), |leg, desk| match (leg, event) {
            (Leg::Channel(channel), ChannelEvent::Refused) => channel.refused(),
            (Leg::Channel(channel), ChannelEvent::Call(indication)) => channel.hear(desk, indication),
            (Leg::Channel(channel), ChannelEvent::Told(token)) => channel.told(token),
            _ => Said::Unexpected,
        });
    }

    /// What happens on a leg: it says what that means.
    fn hear(&mut self, now: Instant, place: Option<Place>, tell: impl FnOnce(&mut Leg, &mut Desk<'_>) -> Said) {
        match place {
            Some(Place::End(side)) => {
                let (leg, mut desk) = self.at(side);
                let said = tell(leg, &mut desk);
                self.said(now, side, said);
            }
            Some(Place::Coming) => {
                let Some((leg, mut desk)) = self.coming() else { return };
                let said = tell(leg, &mut desk);
                self.coming_said(now, said);
            }
            Some(Place::Departed(index)) => {
                let mut desk = Desk { actions: &mut self.actions, story: &mut self.story, is_aside: true };
                let said = tell(&mut self.departed[index].leg, &mut desk);
                self.departed_said(index, said);
            }
            None => self.story.unexpected += 1,
        }
    }

    fn place_of(&self, seat: SeatId) -> Option<Place> {
        self.place(|leg| leg.seat().is_some_and(|own| own.id == seat))
    }

    fn place(&self, is_it: impl Fn(&Leg) -> bool) -> Option<Place> {
        let end = Side::BOTH.into_iter().find(|side| is_it(self.leg(*side))).map(Place::End);
        let coming = || self.transfer.as_ref().filter(|transfer| is_it(&transfer.leg)).map(|_| Place::Coming);
        end.or_else(coming)
            .or_else(|| self.departed.iter().position(|departed| is_it(&departed.leg)).map(Place::Departed))
    }

    fn leg(&self, side: Side) -> &Leg {
        match side {
            Side::Originating => &self.originating,
            Side::Terminating => &self.terminating,
        }
    }

    /// A leg, and where it puts what it asks for.
    fn at(&mut self, side: Side) -> (&mut Leg, Desk<'_>) {
        let leg = match side {
            Side::Originating => &mut self.originating,
            Side::Terminating => &mut self.terminating,
        };
        (leg, Desk { actions: &mut self.actions, story: &mut self.story, is_aside: false })
    }
}

#[cfg(test)]
mod tests;
