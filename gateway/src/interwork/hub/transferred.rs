//! Who is at the other end of a call from now on.

use super::Calling;

/// The other party has left the call to a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transferred {
    /// Who that is; `None`: nobody says.
    pub to: Option<Calling>,
    /// It is being alerted; else it is there.
    pub alerting: bool,
}
