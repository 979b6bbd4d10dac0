//! spangate
#![forbid(unsafe_code)]
