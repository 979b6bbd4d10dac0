//! What a SIP neighbour may send besides a plain call: requests out of the blue, repeated, and late.

use tests::real::{Gateway, Scenario, voice};

#[test]
fn a_request_outside_a_call_gets_its_status() {
    let gateway = Gateway::start();
    let request = |method, tag, status, header, value| {
        let scenario = Scenario::new("request").with("method", method).with("tag", tag).with("status", status);
        scenario.with("header", header).with("value", value).call(&gateway, "600");
    };
    request("OPTIONS", "", 200, "Allow", "INVITE");
    request("BYE", ";tag=nobody", 481, "CSeq", "7 BYE");
    request("CANCEL", "", 481, "CSeq", "7 CANCEL");
    request("MESSAGE", "", 405, "Allow", "INVITE");
    request("SUBSCRIBE", "", 489, "CSeq", "7 SUBSCRIBE");
    request("FROBNICATE", "", 501, "CSeq", "7 FROBNICATE");
    gateway.settle();
    assert_eq!(gateway.records_now(), [] as [serde_json::Value; 0]);
}

#[test]
fn an_invite_that_comes_three_times_is_one_call() {
    let gateway = Gateway::start();
    // Provisional answers come when they come: they are no reason to give up.
    Scenario::new("repeated_invite").option("-default_behaviors", "all,-abortunexp").call(&gateway, "600");
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
    assert_eq!(gateway.status()["calls"]["from_sip"], 1);
}

#[test]
fn the_200_comes_again_until_the_ack() {
    let gateway = Gateway::start();
    let played = Scenario::new("late_ack").call(&gateway, "600");
    let answers = played.messages.matches("SIP/2.0 200 OK").count();
    assert!(answers >= 3, "{answers} answers, one of them to the BYE:\n{}", played.messages);
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}

#[test]
fn a_call_goes_on_hold_and_comes_back() {
    let gateway = Gateway::start();
    Scenario::new("hold").call(&gateway, "600");
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}

#[test]
fn a_caller_without_an_offer_gets_one() {
    let gateway = Gateway::start();
    let ear = gateway.place().socket();
    let media = ear.local_addr().expect("it is bound").port();
    let caller = Scenario::new("late_offer").with("media", media).option("-d", 3000).call_from(&gateway, "600");
    let speech = voice::speak(ear, &caller);
    caller.succeeded();
    gateway.settle();
    voice::assert_exact(&speech.finish().verdict, &gateway.records(1)[0], 8_000);
}
