//! Transfers by SIP: where the new party of a call is called, which other call of its transferor it becomes one with, and INVITEs
//! that take a session's place.

use std::time::Instant;

use config::model::SipParty;
use isup::cause::Cause;
use tracing::info;

use super::Control;
use crate::call::{CallId, Joined, NotJoined, Onward, Side, Told, join};
use crate::circuit::Seat;
use crate::interwork::hub::Setup;
use crate::interwork::sip::Terms;
use crate::route::Source;
use crate::sip::{self, Incoming, Replaces};

impl Control {
    /// Somebody would have a call go there, whom the plan is asked for; the party on that circuit stays.
    pub(super) fn refer(&mut self, now: Instant, id: CallId, (party, stays): (SipParty, Seat), setup: Setup) {
        let number = setup.called.clone();
        let onward = self.refer_to(now, id, (party, stays), setup);
        let by = self.model.name_of(party);
        match &onward {
            Ok(_) => {
                info!(call = %id, by, number, "the call is sent on");
                self.allowance.sent_on(now, id, party);
            }
            Err(cause) => info!(call = %id, by, number, cause = cause.0, "the call is not sent on"),
        }
        self.routed(now, id, onward);
    }

    /// The plan of whoever sends it on says where; where it knows no way, that of the trunk of the party that stays, which leads to
    /// SIP too.
    fn refer_to(
        &mut self,
        now: Instant,
        id: CallId,
        (party, stays): (SipParty, Seat),
        mut setup: Setup,
    ) -> Result<Onward, Cause> {
        if !self.phase.takes_calls() {
            return Err(Cause::SWITCHING_EQUIPMENT_CONGESTION);
        }
        // They pay: what they may not call they may not have called.
        self.allows(now, party, &setup.called, id).map_err(|_| Cause::CALL_REJECTED)?;
        setup.emergency |= self.model.emergency.has(&setup.called);
        let chosen = self.choose(Source::Sip(party), &mut setup);
        let to = chosen.or_else(|_| self.choose(Source::Trunk(stays.trunk), &mut setup))?;
        Ok(Onward::Go(self.towards(now, to, &setup.called, stays.trunk)?, setup))
    }

    /// The dialog that a REFER names is another call's of the same party: the two become one.
    pub(super) fn join_sessions(
        &mut self,
        now: Instant,
        id: CallId,
        (side, party): (Side, SipParty),
        named: &Replaces,
    ) {
        let other = self.other_end(id, party, named);
        match other.ok_or(None).and_then(|other| self.join_calls(now, (id, side), other).map_err(Some)) {
            Ok(joined) => {
                self.carry_out(now, joined.ended);
                self.carry_out(now, joined.kept);
            }
            Err(why) => self.tell(now, id, Told::NotJoined(why)),
        }
    }

    /// The end of another call at which this party has that dialog, confirmed.
    fn other_end(&self, id: CallId, party: SipParty, named: &Replaces) -> Option<(CallId, Side)> {
        let (session, _) = self.sip.session_of(named).filter(|(_, is_confirmed)| *is_confirmed)?;
        let other = *self.by_session.get(&session).filter(|other| **other != id)?;
        let call = self.calls.get(&other)?;
        let side = call.side_of_session(session).filter(|side| call.transferor(*side) == Some(party))?;
        Some((other, side))
    }

    /// Joins two calls, each at the end of the party that leaves; the circuit that passes changes its owner.
    pub(super) fn join_calls(
        &mut self,
        now: Instant,
        (first, left): (CallId, Side),
        (second, right): (CallId, Side),
    ) -> Result<Joined, NotJoined> {
        let mut one = self.calls.remove(&first).ok_or(NotJoined::NotTalking)?;
        // A call is none that could be joined with itself.
        let other = self.calls.get_mut(&second).ok_or(NotJoined::NotTalking);
        let joined = other.and_then(|other| join(now, (&mut one, left), (other, right)));
        self.calls.insert(first, one);
        if let Ok(joined) = &joined {
            self.trunks.pass(joined.passed.id, joined.kept);
            self.allowance.pass(joined.ended, joined.kept);
        }
        joined
    }

    /// An INVITE that takes the place of a session (RFC 3891). It is a call of its own for nobody: a refusal ends it.
    pub(super) fn replace(&mut self, now: Instant, party: SipParty, incoming: &Incoming, replaces: &Replaces) {
        if let Err(status) = self.try_replace(now, party, incoming, replaces) {
            let session = incoming.session;
            self.sip.handle_command(now, sip::Command::Refuse { session, status, cause: None, retry_after_s: None });
        }
    }

    fn try_replace(
        &mut self,
        now: Instant,
        party: SipParty,
        incoming: &Incoming,
        replaces: &Replaces,
    ) -> Result<(), u16> {
        if !self.model.terms(party).transfer {
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
        let new = self.session(incoming.session, self.law_of(trunk), party);
        let inviter = self.inviter(incoming, Terms::from(self.model.terms(party)));
        let call = self.calls.get_mut(&id).ok_or(NO_SUCH_CALL)?;
        call.replace(now, replaced, (new, inviter), incoming.offer.as_ref()).map_err(|status| status.0)?;
        self.index_sessions(id);
        self.carry_out(now, id);
        Ok(())
    }
}

const FORBIDDEN: u16 = 403;
const NO_SUCH_CALL: u16 = 481;
const BUSY_HERE: u16 = 486;
