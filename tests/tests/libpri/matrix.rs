//! Every switch type on both sides, in both directions, through every scenario; the table says what came of it.

use super::scenario::{Cell, Origin, SCENARIOS, cell};
use isup::lapd::Side;
use isup::q931::switch::SwitchType;
use std::thread;

/// One line of the table.
struct Row {
    name: String,
    cells: Vec<Cell>,
}

#[test]
fn every_switch_type_on_both_sides_in_both_directions_through_every_scenario() {
    let rows: Vec<Row> = thread::scope(|scope| {
        let started: Vec<_> = SwitchType::ALL.map(|switch| scope.spawn(move || rows_of(switch))).into_iter().collect();
        started.into_iter().flat_map(|rows| rows.join().expect("a row's thread does not panic")).collect()
    });
    show(&rows);
    let failed = rows.iter().flat_map(|row| &row.cells).filter(|cell| matches!(cell, Cell::Failed(_))).count();
    assert_eq!(failed, 0, "cells failed, see the table");
}

fn rows_of(switch: SwitchType) -> Vec<Row> {
    let ends = [(Side::User, "we user"), (Side::Network, "we network")];
    let ways = [(Origin::Us, "from us"), (Origin::Them, "from libpri")];
    let pairs = ends.iter().flat_map(|end| ways.iter().map(move |way| (end, way)));
    let row = |((side, end), (from, way)): (&(Side, &str), &(Origin, &str))| Row {
        name: format!("{} {end} {way}", switch.profile().name),
        cells: SCENARIOS.iter().map(|scenario| cell(*side, switch, *from, scenario)).collect(),
    };
    pairs.map(row).collect()
}

fn show(rows: &[Row]) {
    // `tests/run` shows the lines of a table, also of a test that passed.
    let line = |name: &str, words: Vec<&str>| {
        let words: String = words.iter().map(|word| format!(" {word:13} |")).collect();
        println!("| {name:34} |{words}");
    };
    line("", SCENARIOS.iter().map(|scenario| scenario.name).collect());
    line("---", SCENARIOS.iter().map(|_| "---").collect());
    for row in rows {
        let word = |cell: &Cell| match cell {
            Cell::Ok => "ok",
            Cell::Failed(_) => "FAILED",
            Cell::Absent(_) => "n/a",
        };
        line(&row.name, row.cells.iter().map(word).collect());
    }
    for row in rows {
        for (scenario, cell) in SCENARIOS.iter().zip(&row.cells) {
            match cell {
                Cell::Ok => {}
                Cell::Failed(why) => println!("{}, {}: FAILED: {why}", row.name, scenario.name),
                Cell::Absent(why) => println!("{}, {}: n/a: {why}", row.name, scenario.name),
            }
        }
    }
}
