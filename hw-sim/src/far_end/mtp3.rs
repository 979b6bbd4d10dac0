//! Message handling and the signalling link test, Q.704 clause 2, and Q.707.
//!
//! One link to one adjacent signalling point, ITU labels (14-bit point codes). It promises that user messages pass only
//! after a successful link test, that a test of the other end is always answered, and that a failed test fails the link.
//! Left out: changeover, rerouting and flow control, which one link to one neighbour has no use for.

use std::collections::VecDeque;

/// What a received message is to this signalling point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// For ISUP: from the circuit identification code on.
    Isup(Vec<u8>),
    /// Network management or test, dealt with; its name for the log.
    Management(&'static str),
    /// Not for us or not known, and why.
    Refused(&'static str),
}

/// Who we are and who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) own: u16,
    pub(super) adjacent: u16,
    pub(super) network_indicator: u8,
    pub(super) signalling_link: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The link is out of service.
    Down,
    /// SLTM sent, SLTA awaited; `passed`: an earlier test stands, so user messages pass.
    Testing { t1_ms: u64, attempts: u32, passed: bool },
    /// The last test passed; the next one is due.
    Passed { t2_ms: u64 },
}

/// The signalling point.
#[derive(Debug)]
pub(super) struct SignallingPoint {
    label: Label,
    state: State,
    transmit: VecDeque<Vec<u8>>,
}

impl SignallingPoint {
    pub(super) fn new(label: Label) -> Self {
        SignallingPoint { label, state: State::Down, transmit: VecDeque::new() }
    }

    /// Whether user messages pass.
    pub(super) fn available(&self) -> bool {
        matches!(self.state, State::Passed { .. } | State::Testing { passed: true, .. })
    }

    pub(super) fn link_in_service(&mut self, now_ms: u64) {
        self.test(now_ms, 1, false);
    }

    pub(super) fn link_out_of_service(&mut self) {
        self.state = State::Down;
        self.transmit.clear();
    }

    /// Time passes. `false`: the link test has failed twice, so the link must be taken out of service (Q.707 2.2).
    pub(super) fn tick(&mut self, now_ms: u64) -> bool {
        match self.state {
            State::Testing { t1_ms, attempts, passed } if now_ms >= t1_ms => {
                if attempts >= TEST_ATTEMPTS_MAX {
                    return false;
                }
                self.test(now_ms, attempts + 1, passed);
            }
            State::Passed { t2_ms } if now_ms >= t2_ms => self.test(now_ms, 1, true),
            _ => {}
        }
        true
    }

    /// The next message for the link: service information octet and signalling information field.
    pub(super) fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmit.pop_front()
    }

    /// Sends an ISUP message, from its circuit identification code on; `circuit` selects the link (Q.704 clause 2).
    pub(super) fn send_isup(&mut self, circuit: u16, message: &[u8]) {
        self.send(SERVICE_ISUP, (circuit & 0xf) as u8, message);
    }

    /// A message from the link.
    pub(super) fn receive(&mut self, now_ms: u64, octets: &[u8]) -> Delivery {
        let [service, l0, l1, l2, l3, payload @ ..] = octets else { return Delivery::Refused("no routing label") };
        let label = u32::from_le_bytes([*l0, *l1, *l2, *l3]);
        if service >> 6 != self.label.network_indicator {
            return Delivery::Refused("foreign network indicator");
        }
        if point_codes(label) != (self.label.own, self.label.adjacent) {
            return Delivery::Refused("foreign point code");
        }
        match service & 0xf {
            SERVICE_MANAGEMENT if payload == [TRAFFIC_RESTART_ALLOWED] => Delivery::Management("TRA"),
            SERVICE_MANAGEMENT => Delivery::Refused("network management message"),
            SERVICE_TEST => self.receive_test(now_ms, payload),
            SERVICE_ISUP if self.available() => Delivery::Isup(payload.to_vec()),
            SERVICE_ISUP => Delivery::Refused("user message before the link test has passed"),
            _ => Delivery::Refused("service without a user"),
        }
    }

    /// Q.707 2.2: heading code, length of the pattern in the high nibble of the next octet, pattern.
    fn receive_test(&mut self, now_ms: u64, payload: &[u8]) -> Delivery {
        match payload {
            [TEST_MESSAGE, length, pattern @ ..] if usize::from(length >> 4) == pattern.len() => {
                let mut answer = vec![TEST_ACKNOWLEDGEMENT];
                answer.extend(&payload[1..]);
                self.send(SERVICE_TEST, self.label.signalling_link, &answer);
                Delivery::Management("SLTM")
            }
            [TEST_ACKNOWLEDGEMENT, length, pattern @ ..]
                if usize::from(length >> 4) == TEST_PATTERN.len() && pattern == TEST_PATTERN =>
            {
                self.test_passed(now_ms)
            }
            _ => Delivery::Refused("malformed link test"),
        }
    }

    fn test_passed(&mut self, now_ms: u64) -> Delivery {
        let State::Testing { passed, .. } = self.state else { return Delivery::Refused("SLTA without SLTM") };
        self.state = State::Passed { t2_ms: now_ms + TEST_T2_MS };
        if !passed {
            // The restart of the only neighbour is over as soon as its link is (Q.704).
            self.send(SERVICE_MANAGEMENT, self.label.signalling_link, &[TRAFFIC_RESTART_ALLOWED]);
        }
        Delivery::Management("SLTA")
    }

    fn test(&mut self, now_ms: u64, attempts: u32, passed: bool) {
        self.state = State::Testing { t1_ms: now_ms + TEST_T1_MS, attempts, passed };
        let mut message = vec![TEST_MESSAGE, (TEST_PATTERN.len() as u8) << 4];
        message.extend(TEST_PATTERN);
        self.send(SERVICE_TEST, self.label.signalling_link, &message);
    }

    fn send(&mut self, service: u8, selection: u8, payload: &[u8]) {
        let Label { own, adjacent, network_indicator, .. } = self.label;
        let label = u32::from(adjacent) | u32::from(own) << 14 | u32::from(selection) << 28;
        let mut message = vec![network_indicator << 6 | service];
        message.extend(label.to_le_bytes());
        message.extend(payload);
        self.transmit.push_back(message);
    }
}

/// Destination and originating point code of an ITU label, Q.704 clause 2.
fn point_codes(label: u32) -> (u16, u16) {
    ((label & 0x3fff) as u16, (label >> 14 & 0x3fff) as u16)
}

const SERVICE_MANAGEMENT: u8 = 0;
const SERVICE_TEST: u8 = 1;
const SERVICE_ISUP: u8 = 5;
/// Heading codes: H1 in the high nibble, H0 in the low one.
const TEST_MESSAGE: u8 = 0x11;
const TEST_ACKNOWLEDGEMENT: u8 = 0x21;
const TRAFFIC_RESTART_ALLOWED: u8 = 0x17;
/// Any 1 to 15 octets will do (Q.707 2.2).
const TEST_PATTERN: &[u8] = b"far exchange";
/// Q.707: T1 4 to 12 s, T2 30 to 90 s.
const TEST_T1_MS: u64 = 8_000;
const TEST_T2_MS: u64 = 60_000;
/// A test is repeated once.
const TEST_ATTEMPTS_MAX: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    const A: Label = Label { own: 4097, adjacent: 8194, network_indicator: 2, signalling_link: 0 };

    /// What a libss7 end with point code 8194 sends to one with 4097 after alignment: its SLTM, the SLTA to ours, TRA.
    const SLTM_OF_8194: [u8; 17] =
        [0x81, 0x01, 0x90, 0x00, 0x08, 0x11, 0xa0, 0x32, 0x35, 0x36, 0x34, 0x32, 0x38, 0x36, 0x32, 0x38, 0x38];
    const TRA_OF_8194: [u8; 6] = [0x80, 0x01, 0x90, 0x00, 0x08, 0x17];
    /// What libss7 with point code 4097 answers to that test, and its own TRA.
    const SLTA_OF_4097: [u8; 17] =
        [0x81, 0x02, 0x60, 0x00, 0x04, 0x21, 0xa0, 0x32, 0x35, 0x36, 0x34, 0x32, 0x38, 0x36, 0x32, 0x38, 0x38];
    const TRA_OF_4097: [u8; 6] = [0x80, 0x02, 0x60, 0x00, 0x04, 0x17];

    /// The answer of the other end to our SLTM.
    fn acknowledgement(test: &[u8]) -> Vec<u8> {
        let mut answer = test.to_vec();
        answer[1..6].copy_from_slice(&[0x01, 0x90, 0x00, 0x08, 0x21]);
        answer
    }

    fn tested() -> SignallingPoint {
        let mut point = SignallingPoint::new(A);
        point.link_in_service(0);
        let test = point.poll_transmit().expect("SLTM");
        assert_eq!(point.receive(10, &acknowledgement(&test)), Delivery::Management("SLTA"));
        assert_eq!(point.poll_transmit().as_deref(), Some(&TRA_OF_4097[..]));
        point
    }

    #[test]
    fn a_foreign_link_test_is_answered_with_its_own_pattern_before_ours_has_passed() {
        let mut point = SignallingPoint::new(A);
        point.link_in_service(0);
        assert_eq!(
            point.poll_transmit().map(|test| test[..6].to_vec()),
            Some(SLTA_OF_4097[..5].iter().copied().chain([0x11]).collect())
        );
        assert_eq!(point.receive(5, &SLTM_OF_8194), Delivery::Management("SLTM"));
        assert_eq!(point.poll_transmit().as_deref(), Some(&SLTA_OF_4097[..]));
        assert_eq!(point.receive(6, &TRA_OF_8194), Delivery::Management("TRA"));
        assert!(!point.available());
    }

    #[test]
    fn user_messages_pass_after_the_link_test_and_carry_the_low_four_bits_of_the_circuit_as_selection() {
        let mut point = tested();
        assert!(point.available());
        point.send_isup(6, &[6, 0, 0x12]);
        assert_eq!(point.poll_transmit().as_deref(), Some(&[0x85, 0x02, 0x60, 0x00, 0x64, 0x06, 0x00, 0x12][..]));
        assert_eq!(
            point.receive(20, &[0x85, 0x01, 0x90, 0x00, 0x68, 6, 0, 0x10, 0]),
            Delivery::Isup(vec![6, 0, 0x10, 0])
        );
    }

    #[test]
    fn a_link_test_that_stays_unanswered_is_repeated_once_and_then_fails_the_link() {
        let mut point = SignallingPoint::new(A);
        point.link_in_service(0);
        assert!(point.tick(TEST_T1_MS - 1) && point.tick(TEST_T1_MS));
        assert_eq!(std::iter::from_fn(|| point.poll_transmit()).count(), 2);
        assert!(!point.tick(2 * TEST_T1_MS));
    }

    #[test]
    fn the_link_is_tested_again_every_t2_while_messages_pass() {
        let mut point = tested();
        assert!(point.tick(10 + TEST_T2_MS));
        assert_eq!(point.poll_transmit().map(|test| test[5]), Some(TEST_MESSAGE));
        assert!(point.available());
    }

    #[test]
    fn messages_for_others_are_refused_with_a_reason() {
        let mut point = tested();
        for (octets, reason) in [
            (&[0x85][..], "no routing label"),
            (&[0x45, 0x01, 0x90, 0x00, 0x08, 1], "foreign network indicator"),
            (&[0x85, 0x02, 0x90, 0x00, 0x08, 1], "foreign point code"),
            (&[0x83, 0x01, 0x90, 0x00, 0x08, 1], "service without a user"),
            (&[0x81, 0x01, 0x90, 0x00, 0x08, 0x11, 0xf0, 1], "malformed link test"),
            (&[0x81, 0x01, 0x90, 0x00, 0x08, 0x21, 0x10, 1], "malformed link test"),
        ] {
            assert_eq!(point.receive(0, octets), Delivery::Refused(reason));
        }
    }
}
