//! Two links on two spans to one exchange: changeover, changeback, inhibition and restart under calls that must not notice.
//!
//! The far exchange has a network management of its own (Q.704 clauses 5, 6, 9 and 10), told from what it logs.

use hw_sim::far_end::{CallOrder, Direction, Handle, LinkRequest, LinkStatus};
use spangate::ops::status::Link;
use tests::{Plan, World};

const TEXT: &str = r#"
driver = "sim"
[sip]
listen = ["udp:127.0.0.1:5060"]
[[sip.peer]]
name = "peer"
address = "sip:127.0.0.1:5070"
[rtp]
address = "127.0.0.1"
[[sim.far_exchange]]
spans = ["a", "b"]
[[span]]
name = "a"
[[span]]
name = "b"
[ss7]
point_code = "1-1-1"
network = "national"
[[ss7.link]]
name = "zero"
span = "a"
timeslot = 16
slc = 0
adjacent = "1-1-2"
[[ss7.link]]
name = "one"
span = "b"
timeslot = 16
slc = 1
adjacent = "1-1-2"
[[trunk]]
name = "trunk"
destination = "1-1-2"
spans = [{ span = "a", cic_base = 0 }, { span = "b", cic_base = 32 }]
[[route]]
from = "sip"
called = "."
to = "trunk"
[[route]]
from = "trunk"
called = "."
to = "peer"
"#;

/// The same exchange behind sixteen links, eight on each span.
fn sixteen_links() -> World {
    let (front, rest) = TEXT.split_once("[[ss7.link]]").expect("it has links");
    let (_, trunks) = rest.split_once("[[trunk]]").expect("it has a trunk");
    let link = |slc: u8| {
        let (span, timeslot) = if slc < 8 { ("a", slc + 1) } else { ("b", slc - 7) };
        format!(
            "[[ss7.link]]\nname = \"link{slc}\"\nspan = \"{span}\"\ntimeslot = {timeslot}\nslc = {slc}\nadjacent = \"1-1-2\"\n"
        )
    };
    let links: String = (0..16).map(link).collect();
    let model = config::parse("sixteen links", &format!("{front}{links}[[trunk]]{trunks}"));
    World::with(model.unwrap_or_else(|report| panic!("{report}")), 1)
}

/// Both links carry their share.
fn world() -> World {
    let model = config::parse("two links", TEXT).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    let exchange = world.exchange();
    both_carry(&mut world, &exchange);
    world
}

fn both_carry(world: &mut World, exchange: &Handle) {
    let far = |world: &World| {
        let here = world.status().links.iter().all(|link| link.state == Link::IN_SERVICE);
        here && exchange.status().links.iter().all(|link| *link == LinkStatus::InService)
    };
    world.wait_until("both links are in service", far);
    // Changebacks of both ends.
    world.run(2_000);
    exchange.log();
}

/// The management messages that the far exchange has said and heard since the last time.
fn management(exchange: &Handle) -> Vec<String> {
    const NAMES: [&str; 12] = ["COO", "COA", "ECO", "ECA", "CBD", "CBA", "LIN", "LIA", "LUN", "LUA", "LID", "TRA"];
    let entries = exchange.log().into_iter().filter(|entry| NAMES.contains(&entry.message.as_str()));
    entries
        .map(|entry| format!("{} {}", if entry.direction == Direction::Sent { '<' } else { '>' }, entry.message))
        .collect()
}

/// Calls on circuits of both spans and of both parities, in both directions, begun a little apart.
fn calls(world: &mut World, count: usize, hold_ms: u64) -> (Vec<usize>, Vec<hw_sim::far_end::OrderId>) {
    let mut from_sip = Vec::new();
    let mut from_pstn = Vec::new();
    for _ in 0..count {
        from_sip.push(world.phone.call("600", Plan::talk(hold_ms)));
        from_pstn.push(world.place(CallOrder::conversation("100", "200", hold_ms)));
        world.run(7);
    }
    (from_sip, from_pstn)
}

/// Every call was answered and released: no message was lost, so none had to be repeated, and none came twice.
fn all_went_through(world: &mut World, (from_sip, from_pstn): (Vec<usize>, Vec<hw_sim::far_end::OrderId>)) {
    for order in from_pstn {
        let outcome = world.outcome(order);
        assert!(outcome.answered && outcome.cause == Some(16), "{outcome:?}");
        let releases = outcome.timeline.iter().filter(|(_, what)| what.contains(" REL ")).count();
        assert_eq!(releases, 1, "{outcome:?}");
    }
    world.settle();
    for call in from_sip {
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences), (Some(200), 0), "{view:?}");
    }
    let status = world.exchange().status();
    assert_eq!((status.unexpected, status.undecodable, status.stuck), (0, 0, 0));
}

#[test]
fn two_links_share_the_load_and_circuits_lie_on_both_spans() {
    let mut world = world();
    assert_eq!(world.circuits().idle, 60);
    let calls = calls(&mut world, 25, 3_000);
    world.run(100);
    assert_eq!(world.circuits().busy, 50);
    all_went_through(&mut world, calls);
    let sent: Vec<u64> = world.status().links.iter().map(|link| link.messages_sent).collect();
    assert!(sent.iter().all(|sent| *sent > 50), "{sent:?}");
}

#[test]
fn a_link_that_fails_under_calls_costs_no_message_and_gets_its_share_back() {
    for by_cable in [false, true] {
        let mut world = world();
        let exchange = world.exchange();
        let running = calls(&mut world, 10, 6_000);
        if by_cable {
            // Nothing is heard of span b any more, in the middle of a burst of set-ups.
            world.kernel().control(1).corrupt(16, 12_000);
        } else {
            exchange.link(1, LinkRequest::Fail);
        }
        let more = calls(&mut world, 10, 6_000);
        world.run(2_000);
        let said = management(&exchange);
        // A spoilt line may be noticed by one end alone, whose order the other acknowledges.
        let changed_over = |order: &str, acknowledgement: &str| {
            said.contains(&order.to_owned()) && said.contains(&acknowledgement.to_owned())
        };
        assert!(changed_over("> COO", "< COA") || changed_over("< COO", "> COA"), "{said:?}");
        exchange.link(1, LinkRequest::Restore);
        all_went_through(&mut world, running);
        all_went_through(&mut world, more);
        world.wait_until("link one is back", |world| world.status().links[1].state == Link::IN_SERVICE);
        world.run(2_000);
        let said = management(&exchange);
        assert!(said.contains(&"< CBD".into()) && said.contains(&"> CBD".into()), "{said:?}");
        assert!(said.contains(&"< CBA".into()) && said.contains(&"> CBA".into()), "{said:?}");
        assert!(!said.contains(&"> TRA".into()), "the point was never out of reach: {said:?}");
    }
}

#[test]
fn a_terminal_that_loses_its_memory_is_changed_over_by_the_emergency_messages() {
    let mut world = world();
    let exchange = world.exchange();
    exchange.link(0, LinkRequest::BreakDown);
    world.run(300);
    let said = management(&exchange);
    assert!(said.contains(&"< ECO".into()), "{said:?}");
    assert!(said.contains(&"> COA".into()) || said.contains(&"> COO".into()), "{said:?}");
    let calls = calls(&mut world, 10, 2_000);
    all_went_through(&mut world, calls);
}

#[test]
fn both_links_gone_keep_running_calls_and_refuse_new_ones_until_traffic_restarts() {
    let mut world = world();
    let exchange = world.exchange();
    let running = calls(&mut world, 5, 20_000);
    world.run(1_000);
    exchange.fail_link();
    world.run(3_000);
    assert_eq!(world.circuits().busy, 10, "calls go on without signalling");
    let refused = world.phone.call("600", Plan::talk(1_000));
    world.run(500);
    assert_eq!(world.phone.view(refused).status, Some(503));
    management(&exchange);
    exchange.restore_link();
    both_carry_again(&mut world, &exchange);
    assert_eq!(world.circuits().busy, 10);
    let new = calls(&mut world, 5, 1_000);
    all_went_through(&mut world, new);
    all_went_through(&mut world, running);
}

/// After both links were gone: traffic restarts by TRA of both ends, each once.
fn both_carry_again(world: &mut World, exchange: &Handle) {
    world.wait_until("the far exchange is in reach", |_| exchange.status().link == LinkStatus::InService);
    world.run(500);
    let said = management(exchange);
    let count = |what: &str| said.iter().filter(|said| *said == what).count();
    assert_eq!((count("< TRA"), count("> TRA")), (1, 1), "{said:?}");
    both_carry(world, exchange);
}

#[test]
fn a_link_inhibited_by_the_far_end_carries_no_calls_and_the_last_one_is_denied() {
    let mut world = world();
    let exchange = world.exchange();
    let running = calls(&mut world, 5, 4_000);
    exchange.link(1, LinkRequest::Inhibit);
    let more = calls(&mut world, 5, 4_000);
    world.run(2_000);
    assert_eq!(management(&exchange), ["< LIN", "> LIA"]);
    assert_ne!(world.status().links[1].state, Link::IN_SERVICE);
    let before = world.status().links[1].messages_sent;
    all_went_through(&mut world, running);
    all_went_through(&mut world, more);
    assert_eq!(world.status().links[1].messages_sent, before, "an inhibited link carries no user messages");
    exchange.link(0, LinkRequest::Inhibit);
    world.run(500);
    assert_eq!(management(&exchange), NOTHING, "it knows that it has no other");
    exchange.link(1, LinkRequest::Uninhibit);
    world.run(3_000);
    let said = management(&exchange);
    assert!(said.starts_with(&["< LUN".into()]) && said.contains(&"> LUA".into()), "{said:?}");
    both_carry(&mut world, &exchange);
}

#[test]
fn an_inhibited_link_comes_back_when_the_other_one_fails() {
    let mut world = world();
    let exchange = world.exchange();
    exchange.link(1, LinkRequest::Inhibit);
    world.run(2_000);
    exchange.link(0, LinkRequest::Fail);
    world.run(1_000);
    let calls = calls(&mut world, 5, 1_000);
    all_went_through(&mut world, calls);
    exchange.link(0, LinkRequest::Restore);
    both_carry(&mut world, &exchange);
}

const NOTHING: [&str; 0] = [];

#[test]
fn sixteen_links_carry_a_share_each_and_losing_half_of_them_one_by_one_costs_no_message() {
    let mut world = sixteen_links();
    world.wait_until("ready", World::is_ready);
    let exchange = world.exchange();
    both_carry(&mut world, &exchange);
    let before: Vec<u64> = world.status().links.iter().map(|link| link.messages_sent).collect();
    let under_way = calls(&mut world, 20, 6_000);
    for code in 0..8 {
        assert!(exchange.link(code, LinkRequest::Fail));
        world.run(50);
    }
    world.wait_until("half of them are left", |world| {
        world.status().links.iter().filter(|link| link.state == Link::IN_SERVICE).count() == 8
    });
    all_went_through(&mut world, under_way);
    for code in 0..8 {
        assert!(exchange.link(code, LinkRequest::Restore));
    }
    both_carry(&mut world, &exchange);
    let more = calls(&mut world, 20, 1_000);
    all_went_through(&mut world, more);
    let carried =
        world.status().links.iter().zip(before).filter(|(link, before)| link.messages_sent > before + 2).count();
    assert_eq!(carried, 16, "{:?}", world.status().links);
}

#[test]
fn eight_links_of_sixteen_that_fail_in_the_same_millisecond_cost_no_message() {
    let mut world = sixteen_links();
    world.wait_until("ready", World::is_ready);
    let exchange = world.exchange();
    both_carry(&mut world, &exchange);
    let mut under_way = Vec::new();
    for half in [0..8, 8..16, 4..12] {
        under_way.push(calls(&mut world, 10, 6_000));
        for code in half.clone() {
            assert!(exchange.link(code, LinkRequest::Fail));
        }
        under_way.push(calls(&mut world, 5, 6_000));
        for code in half {
            assert!(exchange.link(code, LinkRequest::Restore));
        }
        both_carry(&mut world, &exchange);
    }
    for calls in under_way {
        all_went_through(&mut world, calls);
    }
}
