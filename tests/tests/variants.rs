//! Calls both ways in every variant and every form of point codes: the far exchange's labels and messages are its own.

use config::Model;
use hw_sim::far_end::CallOrder;
use isup::variant::Variant;
use tests::{Plan, World};

/// The embedded default as a network of that variant has it, with further keys of `[ss7]`.
fn embedded(variant: Variant, keys: &str) -> String {
    let ss7 = format!("[ss7]\nvariant = \"{}\"\n{keys}", variant.name);
    let text = config::EMBEDDED.replace("[ss7]", &ss7);
    if !variant.name.starts_with("ansi") {
        return text;
    }
    // A T1 with its link in the last timeslot, and codes beyond 12 bits; the phone's A-law, so that octets compare.
    let text = text.replace("line = \"e1\"", "line = \"t1\"");
    let text = text.replace("timeslot = 16", "timeslot = 24").replace("cic_base = 0", "cic_base = 10000");
    text.replace("\"1-1-1\"", "\"245-200-1\"").replace("\"1-1-2\"", "\"245-200-2\"")
}

fn world(text: &str) -> World {
    let model: Model = config::parse("variant", text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 11);
    world.wait_until("ready", World::is_ready);
    world
}

fn calls_complete_both_ways(text: &str) {
    let mut world = world(text);
    let call = world.phone.call("600", Plan::talk(500));
    let refused = world.phone.call("603", Plan::talk(500));
    let order = world.place(CallOrder::verified("4930100", "4930200", 500));
    let outcome = world.outcome(order);
    world.settle();
    assert!(outcome.answered, "{outcome:?}");
    assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "{outcome:?}");
    let view = world.phone.view(call);
    assert_eq!((view.status, view.differences), (Some(200), 0), "{view:?}");
    assert_eq!(world.phone.view(refused).reason.as_deref(), Some("Q.850;cause=17"));
    let far = world.exchange().status();
    assert_eq!((far.unexpected, far.undecodable, far.stuck), (0, 0, 0), "{far:?}");
}

#[test]
fn calls_complete_both_ways_in_every_variant() {
    for variant in Variant::ALL {
        calls_complete_both_ways(&embedded(variant, ""));
    }
}

#[test]
fn calls_complete_both_ways_with_the_point_codes_of_china_and_japan() {
    for format in ["china", "japan"] {
        calls_complete_both_ways(&embedded(Variant::ITU, &format!("point_code_format = \"{format}\"\n")));
    }
}

#[test]
fn a_trunk_may_know_us_by_a_further_point_code() {
    let text = embedded(Variant::ITU, "further_point_codes = [\"1-1-7\"]\n");
    calls_complete_both_ways(&text.replace("name = \"trunk\"", "name = \"trunk\"\npoint_code = \"1-1-7\""));
}

#[test]
fn status_writes_point_codes_as_the_network_does() {
    let world = world(&embedded(Variant::ANSI_95, ""));
    assert_eq!(world.status().trunks[0].destination, "245-200-2");
    assert_eq!(world.status().links[0].adjacent, "245-200-2");
}
