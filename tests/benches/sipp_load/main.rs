//! What a call costs: processor and memory, beside SIPp's own answerer and Kamailio in the same run.
//!
//! `cargo bench -p tests --bench sipp_load` takes about six minutes and asserts nothing. SIPp calls, one after the other, at two rates: SIPp
//! (`-sn uas`); Kamailio, which answers statelessly; the SIP half of the gateway, its endpoint alone behind a socket; and the gateway, whose calls
//! go on by ISUP over a linkset of sixteen links to an exchange in another process. The processor time of a call is the slope
//! between the two rates, in which whatever runs without calls cancels out. A round is as long as transactions live,
//! so that their end is counted too. Then memory: per concurrent call, and through 100,000 calls.
//!
//! Needs SIPp and Kamailio (`tests/run sipp` installs them). The subjects share one processor, SIPp and the exchange have the other.
//! `SIPP_LOAD=quick` leaves the 100,000 calls out, which are half of the time.
#![forbid(unsafe_code)]

mod endpoint;
mod exchange;
mod gateway;
mod kamailio;
mod load;
mod memory;
mod plan;
mod process;
mod rounds;
mod timeslots;

use std::env;
use std::path::Path;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["gateway", folder] => gateway::run(Path::new(folder)),
        ["exchange", folder] => exchange::run(Path::new(folder)),
        ["endpoint", address] => endpoint::run(address.parse().expect("ours")),
        // What cargo says to a bench, and what it is asked to filter by, is nothing to us.
        _ => measure(),
    }
}

fn measure() {
    println!("{}", process::machine());
    memory::per_concurrent_call();
    rounds::measure();
    if env::var("SIPP_LOAD").as_deref() != Ok("quick") {
        memory::through_many_calls();
    }
}
