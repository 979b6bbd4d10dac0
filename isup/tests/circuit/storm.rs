//! Random messages, requests and times: the invariant holds after each step, and peace returns.

use std::time::Duration;

use isup::codec::{Cic, MessageType as M, RangeAndStatus};
use isup::exchange::{
    CircuitId, CircuitRange, CircuitSpec, CircuitState, GroupRequest, Indication, MtpIndication, Number, Output,
    Request, Supervision,
};
use isup::point_code::UnavailabilityCause;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::bench::{Bench, FAR, message};
use crate::continuity::{continuity, with_check};
use crate::segmentation::announcing;

const CIRCUITS: u32 = 12;

const KINDS: [M; 36] = [
    M::IAM,
    M::ACM,
    M::CPG,
    M::ANM,
    M::CON,
    M::REL,
    M::RLC,
    M::RSC,
    M::BLO,
    M::BLA,
    M::UBL,
    M::UBA,
    M::UCIC,
    M::SUS,
    M::RES,
    M::SAM,
    M::COT,
    M::CCR,
    M::LPA,
    M::SGM,
    M::OLM,
    M::CVT,
    M::UPT,
    M::APM,
    M::FAR,
    M::IDR,
    M::CQM,
    M::CFN,
    M::INF,
    M::INR,
    M::GRS,
    M::GRA,
    M::CGB,
    M::CGBA,
    M::CGU,
    M::CGUA,
];

/// Follows each circuit's owner: a call that began must end exactly once.
#[derive(Default)]
struct Owners {
    calls: Vec<bool>,
    owed: Vec<CircuitId>,
}

impl Owners {
    fn hear(&mut self, output: &Output, context: &str) {
        let Output::Circuit(circuit, indication) = output else { return };
        let call = &mut self.calls[circuit.0 as usize];
        match indication {
            Indication::Setup(_) => assert!(!std::mem::replace(call, true), "{context}: a second call on {circuit:?}"),
            Indication::SetupRefused(isup::exchange::Refusal::DualSeizure) => *call = false,
            Indication::SetupRefused(_) => *call = false,
            Indication::Released => assert!(std::mem::take(call), "{context}: released without a call on {circuit:?}"),
            Indication::Release(_) | Indication::Lost(_) => {
                assert!(*call, "{context}: {indication:?} without a call on {circuit:?}");
                self.owed.push(*circuit);
            }
            _ => {}
        }
    }
}

#[test]
fn a_storm_of_messages_and_requests_never_breaks_a_circuit_and_peace_returns() {
    for seed in 0..12 {
        storm([seed; 32]);
    }
}

fn storm(seed: [u8; 32]) {
    let mut random = ChaCha20Rng::from_seed(seed);
    let circuits = (1..=CIRCUITS as u16).map(|cic| CircuitSpec { destination: FAR, cic: Cic(cic) }).collect();
    let mut bench = Bench::with(circuits);
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    let mut owners = Owners { calls: vec![false; CIRCUITS as usize], owed: Vec::new() };
    for round in 0..4_000 {
        let context = format!("seed {seed:?}, round {round}");
        act(&mut bench, &mut owners, &mut random);
        settle(&mut bench, &mut owners, &context);
    }
    for _ in 0..200 {
        calm(&mut bench, &mut owners, &format!("seed {seed:?}, calm"));
    }
    for circuit in 0..CIRCUITS {
        let view = bench.exchange.circuit(CircuitId(circuit)).expect("the circuit exists");
        assert_eq!(view.state, CircuitState::Idle, "seed {seed:?}");
        assert!(!owners.calls[circuit as usize], "seed {seed:?}: a call never ended on {circuit}");
    }
}

fn act(bench: &mut Bench, owners: &mut Owners, random: &mut ChaCha20Rng) {
    let mut below = |bound: u32| random.next_u32() % bound;
    let circuit = CircuitId(below(CIRCUITS));
    let cic = circuit.0 as u16 + 1;
    match below(30) {
        0..8 => {
            let kind = KINDS[below(KINDS.len() as u32) as usize];
            let range = below(40) as u8;
            match kind {
                M::GRS | M::GRA | M::CQM => bench.receive_range(cic, kind, RangeAndStatus::with_status(range)),
                M::CGB | M::CGBA | M::CGU | M::CGUA => {
                    // Ours begin with the first circuit and name all.
                    let (cic, range) = if below(2) == 0 { (1, CIRCUITS as u8 - 1) } else { (cic, range) };
                    let places = [0, 1, 2, 3].map(|_| below(CIRCUITS) as usize);
                    bench.receive_supervision(cic, kind, below(3) as u8, range, &places);
                }
                M::IAM | M::ACM if below(4) == 0 => bench.receive_message(cic, &announcing(kind)),
                M::IAM => bench.receive_message(cic, &with_check([0, 1, 2][below(3) as usize])),
                M::COT => bench.receive_message(cic, &continuity(below(2) == 0)),
                _ => bench.receive(cic, kind),
            }
        }
        8..10 => {
            let busy = owners.calls[circuit.0 as usize];
            if !busy {
                owners.calls[circuit.0 as usize] = true;
                bench.exchange.handle_request(bench.now, circuit, Request::Setup(with_check(below(2) as u8)));
            }
        }
        10 => bench.exchange.handle_request(bench.now, circuit, Request::AddressComplete(message(M::ACM))),
        11 => bench.exchange.handle_request(bench.now, circuit, Request::Answer(message(M::ANM))),
        12 => bench.exchange.handle_request(bench.now, circuit, Request::Connect(message(M::CON))),
        13 => bench.exchange.handle_request(bench.now, circuit, Request::Release(message(M::REL))),
        14 => {
            if let Some(circuit) = owners.owed.pop() {
                bench.exchange.handle_request(bench.now, circuit, Request::ReleaseResponse);
            }
        }
        15 => bench.exchange.handle_request(bench.now, circuit, Request::Block),
        16 => bench.exchange.handle_request(bench.now, circuit, Request::Unblock),
        17 if below(8) == 0 => bench.exchange.handle_request(bench.now, circuit, Request::Reset),
        18 if below(40) == 0 => bench.exchange.handle_group_request(bench.now, GroupRequest::Reset(FAR)),
        18 if below(20) == 0 => bench.exchange.handle_mtp(bench.now, MtpIndication::Pause(FAR)),
        18 => bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR)),
        20 => {
            // An unknown message with compatibility information.
            let instruction = 0x80 | below(128) as u8;
            bench.receive_payload(vec![cic as u8, 0, 0x99, 1, 0x38, 1, instruction, 0]);
        }
        23 => bench.exchange.handle_request(bench.now, circuit, Request::ToneHeard),
        24 => bench.exchange.handle_request(bench.now, circuit, Request::CheckContinuity),
        25 => {
            let number = if below(2) == 0 { Number::TooShort } else { Number::MayGoOn };
            bench.exchange.handle_request(bench.now, circuit, Request::AwaitDigits(number));
        }
        26 => bench.exchange.handle_request(bench.now, circuit, Request::SubsequentAddress(message(M::SAM))),
        27 => bench.exchange.handle_mtp(bench.now, MtpIndication::Status { destination: FAR, level: 0 }),
        28 if below(20) == 0 => {
            let cause = UnavailabilityCause::INACCESSIBLE;
            bench.exchange.handle_mtp(bench.now, MtpIndication::UserPartUnavailable { destination: FAR, cause });
        }
        29 => bench.exchange.handle_request(bench.now, circuit, Request::Service(message(M::APM))),
        19 => {
            let range = CircuitRange { destination: FAR, first: Cic(cic), last: Cic(cic + below(6) as u16) };
            let why = [Supervision::Maintenance, Supervision::HardwareFailure][below(2) as usize];
            let request = [GroupRequest::Block, GroupRequest::Unblock][below(2) as usize];
            bench.exchange.handle_group_request(bench.now, request(range, why));
        }
        _ => {
            bench.now += Duration::from_millis(u64::from(below(30_000)));
            bench.exchange.handle_timeout(bench.now);
        }
    }
}

fn settle(bench: &mut Bench, owners: &mut Owners, context: &str) {
    bench.exchange.invariant().unwrap_or_else(|broken| panic!("{context}: {broken}"));
    while let Some(output) = bench.exchange.poll_output() {
        owners.hear(&output, context);
    }
}

/// A far end that answers everything, and owners who end their calls.
fn calm(bench: &mut Bench, owners: &mut Owners, context: &str) {
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    for circuit in (0..CIRCUITS).map(CircuitId) {
        bench.exchange.handle_request(bench.now, circuit, Request::ReleaseResponse);
        bench.exchange.handle_request(bench.now, circuit, Request::Release(message(M::REL)));
        let view = bench.exchange.circuit(circuit).expect("the circuit exists");
        let cic = view.spec.cic.0;
        match view.state {
            CircuitState::Releasing | CircuitState::Resetting => bench.receive(cic, M::RLC),
            CircuitState::Overloaded
            | CircuitState::IncomingCheck
            | CircuitState::IncomingInquiry
            | CircuitState::ContinuityRecheck
            | CircuitState::ContinuityLoop => {
                bench.receive(cic, M::REL);
            }
            CircuitState::Unequipped => bench.receive(cic, M::RSC),
            _ => {}
        }
    }
    let (range, places) = (CIRCUITS as u8 - 1, Vec::from_iter(0..CIRCUITS as usize));
    bench.receive_range(1, M::GRA, RangeAndStatus::with_status(range));
    for (kind, why) in [(M::CGBA, 0), (M::CGUA, 0), (M::CGBA, 1), (M::CGUA, 1)] {
        bench.receive_supervision(1, kind, why, range, &places);
    }
    bench.now += Duration::from_secs(1);
    bench.exchange.handle_timeout(bench.now);
    settle(bench, owners, context);
}

#[test]
fn mutated_octets_never_break_the_exchange() {
    let seed = [42; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    let mut bench = Bench::ready();
    for round in 0..20_000 {
        let kind = KINDS[random.next_u32() as usize % KINDS.len()];
        let mut payload = vec![1 + (random.next_u32() % 6) as u8, 0];
        let _ = message(kind).encode(&mut payload);
        for _ in 0..random.next_u32() % 4 {
            let at = random.next_u32() as usize % payload.len();
            payload[at] = random.next_u32() as u8;
        }
        payload.truncate(1 + random.next_u32() as usize % (payload.len() + 4));
        bench.receive_payload(payload);
        bench.exchange.invariant().unwrap_or_else(|broken| panic!("seed {seed:?}, round {round}: {broken}"));
        while bench.exchange.poll_output().is_some() {}
    }
}
