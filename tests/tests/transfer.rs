//! Transfers through the whole gateway in virtual time: REFER to a number, REFER that names another call, INVITE with
//! Replaces; the peer's messages are text.

use config::Model;
use hw_sim::far_end::CallOrder;
use spangate::ops::cdr::Record;
use tests::World;
use tests::peer::Peer;

/// The embedded default, with its peer at port 5999, which may transfer its calls or not.
fn world(transfer: &str) -> World {
    let text = config::EMBEDDED;
    let peer = format!("address = \"sip:127.0.0.1:5999\"\ntransfer = {transfer:?}");
    let text = text.replace("address = \"sip:127.0.0.1:5070\"", &peer);
    let model: Model = config::parse("transfer.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    world
}

const REFER_600: &str = "Refer-To: <sip:600@127.0.0.1:5060>\r\nReferred-By: <sip:200@127.0.0.1:5999>\r\n";

#[test]
fn a_caller_on_a_circuit_goes_on_with_the_number_that_the_called_peer_refers_to() {
    let (mut world, mut peer) = (world("accept"), Peer::new(5999));
    let order = world.place(CallOrder::verified("200", "100", 6_000));
    let mut leg = peer.takes(&mut world);
    world.run(500);
    peer.says(&mut world, &mut leg, "REFER", REFER_600);
    peer.hears(&mut world, "SIP/2.0 202 Accepted");
    let (state, fragment) = peer.is_notified(&mut world);
    assert_eq!((state.as_str(), fragment.as_str()), ("active;expires=300", "SIP/2.0 100 Trying"));
    let (mut state, mut fragment) = peer.is_notified(&mut world);
    while state.starts_with("active") {
        (state, fragment) = peer.is_notified(&mut world);
    }
    assert_eq!((state.as_str(), fragment.as_str()), ("terminated;reason=noresource", "SIP/2.0 200 OK"));
    let bye = peer.hears(&mut world, "BYE ");
    peer.answers(&mut world, &bye, 200, "OK");
    assert_eq!(world.circuits().busy, 2);
    let outcome = world.outcome(order);
    world.settle();
    // The echo of 600 came back by way of the patch.
    assert!(outcome.octets_checked > 20_000, "{outcome:?}");
    assert_eq!(outcome.differences, 0, "{outcome:?}");
    let record = world.records()[0];
    assert_eq!(record.transferred_to.as_deref(), Some("600"));
    assert!(record.transfer_time.is_some());
    assert_eq!(world.records().len(), 1);
}

#[test]
fn a_transfer_to_a_busy_number_is_told_and_the_call_goes_on_as_it_was() {
    let (mut world, mut peer) = (world("accept"), Peer::new(5999));
    let order = world.place(CallOrder::conversation("200", "100", 20_000));
    let mut leg = peer.takes(&mut world);
    peer.says(&mut world, &mut leg, "REFER", "Refer-To: <sip:603@127.0.0.1:5060>\r\n");
    peer.hears(&mut world, "SIP/2.0 202 ");
    assert_eq!(peer.is_notified(&mut world).1, "SIP/2.0 100 Trying");
    let told = peer.is_notified(&mut world);
    assert_eq!((told.0.as_str(), told.1.as_str()), ("terminated;reason=noresource", "SIP/2.0 486 Busy Here"));
    world.run(1_000);
    assert_eq!((world.circuits().busy, peer.heard(&mut world)), (1, Vec::<String>::new()));
    peer.says(&mut world, &mut leg, "BYE", "");
    peer.hears(&mut world, "SIP/2.0 200 ");
    assert_eq!(world.outcome(order).cause, Some(16));
    world.settle();
    assert_eq!(world.records()[0].transferred_to, None);
}

#[test]
fn a_transferor_that_hangs_up_at_once_leaves_the_caller_to_the_new_party() {
    let (mut world, mut peer) = (world("accept"), Peer::new(5999));
    let order = world.place(CallOrder::verified("200", "100", 6_000));
    let mut leg = peer.takes(&mut world);
    peer.says(&mut world, &mut leg, "REFER", REFER_600);
    peer.hears(&mut world, "SIP/2.0 202 ");
    peer.says(&mut world, &mut leg, "BYE", "");
    peer.hears(&mut world, "SIP/2.0 200 ");
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.octets_checked > 20_000, "{outcome:?}");
    assert_eq!(world.records()[0].transferred_to.as_deref(), Some("600"));
}

#[test]
fn a_transferor_that_hangs_up_before_a_busy_party_takes_the_caller_with_it() {
    let (mut world, mut peer) = (world("accept"), Peer::new(5999));
    let order = world.place(CallOrder::conversation("200", "100", 20_000));
    let mut leg = peer.takes(&mut world);
    peer.says(&mut world, &mut leg, "REFER", "Refer-To: <sip:603@127.0.0.1:5060>\r\n");
    peer.says(&mut world, &mut leg, "BYE", "");
    assert_eq!(world.outcome(order).cause, Some(17));
    world.settle();
}

#[test]
fn two_calls_of_a_peer_become_one_between_their_far_parties() {
    let (mut world, mut peer) = (world("accept"), Peer::new(5999));
    let order = world.place(CallOrder::verified("200", "100", 6_000));
    let mut first = peer.takes(&mut world);
    let (second, _) = peer.calls(&mut world, "600", "");
    let refer_to = format!("Refer-To: <sip:600@127.0.0.1:5060?Replaces={}>\r\n", second.replaces_escaped());
    peer.says(&mut world, &mut first, "REFER", &refer_to);
    peer.hears(&mut world, "SIP/2.0 202 ");
    let mut byes = 0;
    let mut last = String::new();
    for _ in 0..4 {
        let message = peer.hears(&mut world, "");
        peer.answers(&mut world, &message, 200, "OK");
        byes += u32::from(message.starts_with("BYE "));
        if message.starts_with("NOTIFY ") {
            last = message;
        }
    }
    assert_eq!(byes, 2);
    assert!(last.ends_with("SIP/2.0 200 OK\r\n"), "{last}");
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.octets_checked > 20_000, "{outcome:?}");
    assert_eq!(outcome.differences, 0, "{outcome:?}");
    let records = world.records();
    let into = records.iter().find(|record| record.transferred_to.as_deref() == Some("600")).expect("it was joined");
    let ended = records.iter().find(|record| record.call.id != into.call.id).expect("the other call");
    assert_eq!(ended.joined.as_ref(), Some(&into.call.id));
    assert_eq!((records.len(), into.joined.as_ref()), (2, Some(&ended.call.id)));
}

#[test]
fn a_refer_that_names_no_call_of_the_peer_changes_nothing() {
    let (mut world, mut peer) = (world("accept"), Peer::new(5999));
    world.place(CallOrder::conversation("200", "100", 20_000));
    let mut leg = peer.takes(&mut world);
    let itself = format!("Refer-To: <sip:600@127.0.0.1:5060?Replaces={}>\r\n", leg.replaces_escaped());
    let stranger = itself.replace("from-tag%3D", "from-tag%3Dx");
    for refer_to in [itself, stranger] {
        peer.says(&mut world, &mut leg, "REFER", &refer_to);
        peer.hears(&mut world, "SIP/2.0 202 ");
        assert_eq!(peer.is_notified(&mut world).1, "SIP/2.0 100 Trying");
        assert_eq!(peer.is_notified(&mut world).1, "SIP/2.0 481 Call/Transaction Does Not Exist");
        world.run(100);
    }
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}

#[test]
fn a_peer_that_may_not_transfer_is_refused_and_its_call_goes_on() {
    let (mut world, mut peer) = (world("refuse"), Peer::new(5999));
    world.place(CallOrder::conversation("200", "100", 20_000));
    let mut leg = peer.takes(&mut world);
    peer.says(&mut world, &mut leg, "REFER", REFER_600);
    peer.hears(&mut world, "SIP/2.0 403 ");
    let mut other = Peer::new(6999);
    let replaces = format!("Replaces: {}\r\n", leg.replaces());
    other.invites(&mut world, "200", &replaces);
    other.hears(&mut world, "SIP/2.0 403 ");
    assert_eq!(world.circuits().busy, 1);
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}

#[test]
fn an_invite_with_replaces_takes_the_place_of_a_session_and_its_rtp_port() {
    let (mut world, mut peer, mut other) = (world("accept"), Peer::new(5999), Peer::new(6999));
    let order = world.place(CallOrder::conversation("200", "100", 8_000));
    let leg = peer.takes(&mut world);
    world.run(200);
    let (_, answer) = other.calls(&mut world, "200", &format!("Replaces: {}\r\nRequire: replaces\r\n", leg.replaces()));
    assert!(answer.contains("m=audio "), "{answer}");
    let bye = peer.hears(&mut world, "BYE ");
    peer.answers(&mut world, &bye, 200, "OK");
    assert_eq!(world.circuits().busy, 1);
    let bye = other.hears(&mut world, "BYE ");
    other.answers(&mut world, &bye, 200, "OK");
    assert_eq!(world.outcome(order).cause, Some(16));
    world.settle();
    let record = world.records()[0];
    assert!(record.transfer_time.is_some() && world.records().len() == 1);
    assert!(record.media.as_ref().is_some_and(|media| media.packets_sent > 300), "{:?}", record.media);
}

#[test]
fn a_replaces_for_a_dialog_that_is_not_there_or_not_early_is_refused() {
    let (mut world, mut peer, mut other) = (world("accept"), Peer::new(5999), Peer::new(6999));
    world.place(CallOrder::conversation("200", "100", 20_000));
    let mut leg = peer.takes(&mut world);
    let replaces = leg.replaces();
    other.invites(&mut world, "200", &format!("Replaces: {replaces};early-only\r\n"));
    other.hears(&mut world, "SIP/2.0 486 ");
    other.invites(&mut world, "200", &format!("Replaces: {replaces}0\r\n"));
    other.hears(&mut world, "SIP/2.0 481 ");
    other.invites(&mut world, "200", "Replaces: nobody\r\n");
    other.hears(&mut world, "SIP/2.0 400 ");
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}

#[test]
fn a_caller_that_is_lost_while_two_calls_become_one_leaves_nothing_behind() {
    for lost_before_ms in 0..6 {
        let (mut world, mut peer) = (world("accept"), Peer::new(5999));
        let order = world.place(CallOrder::conversation("200", "100", 20_000));
        let mut first = peer.takes(&mut world);
        let Some(Record::Open(open)) = world.journal().first().cloned() else { panic!("no circuit was seized") };
        let (second, _) = peer.calls(&mut world, "600", "");
        world.run(200);
        let refer_to = format!("Refer-To: <sip:600@127.0.0.1:5060?Replaces={}>\r\n", second.replaces_escaped());
        world.exchange().reset(open.cic.expect("a circuit"));
        world.run(lost_before_ms);
        peer.says(&mut world, &mut first, "REFER", &refer_to);
        for _ in 0..200 {
            world.step();
            for request in peer.requests(&mut world) {
                peer.answers(&mut world, &request, 200, "OK");
            }
        }
        world.outcome(order);
        let mut second = second;
        peer.says(&mut world, &mut second, "BYE", "");
        world.settle();
    }
}
