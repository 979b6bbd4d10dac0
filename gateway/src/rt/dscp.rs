//! Differentiated services code points: how routers treat what a socket sends.

use nix::sys::socket::{setsockopt, sockopt};
use std::io;
use std::os::fd::AsFd;

/// Marks what a socket sends. The code point is the upper six bits of the octet.
pub fn mark(socket: &impl AsFd, is_ipv4: bool, dscp: u8) -> io::Result<()> {
    let octet = i32::from(dscp) << 2;
    match is_ipv4 {
        true => setsockopt(socket, sockopt::Ipv4Tos, &octet)?,
        false => setsockopt(socket, sockopt::Ipv6TClass, &octet)?,
    }
    Ok(())
}
