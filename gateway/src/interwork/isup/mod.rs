//! ISUP to and from the hub: RFC 3398 sections 7, 8 and 12 where SIP is at the other end; a message that came from an ISUP
//! circuit passes on as [`transit`] has it.

pub mod backward;
pub mod bearer;
pub mod carried;
pub mod dialect;
pub mod diversion;
pub mod iam;
pub mod number;
mod portability;
pub mod transit;
pub mod user_user;
