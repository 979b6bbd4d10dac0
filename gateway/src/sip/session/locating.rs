//! Our INVITE waits until the servers of its next hop are found (RFC 3263 4).

use super::super::locate;
use super::super::reply::Tag;
use super::super::transaction::Layer;
use super::super::transport::Flow;
use super::super::vocabulary::{Event, Failure, Invitation};
use super::State;
use super::calling::Calling;
use std::time::Instant;

/// An INVITE that has not gone.
#[derive(Debug)]
pub(super) struct Locating {
    pub invitation: Invitation,
}

impl Locating {
    /// An address is its own server; a name is asked for by the endpoint.
    pub(super) fn begin(self, now: Instant, layer: &mut Layer, tag: Tag) -> State {
        let hop = self.invitation.place.next_hop();
        if hop.ip().is_none() {
            return State::Locating(Box::new(self));
        }
        let target = locate::literal(&hop);
        let flow = target.and_then(|it| layer.flow_to(it.transport, it.address, hop.host(), None));
        self.located(now, layer, tag, flow.into_iter().collect())
    }

    pub(super) fn located(self, now: Instant, layer: &mut Layer, tag: Tag, flows: Vec<Flow>) -> State {
        if flows.is_empty() {
            let session = self.invitation.session;
            layer.tell(Event::Failed { session, failure: Failure::Unreachable });
            return State::Over;
        }
        State::Calling(Box::new(Calling::new(now, layer, tag, self.invitation, flows)))
    }
}
