//! RESTART of channels, spans and all spans, by both ends.

use crate::chart::{Chart, SIDES, config};
use crate::clearing::active;
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;
use std::time::Duration;

#[test]
fn channels_are_restarted_one_by_one_when_the_link_comes_up() {
    for side in SIDES {
        let mut chart = Chart::with(config(side, SwitchType::EuroIsdnE1));
        chart.link(DataLink::Established).says(&["Up(DChannelId(0))", "RESTART ga ch1! restart0"]);
        chart.hears("RESTART_ACKNOWLEDGE ga ch1! restart0");
        chart.says(&["channel 0: RestartConfirmed", "RESTART ga ch2! restart0"]);
        assert_eq!(chart.calls(ChannelChoice::Exclusive(ChannelId(1))), Err(Refusal::Restarting));
        assert_eq!(chart.calls(ChannelChoice::Exclusive(ChannelId(0))), Ok(CallId(0)));
    }
}

#[test]
fn a_restart_is_repeated_and_then_maintenance_is_alerted() {
    let mut chart = active(Side::User);
    chart.maintains(Maintenance::Restart(ChannelId(2)));
    chart.says(&["0: Lost 41", "0: Released", "RESTART ga ch3! restart0"]);
    chart.after_s(120).says(&["RESTART ga ch3! restart0"]);
    chart.after_s(120).says(&["NoAnswer { channel: Some(ChannelId(2)), timer: T316 }"]);
    assert_eq!(chart.calls(ChannelChoice::Exclusive(ChannelId(2))), Err(Refusal::Restarting));
    assert_eq!(RESTARTS_MAX, 2);
}

#[test]
fn a_restart_that_a_new_beginning_of_the_data_link_has_lost_is_sent_again_at_once() {
    for side in SIDES {
        let mut chart = Chart::with(config(side, SwitchType::EuroIsdnE1));
        chart.link(DataLink::Established).says(&["Up(DChannelId(0))", "RESTART ga ch1! restart0"]);
        chart.after_s(1).link(DataLink::Established).says(&["Up(DChannelId(0))", "RESTART ga ch1! restart0"]);
        chart.after_s(1).link(DataLink::SetUpAnew).says(&["RESTART ga ch1! restart0"]);
        chart.hears("RESTART_ACKNOWLEDGE ga ch1! restart0");
        chart.says(&["channel 0: RestartConfirmed", "RESTART ga ch2! restart0"]);
        chart.after_s(119).says(&[]).after_s(1).says(&["RESTART ga ch2! restart0"]);
    }
}

#[test]
fn a_restart_that_went_down_with_its_d_channel_is_sent_again_over_the_backup_at_once() {
    for side in SIDES {
        let mut two = config(side, SwitchType::Ni2);
        two.d_channels.push(InterfaceNumber(1));
        let mut chart = Chart::up_with(two);
        chart.link_of(DChannelId(1), DataLink::Established).says(&["Up(DChannelId(1))"]);
        chart.maintains(Maintenance::Restart(ChannelId(2))).says(&["RESTART ga ch3! restart0"]);
        chart.after_s(14).link(DataLink::Released);
        chart.says(&["Down(DChannelId(0))", "DL-ESTABLISH", "Switched(DChannelId(1))", "1: RESTART ga ch3! restart0"]);
        // T316 begins anew with it.
        chart.after_s(119).says(&[]).after_s(1).says(&["1: RESTART ga ch3! restart0"]);
    }
}

#[test]
fn a_restart_of_the_far_end_ends_calls_and_is_acknowledged() {
    for (restart, scope) in [("ch3! restart0", 1), ("restart6", 4), ("restart7", 4)] {
        for side in SIDES {
            let mut chart = active(side);
            chart.hears(&format!("RESTART gb {restart}"));
            let said = chart.drain();
            assert!(said.starts_with(&["0: Lost 41".to_owned(), "0: Released".to_owned()]) || scope == 4);
            assert!(said.contains(&"0: Released".to_owned()));
            assert_eq!(said.iter().filter(|line| line.ends_with(": Restarted")).count(), scope);
            assert_eq!(said.last(), Some(&format!("RESTART_ACKNOWLEDGE gb {restart}")));
        }
    }
}

#[test]
fn a_restart_of_a_channel_that_does_not_exist_is_answered_with_status() {
    let mut chart = Chart::up(Side::User);
    chart.hears("RESTART gb ch9! restart0").says(&["STATUS gb cause82 state0"]);
}

#[test]
fn all_spans_are_restarted_at_once() {
    let mut chart = active(Side::Network);
    chart.maintains(Maintenance::RestartAll).says(&["0: Lost 41", "0: Released", "RESTART ga restart7"]);
    chart.hears("RESTART_ACKNOWLEDGE ga restart7");
    assert_eq!(chart.drain().len(), 4);
    chart.maintains(Maintenance::RestartInterface(InterfaceNumber(0))).says(&["RESTART ga restart6"]);
}

#[test]
fn idle_channels_are_restarted_in_turn() {
    let mut often = config(Side::User, SwitchType::EuroIsdnE1);
    often.maintenance = Some(Duration::from_secs(60));
    let mut chart = Chart::up_with(often);
    chart.hears("SETUP b7 bearer ch3! n100").drain();
    chart.after_s(60).says(&["RESTART ga ch2! restart0"]);
    chart.hears("RESTART_ACKNOWLEDGE ga ch2! restart0").drain();
    // The call on channel 3 is left alone.
    chart.after_s(60).says(&["RESTART ga ch4! restart0"]);
}

#[test]
fn a_restart_under_way_when_the_link_goes_is_sent_when_it_is_back() {
    let mut chart = Chart::up(Side::User);
    chart.maintains(Maintenance::Restart(ChannelId(0))).says(&["RESTART ga ch1! restart0"]);
    chart.link(DataLink::Released).after_s(500).says(&["Down(DChannelId(0))", "DL-ESTABLISH"]);
    chart.link(DataLink::Established).says(&["Up(DChannelId(0))", "RESTART ga ch1! restart0"]);
}
