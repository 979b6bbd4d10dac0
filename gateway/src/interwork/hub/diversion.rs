//! Where a call was before it came here, and where it goes from here.

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

/// What the caller may know of where the call goes, backwards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redirected {
    /// The call is being diverted.
    pub diverting: Option<Diverting>,
    /// Whether the number of the new party may be shown; `None`: nobody says.
    pub shown: Option<bool>,
}

/// The call is being diverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diverting {
    /// Why.
    pub reason: Reason,
    /// How much the caller may be told.
    pub notice: DiversionNotice,
    /// To whom.
    pub to: Option<Calling>,
}

/// How much a caller may be told of a diversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiversionNotice {
    /// Nothing.
    Nothing,
    /// That there is one.
    WithoutNumber,
    /// And to whom the call goes.
    WithNumber,
}
