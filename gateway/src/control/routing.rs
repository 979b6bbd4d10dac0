//! Where calls go: the dial plan asked with all that control knows, and the way there.

use std::time::Instant;

use config::model::{RouteTo, SipParty, TrunkIndex};
use isup::cause::Cause;
use isup::exchange::Number;
use tracing::warn;

use super::Control;
use crate::call::{Destination, Onward, Peer};
use crate::circuit::{BEGUN_MAX, Seat};
use crate::interwork::hub::Setup;
use crate::route::{self, Choice, Prospect, Source};

impl Control {
    /// Where a call goes that came on this circuit, with the digits that there are.
    pub(super) fn route_from(&mut self, now: Instant, seat: Seat, mut setup: Setup) -> Result<Onward, Cause> {
        if !self.phase.takes_calls() {
            return Err(Cause::SWITCHING_EQUIPMENT_CONGESTION);
        }
        if !self.spans[usize::from(seat.at.span)].carries_calls() {
            return Err(Cause::CIRCUIT_OUT_OF_ORDER);
        }
        // It begins calls faster than they end.
        if self.trunks.begun_on(seat.id) > BEGUN_MAX {
            return Err(Cause::SWITCHING_EQUIPMENT_CONGESTION);
        }
        if let Some(cause) = self.cut_off_cause(seat.trunk) {
            return Err(cause);
        }
        let source = Source::Trunk(seat.trunk);
        setup.emergency |= self.model.emergency.has(&setup.called);
        let to = if setup.is_complete {
            self.choose_complete(source, &mut setup)?
        } else {
            match self.foresee(source, &mut setup)? {
                Ok(to) => to,
                Err(wait) => return Ok(Onward::Wait(wait)),
            }
        };
        Ok(Onward::Go(self.towards(now, to, &setup.called, seat.trunk)?, setup))
    }

    /// The way there by that number, for a party on a circuit of that trunk.
    pub(super) fn towards(
        &mut self,
        now: Instant,
        to: RouteTo,
        called: &str,
        from: TrunkIndex,
    ) -> Result<Destination, Cause> {
        Ok(match to {
            RouteTo::Trunk(trunk) => Destination::Trunk(trunk),
            RouteTo::Peer(peer) => self.destination(from, SipParty::Peer(peer), self.peer_towards(now, peer)),
            RouteTo::User(user) => {
                let peer = self.user_towards(now, user, called).ok_or(Cause::SUBSCRIBER_ABSENT)?;
                self.destination(from, self.model.party_of(user), peer)
            }
        })
    }

    fn destination(&mut self, trunk: TrunkIndex, party: SipParty, mut peer: Peer) -> Destination {
        let session = self.sip.next_session();
        peer.attestation = self.attestation(trunk, party);
        Destination::Peer(self.session(session, self.law_of(trunk), party), Box::new(peer))
    }

    /// A number from the PSTN that has all its digits; where those are too few the number is at fault, and not the route.
    fn choose_complete(&self, from: Source, setup: &mut Setup) -> Result<RouteTo, Cause> {
        let is_short = route::foresee(&self.model, from, setup.routed_by()) == Prospect::TooShort;
        if setup.called.is_empty() || is_short {
            return Err(Cause::INVALID_NUMBER_FORMAT);
        }
        self.choose(from, setup)
    }

    /// A number from the PSTN to which digits may be added: where it goes, or what is to be waited for.
    fn foresee(&self, from: Source, setup: &mut Setup) -> Result<Result<RouteTo, Number>, Cause> {
        if setup.called.is_empty() {
            return Ok(Err(Number::TooShort));
        }
        match route::foresee(&self.model, from, &setup.called) {
            Prospect::Whole(choice) => {
                setup.is_complete = true;
                self.admit(from, choice, setup).map(Ok)
            }
            Prospect::Settled(choice) if self.takes_digits(choice.to) => self.admit(from, choice, setup).map(Ok),
            Prospect::Settled(_) | Prospect::Open => Ok(Err(Number::MayGoOn)),
            Prospect::TooShort => Ok(Err(Number::TooShort)),
            Prospect::Nowhere => Err(Cause::NO_ROUTE_TO_DESTINATION),
        }
    }

    fn takes_digits(&self, to: RouteTo) -> bool {
        matches!(to, RouteTo::Trunk(trunk) if self.model.trunk(trunk).overlap)
    }

    /// Where the plan sends a call; its called number becomes what is dialled there.
    pub(super) fn choose(&self, from: Source, setup: &mut Setup) -> Result<RouteTo, Cause> {
        let none = match from {
            Source::Sip(_) => Cause::UNALLOCATED_NUMBER,
            Source::Trunk(_) => Cause::NO_ROUTE_TO_DESTINATION,
        };
        let by_routing_number = route::choose(&self.model, from, setup.routed_by());
        // A number of whose new home the plan knows nothing goes by its own digits.
        let choice = by_routing_number.or_else(|| {
            setup.portability.routing_number.take()?;
            route::choose(&self.model, from, &setup.called)
        });
        self.admit(from, choice.ok_or(none)?, setup)
    }

    /// The way of the plan, unless its trunk is not for whose call this is.
    fn admit(&self, from: Source, choice: Choice, setup: &mut Setup) -> Result<RouteTo, Cause> {
        if let RouteTo::Trunk(trunk) = choice.to
            && !route::may_use(&self.model, from, trunk)
        {
            warn!(
                ?from,
                called = setup.called,
                trunk = self.model.trunk(trunk).name,
                "call to a trunk that is not for it"
            );
            return Err(Cause::CALL_REJECTED);
        }
        Ok(take(choice, setup))
    }
}

/// The setup as the plan has it dialled there.
fn take(choice: Choice, setup: &mut Setup) -> RouteTo {
    setup.dial(choice.digits);
    setup.nature = choice.nature;
    choice.to
}
