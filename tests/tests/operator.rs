//! What an operator orders and is told: every verb through the whole gateway to the far exchange and back.

use config::Model;
use hw_sim::far_end::CallOrder;
use spangate::control::input::OperatorRequest;
use spangate::control::output::Reply;
use spangate::ops::maintenance::{
    CircuitAction, CircuitsOrder, CircuitsReport, LinkAction, LinkOrder, LinkReport, ORDER_WAIT_MAX, Outcome,
};
use tests::{Plan, World};

/// Waits for the answer to an order.
fn answer(world: &mut World, request: OperatorRequest) -> Reply {
    let id = world.operate(request);
    for _ in 0..=ORDER_WAIT_MAX.as_millis() {
        if let Some(reply) = world.reply(id) {
            return reply;
        }
        world.step();
    }
    panic!("no answer within {ORDER_WAIT_MAX:?}");
}

fn order(world: &mut World, trunk: &str, numbers: &str, action: CircuitAction) -> Reply {
    let numbers = numbers.parse().expect("numbers");
    answer(world, OperatorRequest::Circuits(CircuitsOrder { trunk: trunk.into(), numbers, action }))
}

fn circuits(world: &mut World, numbers: &str, action: CircuitAction) -> CircuitsReport {
    match order(world, "trunk", numbers, action) {
        Reply::Circuits(report) => *report,
        other => panic!("{other:?}"),
    }
}

fn link(world: &mut World, name: &str, action: LinkAction) -> Reply {
    answer(world, OperatorRequest::Link(LinkOrder { link: name.into(), action }))
}

fn linked(world: &mut World, name: &str, action: LinkAction) -> LinkReport {
    match link(world, name, action) {
        Reply::Link(report) => *report,
        other => panic!("{other:?}"),
    }
}

/// What the far exchange received since it was last asked.
fn heard(world: &World) -> Vec<String> {
    world.exchange().log().into_iter().map(|entry| entry.message).collect()
}

#[test]
fn a_range_is_blocked_by_group_messages_and_the_far_end_acknowledges_each_circuit() {
    let mut world = World::in_service();
    heard(&world);
    let report = circuits(&mut world, "1-15,17", CircuitAction::Block);
    assert!(report.is_success(), "{report}");
    assert_eq!(report.to_string(), "block trunk: done for 16 of 16 circuits\n  1-15,17  acknowledged\n");
    let said = heard(&world);
    let times = |message: &str| said.iter().filter(|one| *one == message).count();
    assert_eq!((times("CGB"), times("BLO")), (1, 1), "{said:?}");
    assert_eq!(world.circuits().blocked, 16);
    let report = circuits(&mut world, "", CircuitAction::Unblock);
    assert!(report.is_success(), "those that were not blocked are unblocked already: {report}");
    assert_eq!(report.circuits.len(), 30);
    world.settle();
}

#[test]
fn a_reset_of_all_circuits_is_a_group_reset_and_of_one_is_rsc() {
    let mut world = World::in_service();
    let call = world.phone.call("600", Plan::talk(60_000));
    world.run(1_000);
    heard(&world);
    assert!(circuits(&mut world, "31", CircuitAction::Reset).is_success());
    assert!(!world.phone.view(call).over, "the call is on another circuit");
    assert!(circuits(&mut world, "", CircuitAction::Reset).is_success());
    let said = heard(&world);
    assert!(said.contains(&"RSC".to_owned()) && said.contains(&"GRS".to_owned()), "{said:?}");
    world.settle();
    assert!(world.phone.view(call).hung_up_by_peer);
}

#[test]
fn a_far_end_out_of_reach_is_told_at_once_with_what_goes_on() {
    let mut world = World::in_service();
    assert!(world.exchange().fail_link());
    world.run(1_000);
    let report = circuits(&mut world, "7", CircuitAction::Block);
    let row = &report.circuits[0];
    assert_eq!(row.outcome, Outcome::Unanswered);
    let told = "the destination is out of reach; BLO goes again every T12 until T13 (300 s), then every T13; no call is \
                set up from here meanwhile";
    assert_eq!(row.detail, told);
    assert!(!report.is_success());
    assert!(world.exchange().restore_link());
    world.wait_until("it is acknowledged after all", |world| {
        world.status().links[0].state == "in service" && world.circuits().blocked == 1
    });
}

#[test]
fn an_answer_that_does_not_come_is_told_when_its_timer_expires() {
    let mut world = World::in_service();
    assert!(world.exchange().ignore_messages(true));
    world.run(10);
    let report = circuits(&mut world, "7", CircuitAction::Block);
    let row = &report.circuits[0];
    assert_eq!(row.outcome, Outcome::Unanswered);
    assert!(row.detail.starts_with("no BLA within T12 (15 s); BLO goes again every T12"), "{}", row.detail);
}

#[test]
fn what_does_not_exist_is_named_with_what_does() {
    let mut world = World::in_service();
    let Reply::Unknown(why) = order(&mut world, "trunc", "1", CircuitAction::Block) else { panic!("there is none") };
    assert_eq!(why, "there is no trunk \"trunc\"; there is \"trunk\"");
    let Reply::Unknown(why) = order(&mut world, "trunk", "1-15,16,17", CircuitAction::Block) else {
        panic!("16 carries signalling")
    };
    assert_eq!(why, "trunk \"trunk\" has no circuit 16; it has 1-15,17-31");
    let Reply::Unknown(why) = link(&mut world, "a", LinkAction::Inhibit) else { panic!("there is none") };
    assert_eq!(why, "there is no signalling link \"a\"; there is \"link\"");
    assert_eq!(world.circuits().blocked, 0, "nothing was done");
}

#[test]
fn a_query_that_the_network_does_not_have_says_which_key_switches_it_on() {
    let mut world = World::in_service();
    let Reply::Refused(why) = order(&mut world, "trunk", "", CircuitAction::Query) else { panic!("ITU has none") };
    assert!(why.contains("circuit_query = true in [isup]"), "{why}");
}

#[test]
fn a_query_tells_what_both_ends_hold_each_circuit_for() {
    let model = config::EMBEDDED.to_owned() + "\n[isup]\ncircuit_query = true\n";
    let model = config::parse("with CQM", &model).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    let order = world.place(CallOrder::conversation("100", "200", 20_000));
    assert!(world.exchange().block(9));
    world.run(2_000);
    let report = circuits(&mut world, "", CircuitAction::Query);
    assert!(report.is_success(), "{report}");
    let row = |number: u16| report.circuits.iter().find(|row| row.number == number).expect("it is asked for");
    let states = |number| (row(number).ours.clone().expect("ours"), row(number).theirs.clone().expect("theirs"));
    assert_eq!(states(9).0, "idle, blocked there");
    assert_eq!(states(3), ("idle".into(), "idle".into()));
    let cic = world.status().call_list[0].cic.expect("the call has a circuit");
    assert_eq!(states(cic), ("incoming busy".into(), "outgoing busy".into()));
    world.exchange().unblock(9);
    assert!(world.outcome(order).answered);
    world.settle();
}

#[test]
fn a_continuity_test_says_of_each_circuit_whether_its_tone_came_back() {
    let mut world = World::in_service();
    world.phone.call("600", Plan::talk(60_000));
    world.run(1_000);
    let busy = world.status().call_list[0].cic.expect("the call has a circuit");
    assert!(world.exchange().cut(21));
    let report = circuits(&mut world, "", CircuitAction::Continuity);
    let outcomes = |outcome| report.circuits.iter().filter(move |row| row.outcome == outcome);
    assert_eq!(outcomes(Outcome::Acknowledged).count(), 28, "{report}");
    let failed: Vec<u16> = outcomes(Outcome::Failed).map(|row| row.number).collect();
    assert_eq!(failed, [21], "{report}");
    let refused = outcomes(Outcome::Refused).next().expect("a call is on it");
    assert_eq!(
        (refused.number, refused.detail.as_str()),
        (busy, "it is outgoing busy: only an idle circuit is checked")
    );
    assert!(world.exchange().mend(21));
    world.wait_until("the circuit is sound again", |world| world.circuits().idle == 29);
}

#[test]
fn a_link_is_taken_out_of_service_and_brought_back() {
    let mut world = World::in_service();
    let call = world.phone.call("600", Plan::talk(120_000));
    world.run(1_000);
    let report = linked(&mut world, "link", LinkAction::Deactivate);
    assert_eq!((report.outcome, world.status().links[0].state.as_str()), (Outcome::Here, "inactive"));
    assert!(report.detail.contains("out of reach now: "), "{report}");
    world.run(20_000);
    assert_eq!(world.status().links[0].state, "inactive", "it stays as it was ordered");
    assert!(!world.phone.view(call).over, "a call needs no signalling to go on");
    let report = linked(&mut world, "link", LinkAction::Activate);
    assert_eq!(report.outcome, Outcome::Acknowledged, "{report}");
    world.wait_until("calls are over", World::is_quiet);
    world.settle();
}

#[test]
fn the_only_link_is_not_inhibited() {
    let mut world = World::in_service();
    let report = linked(&mut world, "link", LinkAction::Inhibit);
    assert_eq!(
        (report.outcome, report.detail.as_str()),
        (Outcome::Refused, "a destination would be out of reach without it")
    );
    let Reply::Refused(why) = link(&mut world, "link", LinkAction::Uninhibit) else { panic!("it is not inhibited") };
    assert_eq!(why, "link \"link\" is in service, and not inhibited by us");
}

#[test]
fn a_link_that_cannot_align_is_told_after_a_minute_and_tried_further() {
    let mut world = World::in_service();
    assert_eq!(linked(&mut world, "link", LinkAction::Deactivate).outcome, Outcome::Here);
    assert!(world.exchange().fail_link());
    let report = linked(&mut world, "link", LinkAction::Activate);
    assert_eq!(report.outcome, Outcome::Unanswered, "{report}");
    assert!(report.detail.ends_with("after 60 s, and is tried further"), "{report}");
    assert!(world.exchange().restore_link());
    world.wait_until("it is in service", |world| world.status().links[0].state == "in service");
}

#[test]
fn no_more_orders_wait_than_the_bound() {
    let mut world = World::with(Model::embedded(), 1);
    world.wait_until("ready", World::is_ready);
    assert!(world.exchange().ignore_messages(true));
    world.run(10);
    let ids: Vec<_> = (0..65)
        .map(|_| world.operate(OperatorRequest::Circuits(CircuitsOrder::one("trunk", 7, CircuitAction::Block))))
        .collect();
    let Some(Reply::Refused(why)) = world.reply(ids[64]) else { panic!("64 wait") };
    assert_eq!(why, "64 orders wait for the far end already");
}

#[test]
fn a_validation_tells_of_each_circuit_whether_the_far_end_has_it_as_we_do() {
    let ansi = config::EMBEDDED.replace("\"1-1-", "\"245-200-").replace("[ss7]", "[ss7]\nvariant = \"ansi-95\"");
    let model = config::parse("ANSI", &ansi).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    assert!(world.exchange().cut(3));
    world.run(10);
    let report = circuits(&mut world, "1-4", CircuitAction::Validate);
    let told = "validate trunk: done for 3 of 4 circuits\n  1-2,4  acknowledged: the far end has it as we do\n  3      \
                differs: the far end has the circuit, but does not hold it for what we do (CVR)\n";
    assert_eq!(report.to_string(), told);
    assert!(world.exchange().ignore_messages(true));
    world.run(10);
    let report = circuits(&mut world, "5", CircuitAction::Validate);
    assert_eq!(report.circuits[0].detail, "no CVR within Tcvt (10 s); it is not asked again");
}

#[test]
fn a_validation_is_refused_where_the_network_has_none() {
    let mut world = World::in_service();
    let Reply::Refused(why) = order(&mut world, "trunk", "1", CircuitAction::Validate) else { panic!("ITU has none") };
    assert_eq!(why, "circuits cannot be validated (CVT): it is a procedure of ANSI networks");
}
