//! The handshakes of one RTP leg: RTP and RTCP have ports of their own, and so an association each (RFC 5764 section 4.2).
//!
//! What is told decides everything: until [`Handshakes::meet`] has said who the far end is nothing is sent, and what comes should be
//! kept by the caller. The association beside RTP decides of the call; one beside RTCP that comes to nothing leaves RTCP
//! silent, as many telephones do. An association that a far end keeps in a later offer, by the same fingerprint, role and
//! address, is kept here (RFC 5763 section 6.6); else a new one begins.
//!
//! An attempt that fails is repeated a second later: in the clear anybody can send an alert.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use media::Port;

use super::{Association, Failure, Fingerprint, Identity, Role};
use crate::srtp::Keys;

/// The far end of a leg, as session descriptions tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Far {
    /// What we are to it.
    pub role: Role,
    /// Of its certificate: one of these.
    pub fingerprints: Vec<Fingerprint>,
    /// Where it hears RTP; `None` while it hears nothing.
    pub rtp: Option<SocketAddr>,
    /// Where it hears RTCP.
    pub rtcp: Option<SocketAddr>,
}

/// The associations of one leg.
#[derive(Debug)]
pub struct Handshakes {
    identity: Arc<Identity>,
    far: Option<Far>,
    flows: [Flow; 2],
    /// When patience ends: with the far end, and then with its repetitions.
    deadline: Option<Instant>,
    events: VecDeque<Event>,
}

/// What a leg hears of its handshakes.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// These keys are in force from now on; what has none stays shut.
    Keys {
        /// Of RTP.
        rtp: Option<Keys>,
        /// Of RTCP.
        rtcp: Option<Keys>,
    },
    /// RTP will have none.
    Failed(Failure),
}

/// One flow of datagrams.
#[derive(Debug, Default)]
struct Flow {
    association: Option<Association>,
    attempts: u8,
    /// When the next attempt begins.
    again: Option<Instant>,
    keys: Option<Keys>,
}

/// How long a far end may take from the description that tells of it, and how long its last words are answered.
pub const HANDSHAKE_MAX: Duration = Duration::from_secs(30);
/// Attempts that may fail before that.
pub const ATTEMPTS_MAX: u8 = 4;
/// From a failed attempt to the next.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

impl Handshakes {
    /// Of a leg whose far end is not known yet.
    pub fn new(identity: Arc<Identity>) -> Handshakes {
        Handshakes { identity, far: None, flows: Default::default(), deadline: None, events: VecDeque::new() }
    }

    /// A description has told of the far end.
    pub fn meet(&mut self, now: Instant, far: Far) {
        let is_same = self.far.as_ref().is_some_and(|before| before.is_kept_by(&far));
        self.deadline = Some(now + HANDSHAKE_MAX);
        if !is_same {
            let had_keys = self.flows.iter().any(|flow| flow.keys.is_some());
            self.flows = Default::default();
            self.far = Some(far);
            self.events.extend(had_keys.then_some(Event::Keys { rtp: None, rtcp: None }));
            for flow in [RTP, RTCP] {
                self.attempt(now, flow);
                self.look(now, flow);
            }
        }
    }

    /// Whether the far end is known, so that its datagrams can be judged.
    pub fn has_met(&self) -> bool {
        self.far.is_some()
    }

    /// Whether there is nothing left to do: all is done, and long ago.
    pub fn is_quiet(&self) -> bool {
        self.deadline.is_none()
    }

    /// A datagram came to one of the leg's ports.
    pub fn handle_datagram(&mut self, now: Instant, port: Port, from: SocketAddr, octets: &[u8]) {
        let flow = index(port);
        let is_theirs = self.remote(flow).is_some_and(|remote| remote.ip() == from.ip());
        if let Some(association) = self.flows[flow].association.as_mut().filter(|_| is_theirs) {
            association.handle_datagram(now, octets);
        }
        self.look(now, flow);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        for flow in [RTP, RTCP] {
            if self.flows[flow].again.is_some_and(|due| due <= now) {
                self.attempt(now, flow);
            }
            if let Some(association) = &mut self.flows[flow].association {
                association.handle_timeout(now);
            }
            self.look(now, flow);
        }
        if self.deadline.is_some_and(|due| due <= now) {
            self.deadline = None;
            if self.flows[RTP].keys.is_none() {
                self.give_up(Failure::Silent);
            }
        }
    }

    /// When [`Handshakes::handle_timeout`] is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let of_flow = |flow: &Flow| flow.again.or(flow.association.as_ref().and_then(Association::poll_timeout));
        self.flows.iter().filter_map(of_flow).chain(self.deadline).min()
    }

    /// The next datagram: from which of our ports, and where to.
    pub fn poll_transmit(&mut self) -> Option<(Port, SocketAddr, Vec<u8>)> {
        for (flow, port) in [(RTP, Port::Rtp), (RTCP, Port::Rtcp)] {
            let Some(remote) = self.remote(flow) else { continue };
            let datagram = self.flows[flow].association.as_mut().and_then(Association::poll_transmit);
            if let Some(datagram) = datagram {
                return Some((port, remote, datagram));
            }
        }
        None
    }

    /// What has come of it.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn remote(&self, flow: usize) -> Option<SocketAddr> {
        let far = self.far.as_ref()?;
        if flow == RTP { far.rtp } else { far.rtcp }
    }

    fn attempt(&mut self, now: Instant, flow: usize) {
        let Some(far) = &self.far else { return };
        let association = Association::new(now, &self.identity, far.role, far.fingerprints.clone());
        let attempts = self.flows[flow].attempts + 1;
        self.flows[flow] = Flow { association: Some(association), attempts, again: None, keys: None };
    }

    /// Takes what an association has come to.
    fn look(&mut self, now: Instant, flow: usize) {
        let outcome = self.flows[flow].association.as_mut().and_then(Association::poll_outcome);
        let own = &mut self.flows[flow];
        match outcome {
            None => {}
            Some(Ok(keys)) => {
                own.keys = Some(keys);
                let [rtp, rtcp] = [RTP, RTCP].map(|flow| self.flows[flow].keys.clone());
                self.events.push_back(Event::Keys { rtp, rtcp });
            }
            // What was agreed on stays so: who has the keys says nothing that fails.
            Some(Err(_)) if own.keys.is_some() => {}
            Some(Err(why)) if why == Failure::Mismatch || own.attempts == ATTEMPTS_MAX => match flow {
                RTP => self.give_up(why),
                _ => own.association = None,
            },
            Some(Err(_)) => own.again = Some(now + AGAIN_AFTER),
        }
    }

    fn give_up(&mut self, why: Failure) {
        self.flows = Default::default();
        self.deadline = None;
        self.events.push_back(Event::Failed(why));
    }
}

impl Far {
    /// Whether a later description means the same association. A far end that is on hold may have no address.
    fn is_kept_by(&self, later: &Far) -> bool {
        let same = |a: Option<SocketAddr>, b: Option<SocketAddr>| a == b || b.is_none();
        self.role == later.role && self.fingerprints == later.fingerprints && same(self.rtp, later.rtp)
    }
}

fn index(port: Port) -> usize {
    match port {
        Port::Rtp => RTP,
        Port::Rtcp => RTCP,
    }
}

const RTP: usize = 0;
const RTCP: usize = 1;
