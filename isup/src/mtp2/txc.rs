//! Transmission control (TXC), Q.703 clauses 5 and 6.
//!
//! Promises: at most [`UNACKNOWLEDGED_MAX`] messages are outstanding and at most [`WAITING_MAX`] wait; fill-in units
//! and statuses are made when the line pulls, never queued.
//! Leaves out: nothing.

use std::collections::VecDeque;
use std::time::Instant;

use super::rxc::INITIAL_SEQUENCE;
use super::unit::{Contents, Header, Status, Unit, sequence_add, sequence_distance};
use super::{Correction, Reason, Timers};

/// Messages sent and not acknowledged, at most: one less than the sequence numbers there are.
pub const UNACKNOWLEDGED_MAX: usize = 127;
/// Messages waiting to be sent, at most; more are refused.
pub const WAITING_MAX: usize = 1024;
/// Messages waiting at which level 3 is told of congestion.
pub const CONGESTION_ONSET: usize = 256;
/// Messages waiting at which level 3 is told that congestion is over.
pub const CONGESTION_ABATEMENT: usize = 128;

/// Transmission control.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transmission {
    sending: Sending,
    fib: bool,
    /// FSNL: sequence number of the last message sent for the first time.
    last: u8,
    /// RTB: sent and not acknowledged, oldest first.
    unacknowledged: VecDeque<Vec<u8>>,
    /// TB: not sent yet.
    waiting: VecDeque<Vec<u8>>,
    /// The next message of the retransmission buffer to send again; preventive cyclic retransmission begins anew where
    /// there is none.
    resend: Option<usize>,
    /// N1 or N2 was reached: all that is not acknowledged goes out again before anything new.
    forced: bool,
    correction: Correction,
    /// SIB goes out once, before anything else.
    busy_due: bool,
    t6: Option<Instant>,
    t7: Option<Instant>,
    timers: Timers,
}

/// What fills the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sending {
    Status(Status),
    Fill,
    Messages,
}

/// What kind of unit was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Made {
    /// A status or fill-in unit that the line may repeat.
    Repeatable,
    /// SIB, which goes out once.
    Once,
    /// A message, for the first time.
    Message,
    /// A message, again.
    Retransmission,
}

/// The buffer is full.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused;

impl Transmission {
    /// Transmission control that sends SIOS.
    pub fn new(timers: Timers, correction: Correction) -> Self {
        Self {
            sending: Sending::Status(Status::OUT_OF_SERVICE),
            fib: true,
            last: INITIAL_SEQUENCE,
            unacknowledged: VecDeque::new(),
            waiting: VecDeque::new(),
            resend: None,
            forced: false,
            correction,
            busy_due: false,
            t6: None,
            t7: None,
            timers,
        }
    }

    /// Sends this status from now on. A link out of service keeps its messages for retrieval until it starts anew.
    pub fn send_status(&mut self, status: Status) {
        self.sending = Sending::Status(status);
        self.busy_due = false;
        self.stop_timers();
    }

    /// Takes out what was not acknowledged: FSN of the oldest message sent, those sent, those waiting.
    pub fn retrieve(&mut self) -> (u8, Vec<Vec<u8>>, Vec<Vec<u8>>) {
        let first_fsn = sequence_add(self.acknowledged(), 1);
        let sent = std::mem::take(&mut self.unacknowledged).into();
        let waiting = std::mem::take(&mut self.waiting).into();
        self.resend = None;
        self.stop_timers();
        (first_fsn, sent, waiting)
    }

    /// Forgets what was not acknowledged; the next message is the one that the far end expects.
    pub fn flush(&mut self) {
        self.last = self.acknowledged();
        self.retrieve();
    }

    /// Sends fill-in units from now on; messages wait, so no acknowledgement is due.
    pub fn send_fill(&mut self) {
        self.sending = Sending::Fill;
        self.stop_timers();
    }

    /// Sends messages from now on.
    pub fn send_messages(&mut self, now: Instant) {
        self.sending = Sending::Messages;
        self.t7 = (!self.unacknowledged.is_empty()).then(|| now + self.timers.t7);
    }

    /// Sends SIB once.
    pub fn send_busy(&mut self) {
        self.busy_due = true;
    }

    /// Takes a message to send.
    pub fn queue(&mut self, message: Vec<u8>) -> Result<(), Refused> {
        if self.waiting.len() == WAITING_MAX {
            return Err(Refused);
        }
        self.waiting.push_back(message);
        Ok(())
    }

    /// How many messages wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether a received BSN names a message that we sent, or the last one acknowledged.
    pub fn is_acknowledgeable(&self, bsn: u8) -> bool {
        usize::from(sequence_distance(self.acknowledged(), bsn)) <= self.unacknowledged.len()
    }

    /// Takes a BSN that [`Transmission::is_acknowledgeable`] and its BIB; true when they ask for retransmission.
    pub fn acknowledge(&mut self, now: Instant, bsn: u8, bib: bool) -> bool {
        let count = usize::from(sequence_distance(self.acknowledged(), bsn)).min(self.unacknowledged.len());
        if count > 0 {
            self.unacknowledged.drain(..count);
            self.t6 = None;
            self.t7 = (!self.unacknowledged.is_empty()).then(|| now + self.timers.t7);
            self.resend = self.resend.map(|next| next.saturating_sub(count));
        }
        let negative = bib != self.fib && self.correction == Correction::Basic;
        if negative {
            self.fib = bib;
            self.t6 = None;
            self.resend = Some(0);
        }
        negative
    }

    /// SIB came: the far end is congested and acknowledges late.
    pub fn remote_busy(&mut self, now: Instant) {
        if self.t7.is_some() {
            self.t7 = Some(now + self.timers.t7);
            self.t6.get_or_insert(now + self.timers.t6);
        }
    }

    /// T6 or T7, whichever is earlier.
    pub fn poll_timeout(&self) -> Option<Instant> {
        [self.t6, self.t7].into_iter().flatten().min()
    }

    /// Why the link fails, when T6 or T7 has expired.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<Reason> {
        if self.t6.is_some_and(|t6| t6 <= now) {
            Some(Reason::RemoteCongested)
        } else if self.t7.is_some_and(|t7| t7 <= now) {
            Some(Reason::AcknowledgementDelayed)
        } else {
            None
        }
    }

    /// Appends the unit that stands first in the order of clause 11.2: status, retransmission, message, fill-in.
    pub fn make(&mut self, now: Instant, (bsn, bib): (u8, bool), out: &mut Vec<u8>) -> Made {
        let header = Header { bsn, bib, fsn: self.last, fib: self.fib };
        if std::mem::take(&mut self.busy_due) {
            Unit { header, contents: Contents::Status(Status::BUSY) }.encode(out);
            return Made::Once;
        }
        match self.sending {
            Sending::Status(status) => {
                Unit { header, contents: Contents::Status(status) }.encode(out);
                Made::Repeatable
            }
            Sending::Fill => make_fill(header, out),
            Sending::Messages => match self.correction {
                Correction::Basic => self.make_basic(now, header, out),
                Correction::Cyclic { messages_max, octets_max } => {
                    self.make_cyclic(now, header, (messages_max.into(), octets_max), out)
                }
            },
        }
    }

    /// A retransmission that was asked for, a new message, or fill.
    fn make_basic(&mut self, now: Instant, header: Header, out: &mut Vec<u8>) -> Made {
        if self.is_resending() {
            self.make_retransmission(header, out)
        } else if self.may_send() {
            self.resend = None;
            self.make_message(now, header, out)
        } else {
            make_fill(header, out)
        }
    }

    /// A new message, unless retransmission is forced, or one more of the cycle, or fill where all is acknowledged.
    fn make_cyclic(&mut self, now: Instant, header: Header, (n1, n2): (usize, u32), out: &mut Vec<u8>) -> Made {
        match (self.forced, self.has_reached(n1, n2)) {
            (false, true) => (self.forced, self.resend) = (true, Some(0)),
            // A forced cycle runs to its end.
            (true, false) => self.forced = self.is_resending(),
            _ => {}
        }
        if !self.forced && self.may_send() {
            return self.make_message(now, header, out);
        }
        if !self.is_resending() {
            self.resend = Some(0);
        }
        self.make_retransmission(header, out)
    }

    fn has_reached(&self, n1: usize, n2: u32) -> bool {
        let octets: usize = self.unacknowledged.iter().map(Vec::len).sum();
        self.unacknowledged.len() >= n1 || octets >= n2 as usize
    }

    fn stop_timers(&mut self) {
        self.t6 = None;
        self.t7 = None;
    }

    fn is_resending(&self) -> bool {
        self.resend.is_some_and(|next| next < self.unacknowledged.len())
    }

    fn may_send(&self) -> bool {
        self.unacknowledged.len() < UNACKNOWLEDGED_MAX && !self.waiting.is_empty()
    }

    fn make_retransmission(&mut self, header: Header, out: &mut Vec<u8>) -> Made {
        let Some(next) = self.resend else { return make_fill(header, out) };
        let Some(message) = self.unacknowledged.get(next) else { return make_fill(header, out) };
        // An index into at most 127 messages fits an octet.
        let fsn = sequence_add(self.acknowledged(), next as u8 + 1);
        Unit { header: Header { fsn, ..header }, contents: Contents::Message(message) }.encode(out);
        self.resend = Some(next + 1);
        Made::Retransmission
    }

    fn make_message(&mut self, now: Instant, header: Header, out: &mut Vec<u8>) -> Made {
        let Some(message) = self.waiting.pop_front() else { return make_fill(header, out) };
        self.last = sequence_add(self.last, 1);
        Unit { header: Header { fsn: self.last, ..header }, contents: Contents::Message(&message) }.encode(out);
        self.unacknowledged.push_back(message);
        self.t7.get_or_insert(now + self.timers.t7);
        Made::Message
    }

    /// FSN of the last message acknowledged (FSNF less one).
    fn acknowledged(&self) -> u8 {
        // The buffer holds at most 127 messages.
        self.last.wrapping_sub(self.unacknowledged.len() as u8) & super::unit::SEQUENCE_MASK
    }
}

fn make_fill(header: Header, out: &mut Vec<u8>) -> Made {
    Unit { header, contents: Contents::Fill }.encode(out);
    Made::Repeatable
}
