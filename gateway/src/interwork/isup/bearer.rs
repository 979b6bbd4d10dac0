//! Transmission medium requirement, or in ANSI networks user service information, against the hub's bearers.

use isup::cause::Cause;
use isup::codec::{
    BearerCapability, Layer1Protocol, Message, ParameterCode, TransferCapability, TransferMode, TransferRate,
    TransmissionMediumRequirement as Medium, UserServiceInformation,
};
use isup::variant::Variant;

use crate::interwork::hub::Bearer;

/// What an IAM asks for, or the cause with which it must be refused.
pub fn asked(iam: &Message) -> Result<Bearer, Cause> {
    let wanted = match iam.find::<Medium>() {
        Some(medium) => of(medium),
        None => {
            let UserServiceInformation(capability) = iam.find().ok_or(Cause::INVALID_ELEMENT_CONTENTS)?;
            of_capability(&capability)
        }
    };
    wanted.ok_or(Cause::BEARER_NOT_IMPLEMENTED)
}

/// Tells the bearer as the network does: where it has no transmission medium requirement, user service information stands
/// for it. What has come with user service information keeps it.
pub fn tell(iam: &mut Message, variant: &Variant) {
    if !variant.tells_bearer_by_user_service() {
        return;
    }
    let wanted = iam.find::<Medium>().and_then(of);
    iam.remove(ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT);
    if let Some(wanted) = wanted.filter(|_| !iam.has(ParameterCode::USER_SERVICE_INFORMATION)) {
        iam.set(&UserServiceInformation(capability(wanted)));
    }
}

/// Networks without the transmission medium requirement are those of µ-law.
fn capability(bearer: Bearer) -> BearerCapability {
    let audio = |capability| BearerCapability::circuit(capability, Some(Layer1Protocol::G711_MU_LAW));
    match bearer {
        Bearer::Speech => audio(TransferCapability::SPEECH),
        Bearer::Audio => audio(TransferCapability::AUDIO),
        Bearer::Digital => BearerCapability::circuit(TransferCapability::UNRESTRICTED, None),
    }
}

/// The same back; `None`: no circuit of 64 kbit/s, or of a kind that nobody here carries.
fn of_capability(capability: &BearerCapability) -> Option<Bearer> {
    let BearerCapability { mode, rate, capability, .. } = capability;
    match *capability {
        _ if (*mode, *rate) != (TransferMode::CIRCUIT, TransferRate::KBIT_64) => None,
        TransferCapability::SPEECH => Some(Bearer::Speech),
        TransferCapability::AUDIO => Some(Bearer::Audio),
        TransferCapability::UNRESTRICTED => Some(Bearer::Digital),
        _ => None,
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use isup::codec::MessageType;

    #[test]
    fn an_ansi_iam_tells_the_bearer_by_user_service_information_and_an_itu_one_by_its_medium() {
        for wanted in [Bearer::Speech, Bearer::Audio, Bearer::Digital] {
            let initial = Message::new(MessageType::IAM).with(medium(wanted));
            let told = |variant| {
                let mut iam = initial.clone();
                tell(&mut iam, &variant);
                iam
            };
            assert_eq!(told(Variant::ITU), initial);
            let ansi = told(Variant::ANSI_95);
            assert!(!ansi.has(ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT));
            assert_eq!(asked(&ansi), Ok(wanted));
            let mut passed_on = ansi.clone();
            tell(&mut passed_on, &Variant::ANSI_92);
            assert_eq!(passed_on, ansi);
        }
        assert_eq!(asked(&Message::new(MessageType::IAM)), Err(Cause::INVALID_ELEMENT_CONTENTS));
    }
}
