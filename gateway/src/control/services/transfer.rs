//! Transfer and rerouting over Facility: what users of our interfaces ask for, and what we ask of a network.
//!
//! ```text
//!   network side        EctExecute, TBCT, third party ──▶ the two calls are joined, result, both channels released
//!                       call rerouting, deflection    ──▶ the dial plan is asked, result, the channel released
//!   user side           a call came on one channel of an interface and goes back on another:
//!                       EuroISDN   link identity of the second, then transfer of the first to it
//!                       National   join the first with the second, by call reference
//!                       DMS-100    number of the second, then third party on the first
//! ```
//!
//! Promises: the answer goes out before the channels are released; what a network refuses leaves the call as it was. Leaves out
//! transfer in private networks, where each exchange joins its calls itself.

use std::time::Instant;

use isup::cause::Cause;
use isup::q931::interface::Side;
use isup::q931::rose::ber::Reader;
use isup::q931::rose::{InvokeId, ReturnResult};
use isup::q931::service::transfer::{LinkId, ThirdParty, TrunkCall};
use isup::q931::service::{Answer, Argument, Dialect, Heard, Service, ServiceError};

use crate::call::{CallId, DIVERSIONS_MAX, Destination, Joined, Onward, Reroutable};
use crate::circuit::{ChannelSeat, SeatId};
use crate::control::Control;
use crate::interwork::hub::{DiversionNotice, Setup};
use crate::interwork::q931::diversion;
use crate::interwork::q931::service::{CallNumber, Other, Wish, not_found, not_joined};

impl Control {
    /// Does what a user wants done with calls, and answers.
    pub(super) fn grant(&mut self, now: Instant, seat: ChannelSeat, heard: &Heard, id: InvokeId, wish: Wish) {
        let Some(dialect) = self.dialect(seat) else { return };
        let done = match wish {
            Wish::Join(other) => self.join(now, seat, dialect, other).map(|joined| vec![joined.kept, joined.ended]),
            Wish::Reroute(to) => {
                let notice = diversion::notice(to.subscription);
                self.reroute(now, seat, dialect, notice, |setup| diversion::rerouted(setup, &to)).map(|call| vec![call])
            }
            Wish::Deflect(to) => {
                // Whoever deflects says nothing of it: that it does is told, and not to whom.
                let notice = DiversionNotice::WithoutNumber;
                self.reroute(now, seat, dialect, notice, |setup| diversion::deflected(setup, &to))
                    .map(|call| vec![call])
            }
        };
        let answer = done.as_ref().map_or_else(|error| Answer::Refused(*error), |_| Answer::Done);
        self.answer(now, seat, heard, (id, answer));
        for call in done.unwrap_or_default() {
            self.carry_out(now, call);
        }
    }

    /// Joins the call on a channel with another one of the same user.
    fn join(
        &mut self,
        now: Instant,
        seat: ChannelSeat,
        dialect: Dialect,
        other: Other,
    ) -> Result<Joined, ServiceError> {
        let other = self.other_channel(seat, other).ok_or(not_found(dialect))?;
        let owner = |seat| self.trunks.owner(SeatId::Channel(seat));
        let (first, second) = owner(seat).zip(owner(other)).ok_or(not_found(dialect))?;
        let side = |call, seat| self.calls.get(call)?.side_of(SeatId::Channel(seat));
        let (left, right) = side(&first, seat).zip(side(&second, other)).ok_or(not_joined(dialect))?;
        self.join_calls(now, (first, left), (second, right)).map_err(|_| not_joined(dialect))
    }

    fn other_channel(&self, seat: ChannelSeat, other: Other) -> Option<ChannelSeat> {
        let mut others = self.busy_channels(seat.interface).into_iter().filter(|channel| *channel != seat);
        match other {
            Other::Numbered(number) => others.find(|channel| self.call_number(*channel) == Some(number)),
            Other::Held => {
                let mut held = others.filter(|channel| self.is_held(*channel));
                // Of two nobody could say which is meant.
                held.next().filter(|_| held.next().is_none())
            }
        }
    }

    fn is_held(&self, seat: ChannelSeat) -> bool {
        let call = self.trunks.owner(SeatId::Channel(seat)).and_then(|call| self.calls.get(&call));
        call.is_some_and(|call| call.is_held_by(SeatId::Channel(seat)))
    }

    /// Sends the call on a channel where its user wants it.
    fn reroute(
        &mut self,
        now: Instant,
        seat: ChannelSeat,
        dialect: Dialect,
        notice: DiversionNotice,
        elsewhere: impl Fn(&Setup) -> Setup,
    ) -> Result<CallId, ServiceError> {
        let at = SeatId::Channel(seat);
        let id = self.trunks.owner(at).ok_or(ServiceError::INVALID_CALL_STATE)?;
        let call = self.calls.get(&id).ok_or(ServiceError::INVALID_CALL_STATE)?;
        let setup = match (call.reroutable(at), dialect) {
            (Reroutable::Yes(setup), _) => elsewhere(setup),
            (Reroutable::Answered, Dialect::Etsi) => return Err(ServiceError::INCOMING_CALL_ACCEPTED),
            (Reroutable::Answered, _) => return Err(ServiceError::INVALID_CALL_STATE),
            (Reroutable::Calls, _) => return Err(ServiceError::NOT_INCOMING_CALL),
        };
        if setup.diversion.as_ref().is_some_and(|diversion| diversion.times > DIVERSIONS_MAX) {
            return Err(ServiceError::DIVERSIONS_EXCEEDED);
        }
        let has_session = call.sessions().next().is_some();
        let from = self.trunks.seat(at).ok_or(ServiceError::INVALID_CALL_STATE)?;
        let (to, setup) = match self.route_from(now, from, setup) {
            // From SIP to SIP no route leads.
            Ok(Onward::Go(Destination::Peer(..), _)) if has_session => return Err(ServiceError::NOT_AVAILABLE),
            Ok(Onward::Go(to, setup)) => (to, setup),
            Ok(Onward::Wait(_)) | Err(Cause::NO_ROUTE_TO_DESTINATION | Cause::INVALID_NUMBER_FORMAT) => {
                return Err(ServiceError::INVALID_DIVERTED_TO_NUMBER);
            }
            Err(_) => return Err(ServiceError::NOT_AVAILABLE),
        };
        let call = self.calls.get_mut(&id).ok_or(ServiceError::INVALID_CALL_STATE)?;
        call.reroute(to, setup, notice);
        self.index_sessions(id);
        Ok(id)
    }

    /// A call has been answered on a channel: where it came from the same network, that may join its two channels.
    pub(in crate::control) fn relieve(&mut self, now: Instant, answered: ChannelSeat) {
        let Some((first, second)) = self.doubled(answered) else { return };
        let Some(dialect) = self.dialect(answered) else { return };
        let (at, service) = match (dialect, self.call_number(second)) {
            (Dialect::National, Some(CallNumber(number))) => (first, Service::JoinCall(number)),
            (Dialect::Etsi, _) => (second, Service::LinkIdRequest),
            (Dialect::Dms100, _) => (second, Service::ReleaseLink),
            (Dialect::National | Dialect::Qsig, _) => return,
        };
        self.invoke(now, at, dialect, &service);
    }

    /// The network has told the number of the second channel's call.
    pub(super) fn relieve_by(&mut self, now: Instant, told: ChannelSeat, result: &ReturnResult) {
        let Some((first, second)) = self.doubled(told) else { return };
        let (Some(dialect), Some((_, value))) = (self.dialect(told), &result.result) else { return };
        let value = &mut Reader::new(value);
        let service = match dialect {
            Dialect::Etsi => LinkId::read(value).ok().map(Service::TransferTo),
            Dialect::Dms100 => {
                let party = |TrunkCall(call)| Service::ThirdParty(ThirdParty { call, reason: 0 });
                TrunkCall::read(value).ok().map(party)
            }
            Dialect::National | Dialect::Qsig => None,
        };
        if let Some(service) = service.filter(|_| told == second) {
            self.invoke(now, first, dialect, &service);
        }
    }

    /// The channel on which a call came and the one on which it goes, where both are of one interface whose user we are, and the
    /// network is to be asked.
    fn doubled(&self, seat: ChannelSeat) -> Option<(ChannelSeat, ChannelSeat)> {
        let asks = self.pri_model(seat.interface).is_some_and(|pri| pri.transfer);
        if !asks || self.side_of_interface(seat.interface) != Side::User {
            return None;
        }
        let call = self.calls.get(&self.trunks.owner(SeatId::Channel(seat))?).filter(|call| call.is_talking())?;
        let (first, second) = call.ends()?;
        match (first.id, second.id) {
            (SeatId::Channel(first), SeatId::Channel(second)) if first.interface == second.interface => {
                Some((first, second))
            }
            _ => None,
        }
    }

    fn invoke(&mut self, now: Instant, at: ChannelSeat, dialect: Dialect, service: &Service) {
        if let Some(facility) = service.facility(dialect, RELIEF_ID) {
            self.send_facility(now, at, &facility);
        }
    }
}

/// Of our own invocations a call has one at a time.
const RELIEF_ID: InvokeId = InvokeId(2);
