//! Whole calls through the whole gateway, in virtual time: the test numbers of the far exchange, both directions.

use hw_sim::far_end::{CallOrder, ReleasedBy};
use media::Law;
use tests::{Plan, World};

#[test]
fn the_gateway_comes_into_service_by_emergency_proving_within_two_seconds() {
    let mut world = World::new();
    world.run(2_000);
    assert!(world.is_ready());
    assert_eq!(world.circuits().idle, 30);
}

#[test]
fn every_octet_comes_back_from_600_unchanged() {
    let mut world = World::in_service();
    let call = world.phone.call("600", Plan::talk(5_000));
    world.settle();
    let view = world.phone.view(call);
    assert_eq!(view.status, Some(200));
    assert!(view.compared > 35_000, "{view:?}");
    assert_eq!(view.differences, 0, "{view:?}");
}

#[test]
fn busy_is_486_and_unallocated_404_and_no_route_404() {
    for (number, status, cause) in [("603", 486, 17), ("605", 404, 1), ("699", 404, 3)] {
        let mut world = World::in_service();
        let call = world.phone.call(number, Plan::talk(1_000));
        world.settle();
        let view = world.phone.view(call);
        assert_eq!(view.status, Some(status), "{number}");
        assert_eq!(view.reason, Some(format!("Q.850;cause={cause}")), "{number}");
        assert_eq!(world.records()[0].cause, Some(cause));
    }
}

#[test]
fn a_ringing_call_is_cancelled_and_rel_goes_with_cause_16() {
    let mut world = World::in_service();
    let call = world.phone.call("604", Plan::cancel(2_000));
    world.settle();
    let view = world.phone.view(call);
    assert_eq!((view.status, view.provisional.first()), (Some(487), Some(&180)));
    assert_eq!((world.records()[0].cause, world.records()[0].sip_status), (Some(16), Some(487)));
}

#[test]
fn the_far_end_hangs_up_607_after_two_seconds() {
    let mut world = World::in_service();
    let call = world.phone.call("607", Plan { hold_ms: None, ..Plan::talk(0) });
    world.settle();
    let view = world.phone.view(call);
    assert!(view.hung_up_by_peer);
    assert_eq!(view.reason.as_deref(), Some("Q.850;cause=16"));
    let duration_ms = world.records()[0].duration_ms.expect("nobody interrupted it");
    assert!((1_900..2_200).contains(&duration_ms), "{duration_ms}");
}

#[test]
fn in_band_ringing_of_606_is_heard_before_the_answer() {
    let mut world = World::in_service();
    let call = world.phone.call("606", Plan::talk(1_000));
    world.run(1_500);
    assert_eq!(world.phone.view(call).provisional, [183]);
    assert!(world.phone.view(call).packets > 20, "{:?}", world.phone.view(call));
    world.settle();
    assert_eq!(world.phone.view(call).status, Some(200));
}

#[test]
fn thirty_calls_fill_the_e1_and_the_next_gets_503_with_cause_34() {
    let mut world = World::in_service();
    let calls: Vec<usize> = (0..30).map(|_| world.phone.call("600", Plan::talk(4_000))).collect();
    world.run(1_000);
    assert_eq!(world.circuits().busy, 30);
    let one_more = world.phone.call("600", Plan::talk(4_000));
    world.run(1_000);
    let view = world.phone.view(one_more);
    assert_eq!((view.status, view.reason.as_deref()), (Some(503), Some("Q.850;cause=34")));
    world.settle();
    for call in calls {
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences), (Some(200), 0), "{view:?}");
        assert!(view.compared > 20_000, "{view:?}");
    }
}

#[test]
fn a_call_from_the_pstn_is_answered_and_its_pattern_returns_unchanged() {
    let mut world = World::in_service();
    let order = world.place(CallOrder::verified("4930100", "4930200", 4_000));
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.answered, "{outcome:?}");
    assert_eq!((outcome.cause, outcome.released_by), (Some(16), ReleasedBy::FarExchange));
    assert!(outcome.octets_checked > 25_000, "{outcome:?}");
    assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "{outcome:?}");
}

#[test]
fn a_busy_phone_is_rel_17_and_a_declining_one_rel_21() {
    for (status, cause) in [(486, 17), (603, 21), (404, 1), (503, 41)] {
        let mut world = World::in_service();
        world.phone.answering = Plan::refuse(status);
        let order = world.place(CallOrder::conversation("100", "200", 1_000));
        let outcome = world.outcome(order);
        world.settle();
        assert_eq!((outcome.answered, outcome.cause), (false, Some(cause)), "{status}");
    }
}

#[test]
fn the_pstn_gives_up_a_ringing_phone_and_the_phone_gets_cancel() {
    let mut world = World::in_service();
    world.phone.answering = Plan::ring();
    let order = world.place(CallOrder::cancelled("100", "200", 3_000));
    world.outcome(order);
    world.settle();
    assert_eq!(world.phone.view(0).status, Some(487));
}

#[test]
fn a_phone_that_hangs_up_releases_the_circuit_with_cause_16() {
    let mut world = World::in_service();
    world.phone.answering = Plan::talk(1_000);
    let order = world.place(CallOrder::conversation("100", "200", 60_000));
    let outcome = world.outcome(order);
    world.settle();
    assert_eq!((outcome.released_by, outcome.cause), (ReleasedBy::Gateway, Some(16)));
}

#[test]
fn a_silent_phone_gets_early_acm_by_t11() {
    let mut world = World::in_service();
    world.phone.answering = Plan { ring_after_ms: None, answer_after_ms: Some(25_000), ..Plan::ANSWER };
    let order = world.place(CallOrder::conversation("100", "200", 1_000));
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.answered);
    let acm = outcome.timeline.iter().find(|(_, what)| what == "<- ACM").expect("T11 sends one");
    let iam = outcome.timeline.iter().find(|(_, what)| what == "-> IAM").expect("it began the call");
    assert!((15_000..=20_000).contains(&(acm.0 - iam.0)), "{outcome:?}");
}

/// The octets that a phone heard of a number after the answer's first second, when no silence is left.
fn heard_of(number: &str) -> Vec<u8> {
    let mut world = World::in_service();
    let call = world.phone.call(number, Plan::talk(3_000));
    world.settle();
    world.phone.audio(call).octets()[8_000..].to_vec()
}

#[test]
fn the_milliwatt_of_601_is_the_pattern_of_g711_table_5() {
    let heard = heard_of("601");
    let pattern = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4];
    let start = (0..8).find(|start| heard[*start..].starts_with(&pattern)).expect("it begins within a period");
    assert!(heard.len() > 8_000);
    assert!(heard[start..].iter().zip(pattern.iter().cycle()).all(|(heard, sent)| heard == sent));
}

#[test]
fn the_pattern_of_602_obeys_x15_x14_1_bit_by_bit() {
    let heard = heard_of("602");
    // O.150 inverts the sequence and G.711 octets carry it most significant bit first.
    let bits: Vec<bool> = heard.iter().flat_map(|octet| (0..8).rev().map(move |n| !octet >> n & 1 == 1)).collect();
    assert!(bits.len() > 64_000);
    assert!((15..bits.len()).all(|n| bits[n] == bits[n - 15] ^ bits[n - 14]));
}

#[test]
fn a_t1_with_mu_law_and_an_hdlc_link_carries_calls_and_converts_by_the_tables() {
    let text = config::EMBEDDED
        .replace("line = \"e1\"", "line = \"t1\"")
        .replace("law = \"alaw\"", "law = \"ulaw\"")
        .replace("timeslot = 16", "timeslot = 24\nmode = \"hdlc\"");
    let model = config::parse("a T1", &text).expect("the embedded default with another line is sound");
    let mut world = World::with(model, 3);
    world.wait_until("ready", World::is_ready);
    assert_eq!(world.circuits().idle, 23);
    let call = world.phone.call("600", Plan::talk(3_000));
    world.settle();
    let view = world.phone.view(call);
    assert_eq!(view.status, Some(200));
    // The phone speaks A-law: what returns has been through the µ-law of the span and back, octet by octet.
    let heard = world.phone.audio(call).octets();
    let sent = spangate::lab::pattern::Prbs15::new();
    let mut expected: Vec<u8> = (0..8_000).map(|n| sent.octet(n)).collect();
    Law::A.convert(Law::Mu, &mut expected);
    Law::Mu.convert(Law::A, &mut expected);
    let start = (0..heard.len()).find(|start| heard[*start..].starts_with(&expected[..64]));
    let start = start.expect("the pattern returns");
    assert_eq!(heard[start..start + 8_000], expected[..]);
}

#[test]
fn draining_refuses_new_calls_lets_running_ones_go_on_and_then_releases_them() {
    let mut world = World::in_service();
    let running = world.phone.call("600", Plan { hold_ms: None, ..Plan::talk(0) });
    world.run(500);
    world.shut_down();
    let refused = world.phone.call("600", Plan::talk(1_000));
    let from_pstn = world.place(CallOrder::conversation("100", "200", 1_000));
    world.run(1_000);
    assert_eq!(world.phone.view(refused).status, Some(503));
    let from_pstn = world.outcome(from_pstn);
    assert_eq!(from_pstn.cause, Some(42));
    assert!(from_pstn.timeline.iter().any(|(_, entry)| entry == "<- REL 42 ACL 2"), "{from_pstn:?}");
    assert!(!world.phone.view(running).over, "it still has its seconds");
    world.wait_until("the gateway has stopped", World::is_stopped);
    assert!(world.phone.view(running).hung_up_by_peer);
}

#[test]
fn an_exchange_that_does_not_say_who_calls_is_asked_and_the_peer_hears_it() {
    for (asks, heard) in [(true, "200"), (false, "")] {
        let text = config::EMBEDDED.replace("name = \"trunk\"", &format!("name = \"trunk\"\nask_caller = {asks}"));
        let model = config::parse("asking", &text).unwrap_or_else(|report| panic!("{report}"));
        let mut world = World::with(model, 1);
        world.wait_until("ready", World::is_ready);
        let order = world.place(CallOrder { tells_when_asked: true, ..CallOrder::conversation("100", "200", 1_000) });
        assert!(world.outcome(order).answered);
        world.settle();
        assert_eq!(world.records()[0].call.calling, heard);
        assert_eq!(world.exchange().status().unexpected, 0);
    }
}
