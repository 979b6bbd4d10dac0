//! Routes to a destination behind two transfer points, Q.704 clauses 7, 8, 9, 11 and 13.

use isup::mtp2;
use isup::mtp3::Event;

use isup::acceptance::Record;
use isup::acceptance::q782::chart::{A0, B0, B1, BEYOND, Chart};

/// TFP, TFR, TFA, TFC for 300 = 0x12c.
const TFP: [u8; 3] = [0x14, 0x2c, 0x01];
const TFA: [u8; 3] = [0x54, 0x2c, 0x01];

#[test]
fn two_linksets_of_one_priority_share_the_load_and_so_do_their_links() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 0);
    assert_eq!(chart.paths(&[0, 1, 2, 3, 4, 5, 6, 7]), "A0 B0 A1 B1 A0 B0 A1 B1");
}

#[test]
fn a_second_priority_carries_nothing_while_the_first_can() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "A0 A1 A0 A1");
}

#[test]
fn a_destination_that_no_route_leads_to_is_paused_until_one_does() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &TFP);
    chart.hears(B0, &TFP);
    assert_eq!(chart.said(), ["pause 300"]);
    chart.sends(BEYOND, 0, 1);
    assert_eq!(chart.router.counters().unreachable, 1);
    chart.hears(B0, &TFA);
    assert_eq!(chart.said(), ["resume 300"]);
    assert_eq!(chart.paths(&[0, 1]), "B0 B1");
}

#[test]
fn of_two_linksets_that_share_the_load_one_takes_all_and_half_of_it_returns_after_t6() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 0);
    chart.hears(A0, &TFP);
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "B0 B0 B1 B1");
    chart.hears(A0, &TFA);
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "B0 B1", "what stays is not held");
    chart.pass_ms(800);
    assert_eq!(chart.said(), ["A0 user 0", "A1 user 0"]);
}

#[test]
fn what_is_said_of_other_destinations_or_by_others_changes_nothing() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &[0x14, 0x63, 0x00]);
    chart.hears(A0, &[0x14, 200, 0]);
    assert_eq!(chart.router.counters().management_ignored, 2);
    assert_eq!(chart.paths(&[0, 1]), "A0 A1");
}

#[test]
fn links_of_the_other_linkset_are_no_substitute_within_this_one() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 0);
    chart.fails(B1);
    chart.retrieves(B1, &[], &[]);
    chart.hears_about(B1, B0, &[0x21, 127]);
    chart.said();
    assert_eq!(chart.paths(&[1, 3]), "B0 B0");
    assert!(chart.events.contains(&Event::LinkUnavailable(B1, mtp2::Reason::ErrorRate)));
}
