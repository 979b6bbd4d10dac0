//! Progress: ACM and CPG to 18x (RFC 3398 7.2.5, 7.2.9), 18x to ACM and CPG (RFC 3398 8.2.3), ACM to ACM.
//!
//! What arrives: the far side has the call, rings, or has something to be heard. What we say: the same, in the caller's
//! protocol. What guards it: T9 of an outgoing circuit; T11 here while SIP says nothing, whose expiry tells the caller that
//! the number is complete and promises nothing else (RFC 3398 8.2.8).

use std::time::Instant;

use super::{Call, Side, State};
use crate::interwork::hub::{Progress, Stage};

impl Call {
    pub(super) fn progressed(&mut self, now: Instant, mut progress: Progress) {
        progress.ringing |= self.ring(&progress);
        self.tell_progress(&progress);
        if !matches!(self.state, State::Talking) {
            self.story.alerting.get_or_insert(now);
            self.alerts();
        }
    }

    fn alerts(&mut self) {
        if let State::Trying { intent, .. } = &self.state {
            self.state = State::Alerting(intent.setup.clone());
        }
    }

    /// SIP has said nothing: the caller's side hears that the number is complete, and its own timer runs from here.
    pub(super) fn t11_expired(&mut self) {
        self.tell_progress(&Progress::new(Stage::Accepted));
        self.alerts();
    }

    pub(super) fn tell_progress(&mut self, progress: &Progress) {
        let (leg, mut desk) = self.at(Side::Originating);
        leg.progress(&mut desk, progress);
    }
}
