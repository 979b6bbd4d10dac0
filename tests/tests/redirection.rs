//! 3xx through the whole gateway in virtual time: a called peer sends calls elsewhere, and they go as far as its configuration
//! and the dial plan let them.

use config::Model;
use hw_sim::far_end::CallOrder;
use tests::World;
use tests::peer::Peer;

/// The embedded default, its peer at port 5999 with these keys; 300 is another peer's at 5998, and SIP may call what begins
/// with 6.
fn world(keys: &str) -> World {
    let first = format!("address = \"sip:127.0.0.1:5999\"\n{keys}");
    let text = config::EMBEDDED.replace("address = \"sip:127.0.0.1:5070\"", &first);
    let text = text.replace("called = \".\"\nto = \"trunk\"", "called = \"6.\"\nto = \"trunk\"");
    let second = "[[route]]\nfrom = \"trunk\"\ncalled = \"300\"\nto = \"second\"\n\
        [[sip.peer]]\nname = \"second\"\naddress = \"sip:127.0.0.1:5998\"\naccept_from = []\n[[route]]";
    let text = text.replacen("[[route]]", second, 1);
    let model: Model = config::parse("redirection.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    world
}

/// The exchange calls 200, which is at the first peer.
fn called(world: &mut World, first: &mut Peer) -> (hw_sim::far_end::OrderId, String) {
    let order = world.place(CallOrder::conversation("200", "100", 2_000));
    let invite = first.hears(world, "INVITE ");
    (order, invite)
}

#[test]
fn a_call_follows_the_contact_that_is_wanted_most_and_tells_who_sent_it_there() {
    let (mut world, mut first, mut second) = (world("redirect = \"follow\""), Peer::new(5999), Peer::new(5998));
    let (order, invite) = called(&mut world, &mut first);
    // An address without a number, and one that is wanted less.
    let contacts = "<sip:alice@203.0.113.9>, <sip:511@203.0.113.9:6000>;q=0.2, <tel:300>;q=0.7";
    first.redirects(&mut world, &invite, contacts);
    let invite = second.hears(&mut world, "INVITE sip:300@127.0.0.1:5998");
    assert!(invite.contains("\r\nDiversion: ") && invite.contains("100@"), "{invite}");
    // Who declines speaks for all places.
    second.answers(&mut world, &invite, 603, "Decline");
    assert_eq!(world.outcome(order).cause, Some(21));
    world.settle();
    let records = world.records();
    assert_eq!((records.len(), records[0].call.called.as_str()), (1, "300"));
}

#[test]
fn a_call_that_was_sent_elsewhere_is_answered_there() {
    let (mut world, mut first, mut second) = (world("redirect = \"follow\""), Peer::new(5999), Peer::new(5998));
    let (order, invite) = called(&mut world, &mut first);
    first.redirects(&mut world, &invite, "<sip:300@203.0.113.9>");
    let mut leg = second.takes(&mut world);
    world.run(500);
    second.says(&mut world, &mut leg, "BYE", "");
    let outcome = world.outcome(order);
    assert!(outcome.answered, "{outcome:?}");
    world.settle();
}

#[test]
fn a_peer_that_may_not_send_calls_elsewhere_has_refused_them() {
    let (mut world, mut first, mut second) = (world(""), Peer::new(5999), Peer::new(5998));
    let (order, invite) = called(&mut world, &mut first);
    first.redirects(&mut world, &invite, "<sip:300@127.0.0.1:5998>");
    let outcome = world.outcome(order);
    assert!(!outcome.answered && outcome.cause.is_some(), "{outcome:?}");
    world.settle();
    assert_eq!(second.heard(&mut world), Vec::<String>::new());
    assert_eq!(world.records()[0].sip_status, Some(302));
}

#[test]
fn what_is_barred_to_a_peer_or_nowhere_in_the_plan_is_not_called_for_it() {
    let (mut world, mut first, mut second) =
        (world("redirect = \"follow\"\nbarred = [\"300\"]"), Peer::new(5999), Peer::new(5998));
    let (order, invite) = called(&mut world, &mut first);
    first.redirects(&mut world, &invite, "<sip:300@127.0.0.1:5998>");
    assert!(!world.outcome(order).answered);
    world.settle();
    assert_eq!(second.heard(&mut world), Vec::<String>::new());
}

#[test]
fn the_next_contact_is_called_when_the_first_is_busy_whatever_its_protocol() {
    let (mut world, mut first, mut second) = (world("redirect = \"follow\""), Peer::new(5999), Peer::new(5998));
    let (order, invite) = called(&mut world, &mut first);
    // 603 is a number of the exchange, which releases with cause 17; 605 is nobody's.
    first.redirects(&mut world, &invite, "<tel:300>;q=0.2, <tel:603>;q=0.9, <tel:605>;q=0.5");
    let invite = second.hears(&mut world, "INVITE sip:300@127.0.0.1:5998");
    assert!(invite.contains("\r\nDiversion: ") && invite.contains("counter=1"), "one diversion: {invite}");
    second.answers(&mut world, &invite, 180, "Ringing");
    world.run(200);
    assert_eq!(world.circuits().busy, 1, "the circuits of those that did not take it are free");
    let mut leg = second.accepts(&mut world, &invite);
    world.run(500);
    second.says(&mut world, &mut leg, "BYE", "");
    assert!(world.outcome(order).answered);
    world.settle();
    let records = world.records();
    assert_eq!((records.len(), records[0].call.called.as_str(), records[0].sip_status), (1, "300", None));
}

#[test]
fn two_places_that_send_a_call_to_each_other_end_it() {
    let (mut world, mut first) = (world("redirect = \"follow\""), Peer::new(5999));
    let (order, invite) = called(&mut world, &mut first);
    first.redirects(&mut world, &invite, "<sip:101@127.0.0.1>");
    let invite = first.hears(&mut world, "INVITE sip:101@");
    first.redirects(&mut world, &invite, "<sip:200@127.0.0.1>");
    assert!(!world.outcome(order).answered);
    world.settle();
    assert_eq!(world.records()[0].sip_status, Some(302));
}

#[test]
fn a_call_that_is_sent_on_and_on_is_left_at_the_bound() {
    let (mut world, mut first) = (world("redirect = \"follow\""), Peer::new(5999));
    let (order, mut invite) = called(&mut world, &mut first);
    for number in 101..=105 {
        first.redirects(&mut world, &invite, &format!("<sip:{number}@127.0.0.1>"));
        invite = first.hears(&mut world, &format!("INVITE sip:{number}@"));
    }
    first.redirects(&mut world, &invite, "<sip:106@127.0.0.1>");
    assert!(!world.outcome(order).answered, "DIVERSIONS_MAX");
    world.settle();
    assert_eq!(first.requests(&mut world), Vec::<String>::new());
}

#[test]
fn where_a_caller_is_goes_no_further_when_the_call_comes_back_to_sip() {
    let (mut world, mut first, mut second) = (world("transfer = \"accept\""), Peer::new(5999), Peer::new(5998));
    let location = "Geolocation: <cid:target123@atlanta.example.com>\r\nGeolocation-Routing: yes\r\nX-Own: 1\r\n";
    let (mut leg, _) = first.calls(&mut world, "600", location);
    first.says(&mut world, &mut leg, "REFER", "Refer-To: <sip:300@127.0.0.1:5060>\r\n");
    first.hears(&mut world, "SIP/2.0 202 ");
    let invite = second.hears(&mut world, "INVITE sip:300@127.0.0.1:5998");
    assert!(!invite.contains("Geolocation") && !invite.contains("X-Own"), "{invite}");
    assert!(invite.contains("\r\nContent-Type: application/sdp\r\n"), "{invite}");
    second.answers(&mut world, &invite, 486, "Busy Here");
    first.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}

#[test]
fn an_operator_sees_the_peer_the_dialog_and_the_transactions_of_a_call() {
    let (mut world, mut first) = (world("calls_max = 30"), Peer::new(5999));
    let _order = world.place(CallOrder::conversation("200", "100", 2_000));
    let invite = first.hears(&mut world, "INVITE ");
    let status = world.status();
    assert_eq!((status.transactions.invite_client, status.dialogs.len()), (1, 1));
    let dialog = &status.dialogs[0];
    assert!(invite.contains(&format!("Call-ID: {}\r\n", dialog.call_id)));
    assert_eq!((dialog.remote.as_str(), dialog.state.as_str()), ("udp:127.0.0.1:5999", "calling"));
    let peer = &status.peers[0];
    assert_eq!((peer.address.as_str(), peer.answers, peer.calls_max), ("sip:127.0.0.1:5999", None, Some(30)));
    first.answers(&mut world, &invite, 486, "Busy Here");
    world.settle();
    assert_eq!(world.status().dialogs, []);
}
