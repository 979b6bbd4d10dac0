//! SIP to and from the hub: RFC 3398 sections 7 and 8, which hold for every PSTN protocol behind the hub.

pub mod cause;
pub mod codec;
pub mod invite;
pub mod response;
