//! Two calls that a party leaves: what each says, in order.

use super::*;
use crate::call::{Joined, NotJoined, join, join::DEPARTED_MAX};

const NOTHING: [&str; 0] = [];

impl Chart {
    /// An answered call between two channels, of this name.
    fn talking(name: u64, from: u8, to: u8) -> Chart {
        let (mut chart, _) = Chart::of(beginning(Caller::Circuit(channel(from)), Destination::Trunk(trunk())));
        chart.call.id = CallId(name);
        chart.gateway(Told::Seized(channel(to)));
        chart.gateway(Told::Opened(MediaPath::Patch));
        chart.channel(to, interface::Indication::Connect(q931(q931::codec::MessageType::CONNECT)));
        chart
    }

    /// An answered call from SIP to channel 1.
    fn talking_with_sip() -> Chart {
        let mut chart = Chart::setup_sent();
        chart.channel(1, interface::Indication::Connect(q931(q931::codec::MessageType::CONNECT)));
        chart
    }
}

/// The party at these ends leaves both calls: what is said in the first and in the second.
fn transferred(
    one: (&mut Chart, Side),
    other: (&mut Chart, Side),
) -> Result<(Joined, Vec<String>, Vec<String>), NotJoined> {
    let now = one.0.now;
    let joined = join(now, (&mut one.0.call, one.1), (&mut other.0.call, other.1))?;
    Ok((joined, one.0.words(), other.0.words()))
}

#[test]
fn the_far_ends_of_two_calls_are_patched_when_both_old_paths_are_gone() {
    use Side::Originating;
    let (mut one, mut other) = (Chart::talking(1, 1, 2), Chart::talking(2, 3, 4));
    let (joined, first, second) =
        transferred((&mut one, Originating), (&mut other, Originating)).expect("both are answered");
    assert_eq!(joined, Joined { kept: CallId(1), ended: CallId(2), passed: channel(4) });
    assert_eq!(first, ["release 16", "close", "transferred", "transferred"]);
    assert_eq!(second, ["close", "release 16"]);
    assert_eq!(one.gateway(closed()), NOTHING);
    assert_eq!(other.gateway(closed()), ["vacated for 1"]);
    assert_eq!(one.gateway(Told::Vacated), ["patch 4 2"]);
    assert_eq!(one.gateway(Told::Opened(MediaPath::Patch)), NOTHING);
    assert_eq!(one.channel(1, interface::Indication::Released), ["free 1"]);
    assert_eq!(other.channel(3, interface::Indication::Released), ["free 3", "over"]);
    // They talk, and end it as any.
    assert_eq!(one.call.state_name(), "talking");
    assert_eq!(one.channel(4, interface::Indication::Disconnect(cleared(16))), ["close", "release 16"]);
    assert_eq!(one.gateway(closed()), ["release 16"]);
    assert_eq!(one.channel(4, interface::Indication::Released), ["free 4"]);
    assert_eq!(one.channel(2, interface::Indication::Released), ["free 2", "over"]);
}

#[test]
fn the_rtp_leg_of_a_session_moves_to_the_other_timeslot_and_sip_hears_nothing() {
    let (mut one, mut other) = (Chart::talking(2, 3, 4), Chart::talking_with_sip());
    let ends = ((&mut one, Side::Originating), (&mut other, Side::Terminating));
    let (joined, first, second) = transferred(ends.0, ends.1).expect("both are answered");
    assert_eq!((joined.kept, joined.passed), (CallId(1), channel(4)), "the call with the session goes on");
    assert_eq!(
        (first, second),
        (vec!["close".into(), "release 16".into()], vec!["release 16".into(), "transferred".into()])
    );
    assert_eq!(one.gateway(closed()), ["vacated for 1"]);
    assert_eq!(other.gateway(Told::Vacated), ["move to 4"]);
    assert_eq!(other.gateway(Told::Opened(MediaPath::Moved)), NOTHING);
    assert_eq!(other.channel(1, interface::Indication::Released), ["free 1"]);
    assert_eq!(other.sip(ended()), ["close", "release 16"]);
}

#[test]
fn a_party_that_hung_up_before_it_was_released_is_answered_when_the_path_is_gone() {
    let (mut one, mut other) = (Chart::talking(1, 1, 2), Chart::talking(2, 3, 4));
    transferred((&mut one, Side::Originating), (&mut other, Side::Originating)).expect("both are answered");
    assert_eq!(one.channel(1, interface::Indication::Release(cleared(16))), NOTHING);
    assert_eq!(one.channel(1, interface::Indication::Released), ["free 1"]);
    assert_eq!(one.call.state_name(), "joining");
}

#[test]
fn a_far_end_that_leaves_while_the_path_is_led_on_ends_the_call() {
    let (mut one, mut other) = (Chart::talking(1, 1, 2), Chart::talking(2, 3, 4));
    transferred((&mut one, Side::Originating), (&mut other, Side::Originating)).expect("both are answered");
    assert_eq!(one.gateway(closed()), NOTHING);
    assert_eq!(one.channel(4, interface::Indication::Disconnect(cleared(16))), ["release 16", "release 16"]);
    assert_eq!(other.gateway(closed()), ["vacated for 1"]);
    assert_eq!(one.gateway(Told::Vacated), NOTHING);
    for (channel, words) in [(4, vec!["free 4"]), (2, vec!["free 2"]), (1, vec!["free 1", "over"])] {
        assert_eq!(one.channel(channel, interface::Indication::Released), words);
    }
}

#[test]
fn two_sessions_and_calls_that_are_not_answered_are_not_joined() {
    let (mut one, mut other) = (Chart::talking_with_sip(), Chart::talking_with_sip());
    let refused = transferred((&mut one, Side::Terminating), (&mut other, Side::Terminating));
    assert_eq!(refused.err(), Some(NotJoined::NoTimeslot));
    assert_eq!((one.call.state_name(), other.call.state_name()), ("talking", "talking"));
    let mut ringing = Chart::setup_sent();
    let refused = transferred((&mut one, Side::Terminating), (&mut ringing, Side::Originating));
    assert_eq!(refused.err(), Some(NotJoined::NotTalking));
}

#[test]
fn a_call_is_not_transferred_without_end() {
    let mut call = Chart::talking(1, 1, 2);
    for n in 0..DEPARTED_MAX as u8 + 1 {
        let mut other = Chart::talking(2, 10 + 2 * n, 11 + 2 * n);
        let joined = transferred((&mut call, Side::Originating), (&mut other, Side::Originating));
        if usize::from(n) == DEPARTED_MAX {
            assert_eq!(joined.err(), Some(NotJoined::TooOften));
            return;
        }
        joined.expect("there is room for its leg");
        call.gateway(closed());
        call.gateway(Told::Vacated);
        call.gateway(Told::Opened(MediaPath::Patch));
    }
}
