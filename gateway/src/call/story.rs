//! What a call leaves behind: the facts of its record.

use std::time::Instant;

use isup::cause::Cause;
use media::Statistics;

use crate::circuit::Seat;

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The SIP side.
    Sip,
    /// The PSTN side.
    Pstn,
    /// The gateway itself.
    Gateway,
}

/// The facts of one call, gathered as they happen.
#[derive(Debug, Clone)]
pub struct Story {
    /// When the INVITE or the IAM came.
    pub begun: Instant,
    /// It came from SIP.
    pub from_sip: bool,
    /// The calling number, empty when there is none.
    pub calling: String,
    /// The called number.
    pub called: String,
    /// Call-ID of the SIP dialog, lossy where it is no UTF-8.
    pub sip_call_id: String,
    /// The circuit that it used last.
    pub seat: Option<Seat>,
    /// When the called side was first said to be reached.
    pub alerting: Option<Instant>,
    /// When it answered.
    pub answered: Option<Instant>,
    /// When one side ended it.
    pub released: Option<Instant>,
    /// Who ended it.
    pub released_by: Option<Party>,
    /// Why.
    pub cause: Option<Cause>,
    /// The status that SIP was given, or gave, where the call was not answered.
    pub status: Option<u16>,
    /// What became of its audio.
    pub media: Option<Box<Statistics>>,
    /// Times that the far end fell silent in RTP.
    pub silences: u32,
    /// Events that the state did not expect.
    pub unexpected: u32,
}

impl Story {
    pub(super) fn begin(now: Instant, from_sip: bool) -> Story {
        Story {
            begun: now,
            from_sip,
            calling: String::new(),
            called: String::new(),
            sip_call_id: String::new(),
            seat: None,
            alerting: None,
            answered: None,
            released: None,
            released_by: None,
            cause: None,
            status: None,
            media: None,
            silences: 0,
            unexpected: 0,
        }
    }
}
