//! The mappings between SIP and ISUP, as tables. Every row names the text that it was read from.
//!
//! Nothing here holds state, time or octets: a mapping takes what one side said and returns what the other is told.

pub mod bearer;
pub mod cause;
pub mod iam;
pub mod number;
pub mod progress;
