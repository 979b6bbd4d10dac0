//! Calls over primary rate interfaces through the whole gateway, in virtual time. The gateway is at both ends of a cable:
//! network side on one span, user side on the other.
//!
//! ```text
//!   phone ── SIP ── gateway ── "net" ══ cable ══ "user" ── gateway ── ISUP ── far exchange
//! ```

use config::Model;
use hw_sim::far_end::{CallOrder, CallOutcome};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use spangate::control::input::OperatorRequest;
use spangate::ops::cdr::{Blockable, Direction, Record, orphans};
use spangate::ops::maintenance::{CircuitAction, CircuitsOrder};
use tests::{Plan, World, plan};

/// The embedded default with a crossed PRI span between SIP and its ISUP trunk.
fn model(switch: &str, line: &str) -> Model {
    let routes = [("sip", ".", "net"), ("trunk", ".", "user"), ("user", ".", "trunk"), ("net", ".", "peer")];
    plan::embedded_with(&plan::pri_cable(switch, line, "", ""), &routes)
}

fn world(switch: &str, line: &str) -> World {
    let mut world = World::with(model(switch, line), 7);
    world.wait_until("ready", World::is_ready);
    world
}

/// An operator does something to a channel on the network side.
fn operate(world: &mut World, channel: u16, action: CircuitAction) {
    world.operate(OperatorRequest::Circuits(CircuitsOrder::one("net", channel, action)));
}

/// What a call from the far exchange became of.
fn from_the_far_exchange(world: &mut World, order: CallOrder) -> CallOutcome {
    let order = world.place(order);
    let outcome = world.outcome(order);
    world.settle();
    outcome
}

#[test]
fn d_channels_come_up_and_every_b_channel_is_idle() {
    let world = world("euroisdn", "e1");
    for trunk in &world.status().trunks[1..] {
        assert_eq!((trunk.circuits.idle, trunk.reachable), (30, true), "{}", trunk.name);
    }
}

#[test]
fn sip_to_pri_to_isup_and_every_octet_comes_back() {
    let mut world = world("euroisdn", "e1");
    let call = world.phone.call("600", Plan::talk(5_000));
    world.settle();
    let view = world.phone.view(call);
    assert_eq!(view.status, Some(200));
    assert!(view.compared > 34_000, "{view:?}");
    assert_eq!(view.differences, 0, "{view:?}");
    let directions: Vec<Direction> = world.records().iter().map(|record| record.call.direction).collect();
    assert_eq!(directions.len(), 2);
    assert!(directions.contains(&Direction::SipToPstn) && directions.contains(&Direction::PstnToPstn));
}

#[test]
fn isup_to_pri_to_sip_and_the_pattern_returns_unchanged() {
    let mut world = world("euroisdn", "e1");
    let outcome = from_the_far_exchange(&mut world, CallOrder::verified("4930100", "4930200", 4_000));
    assert!(outcome.answered, "{outcome:?}");
    assert!(outcome.octets_checked > 25_000, "{outcome:?}");
    assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "{outcome:?}");
}

#[test]
fn refusals_pass_with_their_causes_both_ways() {
    for (number, status, cause) in [("603", 486, 17), ("605", 404, 1), ("699", 404, 3)] {
        let mut world = world("euroisdn", "e1");
        let call = world.phone.call(number, Plan::talk(1_000));
        world.settle();
        let view = world.phone.view(call);
        assert_eq!((view.status, view.reason), (Some(status), Some(format!("Q.850;cause={cause}"))), "{number}");
    }
    for (status, cause) in [(486, 17), (404, 1), (503, 41)] {
        let mut world = world("euroisdn", "e1");
        world.phone.answering = Plan::refuse(status);
        let outcome = from_the_far_exchange(&mut world, CallOrder::conversation("100", "200", 1_000));
        assert_eq!((outcome.answered, outcome.cause), (false, Some(cause)), "{status}");
    }
}

#[test]
fn a_caller_gives_up_while_it_rings_and_the_called_side_hangs_up() {
    let mut world = world("euroisdn", "e1");
    let cancelled = world.phone.call("604", Plan::cancel(2_000));
    let left = world.phone.call("607", Plan { hold_ms: None, ..Plan::talk(0) });
    world.settle();
    assert_eq!(world.phone.view(cancelled).status, Some(487));
    assert!(world.phone.view(left).hung_up_by_peer);
}

#[test]
fn thirty_calls_fill_the_interface_and_the_next_gets_503_with_cause_34() {
    let mut world = world("euroisdn", "e1");
    for _ in 0..30 {
        world.phone.call("600", Plan::talk(4_000));
    }
    world.run(1_500);
    let one_more = world.phone.call("600", Plan::talk(4_000));
    world.settle();
    let view = world.phone.view(one_more);
    assert_eq!((view.status, view.reason.as_deref()), (Some(503), Some("Q.850;cause=34")));
}

#[test]
fn every_switch_type_completes_calls_both_ways() {
    let types = [
        ("euroisdn", "t1"),
        ("ni1", "t1"),
        ("ni2", "t1"),
        ("dms100", "t1"),
        ("4ess", "t1"),
        ("5ess", "t1"),
        ("qsig", "e1"),
    ];
    for (switch, line) in types {
        let mut world = world(switch, line);
        let call = world.phone.call("600", Plan::talk(1_500));
        let order = world.place(CallOrder::verified("100", "200", 1_500));
        let outcome = world.outcome(order);
        world.settle();
        assert_eq!((world.phone.view(call).status, outcome.answered), (Some(200), true), "{switch} on {line}");
        assert_eq!((world.phone.view(call).differences, outcome.differences), (0, 0), "{switch} on {line}");
    }
}

#[test]
fn calls_from_both_ends_meet_on_the_same_channels_and_find_others() {
    let mut world = world("euroisdn", "e1");
    let calls: Vec<usize> = (0..15).map(|_| world.phone.call("600", Plan::talk(2_000))).collect();
    let orders: Vec<_> = (0..15).map(|_| world.place(CallOrder::verified("100", "200", 2_000))).collect();
    let answered = orders.into_iter().filter(|order| world.outcome(*order).answered).count();
    world.settle();
    let through = calls.iter().filter(|call| world.phone.view(**call).status == Some(200)).count();
    assert_eq!((answered, through), (15, 15));
}

#[test]
fn a_restarted_channel_loses_its_call_and_carries_the_next() {
    let mut world = world("euroisdn", "e1");
    let call = world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(1_500);
    let on_net = world.status().call_list.iter().find(|call| call.trunk == "net").and_then(|call| call.cic);
    operate(&mut world, on_net.expect("it has a channel"), CircuitAction::Reset);
    world.wait_until("the call is over", |world| world.status().calls.active == 0);
    assert!(world.phone.view(call).hung_up_by_peer);
    let next = world.phone.call("600", Plan::talk(1_000));
    world.settle();
    assert_eq!(world.phone.view(next).status, Some(200));
}

#[test]
fn a_blocked_channel_carries_no_call_until_it_is_unblocked() {
    let mut world = world("euroisdn", "e1");
    let maintain = |world: &mut World, action| {
        operate(world, 1, action);
        world.run(200);
    };
    maintain(&mut world, CircuitAction::Block);
    assert_eq!((world.status().trunks[1].circuits.blocked, world.status().trunks[1].circuits.idle), (1, 29));
    maintain(&mut world, CircuitAction::Unblock);
    world.settle();
}

#[test]
fn a_blocked_channel_stays_blocked_over_a_restart_of_either_end_and_of_the_gateway() {
    // National ISDN has SERVICE, so that the other side of the cable knows.
    let mut world = world("ni2", "t1");
    operate(&mut world, 5, CircuitAction::Block);
    world.run(1_000);
    let blocked =
        |world: &World| world.status().trunks[1..].iter().map(|trunk| trunk.circuits.blocked).collect::<Vec<_>>();
    assert_eq!(blocked(&world), [1, 1], "both sides");
    operate(&mut world, 5, CircuitAction::Reset);
    world.run(1_000);
    assert_eq!(blocked(&world), [1, 1], "after our restart");
    let reset = CircuitsOrder::one("user", 5, CircuitAction::Reset);
    world.operate(OperatorRequest::Circuits(reset));
    world.run(1_000);
    assert_eq!(blocked(&world), [1, 1], "after theirs");

    let journal = orphans(world.journal().iter().map(Record::to_line)).blocked;
    assert_eq!(journal, [Blockable::Channel { trunk: "net".into(), channel: 5 }]);
    let mut again = World::after(model("ni2", "t1"), 8, journal);
    again.wait_until("ready", World::is_ready);
    again.run(1_000);
    assert_eq!(blocked(&again), [1, 1], "after the gateway's");
    operate(&mut again, 5, CircuitAction::Unblock);
    again.settle();
}

#[test]
fn a_span_that_fails_releases_its_calls_and_carries_the_next_when_it_is_well() {
    let mut world = world("euroisdn", "e1");
    let call = world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(1_500);
    world.kernel().control(1).cut();
    world.wait_until("the call is over", |world| world.phone.view(call).over);
    world.kernel().control(1).restore();
    world.wait_until("the channels are idle", |world| world.status().trunks[1].circuits.idle == 30);
    let next = world.phone.call("600", Plan::talk(1_000));
    world.settle();
    assert_eq!(world.phone.view(next).status, Some(200));
}

#[test]
fn draining_releases_calls_on_channels() {
    let mut world = world("euroisdn", "e1");
    let running = world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(1_500);
    world.shut_down();
    world.wait_until("the gateway has stopped", World::is_stopped);
    assert!(world.phone.view(running).hung_up_by_peer);
}

/// Calls both ways while the cable is pulled for short and long, and channels are restarted: nothing is left behind.
fn storm(seed: u64) {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut draw = move |bound: u32| random.next_u32() % bound;
    let mut world = World::without_bearers(model("euroisdn", "e1"), seed);
    world.wait_until("ready", World::is_ready);
    for _ in 0..40 {
        match draw(2) {
            0 => _ = world.phone.call(["600", "603", "604", "606", "607"][draw(5) as usize], talk_or_cancel(&mut draw)),
            _ => _ = world.place(CallOrder::conversation("100", "200", draw(4_000).into())),
        }
        match draw(12) {
            0 => world.kernel().control(1).cut(),
            1 => {
                let action = [CircuitAction::Reset, CircuitAction::Block, CircuitAction::Unblock][draw(3) as usize];
                operate(&mut world, 1 + draw(15) as u16, action);
            }
            _ => {}
        }
        world.run(draw(800).into());
        if draw(3) == 0 {
            world.kernel().control(1).restore();
        }
    }
    world.kernel().control(1).restore();
    for cic in 1..=15 {
        operate(&mut world, cic, CircuitAction::Unblock);
    }
    world.wait_until("all channels are idle again", |world| {
        world.status().trunks[1..].iter().all(|trunk| trunk.circuits.idle == 30)
    });
    world.settle();
}

fn talk_or_cancel(draw: &mut impl FnMut(u32) -> u32) -> Plan {
    match draw(2) {
        0 => Plan { hold_ms: Some(draw(4_000).into()), ..Plan::cancel(draw(2_500).into()) },
        _ => Plan { cancel_after_ms: Some(8_000), ..Plan::talk(draw(4_000).into()) },
    }
}

#[test]
fn pulled_cables_restarts_and_blocking_leave_nothing_behind() {
    for seed in 0..5 {
        storm(seed);
    }
}
