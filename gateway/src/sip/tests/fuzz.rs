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
    corpus.push(datagram(&invite("z9hG4bK76", "1", SDP).replace("Max-Forwards: 70\n", SERVICES)));
    let folder =
        std::env::var("SPANGATE_SHARED").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let files = std::fs::read_dir(format!("{folder}/spec/torture/rfc4475")).into_iter().flatten().flatten();
    let mut paths: Vec<_> = files.map(|file| file.path()).collect();
    paths.sort();
    corpus.extend(paths.into_iter().filter_map(|path| std::fs::read(path).ok()));
    corpus
}

/// What services say in an INVITE.
const SERVICES: &str = "Max-Forwards: 70\nP-Asserted-Identity: \"A\" <sip:+4989100@gw>, <tel:+4989100>\nPrivacy: id;critical\n\
    Remote-Party-ID: <sip:111@192.0.2.14>;party=calling;screen=yes;privacy=off\nP-Early-Media: supported\n\
    Diversion: <sip:+4930@gw>;reason=no-answer;privacy=off;counter=1\n\
    History-Info: <sip:200@gw?Reason=SIP%3Bcause%3D486>;index=1, <sip:300@gw;cause=486>;index=1.1;mp=1\n\
    Replaces: c1@phone;to-tag=0123456789abcdef;from-tag=1\n";
const REFER_TO: &str = "Refer-To: <sip:600@gw?Replaces=c1%40phone%3Bto-tag%3D0123456789abcdef%3Bfrom-tag%3D1>\n\
    Referred-By: <sip:alice@atlanta.example.com>\n";

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
    let mut corpus = corpus();
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    corpus.push(datagram(&in_dialog("REFER", "z9hG4bK77", "7", &tag, REFER_TO)));
    corpus.push(datagram(&in_dialog("INFO", "z9hG4bK78", "8", &tag, "Info-Package: x\n")));
    let keypress = "Content-Type: application/dtmf-relay\n\nSignal=5\nDuration=160\n";
    corpus.push(datagram(&in_dialog("INFO", "z9hG4bK79", "9", &tag, keypress)));
    chart.command(Command::TakeKeys { session });
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
            match event {
                Event::Incoming(incoming) => {
                    let session = incoming.session;
                    chart.command(Command::Refuse { session, status: 404, cause: Some(1), retry_after_s: None });
                }
                Event::Refer { session, .. } => chart.command(Command::AnswerRefer { session, status: 403 }),
                _ => {}
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

/// Tells the last events; offers of the peer are answered as they come.
fn serve(chart: &mut Chart) -> usize {
    let mut last = 0;
    while let Some((_, event)) = chart.told.pop_front() {
        match event {
            Event::Reoffer { session, .. } => {
                chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
            }
            Event::Refused { .. } | Event::Cancelled { .. } | Event::Ended { .. } | Event::Failed { .. } => last += 1,
            _ => {}
        }
    }
    last
}

/// PRACK, UPDATE, reliable responses and session intervals, whole and mutated, in any order and both roles.
#[test]
fn mutated_messages_in_early_dialogs_end_each_session_once() {
    let mut rng = ChaCha20Rng::seed_from_u64(SEED);
    let timer = "Supported: timer\nSession-Expires: 90;refresher=uac\nMin-SE: 90\n";
    for round in 0..400 {
        let mut chart = Chart::new();
        let (outgoing, ours) = chart.call();
        chart.receive(
            &invite("z9hG4bK74b43", "1", SDP).replace("Contact:", &format!("Require: 100rel\n{timer}Contact:")),
        );
        let incoming = chart.tells_incoming().session;
        chart.command(Command::Ring { session: incoming, status: 183, answer: Some(description()), early_media: None });
        let ring = chart.sent.pop_back().expect("183").1;
        let rack = format!("RAck: {} 1 INVITE\n", ring.header("RSeq"));
        let reliable = |rseq| format!("Require: 100rel\nRSeq: {rseq}\n{}", contact_and(SDP));
        let tag = ring.to_tag();
        let corpus = [
            in_dialog("PRACK", "z9hG4bKp2", "2", &tag, &rack),
            in_dialog("PRACK", "z9hG4bKp3", "3", &tag, &format!("{rack}{}", typed(SDP))),
            in_dialog("UPDATE", "z9hG4bKu4", "4", &tag, &format!("{timer}{}", typed(SDP))),
            in_dialog("UPDATE", "z9hG4bKu5", "5", &tag, timer),
            in_dialog("ACK", "z9hG4bKack", "1", &tag, ""),
            ours.answered("183 Session Progress", "8321234356", &reliable(1)),
            ours.answered("180 Ringing", "8321234356", &reliable(2)),
            ours.answered("422 Session Interval Too Small", "8321234356", "Min-SE: 100\n"),
            ours.answered("200 OK", "8321234356", &format!("{timer}Require: timer\n{}", contact_and(""))),
            from_callee(&ours, "UPDATE", "z9hG4bKu1", "1", &typed(SDP)),
        ];
        let mut last = 0;
        for _ in 0..30 {
            let mut octets = datagram(&corpus[rng.next_u32() as usize % corpus.len()]);
            if rng.next_u32() % 3 == 0 {
                mutate(&mut rng, &mut octets);
            }
            chart.receive_octets(FAR, &octets);
            if rng.next_u32() % 20 == 0 {
                chart.command(Command::Accept { session: incoming, answer: description() });
            }
            last += serve(&mut chart);
            chart.wait_ms(u64::from(rng.next_u32() % 3000));
            last += serve(&mut chart);
        }
        for session in [incoming, outgoing] {
            chart.command(Command::Bye { session, cause: None });
        }
        // Whoever waits for a provisional response before CANCEL gives up by itself.
        for _ in 0..3 {
            chart.wait_ms(70_000);
            last += serve(&mut chart);
        }
        assert_eq!(last, 2, "seed {SEED:#x} round {round}");
        assert_eq!(chart.ua.occupancy(), Occupancy::default(), "seed {SEED:#x} round {round}");
    }
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

/// Streams of good and spoilt messages, cut anywhere: each ends or goes on, and no table grows for good.
#[test]
fn mutated_streams_harm_nobody() {
    let mut rng = ChaCha20Rng::seed_from_u64(SEED);
    let corpus = corpus();
    let address: SocketAddr = "192.0.2.1:5060".parse().unwrap();
    let local = vec![Listener { transport: Transport::Tcp, address, advertised: address }];
    let mut chart = Chart::with(EndpointConfig { local, ..config(1) });
    for round in 0..ROUNDS as u64 / 4 {
        let connection = ConnectionId::Accepted(round);
        let remote = "198.51.100.66:40000".parse().unwrap();
        chart.ua.handle_stream(chart.now, connection, chart.standing, StreamEvent::Accepted { listener: 0, remote });
        for _ in 0..1 + rng.next_u32() % 4 {
            let mut octets = corpus[rng.next_u32() as usize % corpus.len()].clone();
            mutate(&mut rng, &mut octets);
            let at = rng.next_u32() as usize % (octets.len() + 1);
            for part in [&octets[..at], &octets[at..]] {
                chart.ua.handle_stream(chart.now, connection, chart.standing, StreamEvent::Octets(part.to_vec()));
            }
        }
        chart.ua.handle_stream(chart.now, connection, chart.standing, StreamEvent::Closed);
        chart.collect();
        chart.streams.clear();
        for (_, event) in std::mem::take(&mut chart.told) {
            if let Event::Incoming(incoming) = event {
                let session = incoming.session;
                chart.command(Command::Refuse { session, status: 404, cause: None, retry_after_s: None });
            }
        }
        chart.wait_ms(100);
    }
    chart.wait_ms(200_000);
    assert_eq!(chart.ua.occupancy(), Occupancy::default(), "seed {SEED:#x}");
}
