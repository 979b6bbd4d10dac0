//! The release binary on the real driver, with an exchange of libss7 or libpri at the other end of its span.
//!
//! `tests/dahdi-vm/run` runs this in its virtual machine, one test after the other: there are two spans and one exchange. Time is
//! virtual there, so what is promised of audio is promised without exception. Nothing here runs anywhere else.

mod exchange;
mod gateway;
mod pri;
mod refusals;
mod setup;
mod sipp;
mod span;
mod t1;
mod tdmoe;

use exchange::Exchange;
use gateway::Gateway;
use setup::{Setup, link_mode};
use spangate::lab::phone::{Answering, Intent, Phone, Placed};
use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// An exchange and a gateway on the two spans; both have reset the circuits.
fn joined(setup: &Setup) -> (Exchange, Gateway) {
    let exchange = Exchange::start();
    let gateway = Gateway::start(setup);
    exchange.line("ready");
    // libss7 discards a reset that comes before its own level 3 is up; the gateway repeats it.
    gateway.settle();
    (exchange, gateway)
}

fn call(gateway: &Gateway, called: &str, intent: Intent) -> Placed {
    call_at(gateway.sip(), called, intent)
}

/// A call for a thread of its own.
fn call_at(gateway: SocketAddr, called: &str, intent: Intent) -> Placed {
    Phone::new(HERE, gateway).expect("a telephone").call(called, intent).expect("a call with an end")
}

fn talk(seconds: u64) -> Intent {
    Intent::Talk(Duration::from_secs(seconds))
}

/// Every octet that was said came back, but for the last ones under way, and none changed.
fn assert_exact(placed: &Placed, octets_min: u64) {
    let heard = placed.heard.expect("the call was answered");
    assert_eq!((heard.verdict.differences, heard.verdict.missing, heard.verdict.jumps), (0, 0, 0), "{heard:?}");
    assert!(heard.verdict.compared >= octets_min, "too little came back: {heard:?}");
}

/// Told after the tests: the machine prints what stands in this file.
fn measured(what: &str) {
    let file = File::options().create(true).append(true).open("/tmp/measured");
    writeln!(file.expect("the folder of the machine"), "{}: {what}", link_mode()).expect("memory for a line");
}

#[test]
fn every_octet_comes_back_from_the_exchange() {
    let (exchange, gateway) = joined(&Setup::first_span());
    let placed = call(&gateway, "600", talk(5));
    assert_eq!(placed.status, 200);
    assert_exact(&placed, 36_000);
    let heard = placed.heard.expect("asserted");
    measured(&format!("SIP → exchange → SIP: {} octets equal", heard.verdict.compared));
    measured(&format!("round trip SIP → exchange → SIP: {:.1} ms", heard.round_trip_ms.unwrap_or(f64::NAN)));
    exchange.line("released");
    gateway.settle();
}

#[test]
fn the_exchange_calls_a_telephone_and_every_octet_comes_back() {
    let telephone = Answering::start(HERE).expect("a telephone");
    let (exchange, gateway) = joined(&Setup::first_span().calling(telephone.address()));
    exchange.place("700", 5000);
    exchange.line("answered");
    let heard = exchange.heard();
    assert_eq!((heard.differences, heard.jumps), (0, 0), "{heard:?}");
    assert!(heard.compared >= 36_000, "too little came back: {heard:?}");
    measured(&format!("exchange → SIP → exchange: {} octets equal", heard.compared));
    gateway.settle();
    let answered = telephone.finish().expect("it answered");
    assert!(answered.len() == 1 && answered[0].acknowledged && answered[0].ended, "{answered:?}");
}

#[test]
fn causes_become_statuses() {
    let (_exchange, gateway) = joined(&Setup::first_span());
    assert_eq!(call(&gateway, "603", talk(1)).status, 486);
    assert_eq!(call(&gateway, "605", talk(1)).status, 404);
    assert_eq!(call(&gateway, "604", Intent::GiveUp(Duration::from_secs(1))).status, 487);
    gateway.settle();
}

#[test]
fn thirty_calls_at_once_fill_the_span_and_are_exact() {
    let (exchange, gateway) = joined(&Setup::first_span());
    let sip = gateway.sip();
    let callers = [(); 30].map(|()| {
        thread::spawn(move || Phone::new(HERE, sip).expect("a telephone").call("600", talk(5)).expect("a call"))
    });
    let before = gateway.processor_ms();
    exchange.line("incoming 31");
    assert_eq!(call(&gateway, "600", talk(1)).status, 503, "no circuit is left");
    for caller in callers {
        let placed = caller.join().expect("it told how it went");
        assert_eq!(placed.status, 200);
        assert_exact(&placed, 30_000);
    }
    measured(&format!("the gateway's processor time for thirty calls of 5 s: {} ms", gateway.processor_ms() - before));
    gateway.settle();
}

#[test]
fn a_gateway_that_was_killed_in_a_call_comes_back_and_resets_its_circuits() {
    let (exchange, mut gateway) = joined(&Setup::first_span());
    let sip = gateway.sip();
    let caller = thread::spawn(move || Phone::new(HERE, sip).expect("a telephone").call("600", talk(60)));
    exchange.line("incoming");
    let killed = Instant::now();
    gateway.kill();
    // SIOS of the guard; without one the far end would see the last unit repeated, or flags, and wait for its own timers.
    exchange.line("down");
    measured(&format!(
        "a gateway is killed: {} ms until the exchange takes the link down",
        killed.elapsed().as_millis()
    ));
    gateway.start_again();
    // Whose reset comes first is nobody's to say.
    exchange.lines(["reset 1", "reset 17", "ready"]);
    gateway.settle();
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    gateway.settle();
    drop(caller);
}

#[test]
fn a_far_span_that_goes_away_is_an_alarm_and_its_return_ends_it() {
    let (exchange, gateway) = joined(&Setup::first_span());
    drop(exchange);
    configure(&["-s"]);
    gateway.until("a red alarm", |status| status.spans[0].alarms == ["RED"]);
    gateway.until("a link out of service", |status| status.links[0].state != "in service");
    assert_eq!(call(&gateway, "600", talk(1)).status, 503);
    configure(&[]);
    if link_mode() == "mtp2" {
        dahdi_cfg(&["-c", "/t/far-mtp2.conf"]);
    }
    gateway.until("no alarm", |status| status.spans[0].alarms.is_empty());
    let exchange = Exchange::start();
    exchange.line("ready");
    gateway.settle();
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
}

/// Takes the far span away, or brings it back.
fn configure(how: &[&str]) {
    dahdi_cfg(&[how, &["-c", "/t/far.conf"]].concat());
}

fn dahdi_cfg(arguments: &[&str]) {
    let status = Command::new("dahdi_cfg").args(arguments).status().expect("the image has it");
    // Taking spans away it ends with 1 even if it did.
    assert!(status.success() || arguments.contains(&"-s"), "dahdi_cfg {arguments:?}");
}
