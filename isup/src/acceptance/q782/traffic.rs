//! Traffic on every selection while a link fails and returns: nothing is lost, doubled or overtaken.

use super::super::{Outcome, Record, same};
use super::chart::{A0, A1, BEYOND, Chart};

/// Every message goes out once, in order on its selection, over changeover and changeback.
pub(super) fn case_in_sequence(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    let mut sent = Vec::new();
    let mut number = 0;
    round(&mut chart, &mut number);
    sent.extend(chart.said());
    // A0 had carried the even selections; the far end has accepted the first four of the eight.
    let lost: Vec<u8> = over(&sent, "A0");
    chart.fails(A0);
    round(&mut chart, &mut number);
    chart.retrieves(A0, &lost, &[]);
    chart.hears_about(A0, A1, &[0x21, 13]);
    sent.retain(|line| !lost[4..].iter().any(|number| *line == format!("A0 user {number}")));
    sent.extend(chart.said());
    chart.pass_ms(1_150);
    chart.align(A0);
    let lines = chart.said();
    let code = lines.iter().find_map(|line| line.strip_prefix("A1 CBD 0 ")?.parse().ok());
    sent.extend(lines);
    round(&mut chart, &mut number);
    chart.hears_about(A0, A1, &[0x61, code.unwrap_or_default()]);
    sent.extend(chart.said());
    round(&mut chart, &mut number);
    sent.extend(chart.said());
    for selection in 0..SELECTIONS {
        let on: Vec<u8> = sent.iter().filter_map(|line| user(line)).filter(|n| n % SELECTIONS == selection).collect();
        same(on, (0..ROUNDS).map(|round| round * SELECTIONS + selection).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// A message on each selection, numbered on.
fn round(chart: &mut Chart<'_>, number: &mut u8) {
    for sls in 0..SELECTIONS {
        chart.sends(BEYOND, sls, *number);
        *number += 1;
    }
}

/// The numbers of the messages that went over this link.
fn over(lines: &[String], link: &str) -> Vec<u8> {
    lines.iter().filter(|line| line.starts_with(link)).filter_map(|line| user(line)).collect()
}

fn user(line: &str) -> Option<u8> {
    line.split_once(" user ")?.1.parse().ok()
}

const SELECTIONS: u8 = 16;
const ROUNDS: u8 = 4;
