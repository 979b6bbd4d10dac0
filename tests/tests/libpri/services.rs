//! Supplementary services with libpri: hold and retrieve, the caller's name, advice of charge.

use super::ends::{CALLING, Ends, Failure};
use super::scenario::{CALLED, Origin, expect, talking, they_clear, we_clear};
use isup::cause::{Cause, Location};
use isup::lapd::Side;
use isup::q931::codec::{CallReference, CauseIndicators, Message, MessageType};
use isup::q931::interface::*;
use isup::q931::rose::InvokeId;
use isup::q931::service::charge::{Billing, ChargeAtEnd, ChargeDuringCall, Recorded, Units};
use isup::q931::service::name::{Name, NameOf, NameText};
use isup::q931::service::{Answer, Dialect, Heard, Service, heard, naming};
use isup::q931::switch::{NameDisplay, SwitchType};

/// The caller holds the call, takes it back, and both still talk.
pub fn hold(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = talking(ends, from)?;
    match from {
        Origin::Us => {
            ends.ask(call, Request::Hold, MessageType::HOLD);
            ends.hears("hold")?;
            ends.order("hold-ack");
            ends.told("HOLD ACKNOWLEDGE", |told| matches!(told, Indication::HoldAcknowledge(_)))?;
            ends.ask(call, Request::Retrieve, MessageType::RETRIEVE);
            ends.hears("retrieve channel=3")?;
            ends.order("retrieve-ack");
            ends.told("RETRIEVE ACKNOWLEDGE", |told| matches!(told, Indication::RetrieveAcknowledge(_)))?;
        }
        Origin::Them => {
            ends.order("hold");
            ends.told("HOLD", |told| matches!(told, Indication::Hold(_)))?;
            ends.ask(call, Request::HoldAcknowledge, MessageType::HOLD_ACKNOWLEDGE);
            ends.hears("held")?;
            ends.order("retrieve");
            ends.told("RETRIEVE", |told| matches!(told, Indication::Retrieve(_)))?;
            ends.ask(call, Request::RetrieveAcknowledge, MessageType::RETRIEVE_ACKNOWLEDGE);
            ends.hears("retrieved channel=5")?;
        }
    }
    we_clear(ends, call, Cause::NORMAL_CLEARING)
}

pub fn without_names(side: Side, switch: SwitchType, from: Origin) -> Option<&'static str> {
    let caller = if from == Origin::Us { side } else { side.other() };
    let profile = switch.profile();
    let named = match profile.name_display {
        _ if profile.name_service => true,
        NameDisplay::None => false,
        NameDisplay::ToUser => caller == Side::Network,
        NameDisplay::Marked => true,
    };
    (!named).then_some("the switch type has no name of this side's callers")
}

/// The caller's name arrives with the SETUP.
pub fn name(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let profile = ends.switch.profile();
    let name = Name::Allowed(NameText::new(NAME));
    match from {
        Origin::Us => {
            let mut setup = ends.setup(CALLED, true);
            naming::tell(profile, ends.side, NameOf::Calling, &name, &mut setup);
            let call = ends.begin(setup)?;
            expect(&ends.hears("ring ")?, &format!("name={NAME} "))?;
            they_clear(ends, call, Cause::UNALLOCATED_NUMBER)
        }
        Origin::Them => {
            ends.order(&format!("place 5 exclusive {CALLED} {CALLING} {NAME} complete"));
            let (call, told) = ends.told("SETUP", |told| matches!(told, Indication::Setup(..)))?;
            let Indication::Setup(_, setup) = told else { return Err("no SETUP".into()) };
            let told = naming::told(profile, NameOf::Calling, &setup);
            if told.as_ref() != Some(&name) {
                return Err(format!("name {told:?}"));
            }
            ends.release(call, Cause::UNALLOCATED_NUMBER);
            ends.hears("hangup").map(drop)
        }
    }
}

pub fn without_charges(_: Side, switch: SwitchType, _: Origin) -> Option<&'static str> {
    (switch.profile().services != Some(Dialect::Etsi)).then_some("advice of charge is ETSI's alone")
}

/// The called end tells the charge during the call, and at its end.
pub fn charges(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = talking(ends, from)?;
    let recorded = |units| Recorded::Units(vec![Units { number: Some(units), kind: None }]);
    let billing = Some(Billing::NORMAL);
    let now = ChargeDuringCall::Specific { recorded: recorded(NOW), total: false, billing };
    let at_end = ChargeAtEnd::Known { recorded: Some(recorded(AT_END)), billing, association: None };
    let (now, at_end) = (Service::ChargeDuringCall(now), Service::ChargeAtEnd(at_end));
    match from {
        Origin::Us => {
            ends.order(&format!("charge-now {NOW}"));
            let (_, told) = ends.told("FACILITY", |told| matches!(told, Indication::Facility(_)))?;
            says(&told, &now)?;
            ends.order(&format!("charge-end {AT_END}"));
            ends.order("hangup 16");
            let (_, told) = ends.told("DISCONNECT", |told| matches!(told, Indication::Disconnect(_)))?;
            says(&told, &at_end)?;
            ends.release(call, Cause::NORMAL_CLEARING);
            ends.hears("cleared").or_else(|_| ends.hears("hangup"))?;
        }
        Origin::Them => {
            let with = |kind, service: &Service| -> Result<Message, Failure> {
                let facility = service.facility(Dialect::Etsi, InvokeId(7)).ok_or("no such operation")?;
                Ok(Message::new(CallReference::DUMMY, kind).with(facility))
            };
            ends.request(call, Request::Facility(with(MessageType::FACILITY, &now)?));
            ends.hears(&format!("charge-now units={NOW}"))?;
            let cause = CauseIndicators::new(Location::PRIVATE_LOCAL, Cause::NORMAL_CLEARING);
            ends.request(call, Request::Release(with(MessageType::DISCONNECT, &at_end)?.with(cause)));
            ends.hears(&format!("charge-end units={AT_END}"))?;
            ends.hears("disconnect ")?;
            ends.order("hangup 16");
        }
    }
    ends.told("the end", |told| matches!(told, Indication::Released)).map(drop)
}

/// One of the services of a message is this one.
fn says(told: &Indication, service: &Service) -> Result<(), Failure> {
    let (Indication::Facility(message) | Indication::Disconnect(message)) = told else {
        return Err(format!("{told:?} in place of a service"));
    };
    let heard = heard(Dialect::Etsi, message);
    let is_it = |heard: &Heard| matches!(heard, Heard::Service(_, found) if found == service);
    if heard.iter().any(is_it) { Ok(()) } else { Err(format!("{heard:?} in place of {service:?}")) }
}

pub fn without_messages(_: Side, switch: SwitchType, from: Origin) -> Option<&'static str> {
    match switch.profile().services {
        _ if from == Origin::Us => Some("libpri does not listen to it"),
        Some(Dialect::Qsig) => None,
        Some(Dialect::Etsi) => Some("libpri tells it on basic access alone"),
        _ => Some("the switch type has no message waiting"),
    }
}

/// Messages wait for a user, and then none: each is told on a connection without a channel.
pub fn messages(ends: &mut Ends, _: Origin) -> Result<(), Failure> {
    for waits in [true, false] {
        ends.order(&format!("waiting {CALLED} {}", if waits { "yes" } else { "no" }));
        let (call, told) = ends.told("a connection", |told| matches!(told, Indication::Connection(_)))?;
        let Indication::Connection(setup) = told else { return Err("no connection".into()) };
        let found = heard(Dialect::Qsig, &setup).into_iter().find_map(|heard| match heard {
            Heard::Service(id, service @ (Service::MessagesWaiting(_) | Service::NoMessagesWaiting(_))) => {
                Some((id, service))
            }
            _ => None,
        });
        let (id, service) = found.ok_or("no message waiting")?;
        let (Service::MessagesWaiting(waiting) | Service::NoMessagesWaiting(waiting)) = &service else {
            return Err(format!("{service:?}"));
        };
        let user = waiting.user.as_ref().map(|user| user.digits.as_str());
        if (user, matches!(service, Service::MessagesWaiting(_))) != (Some(CALLED), waits) {
            return Err(format!("{service:?}"));
        }
        let answer = Answer::Done.facility(Dialect::Qsig, id, Some(&service));
        let connect = Message::new(CallReference::DUMMY, MessageType::CONNECT).with(answer);
        ends.request(call, Request::Connect(connect));
        let (_, told) =
            ends.told("its end", |told| matches!(told, Indication::Disconnect(_) | Indication::Release(_)))?;
        if matches!(told, Indication::Disconnect(_)) {
            ends.release(call, Cause::NORMAL_CLEARING);
        }
        ends.told("the end", |told| matches!(told, Indication::Released))?;
    }
    Ok(())
}

/// Libpri's operator takes words, so it is one.
const NAME: &str = "Ada";
/// Charging units.
const NOW: u32 = 5;
const AT_END: u32 = 9;
