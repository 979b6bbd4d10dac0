//! Kamailio between SIPp and the gateway: a proxy that records its route, by UDP, TCP and TLS with certificates on both sides, that
//! forks, that tries another telephone, and that challenges. Debian's SIPp has no TLS of its own: this is its way to it.

use crate::kamailio::joined_by;
use std::net::SocketAddr;
use tests::real::{Gateway, Playing, Scenario};

/// A telephone behind the proxy.
fn answers(gateway: &Gateway, scenario: Scenario, at: SocketAddr) -> Playing {
    scenario.play(gateway.place().folder(), gateway.sip(), at).listening(at)
}

const TRANSPORTS: [&str; 3] = ["udp", "tcp", "tls"];

#[test]
fn a_call_by_a_proxy_is_answered_and_ended_by_its_way() {
    for transport in TRANSPORTS {
        let (gateway, kamailio, telephones) = joined_by(transport);
        let scenario = Scenario::new("proxied_call").with("media", 6000).option("-d", 500).option("-s", "600");
        scenario
            .calls(5)
            .option("-t", "t1")
            .play(gateway.place().folder(), kamailio.plain, telephones.first)
            .succeeded();
        gateway.settle();
        for record in gateway.records(5) {
            assert_eq!((&record["disposition"], &record["released_by"]), (&"answered".into(), &"sip".into()));
        }
        println!("| SIPp calls by Kamailio | {transport} | 5 calls |");
    }
}

#[test]
fn the_far_exchange_calls_by_a_proxy_and_hangs_up_by_its_way() {
    for transport in TRANSPORTS {
        let (gateway, _kamailio, telephones) = joined_by(transport);
        let scenario = Scenario::new("proxied_answering").calls(3);
        let answerer = answers(&gateway, scenario, telephones.first);
        let output = gateway.sim_call(&["--called", "100", "--count", "3", "--hold", "1", "--rate", "3"]);
        assert!(output.status.success(), "{output:?}");
        let played = answerer.succeeded();
        let routed = played.messages.split("BYE sip:").skip(1).all(|bye| bye.contains("\r\nVia: SIP/2.0/UDP"));
        assert!(routed, "BYE came by another way:\n{}", played.messages);
        gateway.settle();
        assert!(gateway.records(3).iter().all(|record| record["disposition"] == "answered"));
        println!("| SIPp is called by Kamailio | {transport} | 3 calls |");
    }
}

/// 407, where SIPp as a telephone can only challenge by 401.
#[test]
fn a_proxy_that_challenges_hears_the_account_of_the_peer() {
    for transport in TRANSPORTS {
        let (gateway, _kamailio, telephones) = joined_by(transport);
        let answerer = answers(&gateway, Scenario::new("proxied_answering"), telephones.first);
        let output = gateway.sim_call(&["--called", "103", "--hold", "1"]);
        assert!(output.status.success(), "{transport}: {output:?}");
        answerer.succeeded();
        gateway.settle();
        assert_eq!(gateway.records(1)[0]["disposition"], "answered");
    }
}

#[test]
fn of_a_fork_the_second_that_answers_is_acknowledged_and_hung_up_on() {
    let (gateway, _kamailio, telephones) = joined_by("udp");
    let at_once = |at| answers(&gateway, Scenario::new("answering_at_once"), at);
    let answerers = [telephones.first, telephones.second].map(at_once);
    let output = gateway.sim_call(&["--called", "101", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    // Each of them has its ACK and its BYE.
    answerers.into_iter().for_each(|answerer| _ = answerer.succeeded());
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}

#[test]
fn of_a_fork_that_rings_twice_the_one_that_answers_talks_and_the_other_is_cancelled() {
    let (gateway, _kamailio, telephones) = joined_by("udp");
    let ringing = answers(&gateway, Scenario::new("ringing"), telephones.second);
    let answering = answers(&gateway, Scenario::new("proxied_answering"), telephones.first);
    let output = gateway.sim_call(&["--called", "101", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    answering.succeeded();
    ringing.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}

#[test]
fn a_proxy_whose_first_target_is_silent_tries_the_next() {
    let (gateway, _kamailio, telephones) = joined_by("udp");
    let answerer = answers(&gateway, Scenario::new("proxied_answering"), telephones.first);
    let output = gateway.sim_call(&["--called", "102", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    answerer.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}
