//! Q.931 to and from the hub: RFC 4497, which was written for QSIG and whose rows hold for the public variants too.
//!
//! Leaves out connected names, diversion and advice of charge, which go over Facility; keypad, user-user and subaddresses.

pub mod backward;
pub mod name;
pub mod setup;
