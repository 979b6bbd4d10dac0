//! Signalling: an IAM in octets and in words, and signal units through a link. Time and allocations per operation.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use divan::{AllocProfiler, Bencher, black_box};
use isup::codec::*;
use isup::mtp2::unit::{Contents, Header, SEQUENCE_MASK, Status, Unit};
use isup::mtp2::{self, Correction, LineMode, Link, LinkConfig, State, Timers};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn initial_address() -> Message {
    let digits = |text: &str| text.parse().expect("digits");
    Message::new(MessageType::IAM)
        .with(NatureOfConnectionIndicators { satellites: Satellites::ONE, ..Default::default() })
        .with(ForwardCallIndicators { isdn_user_part: true, isdn_access: true, ..Default::default() })
        .with(CallingPartysCategory::ORDINARY)
        .with(TransmissionMediumRequirement::AUDIO)
        .with(CalledPartyNumber { nature: NatureOfAddress::NATIONAL, digits: digits("30123456"), ..Default::default() })
        .with(CallingPartyNumber {
            nature: NatureOfAddress::INTERNATIONAL,
            screening: Screening::NETWORK,
            digits: digits("4940654321"),
            ..Default::default()
        })
        .with(HopCounter { hops: 20, spare: 0 })
}

fn octets_of(message: &Message) -> Vec<u8> {
    let mut octets = Vec::new();
    encode_with_cic(Cic(5), message, &mut octets).expect("a complete message");
    octets
}

/// Seven parameters from words to octets, into memory that is there already.
#[divan::bench]
fn iam_encode(bencher: Bencher<'_, '_>) {
    let message = initial_address();
    let mut out = Vec::with_capacity(MESSAGE_OCTETS_MAX);
    bencher.bench_local(|| {
        out.clear();
        encode_with_cic(Cic(5), black_box(&message), &mut out).expect("a complete message");
    });
}

/// The message alone: where its parameters stand.
#[divan::bench]
fn iam_decode(bencher: Bencher<'_, '_>) {
    let octets = octets_of(&initial_address());
    bencher.bench_local(|| decode_with_cic(black_box(&octets)).expect("our own octets"));
}

/// The message, and what an exchange wants to know of it.
#[divan::bench(sample_size = 500)]
fn iam_decode_and_read_both_numbers(bencher: Bencher<'_, '_>) {
    let octets = octets_of(&initial_address());
    bencher.bench_local(|| {
        let (_, message) = decode_with_cic(black_box(&octets)).expect("our own octets");
        (message.find::<CalledPartyNumber>(), message.find::<CallingPartyNumber>())
    });
}

/// From parameters to octets, as a call makes it.
#[divan::bench(sample_size = 500)]
fn iam_build_and_encode() -> Vec<u8> {
    octets_of(&initial_address())
}

/// A link in service and the sequence numbers of its far end, 5 ms going by between units.
struct End {
    link: Link,
    now: Instant,
    header: Header,
    received: Vec<u8>,
    transmit: Vec<u8>,
}

impl End {
    fn in_service() -> Self {
        let link =
            Link::new(LinkConfig { timers: Timers::KBIT_64, line: LineMode::Frames, correction: Correction::Basic });
        let header = Header { bsn: 127, bib: true, fsn: 127, fib: true };
        let mut end = Self {
            link,
            now: Instant::now(),
            header,
            received: Vec::with_capacity(300),
            transmit: Vec::with_capacity(300),
        };
        end.link.handle_command(end.now, mtp2::Command::Start { emergency: true });
        end.receive(Contents::Status(Status::OUT_OF_ALIGNMENT));
        end.receive(Contents::Status(Status::EMERGENCY));
        end.now += Timers::KBIT_64.t4e;
        end.link.handle_timeout(end.now);
        end.receive(Contents::Fill);
        assert_eq!(end.link.state(), State::InService);
        end
    }

    fn receive(&mut self, contents: Contents<'_>) {
        self.received.clear();
        Unit { header: self.header, contents }.encode(&mut self.received);
        self.link.handle_unit(self.now, &self.received);
        while let Some(output) = self.link.poll_output() {
            black_box(output);
        }
        self.now += Duration::from_millis(5);
    }

    fn pull(&mut self) {
        assert!(self.link.poll_transmit(self.now, &mut self.transmit), "a line that we fill always gets a unit");
    }
}

fn next(number: u8) -> u8 {
    (number + 1) & SEQUENCE_MASK
}

/// The line is idle: a fill-in unit from the far end.
#[divan::bench(sample_size = 500)]
fn fisu_received(bencher: Bencher<'_, '_>) {
    let mut end = End::in_service();
    bencher.bench_local(|| end.receive(Contents::Fill));
}

/// The line is idle: a fill-in unit for the far end.
#[divan::bench]
fn fisu_sent(bencher: Bencher<'_, '_>) {
    let mut end = End::in_service();
    bencher.bench_local(|| end.pull());
}

/// A message unit with an IAM from the far end, and the unit that acknowledges it.
#[divan::bench]
fn msu_received_and_acknowledged(bencher: Bencher<'_, '_>) {
    let mut end = End::in_service();
    let message = message_of_iam();
    bencher.bench_local(|| {
        end.header.fsn = next(end.header.fsn);
        end.receive(Contents::Message(&message));
        end.pull();
    });
    assert!(end.link.counters().messages_received > 0 && end.link.state() == State::InService);
}

/// A message unit with an IAM for the far end, and the unit that acknowledges it.
#[divan::bench]
fn msu_sent_and_acknowledged(bencher: Bencher<'_, '_>) {
    let mut end = End::in_service();
    let message = message_of_iam();
    bencher.bench_local(|| {
        end.link.handle_command(end.now, mtp2::Command::Transmit(message.clone()));
        end.pull();
        end.header.bsn = next(end.header.bsn);
        end.receive(Contents::Fill);
    });
    let counters = end.link.counters();
    assert!(counters.messages_sent > 0 && counters.transmit_refused + counters.messages_retransmitted == 0);
}

/// Service information octet, label and IAM.
fn message_of_iam() -> Vec<u8> {
    [&[0x85, 0x09, 0x88, 0x44, 0x50][..], &octets_of(&initial_address())].concat()
}
