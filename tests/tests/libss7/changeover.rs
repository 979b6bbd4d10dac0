//! Two links to libss7: one goes, and no message with it.

use super::calls::setup;
use super::near::CICS;
use super::rig::{Event, Rig};
use isup::exchange::{Indication, Request};
use isup::mtp3::{self, LinkState};
use std::time::Duration;

#[test]
fn calls_placed_while_a_link_goes_arrive_once_over_the_other_and_again_when_it_is_back() {
    let mut rig = Rig::ready_with(2);
    rig.idle(CHANGEBACK);
    place_calls_while(&mut rig, Some(mtp3::Command::DeactivateLink));
    let retrieved = rig.near.counters().retrieved;
    assert!(retrieved > 0, "messages were on the link that went");
    rig.link(1, mtp3::Command::ActivateLink);
    rig.until("the link back", |rig, event| event.is_none() && rig.near.link_state(1) == LinkState::Available);
    rig.idle(CHANGEBACK);
    place_calls_while(&mut rig, None);
    assert_eq!(rig.near.counters().retrieved, retrieved);
    rig.near.assert_clean();
}

/// Calls on all circuits that we control, whose messages are with the link of code 1 (their selections are odd) in the
/// moment of the order; each is heard of once, and released.
fn place_calls_while(rig: &mut Rig, order: Option<fn(mtp3::LinkId) -> mtp3::Command>) {
    let ours: Vec<u16> = CICS.iter().copied().filter(|cic| cic % 2 == 1).collect();
    for cic in &ours {
        rig.request(*cic, Request::Setup(setup("6000", "7000")));
    }
    if let Some(order) = order {
        rig.link(1, order);
    }
    let mut awaited = ours.clone();
    rig.until("every call once", |_, event| {
        if let Some(cic) = event.as_ref().and_then(called) {
            let place = awaited.iter().position(|each| *each == cic);
            awaited.remove(place.unwrap_or_else(|| panic!("circuit {cic} was called twice")));
        }
        awaited.is_empty()
    });
    for cic in &ours {
        rig.order(&format!("rel {cic} 17"));
    }
    let mut released = 0;
    rig.until("every call released", |rig, event| {
        match event {
            Some(Event::Near(cic, Indication::Release(_))) => rig.request(cic, Request::ReleaseResponse),
            Some(Event::Far(line)) if line.starts_with("RLC ") => released += 1,
            _ => {}
        }
        released == ours.len()
    });
}

/// The circuit of an IAM that libss7 tells of.
fn called(event: &Event) -> Option<u16> {
    let Event::Far(line) = event else { return None };
    line.strip_prefix("IAM ")?.split(' ').next()?.parse().ok()
}

/// T4 and T5 and more: libss7 drops every management message about a link that comes over another one, changeback
/// declarations among them, and our changeover orders too; it sends its own orders, which are as good.
const CHANGEBACK: Duration = Duration::from_millis(2_000);
