//! Memory: what a call that is up holds, and what many calls leave behind.

use crate::load::Load;
use crate::plan::CIRCUITS;
use crate::rounds::{Called, Folder, endpoint, gateway};
use media::Leg;
use spangate::rt::{Secure, UdpPair};
use std::thread;
use std::time::Duration;

/// Tells what one more call at the same time takes.
pub fn per_concurrent_call() {
    let folder = Folder::new();
    println!(
        "\nMemory of a concurrent call (resident and anonymous):\n\n| | KiB a call | of it media | calls |\n|---|--:|--:|---|"
    );
    let media_kib = size_of::<Leg<Secure<UdpPair>>>() as f64 / 1024.0;
    let circuits = u32::try_from(CIRCUITS).expect("a few hundred");
    for (called, calls, media_kib) in [(endpoint(), SESSIONS, 0.0), (gateway(&folder.0), circuits - SPARE, media_kib)] {
        let (octets, succeeded) = concurrent(&called, calls);
        let kib = octets / 1024.0;
        let failed = if succeeded { "" } else { ", some failed" };
        println!("| {} | {kib:.1} | {media_kib:.1} | {calls}{failed} |", called.subject.name);
    }
}

/// Octets a call, and whether all calls succeeded.
fn concurrent(called: &Called, calls: u32) -> (f64, bool) {
    let load = |calls, hold| Load { to: called.at, rate: BEGUN_A_SECOND, calls, hold };
    // The first calls make tables and pages that all share.
    load(SPARE, Duration::ZERO).place();
    let before = called.subject.memory();
    let all = load(calls, HOLD);
    let placed = thread::spawn(move || all.place());
    thread::sleep(Duration::from_secs(u64::from(calls.div_ceil(BEGUN_A_SECOND))) + SETTLE);
    let held = called.subject.memory().saturating_sub(before);
    let outcome = placed.join().expect("it does not panic");
    (held as f64 / f64::from(calls), outcome.succeeded)
}

/// Tells what the gateway holds after each quarter of 100,000 calls.
pub fn through_many_calls() {
    let folder = Folder::new();
    let called = gateway(&folder.0);
    println!(
        "\nMemory of the gateway through {} calls, {MANY_A_SECOND} a second:\n\n| calls | MiB |\n|--:|--:|",
        4 * QUARTER
    );
    let mib = || called.subject.memory() as f64 / f64::from(1 << 20);
    println!("| 0 | {:.1} |", mib());
    for quarter in 1..=4 {
        let load = Load { to: called.at, rate: MANY_A_SECOND, calls: QUARTER, hold: Duration::ZERO };
        let failed = if load.place().succeeded { "" } else { " (some failed)" };
        println!("| {}{failed} | {:.1} |", quarter * QUARTER, mib());
    }
}

/// Fewer than an endpoint takes.
const SESSIONS: u32 = 3_000;
/// Circuits that are left free: a call's is released after its BYE.
const SPARE: u32 = 40;
const BEGUN_A_SECOND: u32 = 200;
/// Longer than it takes to begin all.
const HOLD: Duration = Duration::from_secs(20);
const SETTLE: Duration = Duration::from_secs(2);
const QUARTER: u32 = 25_000;
/// Two server transactions a call live 32 s. There is room for 50,000, and of new calls some are refused from four fifths of it on,
/// which is 625 calls a second.
const MANY_A_SECOND: u32 = 550;
