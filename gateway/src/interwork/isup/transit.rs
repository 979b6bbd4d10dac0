//! Transit: what a message is changed by between two ISUP circuits.
//!
//! A transit exchange passes on what it has no reason to change, known to it or not. Compatibility information has been
//! judged where the message came in ([`isup`]'s circuit); what is left of the message may pass.
//!
//! | parameter | passed on |
//! |---|---|
//! | called number | as the route dials it; the other fields as they came |
//! | nature of connection | without a continuity check: ours was not asked for |
//! | hop counter | less one; at zero the call is refused with cause 25, as it goes in circles |
//! | all others | as they came |
//!
//! The propagation delay counter grows where the delay of the outgoing route is configured, which the circuit there does.

use isup::cause::Cause;
use isup::codec::{
    CalledPartyNumber, ContinuityCheck, HopCounter, Message, MessageType, NatureOfAddress, NatureOfConnectionIndicators,
};

use super::number::Number;
use crate::interwork::hub::Setup;

/// The IAM that goes out for one that came in.
pub fn iam(came: &Message, called: Number) -> Result<Message, Cause> {
    let mut iam = came.clone();
    let before = came.find::<CalledPartyNumber>().unwrap_or_default();
    iam.set(&CalledPartyNumber { digits: called.digits, nature: called.nature, ..before });
    let nature = came.find::<NatureOfConnectionIndicators>().unwrap_or_default();
    iam.set(&NatureOfConnectionIndicators { continuity_check: ContinuityCheck::NOT_REQUIRED, ..nature });
    if let Some(hop) = came.find::<HopCounter>() {
        let hops = hop.hops.checked_sub(1).filter(|hops| *hops > 0).ok_or(Cause::EXCHANGE_ROUTING_ERROR)?;
        iam.set(&HopCounter { hops, ..hop });
    }
    Ok(iam)
}

/// The nature of address that came, unless the route has made the number international or no longer so.
pub fn nature(setup: &Setup) -> Option<NatureOfAddress> {
    let nature = setup.isup.as_ref()?.find::<CalledPartyNumber>()?.nature;
    let international = nature == NatureOfAddress::INTERNATIONAL;
    (international == setup.routed_by().starts_with('+')).then_some(nature)
}

/// The message that came, where it is of the kind that goes out.
pub fn of_kind(came: Option<&Message>, kind: MessageType) -> Option<Message> {
    came.filter(|message| message.kind == kind).cloned()
}

#[cfg(test)]
mod tests {
    use isup::codec::{CallingPartysCategory, ParameterCode, TransmissionMediumRequirement};

    use super::*;
    use crate::interwork::isup::number;

    fn came() -> Message {
        Message::new(MessageType::IAM)
            .with(NatureOfConnectionIndicators::default())
            .with(CallingPartysCategory::PAYPHONE)
            .with(TransmissionMediumRequirement::SPEECH)
            .with(CalledPartyNumber::default())
    }

    fn passed(came: &Message) -> Result<Message, Cause> {
        iam(came, number::to_isup("+4930", None).expect("digits"))
    }

    #[test]
    fn what_nobody_here_knows_passes_and_the_called_number_is_the_routes() {
        let mut message = came();
        message.set_octets(ParameterCode(0xEE), &[1, 2, 3]);
        let out = passed(&message).expect("it passes");
        assert_eq!(out.octets(ParameterCode(0xEE)), Some(&[1, 2, 3][..]));
        assert_eq!(out.find::<CallingPartysCategory>(), Some(CallingPartysCategory::PAYPHONE));
        assert_eq!(out.find::<CalledPartyNumber>().expect("mandatory").digits.to_string(), "4930");
    }

    #[test]
    fn the_hop_counter_counts_down_and_a_circle_ends_with_cause_25() {
        let hops = |hops| passed(&came().with(HopCounter { hops, ..Default::default() }));
        assert_eq!(hops(2).expect("one is left").find::<HopCounter>().expect("it came").hops, 1);
        assert_eq!(hops(1), Err(Cause::EXCHANGE_ROUTING_ERROR));
        assert_eq!(hops(0), Err(Cause::EXCHANGE_ROUTING_ERROR));
    }
}
