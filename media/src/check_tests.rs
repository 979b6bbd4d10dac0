//! Equipment against equipment, over a line of so many blocks.

use super::*;
use std::collections::VecDeque;

const AT: Timeslot = Timeslot { span: 0, timeslot: 5 };

/// Two ends of one timeslot, each with equipment, `blocks` apart; how many blocks until the first end reports.
fn until_heard(law: Law, near: Equipment, far: Option<Equipment>, blocks: usize) -> Option<usize> {
    let mut ends = [near, far.unwrap_or(Equipment::Loop)].map(|equipment| {
        let mut checks = Checks::new([law].into_iter());
        assert!(checks.connect(AT, Some(equipment)));
        checks
    });
    if far.is_none() {
        assert!(ends[1].connect(AT, None));
    }
    let silence = || SpanBlock { valid: u32::MAX, ..SpanBlock::filled(0, law.silence()) };
    let mut lines = [(); 2].map(|()| VecDeque::from(vec![silence(); blocks]));
    for passed in 1..=600 {
        for end in 0..2 {
            let received = lines[end].pop_front().expect("as much comes as goes");
            let (mut transmit, mut heard) = (silence(), false);
            ends[end].exchange(0, &received, &mut transmit, |event| heard = event == BearerEvent::ToneHeard { at: AT });
            lines[1 - end].push_back(transmit);
            if heard {
                assert_eq!(end, 0);
                return Some(passed);
            }
        }
    }
    None
}

#[test]
fn a_transceiver_hears_its_tone_come_back_from_a_loop() {
    for law in [Law::A, Law::Mu] {
        for hz in [2000, 2010] {
            let transceiver = Equipment::Transceiver { sends_hz: hz, hears_hz: hz };
            for blocks in [1, 4, 100] {
                let heard = until_heard(law, transceiver, Some(Equipment::Loop), blocks).expect("it comes back");
                // There and back twice, for the tone and for its end, and what the receiver takes for either.
                assert!((4 * blocks..4 * blocks + 24).contains(&heard), "{hz} Hz over {blocks}: {heard}");
            }
        }
    }
}

#[test]
fn a_transceiver_hears_the_other_tone_from_a_transponder_and_not_its_own_from_a_loop() {
    for (sends_hz, hears_hz) in [(2010, 1780), (1780, 2010)] {
        let transceiver = Equipment::Transceiver { sends_hz, hears_hz };
        let transponder = Equipment::Transponder { hears_hz: sends_hz, sends_hz: hears_hz };
        assert!(until_heard(Law::Mu, transceiver, Some(transponder), 4).is_some());
        assert_eq!(until_heard(Law::Mu, transceiver, Some(Equipment::Loop), 4), None);
    }
}

#[test]
fn an_open_line_and_one_that_howls_are_not_passed() {
    let transceiver = Equipment::Transceiver { sends_hz: 2000, hears_hz: 2000 };
    assert_eq!(until_heard(Law::A, transceiver, None, 4), None);
    // A tone that is there of itself never ends.
    let howls = Equipment::Transceiver { sends_hz: 2000, hears_hz: 425 };
    assert_eq!(until_heard(Law::A, transceiver, Some(howls), 4), None);
}

#[test]
fn a_loop_returns_every_octet_and_leaves_other_timeslots_alone() {
    let mut checks = Checks::new([Law::A].into_iter());
    assert!(checks.connect(AT, Some(Equipment::Loop)));
    let mut received = SpanBlock { valid: u32::MAX, ..SpanBlock::filled(0, 7) };
    received.octets[5] = std::array::from_fn(|at| at as u8);
    let mut transmit = SpanBlock::filled(0, 9);
    checks.exchange(0, &received, &mut transmit, |event| panic!("{event:?}"));
    assert_eq!((transmit.octets[5], transmit.octets[6], transmit.valid), (received.octets[5], [9; 40], 1 << 5));
    assert!(checks.connect(AT, None));
    let mut transmit = SpanBlock::filled(0, 9);
    checks.exchange(0, &received, &mut transmit, |event| panic!("{event:?}"));
    assert_eq!(transmit.octets[5], [9; 40]);
    assert!(!checks.connect(Timeslot { span: 1, timeslot: 0 }, Some(Equipment::Loop)));
    assert!(!checks.connect(Timeslot { span: 0, timeslot: 32 }, None));
}
