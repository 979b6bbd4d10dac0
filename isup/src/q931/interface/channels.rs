//! What is known of one B-channel.

use std::time::Instant;

use super::{CallId, ChannelSpec, ChannelView};

/// One B-channel.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Channel {
    /// The call that has it.
    pub call: Option<CallId>,
    /// RESTART sent, or not answered.
    pub restarting: bool,
    pub blocked_local: bool,
    pub blocked_remote: bool,
    /// SERVICE sent: when it is repeated, and whether it has been.
    pub service: Option<(Instant, bool)>,
    /// The far end has not acknowledged what the last SERVICE said.
    pub untold: bool,
}

impl Channel {
    pub fn view(&self, spec: ChannelSpec, reachable: bool) -> ChannelView {
        let Self { call, restarting, blocked_local, blocked_remote, .. } = *self;
        ChannelView { spec, call, restarting, blocked_local, blocked_remote, reachable }
    }
}
