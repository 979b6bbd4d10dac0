//! SIPp, a foreign SIP implementation, calls through the release binary and is called by it, on real sockets.
//!
//! Every test has a gateway of its own. SIPp judges the signalling by its scenario, the test judges the audio, the
//! records and the state afterwards. What is only a matter of time is not asserted: machines stall.

mod endings;
mod extensions;
mod flood;
mod header_fields;
mod identity;
mod incoming;
mod kamailio;
mod lossy;
mod outbound;
mod outgoing;
mod proxy;
mod requests;
mod scanner;
mod siege;
mod sipsak;
mod terms;
mod transports;
mod within_calls;
