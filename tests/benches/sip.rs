//! SIP: reading and writing of a typical INVITE, and a whole call through the endpoint. Time and allocations per
//! operation.
#![forbid(unsafe_code)]

use divan::{AllocProfiler, Bencher, black_box};
use spangate::sip::sdp::{self, Capabilities, Codec, Description, Direction, Encryption};
use spangate::sip::{
    Command, Endpoint, EndpointConfig, Event, Limits, Listener, Message, Output, Standing, Timers, Transport,
};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const SDP: &str = "v=0\r\no=user1 53655765 2353687637 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 192.0.2.101\r\nt=0 0\r\n\
    m=audio 6000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

fn invite(call: u64) -> Vec<u8> {
    let head = format!(
        "INVITE sip:600@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-{call}-1-0;rport\r\n\
         Max-Forwards: 70\r\nFrom: \"Alice\" <sip:+498912345@192.0.2.101:5060;user=phone>;tag=tag{call}\r\n\
         To: <sip:600@192.0.2.1:5060>\r\nCall-ID: {call}-77@192.0.2.101\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:alice@192.0.2.101:5060;transport=udp>\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK\r\n\
         Supported: timer, 100rel, replaces\r\nUser-Agent: a softphone\r\n\
         P-Asserted-Identity: <sip:+498912345@192.0.2.101;user=phone>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n",
        SDP.len()
    );
    [head.as_bytes(), SDP.as_bytes()].concat()
}

fn capabilities() -> Capabilities {
    Capabilities {
        address: "192.0.2.1".parse().expect("an address"),
        port: 16384,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        telephone_event: Some(101),
        packet_ms: 20,
        direction: Direction::SendRecv,
        encryption: Encryption::Off,
        session: 1,
        version: 1,
    }
}

/// Framing only: fields found, nothing read.
#[divan::bench]
fn parse_invite(bencher: Bencher<'_, '_>) {
    let octets = invite(1);
    bencher.bench_local(|| Message::parse(black_box(&octets)).expect("readable"));
}

/// Framing and the checks that every request must pass.
#[divan::bench]
fn parse_and_check_invite(bencher: Bencher<'_, '_>) {
    let octets = invite(1);
    bencher.bench_local(|| {
        let message = Message::parse(black_box(&octets)).expect("readable");
        message.check().expect("well-formed");
        message
    });
}

#[divan::bench]
fn serialise_invite(bencher: Bencher<'_, '_>) {
    let message = Message::parse(&invite(1)).expect("readable");
    let mut out = Vec::with_capacity(2048);
    bencher.bench_local(|| {
        out.clear();
        black_box(&message).write(&mut out);
        out.len()
    });
}

#[divan::bench]
fn parse_offer(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| Description::parse(black_box(SDP.as_bytes())).expect("readable"));
}

#[divan::bench]
fn answer_offer(bencher: Bencher<'_, '_>) {
    let (offer, ours) = (Description::parse(SDP.as_bytes()).expect("readable"), capabilities());
    bencher.bench_local(|| sdp::answer(black_box(&offer), &ours).expect("common codec").ours.to_octets());
}

/// INVITE, 100, 180, 200, ACK, BYE, 200: what a UAS does for one call, timers not run.
#[divan::bench]
fn call_as_uas(bencher: Bencher<'_, '_>) {
    let local: std::net::SocketAddr = "192.0.2.1:5060".parse().expect("an address");
    let remote: std::net::SocketAddr = "192.0.2.101:5060".parse().expect("an address");
    let mut endpoint = Endpoint::new(EndpointConfig {
        local: vec![Listener { transport: Transport::Udp, address: local, advertised: local }],
        timers: Timers::default(),
        user_agent: "spangate".into(),
        retry_after_s: 5,
        limits: Limits { sessions: 10, transactions: usize::MAX },
        access: spangate::sip::Access::default(),
        began_s: 0,
        seed: [7; 32],
    });
    let answer = capabilities().offer();
    let mut now = Instant::now();
    let mut call = 0;
    bencher.bench_local(|| {
        call += 1;
        // 20 ms a call: old transactions end, the tables stay at what 50 calls a second keep.
        now += std::time::Duration::from_millis(20);
        endpoint.handle_timeout(now);
        endpoint.handle_datagram(now, 0, (remote, Standing::Peer), &invite(call));
        let mut tag = String::new();
        let mut sent = 0;
        while let Some(output) = endpoint.poll_output() {
            match output {
                Output::Event(Event::Incoming(incoming)) => {
                    let session = incoming.session;
                    endpoint.handle_command(now, Command::Ring { session, status: 180, answer: None, early_media: None });
                    endpoint.handle_command(now, Command::Accept { session, answer: answer.clone() });
                }
                Output::Send { octets, .. } => {
                    sent += 1;
                    let text = String::from_utf8_lossy(&octets);
                    let to = text.split("\r\nTo: ").nth(1).and_then(|rest| rest.split("\r\n").next());
                    tag = to.and_then(|to| to.split(";tag=").nth(1)).unwrap_or_default().to_owned();
                }
                Output::Event(_) | Output::Resolve { .. } | Output::Stream { .. } | Output::Registered { .. } => {}
            }
        }
        for (method, number) in [("ACK", 1), ("BYE", 2)] {
            let request = format!(
                "{method} sip:192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-{call}-{method};rport\r\n\
                 Max-Forwards: 70\r\nFrom: \"Alice\" <sip:+498912345@192.0.2.101:5060;user=phone>;tag=tag{call}\r\n\
                 To: <sip:600@192.0.2.1:5060>;tag={tag}\r\nCall-ID: {call}-77@192.0.2.101\r\nCSeq: {number} {method}\r\nContent-Length: 0\r\n\r\n"
            );
            endpoint.handle_datagram(now, 0, (remote, Standing::Peer), request.as_bytes());
            while endpoint.poll_output().is_some() {
                sent += 1;
            }
        }
        assert!(sent >= 5, "100, 180, 200, an event, 200");
    });
    assert_eq!(endpoint.occupancy().sessions, 0);
}
