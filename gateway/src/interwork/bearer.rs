//! Bearer capability: the transmission medium requirement of an IAM against the codecs of SDP.

use isup::codec::TransmissionMediumRequirement as Medium;
use media::Law;

use crate::sip::Codec;

/// What a call's medium needs of the RTP side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// Speech or 3.1 kHz audio: G.711 of either law, converted where the two sides differ.
    Audio,
    /// Digital information that must never be law-converted. No codec carries it yet: refused with cause 65.
    Digital,
}

/// What a transmission medium requirement asks for.
///
/// | medium | bearer | why |
/// |---|---|---|
/// | speech, 3.1 kHz audio | audio | what G.711 carries, RFC 3551 4.5.14 |
/// | 64 kbit/s preferred | audio | its fallback is audio, and the fallback is what SIP can carry |
/// | all others | digital | speech coders may alter it |
pub fn of(medium: Medium) -> Bearer {
    match medium {
        Medium::SPEECH | Medium::AUDIO | Medium::UNRESTRICTED_64_PREFERRED => Bearer::Audio,
        _ => Bearer::Digital,
    }
}

/// The law of a codec's octets.
pub fn law(codec: Codec) -> Law {
    match codec {
        Codec::Pcma => Law::A,
        Codec::Pcmu => Law::Mu,
    }
}

/// What an INVITE with G.711 asks of the PSTN: 3.1 kHz audio, since modem and fax tones may come and nothing says that
/// they will not.
pub const OF_G711: Medium = Medium::AUDIO;
