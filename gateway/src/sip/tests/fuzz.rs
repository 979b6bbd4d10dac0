//! Seeded mutations of good and of torture messages: no panic, no growth, and running calls are left alone.

use super::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Change to search elsewhere; printed with every failure.
const SEED: u64 = 0x5150_2026;
const ROUNDS: usize = 6_000;

fn corpus() -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = vec![
        datagram(&invite("z9hG4bK74b43", "1", SDP)),
        datagram(&cancel_of(&invite("z9hG4bK74b43", "1", ""))),
        datagram(&in_dialog("BYE", "z9hG4bK74b45", "2", "0123456789abcdef", "Reason: Q.850;cause=16;text=\"x\"\n")),
        datagram(
            &invite("z9hG4bK75", "1", "--b\nContent-Type: application/sdp\n\nv=0\n--b\n\nx\n--b--\n")
                .replace("application/sdp\n\n--b", "multipart/mixed;boundary=b\n\n--b"),
        ),
        datagram(
            "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK0123456789abcdef;rport\nFrom: \"a\" <sip:a@b>;tag=1\nTo: <tel:+1-2>;tag=2\nCall-ID: x\nCSeq: 1 INVITE\nRecord-Route: <sip:x;lr>, <sip:y>\nContact: <sip:b@c>\n",
        ),
    ];
    let folder =
        std::env::var("SPANGATE_SHARED").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let files = std::fs::read_dir(format!("{folder}/spec/torture/rfc4475")).into_iter().flatten().flatten();
    let mut paths: Vec<_> = files.map(|file| file.path()).collect();
    paths.sort();
    corpus.extend(paths.into_iter().filter_map(|path| std::fs::read(path).ok()));
    corpus
}

fn mutate(rng: &mut ChaCha20Rng, octets: &mut Vec<u8>) {
    const TOKENS: [&[u8]; 12] =
        [b"\r\n", b"\r\n ", b":", b";", b",", b"\"", b"<", b">", b"@", b"%", b"99999999999", b"\0\xff"];
    for _ in 0..1 + rng.next_u32() % 6 {
        let at = rng.next_u32() as usize % (octets.len() + 1);
        match rng.next_u32() % 6 {
            0 => octets.truncate(at),
            1 if at < octets.len() => octets[at] = rng.next_u32() as u8,
            2 if at < octets.len() => {
                octets.remove(at);
            }
            3 => {
                let length = (rng.next_u32() as usize % 60).min(octets.len() - at);
                let piece = octets[at..at + length].to_vec();
                let to = rng.next_u32() as usize % (octets.len() + 1);
                octets.splice(to..to, piece);
            }
            _ => {
                let token = TOKENS[rng.next_u32() as usize % TOKENS.len()];
                octets.splice(at..at, token.iter().copied());
            }
        }
    }
}

#[test]
fn mutated_messages_harm_nobody() {
    let mut rng = ChaCha20Rng::seed_from_u64(SEED);
    let corpus = corpus();
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    for round in 0..ROUNDS {
        let mut octets = corpus[rng.next_u32() as usize % corpus.len()].clone();
        mutate(&mut rng, &mut octets);
        let context = || format!("seed {SEED:#x} round {round}: {}", octets.escape_ascii());
        if let Ok(message) = Message::parse(&octets) {
            let mut written = Vec::new();
            message.write(&mut written);
            let again = Message::parse(&written).unwrap_or_else(|refused| panic!("{refused:?} {}", context()));
            assert!(message.fields().eq(again.fields()), "{}", context());
        }
        chart.receive_octets("198.51.100.66:5060", &octets);
        // What became a session is refused, so that the tables must be empty in the end.
        for (_, event) in std::mem::take(&mut chart.told) {
            if let Event::Incoming(incoming) = event {
                chart.command(Command::Refuse {
                    session: incoming.session,
                    status: 404,
                    cause: Some(1),
                    retry_after_s: None,
                });
            }
        }
        chart.told.clear();
        chart.sent.clear();
        chart.wait_ms(100);
    }
    chart.wait_ms(70_000);
    chart.sent.clear();
    assert_eq!(chart.ua.occupancy().sessions, 1, "the running call, seed {SEED:#x}");
    chart.receive(&in_dialog("BYE", "z9hG4bKend", "4000000000", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn mutated_session_descriptions_harm_nobody() {
    let mut rng = ChaCha20Rng::seed_from_u64(SEED);
    for _ in 0..ROUNDS {
        let mut octets = SDP.as_bytes().to_vec();
        mutate(&mut rng, &mut octets);
        if let Ok(description) = Description::parse(&octets)
            && let Ok(agreement) = sdp::answer(&description, &capabilities())
        {
            Description::parse(&agreement.ours.to_octets())
                .unwrap_or_else(|error| panic!("{error} {}", octets.escape_ascii()));
        }
    }
}
