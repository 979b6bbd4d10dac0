//! Transmission medium requirement against the hub's bearers.

use isup::codec::TransmissionMediumRequirement as Medium;

use crate::interwork::hub::Bearer;

/// What a transmission medium requirement asks for; `None`: more than one timeslot carries.
///
/// | medium | bearer | why |
/// |---|---|---|
/// | speech | speech | |
/// | 3.1 kHz audio | audio | |
/// | 64 kbit/s preferred | audio | its fallback is audio, and the fallback is what every far side can carry |
/// | 64 kbit/s unrestricted | digital | |
/// | all others | none | several timeslots, or spare |
pub fn of(medium: Medium) -> Option<Bearer> {
    match medium {
        Medium::SPEECH => Some(Bearer::Speech),
        Medium::AUDIO | Medium::UNRESTRICTED_64_PREFERRED => Some(Bearer::Audio),
        Medium::UNRESTRICTED_64 => Some(Bearer::Digital),
        _ => None,
    }
}

/// The medium that asks for a bearer.
pub fn medium(bearer: Bearer) -> Medium {
    match bearer {
        Bearer::Speech => Medium::SPEECH,
        Bearer::Audio => Medium::AUDIO,
        Bearer::Digital => Medium::UNRESTRICTED_64,
    }
}
