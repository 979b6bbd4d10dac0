//! What a user asks of the network's calls, with libpri as the user: joining two calls, rerouting one, recording one as malicious.

use super::ends::{CALLING, Ends, Failure};
use super::scenario::{CALLED, Origin, ringing, talking, we_clear};
use isup::cause::Cause;
use isup::lapd::Side;
use isup::q931::codec::{CallReference, Message, MessageType};
use isup::q931::interface::*;
use isup::q931::rose::InvokeId;
use isup::q931::service::transfer::{LinkId, TrunkCall};
use isup::q931::service::{Answer, Dialect, Heard, Service, heard};
use isup::q931::switch::SwitchType;

pub fn without_transfer(side: Side, switch: SwitchType, from: Origin) -> Option<&'static str> {
    match switch.profile().services {
        _ if side == Side::User => Some("a network is asked"),
        _ if from == Origin::Us => Some("libpri's two calls are its own"),
        None => Some("the switch type has no services"),
        Some(Dialect::Qsig) => Some("exchanges of a private network join their calls themselves"),
        Some(_) => None,
    }
}

/// Libpri has two calls and leaves them to us.
pub fn transfer(ends: &mut Ends, _: Origin) -> Result<(), Failure> {
    let dialect = ends.switch.profile().services.ok_or("no services")?;
    let (first, first_number) = numbered_call(ends, 5, dialect)?;
    ends.order("park");
    let (second, second_number) = numbered_call(ends, 6, dialect)?;
    ends.order("bridge");
    if dialect == Dialect::Etsi {
        let (call, id, service) = asked(ends, dialect)?;
        if service != Service::LinkIdRequest {
            return Err(format!("{service:?} in place of the request for a link"));
        }
        let number = if call == first { first_number } else { second_number };
        answer(ends, call, dialect, (id, Answer::LinkId(LinkId(number))), &service);
    }
    let (call, id, service) = asked(ends, dialect)?;
    let other = if call == first { second_number } else { first_number };
    let named = match &service {
        Service::TransferTo(LinkId(link)) => *link,
        Service::ThirdParty(party) => party.call,
        Service::JoinCall(reference) => i32::from(*reference),
        other => return Err(format!("{other:?} in place of a transfer")),
    };
    if named != other {
        return Err(format!("call {named} in place of {other}"));
    }
    answer(ends, call, dialect, (id, Answer::Done), &service);
    for call in [first, second] {
        we_clear_any(ends, call)?;
    }
    Ok(())
}

/// A call of libpri's, answered, and its number; a release link trunk has asked for that in the SETUP.
fn numbered_call(ends: &mut Ends, channel: u8, dialect: Dialect) -> Result<(CallId, i32), Failure> {
    ends.order(&format!("place {channel} exclusive {CALLED} {CALLING} - complete"));
    let (call, told) = ends.told("SETUP", |told| matches!(told, Indication::Setup(..)))?;
    let Indication::Setup(_, setup) = told else { return Err("no SETUP".into()) };
    let view = ends.interface.call(call).ok_or("no call")?;
    // Their call reference as they write it: they began the call, so that the flag is not set.
    let number = i32::from(view.reference);
    for heard in heard(dialect, &setup) {
        if let Heard::Service(id, service @ Service::ReleaseLink) = heard {
            answer(ends, call, dialect, (id, Answer::TrunkCall(TrunkCall(number))), &service);
        }
    }
    ends.ask(call, Request::CallProceeding, MessageType::CALL_PROCEEDING);
    ends.hears("proceeding")?;
    ends.ask(call, Request::Connect, MessageType::CONNECT);
    ends.hears("answer")?;
    ends.until("the call to be active", |ends| {
        ends.interface.calls().any(|(id, view)| id == call && view.state.0 == ACTIVE)
    })?;
    Ok((call, number))
}

pub fn we_clear_any(ends: &mut Ends, call: CallId) -> Result<(), Failure> {
    ends.release(call, Cause::NORMAL_CLEARING);
    ends.hears("disconnect ")?;
    ends.order("hangup-asked 16");
    ends.until("the end", |ends| !ends.interface.calls().any(|(id, _)| id == call))
}

pub fn without_rerouting(side: Side, switch: SwitchType, from: Origin) -> Option<&'static str> {
    match switch.profile().services {
        _ if side == Side::User => Some("a network is asked"),
        _ if from == Origin::Them => Some("a call is rerouted by whom it reaches"),
        Some(Dialect::Etsi | Dialect::Qsig) => None,
        _ => Some("the switch type has no rerouting"),
    }
}

/// The phone at libpri's end rings, and the call is sent elsewhere.
pub fn rerouting(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let dialect = ends.switch.profile().services.ok_or("no services")?;
    ringing(ends, from)?;
    ends.order("reroute 0307777 0301234567");
    let (call, id, service) = asked(ends, dialect)?;
    let Service::Rerouting(rerouting) = &service else { return Err(format!("{service:?} in place of rerouting")) };
    let said = (rerouting.called.number.digits.as_str(), rerouting.diverting.shown().map(|by| by.digits.as_str()));
    if said != ("0307777", Some("0301234567")) {
        return Err(format!("{said:?}"));
    }
    answer(ends, call, dialect, (id, Answer::Done), &service);
    we_clear(ends, call, Cause::NORMAL_CLEARING)
}

pub fn without_malicious(side: Side, switch: SwitchType, from: Origin) -> Option<&'static str> {
    match switch.profile().services {
        _ if side == Side::User => Some("a network is asked"),
        _ if from == Origin::Them => Some("whom a call reached has it recorded"),
        Some(Dialect::Etsi) => None,
        _ => Some("malicious call identification is ETSI's alone"),
    }
}

/// Libpri has a call recorded, and hears that it is.
pub fn malicious(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    talking(ends, from)?;
    ends.order("malicious");
    let (call, id, service) = asked(ends, Dialect::Etsi)?;
    if service != Service::MaliciousCall {
        return Err(format!("{service:?} in place of a malicious call"));
    }
    answer(ends, call, Dialect::Etsi, (id, Answer::Done), &service);
    ends.hears("malicious status=0")?;
    we_clear(ends, call, Cause::NORMAL_CLEARING)
}

/// The next service that libpri invokes by FACILITY, and on which call.
fn asked(ends: &mut Ends, dialect: Dialect) -> Result<(CallId, InvokeId, Service), Failure> {
    let (call, told) = ends.told("FACILITY", |told| matches!(told, Indication::Facility(_)))?;
    let Indication::Facility(message) = told else { return Err("no FACILITY".into()) };
    match heard(dialect, &message).into_iter().next() {
        Some(Heard::Service(id, service)) => Ok((call, id, service)),
        other => Err(format!("{other:?} in place of a service")),
    }
}

fn answer(ends: &mut Ends, call: CallId, dialect: Dialect, (id, answer): (InvokeId, Answer), service: &Service) {
    let facility = answer.facility(dialect, id, Some(service));
    let message = Message::new(CallReference::DUMMY, MessageType::FACILITY).with(facility);
    ends.request(call, Request::Facility(message));
}

/// U10 and N10.
const ACTIVE: u8 = 10;
