//! The handshakes of legs (DTLS-SRTP), between their machines and the sockets that the worker holds.
//!
//! They are looked at every [`LOOK_EVERY`] while one is under way or could be repeated, and not after: what comes later
//! waits in the leg's ring, and what finds no room there is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::call::CallId;
use crate::control::Input;
use crate::control::input::MediaEvent;
use crate::dtls::{Event, Far, Handshakes, Identity};
use crate::rt::{Keyring, Protection};

/// Those of all legs.
#[derive(Debug, Default)]
pub(super) struct Desk {
    of_call: BTreeMap<CallId, Handshakes>,
    /// Those that have something to do.
    busy: BTreeSet<CallId>,
}

/// How often handshakes under way are looked at: as often as the worker looks at its sockets.
const LOOK_EVERY: Duration = Duration::from_millis(5);

impl Desk {
    /// The leg of a call agrees on its keys by handshakes, once the far end is known; whether it did not do so before.
    pub(super) fn begin(&mut self, now: Instant, call: CallId, identity: Arc<Identity>, far: Option<Far>) -> bool {
        let is_new = !self.of_call.contains_key(&call);
        let handshakes = self.of_call.entry(call).or_insert_with(|| Handshakes::new(identity));
        if let Some(far) = far {
            handshakes.meet(now, far);
            self.busy.insert(call);
        }
        is_new
    }

    /// It does so no more.
    pub(super) fn end(&mut self, call: CallId) {
        self.of_call.remove(&call);
        self.busy.remove(&call);
    }

    /// When to look again.
    pub(super) fn poll_timeout(&self, now: Instant) -> Option<Instant> {
        (!self.busy.is_empty()).then(|| now + LOOK_EVERY)
    }

    /// Passes datagrams to and fro, and keys to the sockets; `take` hears what came of it. Gives the calls whose keys were turned.
    pub(super) fn serve(
        &mut self,
        now: Instant,
        keyrings: &mut BTreeMap<CallId, Keyring>,
        take: &mut impl FnMut(Input),
    ) -> Vec<CallId> {
        let mut turned = Vec::new();
        let of_call = &mut self.of_call;
        self.busy.retain(|&call| {
            let (Some(own), Some(keyring)) = (of_call.get_mut(&call), keyrings.get_mut(&call)) else { return false };
            exchange(now, own, keyring);
            while let Some(event) = own.poll_event() {
                let told = match event {
                    Event::Keys { rtp, rtcp } => {
                        let suite = rtp.as_ref().map(|keys| keys.ours.suite());
                        keyring.turn(Protection::Handshake { rtp, rtcp });
                        turned.push(call);
                        suite.map(MediaEvent::Secured)
                    }
                    Event::Failed(why) => {
                        tracing::warn!(%call, %why, "audio is not encrypted: the call is released");
                        Some(MediaEvent::NotSecured(why))
                    }
                };
                told.into_iter().for_each(|event| take(Input::Media { call, event }));
            }
            !own.is_quiet()
        });
        turned
    }
}

/// Lets a leg's handshakes and their far ends hear each other.
fn exchange(now: Instant, own: &mut Handshakes, keyring: &mut Keyring) {
    while let Some(datagram) = keyring.receive() {
        own.handle_datagram(now, datagram.port, datagram.far, datagram.octets());
    }
    if own.poll_timeout().is_some_and(|due| due <= now) {
        own.handle_timeout(now);
    }
    while let Some((port, to, octets)) = own.poll_transmit() {
        keyring.send(port, to, &octets);
    }
}
