//! 3xx: a called party sends the call elsewhere, and the call goes through the places that it names (RFC 3261 8.1.3.4, 21.3).
//!
//! ```text
//!   called party        call                        next place
//!   302, contacts ───▶  Seeking     the dial plan is asked for the best contact
//!                       Diverting   the media leaves the party; the caller hears that the call is forwarded
//!                       Opening     ─────────────▶  INVITE, IAM, SETUP
//!                       Seeking     ◀─────────────  refused, released, silent: on to the contact behind it
//! ```
//!
//! What arrives: contacts, best first; or that a place does not take the call, whatever its protocol. What we say: to a place what
//! any call says; to the caller, when none is left, why the last one did not take it. What guards it: the timers of the legs. No
//! number is called twice, so that places that name each other have an end; a call has [`TARGETS_MAX`] numbers, of which
//! [`DIVERSIONS_MAX`] stand one behind the other. Contacts of a place that was itself a contact come before those that were left, and a
//! 6xx ends the search, for it speaks for all places (21.6).
//!
//! Where a number is, the dial plan says alone, and what whoever sends the call on may not call it is not sent to: that is
//! control's. Leaves out calling several at once: a caller on a circuit has one ear.

use std::collections::VecDeque;
use std::time::Instant;

use config::model::SipParty;
use isup::cause::Cause;

use super::{Action, Call, DIVERSIONS_MAX, Intent, Onward, Party, Side, State};
use crate::interwork::hub::{DiversionNotice, Release, Setup};
use crate::interwork::sip::redirection;
use crate::sip::NameAddr;

/// Numbers that one call goes to at most, the one that was called first among them: a bound of ours.
pub(super) const TARGETS_MAX: usize = 10;

/// The target set of a call.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Every number that is or was in it.
    known: Vec<String>,
    /// Those that have not been tried, in the order to be tried.
    left: VecDeque<Target>,
}

#[derive(Debug)]
struct Target {
    /// Who would have the call go there.
    by: SipParty,
    setup: Setup,
}

impl Targets {
    /// Puts contacts in front, the best one first, that have a number, and none that is known.
    fn add(&mut self, by: SipParty, from: &Setup, contacts: &[NameAddr]) {
        if from.diversion.as_ref().is_some_and(|diversion| diversion.times >= DIVERSIONS_MAX) {
            return;
        }
        self.know(&from.called);
        let setups = contacts.iter().filter_map(|contact| redirection::redirected(from, contact));
        let new: Vec<Setup> = setups.filter(|setup| self.know(&setup.called)).collect();
        for setup in new.into_iter().rev() {
            self.left.push_front(Target { by, setup });
        }
    }

    /// Whether a number is new, and there is room for it.
    fn know(&mut self, number: &str) -> bool {
        let is_new = self.known.len() < TARGETS_MAX && self.known.iter().all(|known| known != number);
        if is_new {
            self.known.push(number.to_owned());
        }
        is_new
    }
}

impl Call {
    /// The called party names other places.
    pub(super) fn sent_elsewhere(&mut self, now: Instant, by: SipParty, contacts: &[NameAddr], release: &Release) {
        if let State::Trying { intent: Intent { setup, .. }, .. } | State::Alerting(setup) = &self.state {
            self.targets.get_or_insert_default().add(by, setup, contacts);
        }
        self.leg_over(now, Side::Terminating, release);
    }

    /// The called party speaks for all places.
    pub(super) fn declined(&mut self, now: Instant, release: &Release) {
        self.targets = None;
        self.leg_over(now, Side::Terminating, release);
    }

    /// The called side does not take the call: it goes to the next place, or ends.
    pub(super) fn not_reached(&mut self, now: Instant, by: Party, release: &Release) {
        match self.next_target() {
            Some(action) => {
                self.state = State::Seeking(by, release.clone());
                self.actions.push_back(action);
            }
            None => self.clear(now, by, release),
        }
    }

    /// The question where the next place is; `None`: there is none, or nobody waits for one any more.
    fn next_target(&mut self) -> Option<Action> {
        use State::{Alerting, Moving, Opening, Seeking, Trying};
        if !matches!(self.state, Opening(_) | Moving(_) | Trying { .. } | Alerting(_) | Seeking(..)) {
            return None;
        }
        let stays = self.originating.seat()?;
        let Target { by, setup } = self.targets.as_mut()?.left.pop_front()?;
        Some(Action::Refer(by, stays, setup))
    }

    /// The dial plan has spoken.
    pub(super) fn found(&mut self, now: Instant, onward: Result<Onward, Cause>) {
        let State::Seeking(by, release) = &self.state else { return };
        match onward {
            Ok(Onward::Go(to, setup)) => {
                // What the last place said is not what becomes of the call.
                self.story.status = None;
                self.divert(to, setup, DiversionNotice::WithoutNumber);
                if !self.media_open {
                    self.go_elsewhere(now, None);
                }
            }
            Ok(Onward::Wait(_)) | Err(_) => {
                let (by, release) = (*by, release.clone());
                self.not_reached(now, by, &release);
            }
        }
    }
}
