//! Where a call was before it came here.

use super::Calling;

/// The call was diverted on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diversion {
    /// Who diverted it last.
    pub by: Option<Calling>,
    /// Why.
    pub reason: Reason,
    /// Who diverted it first: the party that was called.
    pub original: Option<Calling>,
    /// Why.
    pub original_reason: Reason,
    /// How often it was diverted, at least once.
    pub times: u8,
}

/// Why a call was diverted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reason {
    /// Nobody says.
    #[default]
    Unknown,
    /// The party was busy.
    Busy,
    /// It did not answer.
    NoReply,
    /// It diverts all its calls.
    Unconditional,
    /// It deflected this call.
    Deflection,
    /// It could not be reached.
    NotReachable,
}
