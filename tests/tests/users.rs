//! Registered users through the whole gateway in virtual time: what they may do is their own terms', with a peer's limits.

use config::Model;
use hw_sim::far_end::{CallOrder, OrderId};
use tests::World;
use tests::peer::{Leg, Peer};

/// The embedded default with a user of these terms, who is called by 200 and has registered from port 6001. SIP may call what begins with 6.
fn world(terms: &str) -> (World, Peer) {
    let text = config::EMBEDDED.replace("called = \".\"\nto = \"trunk\"", "called = \"6.\"\nto = \"trunk\"");
    let user = format!(
        "[[sip.user]]\nname = \"alice\"\npassword = \"wonderland\"\n{terms}\n\
         [[route]]\nfrom = \"trunk\"\ncalled = \"200\"\nto = \"user:alice\"\n[[route]]"
    );
    let text = text.replacen("[[route]]", &user, 1);
    let model: Model = config::parse("users.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    let mut alice = Peer::new(6001);
    alice.registers(&mut world, "alice", "wonderland");
    (world, alice)
}

const REFER_600: &str = "Refer-To: <sip:600@127.0.0.1:5060>\r\n";

/// The exchange calls alice, who answers.
fn talks(world: &mut World, alice: &mut Peer) -> (OrderId, Leg) {
    let order = world.place(CallOrder::verified("200", "201", 6_000));
    (order, alice.takes(world))
}

/// The exchange calls alice, who sends the call to these contacts.
fn sent_on(world: &mut World, alice: &mut Peer, contacts: &str) -> OrderId {
    let order = world.place(CallOrder::conversation("200", "201", 90_000));
    let invite = alice.hears(world, "INVITE ");
    alice.redirects(world, &invite, contacts);
    world.run(1_000);
    order
}

/// What a transfer came to, as its sender is told.
fn told(world: &mut World, alice: &mut Peer) -> String {
    loop {
        let (state, fragment) = alice.is_notified(world);
        if state.starts_with("terminated") {
            return fragment;
        }
    }
}

#[test]
fn a_user_refers_its_caller_to_a_number() {
    let (mut world, mut alice) = world("transfer = \"accept\"");
    let (order, mut leg) = talks(&mut world, &mut alice);
    world.run(500);
    alice.says(&mut world, &mut leg, "REFER", REFER_600);
    alice.hears(&mut world, "SIP/2.0 202 ");
    assert_eq!(told(&mut world, &mut alice), "SIP/2.0 200 OK");
    let bye = alice.hears(&mut world, "BYE ");
    alice.answers(&mut world, &bye, 200, "OK");
    assert_eq!(world.status().users[0].calls, 1, "alice pays for it");
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.octets_checked > 20_000 && outcome.differences == 0, "{outcome:?}");
    assert_eq!(world.records()[0].transferred_to.as_deref(), Some("600"));
    assert_eq!(world.status().users[0].calls, 0);
}

#[test]
fn a_user_may_neither_transfer_nor_send_calls_elsewhere_unless_that_is_written() {
    let (mut world, mut alice) = world("");
    let (order, mut leg) = talks(&mut world, &mut alice);
    alice.says(&mut world, &mut leg, "REFER", REFER_600);
    alice.hears(&mut world, "SIP/2.0 403 ");
    alice.says(&mut world, &mut leg, "BYE", "");
    assert!(world.outcome(order).answered);
    let order = sent_on(&mut world, &mut alice, "<tel:600>");
    assert!(!world.outcome(order).answered);
    world.settle();
    assert_eq!(world.records()[1].sip_status, Some(302));
}

#[test]
fn what_is_barred_to_a_user_nobody_is_transferred_or_sent_to() {
    let (mut world, mut alice) = world("transfer = \"accept\"\nredirect = \"follow\"\nbarred = [\"607\"]");
    let (_order, mut leg) = talks(&mut world, &mut alice);
    alice.says(&mut world, &mut leg, "REFER", "Refer-To: <sip:607@127.0.0.1:5060>\r\n");
    alice.hears(&mut world, "SIP/2.0 202 ");
    assert_eq!(told(&mut world, &mut alice), "SIP/2.0 403 Forbidden");
    alice.says(&mut world, &mut leg, "BYE", "");
    world.settle();
    let order = sent_on(&mut world, &mut alice, "<tel:607>;q=0.9, <tel:603>;q=0.1");
    assert_eq!(world.outcome(order).cause, Some(17), "the next contact, which is busy");
    world.settle();
    assert_eq!(world.status().users[0].refused, 2);
}

#[test]
fn a_user_has_no_more_calls_go_on_at_once_than_it_may_have() {
    let (mut world, mut alice) = world("redirect = \"follow\"\ncalls_max = 1");
    let first = sent_on(&mut world, &mut alice, "<tel:600>");
    let second = sent_on(&mut world, &mut alice, "<tel:600>");
    assert!(!world.outcome(second).answered);
    assert_eq!(world.status().users[0].calls, 1);
    assert!(world.outcome(first).answered);
    world.settle();
    let third = sent_on(&mut world, &mut alice, "<tel:600>");
    assert!(world.outcome(third).answered);
    world.settle();
}

#[test]
fn a_user_whose_minutes_are_talked_by_those_it_sent_on_sends_no_more() {
    let (mut world, mut alice) = world("redirect = \"follow\"\nminutes_per_day = 1");
    let first = sent_on(&mut world, &mut alice, "<tel:600>");
    assert!(world.outcome(first).answered);
    world.settle();
    let second = sent_on(&mut world, &mut alice, "<tel:600>");
    assert!(!world.outcome(second).answered);
    world.settle();
    assert_eq!(world.status().users[0].refused, 1);
}

#[test]
fn a_transfer_that_comes_to_nothing_is_not_paid_for() {
    let (mut world, mut alice) = world("transfer = \"accept\"\ncalls_max = 1\nbindings_max = 1");
    let (_order, mut leg) = talks(&mut world, &mut alice);
    alice.says(&mut world, &mut leg, "REFER", "Refer-To: <sip:603@127.0.0.1:5060>\r\n");
    alice.hears(&mut world, "SIP/2.0 202 ");
    assert_eq!(told(&mut world, &mut alice), "SIP/2.0 486 Busy Here");
    assert_eq!(world.status().users[0].calls, 0);
    let (_other, mut second) = talks(&mut world, &mut alice);
    alice.says(&mut world, &mut second, "REFER", REFER_600);
    alice.hears(&mut world, "SIP/2.0 202 ");
    assert_eq!(told(&mut world, &mut alice), "SIP/2.0 200 OK");
    let bye = alice.hears(&mut world, "BYE ");
    alice.answers(&mut world, &bye, 200, "OK");
    alice.says(&mut world, &mut leg, "REFER", REFER_600);
    alice.hears(&mut world, "SIP/2.0 202 ");
    assert_eq!(told(&mut world, &mut alice), "SIP/2.0 403 Forbidden", "one is as many as it may have");
    alice.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}
