//! A gateway that has primary rate alone, without SS7: it comes into service, carries calls both ways, and drains.

use config::Model;
use hw_sim::far_end::CallOrder;
use tests::{Plan, World};

fn model() -> Model {
    let text = r#"
driver = "sim"

[sip]
listen = ["udp:127.0.0.1:5060"]

[[sip.peer]]
name = "peer"
address = "sip:127.0.0.1:5070"
accept_from = ["127.0.0.0/8"]

[rtp]
address = "127.0.0.1"

[[sim.far_exchange]]
span = "e1"

[[span]]
name = "e1"

[[trunk]]
name = "pri"
kind = "pri"
switch = "euroisdn"
side = "user"
spans = [{ span = "e1" }]

[[route]]
from = "sip"
called = "."
to = "pri"

[[route]]
from = "pri"
called = "."
to = "peer"
"#;
    config::parse("PRI alone", text).unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn calls_go_both_ways_and_the_gateway_drains() {
    let mut world = World::with(model(), 3);
    world.wait_until("ready", World::is_ready);
    let call = world.phone.call("600", Plan::talk(1_500));
    let order = world.place(CallOrder::verified("4930100", "4930200", 1_500));
    let outcome = world.outcome(order);
    world.settle();
    assert_eq!((world.phone.view(call).status, world.phone.view(call).differences), (Some(200), 0));
    assert_eq!((outcome.answered, outcome.differences), (true, 0), "{outcome:?}");
    world.shut_down();
    world.wait_until("the gateway has stopped", World::is_stopped);
}

#[test]
fn status_tells_its_d_channel_and_no_link() {
    let mut world = World::with(model(), 4);
    world.wait_until("ready", World::is_ready);
    let status = world.status();
    assert!(status.links.is_empty());
    assert_eq!(
        status.d_channels.iter().map(|d| (&*d.trunk, d.timeslot, &*d.state)).collect::<Vec<_>>(),
        [("pri", 16, "in service")]
    );
    let shown = status.to_string();
    assert!(shown.contains("pri") && !shown.contains("LINK "), "{shown}");
}
