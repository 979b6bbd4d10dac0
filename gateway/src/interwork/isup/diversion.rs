//! Diversion: redirecting number, original called number and redirection information of an IAM; and backwards call diversion
//! information, redirection number and its restriction.

use isup::codec::{
    CallDiversionInformation, Digits, Message, NatureOfAddress, NotificationSubscription, OriginalCalledNumber,
    Presentation, RedirectingIndicator, RedirectingNumber, RedirectingReason, RedirectionInformation,
    RedirectionNumber, RedirectionNumberRestriction,
};

use super::number;
use crate::interwork::hub::{Calling, Diversion, DiversionNotice, Diverting, Reason, Redirected};

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

/// What a backward message says of where the call goes. The number by itself has no presentation: whether it may be shown is said
/// with it or by the new party.
pub fn redirected(message: &Message) -> Redirected {
    let restriction = message.find::<RedirectionNumberRestriction>().map(|restriction| restriction.presentation);
    let number = message.find::<RedirectionNumber>();
    Redirected {
        diverting: message.find::<CallDiversionInformation>().map(|information| Diverting {
            reason: reason_from(information.reason),
            notice: notice_from(information.notification),
            to: number.and_then(|number| party(&number.digits, number.nature, restriction.unwrap_or_default())),
        }),
        shown: restriction.map(|presentation| presentation == Presentation::ALLOWED),
    }
}

/// The message that says so.
pub fn redirect(redirected: &Redirected, message: &mut Message) {
    if let Some(diverting) = &redirected.diverting {
        let notification = notice_to(diverting.notice);
        message.set(&CallDiversionInformation {
            notification,
            reason: reason_to(diverting.reason),
            ..Default::default()
        });
        let to = diverting.to.as_ref().filter(|to| !to.restricted && diverting.notice == DiversionNotice::WithNumber);
        if let Some((digits, nature, _)) = to.and_then(coded) {
            message.set(&RedirectionNumber { digits, nature, ..Default::default() });
        }
    }
    if let Some(shown) = redirected.shown {
        let presentation = if shown { Presentation::ALLOWED } else { Presentation::RESTRICTED };
        message.set(&RedirectionNumberRestriction { presentation, ..Default::default() });
    }
}

/// What nobody says is not told either.
fn notice_from(notification: NotificationSubscription) -> DiversionNotice {
    let row = NOTICES.iter().find(|(theirs, _)| *theirs == notification);
    row.map_or(DiversionNotice::Nothing, |(_, notice)| *notice)
}

fn notice_to(notice: DiversionNotice) -> NotificationSubscription {
    let row = NOTICES.iter().find(|(_, ours)| *ours == notice);
    row.map_or(NotificationSubscription::UNKNOWN, |(theirs, _)| *theirs)
}

const NOTICES: &[(NotificationSubscription, DiversionNotice)] = &[
    (NotificationSubscription::NOT_ALLOWED, DiversionNotice::Nothing),
    (NotificationSubscription::ALLOWED_WITHOUT_NUMBER, DiversionNotice::WithoutNumber),
    (NotificationSubscription::ALLOWED_WITH_NUMBER, DiversionNotice::WithNumber),
];

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

#[cfg(test)]
mod tests {
    use super::*;
    use isup::codec::MessageType;

    #[test]
    fn where_a_call_goes_means_the_same_where_it_is_heard() {
        let to = Calling { number: "+4930777".into(), display: None, restricted: false, asserted: true };
        let diverting = Diverting { reason: Reason::Busy, notice: DiversionNotice::WithNumber, to: Some(to) };
        for said in [
            Redirected { diverting: Some(diverting.clone()), shown: Some(true) },
            Redirected { diverting: None, shown: Some(false) },
            Redirected::default(),
        ] {
            let mut message = Message::new(MessageType::ACM);
            redirect(&said, &mut message);
            assert_eq!(redirected(&message), said);
        }
        let mut message = Message::new(MessageType::ACM);
        let quiet = Diverting { notice: DiversionNotice::WithoutNumber, ..diverting };
        redirect(&Redirected { diverting: Some(quiet), shown: None }, &mut message);
        assert_eq!(message.find::<RedirectionNumber>(), None, "the number is not for the caller");
    }
}
