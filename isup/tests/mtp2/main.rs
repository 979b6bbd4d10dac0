//! MTP level 2 as its neighbours see it. Conformance tests carry the numbers of Q.781.

mod alignment;
mod bench;
mod monitors;
mod pair;
mod retrieval;
mod sequence;
mod units;
