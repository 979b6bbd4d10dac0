//! Events as packets tell them, lose them and repeat them.

use super::*;
use crate::{BLOCK_OCTETS, Law};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

struct Chart {
    arrivals: Arrivals,
    dialler: Dialler,
    statistics: Statistics,
}

fn chart() -> Chart {
    Chart { arrivals: Arrivals::default(), dialler: Dialler::new(Law::A), statistics: Statistics::default() }
}

impl Chart {
    /// A packet: its timestamp, event, duration, and whether it is the last.
    fn says(&mut self, timestamp: u32, code: u8, duration: u16, is_end: bool) {
        self.packet(7, timestamp, false, TelephoneEvent { code, is_end, volume: 10, duration });
    }

    fn packet(&mut self, ssrc: u32, timestamp: u32, marker: bool, event: TelephoneEvent) {
        let header = PacketHeader { marker, payload_type: 101, sequence: 0, timestamp, ssrc };
        self.arrivals.take(header, &event.write(), &mut self.dialler, &mut self.statistics);
    }

    /// Blocks of the tones that sound from now on, in runs.
    fn tones(&mut self, blocks: usize) -> Vec<usize> {
        let mut runs = vec![0];
        for _ in 0..blocks {
            let mut out = [0; BLOCK_OCTETS];
            let sounds = self.dialler.play(None, &mut out) && out != [Law::A.silence(); BLOCK_OCTETS];
            match (sounds, runs.last_mut()) {
                (true, Some(run)) => *run += 1,
                (false, Some(0)) | (_, None) => {}
                (false, Some(_)) => runs.push(0),
            }
        }
        runs.retain(|run| *run > 0);
        runs
    }
}

#[test]
fn an_event_is_one_tone_though_packets_are_lost_repeated_and_overtaken() {
    let mut chart = chart();
    // The first packet is lost, and two of the three last.
    for (duration, is_end) in [(320, false), (640, false), (480, false), (800, true)] {
        chart.says(1000, 5, duration, is_end);
    }
    assert_eq!(chart.tones(40), [20]);
    chart.says(1000, 5, 800, true);
    chart.says(1000, 5, 640, false);
    assert_eq!(chart.tones(40), []);
    assert_eq!(chart.statistics.digits_played, 1);
}

#[test]
fn another_timestamp_is_another_digit_though_the_end_of_the_first_is_lost() {
    let mut chart = chart();
    chart.says(1000, 5, 400, false);
    chart.says(3000, 5, 480, true);
    // An end of the first that was overtaken.
    chart.says(1000, 5, 400, true);
    assert_eq!(chart.tones(60), [10, 12]);
    assert_eq!(chart.statistics.digits_played, 2);
}

#[test]
fn a_stream_that_begins_anew_is_heard_though_its_timestamps_are_behind() {
    let mut chart = chart();
    chart.says(1_000_000, 1, 400, true);
    chart.packet(8, 999_000, true, TelephoneEvent { code: 2, is_end: true, volume: 0, duration: 400 });
    chart.packet(8, 500_000, true, TelephoneEvent { code: 3, is_end: true, volume: 0, duration: 400 });
    assert_eq!(chart.statistics.digits_played, 3);
}

#[test]
fn parts_of_a_long_event_are_one_tone() {
    let mut chart = chart();
    chart.says(0, 5, u16::MAX, false);
    chart.says(65_535, 5, 1000, false);
    chart.says(65_535, 5, 2000, true);
    assert_eq!(chart.tones(1_800), [(65_535 + 2000usize).div_ceil(40)]);
    // The same distance, but another digit; and one that bears the marker of a beginning.
    chart.says(200_000, 1, u16::MAX, false);
    chart.says(265_535, 2, 400, true);
    assert_eq!(chart.statistics.digits_played, 3);
}

#[test]
fn what_is_no_digit_and_what_is_no_event_is_counted() {
    let mut chart = chart();
    chart.says(1000, 16, 400, true);
    let header = PacketHeader { marker: true, payload_type: 101, sequence: 0, timestamp: 1, ssrc: 7 };
    chart.arrivals.take(header, &[5, 0, 0], &mut chart.dialler, &mut chart.statistics);
    assert_eq!((chart.statistics.events_unknown, chart.statistics.packets_malformed), (1, 1));
    assert_eq!(chart.tones(20), []);
}

#[test]
fn more_events_than_may_wait_are_counted_and_say_nothing_to_those_that_do() {
    let mut chart = chart();
    for n in 0..40 {
        chart.says(n * 4000, 5, 400, true);
    }
    assert_eq!((chart.statistics.digits_played, chart.statistics.digits_refused), (32, 8));
    assert_eq!(chart.tones(1_000).len(), 32);
}

#[test]
fn whatever_packets_come_no_more_than_may_wait_sound_and_every_packet_is_accounted_for() {
    let seed = 0x4733;
    println!("seed {seed:#x}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut chart = chart();
    for _ in 0..200_000 {
        let timestamp = [random.next_u32(), random.next_u32() % 4000, u32::MAX - random.next_u32() % 4000];
        let header = PacketHeader {
            marker: random.next_u32().is_multiple_of(2),
            payload_type: 101,
            sequence: 0,
            timestamp: timestamp[random.next_u32() as usize % 3],
            ssrc: random.next_u32() % 2,
        };
        let payload = [(random.next_u32() % 20) as u8, random.next_u32() as u8, random.next_u32() as u8, 0, 0];
        let length = random.next_u32() as usize % (payload.len() + 1);
        chart.arrivals.take(header, &payload[..length], &mut chart.dialler, &mut chart.statistics);
        if random.next_u32().is_multiple_of(3) {
            chart.dialler.play(Some(timestamp[1]), &mut [0; BLOCK_OCTETS]);
        }
    }
    assert!(chart.statistics.digits_played > 0 && chart.statistics.digits_refused > 0, "{:?}", chart.statistics);
    chart.dialler.end();
    // What waits comes to its end.
    let longest = 32 * (65_536 / 40 + 10);
    assert!((0..longest).any(|_| !chart.dialler.play(None, &mut [0; BLOCK_OCTETS])));
}
