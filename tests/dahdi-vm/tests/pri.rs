//! A primary rate interface on an E1: the gateway on the first span, libpri on the second, and between them the driver's HDLC
//! with check sequence.

use std::path::Path;
use std::thread;
use std::time::Duration;

use spangate::lab::phone::{Answering, Intent};
use spangate::ops::status::Status;
use tests::real::Scenario;

use super::exchange::Exchange;
use super::gateway::{FOLDER, Gateway};
use super::setup::{Pri, Setup, Signalling};
use super::{HERE, assert_exact, call, measured, sipp, talk};

/// Both ends up, and every channel restarted.
pub fn joined(setup: &Setup) -> (Exchange, Gateway) {
    let Signalling::Pri(pri) = &setup.signalling else { panic!("no primary rate interface: {setup:?}") };
    let exchange = Exchange::start_pri(*pri);
    let gateway = Gateway::start(setup);
    exchange.line("up");
    gateway.settle();
    (exchange, gateway)
}

/// Calls both ways with their audio, that either side ends, and calls that nobody answers. What libpri says while it hangs up is not
/// compared: its end of the channel closes before the gateway knows.
pub fn calls_both_ways(pri: Pri) {
    let telephone = Answering::start(HERE).expect("a telephone");
    let (exchange, gateway) = joined(&Setup::pri(pri).calling(telephone.address()));
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    assert!(exchange.line("released").ends_with("cause 16"), "the caller hung up");
    assert_eq!(call(&gateway, "603", talk(1)).status, 486);
    assert_eq!(call(&gateway, "605", talk(1)).status, 404);
    assert_eq!(call(&gateway, "604", Intent::GiveUp(Duration::from_secs(1))).status, 487);
    let ended = call(&gateway, "607", talk(10));
    assert!(ended.status == 200 && ended.released_by_peer, "{ended:?}");
    heard_by(&exchange, "700", 3_000);
    gateway.settle();
    let answered = telephone.finish().expect("it answered");
    assert!(answered.len() == 1 && answered[0].acknowledged && answered[0].ended, "{answered:?}");
}

/// The exchange calls that number, and every octet that it says comes back until it hangs up.
fn heard_by(exchange: &Exchange, number: &str, hold_ms: u32) {
    exchange.place(number, hold_ms);
    exchange.line("answered");
    assert_returned(exchange, u64::from(hold_ms) * 8 * 3 / 4);
}

/// The call that the exchange placed has ended, and it heard what it said, and as many octets of it.
fn assert_returned(exchange: &Exchange, octets_min: u64) {
    let heard = exchange.heard();
    assert_eq!((heard.differences, heard.jumps), (0, 0), "{heard:?}");
    assert!(heard.compared >= octets_min, "too little came back: {heard:?}");
}

fn until_talking(gateway: &Gateway, calls: usize) {
    let talking = |status: &Status| status.call_list.iter().filter(|call| call.state == "talking").count();
    gateway.until(&format!("{calls} calls"), |status| talking(status) == calls);
}

#[test]
fn the_user_calls_and_is_called_and_either_side_ends_the_call() {
    calls_both_ways(Pri::USER);
}

#[test]
fn the_network_calls_and_is_called_and_either_side_ends_the_call() {
    calls_both_ways(Pri::NETWORK);
}

#[test]
fn every_octet_of_a_caller_on_sipp_comes_back_from_libpri() {
    let (exchange, gateway) = joined(&Setup::pri(Pri::USER));
    sipp::calls(&gateway, &exchange, "libpri");
}

#[test]
fn libpri_calls_sipp_whose_echo_returns_every_octet() {
    let own = sipp::free_address();
    let (exchange, gateway) = joined(&Setup::pri(Pri::USER).calling(own));
    sipp::is_called(own, &gateway, &exchange, "libpri");
}

#[test]
fn a_sipp_that_answers_and_hangs_up_ends_the_call_of_libpri() {
    let own = sipp::free_address();
    let (exchange, gateway) = joined(&Setup::pri(Pri::USER).calling(own));
    let scenario = Scenario::from_text("hanging_up", HANGING_UP);
    let answerer = scenario.play(Path::new(FOLDER), gateway.sip(), own).listening(own);
    exchange.place("700", 60_000);
    exchange.line("answered");
    assert!(exchange.line("released").ends_with("cause 16"), "the called party hung up");
    answerer.succeeded();
    gateway.settle();
}

#[test]
fn a_number_comes_and_goes_one_digit_after_the_other_and_the_two_timeslots_are_joined() {
    for pri in [Pri::USER, Pri::NETWORK] {
        let (exchange, gateway) = joined(&Setup::pri(pri));
        exchange.order("dial 9600 3000");
        // The gateway asks for more, takes the digits, and hands them back as they come to where the 9 leads.
        exchange.line("more");
        assert!(exchange.line("complete").ends_with(" 600"));
        exchange.line("answered");
        assert_returned(&exchange, 18_000);
        gateway.settle();
    }
}

#[test]
fn a_restart_of_either_side_takes_the_call_of_its_channel_and_no_other() {
    for pri in [Pri::USER, Pri::NETWORK] {
        let (exchange, gateway) = joined(&Setup::pri(pri));
        let sip = gateway.sip();
        let callers = [(); 3].map(|()| {
            let caller = thread::spawn(move || super::call_at(sip, "600", talk(5)));
            exchange.line("incoming");
            caller
        });
        until_talking(&gateway, 3);
        let mut channels: Vec<u16> = gateway.status().call_list.iter().filter_map(|call| call.cic).collect();
        channels.sort_unstable();
        let [ours, theirs, _] = channels[..] else { panic!("{channels:?}") };
        let report = gateway.reset(ours);
        assert!(report.is_success(), "{report:?}");
        exchange.line(&format!("restart {ours}"));
        exchange.order(&format!("restart {theirs}"));
        exchange.line(&format!("restarted {theirs}"));
        let placed = callers.map(|caller| caller.join().expect("it told how it went"));
        let ended = placed.iter().filter(|placed| placed.released_by_peer).count();
        assert_eq!(ended, 2, "{placed:?}");
        assert_exact(placed.iter().find(|placed| !placed.released_by_peer).expect("one of three"), 30_000);
        gateway.settle();
        assert_exact(&call(&gateway, "600", talk(2)), 12_000);
        gateway.settle();
    }
}

#[test]
fn calls_both_ways_outlive_a_d_channel_that_goes_and_comes_back() {
    for pri in [Pri::USER, Pri::NETWORK] {
        let telephone = Answering::start(HERE).expect("a telephone");
        let (exchange, gateway) = joined(&Setup::pri(pri).calling(telephone.address()));
        exchange.place("700", TALK_S * 1_000);
        exchange.line("answered");
        let sip = gateway.sip();
        let caller = thread::spawn(move || super::call_at(sip, "600", talk(TALK_S.into())));
        // The CONNECT ACKNOWLEDGE of the first call is before this on the line; a call that is not active is not kept.
        exchange.line("complete");
        until_talking(&gateway, 2);
        exchange.order("cut");
        exchange.line("down");
        gateway.until("a D-channel out of service", |status| status.d_channels[0].state == "out of service");
        assert_eq!(call(&gateway, "600", talk(1)).status, 503, "nobody hears a SETUP");
        exchange.order("mend");
        exchange.line("up");
        gateway.until("a D-channel in service", |status| status.d_channels[0].state == "in service");
        assert_eq!(gateway.status().calls.active, 2, "they are kept");
        let octets_min = u64::from(TALK_S) * 7_500;
        assert_returned(&exchange, octets_min);
        let placed = caller.join().expect("it told how it went");
        assert!(!placed.released_by_peer, "{placed:?}");
        assert_exact(&placed, octets_min);
        gateway.settle();
        measured(&format!(
            "PRI, {}: two calls of {TALK_S} s through the loss of the D-channel, equal",
            pri.side.name()
        ));
    }
}

#[test]
fn an_interface_on_a_span_of_the_gateways_own_carries_calls_and_their_causes() {
    let (_exchange, gateway) = joined(&Setup { span: Setup::own_span().span, ..Setup::pri(Pri::USER) });
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    assert_eq!(call(&gateway, "603", talk(1)).status, 486);
    assert_eq!(call(&gateway, "605", talk(1)).status, 404);
    gateway.settle();
}

#[test]
fn a_network_that_goes_away_ends_the_call_after_t309_and_carries_the_next_when_it_is_back() {
    let pri = Pri { t309_s: 6, ..Pri::USER };
    let (exchange, gateway) = joined(&Setup::pri(pri));
    let sip = gateway.sip();
    let caller = thread::spawn(move || super::call_at(sip, "600", talk(60)));
    exchange.line("incoming");
    until_talking(&gateway, 1);
    drop(exchange);
    gateway.until("a D-channel out of service", |status| status.d_channels[0].state == "out of service");
    assert_eq!(call(&gateway, "600", talk(1)).status, 503, "nobody hears a SETUP");
    let ended = caller.join().expect("it told how it went");
    assert!(ended.status == 200 && ended.released_by_peer, "{ended:?}");
    let exchange = Exchange::start_pri(pri);
    exchange.line("up");
    gateway.until("a D-channel in service", |status| status.d_channels[0].state == "in service");
    gateway.settle();
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    gateway.settle();
}

/// Longer than the two ends take to see that the D-channel is gone (T203, then T200 as often as N200 has it), and that it is back.
const TALK_S: u32 = 25;
const HANGING_UP: &str = include_str!("../../fixtures/sipp/hanging_up.xml");
