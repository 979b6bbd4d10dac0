//! The circuit auditor in the world: violations made on the bare state, and what heals them at both ends.

use super::{Plan, World};
use crate::call::CallId;
use crate::circuit::Seat;
use crate::control::AUDIT_EVERY;
use crate::ops::status;

/// A world without audio, which an audit does not look at.
fn in_service(configuration: &str) -> World {
    let mut world = World::without_bearers(config::parse("test", configuration).expect("it is sound"), 1);
    world.wait_until("ready", World::is_ready);
    world
}

/// A world with one call that talks, and where it is.
fn talking(configuration: &str) -> (World, CallId, Seat) {
    let mut world = in_service(configuration);
    let (id, seat) = talk(&mut world);
    (world, id, seat)
}

fn talk(world: &mut World) -> (CallId, Seat) {
    world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(1_000);
    world.control.only_call()
}

/// Runs over some audits; the world notices a violation too, as often as is told.
fn run_over_audits(world: &mut World, audits: u32) -> usize {
    (0..AUDIT_EVERY.as_millis() as u32 * audits + 1_000).filter(|_| world.try_step().is_err()).count()
}

fn told(world: &World) -> status::Audit {
    world.status().audit
}

#[test]
fn an_orphan_is_released_at_both_ends_by_the_next_audit() {
    let (mut world, id, seat) = talking(config::EMBEDDED);
    world.control.forget_call(id);
    world.control.disown(seat);
    let sentence = format!("circuit {} of trunk \"trunk\" has a call that nobody owns", seat.number);
    assert_eq!(world.control.findings(), [sentence.as_str()]);
    assert!(run_over_audits(&mut world, 1) > 0, "the world's checker sees it as well");
    assert!(world.control.findings().is_empty());
    assert_eq!((told(&world).violations, told(&world).open, told(&world).last), (1, 0, Some(sentence)));
    assert_eq!((world.circuits().idle, world.exchange().status().circuits.idle), (30, 30));
    let said: Vec<String> = world.exchange().log().into_iter().map(|entry| entry.message).collect();
    assert!(said.contains(&"REL 41".to_owned()) && !said.contains(&"RSC".to_owned()), "{said:?}");
}

#[test]
fn a_circuit_of_a_call_that_is_over_is_free_again() {
    let (mut world, id, seat) = talking(config::EMBEDDED);
    world.control.forget_call(id);
    let sentence = format!("circuit {} of trunk \"trunk\" is owned by a call that is over", seat.number);
    assert_eq!(world.control.findings(), [sentence]);
    run_over_audits(&mut world, 1);
    assert!(world.control.findings().is_empty());
    assert_eq!(world.circuits().idle, 30);
}

#[test]
fn a_circuit_of_a_call_that_has_another_is_free_again_and_the_call_goes_on() {
    let (mut world, id, seat) = talking(config::EMBEDDED);
    let other = world.control.own_another(id, seat);
    let sentence = format!("circuit {} of trunk \"trunk\" is owned by a call that does not have it", other.number);
    assert_eq!(world.control.findings(), [sentence]);
    run_over_audits(&mut world, 1);
    assert!(world.control.findings().is_empty());
    assert_eq!(world.control.only_call(), (id, seat), "the call is as it was");
    assert_eq!(world.circuits().idle, 29);
}

#[test]
fn sessions_are_indexed_again_from_the_calls() {
    let (mut world, id, _) = talking(config::EMBEDDED);
    world.control.index_a_session(id);
    assert_eq!(world.control.findings(), ["the index of sessions does not agree with the calls"]);
    run_over_audits(&mut world, 1);
    assert!(world.control.findings().is_empty());
}

#[test]
fn a_call_that_holds_a_circuit_without_using_it_is_released_within_two_audits() {
    let mut world = in_service(config::EMBEDDED);
    let before = world.control.exchange_now();
    talk(&mut world);
    world.control.go_back_to(before);
    assert!(world.control.findings().is_empty(), "a call may wait for its media with an idle circuit");
    run_over_audits(&mut world, 2);
    assert_eq!(told(&world).violations, 1);
    assert!(told(&world).last.is_some_and(|last| last.ends_with("and does not use it")));
    assert_eq!(world.status().calls.active, 0);
}

#[test]
fn a_circuit_that_only_the_far_end_holds_for_busy_is_reset_after_two_queries() {
    let mut world = in_service(&(config::EMBEDDED.to_owned() + "\n[isup]\ncircuit_query = true\n"));
    let before = world.control.exchange_now();
    let (id, seat) = talk(&mut world);
    // We know nothing of the call any more.
    world.control.forget_call(id);
    world.control.disown(seat);
    world.control.go_back_to(before);
    assert_eq!((world.circuits().idle, world.exchange().status().circuits.busy), (30, 1));
    assert_eq!(run_over_audits(&mut world, 1), 0, "nothing is wrong within us");
    assert_eq!(
        (told(&world).differences, world.exchange().status().circuits.busy),
        (0, 1),
        "messages may have crossed"
    );
    run_over_audits(&mut world, 1);
    assert_eq!((told(&world).differences, world.exchange().status().circuits.busy), (1, 0));
    assert_eq!(world.circuits().idle, 30);
}

#[test]
fn the_auditor_looks_in_service_and_finds_nothing() {
    let mut world = in_service(config::EMBEDDED);
    assert_eq!(run_over_audits(&mut world, 3), 0);
    let audit = told(&world);
    assert!(audit.audits >= 3);
    assert_eq!((audit.violations, audit.open, audit.differences, audit.last), (0, 0, 0, None));
}
