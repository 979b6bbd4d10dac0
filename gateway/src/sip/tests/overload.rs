//! Overload control, RFC 7339, both roles: the exchange of section 6, what sections 4 and 5 ask for.

use super::super::overload::load::{Load, PERIOD, PERIODS};
use super::*;

const OC: &str = ";oc;oc-algo=\"loss,A\"";

/// Alice's INVITE number so and so, by a proxy that puts these parameters into its Via.
fn invite_via(number: u32, parameters: &str, uri: &str) -> String {
    format!(
        "INVITE {uri} SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK2d4790.{number}{parameters}\nMax-Forwards: 70\n\
         From: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl\nTo: Bob <sip:bob@biloxi.example.com>\n\
         Call-ID: {number}@atlanta.example.com\nCSeq: 1 INVITE\nContact: <sip:alice@192.0.2.101>\n"
    )
}

const BOB: &str = "sip:bob@192.0.2.1";

/// An endpoint whose timers have been so late for a while.
fn overloaded(late_ms: u64) -> Chart {
    let mut chart = Chart::new();
    chart.bears(late_ms);
    chart
}

impl Chart {
    /// From now on timers come so late.
    fn bears(&mut self, late_ms: u64) {
        self.ua.load = Load::new(1_000);
        for _ in 0..PERIODS {
            self.now += PERIOD;
            self.ua.load.late(Duration::from_millis(late_ms));
            self.ua.judge_load(self.now);
        }
    }

    /// So many calls to bob begin; how many INVITEs go, and how many fail because they are held.
    fn calls(&mut self, count: usize, emergency: bool) -> (usize, usize) {
        let mut held = 0;
        for _ in 0..count {
            let session = self.ua.next_session();
            let mut command = invite_command(session);
            if let (Command::Invite(invitation), true) = (&mut command, emergency) {
                invitation.emergency = true;
            }
            self.command(command);
            held += self.told.drain(..).filter(|(_, event)| is_held(event)).count();
        }
        let gone: Vec<_> = self.sent.drain(..).filter(|(_, said)| said.line().starts_with("INVITE ")).collect();
        (gone.len(), held)
    }

    /// A call whose INVITE is answered so: the server says what it bears.
    fn is_told(&mut self, status: &str, parameters: &str, rest: &str) {
        let (_, invite) = self.call();
        let answer = invite.answered(status, "x", rest).replace("oc;oc-algo=\"loss\"", parameters);
        self.receive(&answer);
        self.sent.clear();
        self.told.clear();
    }
}

fn is_held(event: &Event) -> bool {
    matches!(event, Event::Failed { failure: Failure::Held, .. })
}

#[test]
fn a_server_says_that_it_controls_overload_and_asks_for_nothing_yet() {
    let mut chart = Chart::new();
    chart.receive(&invite_via(1, OC, BOB));
    let trying = chart.says("SIP/2.0 100 ");
    let via = trying.header("Via").to_owned();
    assert!(via.ends_with(".1;oc=0;oc-algo=\"loss\";oc-validity=0;oc-seq=1000.00000"), "{via}");
    let session = chart.tells_incoming().session;
    chart.command(Command::Refuse { session, status: 486, cause: None, retry_after_s: None });
    assert_eq!(chart.says("SIP/2.0 486 ").header("Via"), via, "5.11: not in the 100 alone");
}

#[test]
fn who_offers_nothing_or_another_algorithm_is_told_nothing() {
    for parameters in ["", ";oc", ";oc;oc-algo=\"rate\"", ";oc=5;oc-algo=\"loss\""] {
        let mut chart = overloaded(600);
        while chart.ua.counters().shed == 0 {
            chart.receive(&invite_via(chart.ua.counters().received as u32, parameters, BOB));
        }
        let via = chart.sent.pop_front().unwrap().1.header("Via").to_owned();
        assert!(via.ends_with(parameters), "{via}");
    }
    let mut stranger = Chart { standing: Standing::Unproven, ..overloaded(600) };
    stranger.receive(&invite_via(1, OC, BOB));
    assert!(stranger.says("SIP/2.0 403 ").header("Via").ends_with(OC), "our load is nobody's business");
}

#[test]
fn an_overloaded_server_asks_who_obeys_for_less_and_refuses_as_much_of_others() {
    let mut chart = overloaded(600);
    chart.receive(&invite_via(1, OC, BOB));
    let via = chart.says("SIP/2.0 100 ").header("Via").to_owned();
    assert!(via.ends_with(";oc=50;oc-algo=\"loss\";oc-validity=500;oc-seq=1000.00001"), "{via}");
    chart.tells_incoming();

    for number in 100..1_100 {
        chart.receive(&invite_via(number, "", BOB));
    }
    let refused: Vec<_> = chart.sent.drain(..).filter(|(_, said)| said.line().starts_with("SIP/2.0 503 ")).collect();
    assert!((450..550).contains(&refused.len()), "{}", refused.len());
    assert!(refused.iter().all(|(_, said)| said.find("Retry-After").is_none()), "5.10.2");
    assert_eq!(chart.ua.counters().shed, refused.len() as u64);
    assert_eq!(chart.ua.occupancy().transactions, 1 + 1_000 - refused.len(), "a refusal is forgotten");
    chart.told.clear();
}

#[test]
fn emergencies_and_what_exists_pass_an_overloaded_server() {
    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    chart.bears(2_000);
    let marked = invite_via(500, "", BOB) + "Resource-Priority: esnet.1\n";
    chart.receive(&marked);
    chart.says("SIP/2.0 100 ");
    chart.tells_incoming();
    chart.receive(&invite_via(501, "", BOB));
    chart.says("SIP/2.0 503 ");
    chart.receive(&in_dialog("BYE", "z9hG4bKbye", "2", &tag, ""));
    chart.says("SIP/2.0 200 ");
}

#[test]
fn timers_that_come_late_are_overload_and_its_end_is_told_by_a_higher_number() {
    let mut chart = Chart::new();
    chart.call();
    chart.sent.clear();
    for _ in 0..5 {
        chart.now = chart.ua.poll_timeout().expect("timer A") + Duration::from_millis(900);
        chart.ua.handle_timeout(chart.now);
        chart.collect();
        chart.receive(&invite_via(chart.ua.counters().received as u32, OC, BOB));
    }
    let told = |chart: &mut Chart| {
        let (_, said) = chart.sent.drain(..).rfind(|(_, said)| said.line().contains(" 100 ")).expect("100");
        let via = said.header("Via").to_owned();
        let number = |name: &str| {
            let text =
                via.split(&format!(";{name}=")).nth(1).and_then(|rest| rest.split(';').next()).expect("it is there");
            text.parse::<f64>().expect("a number")
        };
        (number("oc"), number("oc-validity"), number("oc-seq"))
    };
    let (oc, validity, number) = told(&mut chart);
    assert!(oc > 50.0 && validity == 500.0, "{oc}");
    for wait in 0..8 {
        chart.now += Duration::from_millis(100);
        chart.receive(&invite_via(9_000 + wait, OC, BOB));
    }
    let (oc, validity, after) = told(&mut chart);
    assert_eq!((oc, validity), (0.0, 0.0));
    assert!(after > number);
}

#[test]
fn a_client_leaves_out_what_its_server_asks_for_as_long_as_that_holds() {
    let mut chart = Chart::new();
    let (_, first) = chart.call();
    assert!(first.header("Via").ends_with(";oc;oc-algo=\"loss\""), "4.1, 4.2: {}", first.header("Via"));
    chart.is_told("180 Ringing", "oc=50;oc-algo=\"loss\";oc-validity=500;oc-seq=1.00001", "");
    let (gone, held) = chart.calls(400, false);
    assert_eq!(gone + held, 400);
    assert!((160..240).contains(&held), "{held} of 400");
    assert_eq!(chart.calls(50, true), (50, 0), "emergencies are not of the first category");
    assert_eq!(chart.ua.counters().held, held as u64);
    assert_eq!(chart.ua.counters().unreachable, 0);
    chart.now += Duration::from_millis(500);
    assert_eq!(chart.calls(50, false), (50, 0), "5.7: it has expired");
    chart.is_told("180 Ringing", "oc=100;oc-algo=\"loss\";oc-validity=60000;oc-seq=1.00002", "");
    assert_eq!(chart.calls(10, false), (0, 10));
}

#[test]
fn a_client_goes_on_when_its_server_says_so() {
    let mut chart = Chart::new();
    let (_, asked) = chart.call();
    chart.is_told("180 Ringing", "oc=100;oc-algo=\"loss\";oc-validity=60000;oc-seq=1.00002", "");
    let older =
        asked.answered("180 Ringing", "x", "").replace("oc;oc-algo=\"loss\"", "oc=0;oc-validity=0;oc-seq=1.00001");
    chart.receive(&older);
    chart.told.clear();
    assert_eq!(chart.calls(5, false), (0, 5), "that was said before");
    let newer = older.replace("1.00001", "1.00003");
    chart.receive(&newer);
    chart.told.clear();
    assert_eq!(chart.calls(5, false), (5, 0));
}

#[test]
fn after_503_with_retry_after_a_server_is_left_alone_and_the_next_one_is_asked() {
    let mut chart = Chart::new();
    let named = |chart: &mut Chart| {
        let session = chart.ua.next_session();
        let mut command = invite_command(session);
        if let Command::Invite(invitation) = &mut command {
            invitation.place.hop = Uri::parse(b"sip:pbx.example.com;transport=udp").unwrap();
        }
        chart.command(command);
        let (id, question) = chart.asked.remove(0);
        let nothing = question.unanswered();
        chart.ua.handle_resolved(chart.now, id, &question, nothing);
        chart.collect();
        while let Some((id, question)) = (!chart.asked.is_empty()).then(|| chart.asked.remove(0)) {
            let records = match &question {
                Question::Addresses(_) => {
                    Records::Addresses(vec!["192.0.2.101".parse().unwrap(), "192.0.2.102".parse().unwrap()])
                }
                other => other.unanswered(),
            };
            chart.ua.handle_resolved(chart.now, id, &question, records);
            chart.collect();
        }
    };
    named(&mut chart);
    let first = chart.says("INVITE ");
    chart.receive(&first.answered("503 Service Unavailable", "x", "Retry-After: 30 (busy)\n"));
    chart.says("ACK ");
    assert_ne!(chart.says("INVITE ").to, first.to);
    named(&mut chart);
    assert_ne!(chart.says("INVITE ").to, first.to, "the first is left alone");
    chart.now += Duration::from_secs(30);
    chart.sent.clear();
    named(&mut chart);
    assert_eq!(chart.says("INVITE ").to, first.to);
}

#[test]
fn a_call_that_no_server_takes_fails_at_once() {
    let mut chart = Chart::new();
    chart.is_told("503 Service Unavailable", "oc;oc-algo=\"loss\"", "Retry-After: 10\n");
    assert_eq!(chart.calls(3, false), (0, 3));
    assert_eq!(chart.calls(3, true), (3, 0), "an emergency is tried");
    chart.now += Duration::from_secs(10);
    assert_eq!(chart.calls(3, false), (3, 0));
}
