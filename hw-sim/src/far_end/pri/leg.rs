//! One call by its messages: Q.931 5.1 to 5.3, as the originating and as the destination end.
//!
//! [`Leg::receive`] is one match of message against state. Left out: hold, notifications, facilities and user information,
//! which are taken note of without effect.

use isup::q931::codec::{CallReference, Message, MessageType};

use super::super::call::Call;
use super::super::checker::Checker;
use super::super::order::ReleasedBy;
use super::super::script::{Expected, Say, Source, Step};
use super::channel::Channel;
use super::message;

/// A call with the channel that it has.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) call: Call,
    pub(super) timeslot: u8,
    pub(super) phase: Phase,
    /// The call's own call reference, as messages to the gateway carry it.
    reference: CallReference,
    /// States are numbered by the side that began the call.
    begun_by_user: bool,
    is_network: bool,
}

/// How far a call has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// SETUP sent.
    Initiated,
    /// SETUP ACKNOWLEDGE received: digits follow.
    Dialling,
    /// Any answer to it but those and ALERTING and CONNECT.
    Proceeding,
    /// ALERTING received.
    Delivered,
    /// SETUP ACKNOWLEDGE sent: more digits are awaited.
    Overlap {
        digits: String,
        t302_ms: u64,
    },
    /// CALL PROCEEDING sent.
    IncomingProceeding,
    /// ALERTING sent.
    Received,
    /// CONNECT sent by the user.
    ConnectRequest {
        t313_ms: u64,
    },
    Active,
    /// DISCONNECT sent.
    Disconnecting {
        cause: u8,
        t305_ms: u64,
    },
    /// RELEASE sent.
    Releasing {
        cause: u8,
        t308_ms: u64,
        repeated: bool,
    },
    /// Over.
    Null,
}

/// What a leg wants done.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) transmit: Vec<Message>,
    /// It has just been answered, by whom so ever.
    pub(super) answered: bool,
}

impl Leg {
    /// A call of this exchange, its SETUP about to go out.
    pub(super) fn outgoing(reference: CallReference, timeslot: u8, is_network: bool, call: Call) -> Self {
        Leg { call, timeslot, phase: Phase::Initiated, reference, begun_by_user: !is_network, is_network }
    }

    /// A call of the gateway, unanswered.
    pub(super) fn incoming(reference: CallReference, timeslot: u8, is_network: bool, call: Call) -> Self {
        Leg { call, timeslot, phase: Phase::IncomingProceeding, reference, begun_by_user: is_network, is_network }
    }

    /// Whether RELEASE had to be repeated.
    pub(super) fn is_stuck(&self) -> bool {
        matches!(self.phase, Phase::Releasing { repeated: true, .. })
    }

    /// Whether it is being cleared.
    pub(super) fn is_clearing(&self) -> bool {
        matches!(self.phase, Phase::Disconnecting { .. } | Phase::Releasing { .. } | Phase::Null)
    }

    /// The call state's number, Q.931 2.1.
    pub(super) fn number(&self) -> u8 {
        match (&self.phase, self.begun_by_user) {
            (Phase::Null, _) => 0,
            (Phase::Initiated, true) => 1,
            (Phase::Overlap { .. } | Phase::Dialling, true) => 2,
            (Phase::Proceeding | Phase::IncomingProceeding, true) => 3,
            (Phase::Delivered | Phase::Received, true) => 4,
            (Phase::Initiated, false) => 6,
            (Phase::Delivered | Phase::Received, false) => 7,
            (Phase::ConnectRequest { .. }, _) => 8,
            (Phase::Proceeding | Phase::IncomingProceeding, false) => 9,
            (Phase::Active, _) => 10,
            // The network has sent it: disconnect indication.
            (Phase::Disconnecting { .. }, _) if self.is_network => 12,
            (Phase::Disconnecting { .. }, _) => 11,
            (Phase::Releasing { .. }, _) => 19,
            (Phase::Overlap { .. } | Phase::Dialling, false) => 25,
        }
    }

    /// A message of the gateway. `false`: it fitted no state.
    pub(super) fn receive(&mut self, now_ms: u64, message: &Message, channel: &mut Channel, said: &mut Said) -> bool {
        self.call.received(now_ms, &message::label(message));
        match (message.kind, &self.phase) {
            (MessageType::SETUP_ACKNOWLEDGE, Phase::Initiated) => {
                self.phase = Phase::Dialling;
                true
            }
            (MessageType::CALL_PROCEEDING, Phase::Initiated | Phase::Dialling) => {
                self.hear(now_ms, Expected::Backward, Phase::Proceeding, said)
            }
            (MessageType::CALL_PROCEEDING, Phase::Proceeding) => true,
            (MessageType::PROGRESS, Phase::Initiated | Phase::Dialling | Phase::Proceeding) => {
                self.hear(now_ms, Expected::Backward, Phase::Proceeding, said)
            }
            (MessageType::PROGRESS, Phase::Delivered) => true,
            (MessageType::ALERTING, Phase::Initiated | Phase::Dialling | Phase::Proceeding) => {
                self.hear(now_ms, Expected::Ringing, Phase::Delivered, said)
            }
            (MessageType::CONNECT, Phase::Initiated | Phase::Dialling | Phase::Proceeding | Phase::Delivered) => {
                self.say(now_ms, Message::new(self.reference, MessageType::CONNECT_ACKNOWLEDGE), said);
                self.hear(now_ms, Expected::Answer, Phase::Active, said)
            }
            (MessageType::CONNECT_ACKNOWLEDGE, Phase::ConnectRequest { .. } | Phase::Active) => {
                self.phase = Phase::Active;
                true
            }

            (MessageType::DISCONNECT, Phase::Releasing { .. }) => true,
            (MessageType::DISCONNECT, _) => {
                self.ended(channel, ReleasedBy::Gateway, message::cause(message));
                self.release(now_ms, message::cause(message).unwrap_or(NORMAL_CLEARING), said);
                true
            }
            // Both ends sent RELEASE: neither answers (5.3.5).
            (MessageType::RELEASE, Phase::Releasing { .. }) | (MessageType::RELEASE_COMPLETE, _) => {
                self.ended(channel, ReleasedBy::Gateway, message::cause(message));
                self.phase = Phase::Null;
                true
            }
            (MessageType::RELEASE, _) => {
                self.ended(channel, ReleasedBy::Gateway, message::cause(message));
                self.say(now_ms, Message::new(self.reference, MessageType::RELEASE_COMPLETE), said);
                self.phase = Phase::Null;
                true
            }

            (MessageType::STATUS_ENQUIRY, _) => {
                self.say(now_ms, message::status(self.reference, RESPONSE_TO_ENQUIRY, self.number()), said);
                true
            }
            (MessageType::STATUS, _) => {
                if message::call_state(message) == Some(0) {
                    self.ended(channel, ReleasedBy::Gateway, message::cause(message));
                    self.phase = Phase::Null;
                }
                true
            }
            (
                MessageType::INFORMATION
                | MessageType::NOTIFY
                | MessageType::FACILITY
                | MessageType::USER_INFORMATION
                | MessageType::CONGESTION_CONTROL,
                _,
            ) => true,
            _ => {
                let state = self.number();
                self.say(now_ms, message::status(self.reference, MESSAGE_NOT_COMPATIBLE, state), said);
                false
            }
        }
    }

    /// Time passes.
    pub(super) fn tick(&mut self, now_ms: u64, channel: &mut Channel, said: &mut Said) {
        match self.phase {
            Phase::Disconnecting { cause, t305_ms } if now_ms >= t305_ms => self.release(now_ms, cause, said),
            Phase::Releasing { t308_ms, repeated: true, .. } if now_ms >= t308_ms => self.phase = Phase::Null,
            Phase::Releasing { cause, t308_ms, repeated: false } if now_ms >= t308_ms => {
                self.release(now_ms, cause, said);
                self.phase = Phase::Releasing { cause, t308_ms: now_ms + T308_MS, repeated: true };
            }
            Phase::ConnectRequest { t313_ms } if now_ms >= t313_ms => {
                self.disconnect(now_ms, RECOVERY_ON_TIMER_EXPIRY, channel, said);
            }
            Phase::Overlap { t302_ms, .. } if now_ms >= t302_ms => {
                self.disconnect(now_ms, INVALID_NUMBER, channel, said);
            }
            _ if self.is_clearing() => {}
            _ => match self.call.overdue(now_ms) {
                Some(cause) => self.disconnect(now_ms, cause, channel, said),
                None => {
                    let dials = self.phase == Phase::Dialling;
                    if let Some((digits, is_last)) = dials.then(|| self.call.dial(now_ms)).flatten() {
                        self.say(now_ms, message::information(self.reference, &digits, is_last), said);
                    }
                    self.play(now_ms, channel, said);
                }
            },
        }
    }

    /// SETUP ACKNOWLEDGE: these digits are not all.
    pub(super) fn ask_for_digits(&mut self, now_ms: u64, digits: String, said: &mut Said) {
        self.phase = Phase::Overlap { digits, t302_ms: now_ms + T302_MS };
        let message = message::on_channel(self.reference, MessageType::SETUP_ACKNOWLEDGE, self.timeslot);
        self.say(now_ms, message, said);
    }

    /// CALL PROCEEDING: the number is complete.
    pub(super) fn proceed(&mut self, now_ms: u64, said: &mut Said) {
        self.phase = Phase::IncomingProceeding;
        let message = message::on_channel(self.reference, MessageType::CALL_PROCEEDING, self.timeslot);
        self.say(now_ms, message, said);
    }

    /// STATUS ENQUIRY: a STATUS of state 0 that answers it ends the call.
    pub(super) fn enquire(&mut self, now_ms: u64, said: &mut Said) {
        self.say(now_ms, Message::new(self.reference, MessageType::STATUS_ENQUIRY), said);
    }

    /// A message of this call to the gateway.
    pub(super) fn say(&mut self, now_ms: u64, message: Message, said: &mut Said) {
        self.call.sent(now_ms, &message::label(&message));
        said.transmit.push(message);
    }

    /// The call is over for its user; what the checker found is kept.
    pub(super) fn ended(&mut self, channel: &mut Channel, by: ReleasedBy, cause: Option<u8>) {
        self.call.end(by, cause);
        let found: Option<Checker> = channel.bearer.release();
        self.call.checker = self.call.checker.take().or(found);
    }

    /// Takes all steps of the script that are due.
    fn play(&mut self, now_ms: u64, channel: &mut Channel, said: &mut Said) {
        if let Phase::Overlap { .. } = self.phase {
            return;
        }
        while let Some(step) = self.call.player.poll(now_ms) {
            match step {
                Step::Send(say) => self.send(now_ms, say, channel.bearer.is_connected(), said),
                Step::Connect(Source::Ordered) if self.call.verifies() => channel.bearer.verify(),
                Step::Connect(source) => channel.bearer.connect(source),
                Step::Release(cause) => return self.disconnect(now_ms, cause, channel, said),
                // The player takes these itself.
                Step::Expect(_) | Step::Wait(_) | Step::Hold => {}
            }
        }
    }

    fn send(&mut self, now_ms: u64, say: Say, in_band: bool, said: &mut Said) {
        let (kind, phase) = match say {
            Say::SubscriberFree | Say::Alerting => (MessageType::ALERTING, Phase::Received),
            Say::InBandInformation => (MessageType::PROGRESS, Phase::IncomingProceeding),
            Say::Answer | Say::Connect => (MessageType::CONNECT, self.connected(now_ms)),
        };
        let message = Message::new(self.reference, kind);
        let tones = in_band && kind != MessageType::CONNECT;
        self.say(now_ms, if tones { message::in_band(message) } else { message }, said);
        self.phase = phase;
        if kind == MessageType::CONNECT {
            self.call.answered = true;
            said.answered = true;
        }
    }

    /// After CONNECT the network is active at once, the user when the network has acknowledged it.
    fn connected(&self, now_ms: u64) -> Phase {
        if self.is_network { Phase::Active } else { Phase::ConnectRequest { t313_ms: now_ms + T313_MS } }
    }

    fn hear(&mut self, now_ms: u64, event: Expected, phase: Phase, said: &mut Said) -> bool {
        self.phase = phase;
        let expected = self.call.hear(now_ms, event);
        said.answered |= expected && event == Expected::Answer;
        expected
    }

    /// DISCONNECT; the bearer falls silent and is compared no longer.
    fn disconnect(&mut self, now_ms: u64, cause: u8, channel: &mut Channel, said: &mut Said) {
        self.ended(channel, ReleasedBy::FarExchange, Some(cause));
        self.phase = Phase::Disconnecting { cause, t305_ms: now_ms + T305_MS };
        self.say(now_ms, message::with_cause(self.reference, MessageType::DISCONNECT, cause), said);
    }

    fn release(&mut self, now_ms: u64, cause: u8, said: &mut Said) {
        self.phase = Phase::Releasing { cause, t308_ms: now_ms + T308_MS, repeated: false };
        self.say(now_ms, message::with_cause(self.reference, MessageType::RELEASE, cause), said);
    }
}

/// Q.931 clause 9, tables 9-1 and 9-2: T302 15 s, T305 30 s, T308 4 s, T313 4 s.
const T302_MS: u64 = 15_000;
const T305_MS: u64 = 30_000;
const T308_MS: u64 = 4_000;
const T313_MS: u64 = 4_000;
/// Cause values of Q.850.
const NORMAL_CLEARING: u8 = 16;
const INVALID_NUMBER: u8 = 28;
const RESPONSE_TO_ENQUIRY: u8 = 30;
const MESSAGE_NOT_COMPATIBLE: u8 = 101;
const RECOVERY_ON_TIMER_EXPIRY: u8 = 102;
