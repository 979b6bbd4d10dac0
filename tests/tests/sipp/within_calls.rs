//! Requests within a call that are no change of its audio, asked by SIPp as the caller and as the called one; glare.

use tests::real::{Gateway, Scenario};

/// Method, header fields, body, status.
const ASKED: [(&str, &str, &str, u16); 8] = [
    ("OPTIONS", "Accept: application/sdp", "", 200),
    ("INFO", "Content-Type: text/plain\n      Content-Disposition: signal;handling=optional", "x", 200),
    ("INFO", "Content-Type: text/plain", "x", 415),
    ("INFO", "Info-Package: unknown", "", 469),
    ("MESSAGE", "Content-Type: text/plain", "Hello", 405),
    ("SUBSCRIBE", "Event: presence", "", 489),
    ("REFER", "Refer-To: <sip:601@example.com>", "", 403),
    ("FROBNICATE", "Subject: nothing", "", 501),
];

fn asking(scenario: &str, (method, fields, body, status): (&str, &str, &str, u16)) -> Scenario {
    let scenario = Scenario::new(scenario).with("method", method).with("fields", fields);
    scenario.with("body", body).with("status", status)
}

#[test]
fn what_a_caller_asks_within_the_call_gets_its_status_and_the_call_goes_on() {
    let gateway = Gateway::start();
    for asked in ASKED {
        asking("asking", asked).call(&gateway, "600");
    }
    gateway.settle();
    assert!(gateway.records(ASKED.len()).iter().all(|record| record["disposition"] == "answered"));
}

#[test]
fn what_a_telephone_asks_within_the_call_gets_its_status_and_the_call_goes_on() {
    let gateway = Gateway::start();
    for asked in ASKED {
        let answerer = asking("asking_answerer", asked).answer(&gateway);
        let output = gateway.sim_call(&["--called", "100", "--hold", "1"]);
        assert!(output.status.success(), "{asked:?}: {output:?}");
        answerer.succeeded();
    }
    gateway.settle();
    assert!(gateway.records(ASKED.len()).iter().all(|record| record["disposition"] == "answered"));
}

/// The least session interval is 90 s, of which half must pass: the longest of these tests.
#[test]
fn a_reinvite_that_meets_ours_gets_491_and_ours_comes_again_after_its_own_491() {
    let gateway = Gateway::start();
    let answerer = Scenario::new("glare").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--hold", "53"]);
    assert!(output.status.success(), "{output:?}");
    answerer.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}
