//! Backward messages: CALL PROCEEDING, PROGRESS, ALERTING, CONNECT (RFC 4497 8.2.1.3, 8.3.2 to 8.3.6); the clearing messages
//! and NOTIFY, which go both ways.

use isup::cause::{Cause, Location};
use isup::q931::codec::{
    CallReference, CauseIndicators, ConnectedNumber, Message, MessageType, NotificationIndicator, ProgressDescription,
    ProgressIndicator,
};

use super::carried;
use super::setup::{disclosed, numbered, shown_number};
use crate::interwork::hub::{Answer, Notice, NoticeCode, Pause, Progress, Release, Stage};

/// CALL PROCEEDING, PROGRESS or ALERTING: the stage by its kind; something to hear where a progress indicator says so.
pub fn from_message(message: &Message) -> Progress {
    let row = MESSAGE_TO_STAGE.iter().find(|(kind, ..)| *kind == message.kind);
    let stage = row.map_or(Stage::Progressing, |(_, stage, _)| *stage);
    Progress { in_band: is_audible(message), carried: carried::read(message), ..Progress::new(stage) }
}

fn is_audible(message: &Message) -> bool {
    let audible =
        |indicator: ProgressIndicator| AUDIBLE.iter().any(|(description, _)| *description == indicator.description);
    message.all::<ProgressIndicator>().flatten().any(audible)
}

/// CONNECT: who answers, and what comes along.
pub fn from_connect(connect: &Message) -> Answer {
    let number = connect.find::<ConnectedNumber>();
    Answer {
        connected: number.and_then(|number| shown_number(number.kind, number.disclosure, &number.digits)),
        carried: carried::read(connect),
        isup: None,
    }
}

/// Kind, stage, source.
const MESSAGE_TO_STAGE: &[(MessageType, Stage, &str)] = &[
    (MessageType::CALL_PROCEEDING, Stage::Accepted, "RFC 4497 8.3.2"),
    (MessageType::PROGRESS, Stage::Progressing, "RFC 4497 8.3.3"),
    (MessageType::ALERTING, Stage::Alerting, "RFC 4497 8.3.4"),
];

/// Progress descriptions that connect the path backwards, source.
const AUDIBLE: &[(ProgressDescription, &str)] = &[
    (ProgressDescription::NOT_END_TO_END_ISDN, "RFC 4497 8.3.3, 8.3.4"),
    (ProgressDescription::IN_BAND, "RFC 4497 8.3.3, 8.3.4"),
];

/// DISCONNECT, RELEASE or RELEASE COMPLETE; one without a cause that can be read is normal, unspecified.
pub fn from_clearing(message: &Message) -> Release {
    let said = message.find::<CauseIndicators>();
    let release = match said {
        Some(said) => Release { diagnostics: said.diagnostics, ..Release::new(said.cause, said.location) },
        None => Release::here(Cause::NORMAL_UNSPECIFIED),
    };
    Release { carried: carried::read(message), ..release }
}

/// CALL PROCEEDING.
pub fn call_proceeding() -> Message {
    new(MessageType::CALL_PROCEEDING)
}

/// SETUP ACKNOWLEDGE: digits may follow. Without a dial tone, as the caller has dialled already.
pub fn setup_acknowledge() -> Message {
    new(MessageType::SETUP_ACKNOWLEDGE)
}

/// ALERTING, with "in-band information" where something is to be heard, a ringing tone of ours included (RFC 4497 8.2.1.3).
pub fn alerting(progress: &Progress) -> Message {
    audibly(carried::write(&progress.carried, new(MessageType::ALERTING)), progress.in_band || progress.ringing)
}

/// PROGRESS: "in-band information" where something is to be heard, else "not end-to-end ISDN" (RFC 4497 8.2.1.3).
pub fn progress(progress: &Progress) -> Message {
    let mut message = audibly(carried::write(&progress.carried, new(MessageType::PROGRESS)), progress.in_band);
    if message.find::<ProgressIndicator>().is_none() {
        message.add(&indicator(ProgressDescription::NOT_END_TO_END_ISDN));
    }
    message
}

/// The message that says that there is something to hear, where there is.
fn audibly(mut message: Message, in_band: bool) -> Message {
    if in_band && !is_audible(&message) {
        message.add(&indicator(ProgressDescription::IN_BAND));
    }
    message
}

/// CONNECT.
pub fn connect(answer: &Answer) -> Message {
    let message = new(MessageType::CONNECT);
    let number = answer.connected.as_ref().and_then(|party| Some((numbered(&party.number)?, disclosed(party))));
    let message = match number {
        Some(((digits, kind, plan), disclosure)) => {
            message.with(ConnectedNumber { kind, plan, disclosure: Some(disclosure), digits })
        }
        None => message,
    };
    carried::write(&answer.carried, message)
}

/// What ends a call: the interface makes of it what the state wants.
pub fn clearing(release: &Release) -> Message {
    let mut cause = CauseIndicators::new(release.location, release.cause);
    cause.diagnostics.clone_from(&release.diagnostics);
    carried::write(&release.carried, new(MessageType::DISCONNECT).with(cause))
}

/// NOTIFY: the other party is suspended, or back.
pub fn notify(pause: &Pause) -> Message {
    let indicator = match pause.suspended {
        true => NotificationIndicator::USER_SUSPENDED,
        false => NotificationIndicator::USER_RESUMED,
    };
    new(MessageType::NOTIFY).with(indicator)
}

/// NOTIFY: what a service tells.
pub fn notify_of(notice: &Notice) -> Message {
    new(MessageType::NOTIFY).with(carried::indicator(notice.code))
}

/// What a NOTIFY tells first.
pub fn from_notify(notify: &Message) -> Option<NoticeCode> {
    notify.find::<NotificationIndicator>().map(carried::notice)
}

/// HOLD ACKNOWLEDGE or RETRIEVE ACKNOWLEDGE.
pub fn acknowledge(kind: MessageType) -> Message {
    new(kind)
}

/// HOLD REJECT or RETRIEVE REJECT: the call is in no state for it.
pub fn reject(kind: MessageType) -> Message {
    new(kind).with(CauseIndicators::new(Location::PUBLIC_LOCAL, Cause::MESSAGE_NOT_COMPATIBLE_WITH_STATE))
}

pub(super) fn indicator(description: ProgressDescription) -> ProgressIndicator {
    ProgressIndicator::new(Location::PUBLIC_LOCAL, description)
}

fn new(kind: MessageType) -> Message {
    Message::new(CallReference::DUMMY, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &Message) -> (Stage, bool) {
        let progress = from_message(message);
        (progress.stage, progress.in_band)
    }

    #[test]
    fn each_message_has_its_stage_and_indicators_open_the_path() {
        assert_eq!(said(&call_proceeding()), (Stage::Accepted, false));
        assert_eq!(said(&alerting(&Progress::new(Stage::Alerting))), (Stage::Alerting, false));
        let in_band = Progress { in_band: true, ..Progress::new(Stage::Alerting) };
        assert_eq!(said(&alerting(&in_band)), (Stage::Alerting, true));
        assert_eq!(said(&progress(&Progress::new(Stage::Progressing))), (Stage::Progressing, true));
    }

    #[test]
    fn a_ringing_tone_of_ours_is_told_as_in_band_information() {
        let ringing = Progress { ringing: true, ..Progress::new(Stage::Alerting) };
        assert!(from_message(&alerting(&ringing)).in_band);
    }

    #[test]
    fn a_cause_survives_with_its_location() {
        let release = Release::new(Cause::USER_BUSY, Location::USER);
        let heard = from_clearing(&clearing(&release));
        assert_eq!((heard.cause, heard.location), (release.cause, release.location));
        assert_eq!(from_clearing(&new(MessageType::RELEASE)).cause, Cause::NORMAL_UNSPECIFIED);
    }
}
