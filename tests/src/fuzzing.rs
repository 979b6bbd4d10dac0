//! What every decoder promises, whatever octets come: one function for each of them.
//!
//! A function takes octets as from the wire, asserts the promises, and says whether the octets were accepted. The fuzz
//! targets in `fuzz/` call these functions, and so does the seeded test `tests/tests/fuzz.rs`, so that what the fuzzer
//! looks for is what the test keeps ([`mutation`] makes the inputs; [`storm`] is millions of them at one endpoint). The promises: no panic; what is accepted is written again as it was where the
//! decoder says so; no more comes out than a named bound; a machine that has swallowed it falls quiet.
//!
//! Left out: the far exchange of `hw-sim` and the media path with many packets, which have storms of their own.

mod config;
mod hdlc;
mod isup;
mod lapd;
mod mtp2;
mod mtp3;
pub mod mutation;
mod q931;
mod rtp;
mod sdp;
mod sip;
pub mod storm;
mod tdmoe;

pub use config::config;
pub use hdlc::hdlc;
pub use isup::isup_message;
pub use lapd::{lapd_frame, lapd_link};
pub use mtp2::mtp2_unit;
pub use mtp3::mtp3_label;
pub use q931::{q931_facility, q931_message};
pub use rtp::rtp;
pub use sdp::sdp;
pub use sip::{sip, sip_answer};
pub use tdmoe::tdmoe;

/// Takes octets, asserts what is promised, and says whether they were accepted.
pub type Target = fn(&[u8]) -> bool;

/// Every target by the name of its fuzz target and of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("sip", sip),
    ("sip_answer", sip_answer),
    ("sdp", sdp),
    ("rtp", rtp),
    ("mtp2_unit", mtp2_unit),
    ("mtp3_label", mtp3_label),
    ("isup_message", isup_message),
    ("lapd_frame", lapd_frame),
    ("lapd_link", lapd_link),
    ("q931_message", q931_message),
    ("q931_facility", q931_facility),
    ("config", config),
    ("hdlc", hdlc),
    ("tdmoe", tdmoe),
];
