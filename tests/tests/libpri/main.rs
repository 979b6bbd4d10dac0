//! libpri, a foreign ISDN stack, is the other end of our D-channel, as network and as user.
//!
//! Our data link, with our calls on it in the matrix, and a program that links Debian's libpri (`peers/libpri`) exchange
//! frames over a socket pair: no gateway, no span, no DAHDI. Every test, and every cell of the matrix, has a program of its
//! own. libpri reads the machine's clock, so these tests run in real time; whatever they wait for has a bound, and what is
//! only a matter of time is not asserted.

mod ends;
mod far;
mod lapd;
mod matrix;
mod nfas;
mod rig;
mod scenario;
mod services;
mod transfer;
