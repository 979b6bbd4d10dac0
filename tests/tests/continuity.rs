//! Continuity checks with real octets through the whole gateway, in virtual time: asked for by either end, inside a call and
//! outside of one, passed and failed.

use config::Model;
use hw_sim::far_end::{CallOrder, Direction, Handle};
use spangate::control::input::OperatorRequest;
use spangate::ops::maintenance::{CircuitAction, CircuitsOrder};
use tests::{Plan, World};

/// The embedded default, whose outgoing calls ask for a check each time.
fn model(law: &str) -> Model {
    let text = config::EMBEDDED
        .replace("name = \"trunk\"", "name = \"trunk\"\ncontinuity_every = 1\nhunt = \"ascending\"")
        .replace("law = \"alaw\"", &format!("law = \"{law}\""));
    config::parse("checked", &text).unwrap_or_else(|report| panic!("{report}"))
}

fn world(law: &str) -> World {
    let mut world = World::with(model(law), 3);
    world.wait_until("ready", World::is_ready);
    world
}

/// What passed on a circuit, by name; arrows are the exchange's.
fn ladder(exchange: &Handle, cic: u16) -> Vec<String> {
    let log = exchange.log().into_iter().filter(|entry| entry.cic == Some(cic));
    log.map(|entry| {
        let arrow = if entry.direction == Direction::Sent { "->" } else { "<-" };
        format!("{arrow} {}", entry.message)
    })
    .collect()
}

fn check(world: &mut World, cic: u16) {
    world.operate(OperatorRequest::Circuits(CircuitsOrder::one("trunk", cic, CircuitAction::Continuity)));
}

#[test]
fn a_call_of_ours_waits_until_its_tone_has_come_back() {
    for law in ["alaw", "ulaw"] {
        let mut world = world(law);
        let exchange = world.exchange();
        exchange.log();
        let call = world.phone.call("600", Plan::talk(3_000));
        world.settle();
        let view = world.phone.view(call);
        // A phone of the other law hears converted octets.
        assert_eq!((view.status, view.differences == 0), (Some(200), law == "alaw"), "{view:?}");
        assert!(view.compared > 15_000, "{view:?}");
        assert_eq!(ladder(&exchange, 1), ["<- IAM", "<- COT", "-> ACM", "-> ANM", "<- REL 16", "-> RLC"], "{law}");
    }
}

#[test]
fn one_call_of_so_many_asks_for_a_check() {
    let text = config::EMBEDDED.replace("name = \"trunk\"", "name = \"trunk\"\ncontinuity_every = 3");
    let mut world = World::with(config::parse("every third", &text).expect("it is sound"), 3);
    world.wait_until("ready", World::is_ready);
    let exchange = world.exchange();
    exchange.log();
    for _ in 0..7 {
        world.phone.call("600", Plan::talk(500));
        world.run(3_000);
    }
    world.settle();
    assert_eq!(exchange.log().iter().filter(|entry| entry.message == "COT").count(), 2);
}

#[test]
fn a_call_whose_circuit_is_broken_takes_another_and_the_broken_one_is_checked_until_it_is_sound() {
    let mut world = world("alaw");
    let exchange = world.exchange();
    assert!(exchange.cut(1));
    exchange.log();
    let call = world.phone.call("600", Plan::talk(1_000));
    world.wait_until("an answer", |world| world.phone.view(call).status == Some(200));
    assert_eq!(world.status().trunks[0].circuits.idle, 28, "one talks, one is broken");
    // T25 is 1 to 10 s, T26 1 to 3 minutes.
    world.run(200_000);
    let failed = ladder(&exchange, 1);
    let checks = failed.iter().filter(|message| *message == "<- CCR").count();
    assert_eq!(failed[..4], ["<- IAM", "<- COT", "<- CCR", "<- COT"], "{failed:?}");
    assert!((2..=4).contains(&checks), "{failed:?}");
    assert!(exchange.mend(1));
    world.wait_until("a sound circuit", |world| world.status().trunks[0].circuits.idle == 30);
    let mended = ladder(&exchange, 1);
    assert_eq!(mended, ["<- CCR", "<- REL 16", "-> RLC"], "{mended:?}");
    world.settle();
}

#[test]
fn a_check_of_the_far_end_gets_a_loop_that_changes_no_octet_and_then_the_call_goes_on() {
    for law in ["alaw", "ulaw"] {
        let mut world = world(law);
        let exchange = world.exchange();
        exchange.log();
        let order = exchange.place(CallOrder { check: true, ..CallOrder::verified("4930100", "200", 2_000) });
        let outcome = world.outcome_at(&exchange, order);
        assert!(outcome.answered && outcome.octets_checked > 10_000, "{outcome:?}");
        assert_eq!((outcome.differences == 0, outcome.cause), (law == "alaw", Some(16)), "{outcome:?}");
        let names: Vec<&str> = outcome.timeline.iter().map(|(_, entry)| entry.as_str()).collect();
        assert_eq!(names, ["-> IAM", "-> COT", "<- ACM", "<- ANM", "-> REL 16", "<- RLC"]);
        world.settle();
    }
}

#[test]
fn a_check_of_the_far_end_that_fails_begins_no_call() {
    let mut world = world("alaw");
    let exchange = world.exchange();
    // The exchange takes circuits from the highest down.
    for cic in 1..=31 {
        exchange.cut(cic);
    }
    let order = exchange.place(CallOrder { check: true, ..CallOrder::conversation("100", "200", 1_000) });
    let outcome = world.outcome_at(&exchange, order);
    let names: Vec<&str> = outcome.timeline.iter().map(|(_, entry)| entry.as_str()).collect();
    assert_eq!((outcome.answered, &names[..2]), (false, &["-> IAM", "-> COT"][..]), "{outcome:?}");
    world.settle();
    assert!(world.records().is_empty(), "{:?}", world.records());
}

#[test]
fn an_operators_check_of_an_idle_circuit_passes_or_takes_it_out_of_use() {
    let mut world = world("alaw");
    let exchange = world.exchange();
    exchange.log();
    check(&mut world, 5);
    world.run(3_000);
    assert_eq!(ladder(&exchange, 5), ["<- CCR", "<- REL 16", "-> RLC"]);
    assert_eq!(world.status().trunks[0].circuits.idle, 30);
    assert!(exchange.cut(6));
    check(&mut world, 6);
    world.run(3_000);
    assert_eq!(world.status().trunks[0].circuits.idle, 29);
    assert!(exchange.mend(6));
    world.wait_until("a sound circuit", |world| world.status().trunks[0].circuits.idle == 30);
    world.settle();
}
