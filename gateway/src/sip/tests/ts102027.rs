//! Cases of ETSI TS 102 027-2 by their numbers, as far as their subject is known here: by the RFC 3261 sections that each
//! names, and a few by what a free tester says of them. The standard's own text was not read.

use super::*;

#[test]
fn sip_cc_oe_ce_v_001_to_007_our_invite_has_what_8_1_1_asks_for() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    for name in ["To", "From", "CSeq", "Call-ID", "Max-Forwards", "Contact", "Via"] {
        invite.header(name);
    }
    // 002
    assert_eq!(invite.line(), "INVITE sip:bob@biloxi.example.com SIP/2.0");
    assert_eq!(invite.header("To"), "<sip:bob@biloxi.example.com>");
    // 003 is in the line above; 004
    assert!(invite.header("From").contains(";tag="));
    // 005, 006
    assert_eq!((invite.header("CSeq"), invite.header("Max-Forwards")), ("1 INVITE", "70"));
    // 007
    assert!(invite.header("Via").starts_with("SIP/2.0/UDP ") && invite.header("Via").contains(";branch=z9hG4bK"));
}

#[test]
fn sip_cc_oe_ce_v_019_each_2xx_of_another_to_tag_has_its_ack() {
    let mut chart = Chart::new();
    let (_, invite) = chart.establish_outgoing();
    chart.receive(&invite.answered("200 OK", "other", &contact_and(SDP)));
    assert!(chart.says("ACK").header("To").ends_with(";tag=other"));
    assert!(chart.says("BYE").header("To").ends_with(";tag=other"));
}

#[test]
fn sip_cc_oe_ce_v_038_a_second_refusal_is_acknowledged_in_the_same_transaction() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    chart.receive(&invite.answered("600 Busy Everywhere", "a", ""));
    let ack = chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Refused { status: 600, .. }));
    chart.receive(&invite.answered("500 Server Internal Error", "a", ""));
    assert_eq!(chart.says("ACK").text, ack.text);
    chart.ends_empty();
}

#[test]
fn sip_cc_oe_cr_v_003_a_bye_keeps_call_id_and_from_tag_and_counts_on() {
    let mut chart = Chart::new();
    let (session, invite) = chart.establish_outgoing();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE");
    ["Call-ID", "From"].into_iter().for_each(|name| assert_eq!(bye.header(name), invite.header(name)));
    assert_eq!(bye.header("CSeq"), "2 BYE");
}
