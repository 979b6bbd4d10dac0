//! IAM: the one for a call from the hub (RFC 3398 7.2.1.1), and what one asks for (8.2.1.1).

use isup::cause::Cause;
use isup::codec::{
    CalledPartyNumber, CallingPartyNumber, CallingPartysCategory, ForwardCallIndicators, GenericNumber, Message,
    MessageType, NatureOfConnectionIndicators, NumberQualifier, OptionalForwardCallIndicators, ParameterCode,
    Presentation, ST, Screening, SubsequentNumber,
};

use super::{bearer, carried, diversion, number, transit};
use crate::interwork::hub::{Bearer, Calling, Digits, Setup};

/// What an IAM asks for, or the cause with which it must be refused.
pub fn setup(iam: &Message) -> Result<Setup, Cause> {
    let bearer = bearer::asked(iam)?;
    let called = iam.find::<CalledPartyNumber>().ok_or(Cause::INVALID_NUMBER_FORMAT)?;
    let wanted = iam.find::<OptionalForwardCallIndicators>();
    Ok(Setup {
        is_complete: called.digits.has_st(),
        calling: iam.find::<CallingPartyNumber>().and_then(calling),
        bearer,
        capability: iam.octets(ParameterCode::USER_SERVICE_INFORMATION).map(<[u8]>::to_vec),
        additional: iam.all::<GenericNumber>().flatten().find_map(additional),
        diversion: diversion::read(iam),
        connected_wanted: wanted.is_some_and(|wanted| wanted.connected_line_requested),
        emergency: iam.find::<CallingPartysCategory>().is_some_and(has_priority),
        carried: carried::read(iam),
        isup: Some(iam.clone()),
        ..Setup::unknown(number::to_text(&called.digits, called.nature))
    })
}

fn has_priority(category: CallingPartysCategory) -> bool {
    category == CallingPartysCategory::PRIORITY || category == CallingPartysCategory::EMERGENCY_PREFERENCE
}

/// The number that the caller itself gives.
fn additional(number: GenericNumber) -> Option<Calling> {
    if number.qualifier != NumberQualifier::ADDITIONAL_CALLING {
        return None;
    }
    let GenericNumber { nature, plan, presentation, screening, digits, .. } = number;
    calling(CallingPartyNumber { nature, plan, presentation, screening, digits, ..Default::default() })
}

/// A number that is not available counts as left out (RFC 3398 8.2.1.1).
fn calling(number: CallingPartyNumber) -> Option<Calling> {
    if number.presentation == Presentation::NOT_AVAILABLE || number.digits.is_empty() {
        return None;
    }
    Some(Calling {
        number: number::to_text(&number.digits, number.nature),
        display: None,
        restricted: number.presentation != Presentation::ALLOWED,
        asserted: number.screening == Screening::NETWORK || number.screening == Screening::USER_VERIFIED_PASSED,
    })
}

/// The IAM for a call: the one that came, changed as a transit exchange changes it, or else a new one.
///
/// | parameter | value | source |
/// |---|---|---|
/// | nature of connection | no satellite, no continuity check, no echo control device | provisioned default, RFC 3398 7.2.1.1 |
/// | forward call | no interworking, ISUP all the way, access not ISDN | RFC 3398 7.2.1.1 |
/// | calling party's category | with priority for an emergency; else ordinary | provisioned default |
/// | transmission medium | by the bearer | |
/// | called number | the one dialled | RFC 3398 7.2.1.1 |
/// | calling number | presentation as asked; network provided | RFC 3398 12.2 |
///
/// `overlap`: the far end would wait for more digits, so a complete number is told as such by ST (Q.764 2.1.2).
///
/// An error is a called number that ISUP cannot carry, or a call that has passed too many exchanges.
pub fn message(setup: &Setup, overlap: bool) -> Result<Message, Cause> {
    let nature = setup.nature.map(number::nature).or_else(|| transit::nature(setup));
    let mut called = number::to_isup(&setup.called, nature).map_err(|_| Cause::INVALID_NUMBER_FORMAT)?;
    if overlap && setup.is_complete {
        called.digits.push(ST).map_err(|_| Cause::INVALID_NUMBER_FORMAT)?;
    }
    if let Some(iam) = &setup.isup {
        return transit::iam(iam, called);
    }
    let iam = Message::new(MessageType::IAM)
        .with(NatureOfConnectionIndicators::default())
        .with(ForwardCallIndicators { isdn_user_part: true, ..Default::default() })
        .with(if setup.emergency { CallingPartysCategory::PRIORITY } else { CallingPartysCategory::ORDINARY })
        .with(bearer::medium(setup.bearer))
        .with(CalledPartyNumber { digits: called.digits, nature: called.nature, ..Default::default() });
    let iam = match setup.calling.as_ref().and_then(calling_party_number) {
        Some(calling) => iam.with(calling),
        None => iam,
    };
    Ok(with_services(setup, carried::write(&setup.carried, iam)))
}

/// What services besides the basic call have to say.
///
/// | parameter | value |
/// |---|---|
/// | generic number | the number that the caller itself gives besides the network's |
/// | optional forward call indicators | who answers is asked for where the caller would know |
/// | user service information | how a digital bearer is used |
/// | redirecting number and what belongs to it | as the diversion was told |
fn with_services(setup: &Setup, mut iam: Message) -> Message {
    if let Some(CallingPartyNumber { nature, plan, presentation, digits, .. }) =
        setup.additional.as_ref().and_then(calling_party_number)
    {
        let (qualifier, screening) = (NumberQualifier::ADDITIONAL_CALLING, Screening::USER_NOT_VERIFIED);
        iam.add(&GenericNumber { qualifier, nature, plan, presentation, screening, digits, ..Default::default() });
    }
    if setup.connected_wanted {
        iam.set(&OptionalForwardCallIndicators { connected_line_requested: true, ..Default::default() });
    }
    if let Some(octets) = setup.capability.as_ref().filter(|_| setup.bearer == Bearer::Digital) {
        iam.set_octets(ParameterCode::USER_SERVICE_INFORMATION, octets);
    }
    match &setup.diversion {
        Some(diversion) => diversion::write(diversion, iam),
        None => iam,
    }
}

/// SAM: the digits that follow an IAM, with ST behind the last (Q.764 2.1.2). `None`: there is nothing to send, or more than a
/// number can have.
pub fn subsequent(more: &Digits) -> Option<Message> {
    let mut digits = number::signals(&more.digits).ok()?;
    if more.is_last {
        digits.push(ST).ok()?;
    }
    (!digits.is_empty()).then(|| Message::new(MessageType::SAM).with(SubsequentNumber { digits, ..Default::default() }))
}

/// What a SAM adds to the called number.
pub fn from_subsequent(sam: &Message) -> Digits {
    let digits = sam.find::<SubsequentNumber>().unwrap_or_default().digits;
    Digits { digits: number::text(&digits), is_last: digits.has_st() }
}

/// A calling number that ISUP cannot carry is left out, as one that is not known.
fn calling_party_number(calling: &Calling) -> Option<CallingPartyNumber> {
    let number = number::to_isup(&calling.number, None).ok()?;
    let presentation = if calling.restricted { Presentation::RESTRICTED } else { Presentation::ALLOWED };
    Some(CallingPartyNumber {
        digits: number.digits,
        nature: number.nature,
        presentation,
        screening: Screening::NETWORK,
        ..Default::default()
    })
}
