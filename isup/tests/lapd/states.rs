//! States 4 to 8 against every event, a row each: what is said, the state after it, and the timer that runs then.
//!
//! The figures themselves were not read. Their numbers are those under which another implementation names its
//! transcription of ETS 300 125, which is Q.921 with ETSI's marks; what happens was compared with libpri as well. They
//! differ on a DISC in state 5 (one answers UA, the other and a third one DM, which is what stands here).

use isup::lapd::{Command, Side, State};

use crate::chart::{Chart, SIDES};

mod rows;

/// How long the state has been there when the event comes, so that a timer that began anew differs from one that did not.
const AGE_MS: u64 = 300;
const T200_MS: u64 = 1_000;
const T203_MS: u64 = 10_000;

/// Every event but the timers, of which each state has one.
const EVENTS: &str = "DL-ESTABLISH, DL-RELEASE, DL-DATA x, DL-UNIT-DATA x, PH-DEACTIVATE, SABME P, SABME, DISC P, DISC, \
    UA F, UA, DM F, DM, FRMR, UI x, XID, RR0 c, RR0 P, RR0, RR0 F, RR1, RNR0 c, RNR0 P, RNR0, RNR0 F, RNR1, REJ0 c, \
    REJ0 P, REJ0, REJ0 F, REJ1, I0.0 x, I0.0P x, I1.0 x, I1.0P x, I0.1 x, undefined, SABME with information, \
    RR with information, I too long";

/// One event in one state.
struct Row<'a> {
    start: &'a str,
    event: &'a str,
    says: Vec<&'a str>,
    state: &'a str,
    timer: &'a str,
}

/// The rows of a table; one line may have several events.
fn rows(table: &'static str) -> Vec<Row<'static>> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let [start, events, says, state, timer, _figure] = cells[..] else { panic!("not six cells: {line}") };
            let says: Vec<_> = says.split(", ").filter(|said| *said != "-").collect();
            events.split(", ").map(move |event| Row { start, event, says: says.clone(), state, timer })
        })
        .collect()
}

/// A link in the condition that a row begins with.
fn start(side: Side, name: &str) -> Chart {
    let mut chart = Chart::established(side);
    match name {
        "4" => chart = Chart::new(side),
        "5" | "5 given up" | "5 release saved" => {
            chart = Chart::new(side);
            chart.ask(Command::Establish).says(&["SABME P"]);
        }
        "5 again" => drop(chart.hears("FRMR").says(&["MDL-ERROR K", "SABME P"])),
        "5 again, lost" => {
            chart.data("a").says(&["I0.0 a"]).hears("FRMR").says(&["MDL-ERROR K", "SABME P"]);
        }
        "6" | "6 given up" | "6 establish saved" => drop(chart.ask(Command::Release).says(&["DISC P"])),
        "7" => {}
        "7 a, b sent" | "8 a, b sent" => drop(chart.data("a").data("b").says(&["I0.0 a", "I1.0 b"])),
        "7 peer busy" => drop(chart.hears("RNR0").data("held").says(&[])),
        "7 rejecting" => drop(chart.hears("I1.0 x").says(&["REJ0"])),
        "8" | "8 given up" => {}
        other => panic!("{other} is not a start"),
    }
    match name {
        "5 given up" => drop(chart.after_ms(3 * T200_MS).says(&["SABME P"; 3])),
        "6 given up" => drop(chart.after_ms(3 * T200_MS).says(&["DISC P"; 3])),
        "5 release saved" => drop(chart.ask(Command::Release).says(&[])),
        "6 establish saved" => drop(chart.ask(Command::Establish).says(&[])),
        "8" => drop(chart.after_ms(T203_MS).says(&["RR0 P"])),
        "8 given up" => drop(chart.after_ms(T203_MS + 3 * T200_MS).says(&["RR0 P"; 4])),
        "8 a, b sent" => drop(chart.after_ms(T200_MS).says(&["RR0 P"])),
        _ => {}
    }
    chart.after_ms(AGE_MS);
    chart
}

fn happens(chart: &mut Chart, side: Side, event: &str) {
    let command = crate::chart::octets(side.other(), "SABME")[0];
    match event {
        "DL-ESTABLISH" => drop(chart.ask(Command::Establish)),
        "DL-RELEASE" => drop(chart.ask(Command::Release)),
        "DL-DATA x" => drop(chart.data("x")),
        "DL-UNIT-DATA x" => drop(chart.ask(Command::UnitData(b"x".to_vec()))),
        "PH-DEACTIVATE" => drop(chart.ask(Command::Deactivated)),
        "T200" => drop(chart.after_ms(T200_MS - AGE_MS)),
        "T203" => drop(chart.after_ms(T203_MS - AGE_MS)),
        "XID" => drop(chart.hears_octets(&[command, 0x01, 0xbf, 0x82])),
        "undefined" => drop(chart.hears_octets(&[command, 0x01, 0x23])),
        "SABME with information" => drop(chart.hears_octets(&[command, 0x01, 0x7f, 0x00])),
        "RR with information" => drop(chart.hears_octets(&[command, 0x01, 0x01, 0x00, 0x00])),
        "I too long" => drop(chart.hears_octets(&[&[command, 0x01, 0x00, 0x00][..], &[0; 261]].concat())),
        frame => drop(chart.hears(frame)),
    }
}

fn number(state: State) -> &'static str {
    match state {
        State::TeiAssigned => "4",
        State::AwaitingEstablishment => "5",
        State::AwaitingRelease => "6",
        State::MultipleFrameEstablished => "7",
        State::TimerRecovery => "8",
    }
}

fn check(side: Side, row: &Row<'_>) {
    let Row { start: name, event, says, state, timer } = row;
    println!("{side:?}, state {name}: {event}");
    let mut chart = start(side, name);
    let before = chart.link.poll_timeout();
    happens(&mut chart, side, event);
    chart.says(says);
    assert_eq!(number(chart.link.state()), *state, "state after {event} in {name}");
    let left = chart.link.poll_timeout().map(|deadline| (deadline - chart.now).as_millis() as u64);
    match *timer {
        "off" => assert_eq!(left, None),
        "kept" => assert_eq!(chart.link.poll_timeout(), before, "the timer after {event} in {name}"),
        "T200" => assert_eq!(left, Some(T200_MS), "T200 after {event} in {name}"),
        "T203" => assert_eq!(left, Some(T203_MS), "T203 after {event} in {name}"),
        other => panic!("{other} is not a timer"),
    }
}

fn check_all(table: &'static str) {
    for side in SIDES {
        rows(table).iter().for_each(|row| check(side, row));
    }
}

/// Each event has exactly one row of that start.
fn is_whole(table: &'static str, start: &str) {
    let rows = rows(table);
    for event in EVENTS.split(", ").map(str::trim) {
        let found = rows.iter().filter(|row| row.start == start && row.event == event).count();
        assert_eq!(found, 1, "rows for {event} in state {start}");
    }
}

#[test]
fn state_4_tei_assigned() {
    is_whole(rows::TEI_ASSIGNED, "4");
    check_all(rows::TEI_ASSIGNED);
}

#[test]
fn state_5_awaiting_establishment() {
    is_whole(rows::AWAITING_ESTABLISHMENT, "5");
    check_all(rows::AWAITING_ESTABLISHMENT);
}

#[test]
fn state_6_awaiting_release() {
    is_whole(rows::AWAITING_RELEASE, "6");
    check_all(rows::AWAITING_RELEASE);
}

#[test]
fn state_7_multiple_frame_established() {
    is_whole(rows::MULTIPLE_FRAME_ESTABLISHED, "7");
    check_all(rows::MULTIPLE_FRAME_ESTABLISHED);
}

#[test]
fn state_8_timer_recovery() {
    is_whole(rows::TIMER_RECOVERY, "8");
    check_all(rows::TIMER_RECOVERY);
}
