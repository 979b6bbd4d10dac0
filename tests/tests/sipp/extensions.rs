//! Extensions of SIP as SIPp has them, in both roles: reliable provisional responses, UPDATE, hold, session timers, parts, redirection, transfer.

use std::process::Output;
use tests::real::{Gateway, Scenario, Setup, until};

/// The far exchange calls a telephone of that scenario.
fn telephone(scenario: Scenario) -> (Gateway, Output) {
    let gateway = Gateway::start();
    let answerer = scenario.answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--hold", "2"]);
    answerer.succeeded();
    gateway.settle();
    (gateway, output)
}

/// It answers, and the call goes as the scenario says.
fn talks(scenario: Scenario) {
    let (gateway, output) = telephone(scenario);
    assert_eq!(gateway.records(1)[0]["disposition"], "answered", "{output:?}");
}

/// A caller of that scenario talks to a number.
fn calls(scenario: Scenario, number: &str) {
    let gateway = Gateway::start();
    scenario.option("-d", 500).call(&gateway, number);
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}

#[test]
fn a_caller_acknowledges_the_183_that_brings_its_answer() {
    calls(Scenario::new("reliable_caller"), "606");
}

#[test]
fn the_reliable_183_of_a_telephone_is_acknowledged_and_its_answer_holds() {
    talks(Scenario::new("reliable_answering"));
}

#[test]
fn a_caller_offers_in_its_prack_and_is_put_on_hold_before_the_answer() {
    calls(Scenario::new("offering_in_prack"), "606");
}

#[test]
fn a_caller_without_an_offer_gets_ours_by_183_and_answers_by_prack() {
    calls(Scenario::new("late_offer_reliable"), "606");
}

#[test]
fn a_caller_holds_and_resumes_by_update() {
    calls(Scenario::new("updating"), "600");
}

#[test]
fn a_telephone_holds_by_update() {
    talks(Scenario::new("updating_answerer"));
}

#[test]
fn a_telephone_holds_and_resumes_by_reinvite() {
    talks(Scenario::new("holding_answerer"));
}

#[test]
fn a_reinvite_without_an_offer_gets_ours() {
    calls(Scenario::new("late_offer_reinvite"), "600");
}

#[test]
fn a_caller_whose_interval_is_too_small_asks_again_and_refreshes() {
    calls(Scenario::new("refreshing"), "600");
}

#[test]
fn a_telephone_that_wants_a_longer_interval_gets_it() {
    talks(Scenario::new("interval_too_small"));
}

#[test]
fn a_part_that_may_be_passed_over_is_no_obstacle() {
    calls(Scenario::new("multipart").with("handling", "optional"), "600");
}

#[test]
fn a_part_beside_the_answer_that_may_be_passed_over_is_no_obstacle() {
    talks(Scenario::new("multipart_answering"));
}

#[test]
fn a_caller_who_writes_compact_and_folded_fields_talks() {
    calls(Scenario::new("compact"), "600");
}

#[test]
fn a_telephone_that_writes_compact_and_folded_fields_talks() {
    talks(Scenario::new("compact_answering"));
}

#[test]
fn a_part_that_must_be_understood_and_is_not_gets_415_from_the_gateway() {
    let gateway = Gateway::start();
    Scenario::new("multipart_refused").call(&gateway, "600");
    gateway.settle();
}

#[test]
fn a_telephone_that_redirects_ends_the_call() {
    let (gateway, output) = telephone(Scenario::new("redirecting"));
    let record = &gateway.records(1)[0];
    assert_eq!(record["sip_status"], 302, "{record:#}\n{output:?}");
}

fn with_transfer() -> Gateway {
    Setup { peer_keys: "transfer = \"accept\"".into(), ..Setup::new() }.start()
}

#[test]
fn a_caller_refers_the_called_one_to_a_number() {
    let gateway = with_transfer();
    Scenario::new("referring").with("number", "607").with("headers", "").call(&gateway, "600");
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["transferred_to"], "607");
}

#[test]
fn a_telephone_refers_its_caller_to_a_number() {
    let gateway = with_transfer();
    let answerer = Scenario::new("referring_answerer").with("number", "600").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--hold", "4"]);
    assert!(output.status.success(), "{output:?}");
    answerer.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["transferred_to"], "600");
}

/// Call-ID and the tags of To and From in the last ACK.
fn dialog(messages: &str) -> [String; 3] {
    let acknowledged = messages.rsplit("\nACK sip:").next().expect("rsplit gives one");
    let field = |name| acknowledged.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
    let tag = |name| field(name).split(";tag=").nth(1).unwrap_or_else(|| panic!("no tag: {acknowledged}"));
    [field("Call-ID:"), tag("To:"), tag("From:")].map(str::to_owned)
}

/// The gateway hangs up on both calls of the caller.
#[test]
fn a_caller_joins_the_called_ones_of_its_two_calls() {
    let gateway = with_transfer();
    let first = Scenario::new("hung_up").call_from(&gateway, "600");
    until("an answered call", || first.messages().contains("\nACK sip:").then_some(()));
    let [call_id, to_tag, from_tag] = dialog(&first.messages());
    let escaped = format!("{call_id};to-tag={to_tag};from-tag={from_tag}").replace('@', "%40").replace(';', "%3B");
    let headers = format!("?Replaces={}", escaped.replace('=', "%3D"));
    Scenario::new("referring").with("number", "600").with("headers", headers).call(&gateway, "607");
    first.succeeded();
    gateway.settle();
    let records = gateway.records(2);
    let joined = records.iter().filter(|record| record["transferred_to"] == "600").count();
    assert_eq!(joined, 1, "{records:#?}");
}

#[test]
fn another_caller_takes_the_place_of_a_telephone() {
    let gateway = with_transfer();
    let answerer = Scenario::new("answering").answer(&gateway);
    let call = gateway.sim_call_begun(&["--called", "100", "--hold", "6"]);
    until("an answered call", || answerer.messages().contains("\nACK sip:").then_some(()));
    let [call_id, to_tag, from_tag] = dialog(&answerer.messages());
    // Its own tag is the first for who receives it.
    let replaces = format!("{call_id};to-tag={from_tag};from-tag={to_tag}");
    Scenario::new("replacing").with("replaces", replaces).option("-d", 500).call(&gateway, "100");
    // It was hung up on.
    answerer.succeeded();
    let output = call.wait_with_output().expect("it can be waited for");
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered", "{output:?}");
}
