//! A network of memory: datagrams that arrive after a delay, or not at all.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use media::{Port, Socket};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// What the network does to datagrams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weather {
    /// Of a thousand datagrams, how many are lost.
    pub loss_permille: u32,
    /// The least delay.
    pub delay_ms: u64,
    /// What may be added to it; datagrams then overtake each other.
    pub jitter_ms: u64,
}

/// One datagram on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// Who sent it.
    pub from: SocketAddr,
    /// Whom it is for.
    pub to: SocketAddr,
    /// Its payload.
    pub octets: Vec<u8>,
}

/// The network; clones are the same one.
#[derive(Debug, Clone)]
pub struct Net {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    now_ms: u64,
    weather: Weather,
    random: ChaCha20Rng,
    /// By time of arrival, then in the order of sending.
    flying: BTreeMap<(u64, u64), Datagram>,
    sent: u64,
    lost: u64,
    arrived: BTreeMap<SocketAddr, VecDeque<Datagram>>,
}

/// Datagrams that may wait at one address; more are lost, as in a socket's buffer.
pub const ARRIVED_MAX: usize = 1000;

impl Net {
    /// A calm network.
    pub fn new(seed: u64) -> Net {
        let state = State {
            now_ms: 0,
            weather: Weather::default(),
            random: ChaCha20Rng::seed_from_u64(seed),
            flying: BTreeMap::new(),
            sent: 0,
            lost: 0,
            arrived: BTreeMap::new(),
        };
        Net { state: Arc::new(Mutex::new(state)) }
    }

    /// What becomes of the datagrams sent from now on.
    pub fn set_weather(&self, weather: Weather) {
        self.state().weather = weather;
    }

    /// How many datagrams were lost.
    pub fn lost(&self) -> u64 {
        self.state().lost
    }

    /// Sends a datagram.
    pub fn send(&self, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        self.state().send(Datagram { from, to, octets: octets.to_vec() });
    }

    /// Lets one millisecond pass.
    pub fn tick(&self) {
        self.state().tick();
    }

    /// The next datagram that has arrived at an address.
    pub fn receive(&self, at: SocketAddr) -> Option<Datagram> {
        self.state().arrived.get_mut(&at)?.pop_front()
    }

    /// An RTP and RTCP socket pair at `rtp` and the port above it.
    pub fn socket(&self, rtp: SocketAddr) -> MemorySocket {
        MemorySocket { net: self.clone(), rtp, rtcp: SocketAddr::new(rtp.ip(), rtp.port() + 1) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn send(&mut self, datagram: Datagram) {
        self.sent += 1;
        if self.random.next_u32() % 1000 < self.weather.loss_permille {
            self.lost += 1;
            return;
        }
        let jitter_ms = u64::from(self.random.next_u32()) % (self.weather.jitter_ms + 1);
        let arrival_ms = self.now_ms + self.weather.delay_ms + jitter_ms;
        self.flying.insert((arrival_ms, self.sent), datagram);
    }

    fn tick(&mut self) {
        self.now_ms += 1;
        while let Some(entry) = self.flying.first_entry().filter(|entry| entry.key().0 < self.now_ms) {
            let datagram = entry.remove();
            let queue = self.arrived.entry(datagram.to).or_default();
            if queue.len() < ARRIVED_MAX {
                queue.push_back(datagram);
            }
        }
    }
}

/// Both ports of an RTP session on the memory network.
#[derive(Debug)]
pub struct MemorySocket {
    net: Net,
    rtp: SocketAddr,
    rtcp: SocketAddr,
}

impl MemorySocket {
    fn address(&self, port: Port) -> SocketAddr {
        match port {
            Port::Rtp => self.rtp,
            Port::Rtcp => self.rtcp,
        }
    }
}

impl Socket for MemorySocket {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let datagram = self.net.receive(self.address(port))?;
        let length = datagram.octets.len().min(buffer.len());
        buffer[..length].copy_from_slice(&datagram.octets[..length]);
        Some((length, datagram.from))
    }

    fn send(&mut self, port: Port, to: SocketAddr, packet: &[u8]) -> bool {
        self.net.send(self.address(port), to, packet);
        true
    }
}

impl Drop for MemorySocket {
    /// What waits at a closed port is gone, and does not reach the next socket there.
    fn drop(&mut self) {
        let mut state = self.net.state();
        state.arrived.remove(&self.rtp);
        state.arrived.remove(&self.rtcp);
    }
}
