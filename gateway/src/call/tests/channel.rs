//! Calls with PRI channels at one end or both.

use super::*;

#[test]
fn sip_to_pri_from_invite_to_talking_and_disconnect() {
    use interface::Indication as I;
    use q931::codec::MessageType as M;
    let mut chart = Chart::setup_sent();
    assert!(chart.channel(1, I::CallProceeding(q931(M::CALL_PROCEEDING))).is_empty(), "RFC 4497 8.3.2");
    assert_eq!(chart.channel(1, I::Alerting(q931(M::ALERTING))), ["180"]);
    let talking = chart.channel(1, I::Connect(q931(M::CONNECT)));
    assert_eq!(talking, ["200", "remote", "payload", "network", "both ways"]);
    assert_eq!(chart.channel(1, I::Disconnect(cleared(16))), ["close", "BYE cause 16"]);
    assert_eq!(chart.gateway(closed()), ["release 16"]);
    assert_eq!(chart.sip(ended()), Vec::<String>::new());
    assert_eq!(chart.channel(1, I::Released), ["free 1", "over"]);
}

#[test]
fn pri_to_sip_rings_with_a_tone_of_ours_and_is_told_so() {
    let mut chart = Chart::from_channel();
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None, early_media: None };
    assert_eq!(chart.sip(ringing), ["tone", "Alerting"]);
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    assert_eq!(chart.sip(answered).last().map(String::as_str), Some("Connect"));
    assert_eq!(chart.sip(ended()), ["close", "release 16"]);
    assert!(chart.gateway(closed()).is_empty());
    assert_eq!(chart.channel(1, interface::Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_channel_that_the_far_end_does_not_take_is_exchanged_for_another() {
    use interface::Indication as I;
    let mut chart = Chart::setup_sent();
    assert!(chart.channel(1, I::Release(cleared(44))).is_empty());
    assert_eq!(chart.channel(1, I::Released), ["free 1", "close"]);
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(channel(2))), ["opened", "open 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["SETUP"]);
    let refused = chart.tell(Event::Channel(channel_id(2), ChannelEvent::Refused));
    assert_eq!(refused, ["free 2", "close"], "the interface could not send it");
}

#[test]
fn a_caller_that_gives_up_while_a_channel_is_refused_leaves_nothing_behind() {
    use interface::Indication as I;
    let mut chart = Chart::setup_sent();
    chart.channel(1, I::Lost(Cause::REQUESTED_CIRCUIT_NOT_AVAILABLE));
    let cancelled = sip::Event::Cancelled { session: SESSION, cause: None };
    assert_eq!(chart.sip(cancelled), ["close"]);
    assert_eq!(chart.channel(1, I::Released), ["free 1"]);
    assert_eq!(chart.gateway(closed()), ["over"]);
}

#[test]
fn progress_before_alerting_is_told_once_and_in_band_information_each_time() {
    let mut chart = Chart::from_channel();
    let progress = |status, answer| sip::Event::Progress { session: SESSION, status, answer, early_media: None };
    assert_eq!(chart.sip(progress(183, None)), ["Progress"]);
    assert!(chart.sip(progress(181, None)).is_empty(), "RFC 4497 8.2.1.3");
    let early = chart.sip(progress(183, Some(their_description())));
    assert_eq!(early.last().map(String::as_str), Some("Progress"));
}

#[test]
fn pri_to_isup_and_back_is_patched() {
    let (mut chart, begun) = Chart::of(beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk())));
    assert_eq!(begun, ["opened", "seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "patch 1 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM", "CallProceeding"]);
    assert_eq!(chart.on(2, acm(Stage::Alerting, false)), ["Alerting"]);
    assert_eq!(chart.on(2, anm()), ["Connect"]);
    assert_eq!(chart.on(2, Indication::Suspended(Message::new(MessageType::SUS))), ["Notify"]);
    assert_eq!(chart.on(2, rel(16)), ["close", "release 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
}

#[test]
fn a_call_that_is_held_keeps_its_channel_and_the_other_party_is_told() {
    use interface::Indication as I;
    use q931::codec::MessageType as M;
    let mut chart = Chart::tandem();
    assert_eq!(chart.channel(1, I::Hold(q931(M::HOLD))), ["HoldAcknowledge", "Notify"]);
    assert_eq!(chart.channel(1, I::Retrieve(q931(M::RETRIEVE))), ["RetrieveAcknowledge", "Notify"]);
    assert_eq!(chart.channel(2, I::Hold(q931(M::HOLD))), ["HoldAcknowledge", "Notify"]);
    let suspended = q931(M::NOTIFY).with(q931::codec::NotificationIndicator::USER_SUSPENDED);
    assert_eq!(chart.channel(2, I::Notify(suspended)), ["Notify"]);
}

#[test]
fn a_call_is_not_held_before_its_answer() {
    use q931::codec::MessageType as M;
    let mut chart = Chart::from_channel();
    assert_eq!(chart.channel(1, interface::Indication::Hold(q931(M::HOLD))), ["HoldReject"]);
}

#[test]
fn a_charge_stands_in_the_record_and_is_told_to_the_caller_at_the_end_with_its_release() {
    use isup::q931::service::charge::{ChargeAtEnd, ChargeDuringCall};
    use pri::service::Token;
    let mut chart = Chart::tandem();
    assert_eq!(chart.service(2, Token::Charge(Service::ChargeDuringCall(ChargeDuringCall::Free))), ["advise"]);
    assert!(chart.call.story().charge.as_ref().is_some_and(|charge| !charge.is_last));
    let end = ChargeAtEnd::Known { recorded: None, billing: None, association: None };
    assert_eq!(chart.service(2, Token::Charge(Service::ChargeAtEnd(end))), [""; 0]);
    let ended = chart.channel(2, interface::Indication::Disconnect(cleared(16)));
    assert_eq!(ended, ["close", "release 16 with the charge"]);
    assert!(chart.call.story().charge.as_ref().is_some_and(|charge| charge.is_last));
}

#[test]
fn a_malicious_call_stands_in_the_record() {
    let mut chart = Chart::tandem();
    assert_eq!(chart.service(2, pri::service::Token::Malicious), [""; 0]);
    assert!(chart.call.story().malicious);
}

#[test]
fn who_answers_is_told_to_a_caller_who_would_know() {
    for wanted in [true, false] {
        let mut new = beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk()));
        new.setup.connected_wanted = wanted;
        let (mut chart, _) = Chart::of(new);
        chart.gateway(Told::Seized(channel(2)));
        chart.gateway(Told::Opened(MediaPath::Patch));
        let number = q931::codec::ConnectedNumber { digits: "4930999".into(), ..Default::default() };
        let connect = q931(q931::codec::MessageType::CONNECT).with(number);
        let event = ChannelEvent::Call(interface::Indication::Connect(connect));
        chart.call.handle(chart.now, Event::Channel(channel_id(2), event));
        let told = std::iter::from_fn(|| chart.call.poll_action()).find_map(|action| match action {
            Action::Channel(_, ChannelRequest::Connect(message, _)) => {
                Some(message.has(q931::codec::ElementCode::CONNECTED_NUMBER))
            }
            _ => None,
        });
        assert_eq!(told, Some(wanted));
    }
}
