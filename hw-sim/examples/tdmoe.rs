//! A simulated exchange at the other end of a span that a real DAHDI driver carries over Ethernet.
//!
//!     cargo run -p hw-sim --example tdmoe -- udp LOCAL REMOTE MAC [CALLED]
//!     cargo run -p hw-sim --example tdmoe -- raw INTERFACE [CALLED]
//!
//! `udp` speaks to QEMU's `-netdev dgram,id=n,local.type=inet,local.host=127.0.0.1,local.port=P,remote.type=inet,remote.host=127.0.0.1,remote.port=Q` (LOCAL is
//! 127.0.0.1:Q, REMOTE 127.0.0.1:P), `raw` needs CAP_NET_RAW. In the guest, with MAC as given or that of the interface:
//!
//!     dynamic=eth,eth0/MAC,31,0
//!
//! The exchange has point code 8194 and speaks to 4097; timeslot 16 is its link, the other timeslots are circuits 1 to 31. It answers the test
//! numbers (600 returns what it hears). With CALLED it places one verified call of 2 s once its link is up, prints what came of it (octets compared, and
//! those that differed), and ends: 0 if it was answered and the pattern came back. Without it ends when its input does. Frames counted are printed at the end.
#![forbid(unsafe_code)]

use std::io::Read;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hw_sim::far_end::{CallOrder, CallOutcome, Exchange, ExchangeSpec, Handle, LinkStatus};
use hw_sim::realtime::carrier::Carrier;
use hw_sim::tdmoe::{MacAddress, Peer};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (carrier, address, called) = match open(&arguments) {
        Ok(opened) => opened,
        Err(why) => {
            eprintln!("tdmoe: {why}\nusage: tdmoe udp LOCAL REMOTE MAC [CALLED] | tdmoe raw INTERFACE [CALLED]");
            return ExitCode::from(2);
        }
    };
    let (exchange, handle) = Exchange::new(ExchangeSpec::e1(8194, 4097));
    let (mut peer, stop) = (Peer::new(address, 0, Box::new(exchange)), AtomicBool::new(false));
    #[expect(clippy::disallowed_methods, reason = "the carrier waits on its socket, the operator on the exchange")]
    let (served, verified) = std::thread::scope(|scope| {
        let serving = scope.spawn(|| carrier.serve(&mut peer, &stop));
        let verified = called.map_or_else(wait_for_end_of_input, |called| call(&handle, called));
        stop.store(true, Ordering::Release);
        (serving.join().expect("the carrier does not panic"), verified)
    });
    println!("{:?}", peer.counters());
    if let Err(error) = &served {
        eprintln!("tdmoe: {error}");
    }
    if served.is_ok() && verified { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The carrier, the address that the driver sends to, and whom to call.
fn open<'a>(arguments: &[&'a str]) -> Result<(Carrier, MacAddress, Option<&'a str>), String> {
    match arguments {
        ["udp", local, remote, address, called @ ..] => {
            let socket = |text: &str| text.parse().map_err(|_| format!("{text} is no address with a port"));
            let carrier = Carrier::udp(socket(local)?, socket(remote)?).map_err(|error| format!("{local}: {error}"))?;
            Ok((carrier, mac(address)?, called.first().copied()))
        }
        ["raw", interface, called @ ..] => {
            let (carrier, address) = Carrier::raw(interface).map_err(|error| format!("{interface}: {error}"))?;
            Ok((carrier, address, called.first().copied()))
        }
        _ => Err("neither udp nor raw".to_owned()),
    }
}

fn mac(text: &str) -> Result<MacAddress, String> {
    let octets: Option<Vec<u8>> = text.split(':').map(|octet| u8::from_str_radix(octet, 16).ok()).collect();
    octets.and_then(|octets| octets.try_into().ok()).map(MacAddress).ok_or(format!("{text} is no Ethernet address"))
}

/// Places one call when the link is up; whether it was answered and its pattern came back.
fn call(handle: &Handle, called: &str) -> bool {
    // A foreign exchange may reset its circuits a little after its link is up, and with them a call that came too early.
    let mut rested = 0;
    let settled = || {
        rested = if at_rest(handle) { rested + 1 } else { 0 };
        (rested == REST_POLLS).then_some(())
    };
    if wait(LINK_POLLS_MAX, settled).is_none() {
        println!("the link did not come up: {:?}", handle.status().link);
        return false;
    }
    let order = handle.place(CallOrder::verified(called, "", 2_000));
    let Some(outcome) = wait(CALL_POLLS_MAX, || handle.outcome(order)) else {
        println!("the call did not end");
        return false;
    };
    println!("{outcome:?}");
    carried(&outcome)
}

/// The link is up, and both ends have reset what they wanted to.
fn at_rest(handle: &Handle) -> bool {
    let status = handle.status();
    status.link == LinkStatus::InService && status.circuits.resetting == 0 && status.circuits.blocked_there == 0
}

/// Answered, and the pattern came back. How much of it depends on how late the other end's programs were.
fn carried(outcome: &CallOutcome) -> bool {
    outcome.answered && outcome.octets_checked > 0
}

fn wait<T>(polls: u32, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    (0..polls).find_map(|_| look().or_else(pause))
}

#[expect(clippy::disallowed_methods, reason = "the operator of a program in real time looks now and then")]
fn pause<T>() -> Option<T> {
    std::thread::sleep(POLL);
    None
}

fn wait_for_end_of_input() -> bool {
    std::io::stdin().read_to_end(&mut Vec::new()).is_ok()
}

const POLL: Duration = Duration::from_millis(100);
/// A guest takes its time to boot.
const LINK_POLLS_MAX: u32 = 1_800;
const CALL_POLLS_MAX: u32 = 600;
/// Rest before the call: 3 s.
const REST_POLLS: u32 = 30;
