//! Five of a hundred messages are lost, each way and in both roles: every call goes on as if none were.
//!
//! Neither side ends one as an error: SIPp's exit code says so of its side, the records and the exchange of ours.

use serde_json::Value;
use tests::real::{Gateway, Scenario};

/// Every call was answered and hung up by that side, and messages were sent again for it.
fn all_went_well(gateway: &Gateway, released_by: &str) {
    gateway.settle();
    let records = gateway.records(CALLS as usize);
    let well = |record: &&Value| {
        let (disposition, cause) = (&record["disposition"], &record["cause"]);
        (disposition, cause, &record["released_by"]) == (&"answered".into(), &16.into(), &released_by.into())
    };
    let bad: Vec<_> = records.iter().filter(|record| !well(record)).collect();
    assert!(bad.is_empty(), "{} calls ended otherwise, first {:#}", bad.len(), bad[0]);
    let again = gateway.status()["sip"]["retransmitted"].as_u64().unwrap_or_default();
    println!("{} calls, {again} messages sent again by us", records.len());
    assert!(again > 0, "nothing was lost");
}

#[test]
fn two_thousand_callers_lose_messages_and_no_call() {
    let gateway = Gateway::start();
    let caller = Scenario::new("call").with("media", 4000).option("-d", 100);
    let caller = caller.calls(CALLS).option("-l", CIRCUITS).option("-r", CALLS_PER_SECOND).option("-lost", LOST);
    caller.call(&gateway, "600");
    all_went_well(&gateway, "sip");
}

#[test]
fn two_thousand_calls_to_a_telephone_that_loses_messages_are_answered_and_hung_up() {
    let gateway = Gateway::start();
    let scenario = Scenario::new("lossy_answering").with("linger_ms", LINGER_MS);
    let answerer = scenario.option("-m", CALLS).option("-lost", LOST).answer(&gateway);
    let (count, rate) = (CALLS.to_string(), CALLS_PER_SECOND.to_string());
    let output = gateway.sim_call(&["--called", "100", "--count", &count, "--rate", &rate, "--hold", "0"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(&format!("{CALLS} calls placed, {CALLS} answered")), "{said}");
    answerer.succeeded();
    all_went_well(&gateway, "pstn");
    // Every BYE has had its answer.
    assert_eq!(gateway.status()["transactions"]["other_client"], 0, "{:#}", gateway.status()["transactions"]);
}

const CALLS: u32 = 2_000;
const CIRCUITS: u32 = 30;
const CALLS_PER_SECOND: u32 = 50;
/// Of a hundred, each way.
const LOST: u32 = 5;
/// A BYE comes again for 32 s; within this time five times.
const LINGER_MS: u32 = 16_000;
