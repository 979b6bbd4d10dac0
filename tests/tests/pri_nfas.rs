//! Two T1 under one pair of D-channels (NFAS), the gateway at both ends of both cables: a D-channel is lost and comes back,
//! then the other, and calls on either span go on with every octet.
//!
//! ```text
//!   phone ── SIP ── gateway ── "net" ══ two cables ══ "user" ── gateway ── ISUP ── far exchange
//! ```

use config::Model;
use spangate::control::input::OperatorRequest;
use spangate::control::output::Reply;
use spangate::ops::maintenance::{CircuitAction, CircuitsOrder, Numbers};
use tests::{Plan, World, plan};

/// The embedded default with two crossed pairs of spans between SIP and its ISUP trunk, A-law throughout so that no octet
/// changes.
fn model() -> Model {
    let more = |more: &str| format!("switch = \"ni2\"\n{more}\n[trunk.q931_timers]\nt309_s = 60");
    let both = |one: &str, other: &str| format!("{{ span = \"{one}\" }}, {{ span = \"{other}\", d_channel = 24 }}");
    let pri = plan::cable("n1", "u1")
        + &plan::cable("n2", "u2")
        + &plan::spans("t1", &["n1", "n2", "u1", "u2"])
        + &plan::pri_trunk("net", "network", &both("n1", "n2"), &more(""))
        + &plan::pri_trunk("user", "user", &both("u1", "u2"), &more("hunt = \"descending\""));
    plan::embedded_with(&pri, &[("sip", ".", "net"), ("trunk", ".", "peer"), ("user", ".", "trunk")])
}

/// The places of the near ends' spans; those of the far ends are two further.
const SPANS: [usize; 2] = [1, 2];
const D_CHANNEL: u8 = 24;

fn ready(mut world: World) -> World {
    world.wait_until("ready", World::is_ready);
    world
}

/// The D-channel of a pair of spans falls silent both ways, its B-channels do not.
fn silence(world: &World, span: usize) {
    for end in [span, span + 2] {
        world.kernel().control(end).mute(D_CHANNEL);
    }
}

fn let_speak(world: &World, span: usize) {
    for end in [span, span + 2] {
        world.kernel().control(end).unmute(D_CHANNEL);
    }
}

/// Role and state of both D-channels at the network end, and that the user end sees the same.
fn d_channels(world: &World) -> Vec<(String, String)> {
    let of = |trunk: &str| -> Vec<_> {
        let own = world.status().d_channels.into_iter().filter(|d| d.trunk == trunk);
        own.map(|d| (d.role, d.state)).collect()
    };
    let (net, user) = (of("net"), of("user"));
    if net == user { net } else { Vec::new() }
}

#[track_caller]
fn wait_for(world: &mut World, states: [&str; 2]) {
    let expected = [("primary".to_owned(), states[0].to_owned()), ("backup".to_owned(), states[1].to_owned())];
    world.wait_until(&format!("{states:?}"), |world| d_channels(world) == expected);
}

/// A call on each of the spans, that talks for so long.
fn call_on_each_span(world: &mut World, hold_ms: u64) -> [usize; 2] {
    let first = world.phone.call("600", Plan::talk(hold_ms));
    world.run(1_000);
    let block = |action| {
        let numbers: Numbers = "1-23".parse().expect("a range");
        OperatorRequest::Circuits(CircuitsOrder { numbers, ..CircuitsOrder::one("net", 1, action) })
    };
    world.operate(block(CircuitAction::Block));
    world.run(1_000);
    let second = world.phone.call("600", Plan::talk(hold_ms));
    world.run(1_000);
    world.operate(block(CircuitAction::Unblock));
    world.run(1_000);
    let status = world.status();
    let mut channels: Vec<u16> =
        status.call_list.iter().filter(|call| call.trunk == "net").filter_map(|call| call.cic).collect();
    channels.sort_unstable();
    assert!(matches!(channels[..], [1..=23, 101..=123]), "{channels:?}");
    [first, second]
}

#[test]
fn calls_on_both_spans_outlive_the_loss_of_either_d_channel_and_signalling_goes_back() {
    let mut world = ready(World::with(model(), 11));
    wait_for(&mut world, ["in service", "standby"]);
    let calls = call_on_each_span(&mut world, 90_000);
    silence(&world, SPANS[0]);
    wait_for(&mut world, ["out of service", "in service"]);
    let during = world.phone.call("600", Plan::talk(1_000));
    world.run(3_000);
    assert_eq!(world.phone.view(during).status, Some(200), "signalled over the backup");
    let_speak(&world, SPANS[0]);
    wait_for(&mut world, ["standby", "in service"]);
    silence(&world, SPANS[1]);
    wait_for(&mut world, ["in service", "out of service"]);
    let back = world.phone.call("600", Plan::talk(1_000));
    world.run(3_000);
    assert_eq!(world.phone.view(back).status, Some(200), "signalled over the primary again");
    let_speak(&world, SPANS[1]);
    wait_for(&mut world, ["in service", "standby"]);
    assert_eq!(world.status().calls.active, 4, "two, each over two trunks");
    world.settle();
    for call in calls {
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences, view.hung_up_by_peer), (Some(200), 0, false), "{view:?}");
        assert!(view.compared > 700_000, "{view:?}");
    }
    assert_eq!(world.records().len(), 8, "each call once for each trunk that it came from");
}

#[test]
fn calls_go_on_although_one_end_sees_the_loss_long_before_the_other() {
    let mut world = ready(World::with(model(), 11));
    wait_for(&mut world, ["in service", "standby"]);
    let calls = call_on_each_span(&mut world, 60_000);
    silence(&world, SPANS[0]);
    // Who has something to send misses its acknowledgement (T200); who has not, asks for one only after T203. The SETUP itself is
    // lost, and goes again over the backup.
    let late = world.phone.call("600", Plan::talk(1_000));
    wait_for(&mut world, ["out of service", "in service"]);
    world.run(20_000);
    assert_eq!(world.phone.view(late).status, Some(200));
    assert_eq!(world.status().calls.active, 4, "two, each over two trunks");
    world.settle();
    for call in calls {
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences, view.hung_up_by_peer), (Some(200), 0, false), "{view:?}");
    }
}

#[test]
fn calls_end_with_t309_only_when_both_d_channels_are_gone() {
    let mut world = ready(World::without_bearers(model(), 11));
    let calls = call_on_each_span(&mut world, 200_000);
    silence(&world, SPANS[0]);
    wait_for(&mut world, ["out of service", "in service"]);
    // The answers to STATUS ENQUIRY come over the backup.
    world.run(1_000);
    silence(&world, SPANS[1]);
    wait_for(&mut world, ["out of service", "out of service"]);
    world.run(2_000);
    assert_eq!(world.status().calls.active, 4, "T309 runs");
    world.wait_until("T309 ends the calls", |world| world.status().calls.active == 0);
    assert!(calls.iter().all(|call| world.phone.view(*call).hung_up_by_peer));
    for span in SPANS {
        let_speak(&world, span);
    }
    world.wait_until("all channels are idle", |world| {
        world.status().trunks[1..].iter().all(|trunk| trunk.circuits.idle == trunk.circuits.total())
    });
    world.settle();
    assert_eq!(world.records().len(), 4);
}

#[test]
fn a_span_that_fails_with_its_d_channel_takes_its_own_calls_and_no_others() {
    let mut world = ready(World::with(model(), 11));
    let [first, second] = call_on_each_span(&mut world, 30_000);
    world.kernel().control(SPANS[0]).cut();
    wait_for(&mut world, ["out of service", "in service"]);
    world.wait_until("the call on the span is over", |world| world.status().calls.active == 2);
    assert!(world.phone.view(first).hung_up_by_peer);
    let during = world.phone.call("600", Plan::talk(1_000));
    world.run(3_000);
    assert_eq!(world.phone.view(during).status, Some(200), "on the other span, signalled over the backup");
    world.kernel().control(SPANS[0]).restore();
    wait_for(&mut world, ["standby", "in service"]);
    world.wait_until("all channels carry calls again", |world| {
        world.status().trunks[1..].iter().all(|trunk| trunk.circuits.idle + trunk.circuits.busy == 46)
    });
    world.settle();
    let view = world.phone.view(second);
    assert_eq!((view.status, view.differences, view.hung_up_by_peer), (Some(200), 0, false), "{view:?}");
}

#[test]
fn a_restart_that_is_lost_with_a_d_channel_is_acknowledged_over_the_backup() {
    let mut world = ready(World::with(model(), 11));
    wait_for(&mut world, ["in service", "standby"]);
    silence(&world, SPANS[0]);
    // Nobody has noticed yet; the far end hears nothing of this until the backup carries it.
    let restart = world.operate(OperatorRequest::Circuits(CircuitsOrder::one("net", 3, CircuitAction::Reset)));
    let asked_ms = world.elapsed_ms();
    wait_for(&mut world, ["out of service", "in service"]);
    world.wait_until("the channel is idle again", |world| world.status().trunks[1].circuits.idle == 46);
    assert!(world.elapsed_ms() - asked_ms < T316_MS / 2, "{} ms", world.elapsed_ms() - asked_ms);
    let reply = world.reply(restart).expect("the operator is told");
    assert!(matches!(&reply, Reply::Circuits(report) if report.is_success()), "{reply:?}");
    let_speak(&world, SPANS[0]);
    wait_for(&mut world, ["standby", "in service"]);
    world.settle();
}

/// How long a RESTART that the line has lost is waited for.
const T316_MS: u64 = 120_000;
