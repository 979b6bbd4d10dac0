//! Q.931 to and from the hub: RFC 4497, which was written for QSIG and whose rows hold for the public variants too.
//!
//! Leaves out names of who is called and does not answer.

pub mod backward;
pub mod carried;
pub mod diversion;
pub mod name;
pub mod service;
pub mod setup;
pub mod transfer;
pub mod user_user;
pub mod waiting;
