//! Explicit call transfer by a held call (EN 300 369-1), and what the parties of a transfer hear of each other.

use isup::q931::codec::{CallReference, ElementCode, MessageType};
use isup::q931::rose::Component;
use isup::q931::service::{Dialect, Heard, Service, heard};
use tests::World;
use tests::script::{Script, components};

use super::{world, world_with};

/// EctExecute, invocation 10.
const EXECUTE: &str = "91a10602010a020106";
/// Call transfer complete of ECMA-178, in libpri's manner: the number 03077, which may be shown, is being alerted.
const COMPLETE: &str = "9faa068001008201008b0102a11f02010502010c30170a0100a00fa10a0a0102120530333037370a01030a0101";

/// A call from "a" on a timeslot that "b" has answered; its references there and here.
fn answered(world: &mut World, a: &mut Script, b: &mut Script, timeslot: u8) -> (CallReference, CallReference) {
    let call = a.call_on(timeslot, "4711", &[(ElementCode::CALLING_PARTY_NUMBER, "0183343933303230")]);
    let there = b.hears(world, MessageType::SETUP).call_reference.reversed();
    b.say(there, MessageType::CONNECT, &[]);
    a.hears(world, MessageType::CONNECT);
    (call, there)
}

fn services(dialect: Dialect, message: &isup::q931::codec::Message) -> Vec<Service> {
    let heard = heard(dialect, message).into_iter().filter_map(|heard| match heard {
        Heard::Service(_, service) => Some(service),
        _ => None,
    });
    heard.collect()
}

#[test]
fn a_user_joins_the_call_that_it_holds_with_the_one_that_it_does_not() {
    let mut world = world_with("network", "euroisdn", "transfer = true");
    let (mut a, mut b) = (Script::behind(&mut world, "a"), Script::behind(&mut world, "b"));
    let (held, _) = answered(&mut world, &mut a, &mut b, 5);
    a.say(held, MessageType::HOLD, &[]);
    a.hears(&mut world, MessageType::HOLD_ACKNOWLEDGE);
    let (second, _) = answered(&mut world, &mut a, &mut b, 6);
    a.say(second, MessageType::FACILITY, &[(ElementCode::FACILITY, EXECUTE)]);
    let answer = components(&a.hears(&mut world, MessageType::FACILITY));
    assert!(matches!(&answer[..], [Component::ReturnResult(result)] if result.id.0 == 10), "{answer:?}");
    // Both its calls end, and those who are left hear who the other one is.
    let ended = [(); 2].map(|()| a.hears(&mut world, MessageType::DISCONNECT).call_reference.reversed());
    for call in ended {
        a.say(call, MessageType::RELEASE, &[(ElementCode::CAUSE, "8090")]);
        a.hears(&mut world, MessageType::RELEASE_COMPLETE);
        let told = services(Dialect::Etsi, &b.hears(&mut world, MessageType::FACILITY));
        assert!(matches!(&told[..], [Service::Transferred(told)] if told.active), "{told:?}");
    }
    let status = world.status();
    assert_eq!(status.call_list.len(), 1, "{:?}", status.call_list);
    assert_eq!((status.call_list[0].trunk.as_str(), status.call_list[0].from_trunk.as_deref()), ("b", Some("b")));
}

#[test]
fn a_transfer_without_a_held_call_or_with_two_of_them_is_refused() {
    let mut world = world_with("network", "euroisdn", "transfer = true");
    let (mut a, mut b) = (Script::behind(&mut world, "a"), Script::behind(&mut world, "b"));
    let (first, _) = answered(&mut world, &mut a, &mut b, 5);
    let (second, _) = answered(&mut world, &mut a, &mut b, 6);
    let (third, _) = answered(&mut world, &mut a, &mut b, 7);
    let refused = |world: &mut World, a: &mut Script| {
        a.say(third, MessageType::FACILITY, &[(ElementCode::FACILITY, EXECUTE)]);
        let answer = components(&a.hears(world, MessageType::FACILITY));
        assert!(matches!(&answer[..], [Component::ReturnError(_)]), "{answer:?}");
    };
    refused(&mut world, &mut a);
    for call in [first, second] {
        a.say(call, MessageType::HOLD, &[]);
        a.hears(&mut world, MessageType::HOLD_ACKNOWLEDGE);
    }
    refused(&mut world, &mut a);
    assert_eq!(world.status().call_list.len(), 3);
}

#[test]
fn a_transfer_in_a_private_network_is_told_to_the_other_party_both_ways() {
    let mut world = world("user", "qsig");
    let (mut a, mut b) = (Script::behind(&mut world, "a"), Script::behind(&mut world, "b"));
    let (here, there) = answered(&mut world, &mut a, &mut b, 5);
    b.say(there, MessageType::FACILITY, &[(ElementCode::FACILITY, COMPLETE)]);
    let told = services(Dialect::Qsig, &a.hears(&mut world, MessageType::FACILITY));
    assert!(matches!(&told[..], [Service::TransferComplete(told)] if told.alerting), "{told:?}");
    a.say(here, MessageType::FACILITY, &[(ElementCode::FACILITY, COMPLETE)]);
    let told = services(Dialect::Qsig, &b.hears(&mut world, MessageType::FACILITY));
    let [Service::TransferComplete(told)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(told.number.shown().map(|number| number.number.digits.as_str()), Some("03077"));
}
