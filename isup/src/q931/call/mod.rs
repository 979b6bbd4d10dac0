//! One call, Q.931 clause 5 and its figures: states U0 to U25 and N0 to N25.
//!
//! A call that we begin is the same machine on both sides, and so is one that the far end begins: user and network call
//! the states by other numbers (`number`), and differ in who acknowledges a CONNECT and may send tones with DISCONNECT.
//! Files in reading order: [`step`], this one, `outgoing`, `incoming`, `clearing`, `error`.
//!
//! Promises: a state owns its timer; a call whose state is null sends nothing more.
//! Leaves out: U15, U17 and N15, N17, since suspend and resume are refused; N22, which only a broadcast SETUP has.

mod clearing;
mod error;
mod incoming;
mod outgoing;
mod step;

use std::time::Instant;

use crate::cause::Cause;
use crate::lapd::Side;
use crate::q931::codec::{CallStateValue, Message, MessageType};
use crate::q931::interface::{Indication, Request};
use crate::q931::timer::Timer;

pub(crate) use error::fault_of_setup;
pub(crate) use step::{Act, Step};

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    state: State,
    /// STATUS ENQUIRY sent.
    enquiry: Option<Attempt>,
}

/// What the call is doing, with the timers and messages of that state.
#[derive(Clone, Debug)]
enum State {
    /// U0, N0.
    Null,
    /// U1, N6: SETUP sent.
    Initiated { t303: Attempt, setup: Box<Message> },
    /// U2, N25: SETUP ACKNOWLEDGE received.
    OverlapSending { t304: Instant },
    /// U3, N9: CALL PROCEEDING received; no timer once the far end says that it goes on.
    OutgoingProceeding { t310: Option<Instant> },
    /// U4, N7: ALERTING received.
    Delivered { t301: Instant },
    /// U6, N1: SETUP received.
    Present,
    /// U25, N2: SETUP ACKNOWLEDGE sent; no timer once the owner was told that no more digits came.
    OverlapReceiving { t302: Option<Instant> },
    /// U9, N3: CALL PROCEEDING sent.
    IncomingProceeding,
    /// U7, N4: ALERTING sent.
    Received,
    /// U8: CONNECT sent.
    ConnectRequest { t313: Instant },
    /// U10, N10.
    Active,
    /// U11, N12: DISCONNECT sent.
    Disconnecting { timer: Timer, deadline: Instant, cause: Cause },
    /// U12, N11: DISCONNECT received.
    DisconnectIndicated,
    /// U19, N19: RELEASE sent.
    ReleaseRequest { t308: Attempt, release: Box<Message> },
}

/// A message sent once, or for the second and last time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Attempt {
    deadline: Instant,
    last: bool,
}

/// What a state amounts to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Null,
    /// Being set up by us.
    Outgoing,
    /// Being set up by the far end.
    Incoming,
    Active,
    /// The far end disconnected.
    Indicated,
    /// We disconnected or released.
    Clearing,
}

impl Call {
    /// A SETUP of the far end that is acceptable.
    pub fn present() -> Self {
        Self { state: State::Present, enquiry: None }
    }

    /// A message for this call came.
    pub fn message(&mut self, step: &mut Step<'_>, message: Message) {
        use MessageType as M;
        use Phase as P;
        let Some(message) = self.examined(step, message) else { return };
        match (&self.state, self.phase(), message.kind) {
            (State::Initiated { .. }, _, M::SETUP_ACKNOWLEDGE) => self.more_wanted(step, message),
            (State::Initiated { .. } | State::OverlapSending { .. }, _, M::CALL_PROCEEDING) => {
                self.proceeding(step, message);
            }
            // After CALL PROCEEDING another one says nothing new; some exchanges send it all the same.
            (State::OutgoingProceeding { .. }, _, M::CALL_PROCEEDING) => step.counters.unexpected += 1,
            (State::Delivered { .. }, _, M::ALERTING) => step.counters.unexpected += 1,
            (_, P::Outgoing, M::PROGRESS) => self.progressing(step, message),
            (_, P::Outgoing, M::ALERTING) => self.alerting(step, message),
            (_, P::Outgoing, M::CONNECT) => self.connected(step, message),

            (_, P::Incoming, M::INFORMATION) => self.digits(step, message),
            (State::ConnectRequest { .. }, _, M::CONNECT_ACKNOWLEDGE) => self.acknowledged(step, message),
            // A user acknowledges a CONNECT of the network too, or does not.
            (State::Active, _, M::CONNECT_ACKNOWLEDGE) => step.indicate(Indication::ConnectAcknowledge(message)),

            (_, P::Outgoing | P::Incoming | P::Active, M::DISCONNECT) => self.disconnected(step, message),
            (State::Disconnecting { cause, .. }, _, M::DISCONNECT) => self.release_with(step, *cause),
            (_, _, M::RELEASE) => self.released(step, message),
            (_, _, M::RELEASE_COMPLETE) => self.release_completed(step, message),

            (_, _, M::STATUS_ENQUIRY) => {
                step.send_status(self.number(step.side), Cause::RESPONSE_TO_STATUS_ENQUIRY, &[])
            }
            (_, _, M::STATUS) => self.status(step, &message),

            (_, P::Active, M::SUSPEND) => step.send_cause(M::SUSPEND_REJECT, Cause::FACILITY_NOT_IMPLEMENTED, &[]),
            (_, P::Outgoing | P::Incoming | P::Active | P::Indicated, kind) => match beside(kind) {
                Some(indication) => step.indicate(indication(message)),
                None => self.unexpected(step, kind),
            },
            // It crossed our clearing on its way.
            (_, P::Clearing | P::Null, _) => step.counters.unexpected += 1,
        }
    }

    /// The owner asks for something.
    pub fn request(&mut self, step: &mut Step<'_>, request: Request) {
        use MessageType as M;
        use Phase as P;
        match (&self.state, self.phase(), request) {
            (State::Present, _, Request::MoreInformation(message)) => self.want_more(step, message),
            (State::Present | State::OverlapReceiving { .. }, _, Request::CallProceeding(message)) => {
                self.reply(step, M::CALL_PROCEEDING, message, State::IncomingProceeding);
            }
            (State::Present, _, Request::Progress(message)) => {
                // PROGRESS is no answer to SETUP.
                step.send_plain(M::CALL_PROCEEDING);
                self.reply(step, M::PROGRESS, message, State::IncomingProceeding);
            }
            (
                State::Present | State::OverlapReceiving { .. } | State::IncomingProceeding,
                _,
                Request::Alerting(message),
            ) => {
                self.reply(step, M::ALERTING, message, State::Received);
            }
            (State::ConnectRequest { .. }, _, Request::Connect(_)) => step.counters.requests_unexpected += 1,
            (_, P::Incoming, Request::Connect(message)) => self.connect(step, message),
            (_, P::Incoming, Request::Progress(message)) => step.send(M::PROGRESS, message),

            (_, P::Outgoing, Request::Information(message)) => self.inform(step, message),
            (_, P::Clearing | P::Null, _) => step.counters.requests_unexpected += 1,
            (_, _, Request::Release(message)) => self.clear(step, message),

            (_, _, Request::Information(message)) => step.send(M::INFORMATION, message),
            (_, _, Request::Notify(message)) => step.send(M::NOTIFY, message),
            (_, _, Request::Facility(message)) => step.send(M::FACILITY, message),
            (_, _, Request::UserInformation(message)) => step.send(M::USER_INFORMATION, message),
            (_, _, Request::CongestionControl(message)) => step.send(M::CONGESTION_CONTROL, message),
            (_, _, Request::Hold(message)) => step.send(M::HOLD, message),
            (_, _, Request::HoldAcknowledge(message)) => step.send(M::HOLD_ACKNOWLEDGE, message),
            (_, _, Request::HoldReject(message)) => step.send(M::HOLD_REJECT, message),
            (_, _, Request::Retrieve(message)) => step.send(M::RETRIEVE, message),
            (_, _, Request::RetrieveAcknowledge(message)) => step.send(M::RETRIEVE_ACKNOWLEDGE, message),
            (_, _, Request::RetrieveReject(message)) => step.send(M::RETRIEVE_REJECT, message),
            // The call moved on while the request was on its way.
            (
                _,
                _,
                Request::MoreInformation(_)
                | Request::CallProceeding(_)
                | Request::Progress(_)
                | Request::Alerting(_)
                | Request::Connect(_),
            ) => step.counters.requests_unexpected += 1,
        }
    }

    /// The timer that stands first among those that run.
    pub fn next_deadline(&self) -> Option<(Instant, Timer)> {
        let state = match &self.state {
            State::Initiated { t303, .. } => Some((t303.deadline, Timer::T303)),
            State::OverlapSending { t304 } => Some((*t304, Timer::T304)),
            State::OutgoingProceeding { t310 } => t310.map(|t310| (t310, Timer::T310)),
            State::Delivered { t301 } => Some((*t301, Timer::T301)),
            State::OverlapReceiving { t302 } => t302.map(|t302| (t302, Timer::T302)),
            State::ConnectRequest { t313 } => Some((*t313, Timer::T313)),
            State::Disconnecting { timer, deadline, .. } => Some((*deadline, *timer)),
            State::ReleaseRequest { t308, .. } => Some((t308.deadline, Timer::T308)),
            State::Null
            | State::Present
            | State::IncomingProceeding
            | State::Received
            | State::Active
            | State::DisconnectIndicated => None,
        };
        let enquiry = self.enquiry.map(|enquiry| (enquiry.deadline, Timer::T322));
        [state, enquiry].into_iter().flatten().min()
    }

    /// This timer has expired.
    pub fn expire(&mut self, step: &mut Step<'_>, timer: Timer) {
        match (&self.state, timer) {
            (_, Timer::T322) => self.enquiry_unanswered(step),
            (State::Initiated { .. }, _) => self.t303_expired(step),
            (State::OverlapSending { .. } | State::OutgoingProceeding { .. } | State::ConnectRequest { .. }, _) => {
                self.lose(step, Cause::RECOVERY_ON_TIMER_EXPIRY);
            }
            (State::Delivered { .. }, _) => self.lose(step, Cause::NO_ANSWER),
            (State::OverlapReceiving { .. }, _) => {
                self.state = State::OverlapReceiving { t302: None };
                step.indicate(Indication::InformationTimeout);
            }
            (State::Disconnecting { cause, .. }, _) => self.release_with(step, *cause),
            (State::ReleaseRequest { .. }, _) => self.t308_expired(step),
            (
                State::Null
                | State::Present
                | State::IncomingProceeding
                | State::Received
                | State::Active
                | State::DisconnectIndicated,
                _,
            ) => {}
        }
    }

    /// Whether the call is over.
    pub fn is_null(&self) -> bool {
        matches!(self.state, State::Null)
    }

    /// The state by number, as the side calls it.
    pub fn number(&self, side: Side) -> CallStateValue {
        use CallStateValue as V;
        let (user, network) = match self.state {
            State::Null => (V::NULL, V::NULL),
            State::Initiated { .. } => (V::CALL_INITIATED, V::CALL_PRESENT),
            State::OverlapSending { .. } => (V::OVERLAP_SENDING, V::OVERLAP_RECEIVING),
            State::OutgoingProceeding { .. } => (V::OUTGOING_CALL_PROCEEDING, V::INCOMING_CALL_PROCEEDING),
            State::Delivered { .. } => (V::CALL_DELIVERED, V::CALL_RECEIVED),
            State::Present => (V::CALL_PRESENT, V::CALL_INITIATED),
            State::OverlapReceiving { .. } => (V::OVERLAP_RECEIVING, V::OVERLAP_SENDING),
            State::IncomingProceeding => (V::INCOMING_CALL_PROCEEDING, V::OUTGOING_CALL_PROCEEDING),
            State::Received => (V::CALL_RECEIVED, V::CALL_DELIVERED),
            State::ConnectRequest { .. } => (V::CONNECT_REQUEST, V::CONNECT_REQUEST),
            State::Active => (V::ACTIVE, V::ACTIVE),
            State::Disconnecting { .. } => (V::DISCONNECT_REQUEST, V::DISCONNECT_INDICATION),
            State::DisconnectIndicated => (V::DISCONNECT_INDICATION, V::DISCONNECT_REQUEST),
            State::ReleaseRequest { .. } => (V::RELEASE_REQUEST, V::RELEASE_REQUEST),
        };
        match side {
            Side::User => user,
            Side::Network => network,
        }
    }

    fn phase(&self) -> Phase {
        match self.state {
            State::Null => Phase::Null,
            State::Initiated { .. }
            | State::OverlapSending { .. }
            | State::OutgoingProceeding { .. }
            | State::Delivered { .. } => Phase::Outgoing,
            State::Present
            | State::OverlapReceiving { .. }
            | State::IncomingProceeding
            | State::Received
            | State::ConnectRequest { .. } => Phase::Incoming,
            State::Active => Phase::Active,
            State::DisconnectIndicated => Phase::Indicated,
            State::Disconnecting { .. } | State::ReleaseRequest { .. } => Phase::Clearing,
        }
    }
}

/// The indication of a message that may come at any time of a call.
fn beside(kind: MessageType) -> Option<fn(Message) -> Indication> {
    Some(match kind {
        MessageType::INFORMATION => Indication::Information,
        MessageType::NOTIFY => Indication::Notify,
        MessageType::FACILITY => Indication::Facility,
        MessageType::USER_INFORMATION => Indication::UserInformation,
        MessageType::CONGESTION_CONTROL => Indication::CongestionControl,
        MessageType::HOLD => Indication::Hold,
        MessageType::HOLD_ACKNOWLEDGE => Indication::HoldAcknowledge,
        MessageType::HOLD_REJECT => Indication::HoldReject,
        MessageType::RETRIEVE => Indication::Retrieve,
        MessageType::RETRIEVE_ACKNOWLEDGE => Indication::RetrieveAcknowledge,
        MessageType::RETRIEVE_REJECT => Indication::RetrieveReject,
        _ => return None,
    })
}
