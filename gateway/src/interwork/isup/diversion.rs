//! Diversion: redirecting number, original called number and redirection information of an IAM.

use isup::codec::{
    Digits, Message, NatureOfAddress, OriginalCalledNumber, Presentation, RedirectingIndicator, RedirectingNumber,
    RedirectingReason, RedirectionInformation,
};

use super::number;
use crate::interwork::hub::{Calling, Diversion, Reason};

/// What an IAM says of it.
pub fn read(iam: &Message) -> Option<Diversion> {
    let (last, first) = (iam.find::<RedirectingNumber>(), iam.find::<OriginalCalledNumber>());
    let information = iam.find::<RedirectionInformation>();
    if last.is_none() && first.is_none() && information.is_none() {
        return None;
    }
    let information = information.unwrap_or_default();
    Some(Diversion {
        by: last.and_then(|number| party(&number.digits, number.nature, number.presentation)),
        reason: reason_from(information.reason),
        original: first.and_then(|number| party(&number.digits, number.nature, number.presentation)),
        original_reason: reason_from(information.original_reason),
        times: information.redirections.max(1),
    })
}

/// The IAM that says so: where a call was diverted once, the party that did is the original called one too.
pub fn write(diversion: &Diversion, mut iam: Message) -> Message {
    let by = diversion.by.as_ref().or(diversion.original.as_ref());
    if let Some((digits, nature, presentation)) = by.and_then(coded) {
        iam.set(&RedirectingNumber { digits, nature, presentation, ..Default::default() });
    }
    if let Some((digits, nature, presentation)) = diversion.original.as_ref().or(by).and_then(coded) {
        iam.set(&OriginalCalledNumber { digits, nature, presentation, ..Default::default() });
    }
    iam.set(&RedirectionInformation {
        indicator: RedirectingIndicator::DIVERTED,
        original_reason: reason_to(diversion.original_reason),
        redirections: diversion.times.clamp(1, REDIRECTIONS_MAX),
        reason: reason_to(diversion.reason),
        ..Default::default()
    });
    iam
}

fn party(digits: &Digits, nature: NatureOfAddress, presentation: Presentation) -> Option<Calling> {
    let known = presentation != Presentation::NOT_AVAILABLE && !digits.is_empty();
    known.then(|| Calling {
        number: number::to_text(digits, nature),
        display: None,
        restricted: presentation != Presentation::ALLOWED,
        asserted: true,
    })
}

fn coded(party: &Calling) -> Option<(Digits, NatureOfAddress, Presentation)> {
    let number = number::to_isup(&party.number, None).ok()?;
    let presentation = if party.restricted { Presentation::RESTRICTED } else { Presentation::ALLOWED };
    Some((number.digits, number.nature, presentation))
}

fn reason_from(reason: RedirectingReason) -> Reason {
    let row = REASONS.iter().find(|(theirs, _)| *theirs == reason);
    row.map_or(Reason::Unknown, |(_, reason)| *reason)
}

fn reason_to(reason: Reason) -> RedirectingReason {
    let row = REASONS.iter().find(|(_, ours)| *ours == reason);
    row.map_or(RedirectingReason::UNKNOWN, |(theirs, _)| *theirs)
}

/// ISUP's reason and the hub's; of two that mean one the first is sent.
const REASONS: &[(RedirectingReason, Reason)] = &[
    (RedirectingReason::UNKNOWN, Reason::Unknown),
    (RedirectingReason::USER_BUSY, Reason::Busy),
    (RedirectingReason::NO_REPLY, Reason::NoReply),
    (RedirectingReason::UNCONDITIONAL, Reason::Unconditional),
    (RedirectingReason::DEFLECTION_IMMEDIATE, Reason::Deflection),
    (RedirectingReason::DEFLECTION_DURING_ALERTING, Reason::Deflection),
    (RedirectingReason::MOBILE_NOT_REACHABLE, Reason::NotReachable),
];

/// Redirections that a call may have had; the parameter's range.
const REDIRECTIONS_MAX: u8 = 5;
