//! Diversion: the redirecting number of a SETUP (Q.952), the original called number of those networks that have one, diverting
//! leg information 2 in place of them (EN 300 207, ECMA-174), and the setup of a call that a called user has rerouted. Backwards
//! diverting leg information 1 (where the call goes) and 3 (whether the new party may be shown).

use isup::q931::codec::{DiversionReason, Message, OriginalCalledNumber, RedirectingNumber, TypeOfNumber};
use isup::q931::rose::InvokeId;
use isup::q931::service::diversion::{
    self as service, Deflection, DivertedFrom, DivertedShown, DivertedTo, Rerouting, Subscription,
};
use isup::q931::service::party::{PartyNumber, Presented};
use isup::q931::service::{Dialect, Heard, Service, heard};

use super::setup::{disclosed, numbered, shown_number, text};
use crate::interwork::hub::{Calling, Diversion, DiversionNotice, Diverting, Reason, Redirected, Setup, diverted};

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

/// Adds diverting leg information 2 to a SETUP, where the dialect has it.
pub fn tell(dialect: Dialect, diversion: &Diversion, message: &mut Message) {
    let from = DivertedFrom {
        counter: diversion.times,
        reason: service_reason(diversion.reason),
        original_reason: (diversion.times > 1).then(|| service_reason(diversion.original_reason)),
        diverting: diversion.by.as_ref().map(presented),
        original_called: diversion.original.as_ref().filter(|_| diversion.times > 1).map(presented),
        diverting_name: None,
        original_called_name: None,
    };
    if let Some(facility) = Service::DivertedFrom(from).facility(dialect, DIVERSION_ID) {
        message.add(&facility);
    }
}

/// What diverting leg information 2 says of it: `None` without one.
pub fn told(dialect: Dialect, message: &Message) -> Option<Diversion> {
    let from = heard(dialect, message).into_iter().find_map(|heard| match heard {
        Heard::Service(_, Service::DivertedFrom(from)) => Some(from),
        _ => None,
    })?;
    Some(Diversion {
        by: from.diverting.as_ref().and_then(party),
        reason: hub_reason(from.reason),
        original: from.original_called.as_ref().and_then(party),
        original_reason: from.original_reason.map_or(Reason::Unknown, hub_reason),
        times: from.counter.max(1),
    })
}

/// What diverting leg information 1 says.
pub fn diverting(told: &DivertedTo) -> Diverting {
    Diverting {
        reason: hub_reason(told.reason),
        notice: notice(told.subscription),
        to: told.number.as_ref().and_then(party),
    }
}

/// The services that say where a call goes. Which number may be shown stays with the number.
pub fn redirect(redirected: &Redirected) -> impl Iterator<Item = Service> {
    let diverting = redirected.diverting.as_ref().map(|diverting| {
        let to = diverting.to.as_ref().filter(|_| diverting.notice == DiversionNotice::WithNumber);
        Service::DivertedTo(DivertedTo {
            reason: service_reason(diverting.reason),
            subscription: subscription(diverting.notice),
            number: to.map(presented),
        })
    });
    let shown = redirected.shown.map(|allowed| Service::DivertedShown(DivertedShown { allowed, name: None }));
    diverting.into_iter().chain(shown)
}

/// What the caller may be told.
pub fn notice(subscription: Subscription) -> DiversionNotice {
    match subscription {
        Subscription::WITHOUT_NUMBER => DiversionNotice::WithoutNumber,
        Subscription::WITH_NUMBER => DiversionNotice::WithNumber,
        _ => DiversionNotice::Nothing,
    }
}

fn subscription(notice: DiversionNotice) -> Subscription {
    match notice {
        DiversionNotice::Nothing => Subscription::NO_NOTIFICATION,
        DiversionNotice::WithoutNumber => Subscription::WITHOUT_NUMBER,
        DiversionNotice::WithNumber => Subscription::WITH_NUMBER,
    }
}

/// The setup of a call that its called user has sent elsewhere.
pub fn rerouted(setup: &Setup, to: &Rerouting) -> Setup {
    let by = party(&to.diverting);
    diverted(setup, number(&to.called.number), by, hub_reason(to.reason), to.counter)
}

/// The same, of a user who does not say who it is: it is the one that was called.
pub fn deflected(setup: &Setup, to: &Deflection) -> Setup {
    let by =
        Calling { number: setup.called.clone(), display: None, restricted: to.shown == Some(false), asserted: true };
    diverted(setup, number(&to.to.number), Some(by), Reason::Deflection, 0)
}

fn number(to: &PartyNumber) -> String {
    text(to.kind, &to.digits)
}

pub(super) fn presented(party: &Calling) -> Presented<PartyNumber> {
    let number = match party.number.strip_prefix('+') {
        Some(digits) => PartyNumber::public(TypeOfNumber::INTERNATIONAL, digits),
        None => PartyNumber::unknown(&party.number),
    };
    if party.restricted { Presented::RestrictedNumber(number) } else { Presented::Allowed(number) }
}

pub(super) fn party(number: &Presented<PartyNumber>) -> Option<Calling> {
    let (number, restricted) = match number {
        Presented::Allowed(number) => (number, false),
        Presented::RestrictedNumber(number) => (number, true),
        Presented::Restricted | Presented::NotAvailable => return None,
    };
    Some(Calling { number: text(number.kind, &number.digits), display: None, restricted, asserted: false })
}

fn hub_reason(reason: service::Reason) -> Reason {
    let row = SERVICE_REASONS.iter().find(|(theirs, _)| *theirs == reason);
    row.map_or(Reason::Unknown, |(_, reason)| *reason)
}

fn service_reason(reason: Reason) -> service::Reason {
    let row = SERVICE_REASONS.iter().find(|(_, ours)| *ours == reason);
    row.map_or(service::Reason::UNKNOWN, |(theirs, _)| *theirs)
}

/// The services' reason and the hub's; of two that mean one the first is sent.
const SERVICE_REASONS: &[(service::Reason, Reason)] = &[
    (service::Reason::UNKNOWN, Reason::Unknown),
    (service::Reason::UNCONDITIONAL, Reason::Unconditional),
    (service::Reason::BUSY, Reason::Busy),
    (service::Reason::NO_REPLY, Reason::NoReply),
    (service::Reason::DEFLECTION_ALERTING, Reason::Deflection),
    (service::Reason::DEFLECTION_IMMEDIATE, Reason::Deflection),
];

/// Nobody answers diverting leg information, so that all may have one identifier.
const DIVERSION_ID: InvokeId = InvokeId(1);

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

#[cfg(test)]
mod tests {
    use super::*;
    use isup::q931::codec::{CallReference, MessageType};
    use isup::q931::service::diversion::Subscription;
    use isup::q931::service::party::Address;

    fn rerouting(counter: u8) -> Rerouting {
        let number = |digits: &str| PartyNumber::public(TypeOfNumber::INTERNATIONAL, digits);
        Rerouting {
            reason: service::Reason::BUSY,
            original_reason: None,
            called: Address { number: number("4930777"), subaddress: Vec::new() },
            counter,
            elements: Vec::new(),
            diverting: Presented::Allowed(number("4930600")),
            subscription: Subscription::NO_NOTIFICATION,
            calling_subaddress: Vec::new(),
            calling: None,
            calling_name: None,
            original_called: None,
            diverting_name: None,
            original_called_name: None,
        }
    }

    #[test]
    fn a_rerouted_call_says_who_sent_it_on_and_who_was_called_first() {
        let once = rerouted(&Setup::unknown("600".into()), &rerouting(1));
        let twice = rerouted(&once, &Rerouting { reason: service::Reason::NO_REPLY, ..rerouting(1) });
        assert_eq!(once.called, "+4930777");
        let said = |setup: &Setup| {
            let diversion = setup.diversion.clone().expect("it is diverted");
            (diversion.by.map(|by| by.number), diversion.reason, diversion.original_reason, diversion.times)
        };
        assert_eq!(said(&once), (Some("+4930600".into()), Reason::Busy, Reason::Busy, 1));
        assert_eq!(said(&twice), (Some("+4930600".into()), Reason::NoReply, Reason::Busy, 2));
    }

    #[test]
    fn where_a_call_goes_means_the_same_where_it_is_heard() {
        let to = Calling { number: "+4930777".into(), display: None, restricted: false, asserted: false };
        for notice in [DiversionNotice::WithNumber, DiversionNotice::WithoutNumber, DiversionNotice::Nothing] {
            let to = Some(to.clone()).filter(|_| notice == DiversionNotice::WithNumber);
            let said = Diverting { reason: Reason::NoReply, notice, to };
            let redirected = Redirected { diverting: Some(said.clone()), shown: Some(false) };
            let services: Vec<_> = redirect(&redirected).collect();
            let [Service::DivertedTo(told), Service::DivertedShown(shown)] = &services[..] else {
                panic!("{services:?}")
            };
            assert_eq!((diverting(told), shown.allowed), (said, false));
        }
    }

    #[test]
    fn what_is_told_of_a_diversion_means_the_same_where_it_arrives() {
        let once = rerouted(&Setup::unknown("600".into()), &rerouting(1));
        let twice = rerouted(&once, &rerouting(2));
        for dialect in [Dialect::Qsig, Dialect::Etsi] {
            let mut message = Message::new(CallReference::DUMMY, MessageType::SETUP);
            let diversion = twice.diversion.as_ref().expect("it is diverted");
            tell(dialect, diversion, &mut message);
            let heard = told(dialect, &message).expect("it was told");
            let number = |party: &Option<Calling>| party.as_ref().map(|party| party.number.clone());
            assert_eq!((heard.times, heard.reason, number(&heard.by)), (2, Reason::Busy, number(&diversion.by)));
            assert_eq!(number(&heard.original), number(&diversion.original), "{dialect:?}");
        }
    }
}
