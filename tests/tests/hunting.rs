//! Circuits that both ends seize at once, and the repeat attempt that follows, in every order of hunting.

use config::Model;
use hw_sim::far_end::{CallOrder, OrderId};
use tests::{Plan, World};

/// A trunk of four circuits, hunted in that order. The far exchange has the higher point code, and begins with the highest
/// circuit of those that it controls, 4.
fn hunting(order: &str) -> World {
    let text = config::EMBEDDED.replace("cic_base = 0", "cic_base = 0, timeslots = \"1-4\"");
    let text = text.replace("name = \"trunk\"", &format!("name = \"trunk\"\nhunt = \"{order}\""));
    let model: Model = config::parse("hunting", &text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 3);
    world.wait_until("ready", World::is_ready);
    world
}

/// A call of each end whose IAMs cross.
fn crossing(world: &mut World) -> (usize, OrderId) {
    let call = world.phone.call("600", Plan::talk(500));
    // The phone's INVITE reaches the gateway in this millisecond.
    world.run(1);
    (call, world.place(CallOrder::verified("4930100", "200", 500)))
}

#[test]
fn a_call_that_loses_a_dual_seizure_goes_out_on_another_circuit_and_both_complete() {
    let mut world = hunting("descending");
    let (call, order) = crossing(&mut world);
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.answered && outcome.circuit == Some(4), "{outcome:?}");
    assert_eq!(world.phone.view(call).status, Some(200));
    let gone_out =
        world.records().into_iter().find(|record| record.call.called == "600").and_then(|record| record.call.cic);
    assert_eq!(gone_out, Some(3), "circuit 4 was the far end's");
    assert_eq!(world.exchange().status().calls.dual_seizures, 1);
}

#[test]
fn ends_that_begin_with_the_circuits_that_they_control_never_meet() {
    let mut world = hunting("odd-first");
    for _ in 0..4 {
        crossing(&mut world);
        world.settle();
    }
    assert_eq!(world.exchange().status().calls.dual_seizures, 0);
    assert!(world.records().iter().all(|record| record.released_by.is_some()));
}

#[test]
fn each_order_takes_its_first_circuit_that_is_not_blocked() {
    let orders = [
        ("ascending", 2),
        ("descending", 4),
        ("cyclic", 2),
        ("least-recently-used", 2),
        ("odd-first", 3),
        ("even-first", 2),
    ];
    for (order, first) in orders {
        let mut world = hunting(order);
        world.exchange().block(1);
        world.run(200);
        world.phone.call("600", Plan::talk(100));
        world.run(1_500);
        world.exchange().unblock(1);
        world.settle();
        assert_eq!(world.records()[0].call.cic, Some(first), "{order}");
    }
}
