//! The first message towards the PSTN: IAM, RFC 3398 7.2.1.1; and what an IAM from there says, 8.2.1.1.

use isup::cause::Cause;
use isup::codec::{
    CalledPartyNumber, CallingPartyNumber, CallingPartysCategory, ContinuityCheck, ForwardCallIndicators, Message,
    MessageType, NatureOfConnectionIndicators, Presentation, Screening, TransmissionMediumRequirement,
};

use super::bearer::{self, Bearer};
use super::number::{self, Number};
use crate::sip::{Incoming, NameAddr, Octets};

/// Who calls whom: the meaning of an INVITE or an IAM in neither's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialled {
    /// The called number as text, see [`number`].
    pub called: String,
    /// `None`: not known, or withheld so that nobody may know.
    pub calling: Option<Calling>,
}

/// The calling party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calling {
    /// The number as text.
    pub number: String,
    /// The display name, octet for octet; SIP only.
    pub display: Option<Octets>,
    /// The called party must not see it.
    pub restricted: bool,
    /// A network vouches for it.
    pub asserted: bool,
}

impl Dialled {
    /// The calling number for records; empty when there is none.
    pub fn calling_digits(&self) -> &str {
        self.calling.as_ref().map_or("", |calling| &calling.number)
    }

    /// Whether the called party must not see who calls.
    pub fn is_restricted(&self) -> bool {
        self.calling.as_ref().is_some_and(|calling| calling.restricted)
    }
}

/// What an INVITE dials. The called number is the Request-URI's, the calling one P-Asserted-Identity's or else From's
/// (a From without a number gives no calling party number). An error is a Request-URI without a telephone number.
pub fn dialled_by_invite(incoming: &Incoming) -> Result<Dialled, Cause> {
    let called = incoming.request_uri.telephone_number().ok_or(Cause::INVALID_NUMBER_FORMAT)?;
    let plus = if called.global { "+" } else { "" };
    let asserted = incoming.identity.as_ref().and_then(|identity| calling(identity, incoming.private, true));
    let calling = asserted.or_else(|| calling(&incoming.from, incoming.private, false));
    Ok(Dialled { called: format!("{plus}{}", called.digits), calling })
}

fn calling(address: &NameAddr, restricted: bool, asserted: bool) -> Option<Calling> {
    let number = address.uri.telephone_number()?;
    let plus = if number.global { "+" } else { "" };
    let number = format!("{plus}{}", number.digits);
    Some(Calling { number, display: address.display.clone(), restricted, asserted })
}

/// What an IAM dials, or the cause with which it must be refused.
pub fn dialled_by_iam(iam: &Message) -> Result<Dialled, Cause> {
    let medium = iam.find::<TransmissionMediumRequirement>().ok_or(Cause::INVALID_ELEMENT_CONTENTS)?;
    if bearer::of(medium) == Bearer::Digital {
        return Err(Cause::BEARER_NOT_IMPLEMENTED);
    }
    if iam.find::<NatureOfConnectionIndicators>().is_some_and(wants_continuity_check) {
        return Err(Cause::SERVICE_NOT_IMPLEMENTED);
    }
    let called = iam.find::<CalledPartyNumber>().ok_or(Cause::INVALID_NUMBER_FORMAT)?;
    let text = number::to_text(&called.digits, called.nature);
    Ok(Dialled { called: text, calling: iam.find::<CallingPartyNumber>().and_then(calling_of_iam) })
}

/// A continuity check is refused until it is made: to go on without it would promise a path that nobody has tried.
fn wants_continuity_check(indicators: NatureOfConnectionIndicators) -> bool {
    indicators.continuity_check != ContinuityCheck::NOT_REQUIRED
}

/// A number that is not available counts as left out (RFC 3398 8.2.1.1).
fn calling_of_iam(number: CallingPartyNumber) -> Option<Calling> {
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

/// The IAM for a call from SIP.
///
/// | parameter | value | source |
/// |---|---|---|
/// | nature of connection | no satellite, no continuity check, no echo control device | provisioned default, RFC 3398 7.2.1.1 |
/// | forward call | no interworking, ISUP all the way, access not ISDN | RFC 3398 7.2.1.1 |
/// | calling party's category | ordinary | provisioned default |
/// | transmission medium | 3.1 kHz audio | provisioned default |
/// | called number | the Request-URI's | RFC 3398 7.2.1.1 |
/// | calling number | presentation as SIP asked; network provided | RFC 3398 12.2 |
pub fn from_dialled(dialled: &Dialled, called: Number) -> Message {
    let iam = Message::new(MessageType::IAM)
        .with(NatureOfConnectionIndicators::default())
        .with(ForwardCallIndicators { isdn_user_part: true, ..Default::default() })
        .with(CallingPartysCategory::ORDINARY)
        .with(bearer::OF_G711)
        .with(CalledPartyNumber { digits: called.digits, nature: called.nature, ..Default::default() });
    match dialled.calling.as_ref().and_then(calling_party_number) {
        Some(calling) => iam.with(calling),
        None => iam,
    }
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
