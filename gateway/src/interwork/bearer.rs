//! Bearer capability: the transmission medium requirement against the codecs of SDP.

use isup::codec::TransmissionMediumRequirement as Medium;

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
/// | medium | bearer | source |
/// |---|---|---|
/// | speech, 3.1 kHz audio | audio | Q.763 3.54 names; G.711 is their RTP form, RFC 3551 |
/// | 64 kbit/s preferred | audio | its fallback is audio, and the fallback is what SIP can carry |
/// | all others | digital | carries no speech |
pub fn of(medium: Medium) -> Bearer {
    match medium {
        Medium::SPEECH | Medium::AUDIO_3K1 | Medium::PREFERRED_64K => Bearer::Audio,
        _ => Bearer::Digital,
    }
}

/// What an INVITE with G.711 asks of the PSTN: 3.1 kHz audio, since modem and fax tones may come, and no octet says otherwise.
pub const FROM_G711: Medium = Medium::AUDIO_3K1;
