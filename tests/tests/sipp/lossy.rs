//! Five of a hundred messages are lost, each way: every call goes on as if none were.
//!
//! Left out: SIPp as the called side. It takes an INVITE that is repeated to it, because its answers were lost, for one that does not fit,
//! and aborts the call.

use serde_json::Value;
use tests::real::{Gateway, Scenario};

#[test]
fn two_thousand_callers_lose_messages_and_no_call() {
    let gateway = Gateway::start();
    let caller = Scenario::new("call").with("media", 4000).option("-d", 100);
    let caller = caller.calls(CALLS).option("-l", CIRCUITS).option("-r", CALLS_PER_SECOND).option("-lost", LOST);
    caller.call(&gateway, "600");
    gateway.settle();
    let records = gateway.records(CALLS as usize);
    let well = |record: &&Value| {
        let (disposition, cause) = (&record["disposition"], &record["cause"]);
        (disposition, cause, &record["released_by"]) == (&"answered".into(), &16.into(), &"sip".into())
    };
    let bad: Vec<_> = records.iter().filter(|record| !well(record)).collect();
    assert!(bad.is_empty(), "{} calls ended otherwise, first {:#}", bad.len(), bad[0]);
    let again = gateway.status()["sip"]["retransmitted"].as_u64().unwrap_or_default();
    println!("{} calls, {again} messages sent again by us", records.len());
    assert!(again > 0, "nothing was lost");
}

const CALLS: u32 = 2_000;
const CIRCUITS: u32 = 30;
const CALLS_PER_SECOND: u32 = 40;
/// Of a hundred, each way.
const LOST: u32 = 5;
