//! Two links back to back on a bad line: every I frame arrives once and in order, or the link says that it failed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use isup::lapd::{Command, Link, LinkConfig, Output, Primitive, Side, State};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// One end, and what layer 3 knows there.
struct End {
    link: Link,
    /// Frames on the way to this end, in order, with their time of arrival.
    line: VecDeque<(Instant, Vec<u8>)>,
    /// What layer 3 has handed over.
    sent: Vec<u32>,
    received: Vec<u32>,
    /// Establishments and releases that layer 3 was told of, each with how much it had handed over.
    failures: Vec<usize>,
}

struct Pair {
    ends: [End; 2],
    now: Instant,
    random: ChaCha20Rng,
    /// Of a thousand frames so many are lost.
    lost_per_mille: u32,
}

impl Pair {
    fn new(seed: [u8; 32], lost_per_mille: u32) -> Self {
        let end = |side| End {
            link: Link::new(LinkConfig::primary_rate(side)),
            line: VecDeque::new(),
            sent: Vec::new(),
            received: Vec::new(),
            failures: Vec::new(),
        };
        let ends = [end(Side::Network), end(Side::User)];
        let mut pair = Self { ends, now: crate::chart::epoch(), random: ChaCha20Rng::from_seed(seed), lost_per_mille };
        for end in &mut pair.ends {
            end.link.handle_command(pair.now, Command::Establish);
        }
        pair
    }

    fn chance(&mut self, per_mille: u32) -> bool {
        self.random.next_u32() % 1_000 < per_mille
    }

    /// Layer 3 at one end hands over one numbered message.
    fn say(&mut self, from: usize) {
        let end = &mut self.ends[from];
        let number = end.sent.len() as u32;
        let refused = end.link.counters().requests_refused;
        end.link.handle_command(self.now, Command::Data(number.to_be_bytes().to_vec()));
        // A refusal is the link's word that it did not take the message.
        match end.link.counters().requests_refused == refused {
            true => end.sent.push(number),
            false => assert_ne!(end.link.state(), State::MultipleFrameEstablished, "the queue has room"),
        }
    }

    fn step(&mut self) {
        self.now += Duration::from_millis(1);
        for to in [0, 1] {
            while self.ends[to].line.front().is_some_and(|(at, _)| *at <= self.now) {
                let (_, octets) = self.ends[to].line.pop_front().expect("there is a first one");
                self.ends[to].link.handle_frame(self.now, &octets);
            }
            self.ends[to].link.handle_timeout(self.now);
        }
        for from in [0, 1] {
            while let Some(output) = self.ends[from].link.poll_output() {
                self.take(from, output);
            }
        }
    }

    fn take(&mut self, from: usize, output: Output) {
        match output {
            Output::Frame(octets) => {
                let delay = Duration::from_millis(u64::from(self.random.next_u32() % 20) + 1);
                // A corrupted frame is one that the check sequence takes away.
                if !self.chance(self.lost_per_mille) {
                    let line = &mut self.ends[1 - from].line;
                    let at = line.back().map_or(self.now, |(last, _)| *last).max(self.now + delay);
                    line.push_back((at, octets));
                }
            }
            Output::Data(octets) => {
                let number = u32::from_be_bytes(octets.try_into().expect("four octets were sent"));
                self.ends[from].received.push(number);
            }
            Output::Established(_) => self.failed(from),
            Output::Released(primitive) => {
                assert_eq!(primitive, Primitive::Indication, "nobody asks for a release here");
                self.failed(from);
                self.ends[from].link.handle_command(self.now, Command::Establish);
            }
            Output::Error(_) => {}
            Output::UnitData(octets) => panic!("nobody sent {octets:02x?}"),
        }
    }

    fn failed(&mut self, from: usize) {
        let handed_over = self.ends[from].sent.len();
        self.ends[from].failures.push(handed_over);
    }

    fn run(&mut self, ms: u32, talk_per_mille: u32) {
        for _ in 0..ms {
            for from in [0, 1] {
                if self.ends[from].link.state() == State::MultipleFrameEstablished && self.chance(talk_per_mille) {
                    self.say(from);
                }
            }
            self.step();
        }
    }

    /// What arrived is a part of what was sent, in order and without repetition; each missing piece is followed by a
    /// report to the sender's layer 3.
    fn check(&self, seed: [u8; 32]) {
        for from in [0, 1] {
            let (sender, receiver) = (&self.ends[from], &self.ends[1 - from]);
            assert!(receiver.received.windows(2).all(|pair| pair[0] < pair[1]), "seed {seed:?}: order or repetition");
            let mut arrived = receiver.received.iter().peekable();
            for number in &sender.sent {
                if arrived.next_if_eq(&number).is_none() {
                    let reported = sender.failures.iter().any(|handed_over| *handed_over > *number as usize);
                    assert!(reported, "seed {seed:?}: {number} was lost in silence");
                }
            }
            assert_eq!(arrived.next(), None, "seed {seed:?}: something arrived that was never sent");
        }
    }
}

fn seed(number: u8, lost_per_mille: u32) -> [u8; 32] {
    let mut seed = [number; 32];
    seed[0] = (lost_per_mille % 251) as u8;
    seed
}

#[test]
fn a_good_line_loses_nothing_and_sends_nothing_twice() {
    let mut pair = Pair::new(seed(0, 0), 0);
    pair.run(20_000, 100);
    pair.run(2_000, 0);
    pair.check(seed(0, 0));
    for end in &pair.ends {
        assert_eq!(end.link.counters().information_retransmitted, 0);
    }
    assert_eq!(pair.ends[0].sent, pair.ends[1].received);
    assert_eq!(pair.ends[1].sent, pair.ends[0].received);
}

#[test]
fn lost_frames_are_repaired_in_order_or_the_loss_is_reported() {
    let (mut repaired, mut reported) = (0, 0);
    for lost_per_mille in [1, 10, 50, 100, 200, 400, 600] {
        for number in 0..6 {
            let seed = seed(number, lost_per_mille);
            let mut pair = Pair::new(seed, lost_per_mille);
            pair.run(30_000, 20);
            // The line heals, and whatever still waits arrives.
            pair.lost_per_mille = 0;
            pair.run(30_000, 0);
            pair.check(seed);
            for end in &pair.ends {
                assert_eq!(end.link.state(), State::MultipleFrameEstablished, "seed {seed:?}");
                repaired += end.link.counters().information_retransmitted;
                reported += end.failures.len().saturating_sub(1);
            }
        }
    }
    assert!(repaired > 1_000 && reported > 10, "{repaired} frames repaired, {reported} failures reported");
}

#[test]
fn a_few_lost_frames_are_never_noticed_by_layer_3() {
    for number in 0..6 {
        let seed = seed(number, 10);
        let mut pair = Pair::new(seed, 10);
        pair.run(60_000, 20);
        pair.lost_per_mille = 0;
        pair.run(10_000, 0);
        assert_eq!(pair.ends[0].sent, pair.ends[1].received, "seed {seed:?}");
        assert_eq!(pair.ends[1].sent, pair.ends[0].received, "seed {seed:?}");
    }
}

#[test]
fn a_d_channel_that_goes_and_comes_back_is_established_again() {
    let seed = seed(1, 0);
    let mut pair = Pair::new(seed, 0);
    pair.run(1_000, 50);
    pair.lost_per_mille = 1_000;
    pair.run(30_000, 5);
    pair.lost_per_mille = 0;
    pair.run(5_000, 0);
    pair.run(5_000, 50);
    pair.run(2_000, 0);
    pair.check(seed);
    for end in &pair.ends {
        assert_eq!(end.link.state(), State::MultipleFrameEstablished);
        assert!(end.failures.len() > 1, "the loss is reported");
    }
}
