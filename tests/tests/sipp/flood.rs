//! Datagrams that are no SIP, as many as a test process can send, while a call talks.

use std::net::{SocketAddr, UdpSocket};
use tests::real::{Gateway, Scenario, until, voice};

#[test]
fn a_flood_of_unparseable_datagrams_leaves_a_running_call_untouched() {
    let gateway = Gateway::start();
    let socket = gateway.place().socket();
    let media = socket.local_addr().expect("it is bound").port();
    let caller = Scenario::new("call").with("media", media).option("-d", 8000).call_from(&gateway, "600");
    let voice = voice::speak(socket, &caller);
    let flood = gateway.place().socket();
    let mut sent = 0;
    while sent < DATAGRAMS && !caller.messages().contains("BYE sip:") {
        sent += burst(&flood, gateway.sip(), sent);
    }
    let counted = until("the flood in the status", || gateway.status()["sip"]["malformed"].as_u64().filter(|n| *n > 0));
    caller.succeeded();
    gateway.settle();
    voice::assert_exact(&voice.finish().verdict, &gateway.records(1)[0], 40_000);
    let counted = gateway.status()["sip"]["malformed"].as_u64().unwrap_or(counted);
    println!("{counted} of {sent} datagrams were read");
    assert!(counted <= sent && counted >= BURST, "{counted} of {sent}");
    let metric = format!("spangate_sip_datagrams_malformed_total {counted}");
    assert!(gateway.get("/metrics").lines().any(|line| line == metric), "{metric}");
}

/// A hundred datagrams of several kinds of nonsense.
fn burst(flood: &UdpSocket, gateway: SocketAddr, already: u64) -> u64 {
    for number in already..already + BURST {
        let octets: Vec<u8> = match number % 4 {
            0 => vec![0xff; 1200],
            1 => b"INVITE sip:600@127.0.0.1 SIP/2.0\r\nVia".to_vec(),
            2 => format!("{number}\r\n\r\n").into_bytes(),
            _ => number.to_be_bytes().repeat(8),
        };
        // Loopback may refuse for want of room: then it was not sent in vain.
        let _full = flood.send_to(&octets, gateway);
    }
    BURST
}

const BURST: u64 = 100;
const DATAGRAMS: u64 = 100_000;
