//! Basic error correction, Q.703 clause 5: sequence numbers, acknowledgement, retransmission.
//!
//! Both directions of one link. It promises that every message taken by [`Correction::push`] is sent, in order,
//! until it is acknowledged, and that received messages come out once and in order. Preventive cyclic
//! retransmission is left out: it is for satellite links.

use std::collections::VecDeque;

use super::unit::Header;

/// What a received unit meant for the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A message in sequence: hand it on.
    Accept,
    /// Nothing new, or a message to be received again.
    Discard,
    /// Backward or forward numbers were wrong in two of three units: the link has failed.
    Abnormal,
}

/// The state of both directions.
#[derive(Debug)]
pub(super) struct Correction {
    // Transmitting: messages waiting, the first `sent` of them transmitted and not acknowledged; `next` is transmitted next.
    messages: VecDeque<Vec<u8>>,
    sent: usize,
    next: usize,
    acknowledged: u8,
    fib: bool,
    // Receiving.
    accepted: u8,
    bib: bool,
    awaiting_retransmission: bool,
    abnormal_backward: u8,
    abnormal_forward: u8,
    retransmissions: u64,
}

/// What a failed link leaves behind, Q.704 clause 5.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Retrieval {
    /// The last number accepted from the other end; `None`: not known, the terminal has lost it.
    pub(super) accepted: Option<u8>,
    acknowledged: u8,
    sent: usize,
    messages: Vec<Vec<u8>>,
}

impl Retrieval {
    /// What the other end has not got, by the last number it says to have accepted. When it does not know, what was
    /// sent is taken as received, so that nothing arrives twice.
    pub(super) fn after(mut self, accepted: Option<u8>) -> Vec<Vec<u8>> {
        let count = |number: u8| usize::from(number.wrapping_sub(self.acknowledged) & SEQUENCE_MASK);
        let received = accepted.map(count).filter(|count| *count <= self.sent);
        self.messages.split_off(received.unwrap_or(self.sent).min(self.messages.len()))
    }
}

/// The message was not taken: the queue is full, or the link is out of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotTaken;

impl Correction {
    pub(super) fn new() -> Self {
        Correction {
            messages: VecDeque::new(),
            sent: 0,
            next: 0,
            acknowledged: SEQUENCE_START,
            fib: true,
            accepted: SEQUENCE_START,
            bib: true,
            awaiting_retransmission: false,
            abnormal_backward: 0,
            abnormal_forward: 0,
            retransmissions: 0,
        }
    }

    /// Back to the numbers of an initial alignment; messages that wait are lost with the link.
    pub(super) fn reset(&mut self) {
        *self = Correction { retransmissions: self.retransmissions, ..Correction::new() };
    }

    /// What level 3 needs to know of a link that has failed; the messages are taken out.
    pub(super) fn retrieve(&mut self) -> Retrieval {
        Retrieval {
            accepted: Some(self.accepted),
            acknowledged: self.acknowledged,
            sent: std::mem::take(&mut self.sent),
            messages: std::mem::take(&mut self.messages).into(),
        }
    }

    pub(super) fn push(&mut self, message: Vec<u8>) -> Result<(), NotTaken> {
        if self.messages.len() >= MESSAGES_WAITING_MAX {
            return Err(NotTaken);
        }
        self.messages.push_back(message);
        Ok(())
    }

    /// Whether messages are sent and not acknowledged (T7 runs).
    pub(super) fn awaits_acknowledgement(&self) -> bool {
        self.sent > 0
    }

    /// The last number the other end has acknowledged.
    pub(super) fn acknowledged(&self) -> u8 {
        self.acknowledged
    }

    pub(super) fn retransmissions(&self) -> u64 {
        self.retransmissions
    }

    /// Header of a unit that carries no new message.
    pub(super) fn header(&self) -> Header {
        self.header_of(self.acknowledged.wrapping_add(self.sent as u8) & SEQUENCE_MASK)
    }

    /// The next message for the line and its header, new or again.
    pub(super) fn next_message(&mut self) -> Option<(Header, &[u8])> {
        if self.next >= self.messages.len().min(UNACKNOWLEDGED_MAX) {
            return None;
        }
        if self.next < self.sent {
            self.retransmissions += 1;
        }
        self.next += 1;
        self.sent = self.sent.max(self.next);
        let header = self.header_of(self.acknowledged.wrapping_add(self.next as u8) & SEQUENCE_MASK);
        Some((header, &self.messages[self.next - 1]))
    }

    /// The header of a received unit; `message` tells an MSU from a FISU.
    pub(super) fn receive(&mut self, header: Header, message: bool) -> Verdict {
        if !self.receive_backward(header) {
            return abnormal(&mut self.abnormal_backward);
        }
        self.abnormal_backward <<= 1;
        self.receive_forward(header, message)
    }

    /// Acknowledgements, positive and negative. `false`: the number acknowledges nothing that was sent.
    fn receive_backward(&mut self, header: Header) -> bool {
        let count = usize::from(header.bsn.wrapping_sub(self.acknowledged) & SEQUENCE_MASK);
        if count > self.sent {
            return false;
        }
        self.messages.drain(..count);
        self.sent -= count;
        self.next = self.next.saturating_sub(count);
        self.acknowledged = header.bsn;
        if header.bib != self.fib {
            self.fib = header.bib;
            self.next = 0;
        }
        true
    }

    /// Sequence of what is received.
    fn receive_forward(&mut self, header: Header, message: bool) -> Verdict {
        if header.fib != self.bib {
            // Until the other end has seen the negative acknowledgement its units carry the old indicator bit.
            return if self.awaiting_retransmission { Verdict::Discard } else { abnormal(&mut self.abnormal_forward) };
        }
        self.abnormal_forward <<= 1;
        self.awaiting_retransmission = false;
        let ahead = header.fsn.wrapping_sub(self.accepted) & SEQUENCE_MASK;
        match (ahead, message) {
            (0, _) => Verdict::Discard,
            (1, true) => {
                self.accepted = header.fsn;
                Verdict::Accept
            }
            _ => {
                self.bib = !self.bib;
                self.awaiting_retransmission = true;
                Verdict::Discard
            }
        }
    }

    fn header_of(&self, fsn: u8) -> Header {
        Header { bsn: self.accepted, bib: self.bib, fsn, fib: self.fib }
    }
}

/// Notes one abnormal unit in the history of the last three; two of three are a failure.
fn abnormal(history: &mut u8) -> Verdict {
    *history = *history << 1 | 1;
    if (*history & 0b111).count_ones() >= 2 { Verdict::Abnormal } else { Verdict::Discard }
}

/// Messages that may wait or be unacknowledged.
pub(super) const MESSAGES_WAITING_MAX: usize = 1024;
/// Numbers are modulo 128, so 127 messages at most are unacknowledged.
const UNACKNOWLEDGED_MAX: usize = 127;
/// After an initial alignment all numbers and indicator bits begin at ones.
const SEQUENCE_START: u8 = 127;
const SEQUENCE_MASK: u8 = 0x7f;

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends everything that `from` has and gives it to `to`; answers what arrived.
    fn deliver(from: &mut Correction, to: &mut Correction, lose: impl Fn(usize) -> bool) -> Vec<Vec<u8>> {
        let mut arrived = Vec::new();
        for at in 0.. {
            let Some((header, message)) = from.next_message() else { break };
            let message = message.to_vec();
            if !lose(at) && to.receive(header, true) == Verdict::Accept {
                arrived.push(message);
            }
        }
        assert_ne!(to.receive(from.header(), false), Verdict::Abnormal);
        arrived
    }

    #[test]
    fn a_lost_message_is_asked_for_by_the_indicator_bit_and_all_after_it_come_again() {
        let (mut a, mut b) = (Correction::new(), Correction::new());
        for number in 0..4u8 {
            a.push(vec![number]).expect("room for four");
        }
        assert_eq!(deliver(&mut a, &mut b, |at| at == 1), [[0]]);
        assert_eq!(b.header(), Header { bsn: 0, bib: false, fsn: 127, fib: true });
        assert_eq!(a.receive(b.header(), false), Verdict::Discard);
        assert_eq!(deliver(&mut a, &mut b, |_| false), [[1], [2], [3]]);
        assert_eq!(a.retransmissions(), 3);
        assert_eq!(b.header(), Header { bsn: 3, bib: false, fsn: 127, fib: true });
        a.receive(b.header(), false);
        assert!(!a.awaits_acknowledgement());
    }

    #[test]
    fn a_lost_last_message_is_noticed_by_the_fill_in_unit_that_follows() {
        let (mut a, mut b) = (Correction::new(), Correction::new());
        a.push(vec![7]).expect("room for one");
        assert!(deliver(&mut a, &mut b, |_| true).is_empty());
        a.receive(b.header(), false);
        assert_eq!(deliver(&mut a, &mut b, |_| false), [[7]]);
    }

    #[test]
    fn at_most_127_messages_are_unacknowledged_and_the_queue_is_bounded() {
        let mut a = Correction::new();
        for _ in 0..MESSAGES_WAITING_MAX {
            a.push(vec![0]).expect("room up to the bound");
        }
        assert_eq!(a.push(vec![0]), Err(NotTaken));
        let sent = std::iter::from_fn(|| a.next_message().map(|(header, _)| header.fsn)).count();
        assert_eq!(sent, 127);
    }

    #[test]
    fn an_impossible_backward_number_in_two_of_three_units_is_a_failure() {
        let mut a = Correction::new();
        let wrong = Header { bsn: 5, ..a.header() };
        assert_eq!(a.receive(wrong, false), Verdict::Discard);
        assert_eq!(a.receive(Correction::new().header(), false), Verdict::Discard);
        assert_eq!(a.receive(wrong, false), Verdict::Abnormal);
    }

    #[test]
    fn a_repeated_message_is_not_accepted_twice() {
        let mut b = Correction::new();
        let header = Header { bsn: 127, bib: true, fsn: 0, fib: true };
        assert_eq!(b.receive(header, true), Verdict::Accept);
        assert_eq!(b.receive(header, true), Verdict::Discard);
        assert!(b.header().bib);
    }
}
