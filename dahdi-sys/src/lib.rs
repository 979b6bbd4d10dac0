//! dahdi-sys
#![deny(unsafe_code)]
