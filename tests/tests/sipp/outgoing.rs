//! SIPp calls the test numbers of the far exchange.

use tests::real::{Gateway, Scenario, circuits, until, voice};

#[test]
fn every_octet_comes_back_from_600() {
    let gateway = Gateway::start();
    let socket = gateway.place().socket();
    let media = socket.local_addr().expect("it is bound").port();
    let caller = Scenario::new("call").with("media", media).option("-d", 6000).call_from(&gateway, "600");
    let voice = voice::speak(socket, &caller);
    caller.succeeded();
    gateway.settle();
    let record = &gateway.records(1)[0];
    voice::assert_exact(&voice.finish().verdict, record, 30_000);
    assert_eq!((&record["disposition"], &record["released_by"]), (&"answered".into(), &"sip".into()), "{record:#}");
    assert_eq!(record["cause"], 16, "{record:#}");
}

#[test]
fn what_sipp_plays_from_a_file_comes_back_from_600() {
    let gateway = Gateway::start();
    let file = gateway.place().file("voice.alaw");
    // Longer than the call, so that the pattern does not end before it.
    std::fs::write(&file, voice::recording(10 * 8000)).expect("the folder is ours");
    let ear = gateway.place().socket();
    let media = ear.local_addr().expect("it is bound").port();
    let scenario = Scenario::new("playing").with("media", media).with("file", file.display());
    let caller = scenario.option("-d", 6000).call_from(&gateway, "600");
    let verdict = voice::hear(&ear, || caller.messages().contains("BYE sip:"));
    caller.succeeded();
    voice::assert_exact(&verdict, &gateway.records(1)[0], 30_000);
}

#[test]
fn thirty_calls_fill_the_e1_and_the_next_gets_503_with_cause_34() {
    let gateway = Gateway::start();
    let sockets: Vec<_> = (0..30).map(|_| gateway.place().socket()).collect();
    let ports = sockets.iter().map(|socket| format!("{}\n", socket.local_addr().expect("it is bound").port()));
    let table = gateway.place().file("ports.csv");
    std::fs::write(&table, format!("SEQUENTIAL\n{}", ports.collect::<String>())).expect("the folder is ours");
    let scenario = Scenario::new("call").with("media", "[field0]").option("-inf", table.display());
    let callers = scenario.option("-cid_str", "%u-%p@%s").option("-d", 20_000).calls(30).call_from(&gateway, "600");
    let voices: Vec<_> = sockets.into_iter().map(voice::speak_back).collect();
    until("30 busy circuits", || (circuits(&gateway.status(), "busy") == 30).then_some(()));
    Scenario::new("refused").with("status", 503).with("cause", 34).call(&gateway, "600");
    callers.succeeded();
    gateway.settle();
    let records = gateway.records(31);
    for (voice, number) in voices.into_iter().zip(1..) {
        let call_id = format!("{number}-");
        let own = |record: &&serde_json::Value| {
            record["sip_call_id"].as_str().is_some_and(|id| id.starts_with(&call_id)) && !record["cic"].is_null()
        };
        let record = records.iter().find(own).unwrap_or_else(|| panic!("no record of call {call_id}: {records:#?}"));
        voice::assert_exact(&voice.finish().verdict, record, 30_000);
    }
    let refused: Vec<_> = records.iter().filter(|record| record["cic"].is_null()).collect();
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert_eq!((&refused[0]["cause"], &refused[0]["sip_status"]), (&34.into(), &503.into()), "{refused:#?}");
}

#[test]
fn busy_is_486_unallocated_404_and_no_route_404() {
    let gateway = Gateway::start();
    for (number, status, cause) in [("603", 486, 17), ("605", 404, 1), ("699", 404, 3)] {
        Scenario::new("refused").with("status", status).with("cause", cause).call(&gateway, number);
    }
    gateway.settle();
    let told = |record: &serde_json::Value| (record["sip_status"].as_u64(), record["cause"].as_u64());
    let told: Vec<_> = gateway.records(3).iter().map(told).collect();
    assert_eq!(told, [(Some(486), Some(17)), (Some(404), Some(1)), (Some(404), Some(3))]);
}

#[test]
fn a_ringing_call_is_cancelled() {
    let gateway = Gateway::start();
    Scenario::new("cancelled").call(&gateway, "604");
    gateway.settle();
    let record = &gateway.records(1)[0];
    assert_eq!((&record["sip_status"], &record["released_by"]), (&487.into(), &"sip".into()), "{record:#}");
    assert!(!record["alerting_time"].is_null() && record["answer_time"].is_null(), "{record:#}");
}

#[test]
fn the_gateway_hangs_up_when_607_does() {
    let gateway = Gateway::start();
    Scenario::new("hung_up").call(&gateway, "607");
    gateway.settle();
    let record = &gateway.records(1)[0];
    assert_eq!((&record["cause"], &record["released_by"]), (&16.into(), &"pstn".into()), "{record:#}");
}

#[test]
fn the_ringing_of_606_is_heard_before_its_answer() {
    let gateway = Gateway::start();
    let ear = gateway.place().socket();
    let media = ear.local_addr().expect("it is bound").port();
    let caller = Scenario::new("early_audio").with("media", media).option("-d", 500).call_from(&gateway, "606");
    voice::await_packet(&ear);
    let answered = caller.messages().contains("SIP/2.0 200 OK");
    let messages = caller.succeeded().messages;
    let (ringing, answer) = (messages.find("SIP/2.0 183 "), messages.find("SIP/2.0 200 OK"));
    assert!(ringing < answer, "{messages}");
    if answered {
        println!("too slow to see that audio came before the answer");
    }
    gateway.settle();
    let record = &gateway.records(1)[0];
    assert_eq!(record["disposition"], "answered", "{record:#}");
}
