//! OPTIONS of ours: whether a peer is there (RFC 3261 11.1).

use super::*;

fn probe(chart: &mut Chart, hop: &str) -> SessionId {
    let session = chart.ua.next_session();
    let from = NameAddr::parse(b"<sip:192.0.2.1:5060>").unwrap();
    let hop = Uri::parse(hop.as_bytes()).unwrap();
    let (place, to) = (Place::at(hop.clone(), hop.clone()), NameAddr::new(hop));
    chart.command(Command::Ask(Box::new(Standalone { session, place, from, to, account: None, what: What::Options })));
    session
}

#[test]
fn options_of_ours_is_answered_by_any_final_response() {
    let mut chart = Chart::new();
    let session = probe(&mut chart, &format!("sip:{FAR}"));
    let options = chart.says(&format!("OPTIONS sip:{FAR} SIP/2.0"));
    assert_eq!((options.header("CSeq"), options.header("Accept")), ("1 OPTIONS", "application/sdp, multipart/mixed"));
    assert!(options.header("From").starts_with("<sip:192.0.2.1:5060>;tag="));
    chart.receive(&options.answered("100 Trying", "", ""));
    chart.tells_nothing();
    chart.receive(&options.answered("404 Not Found", "1", ""));
    assert_eq!(chart.tells(), Event::Responded { session, status: Some(404) });
    chart.ends_empty();
}

#[test]
fn options_of_ours_that_nobody_answers_is_given_up_by_timer_f() {
    let mut chart = Chart::new();
    let session = probe(&mut chart, &format!("sip:{FAR}"));
    chart.wait_ms(31_999);
    chart.tells_nothing();
    chart.wait_ms(1);
    assert_eq!(chart.tells(), Event::Responded { session, status: None });
    chart.sent.clear();
    chart.ends_empty();
}

#[test]
fn options_of_ours_to_a_name_that_nobody_has_says_so_at_once() {
    let mut chart = Chart::new();
    let session = probe(&mut chart, "sip:pbx.example.com:5060");
    while !chart.asked.is_empty() {
        let (id, question) = chart.asked.remove(0);
        let records = question.unanswered();
        chart.ua.handle_resolved(chart.now, id, &question, records);
        chart.collect();
    }
    assert_eq!(chart.tells(), Event::Responded { session, status: None });
    chart.ends_empty();
}
