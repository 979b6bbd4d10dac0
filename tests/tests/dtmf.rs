//! Digits (DTMF) between SIP and timeslots, through the whole gateway in virtual time. The far exchange answers 600 by an echo, so
//! that a digit that is told comes back: as a tone of the timeslot to the exchange, and as a tone of the timeslot from it.

mod foreign_tones;

use std::net::SocketAddr;

use config::Model;
use config::model::Srtp;
use foreign_tones::Tones;
use spangate::lab::phone::text;
use spangate::srtp::{MasterKey, OVERHEAD_OCTETS_MAX, Receiver, Sender, Suite, Theirs};
use tests::peer::{EVENTS, Leg, Peer};
use tests::{World, plan};

/// The embedded default, whose peer has digits so.
fn model(dtmf: &str) -> Model {
    with_peer(config::EMBEDDED, dtmf)
}

fn with_peer(text: &str, dtmf: &str) -> Model {
    let text = text.replacen("[[sip.peer]]\n", &format!("[[sip.peer]]\ndtmf = \"{dtmf}\"\n"), 1);
    config::parse("a test", &text).unwrap_or_else(|report| panic!("{report}"))
}

fn ready(model: Model) -> World {
    let mut world = World::with(model, 11);
    world.wait_until("ready", World::is_ready);
    world
}

/// Presses a key by INFO, which is accepted.
fn press(world: &mut World, peer: &mut Peer, leg: &mut Leg, key: char) {
    peer.tells(world, leg, "INFO", "application/dtmf-relay", &format!("Signal={key}\r\nDuration=100\r\n"));
    peer.hears(world, "SIP/2.0 200 ");
}

/// The keys of the next INFOs, each answered, and how long they were. One that came again while it waited counts once.
fn told(world: &mut World, peer: &mut Peer, count: usize) -> Vec<(char, u32)> {
    let mut last = String::new();
    let one = |_| loop {
        let info = peer.hears(world, "INFO ");
        peer.answers(world, &info, 200, "OK");
        let number = text::header(&info, "CSeq").expect("it has a number").to_owned();
        if std::mem::replace(&mut last, number.clone()) == number {
            continue;
        }
        assert_eq!(text::header(&info, "Content-Type"), Some("application/dtmf-relay"));
        let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).expect("it says so").to_owned();
        break (field("Signal=").chars().next().expect("a key"), field("Duration=").parse().expect("milliseconds"));
    };
    (0..count).map(one).collect()
}

/// Payload types and payloads of what has come to the peer's RTP port.
fn packets(world: &mut World, peer: &Peer) -> Vec<(u8, Vec<u8>)> {
    std::iter::from_fn(|| world.receive(peer.rtp())).map(|packet| (packet[1] & 0x7f, packet[12..].to_vec())).collect()
}

/// Says so much, in packets of 20 ms from the peer's RTP port.
fn speaks(world: &mut World, peer: &Peer, gateway: SocketAddr, octets: &[u8]) {
    for (number, payload) in (0u16..).zip(octets.chunks(160)) {
        world.send_to(peer.rtp(), gateway, &packet(8, false, number, u32::from(number) * 160, payload));
        world.run(20);
    }
}

fn packet(payload_type: u8, marker: bool, sequence: u16, timestamp: u32, payload: &[u8]) -> Vec<u8> {
    let head = [0x80, payload_type | if marker { 0x80 } else { 0 }];
    [&head[..], &sequence.to_be_bytes(), &timestamp.to_be_bytes(), &77u32.to_be_bytes(), payload].concat()
}

const KEYS: &str = "0123456789*#ABCD";

#[test]
fn a_burst_of_keys_by_info_becomes_tones_one_after_the_other_and_their_echo_comes_back_as_info() {
    let pri = plan::pri_far_exchange("carrier", "user", "e1", "");
    let text = format!("{}{pri}", config::EMBEDDED.split_once("[[route]]").expect("it routes").0);
    let route = "\n[[route]]\nfrom = \"sip\"\ncalled = \".\"\nto = \"carrier\"\n";
    for model in [model("info"), with_peer(&format!("{text}{route}"), "info")] {
        let mut world = ready(model);
        world.run(2_000);
        let mut peer = Peer::new(5080);
        let (mut leg, _) = peer.calls(&mut world, "600", "");
        KEYS.chars().for_each(|key| press(&mut world, &mut peer, &mut leg, key));
        let told = told(&mut world, &mut peer, KEYS.len());
        assert_eq!(told.iter().map(|(key, _)| *key).collect::<String>(), KEYS);
        assert!(told.iter().all(|(_, ms)| ms.abs_diff(100) <= 5), "{told:?}");
        peer.says(&mut world, &mut leg, "BYE", "");
        world.settle();
    }
}

#[test]
fn keys_are_refused_where_they_are_not_expected_or_cannot_be_read_or_nobody_has_answered() {
    for (dtmf, body, status) in [
        ("info", "Signal=5\r\n", 200),
        ("info", "Signal=x\r\n", 400),
        ("rfc4733", "Signal=5\r\n", 415),
        ("audio", "Signal=5\r\n", 415),
    ] {
        let mut world = ready(model(dtmf));
        let mut peer = Peer::new(5080);
        let (mut leg, _) = peer.calls(&mut world, "600", "");
        peer.tells(&mut world, &mut leg, "INFO", "application/dtmf-relay", body);
        peer.hears(&mut world, &format!("SIP/2.0 {status} "));
        peer.says(&mut world, &mut leg, "BYE", "");
        world.settle();
    }
}

#[test]
fn events_of_the_network_become_tones_and_their_echo_comes_back_as_events() {
    let (world, peer) = (ready(model("rfc4733")), Peer::with_events(5080));
    all_events_come_back(world, peer, |_| None);
}

#[test]
fn events_pass_through_srtp() {
    let suite = Suite::AesCm128HmacSha1_80;
    let ours = MasterKey::new(suite, &[9; 30]).expect("of its length");
    let mut model = model("rfc4733");
    model.sip.peers[0].terms.srtp = Srtp::Required;
    let peer = Peer::with_events(5080).with_lines(text::key_line("1", &ours));
    all_events_come_back(ready(model), peer, |answer| {
        let (_, key) = text::key_of(answer, suite).expect("it has a key");
        Some((Sender::new(ours), Receiver::new(Theirs { key, lifetime: None, mki: None })))
    });
}

/// What encrypts and decrypts the packets of a peer.
type Contexts = Option<(Sender, Receiver)>;

/// A peer says all sixteen, and the echo of the tones that they become returns as events of the same length.
fn all_events_come_back(mut world: World, mut peer: Peer, contexts: impl FnOnce(&str) -> Contexts) {
    let (mut leg, answer) = peer.calls(&mut world, "600", "");
    assert!(answer.contains(&format!("a=rtpmap:{EVENTS} telephone-event/8000")), "{answer}");
    let gateway = text::audio_address(&answer).expect("an address");
    let mut contexts = contexts(&answer);
    let mut sequence = 0;
    for digit in 0..16u8 {
        // 100 ms of event in packets of 20 ms; two of three ends are lost. 80 ms of nothing follow.
        for step in 1..=5u16 {
            let [high, low] = (step * 160).to_be_bytes();
            let payload = [digit, if step == 5 { 0x8a } else { 0x0a }, high, low];
            let timestamp = u32::from(digit) * 1440;
            let packet = sealed(&mut contexts, packet(EVENTS, step == 1, sequence, timestamp, &payload));
            world.send_to(peer.rtp(), gateway, &packet);
            sequence += 1;
            world.run(20);
        }
        world.run(80);
    }
    world.run(1_000);
    let packets: Vec<_> =
        std::iter::from_fn(|| world.receive(peer.rtp())).map(|packet| opened(&mut contexts, packet)).collect();
    let events = packets.iter().filter(|packet| packet[1] & 0x7f == EVENTS).map(|packet| &packet[12..]);
    let ends: Vec<&[u8]> = events.filter(|event| event[1] & 0x80 != 0).collect();
    let digits: Vec<u8> = ends.chunks(3).map(|three| three[0][0]).collect();
    assert_eq!(digits, (0..16).collect::<Vec<u8>>());
    for three in ends.chunks(3) {
        assert!(three[1..].iter().all(|end| end == &three[0]), "{three:?}");
        let duration = u16::from_be_bytes([three[0][2], three[0][3]]);
        assert!((640..=960).contains(&duration), "100 ms: {duration}");
    }
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}

fn sealed(contexts: &mut Contexts, mut packet: Vec<u8>) -> Vec<u8> {
    if let Some((sender, _)) = contexts {
        let length = packet.len();
        packet.resize(length + OVERHEAD_OCTETS_MAX, 0);
        let length = sender.protect_rtp(&mut packet, length).expect("packets follow each other");
        packet.truncate(length);
    }
    packet
}

fn opened(contexts: &mut Contexts, mut packet: Vec<u8>) -> Vec<u8> {
    if let Some((_, receiver)) = contexts {
        let length = receiver.open_rtp(&mut packet).expect("it is authentic");
        packet.truncate(length);
    }
    packet
}

#[test]
fn digits_that_are_audio_on_both_sides_pass_octet_for_octet() {
    let mut world = ready(model("audio"));
    let mut peer = Peer::with_events(5080);
    let (mut leg, answer) = peer.calls(&mut world, "600", "");
    assert!(!answer.contains("telephone-event"), "{answer}");
    let gateway = text::audio_address(&answer).expect("an address");
    let said = foreign_tones::computed("159", 100);
    speaks(&mut world, &peer, gateway, &said);
    world.run(400);
    let heard: Vec<u8> = packets(&mut world, &peer).into_iter().flat_map(|(_, payload)| payload).collect();
    assert!(heard.windows(said.len()).any(|window| window == said), "{} octets", heard.len());
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}

/// Two peers beyond a span each, whose other ends are joined by a cable: the first has digits by INFO, the second as audio.
///
/// ```text
///   a ── INFO ── gateway ── "net" ══ cable ══ "user" ── gateway ── audio ── b
/// ```
fn between_two() -> (World, (Peer, Leg), (Peer, Leg, SocketAddr)) {
    let cable = plan::pri_cable("euroisdn", "e1", "", "");
    let second = "\n[[sip.peer]]\nname = \"b\"\naddress = \"sip:127.0.0.1:5090\"\ndtmf = \"audio\"\n";
    let (text, _) = config::EMBEDDED.split_once("[[route]]").expect("it routes");
    let route = |from: &str, to: &str| format!("\n[[route]]\nfrom = \"{from}\"\ncalled = \".\"\nto = \"{to}\"\n");
    let text =
        text.replacen("[rtp]", &format!("{second}\n[rtp]"), 1) + &cable + &route("sip", "net") + &route("user", "b");
    let mut world = ready(with_peer(&text, "info"));
    world.run(2_000);
    let (mut a, mut b) = (Peer::new(5080), Peer::new(5090));
    let mut caller = a.invites(&mut world, "4930100", "");
    let invite = b.hears(&mut world, "INVITE ");
    let called = b.accepts(&mut world, &invite);
    a.is_answered(&mut world, &mut caller);
    let gateway = text::audio_address(&invite).expect("an address");
    (world, (a, caller), (b, called, gateway))
}

#[test]
fn a_foreign_receiver_hears_the_tones_of_keys() {
    if !foreign_tones::present() {
        return;
    }
    let (mut world, (mut a, mut caller), (b, ..)) = between_two();
    KEYS.chars().for_each(|key| press(&mut world, &mut a, &mut caller, key));
    world.run(3_000);
    let heard: Vec<u8> = packets(&mut world, &b).into_iter().flat_map(|(_, payload)| payload).collect();
    assert_eq!(Tones::of(&heard).digits(), KEYS);
    a.says(&mut world, &mut caller, "BYE", "");
    b_hangs_up(&mut world, b);
}

#[test]
fn tones_of_a_foreign_source_are_told_by_info() {
    if !foreign_tones::present() {
        return;
    }
    let (mut world, (mut a, mut caller), (b, _, gateway)) = between_two();
    let said = foreign_tones::synthesised(KEYS, 60);
    speaks(&mut world, &b, gateway, &said);
    let told = told(&mut world, &mut a, KEYS.len());
    assert_eq!(told.iter().map(|(key, _)| *key).collect::<String>(), KEYS);
    a.says(&mut world, &mut caller, "BYE", "");
    b_hangs_up(&mut world, b);
}

/// The second peer is told that the first has gone.
fn b_hangs_up(world: &mut World, mut b: Peer) {
    let bye = b.hears(world, "BYE ");
    b.answers(world, &bye, 200, "OK");
    world.settle();
}
