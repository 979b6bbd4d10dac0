//! The calling telephone against the answering one, and against a gateway that says nothing sensible.

use super::*;
use std::net::Ipv4Addr;
use std::thread;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[test]
fn a_call_between_two_telephones_is_answered_echoed_and_ended() {
    let callee = Answering::start(LOOPBACK).unwrap();
    let caller = Phone::new(LOOPBACK, callee.address()).unwrap();
    let placed = caller.call("600", Intent::Talk(Duration::from_millis(200))).unwrap();
    let answered = callee.finish().unwrap();
    assert_eq!((placed.status, placed.rang, placed.released_by_peer), (200, true, false));
    let verdict = placed.heard.expect("an answered call has audio").verdict;
    assert!(verdict.compared > 0 && verdict.differences == verdict.missing, "{verdict:?}");
    assert_eq!(answered.len(), 1);
    assert_eq!(answered[0].call_id, placed.call_id);
    assert!(answered[0].acknowledged && answered[0].ended);
}

#[test]
fn a_telephone_that_answers_alone_tells_of_each_call_and_rests_after_the_last() {
    let telephone = Answerer::bind(SocketAddr::new(LOOPBACK, 0)).unwrap();
    let caller = Phone::new(LOOPBACK, telephone.address()).unwrap();
    let calls =
        thread::spawn(move || [1, 2].map(|_| caller.call("100", Intent::Talk(Duration::ZERO)).unwrap().call_id));
    let mut told = Vec::new();
    telephone.answer(Some(2), |answered| told.push((answered.call_id.clone(), answered.ended))).unwrap();
    assert_eq!(told, calls.join().unwrap().map(|call_id| (call_id, true)));
}

#[test]
fn a_refusal_is_acknowledged_in_the_transaction_of_the_invite() {
    let gateway = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    let phone = Phone::new(LOOPBACK, gateway.local_addr().unwrap()).unwrap();
    let caller = thread::spawn(move || phone.call("603", Intent::Talk(Duration::ZERO)).unwrap());
    let (invite, from) = next(&gateway);
    gateway.send_to(text::response(&invite, 486, "Busy Here", "g", from, "").as_bytes(), from).unwrap();
    let (ack, _) = next(&gateway);
    assert_eq!(text::method(&ack), Some("ACK"));
    assert_eq!(text::header(&ack, "Via"), text::header(&invite, "Via"));
    assert!(text::header(&ack, "To").is_some_and(|to| to.ends_with(";tag=g")));
    assert_eq!(caller.join().unwrap().status, 486);
}

#[test]
fn who_gives_up_while_it_rings_sends_cancel_with_the_branch_of_the_invite() {
    let gateway = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    let phone = Phone::new(LOOPBACK, gateway.local_addr().unwrap()).unwrap();
    let caller = thread::spawn(move || phone.call("604", Intent::GiveUp(Duration::from_millis(10))).unwrap());
    let (invite, from) = next(&gateway);
    let reply = |request: &str, status, phrase| {
        gateway.send_to(text::response(request, status, phrase, "g", from, "").as_bytes(), from).unwrap();
    };
    reply(&invite, 180, "Ringing");
    let (cancel, _) = next(&gateway);
    assert_eq!(text::method(&cancel), Some("CANCEL"));
    assert_eq!(text::header(&cancel, "Via"), text::header(&invite, "Via"));
    reply(&cancel, 200, "OK");
    reply(&invite, 487, "Request Terminated");
    assert_eq!(text::method(&next(&gateway).0), Some("ACK"));
    let placed = caller.join().unwrap();
    assert_eq!((placed.status, placed.rang), (487, true));
}

#[test]
fn messages_of_other_calls_are_not_mistaken_for_an_answer() {
    let gateway = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    let phone = Phone::new(LOOPBACK, gateway.local_addr().unwrap()).unwrap();
    let caller = thread::spawn(move || phone.call("605", Intent::Talk(Duration::ZERO)).unwrap());
    let (invite, from) = next(&gateway);
    let other = invite.replace("Call-ID: ", "Call-ID: other-");
    gateway.send_to(text::response(&other, 200, "OK", "g", from, "").as_bytes(), from).unwrap();
    gateway.send_to(text::response(&invite, 404, "Not Found", "g", from, "").as_bytes(), from).unwrap();
    assert_eq!(caller.join().unwrap().status, 404);
}

fn next(gateway: &UdpSocket) -> (String, SocketAddr) {
    let soon = Instant::now() + Duration::from_secs(5);
    receive(gateway, soon).unwrap().expect("the telephone sends something within five seconds")
}
