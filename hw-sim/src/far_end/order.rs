//! Orders to place a call towards the gateway, and what became of them.

use super::script::Script;

/// Names one order for as long as its outcome is kept; counts up from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

/// A call that the far exchange shall place towards the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOrder {
    /// Digits of the called party number; their end is told by ST or Sending Complete. Codes B, C may stand in it (`*`, `#`
    /// are not ISUP digits). Each hyphen ends a message: of `6-00` the IAM or SETUP has `6` and, 200 ms later, a SAM or
    /// INFORMATION `00`. With a hyphen at the end the end of the number is not told.
    pub called: String,
    /// Digits of the calling party number; empty: the parameter is left out.
    pub calling: String,
    /// What [`Step::Hold`](super::Step::Hold) waits: by the standing scripts, from answer (or ringing) to release.
    pub hold_ms: u64,
    /// Send PRBS-15 after answer and check what returns; else a 425 Hz tone is sent and nothing is checked.
    pub verify: bool,
    /// Have the circuit checked for continuity first: PRBS-15 into the gateway's loop. A PRI exchange passes over it.
    pub check: bool,
    /// The calling number is told when it is asked for (INR), and not before.
    pub tells_when_asked: bool,
    /// What is played; [`Script::CONVERSATION`] for an ordinary call, [`Script::CANCEL`] to release while ringing.
    pub script: Script,
    /// The caller's own mark, returned in the outcome untouched.
    pub tag: String,
}

impl CallOrder {
    /// The called number piece by piece, each with whether its end is told with it; the first goes with the call's first message.
    pub(super) fn pieces(&self) -> Vec<(&str, bool)> {
        let mut pieces: Vec<_> = self.called.split('-').map(|piece| (piece, false)).collect();
        if pieces.len() > 1 && self.called.ends_with('-') {
            pieces.pop();
        } else if let Some((_, is_last)) = pieces.last_mut() {
            *is_last = true;
        }
        pieces
    }

    /// What goes with the call's first message.
    pub(super) fn first_piece(&self) -> (&str, bool) {
        self.pieces().first().copied().unwrap_or_default()
    }

    /// An ordinary call: answered, held for `hold_ms`, released with cause 16.
    pub fn conversation(called: &str, calling: &str, hold_ms: u64) -> Self {
        CallOrder {
            called: called.to_owned(),
            calling: calling.to_owned(),
            hold_ms,
            verify: false,
            check: false,
            tells_when_asked: false,
            script: Script::CONVERSATION,
            tag: String::new(),
        }
    }

    /// The same call with the bearer verified by PRBS-15.
    pub fn verified(called: &str, calling: &str, hold_ms: u64) -> Self {
        CallOrder { verify: true, ..CallOrder::conversation(called, calling, hold_ms) }
    }

    /// A call that is released `after_ms` of ringing.
    pub fn cancelled(called: &str, calling: &str, after_ms: u64) -> Self {
        CallOrder { script: Script::CANCEL, ..CallOrder::conversation(called, calling, after_ms) }
    }
}

/// Who ended a placed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleasedBy {
    /// This exchange sent the first REL.
    FarExchange,
    /// The gateway sent the first REL.
    Gateway,
    /// The circuit was reset (RSC or GRS, by either end) or the exchange restarted.
    Reset,
    /// No circuit, or no signalling link, was to be had: nothing was sent.
    NoCircuit,
    /// The order was refused because [`ORDERS_PENDING_MAX`](super::ORDERS_PENDING_MAX) others wait.
    OrdersFull,
}

/// What became of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOutcome {
    /// The mark of the order.
    pub tag: String,
    /// CIC of the circuit that carried the call; `None` when none was seized.
    pub circuit: Option<u16>,
    /// ANM or CON was received.
    pub answered: bool,
    /// Cause value (Q.850) of the first REL of the call, either direction; `None` after a reset.
    pub cause: Option<u8>,
    /// Who ended it.
    pub released_by: ReleasedBy,
    /// Octets received from the first recognition of the returned PRBS-15 until release.
    pub octets_checked: u64,
    /// Those of them that were not the expected octet, octets received while out of step included.
    pub differences: u64,
    /// Times the returned sequence was lost (more than concealment: the comparison had to search again).
    pub lost_sync: u64,
    /// From answer until the returned sequence was first recognised.
    pub first_sync_ms: Option<u64>,
    /// Delay from this exchange's transmitter to its receiver, rounded to ms; unambiguous below 4095 ms.
    pub delay_ms_round_trip: Option<u32>,
    /// The same in octets of 125 µs, at the last recognition.
    pub delay_octets_round_trip: Option<u32>,
    /// The ladder of the call: ms of the exchange's time; `"-> IAM"` sent by it, `"<- ACM"` received by it.
    pub timeline: Vec<(u64, String)>,
}

impl CallOutcome {
    /// An outcome without a circuit.
    pub(super) fn refused(tag: String, cause: u8, released_by: ReleasedBy) -> Self {
        CallOutcome {
            tag,
            circuit: None,
            answered: false,
            cause: Some(cause),
            released_by,
            octets_checked: 0,
            differences: 0,
            lost_sync: 0,
            first_sync_ms: None,
            delay_ms_round_trip: None,
            delay_octets_round_trip: None,
            timeline: Vec::new(),
        }
    }
}

/// Entries that one call's timeline keeps; later ones are left out (a call of more messages is a repetition).
pub const TIMELINE_ENTRIES_MAX: usize = 64;
