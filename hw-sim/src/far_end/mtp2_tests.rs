//! Two links on two lines, wire to wire, in virtual milliseconds.

use super::super::line::Line;
use super::super::unit::{self, Status, Unit};
use super::*;
use crate::hdlc::Deframer;
use crate::wire::CHUNK_OCTETS;

struct End {
    link: Link,
    line: Line,
    arriving: [u8; CHUNK_OCTETS],
    heard: Vec<Indication>,
}

struct Pair {
    now_ms: u64,
    ends: [End; 2],
    /// What the line does to the octets towards each end.
    spoil: fn(u64, &mut [u8; CHUNK_OCTETS]),
    /// Kinds of unit that the first end has sent, each change once.
    story: Vec<String>,
    listener: Deframer,
}

impl Pair {
    fn new(emergency: [bool; 2]) -> Self {
        let end = |emergency| End {
            link: Link::new(emergency),
            line: Line::new(),
            arriving: [0xff; CHUNK_OCTETS],
            heard: Vec::new(),
        };
        Pair {
            now_ms: 0,
            ends: emergency.map(end),
            spoil: |_, _| {},
            story: Vec::new(),
            listener: Deframer::new(unit::UNIT_OCTETS_MAX + 2),
        }
    }

    fn run(&mut self, ms: u64) {
        for _ in 0..ms {
            self.now_ms += 1;
            let mut leaving = [[0; CHUNK_OCTETS]; 2];
            for (end, leaving) in self.ends.iter_mut().zip(&mut leaving) {
                end.line.receive(self.now_ms, &end.arriving, &mut end.link);
                end.link.tick(self.now_ms);
                end.line.transmit(self.now_ms, leaving, &mut end.link);
                end.heard.extend(std::iter::from_fn(|| end.link.poll_indication()));
            }
            self.listen(&leaving[0]);
            for (end, mut octets) in self.ends.iter_mut().zip([leaving[1], leaving[0]]) {
                (self.spoil)(self.now_ms, &mut octets);
                end.arriving = octets;
            }
        }
    }

    fn listen(&mut self, octets: &[u8; CHUNK_OCTETS]) {
        let story = &mut self.story;
        self.listener.octets(octets, |frame| {
            let unit = frame.expect("own units are whole");
            let (_, unit) = unit::decode(unit).expect("own units are well formed");
            let name = match unit {
                Unit::FillIn => "FISU".to_owned(),
                Unit::Message(_) => "MSU".to_owned(),
                Unit::Status(status) => format!("{status:?}"),
            };
            if story.last() != Some(&name) {
                story.push(name);
            }
        });
    }

    /// Runs until both ends are in service and answers when that was.
    fn run_until_in_service(&mut self, ms_max: u64) -> u64 {
        while !self.in_service() && self.now_ms < ms_max {
            self.run(1);
        }
        self.now_ms
    }

    fn in_service(&self) -> bool {
        self.ends.iter().all(|end| matches!(end.link.state(), State::InService { .. }))
    }

    fn received(&mut self, end: usize) -> Vec<Vec<u8>> {
        let received = |indication| if let Indication::Received(octets) = indication { Some(octets) } else { None };
        std::mem::take(&mut self.ends[end].heard).into_iter().filter_map(received).collect()
    }
}

/// The unit order of two libss7 ends: SIO, SIE for half a second, FISU.
#[test]
fn two_ends_align_by_emergency_proving_within_600_ms() {
    let mut pair = Pair::new([true, true]);
    let ms = pair.run_until_in_service(1_000);
    assert!((T4_EMERGENCY_MS..600).contains(&ms), "in service after {ms} ms");
    assert_eq!(pair.story, ["OutOfAlignment", "EmergencyAlignment", "FISU"]);
}

#[test]
fn one_end_that_asks_for_emergency_makes_both_prove_short_but_the_other_says_normal() {
    let mut pair = Pair::new([false, true]);
    let ms = pair.run_until_in_service(10_000);
    assert!(ms < 600, "in service after {ms} ms");
    assert_eq!(pair.story, ["OutOfAlignment", "NormalAlignment", "FISU"]);
}

#[test]
fn normal_proving_takes_its_8_2_seconds() {
    let mut pair = Pair::new([false, false]);
    let ms = pair.run_until_in_service(10_000);
    assert!((T4_NORMAL_MS..T4_NORMAL_MS + 100).contains(&ms), "in service after {ms} ms");
}

#[test]
fn alignment_alone_is_tried_again_after_t2() {
    let mut pair = Pair::new([true, true]);
    pair.spoil = |_, octets| *octets = [0xff; CHUNK_OCTETS];
    pair.run(T2_MS + RESTART_MS + 10);
    assert_eq!(pair.story, ["OutOfAlignment", "OutOfService", "OutOfAlignment"]);
    assert!(!pair.in_service());
}

#[test]
fn a_cut_line_fails_the_link_by_its_error_rate_and_the_link_aligns_again() {
    let mut pair = Pair::new([true, true]);
    pair.run_until_in_service(1_000);
    pair.spoil = |_, octets| *octets = [0xff; CHUNK_OCTETS];
    pair.run(140);
    assert!(pair.ends.iter().all(|end| end.heard.last() == Some(&Indication::OutOfService("error rate"))));
    pair.spoil = |_, _| {};
    let (cut_ms, ms) = (pair.now_ms, pair.run_until_in_service(10_000));
    assert!(ms - cut_ms < RESTART_MS + 700, "in service again after {} ms", ms - cut_ms);
}

#[test]
fn a_line_of_ones_before_the_other_end_appears_does_not_count_against_the_link() {
    let mut pair = Pair::new([true, true]);
    pair.spoil = |now_ms, octets| *octets = if now_ms < 5_000 { [0xff; CHUNK_OCTETS] } else { *octets };
    let ms = pair.run_until_in_service(10_000);
    assert!(ms < 5_600, "in service after {ms} ms");
    assert!(pair.ends.iter().all(|end| end.link.units_errored() <= 1));
}

/// Proving is aborted by an error, and given up at the fifth (Q.703 10.3).
#[test]
fn an_error_while_proving_begins_the_proving_again() {
    let mut pair = Pair::new([true, true]);
    pair.spoil = |now_ms, octets| octets[3] ^= if now_ms == 300 { 0x10 } else { 0 };
    let ms = pair.run_until_in_service(2_000);
    assert!((300 + T4_EMERGENCY_MS..900).contains(&ms), "in service after {ms} ms");
}

#[test]
fn messages_arrive_once_and_in_order_over_a_line_with_errors() {
    let mut pair = Pair::new([true, true]);
    pair.run_until_in_service(1_000);
    pair.spoil = |now_ms, octets| octets[5] ^= if now_ms % 97 == 0 { 0x08 } else { 0 };
    let messages: Vec<Vec<u8>> = (0..200u8).map(|number| vec![0x85, number, number, number, number, number]).collect();
    for message in &messages {
        pair.ends[0].link.send(message.clone()).expect("room for 200");
        pair.ends[1].link.send(message.clone()).expect("room for 200");
    }
    pair.run(1_500);
    assert_eq!(pair.received(0), messages);
    assert_eq!(pair.received(1), messages);
    assert!(pair.ends[0].link.units_retransmitted() > 0 && pair.in_service());
}

#[test]
fn a_stopped_link_says_out_of_service_and_so_fails_the_other_end() {
    let mut pair = Pair::new([true, true]);
    pair.run_until_in_service(1_000);
    pair.ends[0].link.stop();
    pair.run(5);
    assert_eq!(pair.story.last().map(String::as_str), Some("OutOfService"));
    assert_eq!(pair.ends[1].heard.last(), Some(&Indication::OutOfService("SIOS")));
    let now_ms = pair.now_ms;
    pair.ends[0].link.start(now_ms);
    pair.run_until_in_service(now_ms + 3_000);
    assert!(pair.in_service());
}

#[test]
fn messages_that_nobody_acknowledges_fail_the_link_after_t7() {
    let mut link = Link::new(true);
    let mut octets = Vec::new();
    align(&mut link);
    link.send(vec![0x85; 10]).expect("in service");
    link.next_unit(1_000, &mut octets);
    link.tick(1_000 + T7_MS - 1);
    assert!(matches!(link.state(), State::InService { .. }));
    link.tick(1_000 + T7_MS);
    assert_eq!(std::iter::from_fn(|| link.poll_indication()).last(), Some(Indication::OutOfService("T7")));
}

/// Q.703 clause 9: each SIB puts T7 off, the first one starts T6.
#[test]
fn a_busy_other_end_puts_t7_off_until_t6_ends_it() {
    let mut link = Link::new(true);
    let mut octets = Vec::new();
    align(&mut link);
    link.send(vec![0x85; 10]).expect("in service");
    link.next_unit(1_000, &mut octets);
    for now_ms in 1_000..1_000 + T6_MS {
        link.receive(now_ms, &[0xff, 0xff, 1, 5]);
        link.tick(now_ms);
        assert!(matches!(link.state(), State::InService { .. }));
    }
    link.tick(1_000 + T6_MS);
    assert_eq!(std::iter::from_fn(|| link.poll_indication()).last(), Some(Indication::OutOfService("T6")));
}

/// What a closed HDLC channel sends. The sender shows its death only when it speaks again.
#[test]
fn a_line_of_flags_is_counted_by_no_monitor_and_a_new_alignment_ends_the_service() {
    let mut pair = Pair::new([true, true]);
    pair.run_until_in_service(1_000);
    pair.spoil = |_, octets| *octets = [0x7e; CHUNK_OCTETS];
    pair.run(3_000);
    assert!(pair.in_service());
    pair.spoil = |_, _| {};
    pair.ends[0].link = Link::new(true);
    pair.run(10);
    assert_eq!(pair.ends[1].heard.last(), Some(&Indication::OutOfService("SIO")));
    pair.run_until_in_service(10_000);
    assert!(pair.in_service());
}

#[test]
fn messages_wait_while_the_other_end_has_a_processor_outage() {
    let mut link = Link::new(true);
    let mut octets = Vec::new();
    align(&mut link);
    link.receive(1_000, &[0xff, 0xff, 1, 4]);
    link.send(vec![0x85; 10]).expect("in service");
    link.next_unit(1_001, &mut octets);
    assert_eq!(octets, [0xff, 0xff, 0]);
    link.receive(2_000, &[0xff, 0xff, 0]);
    link.next_unit(2_001, &mut octets);
    assert_eq!(octets[..3], [0xff, 0x80, 10]);
}

/// Brings a lone link into service by hand.
fn align(link: &mut Link) {
    link.tick(0);
    for status in [Status::OutOfAlignment, Status::EmergencyAlignment] {
        let mut octets = Vec::new();
        unit::encode(link.correction.header(), Unit::Status(status), &mut octets);
        link.receive(1, &octets);
    }
    link.tick(1 + T4_EMERGENCY_MS);
    link.receive(600, &[0xff, 0xff, 0]);
    assert_eq!(link.poll_indication(), Some(Indication::InService));
}
