//! A party is exchanged for another.

use super::*;

/// A call from the PSTN to a session that may transfer it, answered; the party on circuit 1 stays.
fn transferable() -> Chart {
    let new = NewSession { transfers: Some(party()), ..session() };
    let (mut chart, _) = Chart::of(beginning(Caller::Circuit(seat(1)), Destination::Peer(new, peer())));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    chart.sip(sip::Event::Answered { session: SESSION, answer: Some(their_description()) });
    chart
}

fn refer(target: &str) -> sip::Event {
    let target = Uri::parse(target.as_bytes()).expect("a URI");
    let referral = Box::new(sip::Referral { target, replaces: None, referred_by: None });
    sip::Event::Refer { session: SESSION, referral }
}

#[test]
fn a_transfer_to_a_circuit_closes_the_rtp_leg_at_the_answer_and_patches_the_two() {
    let mut chart = transferable();
    assert_eq!(chart.sip(refer("sip:601@gw")), ["refer 202", "refer 601"]);
    let onward = Onward::Go(Destination::Trunk(trunk()), Setup::unknown("601".into()));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "IAM"]);
    assert_eq!(chart.on(2, acm(Stage::Alerting, false)), ["notify 180"]);
    assert_eq!(chart.on(2, anm()), ["notify 200, the last", "BYE cause 16", "close"]);
    assert_eq!(chart.gateway(closed()), ["patch 1 2"]);
    assert!(chart.gateway(Told::Opened(MediaPath::Patch)).is_empty());
    assert!(chart.sip(ended()).is_empty());
    assert_eq!(chart.on(2, rel(16)), ["close", "REL 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_transfer_to_a_session_keeps_the_rtp_leg_and_leads_it_elsewhere() {
    let mut chart = transferable();
    chart.sip(refer("sip:601@gw"));
    let new = NewSession { id: SessionId(8), ..session() };
    let onward = Onward::Go(Destination::Peer(new, peer()), Setup::unknown("601".into()));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["INVITE"]);
    // The early media of the new party waits for its answer.
    let ringing = sip::Event::Progress {
        session: SessionId(8),
        status: 183,
        answer: Some(their_description()),
        early_media: None,
    };
    assert_eq!(chart.sip(ringing), ["notify 183"]);
    let answered = sip::Event::Answered { session: SessionId(8), answer: Some(their_description()) };
    assert_eq!(
        chart.sip(answered),
        ["notify 200, the last", "BYE cause 16", "remote", "payload", "second", "network", "both ways"]
    );
    assert!(chart.sip(ended()).is_empty());
    assert_eq!(chart.sip(sip::Event::Ended { session: SessionId(8), cause: None }), ["close", "REL 16"]);
}

#[test]
fn the_party_that_stays_may_hang_up_in_every_stage_of_a_transfer() {
    let routed = || Told::Routed(Ok(Onward::Go(Destination::Trunk(trunk()), Setup::unknown("601".into()))));
    let mut chart = transferable();
    chart.sip(refer("sip:601@gw"));
    chart.gateway(routed());
    chart.gateway(Told::Seized(seat(2)));
    assert_eq!(chart.on(1, rel(16)), ["close", "BYE cause 16", "REL 16", "spare"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2"]);
    assert_eq!(chart.sip(ended()), ["over"]);

    // While the old path is being closed: it is closed once.
    let mut chart = transferable();
    chart.sip(refer("sip:601@gw"));
    chart.gateway(routed());
    chart.gateway(Told::Seized(seat(2)));
    chart.on(2, anm());
    assert_eq!(chart.on(1, rel(16)), ["REL 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    chart.on(1, Indication::Released);
    chart.sip(ended());
    assert_eq!(chart.on(2, Indication::Released), ["free 2", "over"]);
}

#[test]
fn a_call_keeps_so_many_sessions_of_new_parties_that_did_not_come_and_no_more() {
    let mut chart = transferable();
    for name in 0..DEPARTED_MAX as u64 {
        assert_eq!(chart.sip(refer("sip:601@gw")), ["refer 202", "refer 601"]);
        let new = NewSession { id: SessionId(100 + name), ..session() };
        let onward = Onward::Go(Destination::Peer(new, peer()), Setup::unknown("601".into()));
        chart.gateway(Told::Routed(Ok(onward)));
        let refused = sip::Event::Refused {
            session: SessionId(100 + name),
            status: 486,
            reason_phrase: Octets::default(),
            contacts: Vec::new(),
            cause: None,
            warning: None,
        };
        assert_eq!(chart.sip(refused), ["spare", "notify 486, the last"]);
    }
    assert_eq!(chart.sip(refer("sip:601@gw")), ["refer 480"]);
}
