//! libss7, a foreign SS7 stack, is the exchange at the other end of our signalling link.
//!
//! Our machines and a program that links Debian's libss7 (`peers/libss7`) exchange signal units over a socket pair: no
//! gateway, no span, no DAHDI. Every test has a program of its own. libss7 reads the machine's clock, so these tests run
//! in real time; whatever they wait for has a bound, and what is only a matter of time is not asserted.

mod calls;
mod changeover;
mod far;
mod near;
mod rig;
mod supervision;
