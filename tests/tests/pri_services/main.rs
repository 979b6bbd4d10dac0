//! Supplementary services of PRI through the whole gateway, in virtual time: far ends say what the test has written by hand, and
//! the test reads what they hear.

mod diversion;
mod transfer;
mod user_user;
mod waiting;

use tests::{World, plan};

/// Two PRI trunks with a far exchange each, beside the embedded one of ISUP. Numbers go from "a" to "b", from "a" to the phone where
/// they begin with 8, and to the ISUP trunk where they begin with 6.
fn world(side: &str, switch: &str) -> World {
    world_with(side, switch, "")
}

/// The same; `more` are further keys of both trunks.
fn world_with(side: &str, switch: &str, more: &str) -> World {
    let more = format!("switch = \"{switch}\"\n{more}");
    let trunks = plan::pri_far_exchange("a", side, "e1", &more) + &plan::pri_far_exchange("b", side, "e1", &more);
    let routes = [
        ("a", "8.", "peer"),
        ("a", "6.", "trunk"),
        ("a", ".", "b"),
        ("trunk", ".", "b"),
        ("b", ".", "a"),
        ("sip", ".", "b"),
    ];
    let mut world = World::with(plan::embedded_with(&trunks, &routes), 7);
    world.wait_until("ready", World::is_ready);
    world
}
