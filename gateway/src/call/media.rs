//! The media leg: what SDP agreed becomes changes to the session at the timeslot.
//!
//! The leg opens deaf and mute. It sends as soon as SIP knows our description, so that the caller hears tones and
//! announcements before the answer; it plays what SIP sends once the called side is there to hear it. A direction that
//! SDP forbids stays shut.

use ::media::{Change, Source};

use super::Call;
use crate::control::output::MediaRequest;
use crate::interwork::bearer;
use crate::sip::{Description, sdp};

impl Call {
    /// Takes the peer's answer to our last offer. An answer that cannot be used changes nothing.
    pub(super) fn agree(&mut self, theirs: &Description) {
        if let Some(agreement) = self.ours.as_ref().and_then(|ours| sdp::agree(ours, theirs).ok()) {
            self.agreement = Some(agreement);
        }
    }

    /// Brings the leg to what was agreed, both ways.
    pub(super) fn apply(&mut self) {
        let Some(agreement) = self.agreement.as_ref() else { return };
        let (send, receive) = (agreement.send, agreement.receive);
        let changes = [
            Change::Remote { rtp: agreement.remote, rtcp: agreement.remote_rtcp },
            Change::Payload {
                payload_type: agreement.payload_type,
                law: bearer::law(agreement.codec),
                packet_ms: agreement.packet_ms,
                telephone_event: agreement.telephone_event,
            },
            Change::Source(Source::Network),
            Change::Direction { send, receive },
        ];
        for change in changes {
            self.media(MediaRequest::Change(change));
        }
    }

    /// Backward audio before the answer: the caller hears the PSTN, and is not heard.
    pub(super) fn send_only(&mut self) {
        let send = self.agreement.as_ref().is_some_and(|agreement| agreement.send);
        self.media(MediaRequest::Change(Change::Direction { send, receive: false }));
    }

    /// What the PSTN hears.
    pub(super) fn play(&mut self, source: Source) {
        self.media(MediaRequest::Change(Change::Source(source)));
    }
}
