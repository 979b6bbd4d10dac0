//! What befalls calls of a primary rate interface while people talk: loss of the D-channel shorter and longer than T309, and
//! RESTART from either end, for calls in either direction. The far exchange of PRI is at the other end.

use config::Model;
use hw_sim::far_end::{CallOrder, Handle, LinkStatus, OrderId, ReleasedBy};
use spangate::control::input::OperatorRequest;
use spangate::ops::maintenance::{CircuitAction, CircuitsOrder};
use tests::{Plan, World, plan};

const SIDES: [&str; 2] = ["user", "network"];

/// The embedded default with a PRI trunk in place of its ISUP trunk's routes.
fn model(side: &str, more: &str) -> Model {
    let pri = plan::pri_far_exchange("pri", side, "e1", more);
    plan::embedded_with(&pri, &[("sip", ".", "pri"), ("pri", ".", "peer")])
}

fn world(side: &str, more: &str) -> (World, Handle) {
    let mut world = World::with(model(side, more), 7);
    world.wait_until("ready", World::is_ready);
    let far = world.behind("pri");
    world.wait_until("the far end's data link", |_| far.status().link == LinkStatus::InService);
    world.run(1_000);
    (world, far)
}

/// A call each way that talks for so long, both answered.
fn call_each_way(world: &mut World, far: &Handle, hold_ms: u64) -> (usize, OrderId) {
    let outgoing = world.phone.call("600", Plan::talk(hold_ms));
    let incoming = far.place(CallOrder::verified("100", "200", hold_ms));
    world.wait_until("both are answered", |world| {
        world.status().call_list.iter().filter(|call| call.state == "talking").count() == 2
    });
    // Until the last CONNECT ACKNOWLEDGE has come.
    world.run(500);
    (outgoing, incoming)
}

fn lose(world: &mut World, far: &Handle) {
    assert!(far.fail_link());
    world.wait_until("the gateway has noticed", |world| !world.status().trunks[1].reachable);
}

#[test]
fn audio_runs_on_both_ways_while_the_d_channel_is_gone_for_less_than_t309() {
    for side in SIDES {
        let (mut world, far) = world(side, "");
        let (outgoing, incoming) = call_each_way(&mut world, &far, 100_000);
        lose(&mut world, &far);
        let before = world.phone.view(outgoing).compared;
        world.run(60_000);
        let view = world.phone.view(outgoing);
        assert!(view.compared - before > 450_000, "60 s of audio without a D-channel: {view:?}");
        assert_eq!((view.differences, world.status().calls.active), (0, 2), "{side}");
        assert!(far.restore_link());
        world.wait_until("the D-channel is back", |world| world.status().trunks[1].reachable);
        let outcome = world.outcome_at(&far, incoming);
        world.settle();
        assert_eq!((outcome.differences, outcome.lost_sync, outcome.cause), (0, 0, Some(16)), "{side}: {outcome:?}");
        let view = world.phone.view(outgoing);
        assert_eq!((view.differences, view.hung_up_by_peer), (0, false), "{side}: {view:?}");
        assert_eq!(world.records().len(), 2, "{side}");
    }
}

#[test]
fn t309_releases_what_talked_with_cause_27_once_each_and_the_next_calls_find_idle_channels() {
    for side in SIDES {
        let (mut world, far) = world(side, "\n[trunk.q931_timers]\nt309_s = 30\n");
        let (outgoing, incoming) = call_each_way(&mut world, &far, 100_000);
        lose(&mut world, &far);
        world.run(29_000);
        assert_eq!(world.status().calls.active, 2, "{side}: T309 runs");
        world.run(2_000);
        assert_eq!(world.status().calls.active, 0, "{side}: T309 has expired");
        assert!(world.phone.view(outgoing).hung_up_by_peer);
        let mut causes: Vec<_> = world.records().iter().map(|record| record.cause).collect();
        causes.dedup();
        assert_eq!((causes, world.records().len()), (vec![Some(27)], 2), "{side}");
        assert_eq!(world.call_references(), 0, "{side}");
        assert!(far.restore_link());
        world.wait_until("the D-channel is back", |world| world.status().trunks[1].reachable);
        // The far end's own T309 is longer: it asks after calls that are no more.
        let outcome = world.outcome_at(&far, incoming);
        assert!(outcome.answered, "{side}: {outcome:?}");
        world.wait_until("the far end has let go", |_| far.status().circuits.busy == 0);
        let next = world.phone.call("600", Plan::talk(500));
        let back = far.place(CallOrder::conversation("100", "200", 500));
        assert!(world.outcome_at(&far, back).answered, "{side}");
        world.settle();
        assert_eq!(world.phone.view(next).status, Some(200), "{side}");
    }
}

/// The channel of the call that goes this way.
fn channel(world: &World, called: &str) -> u16 {
    let status = world.status();
    let call = status.call_list.iter().find(|call| call.called == called).expect("it lives");
    call.cic.expect("it has a channel")
}

#[test]
fn a_restart_of_either_end_ends_the_call_on_its_channel_alone_whichever_way_it_went() {
    for side in SIDES {
        for (ours, restarted) in [(true, "600"), (true, "100"), (false, "600"), (false, "100")] {
            let (mut world, far) = world(side, "");
            let (outgoing, incoming) = call_each_way(&mut world, &far, 4_000);
            let number = channel(&world, restarted);
            match ours {
                true => {
                    let reset = CircuitsOrder::one("pri", number, CircuitAction::Reset);
                    _ = world.operate(OperatorRequest::Circuits(reset));
                }
                false => assert!(far.reset(number)),
            }
            world.run(2_000);
            let what = format!("{side}, by us: {ours}, call to {restarted}");
            let lost = if restarted == "600" { "100" } else { "600" };
            assert_eq!(world.status().call_list.iter().map(|call| &*call.called).collect::<Vec<_>>(), [lost], "{what}");
            assert_eq!(world.phone.view(outgoing).hung_up_by_peer, restarted == "600", "{what}");
            let outcome = world.outcome_at(&far, incoming);
            world.settle();
            assert_eq!(outcome.released_by == ReleasedBy::Reset, restarted == "100", "{what}: {outcome:?}");
            assert_eq!((outcome.differences, world.phone.view(outgoing).differences), (0, 0), "{what}");
            let causes: Vec<_> = world.records().iter().map(|record| record.cause.map(|cause| cause == 41)).collect();
            assert_eq!(causes.iter().filter(|is_lost| **is_lost == Some(true)).count(), 1, "{what}");
            let status = far.status();
            assert_eq!((status.stuck, status.unexpected), (0, 0), "{what}");
        }
    }
}

#[test]
fn idle_channels_are_restarted_in_turn_and_those_that_talk_are_left_alone() {
    let (mut world, far) = world("network", "restart_every_s = 10\n");
    let (outgoing, incoming) = call_each_way(&mut world, &far, 62_000);
    let talking = [channel(&world, "600"), channel(&world, "100")];
    let _before = far.log();
    world.run(60_000);
    let restarted: Vec<u16> =
        far.log().iter().filter(|entry| entry.message == "RESTART").filter_map(|entry| entry.cic).collect();
    assert!((5..=6).contains(&restarted.len()), "{restarted:?}");
    assert!(restarted.windows(2).all(|pair| pair[0] < pair[1]), "in turn: {restarted:?}");
    assert!(talking.iter().all(|number| !restarted.contains(number)), "{restarted:?} and {talking:?}");
    assert_eq!(world.outcome_at(&far, incoming).differences, 0);
    world.settle();
    assert_eq!(world.phone.view(outgoing).differences, 0);
}
