//! The dialogs of a session: which messages belong to them, and where their requests go (RFC 3261 12).

use super::super::dialog::Dialog;
use super::super::endpoint::DialogView;
use super::super::message::Message;
use super::super::transaction::Layer;
use super::super::transport::Flow;
use super::super::uri::Uri;
use super::{Session, State};
use std::time::Instant;

impl Session {
    /// A dialog of this session has the peer's tag.
    pub(crate) fn has_dialog(&self, message: &Message) -> bool {
        self.dialogs().any(|dialog| dialog.is_of(message))
    }

    /// The same by Call-ID and the peer's tag.
    pub(crate) fn has_dialog_of(&self, call_id: &[u8], remote_tag: &[u8]) -> bool {
        self.dialogs().any(|dialog| dialog.is_named(call_id, remote_tag))
    }

    /// A 2xx went or came, and no BYE after it.
    pub(crate) fn is_established(&self) -> bool {
        matches!(self.state, State::Established(_))
    }

    /// The next hop of the INVITE or of the established dialog, when its name must be resolved. A stranger's INVITE asks
    /// nothing of the DNS.
    pub(crate) fn unresolved(&self) -> Option<Uri> {
        match &self.state {
            State::Locating(locating) => Some(locating.invitation.place.next_hop()),
            State::Asking(asking) => asking.unresolved(),
            State::Established(established) => established.dialog.unresolved(),
            _ => None,
        }
    }

    /// The ways to it, best first; none: nobody is there.
    pub(crate) fn handle_located(&mut self, now: Instant, layer: &mut Layer, flows: Vec<Flow>) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Locating(locating) => self.state = locating.located(now, layer, self.tag, flows),
            State::Asking(asking) => self.state = asking.located(now, layer, self.tag, flows),
            other => {
                self.state = other;
                self.dialogs_mut().for_each(|dialog| dialog.set_located(&flows));
            }
        }
    }

    /// How it stands; `None`: it has no Call-ID, or no longer.
    pub(crate) fn view(&self, layer: &Layer) -> Option<DialogView> {
        let ((call_id, flow), phase) = match &self.state {
            State::Calling(calling) => (calling.identity(), "calling"),
            State::Alerting(alerting) => (alerting.dialog.identity(), "alerting"),
            State::Established(established) => (established.dialog.identity(), "established"),
            State::Ending(ending) => (ending.established.dialog.identity(), "ending"),
            State::Locating(_) | State::Asking(_) | State::Over => return None,
        };
        let (call_id, transport) = (call_id.clone(), layer.transport(flow));
        Some(DialogView { call_id, remote: flow.remote, transport, phase, begun: self.begun })
    }

    pub(super) fn dialogs(&self) -> Box<dyn Iterator<Item = &Dialog> + '_> {
        match &self.state {
            State::Calling(calling) => Box::new(calling.early.iter().map(|early| &early.dialog)),
            State::Alerting(alerting) => Box::new(std::iter::once(&alerting.dialog)),
            State::Established(established) => Box::new(std::iter::once(&established.dialog)),
            State::Ending(ending) => Box::new(std::iter::once(&ending.established.dialog)),
            State::Locating(_) | State::Asking(_) | State::Over => Box::new(std::iter::empty()),
        }
    }

    pub(super) fn dialogs_mut(&mut self) -> Box<dyn Iterator<Item = &mut Dialog> + '_> {
        match &mut self.state {
            State::Calling(calling) => Box::new(calling.early.iter_mut().map(|early| &mut early.dialog)),
            State::Alerting(alerting) => Box::new(std::iter::once(&mut alerting.dialog)),
            State::Established(established) => Box::new(std::iter::once(&mut established.dialog)),
            State::Ending(ending) => Box::new(std::iter::once(&mut ending.established.dialog)),
            State::Locating(_) | State::Asking(_) | State::Over => Box::new(std::iter::empty()),
        }
    }
}
