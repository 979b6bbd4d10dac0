//! The playout buffer as timed charts: one column of packets, one of what plays.

use super::*;

/// 20 ms of a depth of 40 ms, unless a test says otherwise.
const DEPTH: u32 = 320;
const PACKET: usize = 160;

struct Chart {
    buffer: PlayoutBuffer,
}

impl Chart {
    fn new(depth: u32) -> Self {
        Self { buffer: PlayoutBuffer::new(depth) }
    }

    /// A packet whose octets are all `octet`.
    fn packet(&mut self, timestamp: u32, octet: u8) -> &mut Self {
        self.buffer.insert(timestamp, &[octet; PACKET], None);
        self
    }

    /// Plays `blocks` blocks; missing octets show as zero.
    fn play(&mut self, blocks: usize) -> Vec<u8> {
        let mut octets = vec![0; blocks * 40];
        octets.chunks_mut(40).for_each(|block| {
            self.buffer.play(block);
        });
        octets
    }

    /// A steady stream of `packets`, each played as long as it lasts; how much of it was missing.
    fn stream(&mut self, from: u32, packets: u32, every_blocks: usize) -> usize {
        (0..packets)
            .map(|n| {
                self.packet(from.wrapping_add(n * PACKET as u32), 7);
                self.play(every_blocks).iter().filter(|octet| **octet == 0).count()
            })
            .sum()
    }
}

#[test]
fn the_first_octet_plays_when_the_whole_depth_has_passed_and_the_rest_follows() {
    let mut chart = Chart::new(DEPTH);
    assert_eq!(chart.buffer.play(&mut [0; 40]), Played { present: 0, startup: (1 << 40) - 1 });
    chart.packet(1000, 1);
    assert_eq!(chart.play(8), [0; 320]);
    assert_eq!(chart.play(4), [1; 160]);
    assert_eq!(chart.buffer.play(&mut [0; 40]), Played { present: 0, startup: 0 }, "lost, not start-up");
}

#[test]
fn packets_in_any_order_play_in_order_and_a_duplicate_changes_nothing() {
    let mut chart = Chart::new(DEPTH);
    chart.packet(160, 1).play(8);
    chart.packet(480, 3).packet(320, 2).packet(320, 9).packet(480, 9);
    assert_eq!(chart.play(12), [[1; 160], [2; 160], [3; 160]].concat());
    assert_eq!(chart.buffer.counts(), PlayoutCounts { packets_duplicate: 2, ..Default::default() });
}

#[test]
fn the_packet_before_the_first_one_still_plays() {
    let mut chart = Chart::new(DEPTH);
    chart.packet(320, 2).packet(160, 1);
    let played = chart.play(12);
    assert_eq!(played[160..], [[1; 160], [2; 160]].concat());
}

#[test]
fn the_fastest_packet_of_the_start_up_sets_the_pace() {
    let mut chart = Chart::new(DEPTH);
    // The first packet was held up: the second comes with it.
    chart.packet(0, 1).packet(160, 2);
    assert_eq!(chart.play(4), [0; 160]);
    assert_eq!(chart.play(8), [[1; 160], [2; 160]].concat());
}

#[test]
fn timestamps_wrap() {
    let mut chart = Chart::new(DEPTH);
    let missing = chart.stream(u32::MAX - 1000, 40, 4);
    assert_eq!(missing, DEPTH as usize, "the start-up");
    assert_eq!(chart.buffer.counts(), PlayoutCounts::default());
}

#[test]
fn payloads_of_any_length_join_without_a_seam() {
    let mut chart = Chart::new(0);
    for (timestamp, length) in [(0, 8), (8, 1), (9, 31), (40, 40)] {
        chart.buffer.insert(timestamp, &vec![5; length], None);
    }
    assert_eq!(chart.play(2), [5; 80]);
}

#[test]
fn octets_that_come_too_late_are_counted_and_the_rest_of_their_packet_plays() {
    let mut chart = Chart::new(DEPTH);
    chart.packet(0, 1);
    assert_eq!(chart.play(13)[480..], [0; 40]);
    chart.packet(160, 2);
    assert_eq!(chart.play(3), [2; 120]);
    chart.packet(160, 2);
    let expected = PlayoutCounts { packets_late: 1, late_octets: 40, packets_duplicate: 1, ..Default::default() };
    assert_eq!(chart.buffer.counts(), expected);
}

#[test]
fn octets_beyond_the_reach_of_the_buffer_are_an_overrun() {
    let mut chart = Chart::new(DEPTH);
    chart.stream(0, 10, 4);
    let next = 10 * 160 - DEPTH;
    chart.packet(next + AHEAD - 60, 1);
    assert_eq!(chart.buffer.counts().overrun_octets, 100);
    assert_eq!(chart.stream(1600, 10, 4), 0, "and harm nothing");
}

#[test]
fn one_stray_packet_never_restarts_a_stream_and_a_tenth_of_a_second_of_them_does() {
    let mut chart = Chart::new(DEPTH);
    chart.stream(0, 10, 4);
    chart.packet(5_000_000, 9);
    assert_eq!(chart.stream(1600, 10, 4), 0);
    assert_eq!(chart.buffer.counts().restarts, 0);
    let missing = chart.stream(5_000_000, 20, 4);
    assert_eq!(chart.buffer.counts().restarts, 1);
    // What waited plays on, then comes the time without, and the start-up of the stream after.
    assert_eq!(missing, RESYNC_OCTETS as usize + 160 - DEPTH as usize + (DEPTH as usize - 160));
}

#[test]
fn a_stream_that_stands_still_and_goes_on_where_it_was_is_found_again() {
    let mut chart = Chart::new(DEPTH);
    chart.stream(0, 10, 4);
    chart.play(400);
    chart.stream(1600, 20, 4);
    assert_eq!(chart.buffer.counts().restarts, 1);
    assert_eq!(chart.stream(1600 + 20 * 160, 10, 4), 0);
}

#[test]
fn a_burst_after_a_stall_is_late_and_the_stream_goes_on_without_restart() {
    let mut chart = Chart::new(DEPTH);
    chart.stream(0, 10, 4);
    chart.play(200);
    for n in 10..60 {
        chart.packet(n * 160, 7);
    }
    assert_eq!(chart.buffer.counts().restarts, 0);
    assert_eq!(chart.stream(60 * 160, 10, 4), 0);
}

#[test]
fn a_jump_of_the_span_passes_over_as_many_octets() {
    let mut chart = Chart::new(DEPTH);
    chart.stream(0, 10, 4);
    chart.packet(1600, 1).packet(1760, 2);
    chart.buffer.skip(160 + DEPTH);
    assert_eq!(chart.play(4), [2; 160]);
    assert_eq!(chart.buffer.counts().skipped_octets, 160 + u64::from(DEPTH));
}

#[test]
fn a_faster_far_end_costs_one_packet_a_window_and_no_more() {
    let mut chart = Chart::new(DEPTH);
    chart.stream(0, 10, 4);
    // One packet more in each second: 2 % fast.
    let mut timestamp = 1600;
    for _ in 0..20 {
        chart.packet(timestamp, 7);
        timestamp += 160;
        chart.stream(timestamp, 50, 4);
        timestamp += 50 * 160;
    }
    let counts = chart.buffer.counts();
    assert!((3..=5).contains(&counts.slips), "{counts:?}");
    assert!(counts.slip_dropped_octets <= counts.slips * 160 && counts.slip_repeated_octets == 0, "{counts:?}");
    assert!(counts.skew_octets > 0);
}

#[test]
fn a_slower_far_end_has_a_packet_repeated_before_the_buffer_runs_dry() {
    let mut chart = Chart::new(4 * DEPTH);
    chart.stream(0, 20, 4);
    let mut timestamp = 3200;
    let mut missing = 0;
    for _ in 0..12 {
        missing += chart.play(4).iter().filter(|octet| **octet == 0).count();
        missing += chart.stream(timestamp, 300, 4);
        timestamp += 300 * 160;
    }
    let counts = chart.buffer.counts();
    assert_eq!(missing, 0, "{counts:?}");
    assert!(counts.slip_repeated_octets > 0 && counts.slip_dropped_octets == 0, "{counts:?}");
}

#[test]
fn a_steady_stream_is_never_moved_in_ten_minutes() {
    let mut chart = Chart::new(DEPTH);
    assert_eq!(chart.stream(0, 30_000, 4), DEPTH as usize);
    assert_eq!(chart.buffer.counts(), PlayoutCounts::default());
    assert_eq!(chart.buffer.mean_wait(), DEPTH);
}
