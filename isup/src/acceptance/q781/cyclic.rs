//! Preventive cyclic retransmission, Q.781 group 9.

use std::time::Duration;

use crate::mtp2::unit::{Contents, Header};
use crate::mtp2::{Command, Correction, Output, Reason, State};

use super::super::{Departure, Outcome, Record, same};
use super::bench::{Bench, SIPO, Sends};

const MESSAGE: &[u8] = &[0x85, 1, 2, 3, 4, 5];

fn bench(record: &mut Record, messages_max: u8, octets_max: u32) -> Result<Bench<'_>, Departure> {
    Bench::in_service_by(record, Correction::Cyclic { messages_max, octets_max })
}

fn unlimited(record: &mut Record) -> Result<Bench<'_>, Departure> {
    Bench::in_service_by(record, Correction::CYCLIC)
}

/// FSNs of so many units from now on.
fn pulled(bench: &mut Bench<'_>, units: usize) -> Vec<u8> {
    (0..units).map(|_| bench.pull().fsn).collect()
}

/// A message goes out again and again until acknowledged.
pub(super) fn case_9_1(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    bench.message(MESSAGE);
    same(pulled(&mut bench, 3), [0, 0, 0])?;
    same(bench.sent(), ["MSU 0"])?;
    bench.header.bsn = 0;
    bench.receive(Contents::Fill);
    bench.pull();
    same(bench.sent(), ["FISU"])?;
    bench.receive_message(MESSAGE);
    same(bench.told(), [Output::Received(MESSAGE.to_vec())])?;
    same(bench.pull().bsn, 0)
}

/// A new message goes before the cycle.
pub(super) fn case_9_2(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    same(pulled(&mut bench, 3), [0, 1, 0])?;
    bench.message(MESSAGE);
    // Then the cycle goes on where it was.
    same(pulled(&mut bench, 5), [2, 1, 2, 0, 1])
}

/// At N1 messages all go out again before anything new.
pub(super) fn case_9_3(record: &mut Record) -> Outcome {
    let mut bench = bench(record, 3, 8_192)?;
    for _ in 0..5 {
        bench.message(MESSAGE);
    }
    same(pulled(&mut bench, 8), [0, 1, 2, 0, 1, 2, 0, 1])?;
    bench.header.bsn = 1;
    bench.receive(Contents::Fill);
    // The cycle ends, then what is new goes until N1 is reached again.
    same(pulled(&mut bench, 4), [2, 3, 4, 2])
}

/// At N2 octets it is done too.
pub(super) fn case_9_4(record: &mut Record) -> Outcome {
    let mut bench = bench(record, 127, 12)?;
    for _ in 0..4 {
        bench.message(MESSAGE);
    }
    same(pulled(&mut bench, 6), [0, 1, 0, 1, 0, 1])
}

/// Forced retransmission ends when all is acknowledged.
pub(super) fn case_9_5(record: &mut Record) -> Outcome {
    let mut bench = bench(record, 2, 8_192)?;
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    same(pulled(&mut bench, 3), [0, 1, 0])?;
    bench.header.bsn = 1;
    bench.receive(Contents::Fill);
    same(pulled(&mut bench, 2), [2, 2])
}

/// Messages repeated or out of sequence are dropped without a word.
pub(super) fn case_9_6(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    bench.receive_message(MESSAGE);
    bench.receive(Contents::Message(MESSAGE));
    bench.receive_as(Header { fsn: 5, ..bench.header }, Contents::Message(MESSAGE));
    same(bench.told(), [Output::Received(MESSAGE.to_vec())])?;
    let header = bench.pull();
    // No negative acknowledgement.
    same((header.bsn, header.bib), (0, true))?;
    same(bench.link.counters().negative_sent, 0)
}

/// Nothing is sent while the far end's processor is out.
pub(super) fn case_9_7(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    bench.message(MESSAGE);
    bench.pull();
    bench.run(5, SIPO);
    bench.message(MESSAGE);
    bench.run(20, SIPO);
    same(bench.sent(), ["MSU 0", "FISU"])?;
    bench.run(3, Sends::Fill);
    same(bench.sent(), ["MSU 1", "MSU 0"])
}

/// One abnormal BSN is passed over and two of three fail the link.
pub(super) fn case_9_8(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    let odd = Header { bsn: 50, ..bench.header };
    bench.receive_as(odd, Contents::Fill);
    bench.run(3, Sends::Fill);
    same(bench.state(), State::InService)?;
    bench.receive_as(odd, Contents::Fill);
    bench.receive_as(odd, Contents::Fill);
    same(bench.told(), [Output::OutOfService(Reason::AbnormalBackwardSequenceNumber)])?;
    bench.pull();
    same(bench.sent(), ["SIOS"])
}

/// T7 bounds the wait for an acknowledgement.
pub(super) fn case_9_11(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    bench.message(MESSAGE);
    bench.pull();
    bench.pass(Duration::from_millis(1_000));
    same(bench.told(), [Output::OutOfService(Reason::AcknowledgementDelayed)])?;
    bench.pull();
    same(bench.sent(), ["MSU 0", "SIOS"])
}

/// Fill with the number of a message that did not come changes nothing.
pub(super) fn case_9_12(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    bench.receive_as(Header { fsn: 0, ..bench.header }, Contents::Fill);
    bench.receive_as(Header { fib: false, ..bench.header }, Contents::Fill);
    bench.receive_as(Header { fib: false, ..bench.header }, Contents::Fill);
    // Indicator bits mean nothing here.
    same((bench.state(), bench.pull().bib), (State::InService, true))
}

/// A stop ends service.
pub(super) fn case_9_13(record: &mut Record) -> Outcome {
    let mut bench = unlimited(record)?;
    bench.command(Command::Stop);
    bench.pull();
    same(bench.sent(), ["SIOS"])
}
