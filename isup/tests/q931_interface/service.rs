//! SERVICE: channels out of service and back.

use crate::chart::{Chart, config};
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;

const TALKERS: [(SwitchType, &str); 4] = [
    (SwitchType::Ni2, "SERVICE_(national)"),
    (SwitchType::Dms100, "SERVICE"),
    (SwitchType::Att4Ess, "SERVICE"),
    (SwitchType::Lucent5Ess, "SERVICE"),
];

#[test]
fn our_blocking_is_told_repeated_once_and_confirmed() {
    for (switch, service) in TALKERS {
        let mut chart = Chart::up_with(config(Side::User, switch));
        let request = format!("{service} ga ch1! status2");
        chart.maintains(Maintenance::Block(ChannelId(0))).says(&[&request]);
        chart.after_s(20).says(&[&request]);
        assert_eq!(chart.calls(ChannelChoice::Exclusive(ChannelId(0))), Err(Refusal::Blocked));
        chart.hears(&request.replace("SERVICE", "SERVICE_ACKNOWLEDGE"));
        chart.says(&["channel 0: BlockConfirmed"]);
        chart.maintains(Maintenance::Unblock(ChannelId(0))).says(&[&request.replace("status2", "status0")]);
        chart.after_s(40).says(&[
            &request.replace("status2", "status0"),
            "NoAnswer { channel: Some(ChannelId(0)), timer: Service }",
        ]);
    }
}

#[test]
fn the_far_ends_blocking_is_acknowledged_and_keeps_calls_away() {
    for (switch, service) in TALKERS {
        let mut chart = Chart::up_with(config(Side::Network, switch));
        let request = format!("{service} gb ch1! status2");
        let answer = request.replace("SERVICE", "SERVICE_ACKNOWLEDGE");
        chart.hears(&request).says(&[&answer, "channel 0: Blocked"]);
        assert_eq!(chart.calls(ChannelChoice::Exclusive(ChannelId(0))), Err(Refusal::Blocked));
        chart.hears(&request.replace("status2", "status0"));
        chart.says(&[&answer.replace("status2", "status0"), "channel 0: Unblocked"]);
    }
}

#[test]
fn our_blocking_is_told_again_after_a_restart_of_either_end() {
    for (switch, service) in TALKERS {
        let mut chart = Chart::up_with(config(Side::User, switch));
        let request = format!("{service} ga ch1! status2");
        let answer = request.replace("SERVICE", "SERVICE_ACKNOWLEDGE");
        chart.maintains(Maintenance::Block(ChannelId(0))).says(&[&request]);
        chart.hears(&answer).says(&["channel 0: BlockConfirmed"]);

        chart.hears("RESTART gb ch1! restart0");
        chart.says(&["channel 0: Restarted", "RESTART_ACKNOWLEDGE gb ch1! restart0", &request]);
        chart.hears(&answer).says(&["channel 0: BlockConfirmed"]);

        chart.maintains(Maintenance::Restart(ChannelId(0))).says(&["RESTART ga ch1! restart0"]);
        chart.hears("RESTART_ACKNOWLEDGE ga ch1! restart0");
        chart.says(&["channel 0: RestartConfirmed", &request]);
    }
}

#[test]
fn what_was_blocked_or_unblocked_without_a_data_link_is_told_once_there_is_one() {
    let mut chart = Chart::up_with(config(Side::User, SwitchType::Ni2));
    let request = "SERVICE_(national) ga ch1! status2";
    let answer = request.replace("SERVICE", "SERVICE_ACKNOWLEDGE");
    for (maintenance, request) in [
        (Maintenance::Block(ChannelId(0)), request.to_owned()),
        (Maintenance::Unblock(ChannelId(0)), request.replace("status2", "status0")),
    ] {
        chart.link(DataLink::Released).maintains(maintenance).after_s(60).drain();
        chart.link(DataLink::Established);
        assert!(chart.drain().contains(&request), "{request}");
        chart.hears(&answer).drain();
    }
    chart.link(DataLink::Released).link(DataLink::Established);
    assert!(!chart.drain().iter().any(|line| line.starts_with("SERVICE")), "all is told");
}

#[test]
fn where_there_is_no_service_message_blocking_is_ours_alone() {
    let mut chart = Chart::up(Side::User);
    chart.maintains(Maintenance::Block(ChannelId(0))).says(&["channel 0: BlockConfirmed"]);
    chart.hears("SETUP b1 bearer ch1!").says(&["RELEASE_COMPLETE b1 cause44"]);
}

#[test]
fn an_answer_that_looks_like_a_request_is_not_answered() {
    let mut chart = Chart::up_with(config(Side::User, SwitchType::Ni2));
    // As libpri answers a SERVICE ACKNOWLEDGE of this discriminator.
    chart.hears("SERVICE_(national) ga ch1! status2").says(&[]);
    assert_eq!(chart.interface.counters().unexpected, 1);
}
