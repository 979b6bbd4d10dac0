//! SRTP: a packet of 20 ms of G.711 protected and opened, by suite; and the handshake that agrees on keys. Time and allocations.
#![forbid(unsafe_code)]

use std::time::Instant;

use divan::{AllocProfiler, Bencher, black_box};
use spangate::dtls::{Association, Identity, Role};
use spangate::srtp::{MasterKey, OVERHEAD_OCTETS_MAX, Receiver, Sender, Suite, Theirs};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// Those that are offered.
const SUITES: [&str; 3] = ["AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM"];
/// A header and 20 ms.
const PACKET_OCTETS: usize = 172;

fn key(name: &str) -> MasterKey {
    let suite = Suite::named(name).expect("a suite of ours");
    MasterKey::new(suite, &vec![7; suite.key_octets() + suite.salt_octets()]).expect("of its length")
}

fn packet(sequence: u16) -> [u8; PACKET_OCTETS + OVERHEAD_OCTETS_MAX] {
    let mut packet = [0xd5; PACKET_OCTETS + OVERHEAD_OCTETS_MAX];
    packet[..12].copy_from_slice(&[0x80, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    packet[2..4].copy_from_slice(&sequence.to_be_bytes());
    packet
}

#[divan::bench(args = SUITES)]
fn protect_packet(bencher: Bencher<'_, '_>, suite: &str) {
    let (mut sender, mut sequence) = (Sender::new(key(suite)), 0u16);
    bencher.bench_local(|| {
        sequence = sequence.wrapping_add(1);
        let mut packet = packet(sequence);
        black_box(sender.protect_rtp(&mut packet, PACKET_OCTETS))
    });
}

#[divan::bench(args = SUITES)]
fn protect_and_open_packet(bencher: Bencher<'_, '_>, suite: &str) {
    let (mut sender, mut sequence) = (Sender::new(key(suite)), 0u16);
    let mut receiver = Receiver::new(Theirs { key: key(suite), lifetime: None, mki: None });
    bencher.bench_local(|| {
        sequence = sequence.wrapping_add(1);
        let mut packet = packet(sequence);
        let length = sender.protect_rtp(&mut packet, PACKET_OCTETS).expect("packets follow each other");
        receiver.open_rtp(&mut packet[..length]).expect("nobody changed it")
    });
}

/// Both ends, each a certificate of P-256.
#[divan::bench]
fn handshake_of_both_ends(bencher: Bencher<'_, '_>) {
    let ends = [(); 2].map(|()| Identity::draw().expect("the system has random numbers"));
    let now = Instant::now();
    bencher.bench_local(|| {
        let begin =
            |end: usize, role| Association::new(now, &ends[end], role, vec![ends[1 - end].fingerprint().clone()]);
        let mut pair = [begin(0, Role::Active), begin(1, Role::Passive)];
        let mut agreed = 0;
        while agreed < 2 {
            for end in 0..2 {
                while let Some(datagram) = pair[end].poll_transmit() {
                    pair[1 - end].handle_datagram(now, &datagram);
                }
                agreed += usize::from(matches!(pair[end].poll_outcome(), Some(Ok(_))));
            }
        }
    });
}
