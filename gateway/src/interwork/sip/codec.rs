//! Codecs of SDP against the hub's bearers and the laws of timeslots.

use media::Law;

use crate::interwork::hub::Bearer;
use crate::sip::Codec;

/// What an INVITE with G.711 asks for: 3.1 kHz audio, since modem and fax tones may come and nothing says that they will
/// not.
pub const OF_G711: Bearer = Bearer::Audio;

/// Whether G.711 in RTP carries it: speech and audio (RFC 3551 4.5.14). Digital information needs a codec that promises
/// never to touch it, and there is none yet.
pub fn carries(bearer: Bearer) -> bool {
    matches!(bearer, Bearer::Speech | Bearer::Audio)
}

/// The law of a codec's octets.
pub fn law(codec: Codec) -> Law {
    match codec {
        Codec::Pcma => Law::A,
        Codec::Pcmu => Law::Mu,
    }
}
