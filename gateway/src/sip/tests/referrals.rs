//! REFER and its NOTIFYs (RFC 3515), INVITE with Replaces (RFC 3891), INFO (RFC 6086), and methods that are known and not
//! served.

use super::*;

const REFER_TO: &str = "Refer-To: <sip:+4989100@192.0.2.1;user=phone>\nReferred-By: <sip:alice@atlanta.example.com>\n";

fn referred() -> (Chart, SessionId, String) {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("REFER", "z9hG4bKr1", "2", &tag, REFER_TO));
    match chart.tells() {
        Event::Refer { session: of, referral } => {
            assert_eq!((of, referral.replaces), (session, None));
            assert_eq!(referral.target.telephone_number().expect("a number").digits, "4989100");
            assert_eq!(referral.referred_by.expect("it says").uri.host(), "atlanta.example.com");
        }
        other => panic!("{other:?} instead of a REFER"),
    }
    chart.silent();
    (chart, session, tag)
}

/// The next NOTIFY and its fragment, answered.
fn notified(chart: &mut Chart, state: &str, fragment: &str) {
    let notify = chart.says("NOTIFY sip:alice@192.0.2.101 ");
    assert_eq!((notify.header("Event"), notify.header("Subscription-State")), ("refer;id=2", state));
    assert_eq!(notify.header("Content-Type"), "message/sipfrag;version=2.0");
    assert_eq!(notify.body(), format!("{fragment}\r\n"));
    chart.receive(&notify.answered("200 OK", "", ""));
}

#[test]
fn a_refer_is_accepted_and_each_notify_waits_for_the_answer_to_the_one_before() {
    let (mut chart, session, _) = referred();
    chart.command(Command::AnswerRefer { session, status: 202 });
    chart.says("SIP/2.0 202 Accepted");
    chart.command(Command::Notify { session, status: 183, is_last: false });
    chart.command(Command::Notify { session, status: 180, is_last: false });
    notified(&mut chart, "active;expires=300", "SIP/2.0 100 Trying");
    // Of those that waited the newest goes.
    notified(&mut chart, "active;expires=300", "SIP/2.0 180 Ringing");
    chart.command(Command::Notify { session, status: 200, is_last: true });
    // A BYE of ours must not overtake it.
    chart.command(Command::Bye { session, cause: None });
    notified(&mut chart, "terminated;reason=noresource", "SIP/2.0 200 OK");
    let bye = chart.says("BYE ");
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_bye_waits_no_longer_than_for_the_end_of_a_notify_that_nobody_answers() {
    let (mut chart, session, _) = referred();
    chart.command(Command::AnswerRefer { session, status: 202 });
    chart.command(Command::Bye { session, cause: None });
    chart.wait_ms(32_000);
    let lines: Vec<String> = chart.sent.drain(..).map(|(_, said)| said.line().to_owned()).collect();
    assert!(lines.last().expect("it spoke").starts_with("BYE "), "{lines:?}");
    assert!(lines.iter().filter(|line| line.starts_with("NOTIFY ")).count() > 5, "{lines:?}");
}

#[test]
fn a_peer_that_no_longer_wants_to_know_is_told_nothing_more() {
    let (mut chart, session, _) = referred();
    chart.command(Command::AnswerRefer { session, status: 202 });
    chart.says("SIP/2.0 202 ");
    let notify = chart.says("NOTIFY ");
    chart.receive(&notify.answered("481 Subscription Does Not Exist", "", ""));
    chart.command(Command::Notify { session, status: 200, is_last: true });
    chart.silent();
}

#[test]
fn a_refer_is_refused_by_its_user_or_while_another_is_open_or_without_its_one_target() {
    let (mut chart, session, tag) = referred();
    chart.receive(&in_dialog("REFER", "z9hG4bKr2", "3", &tag, REFER_TO));
    chart.says("SIP/2.0 500 ").header("Retry-After");
    chart.command(Command::AnswerRefer { session, status: 403 });
    chart.says("SIP/2.0 403 ");
    let two = format!("{REFER_TO}Refer-To: <sip:1@192.0.2.1>\n");
    let bad = "Refer-To: <sip:1@192.0.2.1?Replaces=x>\n".to_owned();
    for (cseq, fields) in ["4", "5", "6"].into_iter().zip([String::new(), two, bad]) {
        chart.receive(&in_dialog("REFER", &format!("z9hG4bKr{cseq}"), cseq, &tag, &fields));
        chart.says("SIP/2.0 400 ");
    }
    chart.tells_nothing();
}

#[test]
fn a_refer_that_its_peer_does_not_await_is_answered_when_the_peer_hangs_up() {
    let (mut chart, session, tag) = referred();
    chart.receive(&in_dialog("BYE", "z9hG4bKr3", "3", &tag, ""));
    chart.says("SIP/2.0 200 ");
    chart.says("SIP/2.0 487 ");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_dialog_is_found_by_the_words_of_replaces_while_it_stands() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    let mut named = Replaces {
        call_id: "3848276298220188511@atlanta.example.com".into(),
        to_tag: tag.as_str().into(),
        from_tag: "9fxced76sl".into(),
        early_only: false,
    };
    assert_eq!(chart.ua.session_of(&named), Some((session, true)));
    named.from_tag = "other".into();
    assert_eq!(chart.ua.session_of(&named), None);
}

#[test]
fn info_is_answered_by_what_its_package_or_body_asks_for() {
    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    for (cseq, fields, status) in [
        ("2", "", "SIP/2.0 200 "),
        ("3", "Info-Package: foo\n", "SIP/2.0 469 Bad Info Package"),
        ("4", "Content-Type: application/unknown\n\nx", "SIP/2.0 415 "),
        ("5", "Content-Type: application/unknown\nContent-Disposition: signal;handling=optional\n\nx", "SIP/2.0 200 "),
    ] {
        chart.receive(&in_dialog("INFO", &format!("z9hG4bKi{cseq}"), cseq, &tag, fields));
        let said = chart.says(status);
        if status.contains("469") {
            // None is taken part in.
            assert_eq!(said.header("Recv-Info"), "");
        }
    }
}

#[test]
fn methods_that_are_known_and_not_served_are_told_why() {
    for (method, status) in [
        ("MESSAGE", "SIP/2.0 405 "),
        ("SUBSCRIBE", "SIP/2.0 489 Bad Event"),
        ("PUBLISH", "SIP/2.0 489 Bad Event"),
        ("NOTIFY", "SIP/2.0 481 "),
        ("INFO", "SIP/2.0 481 "),
        ("REFER", "SIP/2.0 403 "),
        ("FROBNICATE", "SIP/2.0 501 "),
    ] {
        let mut chart = Chart::new();
        chart.receive(&invite("z9hG4bK1", "1", "").replace("INVITE", method));
        chart.says(status);
        chart.tells_nothing();
        chart.ends_empty();
    }
    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("NOTIFY", "z9hG4bKn", "2", &tag, "Event: refer\nSubscription-State: active\n"));
    chart.says("SIP/2.0 481 ");
}
