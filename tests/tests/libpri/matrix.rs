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
    print!("{:38}", "");
    for scenario in SCENARIOS {
        print!("{:15}", scenario.name);
    }
    println!();
    for row in rows {
        print!("{:38}", row.name);
        for cell in &row.cells {
            let word = match cell {
                Cell::Ok => "ok",
                Cell::Failed(_) => "FAILED",
                Cell::Absent(_) => "n/a",
            };
            print!("{word:15}");
        }
        println!();
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
