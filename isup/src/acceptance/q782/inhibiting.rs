//! Management inhibiting, Q.704 clause 10.

use std::time::Duration;

use crate::mtp3::{Command, Event, InhibitRequest, LinkState};

use super::super::{Departure, Outcome, Record, has, same};
use super::chart::{A0, A1, B0, B1, BEYOND, Chart};

const LIN: [u8; 1] = [0x16];
const LIA: [u8; 1] = [0x36];
const LUA: [u8; 1] = [0x46];
const LID: [u8; 1] = [0x56];

/// A0 inhibited by us, its share with A1.
fn inhibited(record: &mut Record) -> Result<Chart<'_>, Departure> {
    let mut chart = Chart::new(record, 0, 1);
    chart.command(Command::InhibitLink(A0));
    same(chart.said(), ["A1 LIN 0"])?;
    chart.hears_about(A0, A1, &LIA);
    chart.pass_ms(800);
    chart.said();
    Ok(chart)
}

/// An inhibited link stays in service and carries nothing.
pub(super) fn case_10_2a(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.command(Command::InhibitLink(A0));
    chart.said();
    // Not before the far end consents.
    same(chart.paths(&[0]), "A0")?;
    chart.hears_about(A0, A1, &LIA);
    same(chart.router.link_state(A0), LinkState::Inhibited)?;
    chart.sends(BEYOND, 0, 1);
    // Time-controlled changeover.
    same(chart.said(), [""; 0])?;
    chart.pass_ms(800);
    same(chart.said(), ["A1 user 1"])?;
    has(&chart.events, Event::Inhibited(A0, true))?;
    chart.pass(Duration::from_secs(600));
    // It is still tested.
    same(chart.router.link_state(A0), LinkState::Inhibited)
}

/// A link that either end needs is not inhibited.
pub(super) fn case_10_2b(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.command(Command::InhibitLink(A0));
    chart.hears_about(A0, A1, &LID);
    chart.said();
    same(std::mem::take(&mut chart.events), [Event::InhibitDenied(A0, true)])?;
    for link in [A1, B0, B1] {
        chart.fails(link);
    }
    chart.said();
    chart.command(Command::InhibitLink(A0));
    chart.hears(A0, &LIN);
    same(chart.said(), ["A0 LID 0"])?;
    has(&chart.events, Event::InhibitDenied(A0, false))
}

/// Requests are repeated once.
pub(super) fn case_10(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.command(Command::InhibitLink(A0));
    chart.pass_ms(2_500);
    same(chart.said(), ["A1 LIN 0", "A1 LIN 0"])?;
    chart.pass_ms(2_500);
    same(chart.said(), [""; 0])?;
    same(chart.events, [Event::InhibitUnanswered(A0, InhibitRequest::Inhibit)])?;
    let mut chart = inhibited(record)?;
    chart.events.clear();
    chart.command(Command::UninhibitLink(A0));
    chart.pass_ms(2_300);
    same(chart.said(), ["A1 LUN 0", "A1 LUN 0"])?;
    same(chart.events, [Event::InhibitUnanswered(A0, InhibitRequest::Uninhibit)])
}

/// An uninhibited link takes its share back.
pub(super) fn case_10_3(record: &mut Record) -> Outcome {
    let mut chart = inhibited(record)?;
    chart.command(Command::UninhibitLink(A0));
    chart.hears_about(A0, A1, &LUA);
    let lines = chart.said();
    same(lines.first().map(String::as_str), Some("A1 LUN 0"))?;
    // With a code of our choice.
    same(lines.get(1).and_then(|line| line.get(..8)), Some("A1 CBD 0"))?;
    same(chart.router.link_state(A0), LinkState::Available)
}
