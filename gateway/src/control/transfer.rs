//! Transfers between calls: where the new party of one is called, which call gives up its party, and INVITEs that take
//! a session's place.

use std::time::Instant;

use config::model::{PeerIndex, RouteTo};
use isup::cause::Cause;

use super::Control;
use crate::call::{CallId, Destination, Event, Onward, Surrendered, Told};
use crate::circuit::Seat;
use crate::interwork::hub::Setup;
use crate::route::Source;
use crate::sip::{self, Incoming, Replaces};

impl Control {
    /// The plan of the peer that transfers says where; where it knows no way, that of the trunk of the party that stays,
    /// which leads to SIP too.
    pub(super) fn refer(&mut self, now: Instant, id: CallId, (peer, stays): (PeerIndex, Seat), setup: Setup) {
        let onward = self.refer_to(now, peer, stays, setup);
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle(now, Event::Gateway(Told::Routed(onward)));
            self.index_sessions(id);
        }
    }

    fn refer_to(&mut self, now: Instant, peer: PeerIndex, stays: Seat, mut setup: Setup) -> Result<Onward, Cause> {
        if !self.phase.takes_calls() {
            return Err(Cause::SWITCHING_EQUIPMENT_CONGESTION);
        }
        // It is the peer that pays: what it may not call it may not have called.
        self.allows(now, peer, &setup.called).map_err(|_| Cause::CALL_REJECTED)?;
        let chosen = self.choose(Source::Peer(peer), &mut setup);
        let to = match chosen.or_else(|_| self.choose(Source::Trunk(stays.trunk), &mut setup))? {
            RouteTo::Trunk(trunk) => Destination::Trunk(trunk),
            RouteTo::Peer(to) => self.destination(to, stays.trunk),
        };
        Ok(Onward::Go(to, setup))
    }

    /// The dialog that a REFER names is another call's of the same peer: that one gives its party up.
    pub(super) fn fetch(&mut self, now: Instant, id: CallId, peer: PeerIndex, replaces: &Replaces) {
        let named = self.sip.session_of(replaces).filter(|(_, is_confirmed)| *is_confirmed);
        let other = named.and_then(|(session, _)| Some((session, *self.by_session.get(&session)?)));
        let granted = other.filter(|(_, other)| *other != id).filter(|(session, other)| {
            self.calls.get_mut(other).is_some_and(|call| call.surrender(now, *session, peer, id))
        });
        match granted {
            Some((_, other)) => self.carry_out(now, other),
            None => self.deliver(now, id, Event::Gateway(Told::Fetched(None))),
        }
    }

    /// The party of a call goes to another, and its circuit with it. Where that call is over the circuit is released.
    pub(super) fn hand_over(&mut self, now: Instant, to: CallId, party: Option<Box<Surrendered>>) {
        match party {
            Some(party) if self.calls.contains_key(&to) => {
                if let Some(seat) = party.seat() {
                    self.trunks.hand_over(seat.id, to);
                }
                self.tell(now, to, Told::Fetched(Some(party)));
            }
            Some(party) => {
                if let Some(seat) = party.seat() {
                    self.trunks.free(seat.id);
                    self.release_orphan(now, seat.id);
                }
            }
            None => self.tell(now, to, Told::Fetched(None)),
        }
    }

    /// An INVITE that takes the place of a session (RFC 3891). It is a call of its own for nobody: a refusal ends it.
    pub(super) fn replace(&mut self, now: Instant, peer: PeerIndex, incoming: &Incoming, replaces: &Replaces) {
        if let Err(status) = self.try_replace(now, peer, incoming, replaces) {
            let session = incoming.session;
            self.sip.handle_command(now, sip::Command::Refuse { session, status, cause: None, retry_after_s: None });
        }
    }

    fn try_replace(
        &mut self,
        now: Instant,
        peer: PeerIndex,
        incoming: &Incoming,
        replaces: &Replaces,
    ) -> Result<(), u16> {
        if !self.model.peer(peer).transfer {
            return Err(FORBIDDEN);
        }
        let (replaced, is_confirmed) = self.sip.session_of(replaces).ok_or(NO_SUCH_CALL)?;
        match (replaces.early_only, is_confirmed) {
            (true, true) => return Err(BUSY_HERE),
            (_, false) => return Err(NO_SUCH_CALL),
            (false, true) => {}
        }
        let id = *self.by_session.get(&replaced).ok_or(NO_SUCH_CALL)?;
        let trunk = self.calls.get(&id).and_then(|call| Some(call.seats().next()?.trunk)).ok_or(NO_SUCH_CALL)?;
        let new = self.session(incoming.session, self.law_of(trunk), peer);
        let call = self.calls.get_mut(&id).ok_or(NO_SUCH_CALL)?;
        call.replace(now, replaced, new, incoming.offer.as_ref()).map_err(|status| status.0)?;
        self.carry_out(now, id);
        Ok(())
    }
}

const FORBIDDEN: u16 = 403;
const NO_SUCH_CALL: u16 = 481;
const BUSY_HERE: u16 = 486;
