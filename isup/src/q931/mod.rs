//! Call control of digital subscriber signalling system No. 1 (DSS1), Q.931.
//!
//! [`interface`] is the face: all calls and channels of one primary rate interface. Behind it: the messages
//! ([`codec`]), one call (`call`), the timers ([`timer`]) and what one exchange does unlike another ([`switch`]).
//! Beside it: supplementary services ([`service`]) over remote operations ([`rose`]).

mod call;
pub mod codec;
pub mod interface;
pub mod rose;
pub mod service;
pub mod switch;
pub mod timer;
