//! Call control of digital subscriber signalling system No. 1 (DSS1), Q.931.

pub mod codec;
