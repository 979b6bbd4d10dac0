//! The tap on a leg's sockets: every datagram that passes is copied into a ring of fixed memory.
//!
//! It works in the RTP worker, so it neither allocates, locks nor waits: a datagram that finds the ring full, or is
//! longer than a slot, is lost to the trace and counted.

use crate::ops::trace::Slot;
use media::{Port, Socket};
use rtrb::{Consumer, Producer, RingBuffer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Instant;

/// Makes taps for legs as they are opened.
#[derive(Clone, Debug)]
pub struct Taps {
    began: Instant,
    rings: SyncSender<Consumer<Slot>>,
    lost: Arc<AtomicU64>,
}

/// What one leg's datagrams go into.
#[derive(Debug)]
pub struct Tap {
    began: Instant,
    ring: Producer<Slot>,
    lost: Arc<AtomicU64>,
}

/// A leg's sockets, tapped or not.
#[derive(Debug)]
pub struct Tapped<S> {
    socket: S,
    /// Of RTP; RTCP is at the next port.
    local: SocketAddr,
    tap: Option<Tap>,
}

impl Taps {
    /// Rings go to the writer through `rings`; times count from `began`.
    pub fn new(began: Instant, rings: SyncSender<Consumer<Slot>>, lost: Arc<AtomicU64>) -> Self {
        Self { began, rings, lost }
    }

    /// A tap for one leg; none if too many are being opened at once.
    pub fn tap(&self) -> Option<Tap> {
        let (ring, consumer) = RingBuffer::new(SLOTS);
        self.rings.try_send(consumer).ok()?;
        Some(Tap { began: self.began, ring, lost: Arc::clone(&self.lost) })
    }
}

impl<S> Tapped<S> {
    /// Puts a tap on sockets bound at `local` and the port above.
    pub fn new(socket: S, local: SocketAddr, tap: Option<Tap>) -> Self {
        Self { socket, local, tap }
    }

    fn local(&self, port: Port) -> SocketAddr {
        match port {
            Port::Rtp => self.local,
            Port::Rtcp => SocketAddr::new(self.local.ip(), self.local.port() + 1),
        }
    }
}

impl<S: Socket> Socket for Tapped<S> {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let (length, from) = self.socket.receive(port, buffer)?;
        let to = self.local(port);
        if let Some(tap) = &mut self.tap {
            tap.put(from, to, &buffer[..length]);
        }
        Some((length, from))
    }

    fn send(&mut self, port: Port, to: SocketAddr, packet: &[u8]) -> bool {
        let sent = self.socket.send(port, to, packet);
        let from = self.local(port);
        if let (true, Some(tap)) = (sent, &mut self.tap) {
            tap.put(from, to, packet);
        }
        sent
    }
}

impl Tap {
    fn put(&mut self, from: SocketAddr, to: SocketAddr, datagram: &[u8]) {
        let slot = Slot::new(self.began.elapsed(), from, to, datagram);
        let taken = slot.is_some_and(|slot| self.ring.push(slot).is_ok());
        if !taken {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Datagrams that a leg's ring holds: those of 640 ms, at 20 ms each and both ways.
pub const SLOTS: usize = 64;
