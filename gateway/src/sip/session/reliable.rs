//! Reliable provisional responses, RFC 3262: our own until their PRACK (section 3), the peer's in order (section 4).
//!
//! Left out: reliable responses of ours to re-INVITE, which is answered at once.

use super::super::dialog::Dialog;
use super::super::header::{CSeq, Name};
use super::super::message::Message;
use super::super::parse::lex;
use super::super::timer::Timers;
use super::super::transaction::{Layer, Purpose, Sent};
use super::super::vocabulary::SessionId;
use std::time::{Duration, Instant};

/// The option tag.
pub(super) const OPTION: &str = "100rel";

/// What the caller says about reliable responses in its INVITE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// It cannot acknowledge them: none may be sent.
    Unable,
    /// It can: those with SDP are sent so.
    Able,
    /// Every one must be sent so (Require).
    Demanded,
}

impl Wish {
    pub(super) fn of(invite: &Message) -> Wish {
        match (invite.lists(Name::Require, OPTION), invite.lists(Name::Supported, OPTION)) {
            (true, _) => Wish::Demanded,
            (false, true) => Wish::Able,
            (false, false) => Wish::Unable,
        }
    }
}

/// A reliable response of ours that waits for its PRACK. It goes again at T1 doubling, without T2's limit.
#[derive(Debug)]
pub(super) struct Outstanding {
    pub rseq: u32,
    pub status: u16,
    pub has_sdp: bool,
    pub octets: Vec<u8>,
    next: Instant,
    interval: Duration,
    give_up: Instant,
}

/// What its time brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Repeat,
    NoPrack,
}

impl Outstanding {
    pub(super) fn new(
        now: Instant,
        timers: &Timers,
        rseq: u32,
        (status, octets): (u16, Vec<u8>),
        has_sdp: bool,
    ) -> Outstanding {
        let (next, give_up) = (now + timers.t1, now + timers.transaction());
        Outstanding { rseq, status, has_sdp, octets, next, interval: timers.t1, give_up }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) -> Due {
        if self.give_up <= now {
            return Due::NoPrack;
        }
        if self.next > now {
            return Due::Nothing;
        }
        self.interval *= 2;
        self.next = now + self.interval;
        Due::Repeat
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        self.next.min(self.give_up)
    }
}

/// RAck of a PRACK: response number, then the CSeq of the request that was responded to (7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RAck {
    pub rseq: u32,
    /// Of the INVITE.
    pub cseq: u32,
}

impl RAck {
    pub(super) fn of(prack: &Message) -> Option<RAck> {
        let value = prack.value(Name::RAck)?;
        let end = value.iter().position(|octet| !octet.is_ascii_digit())?;
        let cseq = CSeq::parse(lex::trim(&value[end..])).ok().filter(|cseq| cseq.method == b"INVITE")?;
        Some(RAck { rseq: lex::number(&value[..end])?, cseq: cseq.number })
    }

    fn to_text(self) -> String {
        format!("{} {} INVITE", self.rseq, self.cseq)
    }
}

/// PRACK for a reliable response of the peer (section 4).
pub(super) fn acknowledge(now: Instant, layer: &mut Layer, session: SessionId, dialog: &mut Dialog, rack: RAck) {
    let ways = dialog.ways(layer);
    let (branch, _, writer) = dialog.request(layer, "PRACK");
    let octets = writer.field(Name::RAck, rack.to_text().as_bytes()).finish(None);
    layer.request(now, ways, branch, octets, Sent { session, purpose: Purpose::Prack });
}

/// The peer's responses to one INVITE in one dialog: the number of the last one in order.
#[derive(Debug, Default)]
pub(super) struct Heard {
    last: Option<u32>,
}

/// How a provisional response of the peer stands in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Not sent reliably.
    Plain,
    /// The next one: to be acknowledged.
    Next(u32),
    /// A repetition, or one whose predecessor is still missing: neither acknowledged nor looked at.
    OutOfOrder,
}

impl Heard {
    pub(super) fn take(&mut self, response: &Message) -> Arrival {
        let rseq = response.value(Name::RSeq).and_then(lex::number).filter(|rseq| *rseq > 0);
        let (true, Some(rseq)) = (response.lists(Name::Require, OPTION), rseq) else { return Arrival::Plain };
        if self.last.is_some_and(|last| last.checked_add(1) != Some(rseq)) {
            return Arrival::OutOfOrder;
        }
        self.last = Some(rseq);
        Arrival::Next(rseq)
    }
}

/// The first RSeq is drawn from 1 to 2^31 - 1 (section 3).
pub(super) fn first_rseq(random: u64) -> u32 {
    u32::try_from(random % RSEQ_FIRST_MAX).expect("a remainder of 2^31 - 1 has 31 bits") + 1
}

const RSEQ_FIRST_MAX: u64 = (1 << 31) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn rack(value: &str) -> Option<RAck> {
        let text = format!("PRACK sip:a@b SIP/2.0\r\nRAck: {value}\r\n\r\n");
        RAck::of(&Message::parse(text.as_bytes()).expect("the frame is whole"))
    }

    #[test]
    fn rack_is_two_numbers_and_a_method() {
        // The example of RFC 3262 7.2.
        assert_eq!(rack("776656 1 INVITE"), Some(RAck { rseq: 776_656, cseq: 1 }));
        for wrong in ["", "1", "1 INVITE", "1 2 BYE", "x 1 INVITE", "4294967296 1 INVITE", "1 1"] {
            assert_eq!(rack(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_first_number_leaves_room_for_all_that_follow() {
        assert_eq!(first_rseq(0), 1);
        assert_eq!(first_rseq(RSEQ_FIRST_MAX - 1), (1 << 31) - 1);
        assert_eq!(first_rseq(RSEQ_FIRST_MAX), 1);
    }
}
