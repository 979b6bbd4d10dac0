//! The data link of a D-channel: multiple frame operation between two ends of TEI 0, Q.921 clause 5.
//!
//! It asks for the link until it has it. What is told while the link is down is refused. Left out: own receiver busy,
//! TEI management, unnumbered information, release on order other than by falling silent.

use std::collections::VecDeque;

/// One end of the link.
#[derive(Debug)]
pub(super) struct Link {
    is_network: bool,
    state: State,
    /// Supervisory and unnumbered frames that wait for the line.
    replies: VecDeque<Vec<u8>>,
    /// Messages not yet acknowledged; the first has the number V(A).
    messages: VecDeque<Vec<u8>>,
    /// How many of them go before the next one to be sent, and how many have been sent at least once.
    next: usize,
    sent: usize,
    /// V(A) and V(R), modulo 128.
    acknowledged: u8,
    expected: u8,
    peer_busy: bool,
    /// REJ has been sent and the frame it asks for has not come.
    rejecting: bool,
    /// An information frame has come that no frame of ours has acknowledged.
    owes: bool,
    indications: VecDeque<Indication>,
    /// Frames received with an error.
    pub(super) errored: u64,
    /// Information frames sent again.
    pub(super) retransmitted: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Silent by order: nothing is sent or heard.
    Stopped,
    /// SABME sent, UA awaited.
    Establishing { t200_ms: u64 },
    /// Information passes.
    Established { timer: Timer },
}

/// What runs while the link is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// All is acknowledged.
    T203 { at_ms: u64 },
    /// Information is not.
    T200 { at_ms: u64 },
    /// It was not in time: a response with F = 1 is awaited, for the so manieth time.
    Recovery { at_ms: u64, tries: u32 },
}

/// What the link tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Indication {
    Up,
    Down(&'static str),
    Received(Vec<u8>),
}

impl Link {
    /// A link that asks to come up.
    pub(super) fn new(is_network: bool) -> Self {
        let mut link = Link {
            is_network,
            state: State::Stopped,
            replies: VecDeque::new(),
            messages: VecDeque::new(),
            next: 0,
            sent: 0,
            acknowledged: 0,
            expected: 0,
            peer_busy: false,
            rejecting: false,
            owes: false,
            indications: VecDeque::new(),
            errored: 0,
            retransmitted: 0,
        };
        link.start(0);
        link
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    pub(super) fn is_up(&self) -> bool {
        matches!(self.state, State::Established { .. })
    }

    /// Comes up again; without effect on a link that is up or on its way.
    pub(super) fn start(&mut self, now_ms: u64) {
        if self.state == State::Stopped {
            self.establish(now_ms);
        }
    }

    /// Falls silent.
    pub(super) fn stop(&mut self) {
        self.leave("stopped", State::Stopped);
        self.replies.clear();
    }

    /// Comes up anew, whatever it was.
    pub(super) fn restart(&mut self, now_ms: u64) {
        self.stop();
        self.start(now_ms);
    }

    /// A message for the other end. `false`: the link is down or full.
    pub(super) fn send(&mut self, message: Vec<u8>) -> bool {
        let room = self.is_up() && self.messages.len() < MESSAGES_MAX;
        if room {
            self.messages.push_back(message);
        }
        room
    }

    pub(super) fn poll_indication(&mut self) -> Option<Indication> {
        self.indications.pop_front()
    }

    /// A frame with a good check sequence.
    pub(super) fn receive(&mut self, now_ms: u64, frame: &[u8]) {
        let [first, TEI_0, control, rest @ ..] = frame else { return self.errored += 1 };
        if first & !COMMAND_RESPONSE != SAPI_0 || self.state == State::Stopped {
            return;
        }
        let is_command = (first & COMMAND_RESPONSE != 0) != self.is_network;
        match (control & 3, rest) {
            (3, _) => self.unnumbered(now_ms, control & !POLL_UNNUMBERED, control & POLL_UNNUMBERED),
            (_, []) => self.errored += 1,
            (_, _) if !self.is_up() => {}
            (1, [second, ..]) => self.supervisory(now_ms, control & 0x0c, *second, is_command),
            (_, [second, message @ ..]) => self.information(now_ms, *control, *second, message),
        }
    }

    /// Time passes.
    pub(super) fn tick(&mut self, now_ms: u64) {
        match &mut self.state {
            State::Establishing { t200_ms } if now_ms >= *t200_ms => self.establish(now_ms),
            State::Established { timer } => match *timer {
                Timer::T203 { at_ms } | Timer::T200 { at_ms } if now_ms >= at_ms => {
                    *timer = Timer::Recovery { at_ms: now_ms + T200_MS, tries: 1 };
                    self.enquire();
                }
                Timer::Recovery { at_ms, tries } if now_ms >= at_ms && tries >= N200 => {
                    self.leave("no answer", State::Stopped);
                    self.establish(now_ms);
                }
                Timer::Recovery { at_ms, tries } if now_ms >= at_ms => {
                    *timer = Timer::Recovery { at_ms: now_ms + T200_MS, tries: tries + 1 };
                    self.enquire();
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// The next frame for the line, into `frame`. `false`: there is none.
    pub(super) fn next_frame(&mut self, now_ms: u64, frame: &mut Vec<u8>) -> bool {
        frame.clear();
        if let Some(reply) = self.replies.pop_front() {
            frame.extend(reply);
            return true;
        }
        let State::Established { timer } = &mut self.state else { return false };
        let waits = matches!(timer, Timer::Recovery { .. }) || self.peer_busy || self.next >= WINDOW;
        if let Some(message) = self.messages.get(self.next).filter(|_| !waits) {
            if let Timer::T203 { .. } = timer {
                *timer = Timer::T200 { at_ms: now_ms + T200_MS };
            }
            self.retransmitted += u64::from(self.next < self.sent);
            let number = self.acknowledged.wrapping_add(self.next as u8);
            frame.extend([SAPI_0 | command(self.is_network), TEI_0, number << 1, self.expected << 1]);
            frame.extend(message);
            self.next += 1;
            self.sent = self.sent.max(self.next);
            self.owes = false;
            return true;
        }
        if std::mem::take(&mut self.owes) {
            frame.extend(self.supervise(RR, 0, response(self.is_network)));
        }
        !frame.is_empty()
    }

    fn unnumbered(&mut self, now_ms: u64, kind: u8, poll: u8) {
        match kind {
            SABME => {
                self.replies.clear();
                self.reply(UA | poll);
                self.leave("reset by the other end", State::Stopped);
                self.enter(now_ms);
            }
            UA if matches!(self.state, State::Establishing { .. }) => self.enter(now_ms),
            DISC => {
                self.reply(if self.is_up() { UA | poll } else { DM | poll });
                self.leave("released by the other end", State::Stopped);
                self.establish(now_ms);
            }
            // DM with F = 1 answers our SABME: it is asked again when T200 ends.
            DM if poll == 0 || self.is_up() => {
                self.leave("the other end is not connected", State::Stopped);
                self.establish(now_ms);
            }
            FRMR => {
                self.leave("frame rejected", State::Stopped);
                self.establish(now_ms);
            }
            _ => {}
        }
    }

    fn supervisory(&mut self, now_ms: u64, kind: u8, second: u8, is_command: bool) {
        let final_bit = second & 1;
        if is_command && final_bit == 1 {
            let answer = self.supervise(RR, 1, response(self.is_network));
            self.replies.push_back(answer);
            self.owes = false;
        }
        self.peer_busy = kind == RNR;
        let recovered = !is_command && final_bit == 1;
        self.take_acknowledgement(now_ms, second >> 1, recovered);
        if kind == REJ || recovered {
            self.next = 0;
        }
    }

    fn information(&mut self, now_ms: u64, first: u8, second: u8, message: &[u8]) {
        let is_polled = second & 1 == 1;
        if first >> 1 == self.expected {
            self.expected = self.expected.wrapping_add(1) & MODULUS_MASK;
            self.rejecting = false;
            self.owes = true;
            self.indications.push_back(Indication::Received(message.to_vec()));
        } else if !std::mem::replace(&mut self.rejecting, true) {
            let reject = self.supervise(REJ, u8::from(is_polled), response(self.is_network));
            self.replies.push_back(reject);
        }
        if is_polled && !self.rejecting {
            let answer = self.supervise(RR, 1, response(self.is_network));
            self.replies.push_back(answer);
            self.owes = false;
        }
        self.take_acknowledgement(now_ms, second >> 1, false);
    }

    /// N(R) of any frame.
    fn take_acknowledgement(&mut self, now_ms: u64, number: u8, recovered: bool) {
        let count = usize::from(number.wrapping_sub(self.acknowledged) & MODULUS_MASK);
        if count > self.sent {
            self.leave("acknowledgement of nothing sent", State::Stopped);
            return self.establish(now_ms);
        }
        self.messages.drain(..count);
        self.next = self.next.saturating_sub(count);
        self.sent -= count;
        self.acknowledged = number;
        let State::Established { timer } = &mut self.state else { return };
        match timer {
            Timer::Recovery { .. } if !recovered => {}
            _ if self.sent == 0 => *timer = Timer::T203 { at_ms: now_ms + T203_MS },
            Timer::T200 { .. } if count == 0 => {}
            _ => *timer = Timer::T200 { at_ms: now_ms + T200_MS },
        }
    }

    /// SABME.
    fn establish(&mut self, now_ms: u64) {
        self.state = State::Establishing { t200_ms: now_ms + T200_MS };
        self.replies.push_back(vec![SAPI_0 | command(self.is_network), TEI_0, SABME | POLL_UNNUMBERED]);
    }

    fn enter(&mut self, now_ms: u64) {
        self.state = State::Established { timer: Timer::T203 { at_ms: now_ms + T203_MS } };
        self.indications.push_back(Indication::Up);
    }

    /// Forgets what was on its way.
    fn leave(&mut self, why: &'static str, state: State) {
        if self.is_up() {
            self.indications.push_back(Indication::Down(why));
        }
        self.state = state;
        self.messages.clear();
        (self.next, self.sent, self.acknowledged, self.expected) = (0, 0, 0, 0);
        (self.peer_busy, self.rejecting, self.owes) = (false, false, false);
    }

    /// RR command with P = 1.
    fn enquire(&mut self) {
        let enquiry = self.supervise(RR, 1, command(self.is_network));
        self.replies.push_back(enquiry);
    }

    fn reply(&mut self, control: u8) {
        self.replies.push_back(vec![SAPI_0 | response(self.is_network), TEI_0, control]);
    }

    fn supervise(&self, kind: u8, poll: u8, direction: u8) -> Vec<u8> {
        vec![SAPI_0 | direction, TEI_0, kind | 1, self.expected << 1 | poll]
    }
}

/// The C/R bit of a command: 1 from the network, 0 from the user (Q.921 3.3.2).
fn command(is_network: bool) -> u8 {
    if is_network { COMMAND_RESPONSE } else { 0 }
}

fn response(is_network: bool) -> u8 {
    command(!is_network)
}

const SAPI_0: u8 = 0;
const TEI_0: u8 = 1;
const COMMAND_RESPONSE: u8 = 0x02;
const POLL_UNNUMBERED: u8 = 0x10;
/// Control octets of unnumbered frames without P/F, and bits 3 and 4 of supervisory ones (Q.921 table 5).
const SABME: u8 = 0x6f;
const UA: u8 = 0x63;
const DISC: u8 = 0x43;
const DM: u8 = 0x0f;
const FRMR: u8 = 0x87;
const RR: u8 = 0x00;
const RNR: u8 = 0x04;
const REJ: u8 = 0x08;
const MODULUS_MASK: u8 = 0x7f;
/// k of primary rate, Q.921 5.9.5.
const WINDOW: usize = 7;
/// Q.921 5.9: T200 1 s, N200 3, T203 10 s.
const T200_MS: u64 = 1_000;
const N200: u32 = 3;
const T203_MS: u64 = 10_000;
/// Messages that may wait for the line or their acknowledgement.
pub(super) const MESSAGES_MAX: usize = 512;
