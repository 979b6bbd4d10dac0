//! What the gateway may say, well formed and mutated, to calls and data link. Nothing may panic, hang or grow, and no
//! call may outlive what ends it.

use dahdi_sys::Law;
use isup::q931::codec::{CallReference, Flag, Message, MessageType};
use rand_core::Rng;

use super::super::fuzz_tests::{generator, mutate};
use super::super::order::{CallOrder, OrderId, ReleasedBy};
use super::calls::{Calls, Effects};
use super::lapd::{Link, MESSAGES_MAX};
use super::message;

const TIMESLOTS: [u8; 4] = [1, 2, 3, 17];

fn calls() -> Calls {
    Calls::new(true, Law::A_LAW, &TIMESLOTS)
}

/// What was sent meanwhile.
fn sent(effects: &mut Effects) -> Vec<MessageType> {
    effects.transmit.drain(..).map(|(_, message)| message.kind).collect()
}

/// An order's call, its SETUP sent, and how the gateway refers to it.
fn placed(calls: &mut Calls, effects: &mut Effects) -> CallReference {
    assert!(calls.begin(0, OrderId(1), CallOrder::conversation("100", "200", 1_000), effects));
    assert_eq!(sent(effects), [MessageType::SETUP]);
    CallReference::primary(1, Flag::ToOrigin)
}

#[test]
fn a_call_that_the_gateway_no_longer_has_ends_when_it_is_asked_after() {
    let (mut calls, mut effects) = (calls(), Effects::default());
    let reference = placed(&mut calls, &mut effects);
    calls.receive(10, &Message::new(reference, MessageType::CONNECT), &mut effects);
    assert_eq!(sent(&mut effects), [MessageType::CONNECT_ACKNOWLEDGE]);
    calls.enquire(20, &mut effects);
    assert_eq!(sent(&mut effects), [MessageType::STATUS_ENQUIRY]);
    calls.receive(30, &message::status(reference, 30, 10), &mut effects);
    assert_eq!(calls.counts().busy, 1, "it has it");
    calls.receive(40, &message::status(reference, 30, 0), &mut effects);
    assert_eq!((calls.counts().busy, calls.counts().idle), (0, 4), "it has it no longer");
    assert_eq!(effects.outcomes.len(), 1);
}

#[test]
fn a_restart_of_the_gateway_ends_the_call_on_that_channel_alone_and_is_noted_with_its_state() {
    let (mut calls, mut effects) = (calls(), Effects::default());
    let reference = placed(&mut calls, &mut effects);
    calls.receive(10, &Message::new(reference, MessageType::ALERTING), &mut effects);
    calls.receive(20, &message::restart(Some(1)), &mut effects);
    assert_eq!(calls.counts().busy, 1, "the call has the highest channel");
    calls.receive(30, &message::restart(Some(17)), &mut effects);
    assert_eq!(calls.counts().busy, 0);
    assert_eq!(sent(&mut effects), [MessageType::RESTART_ACKNOWLEDGE; 2]);
    assert_eq!(calls.restarted_in.numbers().collect::<Vec<_>>(), [7]);
    assert_eq!(effects.outcomes[0].1.released_by, ReleasedBy::Reset);
}

#[test]
fn a_release_that_is_not_answered_is_repeated_once_and_then_given_up() {
    let (mut calls, mut effects) = (calls(), Effects::default());
    let reference = placed(&mut calls, &mut effects);
    calls.receive(10, &message::with_cause(reference, MessageType::DISCONNECT, 16), &mut effects);
    assert_eq!(sent(&mut effects), [MessageType::RELEASE]);
    calls.tick(4_009, &mut effects);
    assert_eq!((sent(&mut effects), calls.stuck()), (vec![], 0));
    calls.tick(4_010, &mut effects);
    assert_eq!((sent(&mut effects), calls.stuck()), (vec![MessageType::RELEASE], 1));
    calls.tick(8_010, &mut effects);
    assert_eq!((sent(&mut effects), calls.stuck(), calls.counts().idle), (vec![], 0, 4));
}

#[test]
fn mutated_messages_never_stop_the_calls_and_a_restart_ends_them_all() {
    let mut random = generator(4);
    let (mut calls, mut effects) = (calls(), Effects::default());
    for round in 0..ROUNDS {
        let now_ms = 50 * round;
        if round % 16 == 0 {
            calls.begin(now_ms, OrderId(round), CallOrder::conversation("100", "200", 1_000), &mut effects);
        }
        let mut octets = MESSAGES[random.next_u32() as usize % MESSAGES.len()].to_vec();
        // One of a few references of its own, or of ours.
        octets[2] = [0x00, 0x80][random.next_u32() as usize % 2];
        octets[3] = random.next_u32() as u8 % 4;
        mutate(&mut random, &mut octets);
        if let Ok(message) = Message::decode(&octets) {
            calls.receive(now_ms, &message, &mut effects);
        }
        calls.tick(now_ms, &mut effects);
        let counts = calls.counts();
        assert_eq!(counts.idle + counts.busy + counts.releasing + counts.resetting, TIMESLOTS.len());
        effects = Effects::default();
    }
    calls.restart_all(50 * ROUNDS, &mut effects);
    calls.receive(
        50 * ROUNDS + 1,
        &message::acknowledgement(&message::restart(None), MessageType::RESTART_ACKNOWLEDGE),
        &mut effects,
    );
    assert_eq!((calls.counts().idle, calls.states().numbers().count()), (TIMESLOTS.len(), 0));
}

#[test]
fn mutated_frames_never_stop_the_data_link_and_it_never_holds_more_than_it_may() {
    let mut random = generator(5);
    let (mut link, mut frame) = (Link::new(true), Vec::new());
    // From the user: SABME, UA, information, RR and REJ commands, RR with F = 1, DISC, DM, RNR.
    let frames: [&[u8]; 9] = [
        &[0x00, 0x01, 0x7f],
        &[0x02, 0x01, 0x73],
        &[0x00, 0x01, 0x00, 0x00, 0x08, 0x02, 0x00, 0x01, 0x62],
        &[0x00, 0x01, 0x01, 0x01],
        &[0x00, 0x01, 0x09, 0x00],
        &[0x02, 0x01, 0x01, 0x01],
        &[0x00, 0x01, 0x53],
        &[0x02, 0x01, 0x0f],
        &[0x00, 0x01, 0x05, 0x00],
    ];
    for now_ms in (0..ROUNDS).map(|round| 40 * round) {
        let mut octets = frames[random.next_u32() as usize % frames.len()].to_vec();
        if random.next_u32().is_multiple_of(3) {
            mutate(&mut random, &mut octets);
        }
        link.receive(now_ms, &octets);
        link.tick(now_ms);
        // Queued or refused, never more.
        let _ = link.send(octets);
        link.next_frame(now_ms, &mut frame);
        while link.poll_indication().is_some() {}
    }
}

#[test]
fn the_message_after_the_last_that_fits_is_refused() {
    let mut link = Link::new(true);
    link.receive(1, &[0x00, 0x01, 0x7f]);
    for _ in 0..MESSAGES_MAX {
        assert!(link.send(vec![8]));
    }
    assert!(!link.send(vec![8]));
}

const ROUNDS: u64 = 20_000;
/// SETUP with channel 3, SETUP to an incomplete number, INFORMATION, CALL PROCEEDING, ALERTING, CONNECT, CONNECT
/// ACKNOWLEDGE, DISCONNECT, RELEASE, RELEASE COMPLETE, STATUS, STATUS ENQUIRY, RESTART of channel 2.
const MESSAGES: &[&[u8]] = &[
    &[8, 2, 0, 1, 0x05, 0xa1, 4, 3, 0x80, 0x90, 0xa3, 0x18, 3, 0xa9, 0x83, 0x83, 0x70, 4, 0x81, 0x36, 0x30, 0x30],
    &[8, 2, 0, 1, 0x05, 4, 3, 0x80, 0x90, 0xa3, 0x18, 3, 0xa1, 0x83, 0x82, 0x70, 2, 0x81, 0x36],
    &[8, 2, 0, 1, 0x7b, 0x70, 3, 0x81, 0x30, 0x30],
    &[8, 2, 0, 1, 0x02],
    &[8, 2, 0, 1, 0x01],
    &[8, 2, 0, 1, 0x07],
    &[8, 2, 0, 1, 0x0f],
    &[8, 2, 0, 1, 0x45, 8, 2, 0x80, 0x90],
    &[8, 2, 0, 1, 0x4d, 8, 2, 0x80, 0x90],
    &[8, 2, 0, 1, 0x5a],
    &[8, 2, 0, 1, 0x7d, 8, 2, 0x80, 0x9e, 0x14, 1, 0x0a],
    &[8, 2, 0, 1, 0x75],
    &[8, 2, 0, 0, 0x46, 0x18, 3, 0xa9, 0x83, 0x82, 0x79, 1, 0x80],
];
