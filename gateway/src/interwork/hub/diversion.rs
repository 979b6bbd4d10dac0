//! Where a call was before it came here, and where it goes from here.

use super::{Calling, Portability, Setup};

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

/// The setup of a call that its called party has sent elsewhere. `times`: as that party counts, who need not know of what
/// went before.
pub fn diverted(setup: &Setup, called: String, by: Option<Calling>, reason: Reason, times: u8) -> Setup {
    let before = setup.diversion.as_ref();
    let first = before.and_then(|before| before.original.clone().or(before.by.clone()));
    let diversion = Diversion {
        original: first.or(by.clone()),
        by,
        reason,
        original_reason: before.map_or(reason, |before| match before.times {
            0 | 1 => before.reason,
            _ => before.original_reason,
        }),
        times: before.map_or(1, |before| before.times.saturating_add(1)).max(times),
    };
    // The routing number was the old number's.
    let portability = Portability::default();
    Setup {
        called,
        portability,
        is_complete: true,
        nature: None,
        diversion: Some(diversion),
        isup: None,
        ..setup.clone()
    }
}
