//! Backward messages: CALL PROCEEDING, PROGRESS, ALERTING, CONNECT (RFC 4497 8.2.1.3, 8.3.2 to 8.3.6); the clearing messages
//! and NOTIFY, which go both ways.

use isup::cause::{Cause, Location};
use isup::q931::codec::{
    CallReference, CauseIndicators, Message, MessageType, NotificationIndicator, ProgressDescription, ProgressIndicator,
};

use crate::interwork::hub::{Pause, Progress, Release, Stage};

/// CALL PROCEEDING, PROGRESS or ALERTING: the stage by its kind; something to hear where a progress indicator says so.
pub fn from_message(message: &Message) -> Progress {
    let row = MESSAGE_TO_STAGE.iter().find(|(kind, ..)| *kind == message.kind);
    let stage = row.map_or(Stage::Progressing, |(_, stage, _)| *stage);
    let audible =
        |indicator: ProgressIndicator| AUDIBLE.iter().any(|(description, _)| *description == indicator.description);
    let in_band = message.all::<ProgressIndicator>().flatten().any(audible);
    Progress { in_band, ..Progress::new(stage) }
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
    said.map_or(Release::here(Cause::NORMAL_UNSPECIFIED), |said| Release::new(said.cause, said.location))
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
    let alerting = new(MessageType::ALERTING);
    match progress.in_band || progress.ringing {
        true => alerting.with(indicator(ProgressDescription::IN_BAND)),
        false => alerting,
    }
}

/// PROGRESS: "in-band information" where something is to be heard, else "not end-to-end ISDN" (RFC 4497 8.2.1.3).
pub fn progress(progress: &Progress) -> Message {
    let description = match progress.in_band {
        true => ProgressDescription::IN_BAND,
        false => ProgressDescription::NOT_END_TO_END_ISDN,
    };
    new(MessageType::PROGRESS).with(indicator(description))
}

/// CONNECT.
pub fn connect() -> Message {
    new(MessageType::CONNECT)
}

/// What ends a call: the interface makes of it what the state wants.
pub fn clearing(release: &Release) -> Message {
    new(MessageType::DISCONNECT).with(CauseIndicators::new(release.location, release.cause))
}

/// NOTIFY: the other party is suspended, or back.
pub fn notify(pause: &Pause) -> Message {
    let indicator = match pause.suspended {
        true => NotificationIndicator::USER_SUSPENDED,
        false => NotificationIndicator::USER_RESUMED,
    };
    new(MessageType::NOTIFY).with(indicator)
}

/// HOLD REJECT or RETRIEVE REJECT: nobody holds calls here.
pub fn reject(kind: MessageType) -> Message {
    new(kind).with(CauseIndicators::new(Location::PUBLIC_LOCAL, Cause::FACILITY_NOT_IMPLEMENTED))
}

fn indicator(description: ProgressDescription) -> ProgressIndicator {
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
        assert_eq!(from_clearing(&clearing(&release)), release);
        assert_eq!(from_clearing(&new(MessageType::RELEASE)).cause, Cause::NORMAL_UNSPECIFIED);
    }
}
