//! One association: the handshake of one flow of datagrams, and the keys that are exported from it (RFC 5764 section 4.2).
//!
//! What is given in are datagrams, between which end to end only one association lies; what comes out are datagrams, and keys once.
//! The library knows peers by address: here there is one, by an address of no meaning.
//!
//! The library repeats its flights, but forgets to once anything has come that does not complete the answer; then both ends would
//! wait for ever. So what the far end has only repeated is not shown to it: it repeats instead, as it would in its own time. And
//! while part of an answer is missing the last flight, kept here, goes again as it was.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use rtc_dtls::endpoint::{Endpoint, EndpointEvent};

use super::guard::Fragment;
use super::{DATAGRAM_OCTETS_MAX, Failure, Fingerprint, Identity, Role, guard, identity};
use crate::srtp::{Keys, MasterKey, Theirs};

/// One handshake, and what remains of it.
pub struct Association {
    endpoint: Endpoint,
    role: Role,
    fingerprints: Vec<Fingerprint>,
    /// Datagrams that it has looked at.
    taken: usize,
    /// What has come in them: at most [`guard::FRAGMENTS_MAX`] of each.
    seen: BTreeSet<Fragment>,
    state: State,
    /// The last that it said.
    flight: Vec<Vec<u8>>,
    outgoing: VecDeque<Vec<u8>>,
    outcomes: VecDeque<Result<Keys, Failure>>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Keys are being agreed on, and the library sees to repetitions.
    Shaking,
    /// The same, but we do; so often did we already.
    Stranded { due: Instant, repetitions: u8 },
    /// There are keys; who has missed the last words may ask for them.
    Done,
    /// It came to nothing.
    Over,
}

/// Datagrams of the far end that an association looks at, its repetitions included; later ones are passed over.
pub const DATAGRAMS_MAX: usize = 64;
/// Repetitions of one flight, as the library has it.
pub const REPETITIONS_MAX: u8 = 7;

/// From one to the next, likewise.
const REPEAT_AFTER: Duration = Duration::from_secs(1);
/// An address that stands for the far end.
const FAR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 2);
/// And one for us.
const NEAR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 1);
/// RFC 5764 section 4.2.
const LABEL: &str = "EXTRACTOR-dtls_srtp";

impl Association {
    /// Begins, or waits for the far end to begin; its certificate must have one of these fingerprints.
    pub fn new(now: Instant, identity: &Identity, role: Role, fingerprints: Vec<Fingerprint>) -> Association {
        let config = identity.config(role);
        let server = (role == Role::Passive).then(|| config.clone());
        let mut association = Association {
            endpoint: Endpoint::new(NEAR, Default::default(), server),
            role,
            fingerprints,
            taken: 0,
            seen: BTreeSet::new(),
            state: State::Shaking,
            flight: Vec::new(),
            outgoing: VecDeque::new(),
            outcomes: VecDeque::new(),
        };
        if role == Role::Active
            && let Err(error) = association.endpoint.connect(now, FAR, config, None)
        {
            association.fail(&error.to_string());
        }
        association.settle(now);
        association
    }

    /// Takes a datagram of the far end.
    pub fn handle_datagram(&mut self, now: Instant, octets: &[u8]) {
        let admitted = guard::admit(octets).filter(|_| octets.len() <= DATAGRAM_OCTETS_MAX);
        let Some(contents) = admitted.filter(|_| self.state != State::Over && self.taken < DATAGRAMS_MAX) else {
            return;
        };
        self.taken += 1;
        let is_known = !contents.has_more && contents.fragments.iter().all(|fragment| self.seen.contains(fragment));
        self.seen.extend(contents.fragments);
        // It has not heard us, or we would have heard what follows. Some words of ours are only repeated when they are asked for again.
        if !(is_known && self.repeats(now)) {
            self.read(now, octets);
            self.settle(now);
        }
    }

    /// Repeats the last flight before its time, if it is one that is repeated.
    fn repeats(&mut self, now: Instant) -> bool {
        let due = self.endpoint.poll_timeout(&FAR).filter(|_| self.state == State::Shaking);
        let Some(due) = due else { return false };
        self.repeat(now.max(due));
        self.settle(now)
    }

    fn read(&mut self, now: Instant, octets: &[u8]) {
        match self.endpoint.read(now, FAR, None, octets.into()) {
            Ok(events) if events.iter().any(|event| matches!(event, EndpointEvent::HandshakeComplete)) => {
                let keys = self.export();
                self.state = if keys.is_ok() { State::Done } else { State::Over };
                self.outcomes.push_back(keys);
            }
            Ok(_) => {}
            Err(error) => self.fail(&error.to_string()),
        }
    }

    /// Has the library repeat what is due then.
    fn repeat(&mut self, due: Instant) {
        if let Err(error) = self.endpoint.handle_timeout(FAR, due) {
            self.fail(&error.to_string());
        }
    }

    /// Repeats what has not been answered.
    pub fn handle_timeout(&mut self, now: Instant) {
        match self.state {
            State::Stranded { due, repetitions } if due <= now => {
                if repetitions == REPETITIONS_MAX {
                    return self.fail("the far end has not answered our last words");
                }
                self.outgoing.extend(self.flight.iter().cloned());
                self.state = State::Stranded { due: now + REPEAT_AFTER, repetitions: repetitions + 1 };
            }
            State::Shaking if self.poll_timeout().is_some_and(|due| due <= now) => {
                self.repeat(now);
                self.settle(now);
            }
            State::Shaking | State::Stranded { .. } | State::Done | State::Over => {}
        }
    }

    /// When [`Association::handle_timeout`] is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match self.state {
            State::Shaking => self.endpoint.poll_timeout(&FAR),
            State::Stranded { due, .. } => Some(due),
            State::Done | State::Over => None,
        }
    }

    /// The next datagram for the far end.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.outgoing.pop_front()
    }

    /// What came of it, once.
    pub fn poll_outcome(&mut self) -> Option<Result<Keys, Failure>> {
        self.outcomes.pop_front()
    }

    fn fail(&mut self, why: &str) {
        if matches!(self.state, State::Shaking | State::Stranded { .. }) {
            self.outcomes.push_back(Err(Failure::Broken(why.to_owned())));
            self.state = State::Over;
        }
    }

    /// Takes what the library says, and sees who is to repeat it; whether it said anything.
    fn settle(&mut self, now: Instant) -> bool {
        let said: Vec<_> = std::iter::from_fn(|| self.endpoint.poll_transmit()).collect();
        if !said.is_empty() {
            self.flight = said.iter().map(|datagram| datagram.message.to_vec()).collect();
            self.outgoing.extend(self.flight.iter().cloned());
        }
        let is_timed = self.endpoint.poll_timeout(&FAR).is_some();
        self.state = match self.state {
            State::Shaking if !is_timed && !self.flight.is_empty() => {
                State::Stranded { due: now + REPEAT_AFTER, repetitions: 0 }
            }
            State::Stranded { .. } if is_timed => State::Shaking,
            state => state,
        };
        !said.is_empty()
    }

    /// The keys of both directions, if the far end is who it said.
    fn export(&self) -> Result<Keys, Failure> {
        let state = self.endpoint.get_connection_state(FAR).ok_or(Failure::NoProfile)?;
        let certificate = state.peer_certificates.first().ok_or(Failure::Mismatch)?;
        if !self.fingerprints.iter().any(|fingerprint| fingerprint.is_of(certificate)) {
            return Err(Failure::Mismatch);
        }
        let suite = identity::suite(state.srtp_protection_profile()).ok_or(Failure::NoProfile)?;
        let (key, salt) = (suite.key_octets(), suite.salt_octets());
        let exported = state.export_keying_material(LABEL, &[], 2 * (key + salt));
        let material = exported.map_err(|error| Failure::Broken(error.to_string()))?;
        let (keys, salts) = material.as_ref().split_at(2 * key);
        let master = |at: usize| {
            let joined = zeroize::Zeroizing::new([&keys[at * key..][..key], &salts[at * salt..][..salt]].concat());
            MasterKey::new(suite, &joined).expect("as many octets were exported as the suite has")
        };
        let (client, server) = (master(0), master(1));
        let (ours, key) = if self.role == Role::Active { (client, server) } else { (server, client) };
        Ok(Keys { ours, theirs: Theirs { key, lifetime: None, mki: None } })
    }
}

impl fmt::Debug for Association {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Association({:?}, {} datagrams)", self.role, self.taken)
    }
}
