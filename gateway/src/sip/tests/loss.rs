//! Two endpoints back to back over a network that loses, delays and reorders by seed: every call ends well.

use super::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

/// The caller's side A, the callee's side B, and datagrams under way between them.
struct Network {
    ends: [Endpoint; 2],
    addresses: [SocketAddr; 2],
    rng: ChaCha20Rng,
    loss_per_mille: u32,
    /// The answer goes in a reliable provisional response.
    early_media: bool,
    talk_ms: u64,
    now: Instant,
    sequence: u64,
    under_way: BTreeMap<(Instant, u64), (usize, Vec<u8>)>,
    /// Ring, answer or hang up, at its time.
    chores: BTreeMap<(Instant, u64), (usize, Command)>,
    answered: BTreeSet<SessionId>,
    ended: [Vec<Event>; 2],
}

impl Network {
    fn new(seed: u64, loss_per_mille: u32) -> Network {
        let addresses: [SocketAddr; 2] = ["192.0.2.1:5060".parse().unwrap(), "192.0.2.2:5060".parse().unwrap()];
        let end = |index: usize| {
            let listener =
                Listener { transport: Transport::Udp, address: addresses[index], advertised: addresses[index] };
            Endpoint::new(EndpointConfig { local: vec![listener], ..config(u8::try_from(index).unwrap() + 1) })
        };
        Network {
            ends: [end(0), end(1)],
            addresses,
            rng: ChaCha20Rng::seed_from_u64(seed),
            loss_per_mille,
            early_media: true,
            talk_ms: 5000,
            now: begin(),
            sequence: 0,
            under_way: BTreeMap::new(),
            chores: BTreeMap::new(),
            answered: BTreeSet::new(),
            ended: [Vec::new(), Vec::new()],
        }
    }

    fn key(&mut self, ms: u64) -> (Instant, u64) {
        self.sequence += 1;
        (self.now + Duration::from_millis(ms), self.sequence)
    }

    fn later(&mut self, ms: u64, end: usize, command: Command) {
        let key = self.key(ms);
        self.chores.insert(key, (end, command));
    }

    /// Runs until nothing is left to do.
    fn run(&mut self) {
        loop {
            for end in 0..2 {
                while let Some(output) = self.ends[end].poll_output() {
                    self.take(end, output);
                }
            }
            let next = [
                self.under_way.keys().next().map(|key| key.0),
                self.chores.keys().next().map(|key| key.0),
                self.ends[0].poll_timeout(),
                self.ends[1].poll_timeout(),
            ];
            let Some(next) = next.into_iter().flatten().min() else { return };
            self.now = next.max(self.now);
            if let Some(entry) = self.under_way.first_entry().filter(|entry| entry.key().0 <= next) {
                let (end, octets) = entry.remove();
                self.ends[end].handle_datagram(self.now, 0, (self.addresses[1 - end], Standing::Peer), &octets);
            } else if let Some(entry) = self.chores.first_entry().filter(|entry| entry.key().0 <= next) {
                let (end, command) = entry.remove();
                self.ends[end].handle_command(self.now, command);
            } else {
                self.ends.iter_mut().for_each(|end| end.handle_timeout(next));
            }
        }
    }

    fn take(&mut self, end: usize, output: Output) {
        match output {
            Output::Send { remote, octets, .. } => {
                assert_eq!(remote, self.addresses[1 - end]);
                if self.rng.next_u32() % 1000 >= self.loss_per_mille {
                    let delay_ms = 10 + u64::from(self.rng.next_u32() % 20);
                    let key = self.key(delay_ms);
                    self.under_way.insert(key, (1 - end, octets));
                }
            }
            Output::Event(event) => self.react(end, event),
            Output::Resolve { question, .. } => panic!("{question:?}: all is literal"),
            Output::Stream { request, .. } => panic!("{request:?}: all goes over UDP"),
            Output::Registered { user, .. } => panic!("{user:?}: nobody registers"),
        }
    }

    fn react(&mut self, end: usize, event: Event) {
        match event {
            Event::Incoming(incoming) => {
                let session = incoming.session;
                let agreement = sdp::answer(&incoming.offer.unwrap(), &capabilities()).unwrap();
                let early = self.early_media.then(|| agreement.ours.clone());
                self.later(100, end, Command::Ring { session, status: 183, answer: early.clone(), early_media: None });
                self.later(400, end, Command::Ring { session, status: 180, answer: early, early_media: None });
                self.later(700, end, Command::Accept { session, answer: agreement.ours });
            }
            Event::Answered { session, answer } => {
                assert!(answer.is_some());
                self.answered.insert(session);
                self.later(self.talk_ms, end, Command::Bye { session, cause: Some(16) });
            }
            Event::Ended { .. } | Event::Failed { .. } | Event::Refused { .. } | Event::Cancelled { .. } => {
                self.ended[end].push(event);
            }
            Event::Progress { .. } | Event::Acknowledged { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    fn place(&mut self, calls: u64, apart_ms: u64) {
        for call in 0..calls {
            let session = self.ends[0].next_session();
            let Command::Invite(invitation) = invite_command(session) else {
                unreachable!("invite_command makes an Invite")
            };
            let hop = Uri::parse(format!("sip:{}", self.addresses[1]).as_bytes()).unwrap();
            let invite = Command::Invite(Invitation { place: Place { hop, ..invitation.place.clone() }, ..invitation });
            self.later(call * apart_ms, 0, invite);
        }
    }

    #[track_caller]
    fn all_ended_well(&self, calls: usize) {
        for end in 0..2 {
            let errors: Vec<_> = self.ended[end].iter().filter(|event| !matches!(event, Event::Ended { .. })).collect();
            assert!(errors.is_empty(), "side {end}: {errors:?}");
            assert_eq!(self.ended[end].len(), calls, "side {end}");
            assert_eq!(self.ends[end].occupancy(), Occupancy::default(), "side {end}");
        }
        assert_eq!(self.answered.len(), calls);
    }
}

#[test]
fn two_thousand_calls_survive_the_loss_of_one_datagram_in_twenty() {
    let mut network = Network::new(20, 50);
    network.place(2000, 20);
    network.run();
    network.all_ended_well(2000);
    assert!(network.ends[0].counters().repetitions_sent > 100);
}

#[test]
fn calls_survive_the_loss_of_one_datagram_in_five_by_many_seeds() {
    for seed in 0..10 {
        let mut network = Network::new(seed, 200);
        network.place(20, 50);
        network.run();
        network.all_ended_well(20);
    }
}

#[test]
fn calls_without_early_media_survive_the_same_loss() {
    for seed in 0..5 {
        let mut network = Network { early_media: false, ..Network::new(seed, 200) };
        network.place(20, 50);
        network.run();
        network.all_ended_well(20);
    }
}

#[test]
fn calls_that_last_two_hours_are_refreshed_under_loss() {
    for seed in 0..5 {
        let mut network = Network { talk_ms: 7_200_000, ..Network::new(seed, 200) };
        network.place(20, 50);
        network.run();
        network.all_ended_well(20);
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let run = || {
        let mut network = Network::new(7, 100);
        network.place(20, 10);
        network.run();
        (*network.ends[0].counters(), *network.ends[1].counters())
    };
    assert_eq!(run(), run());
}
