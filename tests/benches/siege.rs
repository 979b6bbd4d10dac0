//! What hostile traffic costs configured peers: calls through the release binary while every kind of it goes on; see `tests::real::siege`.
#![forbid(unsafe_code)]

use std::fs;
use std::time::{Duration, Instant};

use rcgen::generate_simple_self_signed;
use serde_json::Value;
use tests::real::siege::{Siege, Strength};
use tests::real::{Gateway, Scenario, Setup, voice, within};

fn main() {
    // `cargo bench` and `cargo nextest` pass options; there is one thing to do.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let (gateway, tls) = gateway();
    for (name, strength) in [("without", None), ("besieged", Some(HARD))] {
        measure(&gateway, name, strength.map(|strength| Siege::begin(&gateway, Some(tls), strength)));
    }
}

/// Whose one peer is at its own address: all others are strangers.
fn gateway() -> (Gateway, std::net::SocketAddr) {
    let setup = Setup::new();
    let issued =
        generate_simple_self_signed(vec!["gateway.example.com".to_owned()]).expect("a certificate can be made");
    let (certificate, key) = (setup.place.file("certificate.pem"), setup.place.file("key.pem"));
    fs::write(&certificate, issued.cert.pem()).expect("the folder is ours");
    fs::write(&key, issued.signing_key.serialize_pem()).expect("the folder is ours");
    let tls = setup.place.free_port();
    let sip_keys = format!("[sip.tls]\ncertificate = {certificate:?}\nkey = {key:?}\nauthorities = {certificate:?}");
    let peers_from = format!("{}/32", setup.place.ip());
    (Setup { listeners: vec![format!("tls:{tls}")], sip_keys, peers_from, ..setup }.start(), tls)
}

/// Calls at ten a second, and one that talks all the time; what became of them and of whatever else came.
fn measure(gateway: &Gateway, name: &str, siege: Option<Siege>) {
    let before = (gateway.status(), gateway.records_now().len());
    let socket = gateway.place().socket();
    let media = socket.local_addr().expect("it is bound").port();
    let talking = Scenario::new("call").with("media", media).option("-d", 1_000 * TALK_S).call_from(gateway, "600");
    let voice = voice::speak(socket, &talking);
    let begun = Instant::now();
    let calls = Scenario::new("call").with("media", 6_000).option("-m", CALLS).option("-r", 10).option("-l", 25);
    let calls = calls.option("-d", 1_000).call_from(gateway, "600");
    let recorded = || gateway.records_now().len() - before.1;
    let all = within(Duration::from_secs(120), || (recorded() > CALLS).then_some(()));
    let took = begun.elapsed();
    let counts = siege.map(Siege::end).unwrap_or_default();
    drop((calls, talking));
    let records = gateway.records_now().split_off(before.1);
    let completed = records.iter().filter(|record| record["disposition"] == "answered").count();
    let verdict = voice.finish().verdict;
    let explained: u64 =
        records.iter().filter_map(|record| record["media"]["explained_octets"].as_u64()).max().unwrap_or(0);
    println!(
        "\n{name}: {:.0} s{}",
        took.as_secs_f64(),
        if all.is_none() { ", not all calls came to an end" } else { "" }
    );
    println!("| calls completed | {completed} of {} |", CALLS + 1);
    println!(
        "| octets of the call that talks | {} compared, {} differ, {} lost on the way, at most {explained} explained |",
        verdict.compared, verdict.differences, verdict.missing
    );
    for (what, count) in counts {
        println!("| {what} | {count}: {:.0} a second |", count as f64 / took.as_secs_f64());
    }
    let after = gateway.status();
    for key in ["received", "sent", "unheard", "malformed", "strangers", "shed"] {
        let count = |status: &Value| status["sip"][key].as_u64().unwrap_or(0);
        println!("| sip.{key} | {} |", count(&after) - count(&before.0));
    }
    println!("| sip.sources_in_debt | {} |", after["sip"]["sources_in_debt"]);
}

/// As fast as the threads can.
const HARD: Strength = Strength { burst: 100, pause: Duration::ZERO, connections: 200 };
const CALLS: usize = 200;
const TALK_S: u32 = 20;
