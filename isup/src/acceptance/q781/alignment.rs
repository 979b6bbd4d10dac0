//! Link state control and initial alignment, Q.781 groups 1 and 2.

use std::time::Duration;

use crate::mtp2::unit::{Contents, Status};
use crate::mtp2::{Command, LineError, Output, Reason, State};

use super::super::{Departure, Outcome, Record, same};
use super::bench::{Bench, SIB, SIE, SIN, SIO, SIOS, SIPO, Sends};

const START: Command = Command::Start { emergency: false };
const EMERGENCY: Command = Command::Start { emergency: true };

fn out(reason: Reason) -> Output {
    Output::OutOfService(reason)
}

/// A state in which a case begins.
type Begin = fn(&mut Record) -> Result<Bench<'_>, Departure>;

/// Aligns, and nobody answers.
fn not_aligned(record: &mut Record) -> Result<Bench<'_>, Departure> {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(1, SIOS);
    Ok(bench)
}

/// Aligns normally until proving has just begun.
fn proving(record: &mut Record) -> Result<Bench<'_>, Departure> {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(5, SIO);
    bench.run(1, SIN);
    same(bench.sent(), ["SIO", "SIN"])?;
    Ok(bench)
}

fn aligned_ready(record: &mut Record) -> Result<Bench<'_>, Departure> {
    let mut bench = proving(record)?;
    bench.run(8_200, SIN);
    same(bench.sent(), ["FISU"])?;
    same(bench.state(), State::AlignedReady)?;
    Ok(bench)
}

fn aligned_not_ready(record: &mut Record) -> Result<Bench<'_>, Departure> {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(Command::LocalProcessorOutage);
    bench.command(START);
    bench.run(5, SIO);
    bench.run(8_201, SIN);
    same(bench.sent(), ["SIO", "SIN", "SIPO"])?;
    same(bench.state(), State::AlignedNotReady)?;
    Ok(bench)
}

/// A new link sends SIOS with all sequence bits set.
pub(super) fn case_1_1(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    let header = bench.pull();
    same((header.bsn, header.bib, header.fsn, header.fib), (127, true, 127, true))
}

/// T2 ends an alignment that nobody answers.
pub(super) fn case_1_2(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(49_999, SIOS);
    same(bench.sent(), ["SIO"])?;
    bench.run(2, SIOS);
    same(bench.sent(), ["SIOS"])?;
    same(bench.told(), [out(Reason::AlignmentNotPossible)])
}

/// T3 ends an alignment that stops at SIO.
pub(super) fn case_1_3(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(1_499, SIO);
    same(bench.sent(), ["SIO", "SIN"])?;
    bench.run(3, SIO);
    same(bench.sent(), ["SIOS"])?;
    same(bench.told(), [out(Reason::AlignmentNotPossible)])
}

/// T4 proves and T1 gives up on a far end that never sends FISU.
pub(super) fn case_1_4(record: &mut Record) -> Outcome {
    let mut bench = aligned_ready(record)?;
    bench.run(44_990, SIN);
    same(bench.told(), [])?;
    bench.run(20, SIN);
    same(bench.sent(), ["SIOS"])?;
    same(bench.told(), [out(Reason::NeverReady)])
}

/// Normal alignment proves for T4N and enters service on FISU.
pub(super) fn case_1_5a(record: &mut Record) -> Outcome {
    let mut bench = proving(record)?;
    bench.run(8_198, SIN);
    // Still proving.
    same(bench.sent(), [""; 0])?;
    bench.run(3, SIN);
    same(bench.sent(), ["FISU"])?;
    bench.run(1, Sends::Fill);
    same(bench.told(), [Output::InService])?;
    same(bench.state(), State::InService)
}

/// Status fields of two octets align as well.
pub(super) fn case_1_5b(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(EMERGENCY);
    for (status, ms) in [(0, 5), (2, 510)] {
        for _ in 0..ms {
            bench.pull();
            bench.receive_octets(&[0xff, 0xff, 2, status, 0]);
            bench.pass(Duration::from_millis(1));
        }
    }
    bench.run(1, Sends::Fill);
    same(bench.told(), [Output::InService])
}

/// A message brings an aligned link into service and is delivered.
pub(super) fn case_1_6(record: &mut Record) -> Outcome {
    let mut bench = aligned_ready(record)?;
    bench.receive_message(&[0x85, 1, 2, 3, 4, 5]);
    same(bench.told(), [Output::InService, Output::Received(vec![0x85, 1, 2, 3, 4, 5])])
}

/// SIO during proving starts the proving period anew.
pub(super) fn case_1_7(record: &mut Record) -> Outcome {
    let mut bench = proving(record)?;
    bench.run(4_100, SIN);
    bench.run(1, SIO);
    bench.run(8_198, SIN);
    same(bench.sent(), [""; 0])?;
    bench.run(5, SIN);
    same(bench.sent(), ["FISU"])
}

/// A processor outage before alignment is told by SIPO.
pub(super) fn case_1_8a(record: &mut Record) -> Outcome {
    let mut bench = aligned_not_ready(record)?;
    bench.run(10, Sends::Fill);
    same(bench.told(), [Output::InService])?;
    same(bench.state(), State::ProcessorOutage)?;
    // SIPO goes on.
    same(bench.sent(), [""; 0])
}

/// The far end's processor outage holds messages back.
pub(super) fn case_1_8b(record: &mut Record) -> Outcome {
    let mut bench = aligned_ready(record)?;
    bench.run(10, SIPO);
    bench.message(&[0x85, 1, 2, 3, 4]);
    bench.run(2_000, SIPO);
    same(bench.told(), [Output::InService, Output::RemoteProcessorOutage])?;
    // FISU goes on.
    same(bench.sent(), [""; 0])
}

/// A processor outage set and cleared before start leaves no trace.
pub(super) fn case_1_10(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(Command::LocalProcessorOutage);
    bench.command(Command::LocalProcessorRecovered);
    bench.command(START);
    bench.run(5, SIO);
    bench.run(8_210, SIN);
    same(bench.sent(), ["SIO", "SIN", "FISU"])
}

/// SIPO when aligned not ready is a remote processor outage.
pub(super) fn case_1_11(record: &mut Record) -> Outcome {
    let mut bench = aligned_not_ready(record)?;
    bench.run(10, SIPO);
    same(bench.told(), [Output::InService, Output::RemoteProcessorOutage])
}

/// SIOS and SIO end aligned not ready.
pub(super) fn case_1_12(record: &mut Record) -> Outcome {
    for (status, reason) in [(SIOS, Reason::RemoteOutOfService), (SIO, Reason::RemoteRealigned)] {
        let mut bench = aligned_not_ready(record)?;
        bench.run(1, status);
        same(bench.sent(), ["SIOS"])?;
        same(bench.told(), [out(reason)])?;
    }
    Ok(())
}

/// A processor outage that ends during proving leaves no trace.
pub(super) fn case_1_14(record: &mut Record) -> Outcome {
    let mut bench = proving(record)?;
    bench.command(Command::LocalProcessorOutage);
    bench.run(4_000, SIN);
    bench.command(Command::LocalProcessorRecovered);
    bench.run(4_210, SIN);
    same(bench.sent(), ["FISU"])
}

/// A processor outage when aligned ready is told by SIPO until it ends.
pub(super) fn case_1_15(record: &mut Record) -> Outcome {
    let mut bench = aligned_ready(record)?;
    bench.command(Command::LocalProcessorOutage);
    bench.run(100, Sends::Fill);
    same(bench.sent(), ["SIPO"])?;
    same(bench.told(), [Output::InService])?;
    bench.command(Command::LocalProcessorRecovered);
    bench.run(100, Sends::Fill);
    same(bench.sent(), ["FISU"])?;
    same(bench.state(), State::InService)
}

/// T1 runs in aligned not ready too.
pub(super) fn case_1_16(record: &mut Record) -> Outcome {
    let mut bench = aligned_not_ready(record)?;
    bench.run(45_010, SIN);
    same(bench.told(), [out(Reason::NeverReady)])
}

/// SIN or SIE without SIO aligns.
pub(super) fn case_1_17(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(8_210, SIN);
    same(bench.sent(), ["SIO", "SIN", "FISU"])?;
    let mut bench = Bench::out_of_service(record)?;
    bench.command(EMERGENCY);
    bench.run(510, SIE);
    same(bench.sent(), ["SIO", "SIE", "FISU"])
}

/// An emergency set when not aligned is told by SIE.
pub(super) fn case_1_19(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(1, SIOS);
    bench.command(EMERGENCY);
    bench.run(5, SIO);
    bench.run(510, SIE);
    same(bench.sent(), ["SIO", "SIE", "FISU"])
}

/// An emergency set when aligned shortens the proving to come.
pub(super) fn case_1_20(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(5, SIO);
    bench.command(EMERGENCY);
    bench.run(510, SIN);
    same(bench.sent(), ["SIO", "SIN", "SIE", "FISU"])
}

/// The far end's emergency shortens our proving but we send SIN.
pub(super) fn case_1_22(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(510, SIE);
    same(bench.sent(), ["SIO", "SIN", "FISU"])
}

/// An emergency set during proving begins a short period.
pub(super) fn case_1_23(record: &mut Record) -> Outcome {
    let mut bench = proving(record)?;
    bench.run(1_000, SIN);
    bench.command(EMERGENCY);
    bench.run(498, SIN);
    same(bench.sent(), ["SIE"])?;
    bench.run(5, SIN);
    same(bench.sent(), ["FISU"])
}

/// A stop ends alignment wherever it stands.
pub(super) fn case_1_25(record: &mut Record) -> Outcome {
    let begin: [Begin; 4] = [not_aligned, proving, aligned_ready, aligned_not_ready];
    for begin in begin {
        let mut bench = begin(record)?;
        bench.command(Command::Stop);
        bench.sent();
        bench.run(60_000, SIN);
        same(bench.sent(), ["SIOS"])?;
        same(bench.told(), [out(Reason::Stopped)])?;
    }
    Ok(())
}

/// Each alignment status ends service.
pub(super) fn case_1_28(record: &mut Record) -> Outcome {
    for status in [SIO, SIN, SIE] {
        let mut bench = Bench::in_service(record)?;
        bench.run(1, status);
        same(bench.sent(), ["SIOS"])?;
        same(bench.told(), [out(Reason::RemoteRealigned)])?;
    }
    let mut bench = Bench::in_service(record)?;
    bench.run(1, SIOS);
    same(bench.told(), [out(Reason::RemoteOutOfService)])
}

/// A stop ends processor outages.
pub(super) fn case_1_30(record: &mut Record) -> Outcome {
    let mut local = Bench::in_service(record)?;
    local.command(Command::LocalProcessorOutage);
    local.run(10, Sends::Fill);
    same(local.sent(), ["SIPO"])?;
    local.command(Command::Stop);
    local.run(1, Sends::Fill);
    same(local.sent(), ["SIOS"])?;
    let mut remote = Bench::in_service(record)?;
    remote.run(10, SIPO);
    same(remote.told(), [Output::RemoteProcessorOutage])?;
    remote.command(Command::Stop);
    remote.run(1, SIPO);
    same(remote.sent(), ["SIOS"])?;
    same(remote.state(), State::OutOfService)
}

/// SIO or SIOS in place of FISU ends aligned ready.
pub(super) fn case_1_33(record: &mut Record) -> Outcome {
    for status in [SIO, SIOS] {
        let mut bench = aligned_ready(record)?;
        bench.run(1, status);
        same(bench.sent(), ["SIOS"])?;
    }
    Ok(())
}

/// SIPO in place of FISU is a remote processor outage.
pub(super) fn case_1_35(record: &mut Record) -> Outcome {
    let mut bench = aligned_ready(record)?;
    bench.run(5, SIPO);
    same(bench.told(), [Output::InService, Output::RemoteProcessorOutage])?;
    // FISU goes on.
    same(bench.sent(), [""; 0])
}

/// Nothing moves a link that is out of service.
pub(super) fn case_2_1(record: &mut Record) -> Outcome {
    let mut bench = Bench::out_of_service(record)?;
    for sends in [SIO, SIN, SIE, SIPO, SIB, Sends::Status(Status(7)), Sends::Fill] {
        bench.run(3, sends);
    }
    bench.receive_message(&[0x85, 1, 2, 3, 4]);
    bench.command(Command::Stop);
    bench.run(1, SIOS);
    same(bench.sent(), [""; 0])?;
    same(bench.told(), [])?;
    same(bench.link.counters().status_unknown, 3)
}

/// Units out of place do not disturb alignment.
pub(super) fn case_2_2(record: &mut Record) -> Outcome {
    let disturb = |bench: &mut Bench<'_>| {
        for sends in [SIPO, SIB, Sends::Status(Status(6)), Sends::Fill] {
            bench.run(1, sends);
        }
        bench.receive(Contents::Message(&[0x85, 1, 2, 3, 4]));
        bench.command(START);
    };
    let mut bench = Bench::out_of_service(record)?;
    bench.command(START);
    bench.run(1, SIOS);
    disturb(&mut bench);
    bench.run(5, SIO);
    disturb(&mut bench);
    bench.run(10, SIN);
    disturb(&mut bench);
    bench.run(8_210, SIN);
    bench.run(1, Sends::Fill);
    same(bench.sent(), ["SIO", "SIN", "FISU"])?;
    same(bench.told(), [Output::InService])
}

/// Orders out of place change nothing.
pub(super) fn case_2_5(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.command(Command::LocalProcessorRecovered);
    bench.command(EMERGENCY);
    bench.run(5, Sends::Status(Status(6)));
    bench.run(5, Sends::Fill);
    same(bench.told(), [])?;
    same(bench.link.counters().orders_unexpected, 2)?;
    bench.command(Command::LocalProcessorOutage);
    bench.command(EMERGENCY);
    bench.run(5, SIB);
    same(bench.state(), State::ProcessorOutage)
}

/// Proved, and the same with our processor outage; in service, and the same with our processor outage.
const PROVED: [Begin; 4] = [aligned_ready, aligned_not_ready, in_service, outage];

fn in_service(record: &mut Record) -> Result<Bench<'_>, Departure> {
    Bench::in_service(record)
}

fn outage(record: &mut Record) -> Result<Bench<'_>, Departure> {
    let mut bench = Bench::in_service(record)?;
    bench.command(Command::LocalProcessorOutage);
    Ok(bench)
}

/// A line that breaks fails the link in each proved state.
pub(super) fn case_3_1(record: &mut Record) -> Outcome {
    for begin in PROVED {
        let mut bench = begin(record)?;
        bench.run(10, Sends::Fill);
        bench.told();
        bench.error(LineError::Abort);
        bench.run(130, Sends::Nothing);
        same(bench.told(), [out(Reason::ErrorRate)])?;
    }
    Ok(())
}

/// Corrupt FIBs fail the link in each proved state.
pub(super) fn case_3_2(record: &mut Record) -> Outcome {
    for begin in PROVED {
        let mut bench = begin(record)?;
        bench.header.fib = false;
        bench.receive_as(bench.header, Contents::Fill);
        bench.receive_as(bench.header, Contents::Fill);
        same(bench.told(), [out(Reason::AbnormalForwardIndicatorBit)])?;
        bench.pull();
    }
    Ok(())
}

/// A remote outage during a local one ends by itself.
pub(super) fn case_4_2(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.command(Command::LocalProcessorOutage);
    bench.run(5, SIPO);
    same(bench.told(), [Output::RemoteProcessorOutage])?;
    bench.run(5, Sends::Fill);
    same(bench.told(), [Output::RemoteProcessorRecovered])?;
    same(bench.sent(), ["SIPO"])?;
    same(bench.state(), State::ProcessorOutage)
}

/// Both outages end one after the other.
pub(super) fn case_4_3(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.command(Command::LocalProcessorOutage);
    bench.run(5, SIPO);
    bench.command(Command::LocalProcessorRecovered);
    bench.run(5, SIPO);
    same(bench.sent(), ["SIPO", "FISU"])?;
    same(bench.state(), State::ProcessorOutage)?;
    bench.run(5, Sends::Fill);
    same(bench.state(), State::InService)?;
    same(bench.told(), [Output::RemoteProcessorOutage, Output::RemoteProcessorRecovered])
}

/// Two emergencies prove for T4E.
pub(super) fn case_1_21(record: &mut Record) -> Outcome {
    // The bench aligns so: SIE both ways, in service before a normal proving period could be over.
    same(Bench::in_service(record)?.state(), State::InService)
}

/// A stop ends service and is told by SIOS.
pub(super) fn case_1_29b(record: &mut Record) -> Outcome {
    let mut bench = Bench::in_service(record)?;
    bench.command(Command::Stop);
    bench.pass(Duration::from_millis(1));
    bench.pull();
    same((bench.sent(), bench.told()), (vec!["SIOS".to_owned()], vec![Output::OutOfService(Reason::Stopped)]))
}
