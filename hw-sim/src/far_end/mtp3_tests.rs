//! Messages between this point and its neighbour, by their octets.

use super::super::network::Network;
use super::*;

const A: Label = Label { network: Network::Itu, own: 4097, adjacent: 8194, called_upon: 8194, network_indicator: 2 };

/// What a libss7 end with point code 8194 sends to one with 4097 after alignment: its SLTM, the SLTA to ours, TRA.
const SLTM_OF_8194: [u8; 17] =
    [0x81, 0x01, 0x90, 0x00, 0x08, 0x11, 0xa0, 0x32, 0x35, 0x36, 0x34, 0x32, 0x38, 0x36, 0x32, 0x38, 0x38];
const TRA_OF_8194: [u8; 6] = [0x80, 0x01, 0x90, 0x00, 0x08, 0x17];
/// What libss7 with point code 4097 answers to that test, and its own TRA.
const SLTA_OF_4097: [u8; 17] =
    [0x81, 0x02, 0x60, 0x00, 0x04, 0x21, 0xa0, 0x32, 0x35, 0x36, 0x34, 0x32, 0x38, 0x36, 0x32, 0x38, 0x38];
const TRA_OF_4097: [u8; 6] = [0x80, 0x02, 0x60, 0x00, 0x04, 0x17];

/// The answer of the other end to our SLTM.
fn acknowledgement(test: &[u8]) -> Vec<u8> {
    let mut answer = test.to_vec();
    answer[1..6].copy_from_slice(&[0x01, 0x90, 0x00, 0x08, 0x21]);
    answer
}

/// The next message for a link.
fn said(point: &mut SignallingPoint) -> Option<Vec<u8>> {
    std::iter::from_fn(|| point.poll_output()).find_map(|output| match output {
        Output::Send(_, message) => Some(message),
        _ => None,
    })
}

fn tested() -> SignallingPoint {
    let mut point = SignallingPoint::new(A, &[0]);
    point.link_in_service(0, 0);
    let test = said(&mut point).expect("SLTM");
    assert_eq!(point.receive(10, 0, &acknowledgement(&test)), Delivery::Management("SLTA"));
    assert_eq!(said(&mut point).as_deref(), Some(&TRA_OF_4097[..]));
    point
}

#[test]
fn a_foreign_link_test_is_answered_with_its_own_pattern_before_ours_has_passed() {
    let mut point = SignallingPoint::new(A, &[0]);
    point.link_in_service(0, 0);
    assert_eq!(
        said(&mut point).map(|test| test[..6].to_vec()),
        Some(SLTA_OF_4097[..5].iter().copied().chain([0x11]).collect())
    );
    assert_eq!(point.receive(5, 0, &SLTM_OF_8194), Delivery::Management("SLTM"));
    assert_eq!(said(&mut point).as_deref(), Some(&SLTA_OF_4097[..]));
    assert_eq!(point.receive(6, 0, &TRA_OF_8194), Delivery::Management("TRA"));
    assert!(!point.available());
}

#[test]
fn user_messages_pass_after_the_link_test_and_carry_the_low_four_bits_of_the_circuit_as_selection() {
    let mut point = tested();
    assert!(point.available());
    point.send_isup(6, &[6, 0, 0x12]);
    assert_eq!(said(&mut point).as_deref(), Some(&[0x85, 0x02, 0x60, 0x00, 0x64, 0x06, 0x00, 0x12][..]));
    assert_eq!(
        point.receive(20, 0, &[0x85, 0x01, 0x90, 0x00, 0x68, 6, 0, 0x10, 0]),
        Delivery::Isup(vec![6, 0, 0x10, 0])
    );
}

#[test]
fn a_link_test_that_stays_unanswered_is_repeated_once_and_then_fails_the_link() {
    let mut point = SignallingPoint::new(A, &[0]);
    point.link_in_service(0, 0);
    point.tick(link_test::T1_MS - 1);
    point.tick(link_test::T1_MS);
    assert_eq!(std::iter::from_fn(|| said(&mut point)).count(), 2);
    point.tick(2 * link_test::T1_MS);
    assert_eq!(point.poll_output(), Some(Output::Fail(0)));
}

#[test]
fn the_link_is_tested_again_every_t2_while_messages_pass() {
    let mut point = tested();
    point.tick(10 + link_test::T2_MS);
    assert_eq!(said(&mut point).map(|test| test[5]), Some(0x11));
    assert!(point.available());
}

#[test]
fn messages_for_others_are_refused_with_a_reason() {
    let mut point = tested();
    for (octets, reason) in [
        (&[0x85][..], "no routing label"),
        (&[0x45, 0x01, 0x90, 0x00, 0x08, 1], "foreign network indicator"),
        (&[0x85, 0x02, 0x90, 0x00, 0x08, 1], "foreign point code"),
        (&[0x83, 0x01, 0x90, 0x00, 0x08, 1], "service without a user"),
        (&[0x81, 0x01, 0x90, 0x00, 0x08, 0x11, 0xf0, 1], "malformed link test"),
        (&[0x81, 0x01, 0x90, 0x00, 0x08, 0x21, 0x10, 1], "malformed link test"),
    ] {
        assert_eq!(point.receive(0, 0, octets), Delivery::Refused(reason));
    }
}
