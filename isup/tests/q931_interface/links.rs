//! Loss and return of the data link.

use crate::chart::{Chart, SIDES, config};
use crate::clearing::active;
use isup::lapd::Command;
use isup::q931::codec::{CallReference, ChangeStatus, ChannelIdentification, Flag, Message, MessageType, NewStatus};
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;

#[test]
fn an_active_call_outlives_a_loss_shorter_than_t309() {
    for side in SIDES {
        let mut chart = active(side);
        chart.hears("SETUP b8 bearer ch1!").drain();
        chart.link(DataLink::Released).says(&["Down(DChannelId(0))", "DL-ESTABLISH", "1: Lost 27", "1: Released"]);
        assert_eq!(chart.calls(ChannelChoice::Any), Err(Refusal::Down));
        chart.after_s(89).link(DataLink::Established);
        chart.says(&["Up(DChannelId(0))", "STATUS_ENQUIRY b7"]);
        chart.hears("STATUS b7 cause30 state10").after_s(1_000).says(&[]).is_in(10);
    }
}

#[test]
fn t309_ends_the_calls() {
    for side in SIDES {
        let mut chart = active(side);
        chart.link(DataLink::Released).drain();
        chart.after_s(90).says(&["0: Lost 27", "0: Released"]);
    }
}

#[test]
fn a_status_enquiry_is_repeated_once_and_then_the_call_ends() {
    let mut chart = active(Side::User);
    chart.link(DataLink::Established).says(&["Up(DChannelId(0))", "STATUS_ENQUIRY b7"]);
    chart.after_s(4).says(&["STATUS_ENQUIRY b7"]).after_s(4).says(&["0: Lost 41", "DISCONNECT b7 cause41"]);
}

#[test]
fn a_far_end_that_sets_a_link_up_anew_is_asked_whether_it_still_has_the_calls() {
    for side in SIDES {
        let mut chart = active(side);
        chart.link(DataLink::SetUpAnew).says(&["STATUS_ENQUIRY b7"]);
        chart.hears("STATUS b7 cause30 state0").says(&["0: Lost 101", "0: Released"]);
    }
}

#[test]
fn digits_do_not_outlive_a_reset() {
    let mut chart = Chart::up(Side::User);
    chart.calls(ChannelChoice::Any).expect("there is one");
    chart.hears("SETUP_ACKNOWLEDGE a1 ch1!").drain();
    chart.link(DataLink::Established).says(&["Up(DChannelId(0))", "0: Lost 41", "DISCONNECT a1 cause41"]);
}

#[test]
fn the_backup_d_channel_takes_over_and_calls_go_on() {
    let mut two = config(Side::User, SwitchType::Ni2);
    two.d_channels.push(InterfaceNumber(1));
    two.channels.extend((1..=2).map(|timeslot| ChannelSpec { interface: InterfaceNumber(1), timeslot }));
    let mut chart = Chart::up_with(two);
    chart.link_of(DChannelId(1), DataLink::Established).says(&["Up(DChannelId(1))"]);
    chart.calls(ChannelChoice::Exclusive(ChannelId(5))).expect("it is free");
    chart.says(&["SETUP a1 ch1.2!"]).hears("CONNECT a1 ch1.2!").drain();
    chart.link(DataLink::Released);
    chart.says(&["Down(DChannelId(0))", "DL-ESTABLISH", "Switched(DChannelId(1))", "1: STATUS_ENQUIRY a1"]);
    chart.is_in(10);
}

#[test]
fn a_setup_that_went_down_with_its_d_channel_goes_again_over_the_backup() {
    for side in SIDES {
        let mut two = config(side, SwitchType::Ni2);
        two.d_channels.push(InterfaceNumber(1));
        let mut chart = Chart::up_with(two);
        chart.link_of(DChannelId(1), DataLink::Established).says(&["Up(DChannelId(1))"]);
        chart.calls(ChannelChoice::Exclusive(ChannelId(0))).expect("it is free");
        let setup = chart.drain();
        chart.after_s(3).link(DataLink::Released);
        let again = format!("1: {}", setup[0]);
        chart.says(&["Down(DChannelId(0))", "DL-ESTABLISH", "Switched(DChannelId(1))", &again]);
        chart.after_s(3).says(&[]);
        chart.hears_on(DChannelId(1), "CONNECT a1").drain();
        chart.is_in(10);
    }
}

#[test]
fn a_setup_is_not_given_up_while_its_data_link_is_being_set_up_anew() {
    let mut two = config(Side::User, SwitchType::Ni2);
    two.d_channels.push(InterfaceNumber(1));
    let mut chart = Chart::up_with(two);
    chart.link_of(DChannelId(1), DataLink::Established).drain();
    chart.calls(ChannelChoice::Exclusive(ChannelId(0))).expect("it is free");
    let setup = chart.drain();
    chart.after_s(3).link(DataLink::Silent).after_s(5).says(&[]);
    chart.link(DataLink::Released);
    let again = format!("1: {}", setup[0]);
    chart.says(&["Down(DChannelId(0))", "DL-ESTABLISH", "Switched(DChannelId(1))", &again]);
    chart.after_s(4).says(&["0: Lost 18", "1: RELEASE_COMPLETE a1 cause102", "0: Released"]);
}

#[test]
fn a_setup_that_nobody_answers_over_the_backup_either_is_given_up_after_t303() {
    let mut two = config(Side::User, SwitchType::Ni2);
    two.d_channels.push(InterfaceNumber(1));
    let mut chart = Chart::up_with(two);
    chart.link_of(DChannelId(1), DataLink::Established).drain();
    chart.calls(ChannelChoice::Exclusive(ChannelId(0))).expect("it is free");
    chart.link(DataLink::Released).drain();
    chart.after_s(3).says(&[]);
    chart.after_s(1).says(&["0: Lost 18", "1: RELEASE_COMPLETE a1 cause102", "0: Released"]);
}

#[test]
fn who_hears_the_far_end_over_the_other_d_channel_answers_there_before_its_own_is_seen_to_be_gone() {
    for side in SIDES {
        let mut two = config(side, SwitchType::Ni2);
        two.d_channels.push(InterfaceNumber(1));
        let mut chart = Chart::up_with(two);
        chart.link_of(DChannelId(1), DataLink::Established).says(&["Up(DChannelId(1))"]);
        chart.hears("SETUP b7 bearer ch3! n100").drain();
        let present = if side == Side::User { 6 } else { 1 };
        let answer = format!("1: STATUS b7 cause30 state{present}");
        chart.hears_on(DChannelId(1), "STATUS_ENQUIRY b7").says(&["Switched(DChannelId(1))", &answer]);
        // What is lost then is not in use any more.
        chart.link(DataLink::Released).says(&["Down(DChannelId(0))", "DL-ESTABLISH"]);
        // Nor is what still comes over it a reason to go back.
        chart.hears("STATUS_ENQUIRY b7").says(&[&answer]);
    }
}

#[test]
fn a_d_channel_that_the_far_end_takes_out_of_service_hands_its_calls_to_the_other() {
    let mut two = config(Side::User, SwitchType::Ni2);
    two.d_channels.push(InterfaceNumber(1));
    let mut chart = Chart::up_with(two);
    let service = Message::new(CallReference::primary(0, Flag::FromOrigin), MessageType::NATIONAL_SERVICE)
        .with(ChangeStatus { channel: true, status: NewStatus::OUT_OF_SERVICE })
        .with(ChannelIdentification { d_channel: true, ..ChannelIdentification::any() });
    let mut octets = Vec::new();
    service.encode(&mut octets).expect("it fits");
    // Alone there is nothing to hand the calls to.
    let answer = "SERVICE_ACKNOWLEDGE_(national) gb any status2";
    chart.hears_octets(&octets).says(&[answer]);
    chart.link_of(DChannelId(1), DataLink::Established).says(&["Up(DChannelId(1))"]);
    chart.calls(ChannelChoice::Exclusive(ChannelId(0))).expect("it is free");
    chart.says(&["SETUP a1 ch1!"]).hears("CONNECT a1 ch1!").drain();
    chart.hears_octets(&octets).says(&[answer, "Switched(DChannelId(1))", "1: STATUS_ENQUIRY a1"]);
    chart.is_in(10);
}

#[test]
fn a_message_longer_than_a_frame_goes_and_comes_in_segments() {
    let mut chart = active(Side::User);
    let long = "bearer ".repeat(70);
    chart.asks(0, Request::Facility(crate::chart::bare(&long)));
    let said: Vec<_> = std::iter::from_fn(|| chart.interface.poll_output()).collect();
    assert_eq!(said.len(), 2);
    // The same segments come back as the far end's.
    for output in said {
        let Output::DataLink(_, Command::Data(mut octets)) = output else { panic!("{output:?}") };
        assert!(octets.len() <= 260);
        octets[2] ^= 0x80;
        chart.hears_octets(&octets);
    }
    // FACILITY without a facility element.
    chart.says(&["STATUS b7 cause96 state10"]);
}

#[test]
fn a_segment_that_comes_after_t314_begins_nothing() {
    for (wait_s, whole) in [(3, true), (4, false)] {
        let mut chart = active(Side::User);
        chart.asks(0, Request::Facility(crate::chart::bare(&"bearer ".repeat(70))));
        let said: Vec<_> = std::iter::from_fn(|| chart.interface.poll_output()).collect();
        for output in said {
            let Output::DataLink(_, Command::Data(mut octets)) = output else { panic!("{output:?}") };
            octets[2] ^= 0x80;
            chart.hears_octets(&octets).after_s(wait_s);
        }
        assert_eq!(!chart.drain().is_empty(), whole, "after {wait_s} s");
        assert_eq!(chart.interface.counters().malformed, u64::from(!whole));
    }
}
