//! Extensions of SIP as SIPp has them, in both roles: reliable provisional responses, UPDATE, hold, session timers, parts, redirection.

use std::process::Output;
use tests::real::{Gateway, Scenario};

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
