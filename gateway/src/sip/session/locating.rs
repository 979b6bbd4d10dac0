//! Our INVITE waits until the servers of its next hop are found (RFC 3263 4).

use super::super::locate;
use super::super::name_addr::NameAddr;
use super::super::reply::Tag;
use super::super::transaction::Layer;
use super::super::transport::Flow;
use super::super::vocabulary::{Failure, Invitation};
use super::State;
use super::calling::{Calling, given_up};
use std::time::Instant;

/// An INVITE that has not gone.
#[derive(Debug)]
pub(super) struct Locating {
    pub invitation: Invitation,
    /// Where places that were tried before would have the call go, by `q`.
    pub elsewhere: Vec<NameAddr>,
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
            layer.tell(given_up(self.invitation.session, Failure::Unreachable, self.elsewhere));
            return State::Over;
        }
        State::Calling(Box::new(Calling::new(now, layer, tag, self, flows)))
    }
}
