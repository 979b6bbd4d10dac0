//! Diversion as the caller hears of it: diverting leg information 1 and 3 (EN 300 207-1, ECMA-174).

use isup::q931::codec::{ElementCode, Message, MessageType};
use isup::q931::service::diversion::{Reason, Subscription};
use isup::q931::service::{Dialect, Heard, Service, heard};
use tests::script::{Script, components};

use super::{world, world_with};

/// Diverting leg information 1, no reply, with the number 0307777; and 3, that it may be shown. As libpri writes them.
const ETSI: [&str; 2] =
    ["91a11e02010b02011230160a01030a0102a00ea10c0a0102120730333037373737", "91a10902010c0201130101ff"];
const QSIG: [&str; 2] = [
    "9faa068001008201008b0100a11c02010b02011430140a01030a0102a10c0a0102120730333037373737",
    "9faa068001008201008b0100a10b02010c02011630030101ff",
];
/// Rerouting of EN 300 207-1: busy, to 600, by 4711; the caller may be told whither, or only that it is.
const REROUTING: [&str; 2] = [
    "91a12b02010802010e30230a010230058003363030020101400504039090a3a108a006800434373131a2030a0102",
    "91a12b02010802010e30230a010230058003363030020101400504039090a3a108a006800434373131a2030a0101",
];

fn service(dialect: Dialect, message: &Message) -> Service {
    match heard(dialect, message).into_iter().next() {
        Some(Heard::Service(_, service)) => service,
        other => panic!("{other:?}"),
    }
}

#[test]
fn where_a_call_goes_and_whether_that_may_be_shown_passes_to_the_caller() {
    for (switch, dialect, told) in [("euroisdn", Dialect::Etsi, ETSI), ("qsig", Dialect::Qsig, QSIG)] {
        let mut world = world("network", switch);
        let (mut a, mut b) = (Script::behind(&mut world, "a"), Script::behind(&mut world, "b"));
        a.call("4711", &[]);
        let there = b.hears(&mut world, MessageType::SETUP).call_reference.reversed();
        b.say(there, MessageType::CALL_PROCEEDING, &[]);
        b.say(there, MessageType::FACILITY, &[(ElementCode::FACILITY, told[0])]);
        let Service::DivertedTo(to) = service(dialect, &a.hears(&mut world, MessageType::FACILITY)) else {
            panic!("{switch}")
        };
        let number = to.number.as_ref().and_then(|number| number.shown()).map(|number| number.digits.as_str());
        assert_eq!(
            (to.reason, to.subscription, number),
            (Reason::NO_REPLY, Subscription::WITH_NUMBER, Some("0307777")),
            "{switch}"
        );
        b.say(there, MessageType::ALERTING, &[(ElementCode::FACILITY, told[1])]);
        let shown = service(dialect, &a.hears(&mut world, MessageType::FACILITY));
        assert!(matches!(shown, Service::DivertedShown(shown) if shown.allowed), "{switch}");
        a.hears(&mut world, MessageType::ALERTING);
    }
}

#[test]
fn a_call_that_is_rerouted_here_tells_its_caller_as_much_as_the_party_allows() {
    for (rerouting, number) in [(REROUTING[0], Some("600")), (REROUTING[1], None)] {
        let mut world = world_with("network", "euroisdn", "transfer = true");
        let (mut a, mut b) = (Script::behind(&mut world, "a"), Script::behind(&mut world, "b"));
        a.call("4711", &[]);
        let there = b.hears(&mut world, MessageType::SETUP).call_reference.reversed();
        b.say(there, MessageType::ALERTING, &[]);
        a.hears(&mut world, MessageType::ALERTING);
        b.say(there, MessageType::FACILITY, &[(ElementCode::FACILITY, rerouting)]);
        let answered = components(&b.hears(&mut world, MessageType::FACILITY));
        assert!(!answered.is_empty());
        let told = service(Dialect::Etsi, &a.hears(&mut world, MessageType::FACILITY));
        let Service::DivertedTo(to) = told else { panic!("{told:?}") };
        let shown = to.number.as_ref().and_then(|number| number.shown()).map(|number| number.digits.as_str());
        assert_eq!((to.reason, shown), (Reason::BUSY, number));
    }
}
