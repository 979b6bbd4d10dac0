//! Mutated frames and storms of random frames, requests and times: an answer and never a panic, and what holds always.

use std::time::Duration;

use isup::lapd::frame::{Control, Frame};
use isup::lapd::{Command, Link, LinkConfig, OUTPUTS_MAX, Output, Side, State};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::chart::octets;

const SEED: u64 = 921;
const ROUNDS: u32 = 100_000;
const STORMS: u64 = 60;
const STORM_EVENTS: u32 = 4_000;

/// One frame of every kind.
const ORIGINALS: &[&str] = &[
    "SABME P",
    "DISC P",
    "UA F",
    "UA",
    "DM F",
    "DM",
    "FRMR",
    "UI hello",
    "RR3 P",
    "RR3 F",
    "RNR4 c",
    "REJ5",
    "I0.0 abc",
    "I1.2P abcdef",
];

fn mutate(octets: &mut Vec<u8>, random: &mut ChaCha20Rng) {
    let at = random.next_u32() as usize % octets.len().max(1);
    let value = random.next_u32() as u8;
    match random.next_u32() % 5 {
        0 if !octets.is_empty() => octets[at] ^= 1 << (value % 8),
        1 if !octets.is_empty() => octets[at] = value,
        2 => octets.truncate(at),
        3 => octets.insert(at, value),
        _ if !octets.is_empty() => drop(octets.remove(at)),
        _ => octets.push(value),
    }
}

#[test]
fn mutated_frames_decode_or_name_an_octet_within_and_keep_their_octets() {
    println!("seed {SEED}");
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let mut accepted = 0;
    for round in 0..ROUNDS {
        let mut frame = octets(Side::User, ORIGINALS[round as usize % ORIGINALS.len()]);
        for _ in 0..1 + random.next_u32() % 3 {
            mutate(&mut frame, &mut random);
        }
        let n201 = random.next_u32() as usize % 8;
        match Frame::decode(&frame, n201) {
            Ok(decoded) => {
                assert!(decoded.information.len() <= n201);
                let mut again = decoded.encode();
                if matches!(decoded.control, Control::Supervisory { .. }) {
                    again[2] |= frame[2] & 0xf0;
                }
                assert_eq!(again, frame);
                accepted += 1;
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    assert!(accepted > ROUNDS / 10, "{accepted} accepted");
}

/// A link in a storm, and what layer 3 may conclude from its words.
struct Storm {
    link: Link,
    side: Side,
    is_established: bool,
    information: u64,
}

impl Storm {
    /// Every frame is ours and well formed; data comes only while established; a deadline stands
    /// in every state but the released one.
    fn check(&mut self) {
        let mut outputs = 0;
        while let Some(output) = self.link.poll_output() {
            outputs += 1;
            match output {
                Output::Frame(octets) => {
                    let frame = Frame::decode(&octets, 260).expect("we send well-formed frames");
                    assert_eq!((frame.address.sapi.0, frame.address.tei.0), (0, 0));
                    if let Control::Information { .. } = frame.control {
                        assert!(frame.address.is_command(self.side));
                        self.information += 1;
                    }
                }
                Output::Established(_) => self.is_established = true,
                Output::Released(_) => self.is_established = false,
                Output::Data(_) => assert!(self.is_established, "data before establishment"),
                Output::UnitData(_) | Output::Error(_) => {}
            }
        }
        assert!(outputs <= OUTPUTS_MAX + 1);
        assert_eq!(self.link.state() == State::TeiAssigned, self.link.poll_timeout().is_none());
        if matches!(self.link.state(), State::TeiAssigned | State::MultipleFrameEstablished) {
            assert_eq!(self.is_established, self.link.state() == State::MultipleFrameEstablished);
        }
        let counters = self.link.counters();
        assert_eq!(self.information, counters.information_sent + counters.information_retransmitted);
    }
}

fn storm(seed: u64) -> [u64; 5] {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let side = if seed.is_multiple_of(2) { Side::Network } else { Side::User };
    let link = Link::new(LinkConfig::primary_rate(side));
    let mut storm = Storm { link, side, is_established: false, information: 0 };
    let mut now = crate::chart::epoch();
    let mut visits = [0; 5];
    for _ in 0..STORM_EVENTS {
        match random.next_u32() % 8 {
            0 => storm.link.handle_command(now, Command::Data(vec![0x08; random.next_u32() as usize % 270])),
            1 => {
                let command = match random.next_u32() % 12 {
                    0 => Command::Deactivated,
                    1 => Command::Release,
                    2..4 => Command::UnitData(vec![1]),
                    _ => Command::Establish,
                };
                // A quiet link is the exception in a storm: let it live for a while.
                if storm.link.state() == State::TeiAssigned || random.next_u32().is_multiple_of(20) {
                    storm.link.handle_command(now, command);
                }
            }
            2 => {
                now += Duration::from_millis(u64::from(random.next_u32() % 3_000));
                storm.link.handle_timeout(now);
            }
            _ => {
                let mut frame = match random.next_u32() % 3 {
                    0 => octets(side.other(), ORIGINALS[random.next_u32() as usize % ORIGINALS.len()]),
                    1 => octets(
                        side.other(),
                        ["UA F", "RR0 F", "RR1", "I0.0 x", "RNR0 F"][random.next_u32() as usize % 5],
                    ),
                    _ => octets(side.other(), &format!("I{}.{} x", random.next_u32() % 4, random.next_u32() % 4)),
                };
                if random.next_u32().is_multiple_of(8) {
                    mutate(&mut frame, &mut random);
                }
                storm.link.handle_frame(now, &frame);
            }
        }
        storm.check();
        visits[storm.link.state() as usize] += 1;
    }
    visits
}

#[test]
fn storms_of_frames_requests_and_times_never_break_what_holds_always() {
    let mut visits = [0; 5];
    for seed in 0..STORMS {
        println!("seed {seed}");
        for (sum, each) in visits.iter_mut().zip(storm(seed)) {
            *sum += each;
        }
    }
    assert!(visits.iter().all(|visits| *visits > 500), "a state was hardly seen: {visits:?}");
}
