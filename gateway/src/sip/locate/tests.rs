use super::*;

use Transport::{Tcp, Tls, Udp};

fn uri(text: &str) -> Uri {
    Uri::parse(text.as_bytes()).unwrap()
}

fn locator(text: &str) -> Locator {
    Locator::new(&uri(text), &[Udp, Tcp, Tls])
}

fn naptr(order: u16, preference: u16, service: &str, replacement: &str) -> Naptr {
    let (service, replacement) = (service.to_owned(), replacement.to_owned());
    Naptr { order, preference, flags: "S".into(), service, replacement }
}

fn srv(priority: u16, weight: u16, port: u16, target: &str) -> Srv {
    Srv { priority, weight, port, target: target.into() }
}

fn asks_srv(names: &[&str]) -> Vec<Question> {
    names.iter().map(|name| Question::Srv((*name).into())).collect()
}

/// The next question is that one and is answered so.
#[track_caller]
fn answers(locator: &mut Locator, question: Question, records: Records) {
    assert!(locator.questions().contains(&question), "{question:?} is none of {:?}", locator.questions());
    locator.handle_records(&question, records, || 0);
}

#[track_caller]
fn finds(locator: &Locator, expected: &[(Transport, &str)]) {
    let found = locator.found().expect("all is answered");
    let found: Vec<_> = found.iter().map(|target| (target.transport, target.address.to_string())).collect();
    let expected: Vec<_> = expected.iter().map(|(transport, address)| (*transport, (*address).to_owned())).collect();
    assert_eq!(found, expected);
}

fn addresses(list: &[&str]) -> Records {
    Records::Addresses(list.iter().map(|address| address.parse().unwrap()).collect())
}

#[test]
fn a_literal_address_has_the_transport_and_the_port_of_its_uri() {
    let found = |text: &str| literal(&uri(text)).map(|target| (target.transport, target.address.to_string()));
    assert_eq!(found("sip:192.0.2.1"), Some((Udp, "192.0.2.1:5060".into())));
    assert_eq!(found("sip:a@192.0.2.1:5070;transport=TCP"), Some((Tcp, "192.0.2.1:5070".into())));
    assert_eq!(found("sip:[2001:db8::1];transport=tls"), Some((Tls, "[2001:db8::1]:5061".into())));
    assert_eq!(found("sips:192.0.2.1"), Some((Tls, "192.0.2.1:5061".into())));
    assert_eq!(found("sips:192.0.2.1;transport=tcp"), Some((Tls, "192.0.2.1:5061".into())));
    assert_eq!(found("sips:192.0.2.1;transport=udp"), None);
    assert_eq!(found("sip:192.0.2.1;transport=sctp"), None);
    assert_eq!(found("sip:example.com"), None);
}

#[test]
fn naptr_chooses_the_service_srv_the_hosts_and_all_their_addresses_are_tried() {
    let mut locator = locator("sip:example.com");
    let records = vec![
        naptr(50, 50, "SIPS+D2T", "_sips._tcp.example.com."),
        naptr(90, 50, "SIP+D2T", "_sip._tcp.example.com."),
        naptr(40, 10, "SIP+D2S", "_sip._sctp.example.com."),
        naptr(40, 20, "x-voice:tel", "elsewhere."),
    ];
    answers(&mut locator, Question::Naptr("example.com".into()), Records::Naptr(records));
    assert_eq!(locator.questions(), asks_srv(&["_sips._tcp.example.com.", "_sip._tcp.example.com."]));
    let hosts = vec![srv(2, 0, 5061, "b."), srv(1, 0, 5071, "a.")];
    answers(&mut locator, Question::Srv("_sips._tcp.example.com.".into()), Records::Srv(hosts));
    let hosts = vec![srv(0, 1, 5060, "a.")];
    answers(&mut locator, Question::Srv("_sip._tcp.example.com.".into()), Records::Srv(hosts));
    answers(&mut locator, Question::Addresses("a.".into()), addresses(&["192.0.2.1", "2001:db8::1"]));
    answers(&mut locator, Question::Addresses("b.".into()), addresses(&["192.0.2.2"]));
    let expected = [
        (Tls, "192.0.2.1:5071"),
        (Tls, "[2001:db8::1]:5071"),
        (Tls, "192.0.2.2:5061"),
        (Tcp, "192.0.2.1:5060"),
        (Tcp, "[2001:db8::1]:5060"),
    ];
    finds(&locator, &expected);
}

#[test]
fn without_naptr_the_usual_services_are_asked_for_and_without_these_the_host() {
    let mut locator = locator("sip:example.com");
    answers(&mut locator, Question::Naptr("example.com".into()), Records::Naptr(Vec::new()));
    let services = ["_sip._udp.example.com", "_sip._tcp.example.com", "_sips._tcp.example.com"];
    assert_eq!(locator.questions(), asks_srv(&services));
    for service in services {
        answers(&mut locator, Question::Srv(service.into()), Records::Srv(Vec::new()));
    }
    answers(&mut locator, Question::Addresses("example.com".into()), addresses(&["192.0.2.9"]));
    finds(&locator, &[(Udp, "192.0.2.9:5060")]);
}

#[test]
fn sips_admits_tls_alone_whatever_the_domain_offers() {
    let mut locator = locator("sips:example.com");
    let records = vec![naptr(1, 1, "SIP+D2U", "_sip._udp.example.com")];
    answers(&mut locator, Question::Naptr("example.com".into()), Records::Naptr(records));
    answers(&mut locator, Question::Srv("_sips._tcp.example.com".into()), Records::Srv(Vec::new()));
    answers(&mut locator, Question::Addresses("example.com".into()), addresses(&["192.0.2.9"]));
    finds(&locator, &[(Tls, "192.0.2.9:5061")]);
}

#[test]
fn a_named_transport_asks_for_no_naptr_and_a_port_for_no_srv() {
    let mut named = locator("sip:example.com;transport=tcp");
    answers(&mut named, Question::Srv("_sip._tcp.example.com".into()), Records::Srv(vec![srv(1, 1, 5080, "h")]));
    answers(&mut named, Question::Addresses("h".into()), addresses(&["192.0.2.1"]));
    finds(&named, &[(Tcp, "192.0.2.1:5080")]);
    let mut ported = locator("sip:example.com:5070");
    answers(&mut ported, Question::Addresses("example.com".into()), addresses(&["192.0.2.1"]));
    finds(&ported, &[(Udp, "192.0.2.1:5070")]);
}

#[test]
fn a_root_target_says_that_there_is_no_such_service() {
    let mut locator = locator("sip:example.com;transport=udp");
    answers(&mut locator, Question::Srv("_sip._udp.example.com".into()), Records::Srv(vec![srv(0, 0, 0, ".")]));
    finds(&locator, &[]);
}

#[test]
fn a_name_that_is_nowhere_has_no_targets_and_an_unknown_transport_no_questions() {
    let mut locator = locator("sip:nowhere.example:5060");
    answers(&mut locator, Question::Addresses("nowhere.example".into()), addresses(&[]));
    finds(&locator, &[]);
    let unknown = self::locator("sip:example.com;transport=sctp");
    finds(&unknown, &[]);
    assert_eq!(unknown.questions(), []);
}

#[test]
fn an_answer_that_was_not_asked_for_changes_nothing() {
    let mut locator = locator("sip:example.com");
    let question = Question::Srv("_sip._udp.example.com".into());
    assert!(!locator.handle_records(&question, Records::Srv(vec![srv(1, 1, 1, "h")]), || 0));
    assert!(!locator.handle_records(&Question::Naptr("example.com".into()), Records::Srv(Vec::new()), || 0));
    assert_eq!(locator.questions(), [Question::Naptr("example.com".into())]);
}

#[test]
fn many_addresses_are_cut_at_the_bound() {
    let mut locator = locator("sip:example.com:5060");
    let many: Vec<_> = (0..100).map(|n| IpAddr::from([192, 0, 2, n])).collect();
    locator.handle_records(&Question::Addresses("example.com".into()), Records::Addresses(many), || 0);
    assert_eq!(locator.found().unwrap().len(), TARGETS_MAX);
}

#[test]
fn priorities_are_strict_and_weights_are_shares_of_what_is_drawn() {
    let records = || vec![srv(2, 9, 5, "backup"), srv(1, 0, 1, "seldom"), srv(1, 10, 2, "one"), srv(1, 30, 3, "three")];
    let first = |drawn: u64| by_priority(records(), &mut || drawn)[0].target.clone();
    // The running sums are 0, 10 and 40: one number of 41 draws the first, ten the second, thirty the third.
    let shares = ["seldom", "one", "three"].map(|name| (0..41).filter(|drawn| first(*drawn) == name).count());
    assert_eq!(shares, [1, 10, 30]);
    for drawn in 0..100 {
        let order = by_priority(records(), &mut || drawn);
        assert_eq!((order.len(), order[3].target.as_str()), (4, "backup"));
    }
}
