//! Two interfaces back to back over data links on a bad line, with D-channel losses, restarts and far-end restarts of the
//! whole program: no channel stuck, no call reference leaked, each call over exactly once.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use crate::chart::{bare, config, release};
use isup::lapd::{self, Command, Link, LinkConfig};
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// One end: data link, interface, and its owner's book of calls.
struct End {
    link: Link,
    interface: Interface,
    line: VecDeque<(Instant, Vec<u8>)>,
    /// Calls that are not over; true once the far end disconnected.
    calls: BTreeMap<CallId, bool>,
    answered: usize,
}

impl End {
    fn new(side: Side) -> Self {
        Self {
            link: Link::new(LinkConfig::primary_rate(side)),
            interface: Interface::new(config(side, SwitchType::EuroIsdnE1)),
            line: VecDeque::new(),
            calls: BTreeMap::new(),
            answered: 0,
        }
    }

    /// Layers until quiet; gives the frames for the line.
    fn pump(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        loop {
            if let Some(output) = self.link.poll_output() {
                match output {
                    lapd::Output::Frame(frame) => frames.push(frame),
                    lapd::Output::Established(_) => self.tell(now, DataLink::Established),
                    lapd::Output::Released(_) => self.tell(now, DataLink::Released),
                    lapd::Output::Data(octets) => self.tell(now, DataLink::Data(octets)),
                    lapd::Output::UnitData(_) | lapd::Output::Error(_) => {}
                }
            } else if let Some(output) = self.interface.poll_output() {
                match output {
                    Output::DataLink(_, command) => self.link.handle_command(now, command),
                    Output::Call(call, indication) => self.told(now, call, indication),
                    Output::Channel(..) | Output::Connectionless(_) | Output::Alarm(_) => {}
                }
            } else {
                assert_eq!(self.interface.invariant(), Ok(()));
                return frames;
            }
        }
    }

    fn tell(&mut self, now: Instant, event: DataLink) {
        self.interface.handle_data_link(now, DChannelId(0), event);
    }

    fn told(&mut self, now: Instant, call: CallId, indication: Indication) {
        match indication {
            Indication::Setup(..) => {
                assert_eq!(self.calls.insert(call, false), None, "a call is never given twice");
                self.interface.handle_request(now, call, Request::CallProceeding(bare("")));
                self.interface.handle_request(now, call, Request::Alerting(bare("")));
                self.interface.handle_request(now, call, Request::Connect(bare("")));
            }
            Indication::Connect(_) => self.answered += 1,
            Indication::Disconnect(_) => {
                self.calls.insert(call, true);
                self.interface.handle_request(now, call, release(16));
            }
            Indication::Released => assert!(self.calls.remove(&call).is_some(), "over exactly once"),
            _ => assert!(self.calls.contains_key(&call), "{indication:?} of a call that is over"),
        }
    }

    fn next(&self) -> Option<Instant> {
        let line = self.line.front().map(|(arrival, _)| *arrival);
        [line, self.link.poll_timeout(), self.interface.poll_timeout()].into_iter().flatten().min()
    }
}

struct Pair {
    ends: [End; 2],
    now: Instant,
    random: ChaCha20Rng,
    lost_per_mille: u32,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let ends = [End::new(Side::User), End::new(Side::Network)];
        Self { ends, now: crate::epoch(), random: ChaCha20Rng::seed_from_u64(seed), lost_per_mille: 0 }
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.random.next_u32() % bound
    }

    fn pump(&mut self) {
        for from in 0..2 {
            for frame in self.ends[from].pump(self.now) {
                if self.below(1_000) >= self.lost_per_mille {
                    self.ends[1 - from].line.push_back((self.now + Duration::from_millis(5), frame));
                }
            }
        }
    }

    fn until(&mut self, end: Instant) {
        self.pump();
        while let Some(next) = self.ends.iter().filter_map(End::next).min().filter(|next| *next <= end) {
            self.now = next.max(self.now);
            for each in &mut self.ends {
                if each.line.front().is_some_and(|(arrival, _)| *arrival <= self.now) {
                    let (_, frame) = each.line.pop_front().expect("it was there");
                    each.link.handle_frame(self.now, &frame);
                }
                each.link.handle_timeout(self.now);
                each.interface.handle_timeout(self.now);
            }
            self.pump();
        }
        self.now = end;
    }

    fn wait_ms(&mut self, ms: u64) {
        self.until(self.now + Duration::from_millis(ms));
    }

    fn something_happens(&mut self) {
        let at = self.below(2) as usize;
        let channel = ChannelId(self.below(4));
        let choice = match self.below(3) {
            0 => ChannelChoice::Exclusive(channel),
            1 => ChannelChoice::Preferred(channel),
            _ => ChannelChoice::Any,
        };
        let (now, what) = (self.now, self.below(100));
        let end = &mut self.ends[at];
        match what {
            // A refusal is an answer too.
            0..50 => {
                let setup = bare("bearer n100");
                if let Ok(call) = end.interface.handle_setup(now, choice, setup) {
                    end.calls.insert(call, false);
                }
            }
            50..85 => {
                if let Some(call) = end.calls.keys().next().copied() {
                    end.interface.handle_request(now, call, release(16));
                }
            }
            85..90 => end.interface.handle_maintenance(now, Maintenance::Restart(channel)),
            90..92 => end.interface.handle_maintenance(now, Maintenance::RestartAll),
            92..95 => end.link.handle_command(now, Command::Deactivated),
            95..97 => self.lost_per_mille = 1_000,
            97..99 => self.lost_per_mille = 100,
            // The program at one end begins anew, without a memory.
            _ => {
                let side = [Side::User, Side::Network][at];
                *end = End::new(side);
            }
        }
        let pause = u64::from(self.below(3_000));
        self.wait_ms(pause);
        if self.below(3) == 0 {
            self.lost_per_mille = 0;
        }
    }
}

#[test]
fn nothing_is_stuck_or_leaked_after_any_disorder() {
    let mut answered = 0;
    for seed in 0..40 {
        println!("seed {seed}");
        let mut pair = Pair::new(seed);
        pair.wait_ms(5_000);
        (0..60).for_each(|_| pair.something_happens());
        pair.lost_per_mille = 0;
        pair.wait_ms(700_000);
        for end in &mut pair.ends {
            for call in end.calls.keys().copied().collect::<Vec<_>>() {
                end.interface.handle_request(pair.now, call, release(16));
            }
        }
        pair.wait_ms(700_000);
        for end in &pair.ends {
            assert!(end.calls.is_empty(), "calls stuck: {:?}", end.calls);
            assert_eq!(end.interface.calls().count(), 0);
            for (id, view) in end.interface.channels() {
                assert!(view.is_available(), "{id:?}: {view:?}");
            }
        }
        answered += pair.ends.iter().map(|end| end.answered).sum::<usize>();
    }
    assert!(answered > 40, "calls went through: {answered}");
}

#[test]
fn calls_complete_both_ways_at_once() {
    let mut pair = Pair::new(1);
    pair.wait_ms(5_000);
    for (end, channel) in [(0, 0), (1, 1), (0, 2), (1, 3)] {
        let end = &mut pair.ends[end];
        let choice = ChannelChoice::Exclusive(ChannelId(channel));
        let call = end.interface.handle_setup(pair.now, choice, bare("bearer n100")).expect("it is free");
        end.calls.insert(call, false);
    }
    pair.wait_ms(1_000);
    assert_eq!(pair.ends.each_ref().map(|end| (end.answered, end.calls.len())), [(2, 4), (2, 4)]);
}
