//! An INVITE that begins a call: who calls, what for, and whether they may.

use std::borrow::Cow;
use std::time::Instant;

use config::model::{Law, RouteTo, SipParty, TrunkIndex};
use isup::cause::Cause;
use tracing::warn;

use super::allowance::Denial;
use super::{Control, plan};
use crate::call::{CallId, Caller, Destination, Onward};
use crate::interwork::hub::Setup;
use crate::interwork::sip::{Terms, invite};
use crate::route::{self, Source};
use crate::sip::{self, Incoming, Uri};

impl Control {
    /// An INVITE: from a peer or a user it begins a call.
    pub(super) fn invited(&mut self, now: Instant, incoming: &Incoming) {
        let Some(party) = self.caller(now, incoming) else { return };
        let incoming = &*self.dialled(incoming);
        if let Some(replaces) = &incoming.replaces {
            return self.replace(now, party, incoming, replaces);
        }
        let (session, call) = (incoming.session, CallId(self.next_call));
        let terms = Terms::from(self.model.terms(party));
        let mut setup = invite::setup(incoming, terms);
        let dialled = setup.as_ref().map_or_else(|_| String::new(), |setup| setup.called.clone());
        let allowed = self.allows(now, party, &dialled, call);
        let allowed = allowed.and_then(|()| self.allows_way(party, setup.as_ref().ok()));
        if allowed.is_err_and(Denial::is_momentary) {
            let retry_after_s = Some(plan::RETRY_AFTER_S);
            let refuse = sip::Command::Refuse { session, status: 503, cause: None, retry_after_s };
            return self.sip.handle_command(now, refuse);
        }
        if let Ok(setup) = &mut setup {
            setup.emergency = (incoming.emergency && terms.trusted) || self.model.emergency.has(&setup.called);
            if let Err((status, phrase)) = self.verify(now, incoming, party, setup) {
                return self.sip.handle_command(now, sip::Command::Distrust { session, status, phrase });
            }
        }
        let to = setup.as_mut().map_err(|cause| *cause);
        let to = to.and_then(|setup| self.trunk_for(party, incoming, setup, allowed));
        let law = to.map_or(Law::A, |trunk| self.law_of(trunk));
        let setup = setup.unwrap_or_else(|_| invite::undialled(incoming));
        let to = to.map(|trunk| Onward::Go(Destination::Trunk(trunk), setup.clone()));
        self.counters.calls_from_sip += 1;
        self.allowance.begun(now, call, party);
        let from = Caller::Session {
            session: self.session(session, law, party),
            inviter: self.inviter(incoming, terms),
            offer: incoming.offer.clone(),
            call_id: incoming.call_id.clone(),
        };
        self.begin(now, from, setup, to);
    }

    /// The trunk that an INVITE goes to, whose sender may have the call or not.
    fn trunk_for(
        &self,
        party: SipParty,
        incoming: &Incoming,
        setup: &mut Setup,
        allowed: Result<(), Denial>,
    ) -> Result<TrunkIndex, Cause> {
        if let Err(denial) = allowed {
            warn!(party = self.model.name_of(party), called = setup.called, ?denial, "call beyond somebody's limits");
            return Err(Cause::CALL_REJECTED);
        }
        let source = Source::Sip(party);
        // The configuration refuses routes from SIP to SIP.
        let RouteTo::Trunk(trunk) = self.choose(source, setup)? else { return Err(Cause::NO_ROUTE_TO_DESTINATION) };
        let named = self.named_group(Terms::from(self.model.terms(party)), &incoming.request_uri);
        Ok(named.filter(|trunk| route::may_use(&self.model, source, *trunk)).unwrap_or(trunk))
    }

    /// The trunk group that a trusted party names for a call that the plan sends to a trunk (RFC 4904); the context is our own
    /// address, and a group that we do not have is passed over.
    fn named_group(&self, terms: Terms, target: &Uri) -> Option<TrunkIndex> {
        let is_ours = |context: &str| {
            let ours = self.model.sip.listeners.iter().map(|listener| listener.advertised.ip().to_string());
            ours.into_iter().any(|own| own == context.trim_matches(['[', ']']))
        };
        invite::trunk_group(target, is_ours).filter(|_| terms.trusted).and_then(|name| self.model.trunk_named(name))
    }

    /// The INVITE as the plan reads it: a service of emergency (RFC 5031) is called by its number.
    fn dialled<'a>(&self, incoming: &'a Incoming) -> Cow<'a, Incoming> {
        let service = sip::emergency_service(&incoming.request_uri);
        let number = service.and_then(|service| self.model.emergency.number_of(&service).map(str::to_owned));
        match number.and_then(|number| Uri::parse(format!("tel:{number}").as_bytes()).ok()) {
            Some(request_uri) => Cow::Owned(Incoming { request_uri, ..incoming.clone() }),
            None => Cow::Borrowed(incoming),
        }
    }
}
