//! Transfer through the whole gateway, in virtual time. It is at both ends of a cable: a call that came to its user side from its
//! network side goes back there, and the user asks the network to join the two.
//!
//! ```text
//!   phone ── SIP ── "net" ══ cable ══ "user" ─┐                    phone ── SIP ── gateway ── ISUP ── far exchange
//!                                             │   becomes
//!   far exchange ── "net" ══ cable ══ "user" ─┘                    and the cable is empty
//! ```

use config::Model;
use hw_sim::far_end::CallOrder;
use tests::{Plan, World, plan};

/// Numbers that begin with 7 go from "net" to "user" and back, and then to the trunk.
fn model(switch: &str, line: &str, asks: bool, allows: bool) -> Model {
    let back = "\n[[route]]\nfrom = \"user\"\ncalled = \"7.\"\nto = \"user\"\nstrip = 1\n";
    let pri = plan::pri_cable(switch, line, &format!("transfer = {allows}"), &format!("transfer = {asks}"));
    plan::embedded_with(&(pri + back), &[("sip", ".", "net"), ("trunk", ".", "net"), ("net", ".", "trunk")])
}

fn world(switch: &str, line: &str, asks: bool, allows: bool) -> World {
    let mut world = World::with(model(switch, line, asks, allows), 7);
    world.wait_until("ready", World::is_ready);
    world
}

/// Circuits of both PRI trunks that calls have.
fn channels_in_use(world: &World) -> Vec<String> {
    let status = world.status();
    let calls = status.call_list.iter().filter(|call| call.trunk != "trunk" || call.from_trunk.is_some());
    calls.map(|call| format!("{call:?}")).collect()
}

#[test]
fn every_switch_type_that_can_join_two_channels_does_and_releases_both() {
    let types =
        [("euroisdn", "e1"), ("euroisdn", "t1"), ("ni2", "t1"), ("4ess", "t1"), ("5ess", "t1"), ("dms100", "t1")];
    for (switch, line) in types {
        let mut world = world(switch, line, true, true);
        let call = world.phone.call("7600", Plan::talk(3_000));
        world
            .wait_until("the phone talks", |world| world.status().call_list.iter().any(|call| call.state == "talking"));
        world.wait_until("the channels are free", |world| channels_in_use(world).is_empty());
        assert_eq!(world.status().call_list.len(), 1, "{switch}: one call is left");
        world.settle();
        assert_eq!(world.phone.view(call).status, Some(200), "{switch}");
        assert_eq!(world.records().len(), 3, "{switch}: each call has one record");
        assert_eq!(joined(&world), 2, "{switch}");
    }
}

/// Calls that were joined with another one.
fn joined(world: &World) -> usize {
    world.records().iter().filter(|record| record.joined.is_some()).count()
}

#[test]
fn two_circuits_are_patched_to_each_other() {
    let mut world = world("euroisdn", "e1", true, true);
    let order = world.place(CallOrder::verified("7600", "4930200", 3_000));
    world.wait_until("the channels are free", |world| {
        let status = world.status();
        status.call_list.len() == 1 && status.call_list.iter().all(|call| call.trunk == "trunk")
    });
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.answered, "{outcome:?}");
}

#[test]
fn a_network_that_does_not_allow_it_leaves_the_call_as_it_was() {
    for (switch, line) in [("euroisdn", "e1"), ("ni2", "t1"), ("dms100", "t1")] {
        let mut world = world(switch, line, true, false);
        let call = world.phone.call("7600", Plan::talk(1_500));
        world.settle();
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences), (Some(200), 0), "{switch}");
        assert_eq!(joined(&world), 0, "{switch}");
    }
}
