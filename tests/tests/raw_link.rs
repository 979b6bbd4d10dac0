//! A signalling link on a clear channel: the driver gives bits, and flags, stuffing and check bits are the gateway's own.

use hw_sim::far_end::{CallOrder, LinkStatus};
use tests::{Plan, World};

fn world() -> World {
    let text = config::EMBEDDED.replace("timeslot = 16\n", "timeslot = 16\nmode = \"raw\"\n");
    assert!(text.contains("\"raw\""), "the embedded default has its link on timeslot 16");
    let model = config::parse("raw", &text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 16);
    world.wait_until("ready", World::is_ready);
    world
}

#[test]
fn calls_pass_both_ways_over_a_link_made_of_bits() {
    let mut world = world();
    let call = world.phone.call("600", Plan::talk(2_000));
    let order = world.place(CallOrder::verified("4930100", "200", 2_000));
    let outcome = world.outcome(order);
    world.settle();
    assert_eq!(world.phone.view(call).status, Some(200));
    assert_eq!((outcome.answered, outcome.differences, outcome.cause), (true, 0, Some(16)), "{outcome:?}");
    let far = world.exchange().status();
    assert_eq!((far.units_errored, far.units_retransmitted, far.link_failures), (0, 0, 0), "{far:?}");
    let link = &world.status().links[0];
    assert_eq!((link.state.as_str(), link.units_errored), ("in service", 0), "{link:?}");
}

#[test]
fn a_link_that_fails_at_either_end_comes_back() {
    let mut world = world();
    let exchange = world.exchange();
    assert!(exchange.fail_link());
    world.wait_until("the gateway has noticed", |world| world.status().links[0].state != "in service");
    assert!(exchange.restore_link());
    world.wait_until("the link is back", |world| world.status().links[0].state == "in service");
    world.wait_until("at both ends", |_| exchange.status().link == LinkStatus::InService);
    let order = world.place(CallOrder::conversation("100", "200", 500));
    assert!(world.outcome(order).answered);
    world.settle();
    world.shut_down();
    world.wait_until("stopped", World::is_stopped);
    world.wait_until("the far end has heard SIOS", |_| exchange.status().link != LinkStatus::InService);
}

#[test]
fn spoilt_octets_are_counted_units_that_they_cost_are_sent_again_and_no_call_is_lost() {
    let mut world = world();
    let order = world.place(CallOrder::conversation("100", "200", 20_000));
    // One octet in a hundred milliseconds: far below what the monitor bears.
    for _ in 0..100 {
        world.kernel().control(0).corrupt(16, 1);
        world.run(100);
    }
    let link = world.status().links[0].clone();
    assert!((1..=100).contains(&link.units_errored), "{link:?}");
    assert_eq!(link.state, "in service");
    assert!(world.outcome(order).answered);
    world.settle();
}
