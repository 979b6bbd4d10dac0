//! Two links back to back on a bad line, against a model: every I frame arrives once and in order, or the link says that it
//! failed.

use std::time::{Duration, Instant};

use isup::lapd::{Command, Link, LinkConfig, Output, Primitive, Side, State};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::line::{Faults, Line, Tally};

/// One end, and what layer 3 knows there.
struct End {
    link: Link,
    /// The line towards this end.
    line: Line,
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
}

impl Pair {
    fn new(seed: [u8; 32], faults: Faults) -> Self {
        let now = crate::chart::epoch();
        let end = |side| End {
            link: Link::new(LinkConfig::primary_rate(side)),
            line: Line::new(faults),
            sent: Vec::new(),
            received: Vec::new(),
            failures: Vec::new(),
        };
        let ends = [end(Side::Network), end(Side::User)];
        let mut pair = Self { ends, now, random: ChaCha20Rng::from_seed(seed) };
        for end in &mut pair.ends {
            end.link.handle_command(pair.now, Command::Establish);
        }
        pair
    }

    /// From now on the line does this.
    fn faults(&mut self, faults: Faults) {
        self.ends.iter_mut().for_each(|end| end.line.faults = faults);
    }

    fn heal(&mut self) {
        self.faults(Faults::default());
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
        if end.link.counters().requests_refused == refused {
            end.sent.push(number);
        }
    }

    /// Nobody speaks, and time passes in leaps from one event to the next.
    fn rest(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        while self.now < end {
            let events = self
                .ends
                .iter()
                .flat_map(|side| [side.link.poll_timeout(), side.line.next_arrival()].into_iter().flatten());
            self.now = events.min().map_or(end, |event| event.clamp(self.now, end));
            self.step();
        }
    }

    fn step(&mut self) {
        for to in [0, 1] {
            while let Some(octets) = self.ends[to].line.receive(self.now) {
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
            Output::Frame(octets) => self.ends[1 - from].line.send(self.now, &octets, &mut self.random),
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
            self.now += Duration::from_millis(1);
            self.step();
        }
    }

    /// The model: what arrived is a part of what was sent, in order and without repetition; each missing piece is followed by a
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

fn seed(number: u8, kind: u8) -> [u8; 32] {
    let mut seed = [number; 32];
    seed[0] = kind;
    seed
}

/// A quiet link is in state 8 for a moment every T203.
fn is_up(link: &Link) -> bool {
    matches!(link.state(), State::MultipleFrameEstablished | State::TimerRecovery)
}

fn losing(lost: u32) -> Faults {
    Faults { lost, ..Faults::default() }
}

#[test]
fn a_good_line_loses_nothing_and_sends_nothing_twice() {
    let mut pair = Pair::new(seed(0, 0), Faults::default());
    pair.run(20_000, 100);
    pair.rest(2_000);
    pair.check(seed(0, 0));
    for end in &pair.ends {
        assert_eq!(end.link.counters().information_retransmitted, 0);
    }
    assert_eq!(pair.ends[0].sent, pair.ends[1].received);
    assert_eq!(pair.ends[1].sent, pair.ends[0].received);
}

/// Seeds for each line below; each is ten seconds of faults, and half a minute to recover.
const SEEDS: u8 = 16;

#[test]
fn whatever_a_line_does_information_is_repaired_in_order_or_its_loss_is_reported() {
    let lines = [
        losing(10),
        losing(200),
        losing(600),
        Faults { corrupted: 50, ..Faults::default() },
        Faults { duplicated: 300, ..Faults::default() },
        Faults { lost: 20, corrupted: 20, duplicated: 20 },
        Faults { lost: 150, corrupted: 150, duplicated: 300 },
    ];
    let mut sum = Tally::default();
    let (mut repaired, mut reported) = (0, 0);
    for (kind, faults) in (0..).zip(lines) {
        for number in 0..SEEDS {
            let seed = seed(number, kind);
            let mut pair = Pair::new(seed, faults);
            pair.run(10_000, 50);
            // The line heals, and whatever still waits arrives.
            pair.heal();
            pair.rest(30_000);
            pair.check(seed);
            for end in &pair.ends {
                assert!(is_up(&end.link), "seed {seed:?}: {:?}", end.link.state());
                repaired += end.link.counters().information_retransmitted;
                reported += end.failures.len().saturating_sub(1);
                sum.add(end.line.tally);
            }
        }
    }
    assert!(repaired > 5_000 && reported > 100, "{repaired}, {reported}");
    assert!(sum.lost > 3_000 && sum.corrupted > 2_000 && sum.duplicated > 5_000, "{sum:?}");
}

#[test]
fn a_few_lost_frames_and_repeated_ones_are_never_noticed_by_layer_3() {
    for number in 0..SEEDS {
        let seed = seed(number, 100);
        // A loss while both ends begin is told, as a beginning anew.
        let mut pair = Pair::new(seed, Faults::default());
        pair.run(1_000, 0);
        pair.faults(Faults { lost: 5, corrupted: 5, duplicated: 10 });
        pair.run(15_000, 20);
        pair.heal();
        pair.rest(10_000);
        assert_eq!(pair.ends[0].sent, pair.ends[1].received, "seed {seed:?}");
        assert_eq!(pair.ends[1].sent, pair.ends[0].received, "seed {seed:?}");
    }
}

#[test]
fn a_d_channel_that_goes_and_comes_back_is_established_again() {
    let seed = seed(1, 0);
    let mut pair = Pair::new(seed, Faults::default());
    pair.run(1_000, 50);
    pair.faults(losing(1_000));
    pair.run(30_000, 5);
    pair.heal();
    pair.rest(5_000);
    pair.run(5_000, 50);
    pair.rest(2_000);
    pair.check(seed);
    for end in &pair.ends {
        assert!(is_up(&end.link));
        assert!(end.failures.len() > 1, "the loss is reported");
    }
}
