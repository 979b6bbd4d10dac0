//! Message summaries: who subscribes to its own, and who is told without asking.

use super::registrar::{PASSWORD, access, answer, authorization, challenges, chart, request};
use super::*;
use crate::sip::endpoint::subscriptions::{SUBSCRIPTIONS_MAX, SUBSCRIPTIONS_PER_USER_MAX};
use crate::sip::{Access, Secret, Summary};

const EVENT: &str = "Event: message-summary;id=7\nContact: <sip:alice@10.0.0.5:5060>\n";

fn news(messages: u32) -> Command {
    let summary = Summary { waits: messages > 0, messages: Some(messages), centre: None };
    Command::Summarise { user: "alice".into(), number: "4711".into(), summary }
}

/// The credentials of a user for a method, after a challenge to it.
fn proof(chart: &mut Chart, method: &str, user: &str) -> String {
    let branch = format!("asked{}", chart.ua.counters().challenges_sent);
    let asking = request(method, &branch, 1, EVENT).replace("alice", user);
    chart.receive(&asking);
    let asked = challenges(&chart.says("SIP/2.0 401 "));
    authorization(method, &mut answer(&asked, user, PASSWORD))
}

/// SUBSCRIBE outside of a dialog; what the user hears.
fn subscribes(chart: &mut Chart, call: u32, rest: &str) -> Said {
    let shown = proof(chart, "SUBSCRIBE", "alice");
    let text = request("SUBSCRIBE", &format!("s{call}"), 2, &format!("{shown}{rest}"));
    chart.receive(&text.replace("Call-ID: registration", &format!("Call-ID: subscription{call}")));
    chart.says("SIP/2.0 ")
}

/// SUBSCRIBE in the dialog that the 200 made; what the user hears.
fn again(chart: &mut Chart, ok: &Said, cseq: u32, rest: &str) -> Said {
    chart.receive(&format!(
        "SUBSCRIBE sip:192.0.2.1:5060 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bKa{cseq}\nMax-Forwards: 70\n\
         From: {}\nTo: {}\nCall-ID: {}\nCSeq: {cseq} SUBSCRIBE\n{rest}",
        ok.header("From"),
        ok.header("To"),
        ok.header("Call-ID")
    ));
    chart.says("SIP/2.0 ")
}

/// The next NOTIFY: the state of the subscription and the first line of its body.
fn notified(chart: &mut Chart) -> (Said, String, String) {
    let notify = chart.says("NOTIFY ");
    let first = notify.body().lines().next().unwrap_or_default().to_owned();
    let state = notify.header("Subscription-State").to_owned();
    (notify, state, first)
}

fn accepts(chart: &mut Chart, notify: &Said) {
    chart.receive(&notify.answered("200 OK", "", ""));
}

#[test]
fn who_subscribes_to_its_own_messages_hears_of_them_at_once_and_of_the_newest_news() {
    let mut chart = Chart { standing: Standing::Unproven, ..chart() };
    let ok = subscribes(&mut chart, 1, EVENT);
    assert_eq!(
        (ok.line(), ok.header("Expires"), ok.header("Contact")),
        ("SIP/2.0 200 OK", "3600", "<sip:192.0.2.1:5060>")
    );
    let (notify, state, first) = notified(&mut chart);
    assert_eq!((state.as_str(), first.as_str()), ("active;expires=3600", "Messages-Waiting: no"));
    assert_eq!(notify.line(), "NOTIFY sip:alice@10.0.0.5:5060 SIP/2.0");
    assert_eq!(notify.to.to_string(), FAR, "behind address translation it is where it came from");
    let words = ["Event", "Content-Type", "To", "From"].map(|name| notify.header(name));
    assert_eq!(words[..2], ["message-summary;id=7", "application/simple-message-summary"]);
    assert_eq!([words[2], words[3]], [ok.header("From"), ok.header("To")]);
    // One at a time, and the newest of what has come meanwhile.
    chart.command(news(1));
    chart.command(news(2));
    chart.silent();
    accepts(&mut chart, &notify);
    let (notify, ..) = notified(&mut chart);
    assert_eq!(notify.body(), "Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n");
    accepts(&mut chart, &notify);
    chart.silent();
    // It goes on, by as long as is asked for; then its time is over.
    chart.wait_ms(1_000_000);
    let refreshed = again(&mut chart, &ok, 3, &format!("{EVENT}Expires: 100\n"));
    assert_eq!((refreshed.line(), refreshed.header("Expires")), ("SIP/2.0 200 OK", "100"));
    let (notify, state, first) = notified(&mut chart);
    assert_eq!((state.as_str(), first.as_str()), ("active;expires=100", "Messages-Waiting: yes"));
    accepts(&mut chart, &notify);
    assert_eq!(again(&mut chart, &ok, 3, &format!("{EVENT}Expires: 100\n")).line(), "SIP/2.0 200 OK", "a repetition");
    assert_eq!(again(&mut chart, &ok, 2, EVENT).line(), "SIP/2.0 500 Server Internal Error", "out of order");
    chart.wait_ms(99_999);
    chart.silent();
    chart.wait_ms(1);
    let (notify, state, _) = notified(&mut chart);
    assert_eq!(state, "terminated;reason=timeout");
    accepts(&mut chart, &notify);
    chart.command(news(3));
    assert_eq!(again(&mut chart, &ok, 4, EVENT).line(), "SIP/2.0 481 Call/Transaction Does Not Exist");
    chart.ends_empty();
}

#[test]
fn a_subscription_ends_when_its_subscriber_says_so_or_does_not_want_to_hear() {
    let mut chart = chart();
    // A question once, and a subscription that is taken back.
    subscribes(&mut chart, 1, &format!("{EVENT}Expires: 0\n"));
    let (notify, state, _) = notified(&mut chart);
    assert_eq!(state, "terminated;reason=timeout");
    accepts(&mut chart, &notify);
    let ok = subscribes(&mut chart, 2, EVENT);
    let (notify, ..) = notified(&mut chart);
    accepts(&mut chart, &notify);
    again(&mut chart, &ok, 3, &format!("{EVENT}Expires: 0\n"));
    let (notify, state, _) = notified(&mut chart);
    assert_eq!(state, "terminated;reason=timeout");
    accepts(&mut chart, &notify);
    // One whose dialog is gone, and one who is gone.
    subscribes(&mut chart, 3, EVENT);
    let (notify, ..) = notified(&mut chart);
    chart.receive(&notify.answered("481 Subscription Does Not Exist", "", ""));
    subscribes(&mut chart, 4, EVENT);
    notified(&mut chart);
    chart.wait_ms(32_000);
    chart.sent.clear();
    chart.command(news(1));
    chart.ends_empty();
}

#[test]
fn a_subscription_that_ends_while_a_notify_is_under_way_is_told_so_after_it() {
    let mut chart = chart();
    let ok = subscribes(&mut chart, 1, EVENT);
    let (first, ..) = notified(&mut chart);
    again(&mut chart, &ok, 3, &format!("{EVENT}Expires: 0\n"));
    chart.silent();
    accepts(&mut chart, &first);
    let (last, state, _) = notified(&mut chart);
    assert_eq!(state, "terminated;reason=timeout");
    accepts(&mut chart, &last);
    chart.ends_empty();
}

#[test]
fn other_events_brief_times_and_messages_of_others_are_refused() {
    for standing in [Standing::Peer, Standing::Unproven] {
        let mut chart = Chart { standing, ..chart() };
        chart.receive(&request(
            "SUBSCRIBE",
            "e",
            1,
            "Event: presence\nContact: <sip:alice@10.0.0.5:5060>\nX: 0123456789012345\n",
        ));
        let refused = chart.says("SIP/2.0 489 Bad Event");
        assert_eq!(refused.find("Allow-Events"), (standing == Standing::Peer).then_some("message-summary"));
        let brief = subscribes(&mut chart, 1, &format!("{EVENT}Expires: 59\n"));
        assert_eq!((brief.line(), brief.header("Min-Expires")), ("SIP/2.0 423 Interval Too Brief", "60"));
        assert_eq!(subscribes(&mut chart, 2, &format!("{EVENT}Expires: soon\n")).line(), "SIP/2.0 400 Bad Request");
        // pbx is somebody, and not alice.
        let shown = proof(&mut chart, "SUBSCRIBE", "pbx");
        chart.receive(&request("SUBSCRIBE", "o", 9, &format!("{shown}{EVENT}")));
        chart.says("SIP/2.0 403 ");
        chart.ends_empty();
    }
    let mut nobody = Chart::new();
    nobody.receive(&request("SUBSCRIBE", "n", 1, EVENT));
    assert_eq!(nobody.says("SIP/2.0 489 Bad Event").find("Allow-Events"), None, "there are no users");
}

#[test]
fn subscriptions_beyond_the_bounds_are_refused_for_the_time_being() {
    let users: Vec<String> =
        (0..=SUBSCRIPTIONS_MAX / SUBSCRIPTIONS_PER_USER_MAX).map(|user| format!("u{user}")).collect();
    let may = Registrant { bindings_max: 1, bulk: false, notified: false };
    let of = |user: &String| Octets::from(user.as_str());
    let access = Access {
        secrets: users.iter().map(|user| (of(user), Secret::Password(PASSWORD.into()))).collect(),
        registrants: users.iter().map(|user| (of(user), may)).collect(),
        ..access()
    };
    let mut chart = Chart::with(EndpointConfig { access, ..config(1) });
    let mut served = 0;
    for user in &users {
        for turn in 0..=SUBSCRIPTIONS_PER_USER_MAX {
            let shown = proof(&mut chart, "SUBSCRIBE", user);
            let text =
                request("SUBSCRIBE", &format!("{user}x{turn}"), 2, &format!("{shown}{EVENT}")).replace("alice", user);
            chart.receive(&text.replace("Call-ID: registration", &format!("Call-ID: {user}x{turn}")));
            let heard = chart.says("SIP/2.0 ");
            let has_room = turn < SUBSCRIPTIONS_PER_USER_MAX && served < SUBSCRIPTIONS_MAX;
            assert_eq!(heard.line().starts_with("SIP/2.0 200"), has_room, "{user} {turn} {}", heard.line());
            if has_room {
                served += 1;
                let notify = chart.says("NOTIFY ");
                accepts(&mut chart, &notify);
            } else {
                assert_eq!((heard.line(), heard.header("Retry-After")), ("SIP/2.0 503 Service Unavailable", "30"));
            }
        }
    }
    assert_eq!(served, SUBSCRIPTIONS_MAX);
}

#[test]
fn telephones_that_are_told_unasked_hear_of_news_and_when_they_register() {
    let mut chart = chart();
    let mut proof = chart.asked();
    chart.registers(&mut proof, 2, "Contact: <sip:a@192.0.2.101>, <sip:b@192.0.2.101:5062>\n");
    chart.silent();
    chart.command(news(2));
    for (contact, to) in [("sip:b@192.0.2.101:5062", "192.0.2.101:5062"), ("sip:a@192.0.2.101", FAR)] {
        let (notify, state, first) = notified(&mut chart);
        assert_eq!((notify.line(), notify.to.to_string().as_str()), (format!("NOTIFY {contact} SIP/2.0").as_str(), to));
        assert_eq!((state.as_str(), first.as_str()), ("terminated", "Messages-Waiting: yes"));
        assert_eq!((notify.header("Event"), notify.header("To")), ("message-summary", "<sip:alice@192.0.2.1:5060>"));
        accepts(&mut chart, &notify);
        assert!(matches!(chart.tells(), Event::Responded { status: Some(200), .. }));
    }
    // Who comes late sees its lamp lit, and none that is dark.
    chart.registers(&mut proof, 3, "Contact: <sip:b@192.0.2.101:5062>;expires=0\n");
    let (notify, _, first) = notified(&mut chart);
    assert_eq!(first, "Messages-Waiting: yes");
    accepts(&mut chart, &notify);
    chart.command(news(0));
    let (notify, _, first) = notified(&mut chart);
    assert_eq!(first, "Messages-Waiting: no");
    accepts(&mut chart, &notify);
    chart.registers(&mut proof, 4, "Contact: <sip:a@192.0.2.101>\n");
    chart.silent();
    chart.registered.clear();
    chart.command(Command::Summarise { user: "nobody".into(), number: String::new(), summary: Summary::default() });
    assert!(chart.registered.is_empty());
    chart.command(news(1));
    assert!(
        matches!(chart.registered.pop_front(), Some((user, bindings)) if &*user == b"alice" && bindings.len() == 1)
    );
    chart.command(news(1));
    assert!(chart.registered.is_empty(), "nothing has changed");
    assert_eq!(chart.ua.summary(b"alice").map(|(number, summary)| (number, summary.messages)), Some(("4711", Some(1))));
}
