//! Delimitation and error rate monitors, Q.781 groups 3, 5, 6 and 7.

use crate::mtp2::suerm::{LEAK_UNITS, THRESHOLD};
use crate::mtp2::unit::Contents;
use crate::mtp2::{Command, LineError, Output, Reason, State};

use super::super::{Departure, Outcome, Record, same};
use super::bench::{Bench, SIE, SIN, SIO, Sends};

fn proving(record: &mut Record, emergency: bool) -> Result<Bench<'_>, Departure> {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(Command::Start { emergency });
    bench.run(5, SIO);
    bench.run(1, if emergency { SIE } else { SIN });
    bench.sent();
    Ok(bench)
}

/// A line that breaks fails the link after 64 gaps of 16 octets.
pub(super) fn case_3_5(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.error(LineError::Abort);
    bench.run(125, Sends::Nothing);
    same(bench.state(), State::InService)?;
    bench.run(2, Sends::Nothing);
    same(bench.told(), [Output::OutOfService(Reason::ErrorRate)])
}

/// A break of 100 ms is survived.
pub(super) fn case_6_4(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.error(LineError::Abort);
    bench.run(100, Sends::Nothing);
    bench.run(1_000, Sends::Fill);
    same(bench.state(), State::InService)
}

/// One error in 256 units leaves the link in service.
pub(super) fn case_6_1(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    for _ in 0..THRESHOLD * 10 {
        bench.error(LineError::Check);
        (1..LEAK_UNITS).for_each(|_| bench.receive(Contents::Fill));
    }
    same(bench.state(), State::InService)
}

/// 64 errors in a row fail the link.
pub(super) fn case_6_3(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    (1..THRESHOLD).for_each(|_| bench.error(LineError::Check));
    same(bench.state(), State::InService)?;
    bench.error(LineError::Check);
    same(bench.told(), [Output::OutOfService(Reason::ErrorRate)])
}

/// Three errors do not prolong a normal proving period.
pub(super) fn case_7_1(record: &mut Record) -> Outcome {
    let mut bench = proving(record, false)?;
    bench.run(4_000, SIN);
    (0..3).for_each(|_| bench.error(LineError::Check));
    bench.run(4_205, SIN);
    same(bench.sent(), ["FISU"])
}

/// Four errors begin the proving period anew.
pub(super) fn case_7_2(record: &mut Record) -> Outcome {
    let mut bench = proving(record, false)?;
    bench.run(4_000, SIN);
    (0..4).for_each(|_| bench.error(LineError::Check));
    bench.run(8_190, SIN);
    same(bench.sent(), [""; 0])?;
    bench.run(20, SIN);
    same(bench.sent(), ["FISU"])
}

/// The fifth aborted proving period ends alignment.
pub(super) fn case_7_3(record: &mut Record) -> Outcome {
    let mut bench = proving(record, false)?;
    for _ in 0..5 {
        same(bench.state(), State::InitialAlignment)?;
        bench.run(10, SIN);
        (0..4).for_each(|_| bench.error(LineError::Check));
    }
    same(bench.told(), [Output::OutOfService(Reason::AlignmentNotPossible)])?;
    same(bench.link.counters().provings_aborted, 5)
}

/// One error begins an emergency proving period anew.
pub(super) fn case_7_4(record: &mut Record) -> Outcome {
    let mut bench = proving(record, true)?;
    bench.run(400, SIE);
    bench.error(LineError::Check);
    bench.run(490, SIE);
    same(bench.sent(), [""; 0])?;
    bench.run(20, SIE);
    same(bench.sent(), ["FISU"])
}

/// One error in 254 units fails the link in the end.
pub(super) fn case_6_2(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    let mut errors = 0;
    while bench.state() == State::InService && errors < 10_000 {
        bench.error(LineError::Check);
        errors += 1;
        for _ in 1..254 {
            bench.link.handle_unit(bench.now, &[0xff, 0xff, 0x00]);
        }
    }
    // 7,880 of them leaked in 254 times 7,943 units; 64 are left.
    same(errors, 7_944)
}
