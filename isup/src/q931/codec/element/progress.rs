//! How a call stands: progress indicator, call state, notification indicator and signal, Q.931
//! 4.5.7, 4.5.22, 4.5.23 and 4.5.28.

use super::Element;
use super::octets::{LAST, octet};
use crate::cause::{CodingStandard, Location};
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::DecodeError;
use std::fmt;

values! {
    /// Progress description, 7 bits.
    ProgressDescription {
        NOT_END_TO_END_ISDN = 1, "call is not end-to-end ISDN";
        DESTINATION_NOT_ISDN = 2, "destination address is not ISDN";
        ORIGIN_NOT_ISDN = 3, "origination address is not ISDN";
        RETURNED_TO_ISDN = 4, "call has returned to the ISDN";
        SERVICE_CHANGED = 5, "interworking has changed the telecommunication service";
        IN_BAND = 8, "in-band information is available";
    }
}

/// Progress indicator: an event in the life of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgressIndicator {
    /// Whose coding.
    pub coding: CodingStandard,
    /// Where it arose.
    pub location: Location,
    /// What.
    pub description: ProgressDescription,
}

impl ProgressIndicator {
    /// A description of ITU-T.
    pub const fn new(location: Location, description: ProgressDescription) -> Self {
        Self { coding: CodingStandard::ITU_T, location, description }
    }
}

impl Element for ProgressIndicator {
    const CODE: ElementCode = ElementCode::PROGRESS_INDICATOR;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (third, fourth) = (octet(octets, 0)?, octet(octets, 1)?);
        Ok(Self {
            coding: CodingStandard(third >> 5 & 3),
            location: Location(third & 15),
            description: ProgressDescription(fourth & !LAST),
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(LAST | (self.coding.0 & 3) << 5 | self.location.0 & 15);
        out.push(LAST | self.description.0);
    }
}

impl fmt::Display for ProgressIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.description, self.location)
    }
}

values! {
    /// Call state value, 6 bits: U0 to U25 of a user, N0 to N25 of a network, and Rest 0 to 2 of
    /// the global call reference.
    CallStateValue {
        NULL = 0, "null";
        CALL_INITIATED = 1, "call initiated";
        OVERLAP_SENDING = 2, "overlap sending";
        OUTGOING_CALL_PROCEEDING = 3, "outgoing call proceeding";
        CALL_DELIVERED = 4, "call delivered";
        CALL_PRESENT = 6, "call present";
        CALL_RECEIVED = 7, "call received";
        CONNECT_REQUEST = 8, "connect request";
        INCOMING_CALL_PROCEEDING = 9, "incoming call proceeding";
        ACTIVE = 10, "active";
        DISCONNECT_REQUEST = 11, "disconnect request";
        DISCONNECT_INDICATION = 12, "disconnect indication";
        SUSPEND_REQUEST = 15, "suspend request";
        RESUME_REQUEST = 17, "resume request";
        RELEASE_REQUEST = 19, "release request";
        CALL_ABORT = 22, "call abort";
        OVERLAP_RECEIVING = 25, "overlap receiving";
        CALL_INDEPENDENT_SERVICE = 31, "call independent service";
        RESTART_REQUEST = 61, "restart request";
        RESTART = 62, "restart";
    }
}

/// Call state: the sender's, in a STATUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallState {
    /// Whose coding.
    pub coding: CodingStandard,
    /// Which.
    pub value: CallStateValue,
}

impl CallState {
    /// A state of ITU-T.
    pub const fn new(value: CallStateValue) -> Self {
        Self { coding: CodingStandard::ITU_T, value }
    }
}

impl Element for CallState {
    const CODE: ElementCode = ElementCode::CALL_STATE;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let third = octet(octets, 0)?;
        Ok(Self { coding: CodingStandard(third >> 6), value: CallStateValue(third & 63) })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.coding.0 << 6 | self.value.0 & 63);
    }
}

impl fmt::Display for CallState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.coding {
            CodingStandard::ITU_T => write!(f, "{} {}", self.value.0, self.value),
            other => write!(f, "{} of {other}", self.value.0),
        }
    }
}

octet_values! {
    /// Notification indicator, 7 bits; octets after it belong to a notification of Q.932.
    NotificationIndicator(NOTIFICATION_INDICATOR), bits 0x7f under 0x80 {
        USER_SUSPENDED = 0, "user suspended";
        USER_RESUMED = 1, "user resumed";
        BEARER_SERVICE_CHANGE = 2, "bearer service change";
        CALL_COMPLETION_DELAY = 3, "call completion delay";
        CONFERENCE_ESTABLISHED = 66, "conference established";
        CONFERENCE_DISCONNECTED = 67, "conference disconnected";
        OTHER_PARTY_ADDED = 68, "other party added";
        ISOLATED = 69, "isolated";
        REATTACHED = 70, "reattached";
        OTHER_PARTY_ISOLATED = 71, "other party isolated";
        OTHER_PARTY_REATTACHED = 72, "other party reattached";
        OTHER_PARTY_SPLIT = 73, "other party split";
        OTHER_PARTY_DISCONNECTED = 74, "other party disconnected";
        CONFERENCE_FLOATING = 75, "conference floating";
        CALL_IS_WAITING = 96, "call is a waiting call";
        DIVERSION_ACTIVATED = 104, "diversion activated";
        CALL_TRANSFERRED_ALERTING = 105, "call transferred, alerting";
        CALL_TRANSFERRED_ACTIVE = 106, "call transferred, active";
        REMOTE_HOLD = 121, "remote hold";
        REMOTE_RETRIEVAL = 122, "remote retrieval";
        CALL_IS_DIVERTING = 123, "call is diverting";
    }
}

octet_values! {
    /// Signal: which tone or ringing a terminal shall make.
    Signal(SIGNAL), bits 0xff under 0x00 {
        DIAL_TONE = 0, "dial tone on";
        RING_BACK_TONE = 1, "ring back tone on";
        INTERCEPT_TONE = 2, "intercept tone on";
        NETWORK_CONGESTION_TONE = 3, "network congestion tone on";
        BUSY_TONE = 4, "busy tone on";
        CONFIRM_TONE = 5, "confirm tone on";
        ANSWER_TONE = 6, "answer tone on";
        CALL_WAITING_TONE = 7, "call waiting tone on";
        OFF_HOOK_WARNING_TONE = 8, "off-hook warning tone on";
        PREEMPTION_TONE = 9, "preemption tone on";
        TONES_OFF = 63, "tones off";
        ALERTING_PATTERN_0 = 64, "alerting on, pattern 0";
        ALERTING_PATTERN_1 = 65, "alerting on, pattern 1";
        ALERTING_PATTERN_2 = 66, "alerting on, pattern 2";
        ALERTING_PATTERN_3 = 67, "alerting on, pattern 3";
        ALERTING_PATTERN_4 = 68, "alerting on, pattern 4";
        ALERTING_PATTERN_5 = 69, "alerting on, pattern 5";
        ALERTING_PATTERN_6 = 70, "alerting on, pattern 6";
        ALERTING_PATTERN_7 = 71, "alerting on, pattern 7";
        ALERTING_OFF = 79, "alerting off";
    }
}
