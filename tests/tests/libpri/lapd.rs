//! Q.921 with libpri: establishment, information, supervision, interruptions and release, on both sides.

use super::rig::Rig;
use isup::lapd::{Command, Side, State, Timers};
use std::time::Duration;

const SIDES: [Side; 2] = [Side::Network, Side::User];
const LONG: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(300);
const BRISK: Timers = Timers { t200: SHORT, t203: LONG };

/// The B-channels of an E1.
fn channels() -> Vec<u8> {
    (1..=31).filter(|channel| *channel != 16).collect()
}

/// Information in both directions, more than one window of it.
fn converse(rig: &mut Rig) {
    rig.acknowledged.clear();
    rig.lines.clear();
    for channel in channels() {
        rig.restart(channel);
    }
    rig.until("each of our restarts to be acknowledged", |rig| rig.acknowledged.len() >= channels().len());
    assert_eq!(rig.acknowledged, channels(), "once and in order");
    for channel in [1, 7, 31] {
        rig.order(&format!("restart {channel}"));
        let line = format!("restarted {channel}");
        rig.until(&line, |rig| rig.lines.contains(&line));
    }
    let theirs = rig.lines.iter().filter(|line| line.starts_with("restart ")).count();
    assert_eq!(theirs, channels().len(), "each of our restarts reached their layer 3");
}

/// How many RR commands with P = 1 came.
fn enquiries(rig: &Rig) -> usize {
    let is_command = |first: u8| (first & 0x02 != 0) == (rig.side.other() == Side::Network);
    rig.heard.iter().filter(|frame| is_command(frame[0]) && frame[2] == 0x01 && frame[3] & 1 == 1).count()
}

/// How many RR responses with F = 1 came.
fn answers(rig: &Rig) -> usize {
    let is_response = |first: u8| (first & 0x02 != 0) != (rig.side.other() == Side::Network);
    rig.heard.iter().filter(|frame| is_response(frame[0]) && frame[2] == 0x01 && frame[3] & 1 == 1).count()
}

#[test]
fn the_link_comes_up_and_carries_information_both_ways() {
    for side in SIDES {
        let mut rig = Rig::ready(side, Timers::DEFAULT, LONG);
        converse(&mut rig);
        rig.assert_undisturbed();
    }
}

#[test]
fn they_answer_our_enquiries_on_a_quiet_link() {
    for side in SIDES {
        let mut rig = Rig::ready(side, Timers { t203: SHORT, ..Timers::DEFAULT }, LONG);
        rig.until("five answers", |rig| answers(rig) >= 5);
        rig.assert_undisturbed();
        assert_eq!(enquiries(&rig), 0);
        converse(&mut rig);
    }
}

#[test]
fn we_answer_their_enquiries_on_a_quiet_link() {
    for side in SIDES {
        let mut rig = Rig::ready(side, Timers { t203: 6 * LONG, ..Timers::DEFAULT }, SHORT);
        rig.until("five enquiries", |rig| enquiries(rig) >= 5);
        rig.assert_undisturbed();
        converse(&mut rig);
    }
}

#[test]
fn a_lost_frame_of_either_end_is_rejected_and_sent_again() {
    for side in SIDES {
        let mut rig = Rig::ready(side, Timers::DEFAULT, LONG);
        rig.lose = (1, 1);
        for channel in [3, 4, 5] {
            rig.restart(channel);
        }
        rig.until("three acknowledgements", |rig| rig.acknowledged.len() >= 3);
        assert_eq!((&rig.acknowledged[..], rig.lose), (&[3, 4, 5][..], (0, 0)));
        let counters = rig.link.counters();
        assert!(counters.rejects_received >= 1, "they reject");
        assert!(counters.rejects_sent >= 1, "we reject");
        rig.assert_undisturbed();
    }
}

#[test]
fn what_a_short_interruption_took_away_is_repaired() {
    for side in SIDES {
        let mut rig = Rig::ready(side, BRISK, LONG);
        rig.is_cut = true;
        for channel in [3, 4, 5] {
            rig.restart(channel);
        }
        rig.order("restart 9");
        rig.idle(SHORT / 2);
        rig.is_cut = false;
        rig.until("the lost information", |rig| {
            rig.acknowledged == [3, 4, 5] && rig.lines.iter().any(|line| line == "restarted 9")
        });
        assert!(rig.link.counters().information_retransmitted >= 3);
        rig.assert_undisturbed();
    }
}

#[test]
fn a_d_channel_that_goes_and_comes_back_is_up_again_at_both_ends() {
    for side in SIDES {
        let mut rig = Rig::ready(side, Timers { t203: SHORT, ..BRISK }, SHORT);
        rig.is_cut = true;
        rig.until("both ends to see the link down", |rig| {
            rig.released > 0 && rig.lines.iter().any(|line| line == "down")
        });
        rig.lines.clear();
        rig.is_cut = false;
        rig.until("both ends up again", |rig| rig.established > 0 && rig.lines.iter().any(|line| line == "up"));
        rig.until("a quiet link", |rig| rig.link.state() == State::MultipleFrameEstablished);
        rig.idle(SHORT);
        converse(&mut rig);
    }
}

#[test]
fn our_release_is_acknowledged_and_the_link_comes_back() {
    for side in SIDES {
        let mut rig = Rig::ready(side, Timers::DEFAULT, LONG);
        rig.request(Command::Release);
        rig.until("their UA", |rig| rig.released == 1 && rig.heard.iter().any(|frame| frame[2] == 0x73));
        rig.until("both ends up again", |rig| rig.established > 0 && rig.lines.iter().any(|line| line == "up"));
        rig.idle(SHORT);
        converse(&mut rig);
    }
}
