//! Keys of SIPp, by INFO and by events, to the echo of the far exchange and back.

use std::net::UdpSocket;
use std::time::Duration;

use tests::real::{Gateway, Playing, Scenario, Setup};

fn with_info() -> Gateway {
    Setup { peer_keys: "dtmf = \"info\"".into(), ..Setup::new() }.start()
}

#[test]
fn keys_by_info_are_heard_by_the_exchange_and_its_echo_is_told_by_info() {
    let gateway = with_info();
    Scenario::new("pressing").call(&gateway, "600");
    gateway.settle();
    let media = &gateway.records(1)[0]["media"];
    assert_eq!((&media["digits_played"], &media["digits_heard"]), (&2.into(), &2.into()), "{media:#}");
}

#[test]
fn keys_by_info_are_refused_where_they_are_not_expected() {
    let gateway = Gateway::start();
    Scenario::new("pressing_refused").call(&gateway, "600");
    gateway.settle();
}

#[test]
fn events_that_sipp_has_recorded_come_back_as_events() {
    let gateway = Gateway::start();
    let ear = gateway.place().socket();
    let media = ear.local_addr().expect("it is bound").port();
    let scenario = Scenario::new("pressing_by_events").with("media", media);
    let caller = scenario.with("folder", RECORDINGS).call_from(&gateway, "600");
    let ends = hear_ends(&ear, &caller);
    caller.succeeded();
    // Its events last 280 ms.
    assert_eq!(ends.iter().map(|(code, _)| *code).collect::<Vec<u8>>(), [5, 5, 5, 11, 11, 11], "{ends:?}");
    assert!(ends.iter().all(|(_, duration)| (2000..=2560).contains(duration)), "{ends:?}");
}

/// Codes and durations of the events whose ends come until the call is over.
fn hear_ends(ear: &UdpSocket, caller: &Playing) -> Vec<(u8, u16)> {
    let (mut ends, mut packet) = (Vec::new(), [0; 2048]);
    ear.set_read_timeout(Some(Duration::from_millis(100))).expect("not zero");
    while !caller.messages().contains("BYE sip:") {
        let Ok(length) = ear.recv(&mut packet) else { continue };
        if let [_, 101 | 229, _, _, _, _, _, _, _, _, _, _, code, flags, high, low] = packet[..length]
            && flags & 0x80 != 0
        {
            ends.push((code, u16::from_be_bytes([high, low])));
        }
    }
    ends
}

/// Where Debian's sip-tester has its recordings; SIPp sends them from a raw socket, which needs root.
const RECORDINGS: &str = "/usr/share/sip-tester";
