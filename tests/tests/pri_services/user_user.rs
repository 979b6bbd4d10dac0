//! User-user signalling by request, services 1 to 3 (Q.957.1): from PRI to PRI, to SIP and to ISUP.

use isup::q931::codec::{CallReference, ElementCode, Message, MessageType};
use isup::q931::rose::{Code, Component};
use isup::q931::service::user_user::{UserUserRequest, UserUserService};
use isup::q931::service::{Dialect, Heard, Service, heard};
use tests::script::{Elements, Script, components, octets};
use tests::{Plan, World};

use super::world;

/// The operation as tshark reads it: invocation 20 and service, preferred or required.
fn request(service: u8, preferred: bool) -> String {
    format!("91a10e 0201{:02x} 020101 3006 8101{service:02x} 8201{}", 20 + service, if preferred { "ff" } else { "00" })
}

/// What the far end at "b" is asked for.
fn asked(setup: &Message) -> Vec<(i32, UserUserRequest)> {
    let services = heard(Dialect::Etsi, setup).into_iter().filter_map(|heard| match heard {
        Heard::Service(id, Service::UserUser(request)) => Some((id.0, request)),
        _ => None,
    });
    services.collect()
}

/// A call from "a" with these requests, which "b" has heard of.
fn offered(world: &mut World, requests: &[(u8, bool)]) -> (Script, CallReference, Script, Message) {
    let (a, mut b) = (Script::behind(world, "a"), Script::behind(world, "b"));
    let requests: Vec<String> = requests.iter().map(|(service, preferred)| request(*service, *preferred)).collect();
    let elements: Vec<_> = requests.iter().map(|hex| (ElementCode::FACILITY, hex.as_str())).collect();
    let call = a.call("4711", &elements);
    let setup = b.hears(world, MessageType::SETUP);
    (a, call, b, setup)
}

const HELLO: Elements<'static> = &[(ElementCode::USER_USER, "0448656c6c6f")];

#[test]
fn what_the_called_user_grants_is_provided_and_what_it_refuses_is_not() {
    for side in ["user", "network"] {
        let mut world = world(side, "euroisdn");
        let (mut a, call, mut b, setup) = offered(&mut world, &[(1, true), (2, false), (3, true)]);
        let wanted = asked(&setup);
        let expected: Vec<_> = [(1, true), (2, false), (3, true)]
            .map(|(service, preferred)| UserUserRequest { service: UserUserService(service), preferred })
            .into();
        assert_eq!(wanted.iter().map(|(_, request)| *request).collect::<Vec<_>>(), expected);
        let answer = |at: usize| format!("91a203 0201{:02x}", wanted[at].0);
        let there = setup.call_reference.reversed();
        // Service 2 is provided while it rings, 1 refused, 3 provided with the answer.
        let refused = format!("91a306 0201{:02x} 020102", wanted[0].0);
        let elements = [(ElementCode::FACILITY, &*answer(1)), (ElementCode::FACILITY, &*refused)];
        b.say(there, MessageType::ALERTING, &elements);
        let alerting = components(&a.hears(&mut world, MessageType::ALERTING));
        let [Component::ReturnError(first), Component::ReturnResult(second)] = &alerting[..] else {
            panic!("{alerting:?}")
        };
        assert_eq!((first.id.0, &first.error, second.id.0), (21, &Code::Local(2), 22));
        a.say(call, MessageType::USER_INFORMATION, HELLO);
        let told = b.hears(&mut world, MessageType::USER_INFORMATION);
        assert_eq!(told.octets(ElementCode::USER_USER), Some(&octets("0448656c6c6f")[..]));
        b.say(there, MessageType::CONNECT, &[(ElementCode::FACILITY, &*answer(2))]);
        let connect = components(&a.hears(&mut world, MessageType::CONNECT));
        assert!(matches!(&connect[..], [Component::ReturnResult(third)] if third.id.0 == 23), "{connect:?}");
        // More follows, and it comes from the other user too.
        b.say(there, MessageType::USER_INFORMATION, &[(ElementCode::MORE_DATA, ""), HELLO[0]]);
        assert!(a.hears(&mut world, MessageType::USER_INFORMATION).has(ElementCode::MORE_DATA));
    }
}

#[test]
fn a_user_that_takes_no_more_is_told_no_more_and_who_sends_it_hears_of_that() {
    let mut world = world("network", "euroisdn");
    let (mut a, call, mut b, setup) = offered(&mut world, &[(3, true)]);
    let there = setup.call_reference.reversed();
    let granted = format!("91a203 0201{:02x}", asked(&setup)[0].0);
    b.say(there, MessageType::CONNECT, &[(ElementCode::FACILITY, &*granted)]);
    a.hears(&mut world, MessageType::CONNECT);
    b.say(
        there,
        MessageType::CONGESTION_CONTROL,
        &[(ElementCode::CONGESTION_LEVEL, "0f"), (ElementCode::CAUSE, "80ab")],
    );
    let closed = a.hears(&mut world, MessageType::CONGESTION_CONTROL);
    assert_eq!(closed.octets(ElementCode::CONGESTION_LEVEL), Some(&[0x0f][..]));
    a.say(call, MessageType::USER_INFORMATION, HELLO);
    let discarded = a.hears(&mut world, MessageType::CONGESTION_CONTROL);
    assert_eq!(discarded.octets(ElementCode::CAUSE).map(|octets| octets[1] & 0x7f), Some(43));
    b.say(
        there,
        MessageType::CONGESTION_CONTROL,
        &[(ElementCode::CONGESTION_LEVEL, "00"), (ElementCode::CAUSE, "80ab")],
    );
    let open = a.hears(&mut world, MessageType::CONGESTION_CONTROL);
    assert_eq!(open.octets(ElementCode::CONGESTION_LEVEL), Some(&[0x00][..]));
    assert_eq!(b.count(MessageType::USER_INFORMATION), 0);
    a.say(call, MessageType::USER_INFORMATION, HELLO);
    b.hears(&mut world, MessageType::USER_INFORMATION);
}

#[test]
fn what_is_too_much_or_not_provided_is_discarded_and_not_passed_on() {
    let mut world = world("network", "euroisdn");
    let (mut a, call, mut b, setup) = offered(&mut world, &[(3, true)]);
    let there = setup.call_reference.reversed();
    b.say(there, MessageType::ALERTING, &[]);
    a.hears(&mut world, MessageType::ALERTING);
    // Service 2 was not asked for.
    a.say(call, MessageType::USER_INFORMATION, HELLO);
    a.hears(&mut world, MessageType::CONGESTION_CONTROL);
    let granted = format!("91a203 0201{:02x}", asked(&setup)[0].0);
    b.say(there, MessageType::CONNECT, &[(ElementCode::FACILITY, &*granted)]);
    a.hears(&mut world, MessageType::CONNECT);
    (0..20).for_each(|_| a.say(call, MessageType::USER_INFORMATION, HELLO));
    world.run(1_000);
    assert_eq!(b.count(MessageType::USER_INFORMATION), 16);
    // That more is welcome, once, and that four are too much.
    assert_eq!(a.count(MessageType::CONGESTION_CONTROL), 5);
    world.run(10_000);
    a.say(call, MessageType::USER_INFORMATION, HELLO);
    world.run(100);
    assert_eq!(b.count(MessageType::USER_INFORMATION), 17, "time has filled the burst again");
    assert_eq!(a.count(MessageType::CONGESTION_CONTROL), 6, "and more is welcome");
}

#[test]
fn where_nobody_can_be_asked_a_preferred_service_is_refused_and_a_required_one_ends_the_call() {
    let mut world = world("network", "euroisdn");
    world.phone.answering = Plan::talk(500);
    let mut a = Script::behind(&mut world, "a");
    let wanted = request(3, true);
    let call = a.call("8100", &[(ElementCode::FACILITY, &*wanted)]);
    let connect = components(&a.hears(&mut world, MessageType::CONNECT));
    let [Component::ReturnError(error)] = &connect[..] else { panic!("{connect:?}") };
    assert_eq!((error.id.0, &error.error), (23, &Code::Local(1)));
    a.hears(&mut world, MessageType::DISCONNECT);
    a.say(call, MessageType::RELEASE, &[(ElementCode::CAUSE, "8090")]);
    a.hears(&mut world, MessageType::RELEASE_COMPLETE);
    let required = request(3, false);
    a.call("8100", &[(ElementCode::FACILITY, &*required)]);
    let refused = a.hears(&mut world, MessageType::RELEASE_COMPLETE);
    assert_eq!(refused.octets(ElementCode::CAUSE).map(|octets| octets[1] & 0x7f), Some(29));
}

#[test]
fn a_service_asked_for_when_the_call_is_there_already_is_rejected_by_the_network() {
    let mut world = world("network", "euroisdn");
    let (mut a, call, mut b, setup) = offered(&mut world, &[]);
    b.say(setup.call_reference.reversed(), MessageType::CONNECT, &[]);
    a.hears(&mut world, MessageType::CONNECT);
    let wanted = request(3, true);
    a.say(call, MessageType::FACILITY, &[(ElementCode::FACILITY, &*wanted)]);
    let answer = components(&a.hears(&mut world, MessageType::FACILITY));
    assert!(matches!(&answer[..], [Component::ReturnError(error)] if error.error == Code::Local(1)), "{answer:?}");
    assert_eq!(b.count(MessageType::FACILITY), 0);
}

#[test]
fn an_isup_exchange_is_asked_and_where_it_says_nothing_nothing_is_provided() {
    let mut world = world("network", "euroisdn");
    let mut a = Script::behind(&mut world, "a");
    let wanted = request(3, false);
    a.call("600", &[(ElementCode::FACILITY, &*wanted)]);
    let connect = components(&a.hears(&mut world, MessageType::CONNECT));
    assert!(matches!(&connect[..], [Component::ReturnError(error)] if error.error == Code::Local(1)), "{connect:?}");
}
