//! Changeover and changeback, Q.704 clauses 5 and 6.

use isup::mtp2;
use isup::mtp3::Event;

use crate::chart::{A0, A1, B0, BEYOND, Chart};

const COO: u8 = 0x11;
const COA: u8 = 0x21;
const ECO: u8 = 0x12;
const ECA: u8 = 0x22;
const CBA: u8 = 0x61;
const CBD: u8 = 0x51;

#[test]
fn q704_5_3_to_5_5_a_failed_link_hands_what_the_far_end_lacks_to_its_parallel_before_anything_newer() {
    let mut chart = Chart::new(0, 1);
    chart.fails(A0);
    assert_eq!(chart.said(), ["A0 retrieve"]);
    chart.sends(BEYOND, 0, 5);
    chart.sends(BEYOND, 1, 6);
    assert_eq!(chart.said(), ["A1 user 6"], "the share of A0 waits, that of A1 does not");
    chart.retrieves(A0, &[1, 2, 3], &[4]);
    assert_eq!(chart.said(), ["A1 COO 0 77"]);
    chart.hears_about(A0, A1, &[COA, 10]);
    assert_eq!(chart.said(), ["A1 user 2", "A1 user 3", "A1 user 4", "A1 user 5"], "the far end had accepted FSN 10");
    assert!(chart.events.contains(&Event::Diverted { link: A0, messages: 3 }));
}

#[test]
fn q704_5_7_without_an_answer_in_t2_only_new_traffic_goes_on() {
    let mut chart = Chart::new(0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[1], &[2]);
    chart.sends(BEYOND, 0, 3);
    assert_eq!(chart.said(), ["A0 retrieve", "A1 COO 0 77"]);
    // T17 comes first and starts the link anew, which does not matter.
    chart.pass_ms(1_399);
    assert_eq!(chart.said(), ["A0 start { emergency: false }"]);
    chart.pass_ms(1);
    assert_eq!(chart.said(), ["A1 user 3"]);
    assert!(chart.events.contains(&Event::ChangeoverUnanswered(A0)));
}

#[test]
fn q704_5_4_an_order_is_an_acknowledgement_too_and_is_acknowledged() {
    let mut chart = Chart::new(0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[1, 2], &[]);
    chart.hears_about(A0, A1, &[COO, 10]);
    assert_eq!(chart.said(), ["A0 retrieve", "A1 COO 0 77", "A1 COA 0 77", "A1 user 2"]);
    chart.hears_about(A0, A1, &[COA, 10]);
    assert_eq!(chart.said(), [""; 0]);
}

#[test]
fn q704_5_3_an_order_for_a_link_that_we_took_to_be_in_service_takes_it_out() {
    let mut chart = Chart::new(0, 1);
    chart.hears_about(A0, A1, &[COO, 10]);
    assert_eq!(chart.said(), ["A0 retrieve", "A0 stop"]);
    chart.retrieves(A0, &[1, 2], &[]);
    assert_eq!(chart.said(), ["A1 COA 0 77", "A1 user 2"]);
    chart.told(A0, mtp2::Output::OutOfService(mtp2::Reason::Stopped));
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "A1 A1 A1 A1");
    chart.pass_ms(1_150);
    assert_eq!(chart.said(), ["A0 start { emergency: false }"], "and T17 later it is restored");
}

#[test]
fn a_link_cannot_carry_the_news_of_its_own_failure() {
    let mut chart = Chart::new(0, 1);
    chart.hears(A0, &[COO, 10]);
    assert_eq!(chart.said(), [""; 0]);
    assert_eq!(chart.router.counters().management_ignored, 1);
}

#[test]
fn q704_5_6_an_emergency_answer_brings_back_only_what_was_never_sent() {
    let mut chart = Chart::new(0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[1, 2], &[3]);
    chart.hears_about(A0, A1, &[ECA]);
    assert_eq!(chart.said(), ["A0 retrieve", "A1 COO 0 77", "A1 user 3"]);
}

#[test]
fn q704_5_6_who_does_not_know_its_bsn_orders_and_answers_in_emergency() {
    let mut chart = Chart::new(0, 1);
    chart.fails(A0);
    chart.told(A0, mtp2::Output::Retrieved(mtp2::Retrieval::default()));
    assert_eq!(chart.said(), ["A0 retrieve", "A1 ECO 0"]);
    chart.hears_about(A0, A1, &[COA, 3]);
    chart.said();
    // The far end goes through its own changeover later.
    chart.hears_about(A0, A1, &[ECO]);
    chart.told(A0, mtp2::Output::Retrieved(mtp2::Retrieval::default()));
    assert_eq!(chart.said(), ["A0 retrieve", "A1 ECA 0"]);
}

#[test]
fn q704_5_2_the_last_link_of_a_linkset_is_changed_over_by_the_way_around() {
    let mut chart = Chart::new(0, 1);
    chart.fails(A1);
    chart.retrieves(A1, &[], &[]);
    chart.hears_about(A1, A0, &[COA, 127]);
    chart.said();
    chart.fails(A0);
    chart.sends(BEYOND, 0, 3);
    chart.retrieves(A0, &[1, 2], &[]);
    assert_eq!(chart.said(), ["A0 retrieve", "B0 COO 0 77"], "to A, which B leads to as well");
    chart.hears_about(A0, B0, &[COA, 10]);
    assert_eq!(chart.said(), ["B0 user 2", "B0 user 3"]);
}

#[test]
fn a_link_that_nothing_else_leads_to_is_changed_over_by_t1_alone() {
    let mut chart = Chart::new(0, 1);
    for link in [crate::chart::B0, crate::chart::B1, A1] {
        chart.fails(link);
    }
    chart.pass_ms(1_000);
    chart.said();
    chart.fails(A0);
    chart.sends(BEYOND, 0, 1);
    assert_eq!(chart.said(), ["pause 200", "pause 201", "pause 300"]);
    assert_eq!(chart.router.counters().unreachable, 1);
}

#[test]
fn a_processor_outage_holds_new_messages_for_t1_and_gives_the_old_ones_up() {
    let mut chart = Chart::new(0, 1);
    chart.told(A0, mtp2::Output::RemoteProcessorOutage);
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(799);
    assert_eq!(chart.said(), [""; 0]);
    chart.pass_ms(1);
    assert_eq!(chart.said(), ["A0 flush", "A1 user 1"]);
}

#[test]
fn a_processor_outage_shorter_than_t1_costs_nothing() {
    let mut chart = Chart::new(0, 1);
    chart.told(A0, mtp2::Output::RemoteProcessorOutage);
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(300);
    chart.told(A0, mtp2::Output::RemoteProcessorRecovered);
    chart.align(A0);
    assert_eq!(chart.said(), ["A0 user 1"]);
    assert_eq!(chart.paths(&[0, 1]), "A0 A1");
}

/// A0 is back at level 2; its share is still with A1.
fn returning() -> Chart {
    let mut chart = Chart::new(0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[], &[]);
    chart.hears_about(A0, A1, &[COA, 127]);
    chart.pass_ms(1_150);
    chart.said();
    chart.align(A0);
    chart
}

/// The code of the declaration among the lines.
fn declared(lines: &[String]) -> u8 {
    let code = lines.iter().find_map(|line| line.strip_prefix("A1 CBD 0 "));
    code.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{lines:?}"))
}

#[test]
fn q704_6_3_a_link_takes_its_share_back_once_the_far_end_has_all_that_the_other_carried() {
    let mut chart = returning();
    let code = declared(&chart.said());
    chart.sends(BEYOND, 0, 1);
    chart.sends(BEYOND, 1, 2);
    chart.sends(BEYOND, 2, 3);
    assert_eq!(chart.said(), ["A1 user 2"]);
    chart.hears_about(A0, A1, &[CBA, code.wrapping_add(1)]);
    assert_eq!(chart.said(), [""; 0], "another changeback's code");
    chart.hears_about(A0, A1, &[CBA, code]);
    assert_eq!(chart.said(), ["A0 user 1", "A0 user 3"]);
    assert_eq!(chart.paths(&[0, 1, 2, 3]), "A0 A1 A0 A1");
}

#[test]
fn q704_6_5_a_declaration_is_repeated_after_t4_and_given_up_after_t5() {
    let mut chart = returning();
    let code = declared(&chart.said());
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(800);
    assert_eq!(chart.said(), [format!("A1 CBD 0 {code}")]);
    chart.pass_ms(800);
    assert_eq!(chart.said(), ["A0 user 1"]);
    assert!(chart.events.contains(&Event::ChangebackUnanswered(A0)));
}

#[test]
fn q704_6_3_a_declaration_is_acknowledged_with_its_code_over_the_link_it_came_by() {
    let mut chart = Chart::new(0, 1);
    chart.hears_about(A0, A1, &[CBD, 42]);
    assert_eq!(chart.said(), ["A1 CBA 0 42"]);
}

#[test]
fn a_link_that_fails_while_its_share_returns_leaves_it_where_it_was() {
    let mut chart = returning();
    chart.said();
    chart.sends(BEYOND, 0, 1);
    chart.fails(A0);
    assert_eq!(chart.said(), ["A1 user 1", "A0 retrieve"]);
}

#[test]
fn a_substitute_that_fails_during_changeback_delivers_first() {
    let mut chart = returning();
    chart.said();
    chart.sends(BEYOND, 0, 3);
    chart.fails(A1);
    chart.retrieves(A1, &[1, 2], &[]);
    chart.hears_about(A1, A0, &[COA, 9]);
    assert_eq!(chart.said(), ["A1 retrieve", "A0 COO 1 77", "A0 user 1", "A0 user 2", "A0 user 3"]);
}

#[test]
fn a_buffer_that_is_full_refuses_and_counts() {
    let mut chart = Chart::new(0, 1);
    chart.fails(A0);
    for _ in 0..isup::mtp3::held::HELD_MAX + 3 {
        chart.sends(BEYOND, 0, 1);
    }
    assert_eq!(chart.router.counters().held_dropped, 3);
    chart.fails(B0);
    chart.retrieves(A0, &[], &[]);
    chart.hears_about(A0, A1, &[COA, 0]);
    let lines = chart.said();
    assert_eq!(lines.iter().filter(|line| *line == "A1 user 1").count(), isup::mtp3::held::HELD_MAX);
}
