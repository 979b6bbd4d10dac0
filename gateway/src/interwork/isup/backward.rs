//! Backward messages: ACM, CPG, ANM, CON and REL to and from the hub (RFC 3398 7.2.5 to 7.2.9, 8.2.3, 8.2.4).

use isup::cause::{Cause, Location};
use isup::codec::{
    BackwardCallIndicators, CalledPartysCategory, CalledPartysStatus, CauseIndicators, Charge, ConnectedNumber, Event,
    EventInformation, GenericNotificationIndicator, Message, MessageType, OptionalBackwardCallIndicators, Presentation,
    Screening, SuspendResumeIndicators,
};

use super::{carried, number, transit};
use crate::interwork::hub::{Answer, Calling, Carried, Notice, NoticeCode, Pause, Progress, Release, Stage};

/// ACM: alerting for a free subscriber, else a network that has the call; in-band information where it says so, and where
/// there is interworking (RFC 3398 7.2.5, 7.2.6).
pub fn from_acm(acm: Message) -> Progress {
    let indicators = acm.find::<BackwardCallIndicators>().unwrap_or_default();
    let free = indicators.called_partys_status == CalledPartysStatus::SUBSCRIBER_FREE;
    let stage = if free { Stage::Alerting } else { Stage::Proceeding };
    let in_band = in_band(&acm) || indicators.interworking;
    Progress { in_band, carried: carried::read(&acm), isup: Some(acm), ..Progress::new(stage) }
}

/// CPG: the stage by its event, RFC 3398 7.2.9.
pub fn from_cpg(cpg: Message) -> Progress {
    let event = cpg.find::<EventInformation>().map(|information| information.event);
    let row = EVENT_TO_STAGE.iter().find(|(listed, ..)| Some(*listed) == event);
    let stage = row.map_or(Stage::Progressing, |(_, stage, _)| *stage);
    let in_band = in_band(&cpg) || event == Some(Event::IN_BAND_INFORMATION);
    Progress { in_band, carried: carried::read(&cpg), isup: Some(cpg), ..Progress::new(stage) }
}

/// ANM or CON: who answers, and what comes along.
pub fn from_answer(message: Message) -> Answer {
    let number = message.find::<ConnectedNumber>();
    let known = number.filter(|number| number.presentation != Presentation::NOT_AVAILABLE && !number.digits.is_empty());
    let connected = known.map(|number| Calling {
        number: number::to_text(&number.digits, number.nature),
        display: None,
        restricted: number.presentation != Presentation::ALLOWED,
        asserted: number.screening == Screening::NETWORK || number.screening == Screening::USER_VERIFIED_PASSED,
    });
    Answer { connected, carried: carried::read(&message), isup: Some(message) }
}

/// What a CPG after the answer tells, where a service sent it.
pub fn notice(cpg: Message) -> Result<Notice, Message> {
    match cpg.find::<GenericNotificationIndicator>().and_then(|notices| notices.0.first().copied()) {
        Some(notice) => Ok(Notice { code: NoticeCode(notice.0), isup: Some(cpg) }),
        None => Err(cpg),
    }
}

/// The CPG that tells it.
pub fn notice_cpg(notice: &Notice) -> Message {
    let new = || {
        let notices = Carried { notices: vec![notice.code], ..Carried::default() };
        carried::write(&notices, Message::new(MessageType::CPG).with(EventInformation::new(Event::PROGRESS)))
    };
    transit::of_kind(notice.isup.as_ref(), MessageType::CPG).unwrap_or_else(new)
}

/// SUS or RES: the one that came, or one for a user of ISDN who suspends.
pub fn pause(pause: &Pause) -> Message {
    let kind = if pause.suspended { MessageType::SUS } else { MessageType::RES };
    let new = || Message::new(kind).with(SuspendResumeIndicators::default());
    transit::of_kind(pause.isup.as_ref(), kind).unwrap_or_else(new)
}

/// REL; one without its mandatory cause is normal, unspecified.
pub fn from_rel(rel: Message) -> Release {
    let said = rel.find::<CauseIndicators>();
    let release = match said {
        Some(said) => Release { diagnostics: said.diagnostics, ..Release::new(said.cause, said.location) },
        None => Release::new(Cause::NORMAL_UNSPECIFIED, Location::PUBLIC_LOCAL),
    };
    Release { carried: carried::read(&rel), isup: Some(rel), ..release }
}

fn in_band(message: &Message) -> bool {
    message.find::<OptionalBackwardCallIndicators>().is_some_and(|indicators| indicators.in_band_information)
}

/// Event of a CPG, stage, source.
const EVENT_TO_STAGE: &[(Event, Stage, &str)] = &[
    (Event::ALERTING, Stage::Alerting, "RFC 3398 7.2.9"),
    (Event::PROGRESS, Stage::Progressing, "RFC 3398 7.2.9"),
    (Event::IN_BAND_INFORMATION, Stage::Progressing, "RFC 3398 7.2.9"),
    (Event::FORWARDED_ON_BUSY, Stage::Forwarded, "RFC 3398 7.2.9"),
    (Event::FORWARDED_ON_NO_REPLY, Stage::Forwarded, "RFC 3398 7.2.9"),
    (Event::FORWARDED_UNCONDITIONAL, Stage::Forwarded, "RFC 3398 7.2.9"),
];

/// Stage, called party's status in ACM, event in CPG, source.
const STAGE_TO_PROGRESS: &[(Stage, CalledPartysStatus, Event, &str)] = &[
    (Stage::Accepted, CalledPartysStatus::NO_INDICATION, Event::PROGRESS, "RFC 3398 8.2.8"),
    (Stage::Proceeding, CalledPartysStatus::NO_INDICATION, Event::PROGRESS, "RFC 3398 8.2.3"),
    (Stage::Progressing, CalledPartysStatus::NO_INDICATION, Event::PROGRESS, "RFC 3398 8.2.3"),
    (Stage::Alerting, CalledPartysStatus::SUBSCRIBER_FREE, Event::ALERTING, "RFC 3398 8.2.3"),
    (Stage::Forwarded, CalledPartysStatus::NO_INDICATION, Event::FORWARDED_UNCONDITIONAL, "RFC 3398 8.2.3"),
];

fn row(stage: Stage) -> (CalledPartysStatus, Event) {
    let row = STAGE_TO_PROGRESS.iter().find(|(listed, ..)| *listed == stage);
    row.map_or((CalledPartysStatus::NO_INDICATION, Event::PROGRESS), |(_, called, event, _)| (*called, *event))
}

/// The ACM for the first progress.
pub fn acm(progress: &Progress) -> Message {
    if let Some(acm) = transit::of_kind(progress.isup.as_ref(), MessageType::ACM) {
        return acm;
    }
    let acm = Message::new(MessageType::ACM).with(indicators(row(progress.stage).0));
    carried::write(&progress.carried, with_in_band(acm, progress.in_band))
}

/// The CPG for progress after the first.
pub fn cpg(progress: &Progress) -> Message {
    if let Some(cpg) = transit::of_kind(progress.isup.as_ref(), MessageType::CPG) {
        return cpg;
    }
    let event = EventInformation::new(row(progress.stage).1);
    carried::write(&progress.carried, with_in_band(Message::new(MessageType::CPG).with(event), progress.in_band))
}

/// The answer after an ACM.
pub fn anm(answer: &Answer) -> Message {
    let new = || answered(answer, Message::new(MessageType::ANM));
    transit::of_kind(answer.isup.as_ref(), MessageType::ANM).unwrap_or_else(new)
}

/// The answer without an ACM before it, RFC 3398 8.2.4.
pub fn con(answer: &Answer) -> Message {
    let new = || answered(answer, Message::new(MessageType::CON).with(indicators(CalledPartysStatus::NO_INDICATION)));
    transit::of_kind(answer.isup.as_ref(), MessageType::CON).unwrap_or_else(new)
}

/// The answer with who gives it, and what goes along.
fn answered(answer: &Answer, mut message: Message) -> Message {
    if let Some((party, number)) =
        answer.connected.as_ref().and_then(|party| Some((party, number::to_isup(&party.number, None).ok()?)))
    {
        message.set(&ConnectedNumber {
            digits: number.digits,
            nature: number.nature,
            presentation: if party.restricted { Presentation::RESTRICTED } else { Presentation::ALLOWED },
            screening: if party.asserted { Screening::NETWORK } else { Screening::USER_VERIFIED_PASSED },
            ..Default::default()
        });
    }
    carried::write(&answer.carried, message)
}

/// A release with its cause.
pub fn rel(release: &Release) -> Message {
    let new = || {
        let mut cause = CauseIndicators::new(release.location, release.cause);
        cause.diagnostics.clone_from(&release.diagnostics);
        carried::write(&release.carried, Message::new(MessageType::REL).with(cause))
    };
    transit::of_kind(release.isup.as_ref(), MessageType::REL).unwrap_or_else(new)
}

/// The backward call indicators that RFC 3398 8.2.3 gives as default.
fn indicators(called_partys_status: CalledPartysStatus) -> BackwardCallIndicators {
    BackwardCallIndicators {
        charge: Charge::CHARGE,
        called_partys_status,
        called_partys_category: CalledPartysCategory::ORDINARY,
        isdn_user_part: true,
        ..Default::default()
    }
}

fn with_in_band(message: Message, in_band: bool) -> Message {
    if !in_band {
        return message;
    }
    message.with(OptionalBackwardCallIndicators { in_band_information: true, ..Default::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(stage: Stage, in_band: bool) -> Progress {
        Progress { in_band, ..Progress::new(stage) }
    }

    fn said(progress: &Progress) -> (Stage, bool) {
        (progress.stage, progress.in_band)
    }

    #[test]
    fn a_free_subscriber_is_alerted_and_not_heard_in_band() {
        assert_eq!(said(&from_acm(acm(&progress(Stage::Alerting, false)))), (Stage::Alerting, false));
    }

    #[test]
    fn in_band_information_survives_in_acm_and_cpg() {
        assert!(from_acm(acm(&progress(Stage::Alerting, true))).in_band);
        assert!(from_cpg(cpg(&progress(Stage::Alerting, true))).in_band);
    }

    #[test]
    fn an_early_acm_says_that_a_network_has_the_call() {
        assert_eq!(said(&from_acm(acm(&Progress::new(Stage::Accepted)))), (Stage::Proceeding, false));
    }

    #[test]
    fn each_event_has_its_stage() {
        let stage = |event| from_cpg(Message::new(MessageType::CPG).with(EventInformation::new(event))).stage;
        assert_eq!(stage(Event::ALERTING), Stage::Alerting);
        assert_eq!(stage(Event::FORWARDED_ON_BUSY), Stage::Forwarded);
        assert_eq!(stage(Event::PROGRESS), Stage::Progressing);
        assert_eq!(stage(Event(99)), Stage::Progressing);
    }

    #[test]
    fn a_message_from_a_circuit_passes_on_as_it_is_where_its_kind_fits() {
        let came = Message::new(MessageType::CPG).with(EventInformation::new(Event(99)));
        let progress = from_cpg(came.clone());
        assert_eq!(cpg(&progress), came);
        assert_eq!(acm(&progress).kind, MessageType::ACM);
    }
}
