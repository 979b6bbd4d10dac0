//! A SIP-to-PSTN media gateway: SIP in front, ISUP on E1/T1 spans behind, G.711 between them.
//!
//! Read [`control`] first: it is the whole control plane as one machine. [`call`] is the story that it tells.
#![forbid(unsafe_code)]

pub mod call;
pub mod circuit;
pub mod control;
pub mod dtls;
pub mod interwork;
pub mod io;
pub mod lab;
pub mod ops;
pub mod route;
pub mod rt;
pub mod sip;
pub mod srtp;
pub mod stir;
