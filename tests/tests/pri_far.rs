//! The far exchange of a primary rate interface behind the whole gateway, in virtual time, as network and as user, on E1
//! and on T1: every test number, its own calls, and what goes wrong on the D-channel.

use config::Model;
use hw_sim::far_end::{CallOrder, Handle, LinkStatus};
use tests::{Plan, World, plan};

/// The gateway's side and the line.
const INTERFACES: [(&str, &str, &str); 3] =
    [("user", "euroisdn", "e1"), ("network", "euroisdn", "e1"), ("user", "ni2", "t1")];

/// The embedded default with a PRI trunk in place of its ISUP trunk's routes. T1 is A-law too, so that no octet changes on
/// its way to and from the phone.
fn model(side: &str, switch: &str, line: &str) -> Model {
    let pri = plan::pri_far_exchange("pri", side, line, &format!("switch = \"{switch}\""));
    plan::embedded_with(&pri, &[("sip", ".", "pri"), ("pri", ".", "peer")])
}

fn world((side, switch, line): (&str, &str, &str)) -> (World, Handle) {
    let mut world = World::with(model(side, switch, line), 7);
    world.wait_until("ready", World::is_ready);
    let far = world.behind("pri");
    world.wait_until("the far end's data link", |_| far.status().link == LinkStatus::InService);
    (world, far)
}

/// Nothing was out of place, and nothing is left over at the far end.
fn assert_clean(far: &Handle) {
    let status = far.status();
    let log: Vec<String> = far.log().iter().map(|entry| format!("{entry:?}")).collect();
    let log = log.join("\n");
    assert_eq!((status.unexpected, status.undecodable, status.stuck, status.link_failures), (0, 0, 0, 0), "{log}");
    assert_eq!((status.circuits.busy, status.circuits.releasing, status.circuits.resetting), (0, 0, 0), "{log}");
}

#[test]
fn every_test_number_does_what_it_does_over_isup() {
    for interface in INTERFACES {
        let (mut world, far) = world(interface);
        for (number, status) in [("600", 200), ("601", 200), ("602", 200), ("603", 486), ("605", 404), ("606", 200)] {
            let call = world.phone.call(number, Plan::talk(1_000));
            world.settle();
            assert_eq!(world.phone.view(call).status, Some(status), "{number} on {interface:?}");
        }
        let cancelled = world.phone.call("604", Plan::cancel(2_000));
        let left = world.phone.call("607", Plan { hold_ms: None, ..Plan::talk(0) });
        world.settle();
        assert_eq!(world.phone.view(cancelled).status, Some(487), "604 on {interface:?}");
        assert!(world.phone.view(left).hung_up_by_peer, "607 on {interface:?}");
        assert_clean(&far);
    }
}

#[test]
fn every_octet_of_an_echo_comes_back() {
    for interface in INTERFACES {
        let (mut world, far) = world(interface);
        let call = world.phone.call("600", Plan::talk(3_000));
        world.settle();
        let view = world.phone.view(call);
        assert!(view.compared > 18_000 && view.differences == 0, "{view:?} on {interface:?}");
        assert_clean(&far);
    }
}

#[test]
fn its_own_calls_are_answered_and_the_pattern_returns_unchanged() {
    for interface in INTERFACES {
        let (mut world, far) = world(interface);
        let order = far.place(CallOrder::verified("4930100", "4930200", 3_000));
        let outcome = world.outcome_at(&far, order);
        world.settle();
        assert!(outcome.answered && outcome.octets_checked > 18_000, "{outcome:?}");
        assert_eq!((outcome.differences, outcome.lost_sync, outcome.cause), (0, 0, Some(16)), "{outcome:?}");
        assert_clean(&far);
    }
}

#[test]
fn a_refusal_reaches_it_with_its_cause() {
    for interface in INTERFACES {
        let (mut world, far) = world(interface);
        world.phone.answering = Plan::refuse(486);
        let order = far.place(CallOrder::conversation("100", "200", 1_000));
        let outcome = world.outcome_at(&far, order);
        world.settle();
        assert_eq!((outcome.answered, outcome.cause), (false, Some(17)), "{outcome:?}");
        assert_clean(&far);
    }
}

#[test]
fn calls_from_both_ends_fill_the_interface() {
    for interface in INTERFACES {
        let (mut world, far) = world(interface);
        let calls: Vec<usize> = (0..10).map(|_| world.phone.call("600", Plan::talk(2_000))).collect();
        let orders: Vec<_> = (0..10).map(|_| far.place(CallOrder::verified("100", "200", 2_000))).collect();
        let outcomes: Vec<_> = orders.into_iter().map(|order| world.outcome_at(&far, order)).collect();
        world.settle();
        assert!(outcomes.iter().all(|outcome| outcome.answered && outcome.differences == 0), "{outcomes:?}");
        assert!(calls.iter().all(|call| world.phone.view(*call).status == Some(200)), "{interface:?}");
    }
}

#[test]
fn a_call_outlives_a_short_loss_of_the_d_channel() {
    for interface in INTERFACES {
        let (mut world, far) = world(interface);
        let order = far.place(CallOrder::verified("100", "200", 30_000));
        world.run(2_000);
        assert!(far.fail_link());
        world.wait_until("the gateway has noticed", |world| !world.status().trunks[1].reachable);
        assert!(far.restore_link());
        let outcome = world.outcome_at(&far, order);
        world.settle();
        assert!(outcome.answered && outcome.differences == 0, "{outcome:?}");
        assert_eq!(outcome.cause, Some(16), "{outcome:?}");
        // An enquiry and then SABME were not answered.
        let status = world.status();
        assert!(status.d_channels.iter().any(|d| d.errors.contains_key(&'I') && d.errors.contains_key(&'G')));
        assert!(status.to_string().contains("DATA LINK ERRORS"), "{status}");
    }
}

#[test]
fn a_restart_from_the_far_end_frees_the_channel_and_the_next_call_has_it() {
    for interface in INTERFACES {
        let (mut world, far) = world(interface);
        let call = world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
        world.run(1_000);
        assert!(far.group_reset());
        world.settle();
        assert!(world.phone.view(call).hung_up_by_peer);
        let next = world.phone.call("600", Plan::talk(500));
        world.settle();
        assert_eq!(world.phone.view(next).status, Some(200));
        assert_clean(&far);
    }
}
