//! Calls to every test number, checked octet by octet where the number gives something to check.

use hw_sim::far_end::{CallOrder, ReleasedBy};

use crate::wire::{Wire, story};

#[test]
fn the_echo_returns_every_octet_of_the_test_sequence() {
    let mut wire = Wire::in_service();
    let outcome = wire.call(CallOrder::verified("600", "301234567", 3_000));
    assert_eq!(story(&outcome), ["-> IAM", "<- ACM", "<- ANM", "-> REL 16", "<- RLC"]);
    assert_eq!((outcome.answered, outcome.cause, outcome.released_by), (true, Some(16), ReleasedBy::FarExchange));
    assert_eq!((outcome.differences, outcome.lost_sync, outcome.first_sync_ms), (0, 0, Some(2)));
    assert!(outcome.octets_checked > 23_900, "{} octets checked", outcome.octets_checked);
    assert_eq!(outcome.delay_ms_round_trip, Some(2));
}

#[test]
fn the_round_trip_delay_is_measured_at_any_delay() {
    let mut wire = Wire::new();
    wire.delay_ms(240);
    let outcome = wire.call(CallOrder::verified("600", "", 2_000));
    assert_eq!((outcome.differences, outcome.delay_ms_round_trip), (0, Some(242)));
    assert_eq!(outcome.delay_octets_round_trip, Some(242 * 8));
}

#[test]
fn thirty_calls_at_once_fill_the_span_without_a_difference_and_the_31st_finds_no_circuit() {
    let mut wire = Wire::in_service();
    let orders: Vec<_> = (0..31).map(|_| wire.left.place(CallOrder::verified("600", "", 500))).collect();
    wire.run(400);
    assert_eq!((wire.left.status().circuits.busy, wire.right.status().circuits.busy), (30, 30));
    let outcomes: Vec<_> = orders.into_iter().map(|id| wire.outcome(id)).collect();
    for outcome in &outcomes[..30] {
        assert_eq!((outcome.answered, outcome.differences, outcome.lost_sync), (true, 0, 0));
        assert!(outcome.octets_checked > 3_900);
    }
    assert_eq!((outcomes[30].released_by, outcomes[30].cause), (ReleasedBy::NoCircuit, Some(34)));
    let mut circuits: Vec<_> = outcomes[..30].iter().filter_map(|outcome| outcome.circuit).collect();
    assert_eq!(circuits[..3], [31, 29, 27]);
    circuits.sort_unstable();
    circuits.dedup();
    assert_eq!(circuits.len(), 30);
    wire.run_until_idle();
}

#[test]
fn busy_unallocated_and_unknown_numbers_release_with_their_causes() {
    let mut wire = Wire::in_service();
    for (called, cause) in [("603", 17), ("605", 1), ("609", 3), ("6000", 3), ("", 3), ("60", 3)] {
        let outcome = wire.call(CallOrder::conversation(called, "", 1_000));
        assert_eq!(story(&outcome), ["-> IAM", &format!("<- REL {cause}"), "-> RLC"]);
        assert_eq!(
            (outcome.answered, outcome.cause, outcome.released_by),
            (false, Some(cause), ReleasedBy::Gateway),
            "{called}"
        );
    }
    wire.run_until_idle();
}

#[test]
fn nature_of_address_does_not_matter() {
    let mut wire = Wire::in_service();
    assert!(wire.call(CallOrder::conversation("+600", "+49301234567", 10)).answered);
}

#[test]
fn a_cancelled_call_is_released_while_it_rings() {
    let mut wire = Wire::in_service();
    let outcome = wire.call(CallOrder::cancelled("604", "", 300));
    assert_eq!(story(&outcome), ["-> IAM", "<- ACM", "-> REL 16", "<- RLC"]);
    assert!(!outcome.answered);
    assert_eq!(outcome.timeline[2].0 - outcome.timeline[1].0, 300);
}

#[test]
fn in_band_ringing_is_answered_after_two_seconds() {
    let mut wire = Wire::in_service();
    let outcome = wire.call(CallOrder::conversation("606", "", 100));
    assert_eq!(story(&outcome), ["-> IAM", "<- ACM", "<- ANM", "-> REL 16", "<- RLC"]);
    assert!((2_000..2_010).contains(&(outcome.timeline[2].0 - outcome.timeline[1].0)));
}

#[test]
fn number_607_answers_by_con_and_releases_two_seconds_later() {
    let mut wire = Wire::in_service();
    let outcome = wire.call(CallOrder::conversation("607", "", 60_000));
    assert_eq!(story(&outcome), ["-> IAM", "<- CON", "<- REL 16", "-> RLC"]);
    assert!((2_000..2_010).contains(&(outcome.timeline[2].0 - outcome.timeline[1].0)));
    assert_eq!((outcome.answered, outcome.released_by), (true, ReleasedBy::Gateway));
}

/// The sequence of 602 begins anew at the other end: it is found, in step, whatever was sent.
#[test]
fn number_602_sends_the_test_sequence_and_601_does_not() {
    let mut wire = Wire::in_service();
    let sequence = wire.call(CallOrder::verified("602", "", 1_000));
    assert!(sequence.octets_checked > 7_900 && sequence.differences == 0);
    let milliwatt = wire.call(CallOrder::verified("601", "", 1_000));
    assert_eq!((milliwatt.octets_checked, milliwatt.first_sync_ms), (0, None));
}

#[test]
fn a_spoilt_bearer_is_counted_octet_by_octet() {
    let mut wire = Wire::in_service();
    let id = wire.left.place(CallOrder::verified("600", "", 1_000));
    wire.run(300);
    wire.cut = true;
    wire.run(10);
    wire.cut = false;
    let outcome = wire.outcome(id);
    // 10 ms are lost both ways at once: the echo of what was sent 2 ms before also misses them.
    assert_eq!((outcome.differences, outcome.lost_sync), (88, 1));
}

/// Both seize the same circuit before hearing of each other; each prevails where its point code says (Q.764 2.9.1).
#[test]
fn dual_seizure_is_decided_by_point_code_and_parity_and_no_call_is_lost() {
    let mut wire = Wire::in_service();
    for cic in (1..=31).filter(|cic| *cic != 16 && *cic != 8 && *cic != 9) {
        wire.left.block(cic);
    }
    wire.run(300);
    let of_left = [(); 2].map(|()| wire.left.place(CallOrder::conversation("600", "", 500)));
    let of_right = wire.right.place(CallOrder::conversation("600", "", 500));
    wire.run(100);
    // Left (lower code) keeps 9 and loses 8 to right, for whom 8 is controlled; its second order then finds nothing.
    assert!(wire.left.status().calls.dual_seizures + wire.right.status().calls.dual_seizures >= 2);
    let outcomes = of_left.map(|id| wire.outcome(id));
    assert_eq!((outcomes[0].circuit, outcomes[0].answered), (Some(9), true));
    assert_eq!((outcomes[1].circuit, outcomes[1].cause), (None, Some(34)));
    wire.run(600);
    let outcome = wire.right.outcome(of_right).expect("its hold time is over");
    assert_eq!((outcome.circuit, outcome.answered), (Some(8), true));
}
