//! Reception control (RXC), Q.703 clauses 5 and 6.
//!
//! Promises: messages are accepted in sequence, each once; with the basic method a gap is answered by inverting the
//! backward indicator bit, with preventive cyclic retransmission it is left to fill itself, and indicator bits mean
//! nothing; two abnormal units of three fail the link.
//! Leaves out: nothing.

use super::unit::{Contents, Header, sequence_add};
use super::{Correction, Reason};

/// Reception control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reception {
    /// Accepts messages: false while out of service or while our level 3 cannot take them.
    accepting: bool,
    /// FSN of the last message accepted (FSNX less one), which we send as BSN.
    last: u8,
    /// BIB that we send, and FIB that we expect.
    bib: bool,
    /// RTR: asked for retransmission, which has not begun yet.
    retransmission_expected: bool,
    correction: Correction,
    abnormal_bsn: TwoOfThree,
    abnormal_fib: TwoOfThree,
}

/// What a fill-in or message signal unit comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Its backward part is not to be believed: the unit is discarded.
    Abnormal,
    /// The link fails.
    Fail(Reason),
    /// Its backward part holds; it brings nothing new.
    Nothing,
    /// Its backward part holds; we ask for retransmission.
    Negative,
    /// Its backward part holds; the message is for level 3.
    Accept,
}

impl Reception {
    /// Reception control that accepts nothing yet.
    pub fn new(correction: Correction) -> Self {
        Self {
            accepting: false,
            last: INITIAL_SEQUENCE,
            bib: true,
            retransmission_expected: false,
            correction,
            abnormal_bsn: TwoOfThree::default(),
            abnormal_fib: TwoOfThree::default(),
        }
    }

    /// BSN and BIB to send.
    pub fn backward(&self) -> (u8, bool) {
        (self.last, self.bib)
    }

    /// Accepts messages from now on, or rejects them.
    pub fn accept(&mut self, accepting: bool) {
        self.accepting = accepting;
    }

    /// Judges the backward and forward indicator of a fill-in or message signal unit; `Accept` and `Negative` are left
    /// to [`Reception::sequence`].
    pub fn check(&mut self, header: Header, bsn_valid: bool) -> Verdict {
        let bsn_fails = self.abnormal_bsn.record(!bsn_valid);
        if !bsn_valid {
            return abnormal(bsn_fails, Reason::AbnormalBackwardSequenceNumber);
        }
        if self.correction != Correction::Basic {
            return Verdict::Nothing;
        }
        if self.retransmission_expected {
            self.retransmission_expected = header.fib != self.bib;
            return Verdict::Nothing;
        }
        let fib_fails = self.abnormal_fib.record(header.fib != self.bib);
        if header.fib != self.bib {
            return abnormal(fib_fails, Reason::AbnormalForwardIndicatorBit);
        }
        Verdict::Nothing
    }

    /// Where a checked unit stands in the sequence. While `busy`, messages are neither accepted nor asked for.
    pub fn sequence(&mut self, header: Header, contents: Contents<'_>, busy: bool) -> Verdict {
        if !self.accepting || busy || self.retransmission_expected {
            return Verdict::Nothing;
        }
        match contents {
            Contents::Message(_) if header.fsn == sequence_add(self.last, 1) => {
                self.last = header.fsn;
                Verdict::Accept
            }
            _ if header.fsn == self.last || self.correction != Correction::Basic => Verdict::Nothing,
            _ => {
                self.bib = !self.bib;
                self.retransmission_expected = true;
                Verdict::Negative
            }
        }
    }
}

/// Remembers whether two of the last three units were abnormal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct TwoOfThree(u8);

impl TwoOfThree {
    fn record(&mut self, abnormal: bool) -> bool {
        self.0 = (self.0 << 1 | u8::from(abnormal)) & 0b111;
        self.0.count_ones() >= 2
    }
}

fn abnormal(fails: bool, reason: Reason) -> Verdict {
    if fails { Verdict::Fail(reason) } else { Verdict::Abnormal }
}

/// Sequence numbers begin at 127, so that the first message is 0.
pub const INITIAL_SEQUENCE: u8 = 127;
