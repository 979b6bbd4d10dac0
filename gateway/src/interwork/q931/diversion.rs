//! Diversion: the redirecting number of a SETUP (Q.952), and the original called number of those networks that have one.

use isup::q931::codec::{DiversionReason, Message, OriginalCalledNumber, RedirectingNumber};

use super::setup::{disclosed, numbered, shown_number};
use crate::interwork::hub::{Diversion, Reason};

/// What a SETUP says of it.
pub fn read(message: &Message) -> Option<Diversion> {
    let last = message.find::<RedirectingNumber>();
    let first = message.find::<OriginalCalledNumber>();
    let known = last.is_some() || first.is_some();
    let reason_of = |reason: Option<DiversionReason>| reason.map_or(Reason::Unknown, reason_from);
    known.then(|| Diversion {
        reason: reason_of(last.as_ref().and_then(|last| last.reason)),
        original_reason: reason_of(first.as_ref().and_then(|first| first.reason)),
        times: 1 + u8::from(last.is_some() && first.is_some()),
        by: last.and_then(|number| shown_number(number.kind, number.disclosure, &number.digits)),
        original: first.and_then(|number| shown_number(number.kind, number.disclosure, &number.digits)),
    })
}

/// The SETUP that says so: of the party that diverted last, as Q.952 has no place for another.
pub fn write(diversion: &Diversion, mut message: Message) -> Message {
    let Some(by) = diversion.by.as_ref().or(diversion.original.as_ref()) else { return message };
    if let Some((digits, kind, plan)) = numbered(&by.number) {
        let (disclosure, reason) = (Some(disclosed(by)), Some(reason_to(diversion.reason)));
        message.add(&RedirectingNumber { kind, plan, disclosure, reason, digits });
    }
    message
}

fn reason_from(reason: DiversionReason) -> Reason {
    let row = REASONS.iter().find(|(theirs, _)| *theirs == reason);
    row.map_or(Reason::Unknown, |(_, reason)| *reason)
}

fn reason_to(reason: Reason) -> DiversionReason {
    let row = REASONS.iter().find(|(_, ours)| *ours == reason);
    row.map_or(DiversionReason::UNKNOWN, |(theirs, _)| *theirs)
}

/// Q.931's reason and the hub's; of two that mean one the first is sent.
const REASONS: &[(DiversionReason, Reason)] = &[
    (DiversionReason::UNKNOWN, Reason::Unknown),
    (DiversionReason::BUSY, Reason::Busy),
    (DiversionReason::NO_REPLY, Reason::NoReply),
    (DiversionReason::UNCONDITIONAL, Reason::Unconditional),
    (DiversionReason::BY_CALLED_TERMINAL, Reason::Unconditional),
    (DiversionReason::DEFLECTION, Reason::Deflection),
    (DiversionReason::OUT_OF_ORDER, Reason::NotReachable),
];
