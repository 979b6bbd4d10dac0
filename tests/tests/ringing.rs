//! Who lets a caller hear that it rings: calls from timeslot to timeslot, through the whole gateway in virtual time.
//!
//! ```text
//!   exchange (ISUP) ──┐
//!                     gateway ── "carrier" ── exchange (PRI)
//!   exchange (PRI) ───┘
//! ```

use config::Model;
use hw_sim::far_end::{CallOrder, Handle, LinkStatus};
use tests::{World, plan};

/// The embedded default with two PRI spans; every call goes to the carrier.
fn model(side: &str) -> Model {
    let pri = |name, side| plan::pri_far_exchange(name, side, "e1", "");
    let routes = [("sip", ".", "trunk"), ("trunk", ".", "carrier"), ("pbx", ".", "carrier")];
    plan::embedded_with(&(pri("carrier", side) + &pri("pbx", "network")), &routes)
}

fn world(side: &str) -> World {
    let mut world = World::with(model(side), 3);
    world.wait_until("ready", World::is_ready);
    for trunk in ["carrier", "pbx"] {
        let far = world.behind(trunk);
        world.wait_until("the far end's data link", |_| far.status().link == LinkStatus::InService);
    }
    world.run(1_000);
    world
}

/// Whether the exchange that calls hears something, so long after it was told that it rings.
fn hears(world: &mut World, far: &Handle, ms: u64) -> bool {
    world.run(ms);
    far.status().circuits.sounding > 0
}

/// The number 608 rings for two seconds and says nothing of tones, then answers and echoes.
#[test]
fn a_called_end_on_pri_that_rings_in_silence_is_heard_to_ring_by_callers_on_isup_and_pri() {
    for (from, side) in [("trunk", "user"), ("trunk", "network"), ("pbx", "user"), ("pbx", "network")] {
        let mut world = world(side);
        let far = world.behind(from);
        assert_eq!(far.status().circuits.sounding, 0, "{from}");
        let order = far.place(CallOrder::verified("608", "200", 3_000));
        assert!(hears(&mut world, &far, 500), "the tone of {from} to {side}: 1 s on");
        assert!(!hears(&mut world, &far, 1_000), "4 s off");
        let outcome = world.outcome_at(&far, order);
        world.settle();
        assert!(outcome.answered && outcome.octets_checked > 18_000, "{outcome:?}");
        assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "nothing of the tone is left: {outcome:?}");
        let rang = ["<- ACM", "<- ALERTING"];
        assert!(outcome.timeline.iter().any(|(_, entry)| rang.contains(&entry.as_str())), "{outcome:?}");
    }
}

/// The number 604 rings with a tone of its own, and says so.
#[test]
fn a_tone_of_the_called_end_is_left_alone() {
    for from in ["trunk", "pbx"] {
        let mut world = world("user");
        let far = world.behind(from);
        let order = far.place(CallOrder::cancelled("604", "200", 7_000));
        // The far exchange's own: 1 s on and 4 s off since before it said ALERTING.
        assert!(hears(&mut world, &far, 500), "{from}");
        assert!(!hears(&mut world, &far, 1_500), "{from}");
        assert!(hears(&mut world, &far, 3_500), "{from}");
        assert!(!world.outcome_at(&far, order).answered);
        world.settle();
    }
}
