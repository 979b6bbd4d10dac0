//! The story of a call: a SIP session, a circuit and a media leg that begin, live and end together.
//!
//! From SIP to the PSTN:
//!
//! ```text
//!   SIP                      call                      PSTN                media
//!   INVITE ───────────────▶  Opening: route, seize
//!                                      ──────────────────────────────────▶ open
//!                                      ◀────────────────────────────────── opened
//!                            Trying    ─────────────▶  IAM
//!   180    ◀───────────────  Alerting  ◀─────────────  ACM, CPG
//!   183    ◀───────────────            ◀─────────────  the same, in-band ─▶ send
//!   200    ◀───────────────  Talking   ◀─────────────  ANM, CON          ─▶ both ways
//! ```
//!
//! From the PSTN to SIP:
//!
//! ```text
//!   PSTN                     call                      SIP                 media
//!   IAM    ───────────────▶  Opening: route
//!                                      ──────────────────────────────────▶ open
//!                                      ◀────────────────────────────────── opened
//!                            Trying    ─────────────▶  INVITE
//!   ACM    ◀───────────────  Alerting  ◀─────────────  180               ─▶ ringing tone
//!   ACM    ◀───────────────            ◀─────────────  183 with SDP      ─▶ both ways
//!   ACM    ◀───────────────  Alerting  (T11: nothing came)
//!   ANM    ◀───────────────  Talking   ◀─────────────  200               ─▶ both ways
//! ```
//!
//! Whoever ends it, from whatever state:
//!
//! ```text
//!   BYE, CANCEL, 4xx ─────▶  Clearing  ─────────────▶  REL               ─▶ close
//!                            Over      ◀─────────────  RLC               ◀─ closed
//!
//!   REL    ───────────────▶  Clearing  ─────────────▶  BYE, CANCEL, 4xx  ─▶ close
//!   RLC    ◀───────────────            ◀────────────────────────────────── closed
//!                            Over      ◀─────────────  the session's last event
//! ```
//!
//! A call is over when its three parts are: the session has had its last event, the circuit is released, the media
//! leg is closed. The files are read in order: `setup`, `progress`, `answer`, `release`, `media`. Each
//! answers three questions: what arrives, what do we say to the other side, which timer guards it.
//!
//! A call never touches an octet: what a message of one side means on the other is decided in
//! [`interwork`](crate::interwork).

mod answer;
mod media;
mod progress;
mod release;
mod setup;
mod story;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use ::media::Statistics;
use config::model::TrunkIndex;
use isup::cause::Cause;
use isup::exchange::{CircuitId, Indication, Request};

use crate::circuit::Seat;
use crate::control::input::{MediaError, MediaEvent};
use crate::control::output::MediaRequest;
use crate::interwork::iam::Dialled;
use crate::interwork::number::Number;
use crate::sip::{self, Agreement, Capabilities, Description, SessionId};
pub use setup::Beginning;
pub use story::{Party, Story};

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
    session: SessionId,
    /// The circuit that the call owns now.
    seat: Option<Seat>,
    /// What we say and can do in SDP; its address is the leg's once that is open.
    capabilities: Capabilities,
    /// The last description that we sent or are about to send.
    ours: Option<Description>,
    agreement: Option<Agreement>,
    /// Which of the three parts still live; the call is over when none does.
    live: Live,
    story: Story,
    settings: Settings,
    actions: VecDeque<Action>,
}

/// What the call is doing.
#[derive(Debug)]
enum State {
    /// The media leg is being opened; IAM or INVITE waits for it.
    Opening(Intent),
    /// The circuit did not take the call; the media leg leaves it before another is seized.
    Moving(Intent),
    /// IAM or INVITE is out, nothing has come back. `t11` runs towards the PSTN only.
    Trying { intent: Intent, t11: Option<Instant> },
    /// The other side has the call and tells its progress.
    Alerting,
    /// Answered.
    Talking,
    /// One side has ended it; the others follow. `rlc_owed`: the far end waits for RLC, due when the media is off.
    Clearing { rlc_owed: bool },
    /// Nothing is left.
    Over,
}

/// What is to be said, and to whom.
#[derive(Debug, Clone)]
struct Intent {
    dialled: Dialled,
    destination: Destination,
    /// How many circuits did not take it.
    refusals: u8,
}

#[derive(Debug, Clone)]
enum Destination {
    Trunk { trunk: TrunkIndex, called: Number },
    Peer(Peer),
}

/// Where an INVITE goes.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Index of the listener that the INVITE leaves from.
    pub listener: usize,
    /// Where it goes.
    pub remote: SocketAddr,
    /// Our own address as that peer sees it: the host of From.
    pub own: SocketAddr,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Live {
    session: bool,
    circuit: bool,
    media: bool,
}

/// What a call is told.
#[derive(Debug)]
pub enum Event {
    /// Something on the SIP session.
    Sip(sip::Event),
    /// The circuit that we asked for by [`Action::Seize`].
    Seized(Seat),
    /// None is to be had: every circuit is owned, blocked or out of reach.
    Congested,
    /// Something on the circuit.
    Circuit(Indication),
    /// The media leg is open, and its RTP arrives here.
    Opened(SocketAddr),
    /// It could not be opened.
    NotOpened(MediaError),
    /// Something on the media leg.
    Media(MediaEvent),
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
    /// Say this on the session.
    Sip(sip::Command),
    /// Find a circuit of this trunk; answered by `Seized` or `Congested`.
    Seize(TrunkIndex),
    /// Ask this of the circuit.
    Circuit(CircuitId, Request),
    /// The call no longer owns this circuit.
    Free(CircuitId),
    /// Ask this of the media path.
    Media(MediaRequest),
    /// A circuit has been seized: journal it, so that a restart can close the record.
    Opened,
    /// The call is over; its story is complete.
    Over,
}

/// What is the same for many calls.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Law of the trunk's timeslots.
    pub tdm_law: ::media::Law,
    /// Depth of the playout buffer.
    pub playout_ms: u16,
    /// T11, Q.764 Annex A: 15 to 20 s.
    pub t11: Duration,
    /// Random numbers of this call's RTP session, drawn by the owner of the generator.
    pub ssrc: u32,
    /// First RTP sequence number.
    pub first_sequence: u16,
    /// First RTP timestamp.
    pub first_timestamp: u32,
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
            State::Opening(_) | State::Moving(_) => "opening",
            State::Trying { .. } => "trying",
            State::Alerting => "alerting",
            State::Talking => "talking",
            State::Clearing { .. } => "clearing",
            State::Over => "over",
        }
    }

    /// Its SIP session.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// The circuit that it owns now.
    pub fn seat(&self) -> Option<Seat> {
        self.seat
    }

    /// Whether the call has reached an answer and not yet its end.
    pub fn is_talking(&self) -> bool {
        matches!(self.state, State::Talking)
    }

    /// Tells the call something. Follow with [`Call::poll_action`] until it is quiet.
    pub fn handle(&mut self, now: Instant, event: Event) {
        use Indication as I;
        use State::{Alerting, Clearing, Moving, Opening, Talking, Trying};
        use sip::Event as S;

        match (&self.state, event) {
            (State::Over, _) => {}

            // setup
            (Opening(_), Event::Seized(seat)) => self.seized(seat),
            (Opening(_), Event::Congested) => self.clear(now, Party::Gateway, Cause::NO_CIRCUIT_AVAILABLE),
            (Opening(_), Event::Opened(local)) => self.opened(now, local),
            (Opening(_), Event::NotOpened(why)) => self.media_failed(now, &why),
            (Trying { .. }, Event::Circuit(I::SetupRefused(refusal))) => self.setup_refused(now, refusal),
            (Moving(_), Event::Media(MediaEvent::Closed(_))) => self.moved(),

            // progress
            (Trying { .. } | Alerting, Event::Circuit(I::AddressComplete(acm))) => self.address_complete(now, &acm),
            (Trying { .. } | Alerting, Event::Circuit(I::Progress(cpg))) => self.call_progress(now, &cpg),
            (Trying { .. } | Alerting, Event::Sip(S::Progress { status, answer, .. })) => {
                self.provisional(now, status, answer);
            }

            // answer
            (Trying { .. } | Alerting, Event::Circuit(I::Answer(_) | I::Connect(_))) => self.answered_by_pstn(now),
            (Trying { .. } | Alerting, Event::Sip(S::Answered { answer, .. })) => self.answered_by_sip(now, answer),
            (Talking, Event::Sip(S::Acknowledged { answer, .. })) => self.acknowledged(now, answer),
            (Trying { .. } | Alerting | Talking, Event::Sip(S::Reoffer { offer, .. })) => self.reoffered(offer),
            // Audio goes on; the circuit's timers end a suspension that lasts.
            (Talking, Event::Circuit(I::Suspended(_) | I::Resumed(_))) => {}

            // release: first whatever ends a part, in any state
            (_, Event::Sip(last)) if is_last(&last) => self.session_over(now, last),
            (_, Event::Circuit(I::Release(rel))) => self.released_by_pstn(now, &rel),
            (_, Event::Circuit(I::Lost(cause))) => self.circuit_lost(now, cause),
            (_, Event::Circuit(I::Released | I::SetupRefused(_))) => self.circuit_over(now),
            (_, Event::Media(MediaEvent::Closed(statistics))) => self.media_over(now, Some(&statistics)),
            (Clearing { .. }, Event::NotOpened(_)) => self.media_over(now, None),
            (_, Event::Expel(cause)) => self.clear(now, Party::Gateway, cause),

            // what comes too late to matter: it crossed our own ending on its way
            (Clearing { .. }, _) => {}
            // what the other side may say at any time and what changes nothing here
            (_, Event::Media(MediaEvent::Inactive)) => self.story.silences += 1,
            (_, Event::Sip(_) | Event::Circuit(_)) => self.story.unexpected += 1,
            (_, Event::Seized(_) | Event::Congested | Event::Opened(_) | Event::NotOpened(_)) => {
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

    fn sip(&mut self, command: sip::Command) {
        self.actions.push_back(Action::Sip(command));
    }

    fn circuit(&mut self, request: Request) {
        if let Some(seat) = self.seat {
            self.actions.push_back(Action::Circuit(seat.circuit, request));
        }
    }

    fn media(&mut self, request: MediaRequest) {
        self.actions.push_back(Action::Media(request));
    }

    fn keep_statistics(&mut self, statistics: &Statistics) {
        self.story.media = Some(Box::new(*statistics));
    }
}

/// Whether nothing follows this event on its session, see [`sip::vocabulary`](crate::sip::vocabulary).
fn is_last(event: &sip::Event) -> bool {
    use sip::Event as S;
    matches!(event, S::Cancelled { .. } | S::Refused { .. } | S::Ended { .. } | S::Failed { .. })
}

#[cfg(test)]
mod tests;
