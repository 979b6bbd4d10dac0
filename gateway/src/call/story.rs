//! What a call leaves behind: the facts of its record.

use std::time::Instant;

use isup::cause::Cause;
use media::Statistics;

use super::{CallId, Side};
use crate::circuit::Seat;
use crate::interwork::charge::Charge;
use crate::interwork::hub::Setup;
use crate::srtp::Suite;

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The SIP side.
    Sip,
    /// The PSTN, at this end of the call.
    Pstn(Side),
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
    /// It went to SIP, or nowhere from the PSTN.
    pub to_sip: bool,
    /// The calling number, empty when there is none.
    pub calling: String,
    /// The called number.
    pub called: String,
    /// Others give way to it.
    pub emergency: bool,
    /// Call-ID of the SIP dialog, lossy where it is no UTF-8.
    pub sip_call_id: String,
    /// The circuit that it came on.
    pub seat_from: Option<Seat>,
    /// The circuit that it used last towards the called party.
    pub seat_to: Option<Seat>,
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
    /// By what its audio is encrypted towards SIP.
    pub srtp: Option<Suite>,
    /// What it costs, as a network last advised.
    pub charge: Option<Charge>,
    /// The called user had it recorded as malicious.
    pub malicious: bool,
    /// When one of its legs was last exchanged for another,
    pub transferred: Option<Instant>,
    /// and whose number the new party has, where that is known.
    pub transferred_to: Option<String>,
    /// The call that it was joined with when a party left both.
    pub joined: Option<CallId>,
    /// Times that the far end fell silent in RTP.
    pub silences: u32,
    /// Events that the state did not expect.
    pub unexpected: u32,
}

impl Story {
    pub(super) fn begin(now: Instant, setup: &Setup) -> Story {
        Story {
            begun: now,
            from_sip: false,
            to_sip: false,
            calling: setup.calling_digits().to_owned(),
            called: setup.called.clone(),
            emergency: setup.emergency,
            sip_call_id: String::new(),
            seat_from: None,
            seat_to: None,
            alerting: None,
            answered: None,
            released: None,
            released_by: None,
            cause: None,
            status: None,
            media: None,
            srtp: None,
            charge: None,
            malicious: false,
            transferred: None,
            transferred_to: None,
            joined: None,
            silences: 0,
            unexpected: 0,
        }
    }

    pub(super) fn seat_mut(&mut self, side: Side) -> &mut Option<Seat> {
        match side {
            Side::Originating => &mut self.seat_from,
            Side::Terminating => &mut self.seat_to,
        }
    }
}
