//! Generic notification indicator, Q.763 3.25: what a supplementary service tells the other party.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

values! {
    /// Notification indicator, 7 bits.
    Notification {
        USER_SUSPENDED = 0, "user suspended";
        USER_RESUMED = 1, "user resumed";
        BEARER_SERVICE_CHANGE = 2, "bearer service change";
        ENCODED_COMPONENT = 3, "ASN.1 encoded component";
        CALL_COMPLETION_DELAY = 4, "call completion delay";
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
        WAITING_CALL = 96, "call is a waiting call";
        DIVERSION_ACTIVATED = 104, "diversion activated";
        CALL_TRANSFER_ALERTING = 105, "call transfer, alerting";
        CALL_TRANSFER_ACTIVE = 106, "call transfer, active";
        REMOTE_HOLD = 121, "remote hold";
        REMOTE_RETRIEVAL = 122, "remote retrieval";
        CALL_IS_DIVERTING = 123, "call is diverting";
    }
}

/// The extension bit: this octet is the last.
const LAST: u8 = 0x80;

/// Generic notification indicator; at least one notification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenericNotificationIndicator(pub Vec<Notification>);

impl Parameter for GenericNotificationIndicator {
    const CODE: ParameterCode = ParameterCode::GENERIC_NOTIFICATION_INDICATOR;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let last = octets.iter().position(|octet| octet & LAST != 0);
        let last = last.ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        Ok(Self(octets[..=last].iter().map(|octet| Notification(octet & !LAST)).collect()))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for (index, notification) in self.0.iter().enumerate() {
            let last = if index + 1 == self.0.len() { LAST } else { 0 };
            out.push(notification.0 & !LAST | last);
        }
    }
}

impl fmt::Display for GenericNotificationIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, notification) in self.0.iter().enumerate() {
            write!(f, "{}{notification}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
