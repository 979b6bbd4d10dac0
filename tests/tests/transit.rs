//! Calls from one trunk to another through the whole gateway: no RTP, messages passed on, the timeslots patched.

use config::Model;
use hw_sim::far_end::{CallOrder, CallOutcome, ReleasedBy};
use spangate::ops::cdr::{self, Direction};
use tests::World;

/// The embedded default with a second span and exchange; calls from either trunk go to the other.
fn two_trunks() -> World {
    let second = r#"
[[sim.far_exchange]]
span = "e2"

[[span]]
name = "e2"
line = "e1"
law = "alaw"

[[ss7.link]]
name = "link2"
span = "e2"
timeslot = 16
adjacent = "1-1-3"

[[trunk]]
name = "other"
destination = "1-1-3"
spans = [{ span = "e2", cic_base = 0 }]

[[route]]
from = "other"
called = "."
to = "trunk"
"#;
    let text = config::EMBEDDED.replace("to = \"peer\"", "to = \"other\"") + second;
    let model: Model = config::parse("two trunks", &text).expect("a second span is sound");
    let mut world = World::with(model, 5);
    world.wait_until("ready", World::is_ready);
    world
}

/// Places a call at the exchange behind the first trunk, for a number of the exchange behind the other.
fn call(world: &mut World, order: CallOrder) -> CallOutcome {
    let exchange = world.exchange();
    let order = exchange.place(order);
    let outcome = world.outcome_at(&exchange, order);
    world.settle();
    outcome
}

#[test]
fn every_octet_of_a_patched_call_passes_both_ways() {
    let mut world = two_trunks();
    let outcome = call(&mut world, CallOrder::verified("600", "4930200", 4_000));
    assert!(outcome.answered, "{outcome:?}");
    assert!(outcome.octets_checked > 25_000, "{outcome:?}");
    assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "{outcome:?}");
    let messages: Vec<&str> = outcome.timeline.iter().map(|(_, entry)| entry.as_str()).collect();
    assert_eq!(messages, ["-> IAM", "<- ACM", "<- ANM", "-> REL 16", "<- RLC"]);
}

#[test]
fn a_call_between_trunks_leaves_one_record_that_names_both_circuits() {
    let mut world = two_trunks();
    call(&mut world, CallOrder::conversation("600", "4930200", 1_000));
    let [record] = world.records()[..] else { panic!("{:?}", world.records()) };
    assert_eq!(record.call.direction, Direction::PstnToPstn);
    assert_eq!((record.call.trunk.as_str(), record.call.from_trunk.as_deref()), ("other", Some("trunk")));
    assert!(record.call.cic.is_some() && record.call.from_cic.is_some(), "{record:?}");
    assert_eq!((record.released_by, record.cause), (Some(cdr::ReleasedBy::Calling), Some(16)));
}

#[test]
fn a_refusal_passes_with_its_cause_and_a_caller_may_give_up() {
    for (number, cause) in [("603", 17), ("605", 1), ("699", 3)] {
        let outcome = call(&mut two_trunks(), CallOrder::conversation(number, "200", 1_000));
        assert_eq!((outcome.answered, outcome.cause), (false, Some(cause)), "{number}");
    }
    let outcome = call(&mut two_trunks(), CallOrder::cancelled("604", "200", 1_500));
    assert_eq!((outcome.answered, outcome.released_by), (false, ReleasedBy::FarExchange), "{outcome:?}");
}

#[test]
fn the_called_side_answers_at_once_and_hangs_up() {
    let outcome = call(&mut two_trunks(), CallOrder::conversation("607", "200", 60_000));
    assert!(outcome.answered);
    assert_eq!((outcome.cause, outcome.released_by), (Some(16), ReleasedBy::Gateway), "{outcome:?}");
}

#[test]
fn calls_cross_in_both_directions_on_every_circuit_and_all_end() {
    let mut world = two_trunks();
    let ends = [world.behind("trunk"), world.behind("other")];
    let mut orders = Vec::new();
    for n in 0..20 {
        for exchange in &ends {
            orders.push((exchange.clone(), exchange.place(CallOrder::verified("600", "200", 1_500))));
        }
        world.run(n * 7 % 30);
    }
    let mut answered = 0;
    for (exchange, order) in orders {
        let outcome = world.outcome_at(&exchange, order);
        answered += u32::from(outcome.answered);
        assert_eq!(outcome.differences, 0, "{outcome:?}");
    }
    world.settle();
    // Each call takes a circuit of both trunks: of forty at once, thirty find one, less where both ends seize the same.
    assert!(answered >= 25, "{answered} calls were answered");
}

#[test]
fn a_circuit_that_is_reset_takes_the_other_with_it() {
    let mut world = two_trunks();
    let exchange = world.exchange();
    let order = exchange.place(CallOrder::conversation("600", "200", 60_000));
    world.run(1_500);
    let cic = world.status().call_list[0].cic.expect("it goes out on a circuit");
    let _taken = world.behind("other").reset(cic);
    let outcome = world.outcome_at(&exchange, order);
    world.settle();
    assert_eq!(outcome.released_by, ReleasedBy::Gateway, "{outcome:?}");
}
