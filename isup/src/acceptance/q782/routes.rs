//! Routes to a destination behind two transfer points, Q.704 clauses 7, 8, 9, 11 and 13.

use std::time::Duration;

use crate::mtp2;
use crate::mtp3::{CONGESTION_EVERY, ServiceIndicator};

use super::super::{Outcome, Record, has, same};
use super::chart::{A, A0, A1, B0, BEYOND, Chart};

/// TFP, TFR, TFA, TFC for 300 = 0x12c.
const TFP: [u8; 3] = [0x14, 0x2c, 0x01];
const TFR: [u8; 3] = [0x34, 0x2c, 0x01];
const TFA: [u8; 3] = [0x54, 0x2c, 0x01];
const TRA: [u8; 1] = [0x17];

/// A prohibited route is left at once and asked for every T10.
pub(super) fn case_7(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &TFP);
    same(chart.paths(&[0, 1]), "B0 B1")?;
    // The point itself is within reach.
    same(chart.router.is_reachable(A), true)?;
    chart.pass(Duration::from_millis(44_999));
    chart.said();
    chart.pass_ms(1);
    same(chart.said(), ["A0 RST 300"])?;
    chart.pass(Duration::from_secs(45));
    has(&chart.said(), "A0 RST 300")
}

/// An allowed route is taken after T6 and nothing overtakes.
pub(super) fn case_8a(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &TFP);
    chart.hears(A1, &TFA);
    chart.sends(BEYOND, 0, 1);
    chart.sends(A, 0, 2);
    // Only what moves is held.
    same(chart.said(), ["A0 user 2"])?;
    chart.pass_ms(799);
    same(chart.said(), [""; 0])?;
    chart.pass_ms(1);
    same(chart.said(), ["A0 user 1"])?;
    chart.pass(Duration::from_secs(50));
    let tests: Vec<_> = chart.said().into_iter().filter(|line| line.contains("RST")).collect();
    same(tests, [""; 0])
}

/// A restricted route is left for a worse one but kept where there is none.
pub(super) fn case_8b(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &TFR);
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(800);
    same(chart.said(), ["B0 user 1"])?;
    chart.hears(B0, &TFP);
    same(chart.paths(&[0, 1]), "A0 A1")?;
    chart.pass(Duration::from_secs(45));
    let lines = chart.said();
    has(&lines, "A0 RSR 300")?;
    has(&lines, "B0 RST 300")
}

/// What a transfer point prohibited is forgotten when its last link fails.
pub(super) fn case_9a(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &TFP);
    for link in [A0, A1] {
        chart.fails(link);
        chart.retrieves(link, &[], &[]);
    }
    chart.pass(Duration::from_secs(3));
    chart.said();
    chart.align(A0);
    same(chart.said(), ["A0 TRA"])?;
    same(chart.paths(&[0, 1]), "B0 B1")?;
    chart.hears(A0, &TRA);
    chart.pass_ms(800);
    chart.said();
    same(chart.paths(&[0, 1]), "A0 A0")
}

/// A restart that we did not notice is answered once in T19.
pub(super) fn case_9b(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &TRA);
    // T19 has not passed since our own restart.
    same(chart.said(), [""; 0])?;
    chart.pass(Duration::from_secs(63));
    chart.said();
    chart.hears(A0, &TRA);
    chart.hears(A0, &TRA);
    same(chart.said(), ["A0 TRA"])
}

/// The network's congestion is told each time with its level.
pub(super) fn case_11a(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &[0x23, 0x2c, 0x81]);
    chart.hears(A0, &[0x23, 0x63, 0x00]);
    same(chart.said(), ["Congested { destination: PointCode(300), level: 2 }"])
}

/// A congested link of ours is told with its first message and each eighth.
pub(super) fn case_11b(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.told(A0, mtp2::Output::CongestionOnset);
    let told = |chart: &mut Chart<'_>, messages: u32| {
        (0..messages).for_each(|_| chart.sends(BEYOND, 0, 1));
        chart.said().iter().filter(|line| line.starts_with("Congested")).count()
    };
    same(told(&mut chart, CONGESTION_EVERY), 1)?;
    same(told(&mut chart, 1), 1)?;
    chart.told(A0, mtp2::Output::CongestionAbated);
    same(told(&mut chart, 20), 0)
}

/// A missing user part is told and ours are refused.
pub(super) fn case_11c(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &[0x1a, 0x2c, 0x01, 0x15]);
    let told = "UserPartUnavailable { destination: PointCode(300), service: ServiceIndicator(5), \
                cause: UnavailabilityCause(1) }";
    same(chart.said(), [told])?;
    chart.receive(A0, ServiceIndicator(3), 1, &[9, 9]);
    same(chart.said(), ["A1 UPU 100 0x3 unequipped"])
}
