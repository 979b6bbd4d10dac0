//! Handshakes between two ends of ours on virtual time; baresip and OpenSSL are asked elsewhere.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use media::Port;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::srtp::{Keys, Suite};

/// Two ends that everybody here may be: a key costs more to draw than to use.
static ENDS: LazyLock<[Arc<Identity>; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Arc::new(Identity::draw().expect("the system has random numbers"))));

#[allow(clippy::disallowed_methods, reason = "read once, as a point to count from")]
fn start() -> Instant {
    Instant::now()
}

fn address(end: usize, port: Port) -> SocketAddr {
    let port = 4000 + 2 * end as u16 + u16::from(port == Port::Rtcp);
    SocketAddr::from(([192, 0, 2, 1 + end as u8], port))
}

/// What one end is told of the other.
fn far(end: usize, role: Role) -> Far {
    let other = 1 - end;
    Far {
        role,
        fingerprints: vec![ENDS[other].fingerprint().clone()],
        rtp: Some(address(other, Port::Rtp)),
        rtcp: Some(address(other, Port::Rtcp)),
    }
}

/// Two legs and the network between them.
struct Pair {
    now: Instant,
    legs: [Handshakes; 2],
    heard: [Vec<Event>; 2],
    /// Datagrams sent so far, by whom.
    sent: [usize; 2],
}

impl Pair {
    fn new() -> Pair {
        let legs = [0, 1].map(|end| Handshakes::new(ENDS[end].clone()));
        Pair { now: start(), legs, heard: Default::default(), sent: [0; 2] }
    }

    /// Two ends that have told each other who they are.
    fn met() -> Pair {
        let mut pair = Pair::new();
        pair.meet(0, far(0, Role::Passive));
        pair.meet(1, far(1, Role::Active));
        pair
    }

    fn meet(&mut self, end: usize, far: Far) {
        self.legs[end].meet(self.now, far);
    }

    /// Lets them talk until both are silent; `passes` says of each datagram whether it arrives.
    fn talk(&mut self, mut passes: impl FnMut(usize, &[u8]) -> bool) {
        let mut flying = VecDeque::new();
        loop {
            for end in 0..2 {
                while let Some((port, to, octets)) = self.legs[end].poll_transmit() {
                    assert_eq!(to, address(1 - end, port));
                    self.sent[end] += 1;
                    flying.extend(passes(end, &octets).then_some((end, port, octets)));
                }
            }
            let Some((end, port, octets)) = flying.pop_front() else { break };
            let from = address(end, port);
            self.legs[1 - end].handle_datagram(self.now, port, from, &octets);
        }
        for end in 0..2 {
            self.heard[end].extend(std::iter::from_fn(|| self.legs[end].poll_event()));
        }
    }

    fn pass(&mut self, time: Duration, mut passes: impl FnMut(usize, &[u8]) -> bool) {
        let end = self.now + time;
        while self.now < end {
            self.talk(&mut passes);
            self.now += Duration::from_millis(100);
            self.legs.iter_mut().for_each(|leg| leg.handle_timeout(self.now));
        }
        self.talk(passes);
    }

    /// The keys that an end has now, of RTP and of RTCP.
    fn keys(&self, end: usize) -> [Option<Keys>; 2] {
        match self.heard[end].last() {
            Some(Event::Keys { rtp, rtcp }) => [rtp.clone(), rtcp.clone()],
            _ => [None, None],
        }
    }

    fn assert_agreed(&self) {
        for (a, b) in self.keys(0).into_iter().zip(self.keys(1)) {
            let (a, b) = (a.expect("keys"), b.expect("keys"));
            assert_eq!((&a.ours, &b.ours), (&b.theirs.key, &a.theirs.key));
            assert_ne!(a.ours, b.ours);
            assert_eq!(a.ours.suite(), Suite::AeadAes256Gcm);
        }
        assert_ne!(self.keys(0)[0], self.keys(0)[1], "RTP and RTCP have associations of their own");
    }
}

#[test]
fn both_ends_have_the_same_keys_for_rtp_and_others_for_rtcp() {
    let mut pair = Pair::met();
    pair.talk(|_, _| true);
    pair.assert_agreed();
    pair.pass(HANDSHAKE_MAX, |_, _| true);
    assert!(pair.legs.iter().all(Handshakes::is_quiet));
    assert!(pair.heard.iter().flatten().all(|event| matches!(event, Event::Keys { .. })));
}

#[test]
fn whatever_datagram_is_lost_the_handshake_is_completed_by_repetition() {
    for lost in 0..16 {
        let (mut pair, mut count) = (Pair::met(), 0);
        pair.pass(Duration::from_secs(10), |_, _| {
            count += 1;
            count - 1 != lost
        });
        pair.assert_agreed();
    }
    let mut random = ChaCha20Rng::seed_from_u64(5);
    for _ in 0..30 {
        let mut pair = Pair::met();
        pair.pass(Duration::from_secs(25), |_, _| random.next_u32() % 5 > 0);
        pair.assert_agreed();
    }
}

#[test]
fn an_end_that_proves_to_be_another_is_refused_and_gets_no_keys() {
    for impostor in 0..2 {
        let mut pair = Pair::new();
        for (end, role) in [(0, Role::Passive), (1, Role::Active)] {
            let mut told = far(end, role);
            if end != impostor {
                told.fingerprints = vec![ENDS[end].fingerprint().clone()];
            }
            pair.meet(end, told);
        }
        pair.talk(|_, _| true);
        assert_eq!(pair.heard[1 - impostor], [Event::Failed(Failure::Mismatch)]);
    }
}

#[test]
fn a_far_end_that_says_nothing_is_given_up_after_thirty_seconds() {
    for role in [Role::Active, Role::Passive] {
        let mut pair = Pair::new();
        pair.meet(0, far(0, role));
        pair.pass(HANDSHAKE_MAX - Duration::from_secs(1), |_, _| false);
        assert_eq!(pair.heard[0], []);
        pair.pass(Duration::from_secs(1), |_, _| false);
        assert_eq!(pair.heard[0], [Event::Failed(Failure::Silent)], "{role:?}");
        let sent = pair.sent;
        pair.pass(HANDSHAKE_MAX, |_, _| false);
        assert_eq!(pair.sent, sent, "and nothing follows");
    }
}

#[test]
fn a_forged_alert_costs_a_second_and_more_than_the_attempts_the_call() {
    // A fatal alert, unexpected message, in the clear.
    let alert = [21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 10];
    for (forged, agrees) in [(1, true), (ATTEMPTS_MAX, false)] {
        let mut pair = Pair::met();
        for _ in 0..forged {
            pair.legs[1].handle_datagram(pair.now, Port::Rtp, address(0, Port::Rtp), &alert);
            pair.pass(Duration::from_millis(1100), |_, _| false);
        }
        pair.pass(Duration::from_secs(5), |_, _| true);
        let failed = pair.heard[1].iter().any(|event| matches!(event, Event::Failed(Failure::Broken(_))));
        assert_eq!((pair.keys(1)[0].is_some(), failed), (agrees, !agrees), "{forged} {:?}", pair.heard[1]);
    }
}

#[test]
fn a_later_description_of_the_same_end_keeps_the_keys_and_one_of_another_begins_anew() {
    let mut pair = Pair::met();
    pair.talk(|_, _| true);
    let before = pair.keys(0);
    pair.meet(0, far(0, Role::Passive));
    pair.meet(0, Far { rtp: None, rtcp: None, ..far(0, Role::Passive) });
    pair.meet(1, far(1, Role::Active));
    pair.talk(|_, _| true);
    assert_eq!(pair.keys(0), before);
    // The roles change: both begin anew, and have nothing until they are done.
    pair.meet(0, far(0, Role::Active));
    pair.talk(|_, _| false);
    assert_eq!(pair.keys(0), [None, None]);
    pair.meet(1, far(1, Role::Passive));
    pair.pass(Duration::from_secs(3), |_, _| true);
    pair.assert_agreed();
    assert_ne!(pair.keys(0), before);
}

#[test]
fn datagrams_of_strangers_and_those_beyond_the_bound_are_passed_over() {
    let mut pair = Pair::met();
    let stranger = SocketAddr::from(([203, 0, 113, 9], 4000));
    let (_, _, hello) = pair.legs[1].poll_transmit().expect("the active end begins");
    pair.legs[0].handle_datagram(pair.now, Port::Rtp, stranger, &hello);
    assert!(pair.legs[0].poll_transmit().is_none());
    let mut association = Association::new(pair.now, &ENDS[0], Role::Passive, Vec::new());
    for _ in 0..DATAGRAMS_MAX {
        association.handle_datagram(pair.now, &hello);
    }
    let answers = std::iter::from_fn(|| association.poll_transmit()).count();
    association.handle_datagram(pair.now, &hello);
    assert!(answers > 0 && association.poll_transmit().is_none());
}

/// Each run lets two ends shake hands over a network that changes one datagram in three: nothing panics, nobody gets keys of
/// whom he did not mean, and what is kept stays small.
#[test]
fn mutated_datagrams_harm_nobody() {
    let seed = std::env::var("SPANGATE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let runs = std::env::var("SPANGATE_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(40);
    println!("seed {seed}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    for _ in 0..runs {
        let now = start();
        let fingerprints = |end: usize| vec![ENDS[1 - end].fingerprint().clone()];
        let mut ends = [
            Association::new(now, &ENDS[0], Role::Passive, fingerprints(0)),
            Association::new(now, &ENDS[1], Role::Active, fingerprints(1)),
        ];
        let mut keys: [Option<Keys>; 2] = [None, None];
        for step in 0..24u64 {
            for end in 0..2 {
                while let Some(mut octets) = ends[end].poll_transmit() {
                    ends[1 - end].handle_datagram(now, &mutate(&mut random, &mut octets));
                }
                ends[end].handle_timeout(now + Duration::from_secs(step));
                if let Some(Ok(agreed)) = ends[end].poll_outcome() {
                    keys[end] = Some(agreed);
                }
            }
        }
        if let [Some(a), Some(b)] = &keys {
            assert_eq!((&a.ours, &b.ours), (&b.theirs.key, &a.theirs.key));
        }
    }
}

fn mutate(random: &mut ChaCha20Rng, octets: &mut [u8]) -> Vec<u8> {
    let length = octets.len();
    let at = |random: &mut ChaCha20Rng| random.next_u32() as usize % length;
    match random.next_u32() % 12 {
        0 => octets[at(random)] ^= 1 << (random.next_u32() % 8),
        1 => octets[at(random).min(30)] = random.next_u32() as u8,
        2 => return octets[..at(random)].to_vec(),
        3 => return [&octets[..], &octets[at(random)..]].concat(),
        _ => {}
    }
    octets.to_vec()
}
