//! Called numbers whose digits come one after the other, through the whole gateway in virtual time: ISUP and PRI, as they come
//! in and as they go out.
//!
//! A hyphen in a number ends a message: `6-00` is an IAM or SETUP with 6, and a SAM or INFORMATION with 00.

use config::Model;
use hw_sim::far_end::{CallOrder, CallOutcome, Direction, Handle, LinkStatus};
use tests::{Plan, World, plan};

/// Three trunks that take digits as they come: ISUP to "one" and to "two", PRI to "pri".
fn model(routes: &[(&str, &str, &str)]) -> Model {
    let more = r#"
[[sim.far_exchange]]
span = "e2"

[[sim.far_exchange]]
span = "p"

[[span]]
name = "e2"
line = "e1"
law = "alaw"

[[span]]
name = "p"
line = "e1"
law = "alaw"

[[ss7.link]]
name = "link2"
span = "e2"
timeslot = 16
adjacent = "1-1-3"

[[trunk]]
name = "two"
destination = "1-1-3"
overlap = true
spans = [{ span = "e2", cic_base = 0 }]

[[trunk]]
name = "pri"
kind = "pri"
side = "network"
overlap = true
spans = [{ span = "p" }]
"#;
    let (text, _) = config::EMBEDDED.split_once("[[route]]").expect("the embedded default routes");
    plan::routed(&text.replace("name = \"trunk\"", "name = \"one\"\noverlap = true"), more, routes)
}

fn world(routes: &[(&str, &str, &str)]) -> World {
    let mut world = World::with(model(routes), 11);
    world.wait_until("ready", World::is_ready);
    let far = world.behind("pri");
    world.wait_until("the data link", |_| far.status().link == LinkStatus::InService);
    world
}

fn call(world: &mut World, from: &str, number: &str) -> CallOutcome {
    let far = world.behind(from);
    let order = far.place(CallOrder::verified(number, "4930200", 2_000));
    let outcome = world.outcome_at(&far, order);
    world.settle();
    outcome
}

/// What an exchange heard that has digits.
fn digits_heard(far: &Handle) -> Vec<String> {
    let wanted = ["IAM", "SAM", "SETUP", "INFORMATION"];
    let log = far.log().into_iter().filter(|entry| entry.direction == Direction::Received);
    log.map(|entry| entry.message).filter(|message| wanted.contains(&message.as_str())).collect()
}

/// From the first digit to the first answer of the gateway, in ms.
fn waited(outcome: &CallOutcome) -> u64 {
    let first = outcome.timeline.iter().find(|(_, entry)| entry.starts_with("<-")).expect("the gateway answered");
    first.0 - outcome.timeline[0].0
}

const KINDS: [&str; 2] = ["one", "pri"];

#[test]
fn a_closed_pattern_is_complete_with_its_last_digit_and_the_invite_has_them_all() {
    for from in KINDS {
        let mut world = world(&[(from, "49301XX", "peer")]);
        let outcome = call(&mut world, from, "493-01-0-0");
        assert!(outcome.answered && outcome.differences == 0, "{outcome:?}");
        let sent = outcome.timeline.iter().filter(|(_, entry)| entry == "-> SAM" || entry == "-> INFORMATION").count();
        assert_eq!(sent, 3, "{outcome:?}");
        let [record] = world.records()[..] else { panic!("{:?}", world.records()) };
        assert_eq!(record.call.called, "4930100");
    }
}

#[test]
fn an_open_pattern_is_complete_when_no_digit_follows_or_when_the_far_end_says_so() {
    // T10 is 4 s, EuroISDN's T302 12 s.
    for (from, pause_ms) in [("one", 4_000), ("pri", 12_000)] {
        let mut world = world(&[(from, "4.", "peer")]);
        let told = call(&mut world, from, "49-30");
        assert!(told.answered && told.differences == 0, "{told:?}");
        let waits = call(&mut world, from, "49-30-");
        assert!(waits.answered && waits.differences == 0, "{waits:?}");
        let waited: Vec<u64> = waits.timeline.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        assert!(waited.iter().any(|gap| (pause_ms..pause_ms + 200).contains(gap)), "{waits:?}");
    }
}

#[test]
fn a_number_that_stays_too_short_is_released_with_cause_28() {
    for from in KINDS {
        let mut world = world(&[(from, "49301XX", "peer")]);
        for number in ["4930-1-", "4930-1"] {
            let outcome = call(&mut world, from, number);
            assert_eq!((outcome.answered, outcome.cause), (false, Some(28)), "{from} {number} {outcome:?}");
        }
    }
}

#[test]
fn a_number_that_no_route_takes_is_refused_with_its_first_wrong_digit() {
    for from in KINDS {
        let mut world = world(&[(from, "49301XX", "peer")]);
        let outcome = call(&mut world, from, "493-3-100");
        assert_eq!((outcome.answered, outcome.cause), (false, Some(3)), "{from} {outcome:?}");
        assert!(waited(&outcome) < 1_000, "{outcome:?}");
    }
}

#[test]
fn in_tandem_digits_go_on_as_they_come() {
    for from in KINDS {
        for to in ["two", "pri", "one"].into_iter().filter(|to| *to != from) {
            let mut world = world(&[(from, "6.", to)]);
            let outcome = call(&mut world, from, "6-0-0");
            assert!(outcome.answered, "{from} to {to}: {outcome:?}");
            assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "{from} to {to}: {outcome:?}");
            let heard = digits_heard(&world.behind(to));
            let expected: [&str; 3] =
                if to == "pri" { ["SETUP", "INFORMATION", "INFORMATION"] } else { ["IAM", "SAM", "SAM"] };
            assert_eq!(heard, expected, "{from} to {to}");
        }
    }
}

#[test]
fn an_invite_goes_out_as_a_number_whose_end_is_told() {
    for to in KINDS {
        let mut world = world(&[("sip", ".", to)]);
        // The beginning of a test number: an exchange that is not told would wait for the rest.
        let call = world.phone.call("60", Plan::talk(1_000));
        world.settle();
        assert_eq!(world.phone.view(call).status, Some(404), "{to}");
    }
}

#[test]
fn a_reset_while_the_caller_dials_leaves_nothing_behind() {
    for from in KINDS {
        for to in ["peer", "two"] {
            let mut world = world(&[(from, "6XXXXXXX.", to), (from, "70.", to)]);
            let far = world.behind(from);
            let order = far.place(CallOrder::conversation("7-0-0-0-", "200", 1_000));
            world.run(500);
            assert!(far.group_reset());
            let outcome = world.outcome_at(&far, order);
            assert!(!outcome.answered, "{outcome:?}");
            world.settle();
        }
    }
}
