//! Two links back to back: what goes in at one end comes out at the other, once and in order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use isup::mtp2::{Command, Correction, LineError, LineMode, Link, LinkConfig, Output, State, Timers};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// One end and the line towards it.
struct End {
    link: Link,
    /// What the driver repeats (it is the last unit that it was given).
    repeats: Vec<u8>,
    /// The last unit that came, where the driver hides an equal one.
    seen: Vec<u8>,
    received: Vec<Vec<u8>>,
    failures: u32,
}

struct Pair {
    ends: [End; 2],
    line: LineMode,
    now: Instant,
    random: ChaCha20Rng,
    /// One unit of so many is corrupted; 0 for none.
    corrupt_one_in: u32,
}

impl Pair {
    fn new(line: LineMode, seed: [u8; 32], corrupt_one_in: u32) -> Self {
        Self::correcting(line, Correction::Basic, seed, corrupt_one_in)
    }

    fn correcting(line: LineMode, correction: Correction, seed: [u8; 32], corrupt_one_in: u32) -> Self {
        let end = || End {
            link: Link::new(LinkConfig { timers: Timers::KBIT_64, line, correction }),
            repeats: Vec::new(),
            seen: Vec::new(),
            received: Vec::new(),
            failures: 0,
        };
        Self { ends: [end(), end()], line, now: crate::epoch(), random: ChaCha20Rng::from_seed(seed), corrupt_one_in }
    }

    /// One millisecond: each end sends one unit.
    fn step(&mut self) {
        for from in [0, 1] {
            let mut unit = Vec::new();
            if self.ends[from].link.poll_transmit(self.now, &mut unit) {
                self.ends[from].repeats = unit;
            }
            let unit = self.ends[from].repeats.clone();
            self.arrive(1 - from, unit);
        }
        self.now += Duration::from_millis(1);
        for end in &mut self.ends {
            while end.link.poll_timeout().is_some_and(|deadline| deadline <= self.now) {
                end.link.handle_timeout(self.now);
            }
            while let Some(output) = end.link.poll_output() {
                match output {
                    Output::Received(message) => end.received.push(message),
                    Output::OutOfService(_) => {
                        end.failures += 1;
                        end.link.handle_command(self.now, Command::Start { emergency: true });
                    }
                    _ => {}
                }
            }
        }
    }

    fn arrive(&mut self, to: usize, unit: Vec<u8>) {
        let end = &mut self.ends[to];
        if self.corrupt_one_in > 0 && self.random.next_u32().is_multiple_of(self.corrupt_one_in) {
            end.link.handle_error(self.now, LineError::Check);
            return;
        }
        if self.line == LineMode::Repeating && unit == end.seen {
            return;
        }
        end.link.handle_unit(self.now, &unit);
        end.seen = unit;
    }

    fn start(&mut self, end: usize) {
        self.ends[end].link.handle_command(self.now, Command::Start { emergency: true });
    }

    fn run_until_in_service(&mut self, ms_max: u64) -> u64 {
        for ms in 0..ms_max {
            if self.ends.iter().all(|end| end.link.state() == State::InService) {
                return ms;
            }
            self.step();
        }
        panic!("not in service after {ms_max} ms: {:?}", self.ends.each_ref().map(|end| end.link.state()));
    }
}

#[test]
fn two_links_align_by_emergency_proving_whoever_starts_first_and_however_late_the_other() {
    for line in [LineMode::Frames, LineMode::Repeating] {
        for late_ms in [0, 1, 2, 3, 100, 5_000] {
            let mut pair = Pair::new(line, [0; 32], 0);
            pair.start(0);
            (0..late_ms).for_each(|_| pair.step());
            pair.start(1);
            let ms = pair.run_until_in_service(600);
            assert!((500..520).contains(&ms), "{line:?}, second start after {late_ms} ms: {ms} ms");
        }
    }
}

#[test]
fn a_link_that_is_stopped_and_started_again_realigns() {
    for line in [LineMode::Frames, LineMode::Repeating] {
        let mut pair = Pair::new(line, [1; 32], 0);
        pair.start(0);
        pair.start(1);
        pair.run_until_in_service(600);
        for _ in 0..3 {
            pair.ends[0].link.handle_command(pair.now, Command::Stop);
            pair.step();
            assert_ne!(pair.ends[0].link.state(), State::InService);
            pair.run_until_in_service(600);
        }
    }
}

#[test]
fn messages_arrive_once_and_in_order_over_a_line_that_corrupts() {
    for line in [LineMode::Frames, LineMode::Repeating] {
        for seed in 0..6 {
            // At one corruption in 300 units the error rate monitor stays below its threshold.
            let corrupt_one_in = if seed == 0 { 0 } else { 300 };
            messages_arrive(line, Correction::Basic, [seed; 32], corrupt_one_in);
            messages_arrive(line, Correction::CYCLIC, [seed; 32], corrupt_one_in);
        }
    }
}

fn messages_arrive(line: LineMode, correction: Correction, seed: [u8; 32], corrupt_one_in: u32) {
    let mut pair = Pair::correcting(line, correction, seed, 0);
    pair.start(0);
    pair.start(1);
    pair.run_until_in_service(600);
    pair.corrupt_one_in = corrupt_one_in;
    let mut sent: [VecDeque<Vec<u8>>; 2] = Default::default();
    for step in 0..20_000u32 {
        for (end, sent) in sent.iter_mut().enumerate() {
            if pair.random.next_u32().is_multiple_of(4) && step < 18_000 {
                let length = 4 + pair.random.next_u32() as usize % 200;
                let mut message = step.to_le_bytes().to_vec();
                message.resize(length, end as u8);
                pair.ends[end].link.handle_command(pair.now, Command::Transmit(message.clone()));
                sent.push_back(message);
            }
        }
        pair.step();
    }
    for (end, sent) in sent.iter().enumerate() {
        let other = &pair.ends[1 - end];
        assert_eq!(other.failures, 0, "seed {seed:?} {line:?}");
        assert_eq!(other.received.len(), sent.len(), "seed {seed:?} {line:?}");
        assert!(other.received.iter().eq(sent), "seed {seed:?} {line:?}: out of order");
    }
    if corrupt_one_in > 0 {
        let counters = pair.ends[0].link.counters();
        let negative = counters.negative_sent > 0;
        assert_eq!(negative, correction == Correction::Basic, "the line did corrupt");
        assert!(counters.messages_retransmitted > 0);
    }
}

#[test]
fn a_bad_line_never_panics_and_links_come_back_when_it_heals() {
    for line in [LineMode::Frames, LineMode::Repeating] {
        for seed in 0..4 {
            let mut pair = Pair::new(line, [seed; 32], 10);
            pair.start(0);
            pair.start(1);
            (0..30_000).for_each(|_| pair.step());
            pair.corrupt_one_in = 0;
            pair.run_until_in_service(60_000);
        }
    }
}

#[test]
fn random_units_and_orders_never_panic() {
    for line in [LineMode::Frames, LineMode::Repeating] {
        let seed = [9; 32];
        let mut pair = Pair::new(line, seed, 0);
        for round in 0..60_000u32 {
            let choice = pair.random.next_u32() % 16;
            let mut octets = vec![0; pair.random.next_u32() as usize % 8];
            pair.random.fill_bytes(&mut octets);
            let (link, now) = (&mut pair.ends[0].link, pair.now);
            match choice {
                0 => link.handle_command(now, Command::Start { emergency: round % 2 == 0 }),
                1 if round % 50 == 0 => link.handle_command(now, Command::Stop),
                2 => link.handle_command(now, Command::Transmit(octets)),
                3 => link.handle_command(now, Command::LocalProcessorOutage),
                4 => link.handle_command(now, Command::LocalProcessorRecovered),
                5 => link.handle_command(now, Command::ReceiveCongestion),
                6 => link.handle_command(now, Command::ReceiveCongestionCeased),
                7 if round % 7 == 0 => link.handle_error(now, LineError::Abort),
                8 => link.handle_unit(now, &octets),
                9 if octets.len() >= 3 => {
                    octets[2] = octets.len() as u8 - 3;
                    link.handle_unit(now, &octets);
                }
                _ => pair.step(),
            }
        }
    }
}
