//! Changeover and changeback, Q.704 clauses 5 and 6.

use crate::mtp2;
use crate::mtp3::Event;

use super::super::{Departure, Outcome, Record, has, same};
use super::chart::{A0, A1, B0, BEYOND, Chart};

const COO: u8 = 0x11;
const COA: u8 = 0x21;
const ECO: u8 = 0x12;
const ECA: u8 = 0x22;
const CBA: u8 = 0x61;
const CBD: u8 = 0x51;

/// A failed link hands what the far end lacks to its parallel before anything newer.
pub(super) fn case_5_3a(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    same(chart.said(), ["A0 retrieve"])?;
    chart.sends(BEYOND, 0, 5);
    chart.sends(BEYOND, 1, 6);
    // The share of A0 waits, that of A1 does not.
    same(chart.said(), ["A1 user 6"])?;
    chart.retrieves(A0, &[1, 2, 3], &[4]);
    same(chart.said(), ["A1 COO 0 77"])?;
    chart.hears_about(A0, A1, &[COA, 10]);
    // The far end had accepted FSN 10.
    same(chart.said(), ["A1 user 2", "A1 user 3", "A1 user 4", "A1 user 5"])?;
    has(&chart.events, Event::Diverted { link: A0, messages: 3 })
}

/// Without an answer in T2 only new traffic goes on.
pub(super) fn case_5_7(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[1], &[2]);
    chart.sends(BEYOND, 0, 3);
    same(chart.said(), ["A0 retrieve", "A1 COO 0 77"])?;
    // T17 comes first and starts the link anew, which does not matter.
    chart.pass_ms(1_399);
    same(chart.said(), ["A0 start { emergency: false }"])?;
    chart.pass_ms(1);
    same(chart.said(), ["A1 user 3"])?;
    has(&chart.events, Event::ChangeoverUnanswered(A0))
}

/// An order is an acknowledgement too and is acknowledged.
pub(super) fn case_5_4(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[1, 2], &[]);
    chart.hears_about(A0, A1, &[COO, 10]);
    same(chart.said(), ["A0 retrieve", "A1 COO 0 77", "A1 COA 0 77", "A1 user 2"])?;
    chart.hears_about(A0, A1, &[COA, 10]);
    same(chart.said(), [""; 0])
}

/// An order for a link that we took to be in service takes it out.
pub(super) fn case_5_3b(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears_about(A0, A1, &[COO, 10]);
    same(chart.said(), ["A0 retrieve", "A0 stop"])?;
    chart.retrieves(A0, &[1, 2], &[]);
    same(chart.said(), ["A1 COA 0 77", "A1 user 2"])?;
    chart.told(A0, mtp2::Output::OutOfService(mtp2::Reason::Stopped));
    same(chart.paths(&[0, 1, 2, 3]), "A1 A1 A1 A1")?;
    chart.pass_ms(1_150);
    // And T17 later it is restored.
    same(chart.said(), ["A0 start { emergency: false }"])
}

/// An emergency answer brings back only what was never sent.
pub(super) fn case_5_6a(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[1, 2], &[3]);
    chart.hears_about(A0, A1, &[ECA]);
    same(chart.said(), ["A0 retrieve", "A1 COO 0 77", "A1 user 3"])
}

/// Who does not know its BSN orders and answers in emergency.
pub(super) fn case_5_6b(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.told(A0, mtp2::Output::Retrieved(mtp2::Retrieval::default()));
    same(chart.said(), ["A0 retrieve", "A1 ECO 0"])?;
    chart.hears_about(A0, A1, &[COA, 3]);
    chart.said();
    // The far end goes through its own changeover later.
    chart.hears_about(A0, A1, &[ECO]);
    chart.told(A0, mtp2::Output::Retrieved(mtp2::Retrieval::default()));
    same(chart.said(), ["A0 retrieve", "A1 ECA 0"])
}

/// The last link of a linkset is changed over by the way around.
pub(super) fn case_5_2(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A1);
    chart.retrieves(A1, &[], &[]);
    chart.hears_about(A1, A0, &[COA, 127]);
    chart.said();
    chart.fails(A0);
    chart.sends(BEYOND, 0, 3);
    chart.retrieves(A0, &[1, 2], &[]);
    // To A, which B leads to as well.
    same(chart.said(), ["A0 retrieve", "B0 COO 0 77"])?;
    chart.hears_about(A0, B0, &[COA, 10]);
    same(chart.said(), ["B0 user 2", "B0 user 3"])
}

/// A0 is back at level 2; its share is still with A1.
fn returning(record: &mut Record) -> Result<Chart<'_>, Departure> {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[], &[]);
    chart.hears_about(A0, A1, &[COA, 127]);
    chart.pass_ms(1_150);
    chart.said();
    chart.align(A0);
    Ok(chart)
}

/// The code of the declaration among the lines.
fn declared(lines: &[String]) -> u8 {
    let code = lines.iter().find_map(|line| line.strip_prefix("A1 CBD 0 "));
    code.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{lines:?}"))
}

/// A link takes its share back once the far end has all that the other carried.
pub(super) fn case_6_3a(record: &mut Record) -> Outcome {
    let mut chart = returning(record)?;
    let code = declared(&chart.said());
    chart.sends(BEYOND, 0, 1);
    chart.sends(BEYOND, 1, 2);
    chart.sends(BEYOND, 2, 3);
    same(chart.said(), ["A1 user 2"])?;
    chart.hears_about(A0, A1, &[CBA, code.wrapping_add(1)]);
    // Another changeback's code.
    same(chart.said(), [""; 0])?;
    chart.hears_about(A0, A1, &[CBA, code]);
    same(chart.said(), ["A0 user 1", "A0 user 3"])?;
    same(chart.paths(&[0, 1, 2, 3]), "A0 A1 A0 A1")
}

/// A declaration is repeated after T4 and given up after T5.
pub(super) fn case_6_5(record: &mut Record) -> Outcome {
    let mut chart = returning(record)?;
    let code = declared(&chart.said());
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(800);
    same(chart.said(), [format!("A1 CBD 0 {code}")])?;
    chart.pass_ms(800);
    same(chart.said(), ["A0 user 1"])?;
    has(&chart.events, Event::ChangebackUnanswered(A0))
}

/// A declaration is acknowledged with its code over the link it came by.
pub(super) fn case_6_3b(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.hears_about(A0, A1, &[CBD, 42]);
    same(chart.said(), ["A1 CBA 0 42"])
}
