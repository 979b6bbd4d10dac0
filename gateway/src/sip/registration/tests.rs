//! Registrations of ours, by the charts of RFC 3665 2.1 to 2.5 and beyond.

use super::super::digest::Secret;
use super::super::digest::answer::Account;
use super::super::tests::{Chart, Said};
use super::super::vocabulary::Command;
use super::*;

fn config() -> RegistrationConfig {
    let uri = |text: &str| Uri::parse(text.as_bytes()).expect("a URI");
    RegistrationConfig {
        registrar: uri("sip:192.0.2.101"),
        address: uri("sip:bob@biloxi.example.com"),
        contact: ContactOf::User("100".into()),
        flow: None,
        expires_s: 3600,
        account: Some(Account { user: "bob".into(), secret: Secret::Password("zanzibar".into()), realm: None }),
    }
}

/// A registration, and its first REGISTER.
fn chart() -> (Chart, Said) {
    let mut chart = Chart::new();
    chart.command(Command::Register(Box::new(config())));
    let register = chart.says("REGISTER sip:192.0.2.101 SIP/2.0");
    (chart, register)
}

fn view(chart: &Chart) -> RegistrationView {
    chart.ua.registrations(chart.now).remove(0)
}

/// The seconds that the binding still holds.
fn left_s(chart: &Chart) -> Option<u64> {
    Some(view(chart).expires_at?.duration_since(chart.now).as_secs())
}

const GRANTED: &str = "Contact: <sip:100@192.0.2.7>;expires=7, <sip:other@192.0.2.8>;expires=9000, <sip:100@192.0.2.1:5060>;expires=1800\n";

#[test]
fn a_challenged_registration_is_bound_and_refreshed_before_it_expires() {
    let (mut chart, first) = chart();
    assert_eq!(first.header("To"), "<sip:bob@biloxi.example.com>");
    assert!(first.header("From").starts_with("<sip:bob@biloxi.example.com>;tag="));
    assert_eq!((first.header("Contact"), first.header("Expires")), ("<sip:100@192.0.2.1:5060>;expires=3600", "3600"));
    let challenge = "WWW-Authenticate: Digest realm=\"biloxi.example.com\", qop=\"auth\", nonce=\"n\"\n";
    chart.receive(&first.answered("401 Unauthorized", "a", challenge));
    let second = chart.says("REGISTER ");
    assert_eq!((second.header("CSeq"), second.header("Call-ID")), ("2 REGISTER", first.header("Call-ID")));
    assert!(second.header("Authorization").contains("username=\"bob\""));
    assert_eq!(view(&chart).phase, RegistrationPhase::Registering);
    chart.receive(&second.answered("200 OK", "a", GRANTED));
    assert_eq!((view(&chart).phase, left_s(&chart)), (RegistrationPhase::Registered, Some(1800)));
    // All but ten minutes, with the credentials of before.
    chart.wait_ms(1_199_999);
    chart.silent();
    chart.wait_ms(1);
    let third = chart.says("REGISTER ");
    assert_eq!((third.header("CSeq"), third.header("Call-ID")), ("3 REGISTER", first.header("Call-ID")));
    assert!(third.header("Authorization").contains("nc=00000002"));
    // A short grant is renewed at half of it.
    chart.receive(&third.answered("200 OK", "a", "Expires: 100\n"));
    chart.wait_ms(50_000);
    chart.says("REGISTER ");
}

#[test]
fn a_brief_interval_is_lengthened_once_for_each_larger_minimum() {
    let (mut chart, first) = chart();
    chart.receive(&first.answered("423 Interval Too Brief", "a", "Min-Expires: 7200\n"));
    let second = chart.says("REGISTER ");
    assert_eq!((second.header("CSeq"), second.header("Expires")), ("2 REGISTER", "7200"));
    chart.receive(&second.answered("423 Interval Too Brief", "a", "Min-Expires: 7200\n"));
    chart.silent();
    assert_eq!((view(&chart).phase, view(&chart).refused), (RegistrationPhase::Waiting, Some(423)));
}

#[test]
fn pauses_after_failures_double_up_to_half_an_hour_and_a_success_ends_them() {
    let (mut chart, mut register) = chart();
    for bound_s in [60, 120, 240, 480, 960, 1800, 1800] {
        chart.receive(&register.answered("500 Server Internal Error", "a", ""));
        let begun = chart.at_ms();
        while chart.sent.is_empty() {
            chart.wait_ms(100);
        }
        let after_ms = chart.at_ms() - begun;
        assert!((500 * bound_s..=1000 * bound_s + 100).contains(&after_ms), "{after_ms} ms of {bound_s} s");
        register = chart.says("REGISTER ");
    }
    assert_eq!(view(&chart).failures, 7);
    chart.receive(&register.answered("200 OK", "a", GRANTED));
    assert_eq!((view(&chart).failures, view(&chart).phase), (0, RegistrationPhase::Registered));
}

#[test]
fn a_registrar_that_is_silent_or_asks_for_time_is_left_alone_and_the_binding_still_holds() {
    let (mut chart, first) = chart();
    chart.receive(&first.answered("200 OK", "a", GRANTED));
    chart.wait_ms(1_200_000);
    let refresh = chart.says("REGISTER ");
    chart.receive(&refresh.answered("503 Service Unavailable", "a", "Retry-After: 200 (later)\n"));
    assert_eq!((view(&chart).phase, left_s(&chart)), (RegistrationPhase::Waiting, Some(600)));
    chart.wait_ms(199_999);
    chart.silent();
    chart.wait_ms(1);
    chart.says("REGISTER ");
    // Nobody answers: timer F, and another pause.
    chart.wait_ms(32_000);
    chart.sent.clear();
    assert_eq!((view(&chart).phase, view(&chart).refused), (RegistrationPhase::Waiting, None));
    assert!(left_s(&chart).is_some());
    chart.wait_ms(600_000);
    assert_eq!(left_s(&chart), None, "it has expired meanwhile");
}

#[test]
fn a_clean_stop_takes_the_binding_back() {
    let (mut chart, first) = chart();
    chart.receive(&first.answered("200 OK", "a", GRANTED));
    assert!(!chart.ua.is_withdrawn());
    chart.command(Command::Withdraw);
    let last = chart.says("REGISTER ");
    assert_eq!((last.header("Expires"), last.header("Contact")), ("0", "<sip:100@192.0.2.1:5060>;expires=0"));
    assert!(!chart.ua.is_withdrawn());
    chart.receive(&last.answered("200 OK", "a", ""));
    assert!(chart.ua.is_withdrawn());
    chart.command(Command::Withdraw);
    chart.wait_ms(10_000_000);
    chart.silent();
}

#[test]
fn what_was_never_bound_is_not_taken_back() {
    let (mut chart, first) = chart();
    chart.receive(&first.answered("403 Forbidden", "a", ""));
    chart.command(Command::Withdraw);
    chart.silent();
    assert_eq!(view(&chart).phase, RegistrationPhase::Removed);
}

#[test]
fn a_registrar_with_a_name_is_looked_for_and_looked_for_again() {
    use super::super::{Question, Records};
    let mut chart = Chart::new();
    let registrar = Uri::parse(b"sip:biloxi.example.com:5060;transport=udp").expect("a URI");
    chart.command(Command::Register(Box::new(RegistrationConfig { registrar, ..config() })));
    chart.silent();
    let a = Question::Addresses("biloxi.example.com".into());
    let found = Records::Addresses(vec!["192.0.2.101".parse().expect("an address")]);
    chart.resolves(a.clone(), found.clone());
    let register = chart.says("REGISTER sip:biloxi.example.com:5060;transport=udp ");
    chart.receive(&register.answered("200 OK", "a", "Expires: 60\n"));
    chart.wait_ms(30_000);
    chart.resolves(a.clone(), a.unanswered());
    assert_eq!(view(&chart).phase, RegistrationPhase::Waiting, "it is nowhere now");
}

#[test]
fn a_redirection_is_followed_within_the_domain_a_few_times_and_nowhere_else() {
    let (mut chart, mut register) = chart();
    let elsewhere = "Contact: <sip:192.0.2.66>, <sip:biloxi.example.com.evil.example>, <tel:100>\n";
    chart.receive(&register.answered("302 Moved Temporarily", "a", elsewhere));
    assert_eq!((view(&chart).phase, view(&chart).refused), (RegistrationPhase::Waiting, Some(302)));
    chart.wait_ms(60_000);
    register = chart.says("REGISTER sip:192.0.2.101 ");
    // Its repetitions are not looked at.
    chart.sent.clear();
    for turn in 0..REDIRECTIONS_MAX {
        let host = format!("r{turn}.biloxi.example.com");
        let contacts = format!("Contact: <sip:old.biloxi.example.com>;q=0.1, <sip:{host}:5060;transport=udp>\n");
        chart.receive(&register.answered("301 Moved Permanently", "a", &contacts));
        let found = super::super::Records::Addresses(vec!["192.0.2.77".parse().expect("an address")]);
        chart.resolves(super::super::Question::Addresses(host.clone()), found);
        register = chart.says(&format!("REGISTER sip:{host}:5060;transport=udp "));
    }
    chart.receive(&register.answered("301 Moved Permanently", "a", "Contact: <sip:r9.biloxi.example.com>\n"));
    assert_eq!(view(&chart).phase, RegistrationPhase::Waiting, "that was too often");
    chart.wait_ms(120_000);
    chart.says("REGISTER sip:192.0.2.101 ");
}

#[test]
fn all_numbers_of_a_pbx_are_registered_by_one_contact() {
    let mut chart = Chart::new();
    chart.command(Command::Register(Box::new(RegistrationConfig { contact: ContactOf::AllNumbers, ..config() })));
    let register = chart.says("REGISTER ");
    assert_eq!(register.header("Contact"), "<sip:192.0.2.1:5060;bnc>;expires=3600");
    let words = ["Require", "Proxy-Require", "Supported"].map(|name| register.header(name).to_owned());
    assert_eq!(words, ["gin", "gin", "path"]);
    let granted = "Contact: <sip:100@192.0.2.9>;expires=9000, <sip:192.0.2.1:5060;bnc>;expires=1200\n";
    chart.receive(&register.answered("200 OK", "a", granted));
    assert_eq!(left_s(&chart), Some(1200));
}
