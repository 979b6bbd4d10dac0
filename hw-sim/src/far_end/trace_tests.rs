//! What two foreign ends (libss7) said to each other, held against what this far exchange says in their place.
//!
//! Reads the recording from the shared folder when there is one; the vectors that must always hold stand in the tests of each file.

use isup::codec::{Message, MessageType, decode_with_cic, encode_with_cic};

use super::circuit::Effects;
use super::circuits::Circuits;
use super::correction::{Correction, Verdict};
use super::label::Label;
use super::mtp3::{Delivery, Output, SignallingPoint};
use super::network::Network;
use super::spec::ExchangeSpec;
use super::unit::{self, Unit};

/// A unit of the recording and who sent it: 0 for A (point code 4097), 1 for B (8194).
struct Recorded {
    sender: usize,
    octets: Vec<u8>,
}

impl Recorded {
    /// From the circuit identification code on, when it is an ISUP message.
    fn isup(&self) -> Option<&[u8]> {
        let message = self.octets.get(3..)?;
        (message.first()? & 0xf == 5).then(|| &message[5..])
    }
}

#[test]
fn sequence_numbers_are_those_of_a_foreign_end_that_says_the_same() {
    let Some(recording) = recording() else { return };
    let mut ends = [Correction::new(), Correction::new()];
    for Recorded { sender, octets } in &recording {
        let (header, unit) = unit::decode(octets).expect("a unit of the recording");
        let (own, is_message) = match unit {
            Unit::Status(_) => continue,
            Unit::FillIn => (ends[*sender].header(), false),
            Unit::Message(message) => {
                ends[*sender].push(message.to_vec()).expect("room");
                (ends[*sender].next_message().expect("just pushed").0, true)
            }
        };
        // The backward number depends on how long the wire is; the receiver judges it below.
        assert_eq!((own.fsn, own.fib, own.bib), (header.fsn, header.fib, header.bib));
        let verdict = ends[1 - sender].receive(header, is_message);
        assert_eq!(verdict, if is_message { Verdict::Accept } else { Verdict::Discard });
    }
    assert!(ends.iter().all(|end| !end.awaits_acknowledgement()));
}

#[test]
fn the_order_of_alignment_is_status_units_then_fill_in_then_the_link_test() {
    let Some(recording) = recording() else { return };
    for sender in 0..2 {
        let mut kinds: Vec<u8> =
            recording.iter().filter(|unit| unit.sender == sender).map(|unit| unit.octets[2]).collect();
        kinds.truncate(4);
        assert_eq!(kinds, [1, 1, 0, 17], "SIO, SIE, FISU, SLTM by their length indicators");
    }
}

#[test]
fn labels_and_link_tests_of_a_foreign_end_are_taken() {
    let Some(recording) = recording() else { return };
    let mut point = SignallingPoint::new(
        Label { network: Network::Itu, own: 8194, adjacent: 4097, called_upon: 4097, network_indicator: 2 },
        &[0],
    );
    let management = |unit: &&Recorded| unit.sender == 0 && unit.octets[2] > 2 && unit.isup().is_none();
    let taken: Vec<_> =
        recording.iter().filter(management).map(|unit| point.receive(0, 0, &unit.octets[3..])).collect();
    let foreign_pattern = Delivery::Refused("malformed link test");
    assert_eq!(taken, [Delivery::Management("SLTM"), foreign_pattern, Delivery::Management("TRA")]);
    let Some(Output::Send(0, answered)) = point.poll_output() else { panic!("SLTA") };
    assert!(recording.iter().any(|unit| unit.sender == 1 && unit.octets[3..] == answered));
}

#[test]
fn every_message_has_the_low_bits_of_its_circuit_as_selection_and_survives_the_codec() {
    let Some(recording) = recording() else { return };
    for unit in &recording {
        let Some(octets) = unit.isup() else { continue };
        let (cic, message) = decode_with_cic(octets).expect("a message of the recording");
        assert_eq!(u16::from(unit.octets[7] >> 4), cic.0 & 0xf);
        let mut again = Vec::new();
        encode_with_cic(cic, &message, &mut again).expect("what was decoded");
        assert_eq!(again, octets);
    }
}

/// REL, RSC, GRS, BLO, UBL, CGB: what A asks, B answers; our answer is the same octets.
#[test]
fn procedures_are_answered_with_the_octets_of_the_foreign_end() {
    let Some(recording) = recording() else { return };
    let timeslots = 1..=15;
    let mut circuits = Circuits::new(&ExchangeSpec::prevailing_on_even(timeslots));
    let mut compared = 0;
    for (at, unit) in recording.iter().enumerate().filter(|(_, unit)| unit.sender == 0) {
        let Some((cic, message)) = unit.isup().and_then(|octets| decode_with_cic(octets).ok()) else { continue };
        let mut effects = Effects::default();
        circuits.receive(0, cic.0, &message, &mut effects);
        let Some(reply) = reply_to(message.kind) else { continue };
        let mut theirs = recording[at..].iter().filter(|unit| unit.sender == 1).filter_map(Recorded::isup);
        let theirs = theirs.find(|octets| octets[2] == reply.0).expect("B answers in the recording");
        let ours = |(cic, message): &(u16, Message)| {
            let mut octets = Vec::new();
            encode_with_cic(isup::codec::Cic(*cic), message, &mut octets).expect("complete");
            octets
        };
        assert!(effects.transmit.iter().map(ours).any(|octets| octets == theirs), "answer to {}", message.kind);
        compared += 1;
    }
    assert!(compared >= 9, "{compared} answers compared");
}

fn reply_to(kind: MessageType) -> Option<MessageType> {
    Some(match kind {
        MessageType::REL | MessageType::RSC => MessageType::RLC,
        MessageType::GRS => MessageType::GRA,
        MessageType::BLO => MessageType::BLA,
        MessageType::UBL => MessageType::UBA,
        MessageType::CGB => MessageType::CGBA,
        _ => return None,
    })
}

/// Lines of `number ms A>B hex ; meaning`.
fn recording() -> Option<Vec<Recorded>> {
    let shared =
        std::env::var("SPANGATE_SHARED").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_owned());
    let Ok(text) = std::fs::read_to_string(format!("{shared}/spec/traces/libss7_itu.hex")) else {
        println!("skipped: recording of two libss7 ends: shared folder absent");
        return None;
    };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let recording: Vec<Recorded> = lines.filter_map(recorded).collect();
    assert!(recording.len() > 50, "{} units", recording.len());
    Some(recording)
}

fn recorded(line: &str) -> Option<Recorded> {
    let mut columns = line.split_whitespace().skip(2);
    let sender = usize::from(columns.next()? != "A>B");
    let hex = columns.next()?;
    let octets = (0..hex.len() / 2).map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok());
    Some(Recorded { sender, octets: octets.collect::<Option<_>>()? })
}
