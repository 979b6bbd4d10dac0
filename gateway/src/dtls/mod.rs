//! DTLS-SRTP, RFC 5763 and RFC 5764: a handshake beside the audio agrees on the keys of SRTP.
//!
//! Promised: nothing here waits, reads a clock or sends; what a stranger can send is looked at by `guard` before the library sees
//! it, and an association takes so many datagrams and no more; keys are exported only after the certificate that the far end has
//! proven to own has the fingerprint that its session description told; no key is printed.
//!
//! The handshake is `rtc-dtls`. It was taken because it does no I/O and is pure Rust like the rest, and because telephones have RSA
//! certificates: `dimpl`, the other library of this shape, bounds its memory by itself but speaks ECDSA alone, and baresip would
//! find no suite in common with it. Its random numbers are the system's, not the seeded generator's.
//!
//! Left out: DTLS 1.0 and 1.3, key exchange without forward secrecy, ciphers in CBC mode, several associations of one flow at
//! once (forks that all handshake), `close_notify` when a call ends, and a certificate of its own for each call.

mod association;
mod fingerprint;
mod guard;
mod identity;
mod leg;
#[cfg(test)]
mod tests;

pub use association::{Association, DATAGRAMS_MAX, REPETITIONS_MAX};
pub use fingerprint::{Digest, FINGERPRINTS_MAX, Fingerprint};
pub use identity::Identity;
pub use leg::{ATTEMPTS_MAX, Event, Far, HANDSHAKE_MAX, Handshakes};

/// Which end begins the handshake (RFC 5763 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one that sends the first message: the client of DTLS.
    Active,
    /// The one that waits for it.
    Passive,
}

/// Why audio is not encrypted after all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The far end proved to own another certificate than it had told.
    #[error("the far end's certificate is not the one whose fingerprint its session description told")]
    Mismatch,
    /// It agreed to no protection profile of ours.
    #[error("the handshake agreed on no protection profile of ours")]
    NoProfile,
    /// The library gave up, for this reason.
    #[error("the handshake failed: {0}")]
    Broken(String),
    /// Nothing came of it in time.
    #[error("no handshake was completed within {} s", HANDSHAKE_MAX.as_secs())]
    Silent,
}

/// Whether the first octet of what came to a socket of audio says that it is a record of DTLS (RFC 5764 section 5.1.2).
pub fn is_record(packet: &[u8]) -> bool {
    matches!(packet.first(), Some(20..=63))
}

/// The longest datagram of a handshake either way: ours have 1200 octets at most, and a path of Ethernet carries no longer ones.
pub const DATAGRAM_OCTETS_MAX: usize = 1500;
