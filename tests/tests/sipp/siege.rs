//! Hostile traffic of every kind, bounded, while peers call: all their calls complete and nothing of it stays.

use std::time::Duration;
use tests::real::siege::{Siege, Strength};
use tests::real::{Scenario, Setup, until, voice};

#[test]
fn calls_of_peers_complete_and_keep_their_audio_in_a_siege() {
    let setup = Setup::new();
    let peers_from = format!("{}/32", setup.place.ip());
    let gateway = Setup { peers_from, ..setup }.start();
    let siege = Siege::begin(&gateway, None, Strength { burst: 20, pause: Duration::from_millis(10), connections: 40 });
    until("strangers in the status", || gateway.status()["sip"]["unheard"].as_u64().filter(|unheard| *unheard > 100));
    let socket = gateway.place().socket();
    let media = socket.local_addr().expect("it is bound").port();
    let talking = Scenario::new("call").with("media", media).option("-d", 6_000).call_from(&gateway, "600");
    let voice = voice::speak(socket, &talking);
    let calls = Scenario::new("call").with("media", 6_000).calls(20).option("-r", 5).option("-d", 500);
    calls.call(&gateway, "600");
    talking.succeeded();
    for (what, count) in siege.end() {
        assert!(count > 0, "{what}");
    }
    gateway.settle();
    let records = gateway.records(21);
    assert!(records.iter().all(|record| record["disposition"] == "answered"), "{records:#?}");
    let talked = records.iter().max_by_key(|record| record["duration_ms"].as_u64()).expect("there are 21");
    voice::assert_exact(&voice.finish().verdict, talked, 20_000);
    let sip = &gateway.status()["sip"];
    assert!(sip["sources_in_debt"].as_u64() > Some(0) && sip["malformed"].as_u64() > Some(0), "{sip:#}");
}
