//! SIP: a typical INVITE with its session description, 1,000 octets or so. Time and allocations per operation.
#![forbid(unsafe_code)]

use divan::{AllocProfiler, Bencher, black_box};
use spangate::sip::{Capabilities, Codec, Description, Direction, Message, sdp};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const INVITE: &str = "INVITE sip:+4930123456@192.0.2.1;user=phone SIP/2.0
Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK-524287-1---7f3c1d2e;rport
Max-Forwards: 70
Contact: <sip:+4940654321@192.0.2.2:5060>
To: <sip:+4930123456@192.0.2.1;user=phone>
From: \"Example Caller\" <sip:+4940654321@192.0.2.2;user=phone>;tag=9fxced76sl
Call-ID: 3848276298220188511@192.0.2.2
CSeq: 1 INVITE
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, UPDATE, PRACK
Supported: 100rel, timer
P-Asserted-Identity: <sip:+4940654321@example.net>
User-Agent: example/1.0
Content-Type: application/sdp
Content-Length: 295

v=0
o=- 3890844526 3890844526 IN IP4 192.0.2.2
s=-
c=IN IP4 192.0.2.2
t=0 0
m=audio 49170 RTP/AVP 8 0 18 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:18 G729/8000
a=fmtp:18 annexb=no
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=maxptime:150
a=sendrecv
";

fn invite() -> Vec<u8> {
    INVITE.replace('\n', "\r\n").into_bytes()
}

/// Frames the message: where its fields stand.
#[divan::bench]
fn invite_parse(bencher: Bencher<'_, '_>) {
    let octets = invite();
    bencher.bench_local(|| Message::parse(black_box(&octets)).expect("a message"));
}

/// Frames it and checks what every message must have: Via, From, To, Call-ID, CSeq, Request-URI.
#[divan::bench]
fn invite_parse_and_check(bencher: Bencher<'_, '_>) {
    let octets = invite();
    bencher.bench_local(|| {
        let message = Message::parse(black_box(&octets)).expect("a message");
        message.check().expect("a good one");
        message
    });
}

/// Writes it into memory that is there already.
#[divan::bench]
fn invite_serialise(bencher: Bencher<'_, '_>) {
    let message = Message::parse(&invite()).expect("a message");
    let mut out = Vec::with_capacity(2_000);
    bencher.bench_local(|| {
        out.clear();
        black_box(&message).write(&mut out);
    });
}

/// Reads the offer and writes our answer to it.
#[divan::bench]
fn offer_parse_answer_and_serialise(bencher: Bencher<'_, '_>) {
    let message = Message::parse(&invite()).expect("a message");
    let ours = Capabilities {
        address: "192.0.2.1".parse().expect("an address"),
        port: 16_384,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        telephone_event: Some(101),
        packet_ms: 20,
        direction: Direction::SendRecv,
        session: 1,
        version: 1,
    };
    bencher.bench_local(|| {
        let offer = Description::parse(black_box(message.body())).expect("a description");
        sdp::answer(&offer, &ours).expect("a codec in common").ours.to_octets()
    });
}
