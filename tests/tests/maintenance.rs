//! Maintenance of circuits and links through the whole gateway: what an operator does here, and what one does there.

use config::Model;
use hw_sim::far_end::CallOrder;
use spangate::control::input::OperatorRequest;
use spangate::ops::cdr::{Blockable, Record, orphans};
use spangate::ops::maintenance::{CircuitAction, CircuitsOrder, Numbers};
use tests::{Plan, World};

fn maintain(world: &mut World, cic: u16, action: CircuitAction) {
    world.operate(OperatorRequest::Circuits(CircuitsOrder::one("trunk", cic, action)));
    world.run(200);
}

#[test]
fn a_blocked_circuit_is_seized_by_neither_side_and_unblocked_again() {
    let mut world = World::in_service();
    maintain(&mut world, 1, CircuitAction::Block);
    assert_eq!((world.circuits().blocked, world.circuits().idle), (1, 29));
    let calls: Vec<usize> = (0..30).map(|_| world.phone.call("600", Plan::talk(1_000))).collect();
    world.run(500);
    let refused = calls.iter().filter(|call| world.phone.view(**call).status == Some(503)).count();
    assert_eq!(refused, 1, "29 circuits are left");
    world.wait_until("the calls are over", |world| world.status().calls.active == 0);
    maintain(&mut world, 1, CircuitAction::Unblock);
    world.settle();
}

#[test]
fn blocking_is_journalled_holds_over_a_reset_and_over_a_restart() {
    let mut world = World::in_service();
    maintain(&mut world, 7, CircuitAction::Block);
    maintain(&mut world, 7, CircuitAction::Reset);
    assert_eq!(world.circuits().blocked, 1);
    let lines: Vec<String> = world.journal().iter().map(Record::to_line).collect();
    let blocked = orphans(lines).blocked;
    assert!(matches!(blocked[..], [Blockable::Circuit { cic: 7, .. }]), "{blocked:?}");

    let mut again = World::after(Model::embedded(), 2, blocked);
    again.wait_until("ready", World::is_ready);
    again.run(500);
    assert_eq!((again.circuits().blocked, again.circuits().idle), (1, 29));
}

/// Circuits that the far end holds for blocked by us.
fn blocked_there(world: &World) -> usize {
    world.exchange().status().circuits.blocked_there
}

#[test]
fn blocking_is_told_again_after_a_reset_of_either_end_of_one_circuit_or_all() {
    let mut world = World::in_service();
    maintain(&mut world, 7, CircuitAction::Block);
    assert_eq!(blocked_there(&world), 1);
    maintain(&mut world, 7, CircuitAction::Reset);
    assert_eq!(blocked_there(&world), 1, "after RSC of ours");
    assert!(world.exchange().reset(7));
    world.run(500);
    assert_eq!(blocked_there(&world), 1, "after RSC of theirs");
    let all = CircuitsOrder { trunk: "trunk".into(), numbers: Numbers::All, action: CircuitAction::Reset };
    world.operate(OperatorRequest::Circuits(all));
    world.run(1_000);
    assert_eq!(blocked_there(&world), 1, "after GRS of ours");
    assert!(world.exchange().group_reset());
    world.run(1_000);
    assert_eq!(blocked_there(&world), 1, "after GRS of theirs");
    assert!(world.exchange().restart());
    world.wait_until("the far end has forgotten it", |world| blocked_there(world) == 0);
    world.wait_until("the far end is back and told", |world| blocked_there(world) == 1 && world.circuits().idle == 29);
    maintain(&mut world, 7, CircuitAction::Unblock);
    assert_eq!(blocked_there(&world), 0);
    world.settle();
}

#[test]
fn a_reset_by_the_operator_ends_the_call_on_that_circuit_alone() {
    let mut world = World::in_service();
    let first = world.phone.call("600", Plan::talk(5_000));
    let second = world.phone.call("600", Plan::talk(5_000));
    world.run(1_000);
    let cic = world.status().call_list[0].cic.expect("it has a circuit");
    maintain(&mut world, cic, CircuitAction::Reset);
    assert!(world.phone.view(first).hung_up_by_peer);
    assert!(!world.phone.view(second).over);
    world.settle();
}

#[test]
fn a_reset_by_the_far_end_ends_the_call_and_the_circuit_carries_the_next() {
    let mut world = World::in_service();
    let call = world.phone.call("600", Plan::talk(60_000));
    world.run(1_000);
    let cic = world.status().call_list[0].cic.expect("it has a circuit");
    assert!(world.exchange().reset(cic));
    world.wait_until("the phone is told", |world| world.phone.view(call).over);
    assert!(world.phone.view(call).hung_up_by_peer);
    world.settle();
    let order = world.place(CallOrder::verified("100", "200", 1_000));
    assert!(world.outcome(order).answered);
    world.settle();
}

#[test]
fn a_failed_link_keeps_running_calls_refuses_new_ones_and_comes_back_by_itself() {
    let mut world = World::in_service();
    let running = world.phone.call("600", Plan::talk(20_000));
    world.run(1_000);
    assert!(world.exchange().fail_link());
    world.run(1_000);
    let refused = world.phone.call("600", Plan::talk(1_000));
    world.run(500);
    assert_eq!(world.phone.view(refused).status, Some(503));
    assert!(!world.phone.view(running).over, "a call needs no signalling to go on");
    assert!(world.exchange().restore_link());
    world.wait_until("the link is back", |world| world.status().links[0].state == "in service");
    world.run(1_000);
    let next = world.phone.call("600", Plan::talk(1_000));
    world.settle();
    assert_eq!(world.phone.view(next).status, Some(200));
    assert_eq!(world.phone.view(running).differences, 0);
}

#[test]
fn a_cut_of_a_second_drops_no_call_and_one_that_stands_releases_them_all() {
    let mut world = World::in_service();
    let first = world.phone.call("600", Plan::talk(60_000));
    let second = world.phone.call("601", Plan::talk(60_000));
    world.run(1_000);
    world.kernel().control(0).cut();
    world.run(1_000);
    world.kernel().control(0).restore();
    world.run(5_000);
    assert!(!world.phone.view(first).over && !world.phone.view(second).over);

    world.kernel().control(0).cut();
    world.run(4_000);
    for call in [first, second] {
        let view = world.phone.view(call);
        assert!(view.hung_up_by_peer, "{view:?}");
        assert_eq!(view.reason.as_deref(), Some("Q.850;cause=41"));
    }
    assert_eq!(world.status().spans[0].alarms.len(), 2);
    let refused = world.phone.call("600", Plan::talk(1_000));
    world.run(500);
    assert_eq!(world.phone.view(refused).status, Some(503));

    world.kernel().control(0).restore();
    world.run(5_000);
    assert_eq!(world.circuits().idle, 0, "a span that has just come back is not trusted yet");
    world.wait_until("the circuits are back", |world| world.circuits().idle == 30);
    let said: Vec<String> = world.exchange().log().into_iter().map(|entry| entry.message).collect();
    let times = |message: &str| said.iter().filter(|one| *one == message).count();
    // The only link was on the span that failed, so the far end hears of the end of the blocking alone.
    assert!(times("CGU") > 0, "the far end was told: {said:?}");
    let next = world.phone.call("600", Plan::talk(1_000));
    world.settle();
    assert_eq!(world.phone.view(next).status, Some(200));
}

#[test]
fn a_far_end_that_starts_again_resets_its_circuits_and_calls_go_on_after_it() {
    let mut world = World::in_service();
    world.phone.call("600", Plan::talk(60_000));
    world.run(1_000);
    assert!(world.exchange().restart());
    world.wait_until("its call is over", |world| world.status().calls.active == 0);
    world.wait_until("the link is back", |world| world.status().links[0].state == "in service");
    world.settle();
    let order = world.place(CallOrder::verified("100", "200", 1_000));
    assert!(world.outcome(order).answered);
    world.settle();
}

#[test]
fn a_far_end_that_is_not_there_keeps_the_gateway_waiting_and_no_longer_than_that() {
    let mut world = World::new();
    world.kernel().control(0).cut();
    world.run(30_000);
    assert!(!world.is_ready());
    world.kernel().control(0).restore();
    world.wait_until("ready", World::is_ready);
}
