//! Basic error correction, Q.781 groups 3, 4, 8 and 10.

use crate::mtp2::txc::UNACKNOWLEDGED_MAX;
use crate::mtp2::unit::{Contents, Header};
use crate::mtp2::{Command, Output, Reason, State};

use super::super::{Outcome, Record, same};
use super::bench::{Bench, SIB, SIPO, Sends};

const MESSAGE: &[u8] = &[0x85, 1, 2, 3, 4, 5];

fn delivered() -> Vec<Output> {
    vec![Output::Received(MESSAGE.to_vec())]
}

/// BSN and BIB, FSN and FIB of the next unit as the two octets on the line.
fn octets(header: Header) -> (u8, u8) {
    (header.bsn | u8::from(header.bib) << 7, header.fsn | u8::from(header.fib) << 7)
}

/// Messages are numbered and acknowledged both ways.
pub(super) fn case_8_1(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.receive_message(MESSAGE);
    same(bench.told(), delivered())?;
    same(octets(bench.pull()), (0x80, 0xff))?;
    bench.message(MESSAGE);
    same(octets(bench.pull()), (0x80, 0x80))?;
    bench.header.bsn = 0;
    bench.run(3_000, Sends::Fill);
    same(bench.sent(), ["MSU 0", "FISU"])?;
    same(bench.told(), [])
}

/// A negative acknowledgement brings the messages again with FIB inverted.
pub(super) fn case_8_2(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    same(octets(bench.pull()), (0xff, 0x80))?;
    same(octets(bench.pull()), (0xff, 0x81))?;
    bench.header.bib = false;
    bench.receive(Contents::Fill);
    same(octets(bench.pull()), (0xff, 0x00))?;
    same(octets(bench.pull()), (0xff, 0x01))?;
    same(octets(bench.pull()), (0xff, 0x01))?;
    same(bench.sent(), ["MSU 0", "MSU 1", "MSU 0", "MSU 1", "FISU"])?;
    same(bench.link.counters().messages_retransmitted, 2)
}

/// A full retransmission buffer holds messages back until acknowledged.
pub(super) fn case_8_3(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    for _ in 0..UNACKNOWLEDGED_MAX + 10 {
        bench.message(MESSAGE);
    }
    for _ in 0..UNACKNOWLEDGED_MAX {
        bench.pull();
    }
    same(bench.sent().len(), UNACKNOWLEDGED_MAX)?;
    bench.pull();
    same(bench.sent(), ["FISU"])?;
    bench.header.bsn = 9;
    bench.receive(Contents::Fill);
    (0..11).for_each(|_| _ = bench.pull());
    let after: Vec<_> = (127..=127).chain(0..9).map(|fsn| format!("MSU {fsn}")).chain(["FISU".to_string()]).collect();
    same(bench.sent(), after)
}

/// A message with a wrong FIB is discarded and asked for again.
pub(super) fn case_8_4(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.receive_as(Header { fsn: 0, fib: false, ..bench.header }, Contents::Message(MESSAGE));
    bench.header.fsn = 0;
    bench.receive(Contents::Fill);
    same(octets(bench.pull()), (0x7f, 0xff))?;
    same(bench.told(), [])?;
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    same(bench.told(), delivered())?;
    same(octets(bench.pull()), (0x00, 0xff))
}

/// A duplicate is dropped and the gap behind it is asked for.
pub(super) fn case_8_5(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.receive_message(MESSAGE);
    bench.receive(Contents::Message(MESSAGE));
    same(bench.told(), delivered())?;
    bench.header.fsn = 1;
    bench.receive(Contents::Fill);
    same(octets(bench.pull()), (0x00, 0xff))?;
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    same(bench.told(), delivered())?;
    same(octets(bench.pull()), (0x01, 0xff))
}

/// What comes before the retransmission is dropped.
pub(super) fn case_8_6(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.header.fsn = 1;
    bench.receive(Contents::Message(MESSAGE));
    bench.header.fsn = 2;
    bench.receive(Contents::Message(MESSAGE));
    bench.receive(Contents::Fill);
    same(bench.told(), [])?;
    // One gap, one request.
    same(bench.link.counters().negative_sent, 1)?;
    bench.header.fib = false;
    for fsn in 0..3 {
        bench.header.fsn = fsn;
        bench.receive(Contents::Message(MESSAGE));
    }
    same(bench.told().len(), 3)
}

/// Two wrong FIBs of three fail the link.
pub(super) fn case_3_6(record: &mut Record) -> Outcome {
    for order in [&[false, false][..], &[false, true, false]] {
        let mut bench = Bench::in_service(record)?;
        for fib in order {
            bench.receive_as(Header { fib: *fib, ..bench.header }, Contents::Fill);
        }
        same(bench.told(), [Output::OutOfService(Reason::AbnormalForwardIndicatorBit)])?;
        bench.pull();
        same(bench.sent(), ["SIOS"])?;
    }
    Ok(())
}

/// One wrong FIB is forgotten after two good units.
pub(super) fn case_8_8(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    for fib in [false, true, true, false, true, true] {
        bench.receive_as(Header { fib, ..bench.header }, Contents::Fill);
    }
    same(bench.state(), State::InService)
}

/// A message with an abnormal BSN is discarded and asked for again.
pub(super) fn case_8_10(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.receive_as(Header { bsn: 5, fsn: 0, ..bench.header }, Contents::Message(MESSAGE));
    bench.header.fsn = 0;
    bench.receive(Contents::Fill);
    same(octets(bench.pull()), (0x7f, 0xff))?;
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    same(bench.told(), delivered())
}

/// Two abnormal BSNs of three fail the link.
pub(super) fn case_8_11(record: &mut Record) -> Outcome {
    for order in [&[5, 5][..], &[5, 127, 5]] {
        let mut bench = Bench::in_service(record)?;
        for bsn in order {
            bench.receive_as(Header { bsn: *bsn, ..bench.header }, Contents::Fill);
        }
        same(bench.told(), [Output::OutOfService(Reason::AbnormalBackwardSequenceNumber)])?;
        bench.pull();
        same(bench.sent(), ["SIOS"])?;
    }
    Ok(())
}

/// T7 fails a link that is not acknowledged.
pub(super) fn case_8_12(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.message(MESSAGE);
    bench.run(999, Sends::Fill);
    same(bench.told(), [])?;
    bench.run(2, Sends::Fill);
    same(bench.told(), [Output::OutOfService(Reason::AcknowledgementDelayed)])?;
    same(bench.sent(), ["MSU 0", "FISU", "SIOS"])
}

/// SIB goes out at each T5 until congestion ends.
pub(super) fn case_10_1(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.command(Command::ReceiveCongestion);
    bench.receive_message(MESSAGE);
    bench.run(250, Sends::Fill);
    same(bench.sent(), ["SIB", "FISU", "SIB", "FISU", "SIB", "FISU"])?;
    // Neither taken nor acknowledged.
    same((bench.told(), bench.pull().bsn), (vec![], 127))?;
    bench.command(Command::ReceiveCongestionCeased);
    bench.run(1_000, Sends::Fill);
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    same(bench.sent(), [""; 0])?;
    same(bench.told(), delivered())
}

/// Each SIB restarts T7.
pub(super) fn case_10_2(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.message(MESSAGE);
    for _ in 0..30 {
        bench.run(100, Sends::Fill);
        bench.run(1, SIB);
    }
    bench.header.bsn = 0;
    bench.run(10_000, Sends::Fill);
    same(bench.state(), State::InService)
}

/// T6 fails a link whose far end stays congested.
pub(super) fn case_10_3(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.message(MESSAGE);
    bench.run(1, Sends::Fill);
    let mut waited_ms = 0;
    while bench.state() == State::InService && waited_ms < 10_000 {
        bench.run(1, SIB);
        bench.run(99, Sends::Fill);
        waited_ms += 100;
    }
    same(bench.told(), [Output::OutOfService(Reason::RemoteCongested)])?;
    // T6 from the first SIB.
    same(waited_ms, 4_000)
}

/// A processor outage of ours is told by SIPO and nothing is taken until it ends.
pub(super) fn case_4_1(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.command(Command::LocalProcessorOutage);
    bench.run(5, Sends::Fill);
    bench.receive_message(MESSAGE);
    same((bench.sent(), bench.told()), (vec!["SIPO".to_owned()], vec![]))?;
    bench.command(Command::LocalProcessorRecovered);
    bench.run(2, Sends::Nothing);
    // The far end sends again what was not acknowledged.
    bench.receive(Contents::Message(MESSAGE));
    same((bench.sent(), bench.told()), (vec!["FISU".to_owned()], vec![Output::Received(MESSAGE.to_vec())]))
}

/// One wrong FIB before a remote outage does not fail the link.
pub(super) fn case_8_9(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    let wrong = Header { fib: false, ..bench.header };
    bench.receive_as(wrong, Contents::Fill);
    bench.run(3, SIPO);
    bench.run(3, Sends::Fill);
    same(bench.state(), State::InService)?;
    same(bench.told(), [Output::RemoteProcessorOutage, Output::RemoteProcessorRecovered])
}
