//! The life of the gateway: coming into service, serving, draining, going out of service.
//!
//! Draining: new INVITEs get 503, new IAMs REL 42, every REL the automatic congestion level 2, running calls their configured seconds; then they are released
//! properly, and when the last is over the links say SIOS.

use std::time::{Duration, Instant};

use isup::cause::Cause;
use isup::codec::AutomaticCongestionLevel;
use isup::mtp3::{self, LinkId, LinkState};

use super::{Control, Output};
use crate::call::{CallId, Told};
use crate::sip;

/// Where the gateway is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Links align, circuits are reset. `patience`: when the far end's answers to the reset are no longer waited for.
    Starting { patience: Instant },
    /// The same, but the far end has let us wait for its answers: links in service are enough.
    Late,
    /// Calls are carried.
    Serving,
    /// No new calls; running ones may go on until then.
    Draining { until: Instant },
    /// The last calls are being released; whatever has not been by then is left.
    Releasing { until: Instant },
    /// The links say SIOS, and have said it for long enough then.
    Stopping { until: Instant },
    /// Over.
    Stopped,
}

/// How long a far end may take to acknowledge the reset of its circuits before we say ready without it.
const RESET_PATIENCE: Duration = Duration::from_secs(5);
/// How long releases may take while draining: a far end that does not answer REL keeps nobody longer.
const RELEASE_PATIENCE: Duration = Duration::from_secs(3);
/// How long SIOS is sent: some forty units at 64 kbit/s.
const SIOS: Duration = Duration::from_millis(50);

impl Phase {
    pub(super) fn begin(now: Instant) -> Phase {
        Phase::Starting { patience: now + RESET_PATIENCE }
    }

    pub(super) fn takes_calls(self) -> bool {
        matches!(self, Phase::Starting { .. } | Phase::Late | Phase::Serving)
    }

    pub(super) fn poll_timeout(self) -> Option<Instant> {
        match self {
            Phase::Starting { patience: until }
            | Phase::Draining { until }
            | Phase::Releasing { until }
            | Phase::Stopping { until } => Some(until),
            Phase::Late | Phase::Serving | Phase::Stopped => None,
        }
    }
}

impl Control {
    /// Whether every configured link and D-channel is in service.
    pub fn links_in_service(&self) -> bool {
        self.d_channels_up()
            && (0..self.links.len()).all(|link| self.router.link_state(LinkId(link as u16)) == LinkState::Available)
    }

    pub(super) fn shutdown(&mut self, now: Instant) {
        if self.phase.takes_calls() {
            self.phase = Phase::Draining { until: now + self.model.sip.drain };
            self.sip.handle_command(now, sip::Command::Drain(true));
            self.sip.handle_command(now, sip::Command::Withdraw);
            // Far exchanges then offer less, and send their calls another way.
            self.exchange.handle_load(Some(AutomaticCongestionLevel::LEVEL_2));
        }
    }

    /// Goes on to the next phase where its condition holds.
    pub(super) fn live(&mut self, now: Instant) {
        match self.phase {
            Phase::Starting { .. } if self.links_in_service() && self.circuits_settled() => self.serve(),
            Phase::Starting { patience } if patience <= now => {
                self.phase = Phase::Late;
                self.live(now);
            }
            Phase::Late if self.links_in_service() => self.serve(),
            Phase::Draining { until } if self.calls.is_empty() || until <= now => {
                self.phase = Phase::Releasing { until: now + RELEASE_PATIENCE };
                self.expel_all(now);
                self.pump(now);
            }
            Phase::Releasing { until } if self.is_quiet() || until <= now => {
                self.phase = Phase::Stopping { until: now + SIOS };
                self.router.handle_command(now, mtp3::Command::StopAll);
                self.pump(now);
            }
            Phase::Stopping { until } if until <= now => {
                self.phase = Phase::Stopped;
                self.outputs.push_back(Output::Stopped);
            }
            _ => {}
        }
    }

    /// No call is left, and no registrar has still to be told.
    fn is_quiet(&self) -> bool {
        self.calls.is_empty() && self.sip.is_withdrawn()
    }

    fn serve(&mut self) {
        self.phase = Phase::Serving;
        self.outputs.push_back(Output::Ready);
    }

    fn expel_all(&mut self, now: Instant) {
        let calls: Vec<CallId> = self.calls.keys().copied().collect();
        for call in calls {
            self.tell(now, call, Told::Expel(Cause::TEMPORARY_FAILURE));
        }
    }
}
