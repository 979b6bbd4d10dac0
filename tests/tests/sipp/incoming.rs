//! The far exchange calls SIPp.

use std::process::Output;
use tests::real::{Gateway, Scenario, until};

#[test]
fn five_calls_to_an_echo_are_answered_and_their_pattern_returns() {
    let gateway = Gateway::start();
    let answerer = Scenario::new("answering").calls(5).switch("-rtp_echo").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--count", "5", "--hold", "3", "--verify", "--rate", "0.3"]);
    answerer.succeeded();
    gateway.settle();
    let records = gateway.records(5);
    let explained: u64 = records.iter().filter_map(|record| record["media"]["explained_octets"].as_u64()).sum();
    // A machine that stalls makes differences: they are no success, and each must be counted.
    let well = output.status.success() || (explained > 0 && differences(&output) <= explained);
    assert!(well && said(&output).contains("5 calls placed, 5 answered"), "{explained} are explained: {output:?}");
    for record in records {
        assert_eq!((&record["direction"], &record["disposition"]), (&"pstn_to_sip".into(), &"answered".into()));
        assert_eq!((&record["released_by"], &record["cause"]), (&"pstn".into(), &16.into()), "{record:#}");
    }
}

#[test]
fn a_busy_telephone_is_told_to_the_exchange_as_cause_17() {
    let gateway = Gateway::start();
    let answerer = Scenario::new("declining").with("status", "486 Busy Here").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100"]);
    assert!(said(&output).contains("not answered") && said(&output).contains("cause 17"), "{output:?}");
    assert_eq!(output.status.code(), Some(1));
    answerer.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["cause"], 17);
}

#[test]
fn a_telephone_that_rings_is_cancelled_when_the_circuit_is_reset() {
    let gateway = Gateway::start();
    let answerer = Scenario::new("ringing").answer(&gateway);
    let order = gateway.sim_call_begun(&["--called", "100"]);
    let cic = until("a ringing call", || {
        let status = gateway.status();
        let ringing = answerer.messages().contains("SIP/2.0 180 ");
        status["call_list"][0]["cic"].as_u64().filter(|_| ringing)
    });
    let reset = gateway.operate(&["reset", &format!("trunk:{cic}")]);
    assert!(reset.status.success() && said(&reset).contains("acknowledged"), "{reset:?}");
    answerer.succeeded();
    let output = order.wait_with_output().expect("it can be waited for");
    assert!(said(&output).contains("not answered"), "{output:?}");
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "unanswered");
}

#[test]
fn a_telephone_that_hangs_up_ends_the_call_at_the_exchange() {
    let gateway = Gateway::start();
    let answerer = Scenario::new("hanging_up").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--hold", "60"]);
    assert!(said(&output).contains("released by the gateway with cause 16"), "{output:?}");
    answerer.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["released_by"], "sip");
}

/// From the last line: `5 calls placed, 5 answered; 113600 octets compared, 0 differed`.
fn differences(output: &Output) -> u64 {
    let said = said(output);
    let differences = said.trim_end().rsplit(", ").next().and_then(|end| end.split(' ').next()?.parse().ok());
    differences.unwrap_or_else(|| panic!("no differences told: {said}"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_operator_hears_what_became_of_each_order() {
    let gateway = Gateway::start();
    let orders: [(&[&str], &str); 6] = [
        (&["block", "trunk:1-3"], "acknowledged"),
        (&["unblock", "trunk:1-3"], "acknowledged"),
        (&["continuity", "trunk:5"], "the tone came back"),
        (&["reset", "trunk"], "acknowledged"),
        (&["link", "deactivate", "link"], "link"),
        // The exchange is in reach only some messages after this, when it has allowed traffic again.
        (&["link", "activate", "link"], "aligned and tested"),
    ];
    for (order, words) in orders {
        let output = gateway.operate(order);
        assert!(output.status.success() && said(&output).contains(words), "{order:?}: {output:?}");
    }
    for (order, words) in [(&["block", "city:1"], "trunk"), (&["query", "trunk:1"], "circuit_query")] {
        let output = gateway.operate(order);
        assert_eq!(output.status.code(), Some(1), "{order:?}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{order:?}: {output:?}");
    }
    gateway.settle();
}
