//! How a gateway does not begin, and how it ends: by a mistake, by SIGTERM, by SIGKILL.

use std::fs;
use std::process::Command;
use tests::real::{Gateway, Scenario, Setup, binary, until};

#[test]
fn check_tells_every_mistake_and_ends_with_code_2() {
    let setup = Setup::new();
    setup.write();
    let file = setup.place.file("spangate.toml");
    let check = || Command::new(binary()).arg("check").arg("--config").arg(&file).output().expect("it can be run");
    assert!(check().status.success(), "{:?}", check());
    let right = fs::read_to_string(&file).expect("it was written");
    let wrong = right.replace("driver = \"sim\"", "driver = \"tin\"").replace("timeslot = 16", "timeslot = 32");
    fs::write(&file, &wrong).expect("the folder is ours");
    let output = check();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("driver") && words.contains("timeslot"), "{words}");
    let line = wrong.lines().position(|line| line.starts_with("timeslot")).expect("it is there") + 1;
    assert!(words.contains(&format!("spangate.toml:{line}")), "line {line} is not in\n{words}");
    assert_eq!(setup.run_to_end().status.code(), Some(2), "run refuses the same file");
    fs::write(&file, [0xff, 0xfe, 0, b'[']).expect("the folder is ours");
    assert_eq!(check().status.code(), Some(2));
    fs::remove_file(&file).expect("it was there");
    assert_eq!(check().status.code(), Some(2));
}

#[test]
fn a_busy_port_ends_the_start_with_code_2_and_a_sentence() {
    let first = Gateway::start();
    for busy in ["SIP", "admin"] {
        let mut second = Setup::new();
        match busy {
            "SIP" => second.sip = first.sip(),
            _ => second.admin = first.admin(),
        }
        second.write();
        let output = second.run_to_end();
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{busy}: {words}");
        assert!(words.contains(&if busy == "SIP" { first.sip() } else { first.admin() }.to_string()), "{words}");
    }
    Scenario::new("call").with("media", 9).option("-d", 500).call(&first, "600");
}

#[test]
fn sigterm_refuses_new_calls_gives_running_ones_their_seconds_and_ends_with_0() {
    let mut gateway = Setup { drain_seconds: 12, ..Setup::new() }.start();
    let talking = Scenario::new("drained").call_from(&gateway, "600");
    until("an answered call", || talking.messages().contains("ACK sip:").then_some(()));
    gateway.terminate();
    until("draining", || (gateway.status()["draining"] == true).then_some(()));
    Scenario::new("refused_simply").with("status", 503).call(&gateway, "600");
    talking.succeeded();
    assert_eq!(gateway.ended().code(), Some(0), "{}", gateway.log());
    let records = gateway.records_now();
    let ended: Vec<_> = records.iter().filter(|record| record["disposition"] == "answered").collect();
    assert_eq!(ended.len(), 1, "{records:#?}");
    assert_eq!(ended[0]["released_by"], "gateway", "{ended:#?}");
    assert!(ended[0]["duration_ms"].as_u64() >= Some(12_000), "{ended:#?}");
}

#[test]
fn a_killed_gateway_closes_its_calls_records_when_it_starts_again() {
    let mut gateway = Gateway::start();
    let talking = Scenario::new("call").with("media", 9).option("-d", 60_000).call_from(&gateway, "600");
    until("an answered call", || talking.messages().contains("ACK sip:").then_some(()));
    gateway.kill();
    drop(talking);
    assert_eq!(gateway.records_now(), [] as [serde_json::Value; 0]);
    gateway.start_again();
    let records = gateway.records(1);
    assert_eq!(records[0]["disposition"], "interrupted", "{records:#?}");
    Scenario::new("call").with("media", 9).option("-d", 500).call(&gateway, "600");
    gateway.settle();
    let dispositions: Vec<_> = gateway.records(2).into_iter().map(|record| record["disposition"].clone()).collect();
    assert_eq!(dispositions, ["interrupted", "answered"]);
    gateway.terminate();
    assert_eq!(gateway.ended().code(), Some(0), "{}", gateway.log());
    gateway.start_again();
    gateway.records(2);
}

#[test]
fn the_metrics_are_text_that_prometheus_can_read() {
    let gateway = Gateway::start();
    Scenario::new("call").with("media", 9).option("-d", 500).call(&gateway, "600");
    gateway.settle();
    let text = gateway.get("/metrics");
    let mut families = Vec::new();
    for line in text.lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            families.push(family.split(' ').next().expect("split gives one").to_owned());
        } else if !line.starts_with('#') {
            let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
            let name = series.split('{').next().expect("split gives one");
            assert!(families.iter().any(|family| name.starts_with(family.as_str())), "no TYPE before {line}");
            assert!(name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_'), "{line}");
            assert!(series.matches('"').count() % 2 == 0 && series.contains('{') == series.ends_with('}'), "{line}");
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
    assert!(text.ends_with("# EOF\n") && families.len() > 10, "{text}");
    let answered = text.lines().any(|line| line == "spangate_calls_answered_total 1");
    assert!(answered, "{text}");
}
