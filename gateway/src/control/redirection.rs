//! A called peer that sends a call elsewhere by 3xx: followed where the configuration says so, and as far as the peer might call
//! there itself.
//!
//! What guards it: a call is diverted [`DIVERSIONS_MAX`] times at most, by whomever; the number that was just called is not called
//! again; where a number is, the dial plan says alone, and what the peer's limits bar is barred here too. Of several contacts
//! the first goes, by `q`, that all of this allows. Leaves out going back to the next contact when the first does not answer:
//! the caller has heard by then that the call was forwarded.

use std::time::Instant;

use tracing::info;

use super::Control;
use crate::call::{CallId, DIVERSIONS_MAX, Onward, Redirectable};
use crate::interwork::sip::redirection::redirected;
use crate::sip;

impl Control {
    /// `true`: the call has gone on, and the event was the end of no more than a session.
    pub(super) fn redirected(&mut self, now: Instant, id: CallId, event: &sip::Event) -> bool {
        let sip::Event::Refused { session, contacts, .. } = event else { return false };
        let Some(call) = self.calls.get(&id).filter(|_| !contacts.is_empty()) else { return false };
        let Some(Redirectable { peer, stays, setup }) = call.redirectable(*session) else { return false };
        if setup.diversion.as_ref().is_some_and(|diversion| diversion.times >= DIVERSIONS_MAX) {
            return false;
        }
        let places: Vec<_> = contacts.iter().filter_map(|contact| redirected(setup, contact)).collect();
        for place in places {
            let number = place.called.clone();
            let Ok(Onward::Go(to, setup)) = self.refer_to(now, peer, stays, place) else { continue };
            info!(call = %id, peer = self.model.peer(peer).name, number, "the peer sends the call elsewhere");
            let Some(call) = self.calls.get_mut(&id) else { return false };
            call.redirect(*session, to, setup);
            self.index_sessions(id);
            self.carry_out(now, id);
            return true;
        }
        false
    }
}
