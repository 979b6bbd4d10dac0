//! Routes to a destination behind two transfer points, Q.704 clauses 7, 8, 9, 11 and 13.

use std::time::Duration;

use isup::mtp2;
use isup::mtp3::{CONGESTION_EVERY, Event, ServiceIndicator};

use crate::chart::{A, A0, A1, B0, B1, BEYOND, Chart};

/// TFP, TFR, TFA, TFC for 300 = 0x12c.
const TFP: [u8; 3] = [0x14, 0x2c, 0x01];
const TFR: [u8; 3] = [0x34, 0x2c, 0x01];
const TFA: [u8; 3] = [0x54, 0x2c, 0x01];
const TRA: [u8; 1] = [0x17];

#[test]
fn two_linksets_of_one_priority_share_the_load_and_so_do_their_links() {
    let mut chart = Chart::new(0, 0);
    assert_eq!(chart.paths(&[0, 1, 2, 3, 4, 5, 6, 7]), "A0 B0 A1 B1 A0 B0 A1 B1");
}

#[test]
fn a_second_priority_carries_nothing_while_the_first_can() {
    let mut chart = Chart::new(0, 1);
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "A0 A1 A0 A1");
}

#[test]
fn q704_7_a_prohibited_route_is_left_at_once_and_asked_for_every_t10() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &TFP);
    assert_eq!(chart.paths(&[0, 1]), "B0 B1");
    assert!(chart.router.is_reachable(A), "the point itself is");
    chart.pass(Duration::from_millis(44_999));
    chart.said();
    chart.pass_ms(1);
    assert_eq!(chart.said(), ["A0 RST 300"]);
    chart.pass(Duration::from_secs(45));
    assert!(chart.said().contains(&"A0 RST 300".to_owned()), "again");
}

#[test]
fn q704_8_an_allowed_route_is_taken_after_t6_and_nothing_overtakes() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &TFP);
    chart.hears(A1, &TFA);
    chart.sends(BEYOND, 0, 1);
    chart.sends(A, 0, 2);
    assert_eq!(chart.said(), ["A0 user 2"], "only what moves is held");
    chart.pass_ms(799);
    assert_eq!(chart.said(), [""; 0]);
    chart.pass_ms(1);
    assert_eq!(chart.said(), ["A0 user 1"]);
    chart.pass(Duration::from_secs(50));
    assert!(!chart.said().iter().any(|line| line.contains("RST")), "no test of an allowed route");
}

#[test]
fn q704_8_a_restricted_route_is_left_for_a_worse_one_but_kept_where_there_is_none() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &TFR);
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(800);
    assert_eq!(chart.said(), ["B0 user 1"]);
    chart.hears(B0, &TFP);
    assert_eq!(chart.paths(&[0, 1]), "A0 A1");
    chart.pass(Duration::from_secs(45));
    let lines = chart.said();
    assert!(lines.contains(&"A0 RSR 300".to_owned()) && lines.contains(&"B0 RST 300".to_owned()), "{lines:?}");
}

#[test]
fn a_destination_that_no_route_leads_to_is_paused_until_one_does() {
    let mut chart = Chart::new(0, 1);
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
    let mut chart = Chart::new(0, 0);
    chart.hears(A0, &TFP);
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "B0 B0 B1 B1");
    chart.hears(A0, &TFA);
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "B0 B1", "what stays is not held");
    chart.pass_ms(800);
    assert_eq!(chart.said(), ["A0 user 0", "A1 user 0"]);
}

#[test]
fn what_is_said_of_other_destinations_or_by_others_changes_nothing() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &[0x14, 0x63, 0x00]);
    chart.hears(A0, &[0x14, 200, 0]);
    assert_eq!(chart.router.counters().management_ignored, 2);
    assert_eq!(chart.paths(&[0, 1]), "A0 A1");
}

#[test]
fn q704_9_what_a_transfer_point_prohibited_is_forgotten_when_its_last_link_fails() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &TFP);
    for link in [A0, A1] {
        chart.fails(link);
        chart.retrieves(link, &[], &[]);
    }
    chart.pass(Duration::from_secs(3));
    chart.said();
    chart.align(A0);
    assert_eq!(chart.said(), ["A0 TRA"]);
    assert_eq!(chart.paths(&[0, 1]), "B0 B1");
    chart.hears(A0, &TRA);
    chart.pass_ms(800);
    chart.said();
    assert_eq!(chart.paths(&[0, 1]), "A0 A0");
}

#[test]
fn q704_9_a_restart_that_we_did_not_notice_is_answered_once_in_t19() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &TRA);
    assert_eq!(chart.said(), [""; 0], "T19 has not passed since our own restart");
    chart.pass(Duration::from_secs(63));
    chart.said();
    chart.hears(A0, &TRA);
    chart.hears(A0, &TRA);
    assert_eq!(chart.said(), ["A0 TRA"]);
}

#[test]
fn q704_11_the_networks_congestion_is_told_each_time_with_its_level() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &[0x23, 0x2c, 0x81]);
    chart.hears(A0, &[0x23, 0x63, 0x00]);
    assert_eq!(chart.said(), ["Congested { destination: PointCode(300), level: 2 }"]);
}

#[test]
fn q704_11_a_congested_link_of_ours_is_told_with_its_first_message_and_each_eighth() {
    let mut chart = Chart::new(0, 1);
    chart.told(A0, mtp2::Output::CongestionOnset);
    let told = |chart: &mut Chart, messages: u32| {
        (0..messages).for_each(|_| chart.sends(BEYOND, 0, 1));
        chart.said().iter().filter(|line| line.starts_with("Congested")).count()
    };
    assert_eq!(told(&mut chart, CONGESTION_EVERY), 1);
    assert_eq!(told(&mut chart, 1), 1);
    chart.told(A0, mtp2::Output::CongestionAbated);
    assert_eq!(told(&mut chart, 20), 0);
}

#[test]
fn q704_11_a_missing_user_part_is_told_and_ours_are_refused() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &[0x1a, 0x2c, 0x01, 0x15]);
    let told = "UserPartUnavailable { destination: PointCode(300), service: ServiceIndicator(5), \
                cause: UnavailabilityCause(1) }";
    assert_eq!(chart.said(), [told]);
    chart.receive(A0, ServiceIndicator(3), 1, &[9, 9]);
    assert_eq!(chart.said(), ["A1 UPU 100 0x3 unequipped"]);
}

#[test]
fn links_of_the_other_linkset_are_no_substitute_within_this_one() {
    let mut chart = Chart::new(0, 0);
    chart.fails(B1);
    chart.retrieves(B1, &[], &[]);
    chart.hears_about(B1, B0, &[0x21, 127]);
    chart.said();
    assert_eq!(chart.paths(&[1, 3]), "B0 B0");
    assert!(chart.events.contains(&Event::LinkUnavailable(B1, mtp2::Reason::ErrorRate)));
}
