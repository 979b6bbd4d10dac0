//! Progress and release: ACM, CPG, ANM, CON and REL against provisional responses (RFC 3398 7.2.5 to 7.2.9, 8.2.3, 8.2.4).

use isup::cause::{Cause, Location};
use isup::codec::{
    BackwardCallIndicators, CalledPartysCategory, CalledPartysStatus, CauseIndicators, Charge, Event, EventInformation,
    Message, MessageType, OptionalBackwardCallIndicators,
};

/// What the PSTN's progress means to SIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backward {
    /// The provisional status.
    pub status: u16,
    /// There is something to hear: the response carries SDP, and backward audio begins.
    pub audible: bool,
}

/// ACM: 180 for a free subscriber; 183 for anything in-band, for interworking, and where nothing is said
/// (RFC 3398 7.2.5, 7.2.6).
pub fn from_acm(acm: &Message) -> Backward {
    let indicators = acm.find::<BackwardCallIndicators>().unwrap_or_default();
    let free = indicators.called_partys_status == CalledPartysStatus::SUBSCRIBER_FREE;
    let audible = in_band(acm) || indicators.interworking;
    Backward { status: if free && !audible { RINGING } else { SESSION_PROGRESS }, audible: audible || !free }
}

/// CPG: the status by its event, RFC 3398 7.2.9.
pub fn from_cpg(cpg: &Message) -> Backward {
    let event = cpg.find::<EventInformation>().map(|information| information.event);
    let row = EVENT_TO_STATUS.iter().find(|(listed, ..)| Some(*listed) == event);
    let status = row.map_or(SESSION_PROGRESS, |(_, status, _)| *status);
    let audible = in_band(cpg) || event == Some(Event::IN_BAND_INFORMATION);
    Backward { status: if audible { SESSION_PROGRESS } else { status }, audible }
}

fn in_band(message: &Message) -> bool {
    message.find::<OptionalBackwardCallIndicators>().is_some_and(|indicators| indicators.in_band_information)
}

/// Event of a CPG, status, source.
const EVENT_TO_STATUS: &[(Event, u16, &str)] = &[
    (Event::ALERTING, RINGING, "RFC 3398 7.2.9"),
    (Event::PROGRESS, SESSION_PROGRESS, "RFC 3398 7.2.9"),
    (Event::IN_BAND_INFORMATION, SESSION_PROGRESS, "RFC 3398 7.2.9"),
    (Event::FORWARDED_ON_BUSY, FORWARDED, "RFC 3398 7.2.9"),
    (Event::FORWARDED_ON_NO_REPLY, FORWARDED, "RFC 3398 7.2.9"),
    (Event::FORWARDED_UNCONDITIONAL, FORWARDED, "RFC 3398 7.2.9"),
];

/// Provisional status, called party's status in ACM, event in CPG, source.
const STATUS_TO_PROGRESS: &[(u16, CalledPartysStatus, Event, &str)] = &[
    (180, CalledPartysStatus::SUBSCRIBER_FREE, Event::ALERTING, "RFC 3398 8.2.3"),
    (181, CalledPartysStatus::NO_INDICATION, Event::FORWARDED_UNCONDITIONAL, "RFC 3398 8.2.3"),
    (182, CalledPartysStatus::NO_INDICATION, Event::PROGRESS, "RFC 3398 8.2.3"),
    (183, CalledPartysStatus::NO_INDICATION, Event::PROGRESS, "RFC 3398 8.2.3"),
];

fn progress_row(status: u16) -> (CalledPartysStatus, Event) {
    let row = STATUS_TO_PROGRESS.iter().find(|(listed, ..)| *listed == status);
    row.map_or((CalledPartysStatus::NO_INDICATION, Event::PROGRESS), |(_, called, event, _)| (*called, *event))
}

/// The ACM for the first provisional response. `audible`: SIP sends early media.
pub fn acm(status: u16, audible: bool) -> Message {
    let message = Message::new(MessageType::ACM).with(indicators(progress_row(status).0));
    with_in_band(message, audible)
}

/// The ACM when SIP has said nothing and T11 has expired, RFC 3398 8.2.8.
pub fn early_acm() -> Message {
    Message::new(MessageType::ACM).with(indicators(CalledPartysStatus::NO_INDICATION))
}

/// The CPG for a provisional response after the first.
pub fn cpg(status: u16, audible: bool) -> Message {
    let event = EventInformation::new(progress_row(status).1);
    with_in_band(Message::new(MessageType::CPG).with(event), audible)
}

/// The answer after an ACM.
pub fn anm() -> Message {
    Message::new(MessageType::ANM)
}

/// The answer without an ACM before it, RFC 3398 8.2.4.
pub fn con() -> Message {
    Message::new(MessageType::CON).with(indicators(CalledPartysStatus::NO_INDICATION))
}

/// A release with its cause.
pub fn rel(cause: Cause, location: Location) -> Message {
    Message::new(MessageType::REL).with(CauseIndicators::new(location, cause))
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

fn with_in_band(message: Message, audible: bool) -> Message {
    if !audible {
        return message;
    }
    message.with(OptionalBackwardCallIndicators { in_band_information: true, ..Default::default() })
}

const RINGING: u16 = 180;
const FORWARDED: u16 = 181;
const SESSION_PROGRESS: u16 = 183;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_subscriber_rings_and_is_not_heard_in_band() {
        assert_eq!(from_acm(&acm(180, false)), Backward { status: 180, audible: false });
    }

    #[test]
    fn in_band_information_is_183_whatever_the_subscriber_does() {
        assert_eq!(from_acm(&acm(180, true)), Backward { status: 183, audible: true });
        assert_eq!(from_cpg(&cpg(180, true)), Backward { status: 183, audible: true });
    }

    #[test]
    fn an_early_acm_is_183() {
        assert_eq!(from_acm(&early_acm()).status, 183);
    }

    #[test]
    fn each_event_has_its_status() {
        let status = |event| from_cpg(&Message::new(MessageType::CPG).with(EventInformation::new(event))).status;
        assert_eq!(status(Event::ALERTING), 180);
        assert_eq!(status(Event::FORWARDED_ON_BUSY), 181);
        assert_eq!(status(Event::PROGRESS), 183);
        assert_eq!(status(Event(99)), 183);
    }
}
