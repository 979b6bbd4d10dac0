//! Link and circuits: start, reset, blocking, failure, restart.

use dahdi_sys::Law;
use hw_sim::far_end::{CallOrder, CircuitSpec, ExchangeSpec, LinkSpec, LinkStatus, ReleasedBy};

use crate::wire::{LEFT, RIGHT, Wire, ladder, story};

#[test]
fn both_ends_test_the_link_and_reset_their_circuits_before_any_call() {
    let mut wire = Wire::new();
    wire.run_until_idle();
    assert!(wire.now_ms < 800, "idle after {} ms", wire.now_ms);
    let mut log = ladder(&wire.left.log());
    log.sort_unstable();
    assert_eq!(
        log,
        ["< GRA", "< GRA", "< GRS", "< GRS", "< SLTA", "< SLTM", "< TRA", "> GRA", "> GRA", "> GRS", "> GRS", "> TRA"]
    );
    let status = wire.left.status();
    assert_eq!((status.unexpected, status.undecodable, status.stuck), (0, 0, 0));
}

#[test]
fn normal_alignment_takes_the_long_proving_period() {
    let spec = |own, adjacent| ExchangeSpec { emergency: false, ..ExchangeSpec::e1(own, adjacent) };
    let mut wire = Wire::between(spec(LEFT, RIGHT), spec(RIGHT, LEFT));
    wire.run_until_idle();
    assert!((8_192..8_500).contains(&wire.now_ms), "idle after {} ms", wire.now_ms);
}

#[test]
fn an_order_placed_before_the_link_is_up_waits_for_link_and_reset() {
    let mut wire = Wire::new();
    let outcome = wire.call(CallOrder::verified("600", "", 200));
    assert!(outcome.answered && outcome.differences == 0);
}

#[test]
fn a_blocked_circuit_is_not_seized_from_either_end_until_it_is_unblocked() {
    let mut wire = Wire::in_service();
    wire.left.block(31);
    wire.run(50);
    assert_eq!((wire.left.status().circuits.blocked_here, wire.right.status().circuits.blocked_there), (1, 1));
    assert_eq!(wire.call(CallOrder::conversation("600", "", 10)).circuit, Some(29));
    let id = wire.right.place(CallOrder::conversation("600", "", 10));
    wire.run(300);
    assert_eq!(wire.right.outcome(id).and_then(|outcome| outcome.circuit), Some(30));

    wire.left.unblock(31);
    wire.run(50);
    assert_eq!((wire.left.status().circuits.blocked_here, wire.right.status().circuits.blocked_there), (0, 0));
    assert_eq!(wire.call(CallOrder::conversation("600", "", 10)).circuit, Some(31));
}

/// Q.764 2.9.3: after a reset the blocking end says again what it has blocked.
#[test]
fn a_blocking_survives_the_resets_of_the_other_end() {
    let mut wire = Wire::in_service();
    wire.left.block(31);
    wire.left.block(17);
    wire.run(50);
    wire.right.reset(31);
    wire.run(50);
    assert_eq!(wire.right.status().circuits.blocked_there, 2);
    wire.right.group_reset();
    wire.run(100);
    assert_eq!(wire.right.status().circuits.blocked_there, 2);
    assert_eq!(wire.right.status().circuits.idle, 30);
}

#[test]
fn a_reset_ends_the_call_on_both_sides() {
    let mut wire = Wire::in_service();
    let id = wire.left.place(CallOrder::conversation("600", "", 60_000));
    wire.run(200);
    wire.right.reset(31);
    let outcome = wire.outcome(id);
    assert_eq!((outcome.released_by, outcome.cause), (ReleasedBy::Reset, None));
    assert_eq!(story(&outcome), ["-> IAM", "<- ACM", "<- ANM", "<- RSC", "-> RLC"]);
    wire.run_until_idle();
}

#[test]
fn a_call_that_its_own_exchange_resets_is_compared_until_then_and_no_longer() {
    let mut wire = Wire::in_service();
    let id = wire.left.place(CallOrder::verified("600", "", 60_000));
    wire.run(500);
    wire.left.reset(31);
    let outcome = wire.outcome(id);
    assert_eq!((outcome.released_by, outcome.differences), (ReleasedBy::Reset, 0));
    assert!(outcome.octets_checked > 3_500);
    assert_eq!(story(&outcome), ["-> IAM", "<- ACM", "<- ANM", "-> RSC", "<- RLC"]);
    wire.run_until_idle();
}

#[test]
fn calls_stand_while_the_link_fails_and_their_release_is_repeated_after_t1() {
    let mut wire = Wire::in_service();
    let id = wire.left.place(CallOrder::verified("600", "", 2_000));
    wire.run(200);
    wire.right.fail_link();
    wire.run(3_000);
    assert_eq!((wire.left.status().circuits.releasing, wire.right.status().link), (1, LinkStatus::OutOfService));
    assert_eq!(wire.left.outcome(id), None);
    wire.right.restore_link();
    let outcome = wire.outcome(id);
    assert_eq!(story(&outcome), ["-> IAM", "<- ACM", "<- ANM", "-> REL 16", "-> REL 16", "<- RLC"]);
    assert_eq!(outcome.timeline[4].0 - outcome.timeline[3].0, 15_000);
    assert_eq!(outcome.differences, 0);
    wire.run_until_idle();
}

#[test]
fn a_cut_wire_comes_back_by_itself() {
    let mut wire = Wire::in_service();
    wire.cut = true;
    wire.run(1_000);
    assert_eq!((wire.left.status().link_failures, wire.right.status().link_failures), (1, 1));
    let outcome = wire.call(CallOrder::conversation("600", "", 10));
    assert_eq!((outcome.released_by, outcome.cause), (ReleasedBy::NoCircuit, Some(38)));
    wire.cut = false;
    wire.run_until_idle();
    assert!(wire.call(CallOrder::conversation("600", "", 10)).answered);
}

#[test]
fn a_restarted_exchange_forgets_its_calls_and_resets_its_circuits() {
    let mut wire = Wire::in_service();
    let id = wire.left.place(CallOrder::conversation("600", "", 60_000));
    wire.run(200);
    wire.right.log();
    wire.right.restart();
    let outcome = wire.outcome(id);
    assert_eq!(outcome.released_by, ReleasedBy::Reset);
    let restarted_ms = wire.now_ms;
    wire.run_until_idle();
    assert!(wire.now_ms - restarted_ms < 2_000, "idle after {} ms", wire.now_ms - restarted_ms);
    assert!(ladder(&wire.right.log()).contains(&"> GRS".to_owned()));
}

#[test]
fn maintenance_of_a_circuit_that_is_none_is_noted() {
    let mut wire = Wire::in_service();
    wire.left.block(16);
    wire.run(2);
    assert_eq!(wire.left.log().last().map(|entry| entry.message.clone()).as_deref(), Some("no circuit 16 to maintain"));
}

#[test]
fn a_t1_with_its_signalling_in_timeslot_24_works_alike() {
    let spec = |own, adjacent| ExchangeSpec {
        links: vec![LinkSpec { span: 0, timeslot: 24, slc: 0 }],
        law: Law::MU_LAW,
        circuits: CircuitSpec::of_span(0, 100, 1..=24),
        ..ExchangeSpec::e1(own, adjacent)
    };
    let mut wire = Wire::between(spec(LEFT, RIGHT), spec(RIGHT, LEFT));
    let outcome = wire.call(CallOrder::verified("600", "", 500));
    assert_eq!((outcome.circuit, outcome.answered, outcome.differences), (Some(123), true, 0));
    assert_eq!(wire.left.status().circuits.idle, 23);
}
