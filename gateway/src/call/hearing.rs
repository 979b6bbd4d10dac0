//! Which leg something happened on, and who hears what it says of that: an end of the call, one that is to come, or one that has departed.

use std::time::Instant;

use isup::exchange::{CircuitId, Indication};

use super::leg::{Desk, Leg, Said};
use super::{Call, ChannelEvent, Side};
use crate::circuit::{ChannelSeat, SeatId};
use crate::sip;

/// Where a call has a leg.
#[derive(Debug, Clone, Copy)]
enum Place {
    End(Side),
    Coming,
    Departed(usize),
}

impl Call {
    pub(super) fn hear_session(&mut self, now: Instant, event: sip::Event) {
        let id = event.session();
        let place = self.place(|leg| leg.session().is_some_and(|session| session.id == id));
        self.hear(now, place, |leg, desk| match leg {
            Leg::Session(session) => session.hear(desk, event),
            _ => Said::Unexpected,
        });
    }

    pub(super) fn hear_circuit(&mut self, now: Instant, id: CircuitId, indication: Indication) {
        self.hear(now, self.place_of(SeatId::Circuit(id)), |leg, _| match leg {
            Leg::Circuit(circuit) => circuit.hear(indication),
            _ => Said::Unexpected,
        });
    }

    pub(super) fn hear_channel(&mut self, now: Instant, id: ChannelSeat, event: ChannelEvent) {
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

    pub(super) fn leg(&self, side: Side) -> &Leg {
        match side {
            Side::Originating => &self.originating,
            Side::Terminating => &self.terminating,
        }
    }

    /// A leg, and where it puts what it asks for.
    pub(super) fn at(&mut self, side: Side) -> (&mut Leg, Desk<'_>) {
        let leg = match side {
            Side::Originating => &mut self.originating,
            Side::Terminating => &mut self.terminating,
        };
        (leg, Desk { actions: &mut self.actions, story: &mut self.story, is_aside: false })
    }

    pub(super) fn legs(&self) -> impl Iterator<Item = &Leg> + '_ {
        let coming = self.transfer.iter().map(|transfer| &transfer.leg);
        let departed = self.departed.iter().map(|departed| &departed.leg);
        [&self.originating, &self.terminating].into_iter().chain(coming).chain(departed)
    }
}
