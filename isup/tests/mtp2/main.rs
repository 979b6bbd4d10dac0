//! MTP level 2 as its neighbours see it. Conformance tests carry the numbers of Q.781.
#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

mod alignment;
mod bench;
mod monitors;
mod pair;
mod sequence;
mod units;
