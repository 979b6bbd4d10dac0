//! The TDM half, block by block, against a worker played by the test.

use super::*;
use crate::ring::RtpEnd;
use crate::tone::Tone;
use crate::{Content, SpanMedia, TIMESLOTS, Timeslot};

struct Chart {
    bearer: Bearer,
    ends: Vec<RtpEnd>,
    commands: rtrb::Producer<BearerCommand>,
    events: rtrb::Consumer<BearerEvent>,
    counters: Arc<Counters>,
}

fn chart(laws: &[Law], guard_blocks: u8) -> Chart {
    let spans = laws.iter().map(|law| SpanMedia { law: *law }).collect();
    let spec = GroupSpec { spans, guard_blocks, buffer_blocks: 1, driver_blocks: 0 };
    let (commands, commands_end) = rtrb::RingBuffer::new(crate::command::COMMANDS);
    let (events_end, events) = rtrb::RingBuffer::new(crate::command::EVENTS);
    let (tdm_ends, ends) = laws.iter().map(|_| crate::ring::pair()).unzip();
    let counters = Arc::new(Counters::default());
    let bearer = Bearer::new(&spec, tdm_ends, commands_end, events_end, counters.clone());
    Chart { bearer, ends, commands, events, counters }
}

impl Chart {
    /// Exchanges block number `block` of `span`, every octet of which is `octet`.
    fn exchange(&mut self, span: u8, block: u64, octet: u8) -> SpanBlock {
        let received = SpanBlock { valid: u32::MAX, ..SpanBlock::filled(block * 40, octet) };
        let mut transmit = SpanBlock::filled(0, 0);
        self.bearer.exchange(span, &received, &mut transmit);
        transmit
    }

    fn answer(&mut self, span: usize, block: u64, octet: u8) {
        self.ends[span].down.push(SpanBlock { valid: 2, ..SpanBlock::filled(block * 40, octet) }).expect("room");
    }

    fn patch(&mut self, a: (u8, u8), b: (u8, u8), content: Content) {
        let [a, b] = [a, b].map(|(span, timeslot)| Timeslot { span, timeslot });
        self.commands.push(BearerCommand::Patch { a, b, content }).expect("room");
    }
}

#[test]
fn one_block_in_gives_the_block_stamped_with_its_frame_out() {
    let mut chart = chart(&[Law::A], 1);
    assert_eq!(chart.exchange(0, 0, 1).octets, [[0xd5; 40]; TIMESLOTS], "nothing can be due yet");
    chart.answer(0, 1, 11);
    chart.answer(0, 2, 12);
    assert_eq!(chart.exchange(0, 1, 2).octets[5], [11; 40]);
    assert_eq!(chart.exchange(0, 2, 3).octets[5], [12; 40]);
    assert_eq!((chart.counters.ring_underruns.get(), chart.counters.blocks.get()), (0, 3));
    let up: Vec<u64> = std::iter::from_fn(|| chart.ends[0].up.pop().ok()).map(|up| up.block.frame).collect();
    assert_eq!(up, [0, 40, 80]);
}

#[test]
fn a_block_that_comes_after_its_frame_is_discarded_and_one_before_its_frame_waits() {
    let mut chart = chart(&[Law::Mu], 1);
    chart.exchange(0, 0, 0);
    let underrun = chart.exchange(0, 1, 0);
    assert_eq!((underrun.valid, underrun.octets[1]), (0, [0xff; 40]));
    [1, 2, 4].into_iter().for_each(|block| chart.answer(0, block, block as u8));
    assert_eq!(chart.exchange(0, 2, 0).octets[1], [2; 40]);
    assert_eq!(chart.exchange(0, 3, 0).octets[1], [0xff; 40]);
    assert_eq!(chart.exchange(0, 4, 0).octets[1], [4; 40]);
    assert_eq!((chart.counters.blocks_late.get(), chart.counters.ring_underruns.get()), (1, 2));
    let underruns: Vec<u64> = std::iter::from_fn(|| chart.ends[0].up.pop().ok()).map(|up| up.underruns).collect();
    assert_eq!(underruns, [0, 0, 1, 1, 2], "the worker is told");
}

#[test]
fn a_gap_in_frames_is_counted_and_what_was_due_in_it_is_discarded() {
    let mut chart = chart(&[Law::A], 2);
    chart.exchange(0, 0, 0);
    chart.answer(0, 2, 2);
    chart.answer(0, 7, 7);
    assert_eq!(chart.exchange(0, 7, 0).octets[1], [7; 40]);
    assert_eq!((chart.counters.gap_frames.get(), chart.counters.blocks_late.get()), (6 * 40, 1));
}

#[test]
fn a_worker_that_stands_still_costs_counted_blocks_and_never_a_wait() {
    let mut chart = chart(&[Law::A], 1);
    let blocks = crate::ring::RING_BLOCKS as u64 + 5;
    (0..blocks).for_each(|block| {
        chart.exchange(0, block, 0);
    });
    assert_eq!(chart.counters.ring_overruns.get(), 5);
    assert_eq!(chart.counters.ring_underruns.get(), blocks - 1);
}

#[test]
fn a_patch_within_a_span_is_exact_and_without_delay() {
    let mut chart = chart(&[Law::A], 1);
    chart.patch((0, 3), (0, 7), Content::Digital);
    for block in 0..100u64 {
        let mut received = SpanBlock { valid: u32::MAX, ..SpanBlock::filled(block * 40, 0) };
        received.octets[3] = std::array::from_fn(|n| (block * 40 + n as u64) as u8);
        received.octets[7] = std::array::from_fn(|n| !(block as u8) ^ n as u8);
        let mut transmit = SpanBlock::filled(0, 0);
        chart.bearer.exchange(0, &received, &mut transmit);
        assert_eq!((transmit.octets[7], transmit.octets[3]), (received.octets[3], received.octets[7]));
        assert_eq!(transmit.valid, 1 << 3 | 1 << 7);
    }
}

#[test]
fn a_patch_across_spans_is_exact_though_a_tick_brings_two_blocks_or_none() {
    let mut chart = chart(&[Law::A, Law::A], 1);
    chart.patch((0, 1), (1, 31), Content::Speech);
    let mut sent = [0u64; 2];
    let mut heard: [Vec<u8>; 2] = Default::default();
    for tick in 0..200u64 {
        let blocks = [1, if tick < 4 { 1 } else { [1, 0, 2][tick as usize % 3] }];
        for span in [0, 1u8] {
            for _ in 0..blocks[usize::from(span)] {
                let block = sent[usize::from(span)];
                sent[usize::from(span)] += 1;
                let timeslot = [1, 31][usize::from(span)];
                heard[usize::from(span)].push(chart.exchange(span, block, block as u8 | 1).octets[timeslot][0]);
            }
        }
    }
    for heard in heard {
        let begun = heard.iter().position(|octet| *octet != 0xd5).expect("something crossed");
        assert!(begun <= 2, "{begun}");
        let expected: Vec<u8> = (0..(heard.len() - begun) as u64).map(|block| block as u8 | 1).collect();
        assert_eq!(heard[begun..], expected);
    }
    assert_eq!((chart.counters.patch_underruns.get(), chart.counters.patch_slips.get()), (0, 0));
}

#[test]
fn a_patch_between_laws_converts_speech_and_never_digital_content() {
    for (content, expected) in [(Content::Speech, 0x80), (Content::Digital, 0xaa)] {
        let mut chart = chart(&[Law::A, Law::Mu], 1);
        chart.patch((0, 1), (1, 1), content);
        let out = (0..3).map(|block| {
            chart.exchange(0, block, 0xaa);
            chart.exchange(1, block, 0xff).octets[1]
        });
        assert_eq!(out.last(), Some([expected; 40]));
    }
}

#[test]
fn a_span_that_stops_taking_slips_its_patches_and_one_that_stops_giving_underruns_them() {
    let mut chart = chart(&[Law::A, Law::A], 1);
    chart.patch((0, 1), (1, 1), Content::Speech);
    for block in 0..10 {
        chart.exchange(0, block, 1);
    }
    assert_eq!(chart.counters.patch_slips.get(), 10 - crate::patch::CROSSING_BLOCKS as u64);
    for block in 0..10 {
        chart.exchange(1, block, 1);
    }
    assert_eq!(chart.counters.patch_underruns.get(), 10 - crate::patch::CROSSING_BLOCKS as u64);
}

#[test]
fn a_patch_ends_when_it_is_parted_or_one_side_is_joined_elsewhere() {
    let mut chart = chart(&[Law::A], 1);
    chart.patch((0, 1), (0, 2), Content::Speech);
    chart.patch((0, 2), (0, 3), Content::Speech);
    assert_eq!(chart.exchange(0, 0, 9).valid, 0b1100);
    let [a, b] = [2, 3].map(|timeslot| Timeslot { span: 0, timeslot });
    chart.commands.push(BearerCommand::Unpatch { a: b, b: a }).expect("room");
    assert_eq!(chart.exchange(0, 1, 9).valid, 0);
    chart.commands.push(BearerCommand::Unpatch { a, b }).expect("room");
    chart.patch((0, 32), (0, 1), Content::Speech);
    chart.patch((0, 1), (1, 1), Content::Speech);
    assert_eq!(chart.exchange(0, 2, 9).valid, 0);
    assert_eq!(chart.counters.stale_commands.get(), 3);
}

#[test]
fn a_tone_at_one_side_of_a_patch_is_heard_there_alone_and_nothing_waits_behind_it() {
    let mut chart = chart(&[Law::A], 1);
    chart.patch((0, 3), (0, 7), Content::Speech);
    let at = Timeslot { span: 0, timeslot: 3 };
    let play = |chart: &mut Chart, tone| chart.commands.push(BearerCommand::Play { at, tone }).expect("room");
    play(&mut chart, Some(Tone::RINGING));
    for block in 0..3 {
        let mut tone = [0; 40];
        Tone::RINGING.write(block * 40, Law::A, &mut tone);
        let sent = chart.exchange(0, block, 0x2a);
        assert_eq!((sent.octets[3], sent.octets[7]), (tone, [0x2a; 40]), "block {block}");
    }
    play(&mut chart, None);
    assert_eq!(chart.exchange(0, 3, 0x2b).octets[3], [0x2b; 40]);
    // No side of a patch.
    chart.commands.push(BearerCommand::Play { at: Timeslot { span: 0, timeslot: 4 }, tone: None }).expect("room");
    chart.commands.push(BearerCommand::Play { at: Timeslot { span: 9, timeslot: 4 }, tone: None }).expect("room");
    chart.exchange(0, 4, 0);
    assert_eq!(chart.counters.stale_commands.get(), 2);
}

#[test]
fn a_check_stands_before_whatever_else_a_timeslot_has_and_tells_when_it_has_passed() {
    let mut chart = chart(&[Law::A], 1);
    let at = Timeslot { span: 0, timeslot: 1 };
    let equipment = Some(crate::Equipment::Transceiver { sends_hz: 2000, hears_hz: 2000 });
    chart.commands.push(BearerCommand::Check { at, equipment }).expect("room");
    let mut looped = SpanBlock::filled(0, Law::A.silence());
    for block in 0..40 {
        chart.answer(0, block, 11);
        let received = SpanBlock { frame: block * 40, valid: u32::MAX, ..looped };
        chart.bearer.exchange(0, &received, &mut looped);
        assert_ne!(looped.octets[1], [11; 40]);
    }
    assert_eq!(chart.events.pop(), Ok(BearerEvent::ToneHeard { at }));
    assert_eq!((chart.events.pop().is_err(), chart.bearer.events_told()), (true, 1));
    chart.commands.push(BearerCommand::Check { at, equipment: None }).expect("room");
    chart.answer(0, 40, 11);
    assert_eq!(chart.exchange(0, 40, 0).octets[1], [11; 40]);
}
