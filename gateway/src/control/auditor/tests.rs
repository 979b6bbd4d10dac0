//! Violations that no input can bring about, made on the bare state of a gateway in the world, and what heals them.

use super::*;
use crate::lab::world::{Plan, World};
use crate::sip::SessionId;

/// A world without audio, which an audit does not look at.
fn in_service(configuration: &str) -> World {
    let mut world = World::without_bearers(config::parse("test", configuration).expect("it is sound"), 1);
    world.wait_until("ready", World::is_ready);
    world
}

/// A world with one call that talks, and where it is.
fn talking() -> (World, CallId, Seat) {
    let mut world = in_service(config::EMBEDDED);
    world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(1_000);
    let (id, seat) = only_call(world.control());
    (world, id, seat)
}

fn only_call(control: &Control) -> (CallId, Seat) {
    let (id, call) = control.calls.first_key_value().expect("a call");
    (*id, call.seats().next().expect("it has a circuit"))
}

/// Runs over an audit or two; the world notices the violation too, which is what it is for.
fn run_over_audits(world: &mut World, audits: u32) -> usize {
    let noticed = (0..AUDIT_EVERY.as_millis() as u32 * audits + 1_000).filter(|_| world.try_step().is_err());
    noticed.count()
}

fn told(world: &World) -> status::Audit {
    world.status().audit
}

/// A call is forgotten without a word, as a bug might.
fn forget(control: &mut Control, id: CallId) {
    let call = control.calls.remove(&id).expect("it lives");
    control.by_session.retain(|_, of| *of != id);
    control.deadlines.set(id, None);
    drop(call);
}

#[test]
fn an_orphan_is_released_at_both_ends_by_the_next_audit() {
    let (mut world, id, seat) = talking();
    forget(world.control(), id);
    world.control().trunks.free(seat.id);
    assert_eq!(
        world.control().audit(),
        [Finding::Circuit(audit::Violation { id: seat.id, what: audit::Fault::Orphan })]
    );
    assert!(run_over_audits(&mut world, 1) > 0, "the world's checker sees it as well");
    assert_eq!(world.control().audit(), []);
    assert_eq!((told(&world).violations, told(&world).open), (1, 0));
    assert_eq!(
        told(&world).last,
        Some(format!("circuit {} of trunk \"trunk\" has a call that nobody owns", seat.number))
    );
    assert_eq!((world.circuits().idle, world.exchange().status().circuits.idle), (30, 30));
    let said: Vec<String> = world.exchange().log().into_iter().map(|entry| entry.message).collect();
    assert!(said.contains(&"REL 41".to_owned()) && !said.contains(&"RSC".to_owned()), "{said:?}");
}

#[test]
fn a_circuit_of_a_call_that_is_over_is_free_again() {
    let (mut world, id, seat) = talking();
    forget(world.control(), id);
    let what = audit::Fault::OwnerOver { busy: true };
    assert_eq!(world.control().audit(), [Finding::Circuit(audit::Violation { id: seat.id, what })]);
    run_over_audits(&mut world, 1);
    assert_eq!(world.control().audit(), []);
    assert_eq!(world.circuits().idle, 30);
}

#[test]
fn a_circuit_of_a_call_that_has_another_is_free_again_and_the_call_goes_on() {
    let (mut world, id, seat) = talking();
    let control = world.control();
    let other = control.trunks.seize(seat.trunk, id, |_| true).expect("a second circuit");
    let what = audit::Fault::OwnerElsewhere { busy: false };
    assert_eq!(control.audit(), [Finding::Circuit(audit::Violation { id: other.id, what })]);
    run_over_audits(&mut world, 1);
    assert_eq!(world.control().audit(), []);
    assert_eq!(only_call(world.control()), (id, seat), "the call is as it was");
    assert_eq!(world.circuits().idle, 29);
}

#[test]
fn sessions_are_indexed_again_from_the_calls() {
    let (mut world, id, _) = talking();
    let session = world.control().calls[&id].session().expect("it has one");
    world.control().by_session.insert(SessionId(u64::MAX), id);
    assert_eq!(world.control().audit(), [Finding::Sessions]);
    run_over_audits(&mut world, 1);
    assert_eq!(world.control().by_session.keys().copied().collect::<Vec<_>>(), [session]);
}

#[test]
fn a_call_that_holds_a_circuit_without_using_it_is_released_within_two_audits() {
    let mut world = in_service(config::EMBEDDED);
    let before = world.control().exchange.clone();
    world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(1_000);
    world.control().exchange = before;
    assert_eq!(world.control().audit(), [], "a call may wait for its media with an idle circuit");
    run_over_audits(&mut world, 2);
    assert_eq!(told(&world).violations, 1);
    assert!(told(&world).last.is_some_and(|last| last.ends_with("and does not use it")));
    assert_eq!(world.status().calls.active, 0);
}

#[test]
fn a_circuit_that_only_the_far_end_holds_for_busy_is_reset_after_two_queries() {
    let model = config::EMBEDDED.to_owned() + "\n[isup]\ncircuit_query = true\n";
    let mut world = in_service(&model);
    let before = world.control().exchange.clone();
    world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(1_000);
    let (id, seat) = only_call(world.control());
    // We know nothing of the call any more.
    forget(world.control(), id);
    world.control().trunks.free(seat.id);
    world.control().exchange = before;
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
