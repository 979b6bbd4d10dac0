//! The Secure Real-time Transport Protocol, RFC 3711: packets of RTP and RTCP encrypted and authenticated in place.
//!
//! Promised: nothing here allocates after a [`Sender`] or [`Receiver`] is made, waits or panics, so that both may live in the
//! media threads; state for a source of packets is made only after a packet of it has authenticated; a packet is accepted
//! once; no key is printed. The block cipher is `aes`, HMAC-SHA1 and AES-GCM are `ring`'s; what is ours is the framing, the
//! packet index, the replay list and the derivation of keys.
//!
//! Not a library, although there is one in pure Rust (`webrtc-srtp`): it allocates for every packet, makes state for sources before
//! it authenticates them, and panics on SRTCP that is too short.
//!
//! Left out: AES in f8 mode, key derivation rates other than zero, several master keys at once, header extensions that are
//! encrypted (RFC 6904), and packets that are authenticated but not encrypted: all of it is agreed in SDP, and we agree to none.

mod derivation;
mod index;
mod key;
mod receiver;
mod sender;
mod suite;
mod transform;

pub use key::{Keys, MasterKey, Mki, Theirs};
pub use receiver::{Receiver, Rejection, SOURCES_MAX};
pub use sender::{OVERHEAD_OCTETS_MAX, Sender};
pub use suite::Suite;

/// Octets of the fixed header of RTP (RFC 3550 section 5.1).
const RTP_HEADER_OCTETS: usize = 12;
/// Octets of an RTCP packet that stay readable: header and SSRC of the sender (RFC 3711 section 3.4).
const RTCP_HEADER_OCTETS: usize = 8;
/// Octets of the E flag and the index of SRTCP (RFC 3711 section 3.4).
const WORD_OCTETS: usize = 4;
/// The E flag: the packet is encrypted.
const ENCRYPTED: u32 = 1 << 31;
/// RTP and RTCP version 2, in the first octet.
const VERSION: u8 = 2;

/// Octets of an RTP header with its contributing sources and extension; `None`: this is no RTP.
fn rtp_header_octets(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    let fixed = RTP_HEADER_OCTETS + 4 * usize::from(first & 0x0f);
    let has_extension = first & 0x10 != 0;
    let octets = match has_extension {
        false => fixed,
        true => {
            let words = packet.get(fixed + 2..fixed + 4)?;
            fixed + 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]))
        }
    };
    (first >> 6 == VERSION && octets <= packet.len()).then_some(octets)
}

/// The big-endian number that stands at an octet.
fn word(packet: &[u8], at: usize) -> Option<u32> {
    let octets = packet.get(at..at + 4)?;
    Some(u32::from_be_bytes([octets[0], octets[1], octets[2], octets[3]]))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
