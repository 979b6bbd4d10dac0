//! MTP level 2 as its neighbours see it. Conformance tests carry the numbers of Q.781.

mod alignment;
mod bench;
mod cyclic;
mod delimitation;
mod monitors;
mod pair;
mod q781;
mod retrieval;
mod sequence;
mod units;
