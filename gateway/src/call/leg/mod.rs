//! The two ends of a call. A leg is a SIP session, an ISUP circuit or a PRI channel; all speak the [`hub`](crate::interwork::hub)'s
//! words with the call and their own with the world.
//!
//! A leg owns what its protocol needs remembered and nothing else; what a message of it means is decided in
//! [`interwork`](crate::interwork). A leg that is released says nothing more, and is over when its protocol is.

pub mod channel;
pub mod circuit;
pub mod session;

use std::collections::VecDeque;

use config::model::SipParty;
use isup::cause::Cause;
use isup::codec::Message;
use isup::exchange::Number;
use isup::q931::service::Service;

use super::{Action, Story};
use crate::circuit::{Seat, SeatId};
use crate::interwork::hub::{Answer, Digits, Notice, Pause, Progress, Release, Setup, Transferred, UserInformation};
use crate::interwork::q931::service::Token;
use crate::sip::{NameAddr, Referral};
use channel::Channel;
use circuit::Circuit;
use session::Session;

/// One end of a call; in boxes, because a call's two ends are seldom of the largest kind.
#[derive(Debug)]
pub enum Leg {
    /// None: not chosen yet, or over.
    None,
    /// A SIP session.
    Session(Box<Session>),
    /// An ISUP circuit.
    Circuit(Circuit),
    /// A PRI channel.
    Channel(Box<Channel>),
}

/// What a leg tells the call.
#[derive(Debug)]
pub enum Said {
    /// More of the called number.
    Digits(Digits),
    /// The call advances.
    Progress(Progress),
    /// The called party answers.
    Answer(Answer),
    /// The conversation pauses or goes on.
    Pause(Pause),
    /// A service tells the other party something.
    Notice(Notice),
    /// The party would have another one called in its place.
    Refer(Box<Referral>),
    /// A service of PRI says this.
    Token(Token),
    /// Nothing for the other end.
    Nothing,
    /// It did not take the call; another circuit may.
    Refused,
    /// It did not take the call, and no circuit to that exchange would now.
    Congested,
    /// A user tells the other something.
    UserInformation(UserInformation),
    /// Who is at the leg's far end from now on.
    Transferred(Transferred),
    /// Whether the party takes more of that.
    Congestion(bool),
    /// A message of a service of ISUP, for an end that speaks it too.
    Service(Message),
    /// The party releases. The leg is not over: it waits for [`Leg::media_off`].
    Released(Release),
    /// Nothing follows. Where the call was not released yet, this is why it is now.
    Over(Release),
    /// The same, and they would have the call go to one of these places, the best one first.
    Elsewhere(SipParty, Vec<NameAddr>, Release),
    /// The same, and the party is to be had nowhere else either.
    Declined(Release),
    /// The party has answered, but the call cannot go on.
    Unusable(Cause),
    /// What this state of the leg did not expect.
    Unexpected,
}

/// Where a leg puts what it asks for and what is worth remembering.
pub struct Desk<'a> {
    pub actions: &'a mut VecDeque<Action>,
    pub story: &'a mut Story,
    /// The media path is another leg's: what would change it is left out.
    pub is_aside: bool,
}

impl Leg {
    /// A leg on a circuit that the far end has seized.
    pub fn incoming(seat: Seat) -> Leg {
        match seat.id {
            SeatId::Circuit(id) => Leg::Circuit(Circuit::incoming(seat, id)),
            SeatId::Channel(id) => Leg::Channel(Box::new(Channel::incoming(seat, id))),
        }
    }

    /// A leg on a circuit that was seized for a call.
    pub fn seized(seat: Seat) -> Leg {
        match seat.id {
            SeatId::Circuit(id) => Leg::Circuit(Circuit::seized(seat, id)),
            SeatId::Channel(id) => Leg::Channel(Box::new(Channel::seized(seat, id))),
        }
    }

    /// Whether something is still to come from it.
    pub fn is_live(&self) -> bool {
        match self {
            Leg::None => false,
            Leg::Session(session) => session.is_live(),
            Leg::Circuit(_) | Leg::Channel(_) => true,
        }
    }

    /// The circuit that it holds.
    pub fn seat(&self) -> Option<Seat> {
        match self {
            Leg::Circuit(circuit) => Some(circuit.seat),
            Leg::Channel(channel) => Some(channel.seat),
            Leg::None | Leg::Session(_) => None,
        }
    }

    /// The session, if it is one.
    pub fn session(&self) -> Option<&Session> {
        match self {
            Leg::Session(session) => Some(session),
            Leg::None | Leg::Circuit(_) | Leg::Channel(_) => None,
        }
    }

    /// Asks the party of a terminating leg for a call; an error is a call that its protocol cannot carry.
    pub fn set_up(&mut self, desk: &mut Desk<'_>, setup: &Setup) -> Result<(), Cause> {
        let can_be_asked = self.seat().is_some_and(|seat| seat.user_user);
        if setup.carried.services.is_required() && !can_be_asked {
            return Err(Cause::FACILITY_REJECTED);
        }
        match self {
            Leg::None => Ok(()),
            Leg::Session(session) => session.set_up(desk, setup),
            Leg::Circuit(circuit) => circuit.set_up(desk, setup),
            Leg::Channel(channel) => channel.set_up(desk, setup),
        }
    }

    /// Has the party of an originating leg go on dialling.
    pub fn await_digits(&mut self, desk: &mut Desk<'_>, number: Number) {
        match self {
            // The number of an INVITE is complete.
            Leg::None | Leg::Session(_) => {}
            Leg::Circuit(circuit) => circuit.await_digits(desk, number),
            Leg::Channel(channel) => channel.await_digits(desk),
        }
    }

    /// Tells the party of a terminating leg more of the number.
    pub fn dial_on(&mut self, desk: &mut Desk<'_>, more: &Digits) {
        match self {
            // An INVITE goes with the complete number.
            Leg::None | Leg::Session(_) => {}
            Leg::Circuit(circuit) => circuit.dial_on(desk, more),
            Leg::Channel(channel) => channel.dial_on(desk, more),
        }
    }

    /// Tells the party of an originating leg that the call is on its way to the other end, with all of its number or the
    /// beginning of it.
    pub fn under_way(&mut self, desk: &mut Desk<'_>, is_complete: bool) {
        match self {
            Leg::Channel(channel) if is_complete => channel.under_way(desk),
            Leg::Channel(channel) => channel.await_digits(desk),
            Leg::None | Leg::Session(_) | Leg::Circuit(_) => {}
        }
    }

    /// Tells the party of an originating leg how far the call has come.
    pub fn progress(&mut self, desk: &mut Desk<'_>, progress: &Progress) {
        match self {
            Leg::None => {}
            Leg::Session(session) => session.progress(desk, progress),
            Leg::Circuit(circuit) => circuit.progress(desk, progress),
            Leg::Channel(channel) => channel.progress(desk, progress),
        }
    }

    /// Tells the party of an originating leg that the called one answers.
    pub fn answer(&mut self, desk: &mut Desk<'_>, answer: &Answer) {
        match self {
            Leg::None => {}
            Leg::Session(session) => session.answer(desk, answer),
            Leg::Circuit(circuit) => circuit.answer(desk, answer),
            Leg::Channel(channel) => channel.answer(desk, answer),
        }
    }

    /// Tells the party that the other one pauses or goes on.
    pub fn pause(&mut self, desk: &mut Desk<'_>, pause: &Pause) {
        match self {
            // Audio goes on; the circuit's timers end a suspension that lasts.
            Leg::None | Leg::Session(_) => {}
            Leg::Circuit(circuit) => circuit.pause(desk, pause),
            Leg::Channel(channel) => channel.pause(desk, pause),
        }
    }

    /// Tells the party what a service of the other one tells.
    pub fn notify(&mut self, desk: &mut Desk<'_>, notice: &Notice) {
        match self {
            // SIP's own way of holding a call is an offer, which would be answered for nothing: the circuit's audio goes on.
            Leg::None | Leg::Session(_) => {}
            Leg::Circuit(circuit) => circuit.notify(desk, notice),
            Leg::Channel(channel) => channel.notify(desk, notice),
        }
    }

    /// Tells the party what the call costs: PRI alone has words for it.
    pub fn advise(&mut self, desk: &mut Desk<'_>, charge: Service) {
        if let Leg::Channel(channel) = self {
            channel.advise(desk, charge);
        }
    }

    /// Tells the user of this leg what the other one tells; `false`: it cannot be told now.
    pub fn user_information(&self, desk: &mut Desk<'_>, information: &UserInformation) -> bool {
        match self {
            Leg::None | Leg::Session(_) => false,
            Leg::Circuit(circuit) => circuit.user_information(desk, information),
            Leg::Channel(channel) => channel.user_information(desk, information),
        }
    }

    /// Tells the user of this leg whether the other one takes more: PRI alone has words for it.
    pub fn congestion(&mut self, desk: &mut Desk<'_>, is_ready: bool) {
        if let Leg::Channel(channel) = self {
            channel.congestion(desk, is_ready);
        }
    }

    /// Tells the party who is at the other end from now on.
    pub fn transferred(&mut self, desk: &mut Desk<'_>, transferred: &Transferred) {
        if let Leg::Channel(channel) = self {
            channel.transferred(desk, transferred);
        }
    }

    /// Passes on a message of a service that only ISUP has: other protocols know none.
    pub fn service(&mut self, desk: &mut Desk<'_>, message: Message) {
        if let Leg::Circuit(circuit) = self {
            circuit.service(desk, message);
        }
    }

    /// Ends what still lives of it.
    pub fn release(&mut self, desk: &mut Desk<'_>, release: &Release) {
        match self {
            Leg::None => {}
            Leg::Session(session) => session.release(desk, release),
            Leg::Circuit(circuit) if circuit.is_only_seized() => self.give_up(desk),
            Leg::Circuit(circuit) => circuit.release(desk, release),
            Leg::Channel(channel) if channel.is_only_seized() => self.give_up(desk),
            Leg::Channel(channel) => channel.release(desk, release),
        }
    }

    /// The media is off its timeslot: a party that released is answered.
    pub fn media_off(&mut self, desk: &mut Desk<'_>) {
        match self {
            Leg::None | Leg::Session(_) => {}
            Leg::Circuit(circuit) => circuit.media_off(desk),
            Leg::Channel(channel) => channel.media_off(desk),
        }
    }

    /// The leg is over, or did not take the call: its circuit is nobody's again.
    pub fn give_up(&mut self, desk: &mut Desk<'_>) {
        if let Some(seat) = self.seat() {
            *self = Leg::None;
            desk.actions.push_back(Action::Free(seat));
        }
    }
}
