//! libpri, a foreign ISDN stack, is the other end of our D-channel, as network and as user.
//!
//! Our data link and a program that links Debian's libpri (`peers/libpri`) exchange frames over a socket pair: no
//! gateway, no span, no DAHDI. Every test has a program of its own. libpri reads the machine's clock, so these tests run
//! in real time; whatever they wait for has a bound, and what is only a matter of time is not asserted.

mod far;
mod lapd;
mod rig;
