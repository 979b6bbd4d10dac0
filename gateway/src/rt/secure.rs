//! The sockets of a leg whose audio may be encrypted: SRTP and SRTCP (RFC 3711) between the worker and the network.
//!
//! Promised: with keys nothing leaves in the clear and nothing is received that does not authenticate; what is not accepted is counted, and
//! reaches the session as an empty datagram, so that each has its share of what a step may take. Keys come through a ring,
//! and are in force before the packet that follows; those that are spent go back through another, so that the worker neither
//! allocates nor frees. A direction whose key does not change goes on where it was: its indices are never used twice.
//! Where a handshake is to agree on the keys (DTLS-SRTP), its datagrams pass by through two rings more, in the turn of the sockets'
//! owner; what finds no room is lost, as on any path, and will be repeated.
//! Left out: receiving by old keys while new ones are on their way, so that some packets of a change are lost.

use std::net::SocketAddr;
use std::sync::Arc;

use media::{Counter, Port, Socket};
use rtrb::{Consumer, Producer, PushError, RingBuffer};

use crate::dtls::{self, DATAGRAM_OCTETS_MAX};
use crate::srtp::{Keys, OVERHEAD_OCTETS_MAX, Receiver, Rejection, Sender};

/// Sockets with the keys of what passes through them.
#[derive(Debug)]
pub struct Secure<S> {
    socket: S,
    contexts: Order,
    orders: Consumer<Order>,
    spent: Producer<Order>,
    rejections: Arc<Rejections>,
}

/// What is to be done to the packets of a leg.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// Nothing: they go in the clear.
    #[default]
    Clear,
    /// They are encrypted by keys that are known.
    Keys(Keys),
    /// By keys that handshakes beside them agree on. What has none yet does not pass.
    Handshake {
        /// Of RTP.
        rtp: Option<Keys>,
        /// Of RTCP.
        rtcp: Option<Keys>,
    },
}

/// Where control gives such sockets their keys.
#[derive(Debug)]
pub struct Keyring {
    orders: Producer<Order>,
    spent: Consumer<Order>,
    /// What found the ring full; what comes later takes its place.
    waiting: Option<Order>,
    /// Where datagrams of handshakes pass, once there are to be any.
    handshakes: Option<Desk>,
}

/// A datagram of a handshake.
#[derive(Debug)]
pub struct Datagram {
    /// The socket that it came to, or is to leave from.
    pub port: Port,
    /// Whom it came from, or is for.
    pub far: SocketAddr,
    length: usize,
    octets: [u8; DATAGRAM_OCTETS_MAX],
}

/// What is to be in force: contexts, or nothing, in the clear.
type Order = Option<Box<Contexts>>;

#[derive(Debug)]
struct Contexts {
    rtp: Option<Context>,
    rtcp: Option<Context>,
    handshakes: Option<Gate>,
    packet: [u8; PACKET_OCTETS_MAX],
}

#[derive(Debug)]
struct Context {
    sender: Sender,
    receiver: Receiver,
}

/// The sockets' end of the rings of handshakes.
#[derive(Debug)]
struct Gate {
    incoming: Producer<Datagram>,
    outgoing: Consumer<Datagram>,
}

/// Control's end of them.
#[derive(Debug)]
struct Desk {
    incoming: Consumer<Datagram>,
    outgoing: Producer<Datagram>,
}

/// Packets of all legs that were not accepted, since the start.
#[derive(Debug, Default)]
pub struct Rejections {
    /// Those that did not authenticate.
    pub unauthentic: Counter,
    /// Those that were received before.
    pub replayed: Counter,
    /// Those that are no SRTP, came before there were keys or after their lifetime, or from one source too many; and datagrams of
    /// handshakes that found no room.
    pub refused: Counter,
}

/// Changes of keys that may wait for the worker.
pub const ORDERS_MAX: usize = 4;
/// Datagrams of a leg's handshakes that may wait, each way: two flights.
pub const HANDSHAKE_DATAGRAMS_MAX: usize = 8;

/// The longest packet that is sent: 60 ms of G.711, every RTCP packet, and what encryption adds.
const PACKET_OCTETS_MAX: usize = 640 + OVERHEAD_OCTETS_MAX;

impl<S> Secure<S> {
    /// Sockets that begin so.
    pub fn new(socket: S, protection: Protection, rejections: Arc<Rejections>) -> (Secure<S>, Keyring) {
        let (to_socket, orders) = RingBuffer::new(ORDERS_MAX);
        let (spent, from_socket) = RingBuffer::new(ORDERS_MAX);
        let mut keyring = Keyring { orders: to_socket, spent: from_socket, waiting: None, handshakes: None };
        let contexts = keyring.order(protection);
        (Secure { socket, contexts, orders, spent, rejections }, keyring)
    }

    /// Puts into force what has been ordered, as far as what it replaces can be given back.
    fn obey(&mut self) {
        while !self.spent.is_full() {
            let Ok(mut order) = self.orders.pop() else { return };
            if let (Some(new), Some(old)) = (&mut order, &mut self.contexts) {
                new.take_over(old);
            }
            let spent = std::mem::replace(&mut self.contexts, order);
            let given_back = self.spent.push(spent);
            debug_assert!(given_back.is_ok(), "there was room, and nobody else fills it");
        }
    }
}

impl<S: Socket> Secure<S> {
    /// Sends what handshakes have to say.
    fn shake(&mut self) {
        let Some(gate) = self.contexts.as_mut().and_then(|contexts| contexts.handshakes.as_mut()) else { return };
        while let Ok(datagram) = gate.outgoing.pop() {
            // What the network does not take now will be repeated.
            self.socket.send(datagram.port, datagram.far, datagram.octets());
        }
    }
}

impl<S: Socket> Socket for Secure<S> {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        self.obey();
        self.shake();
        let (length, from) = self.socket.receive(port, buffer)?;
        let Some(contexts) = &mut self.contexts else { return Some((length, from)) };
        let opened = contexts.open(port, from, &mut buffer[..length]);
        let length = opened.unwrap_or_else(|why| {
            self.rejections.count(why);
            0
        });
        Some((length, from))
    }

    fn send(&mut self, port: Port, to: SocketAddr, packet: &[u8]) -> bool {
        self.obey();
        let Some(contexts) = &mut self.contexts else { return self.socket.send(port, to, packet) };
        match contexts.protect(port, packet) {
            Some(protected) => self.socket.send(port, to, protected),
            None => false,
        }
    }
}

impl Keyring {
    /// Has packets protected so. What the worker has no room for waits; [`Keyring::retry`] then.
    pub fn turn(&mut self, protection: Protection) {
        let mut order = self.order(protection);
        if let (Some(new), Some(Some(unheard))) = (&mut order, &mut self.waiting) {
            new.take_over(unheard);
        }
        self.waiting = Some(order);
        self.retry();
    }

    /// Tells the worker what waits, and drops what it gave back; whether nothing waits any more.
    pub fn retry(&mut self) -> bool {
        while self.spent.pop().is_ok() {}
        let Some(order) = self.waiting.take() else { return true };
        self.waiting = self.orders.push(order).err().map(|PushError::Full(order)| order);
        self.waiting.is_none()
    }

    /// The next datagram of a handshake that has come.
    pub fn receive(&mut self) -> Option<Datagram> {
        self.handshakes.as_mut()?.incoming.pop().ok()
    }

    /// Has one sent; what finds no room is lost.
    pub fn send(&mut self, port: Port, to: SocketAddr, octets: &[u8]) {
        if let (Some(desk), Some(datagram)) = (&mut self.handshakes, Datagram::new(port, to, octets)) {
            let _lost = desk.outgoing.push(datagram);
        }
    }

    fn order(&mut self, protection: Protection) -> Order {
        let (rtp, rtcp, handshakes) = match protection {
            Protection::Clear => return None,
            Protection::Keys(keys) => (Some(keys.clone()), Some(keys), None),
            Protection::Handshake { rtp, rtcp } => (rtp, rtcp, self.gate()),
        };
        let [rtp, rtcp] = [rtp, rtcp].map(|keys| keys.map(Context::new));
        Some(Box::new(Contexts { rtp, rtcp, handshakes, packet: [0; PACKET_OCTETS_MAX] }))
    }

    /// The sockets' end of the rings of handshakes, the first time that there are to be any.
    fn gate(&mut self) -> Option<Gate> {
        if self.handshakes.is_some() {
            return None;
        }
        let (heard, incoming) = RingBuffer::new(HANDSHAKE_DATAGRAMS_MAX);
        let (outgoing, said) = RingBuffer::new(HANDSHAKE_DATAGRAMS_MAX);
        self.handshakes = Some(Desk { incoming, outgoing });
        Some(Gate { incoming: heard, outgoing: said })
    }
}

impl Contexts {
    /// Goes on in the directions whose keys have not changed, and with the handshakes.
    fn take_over(&mut self, old: &mut Contexts) {
        for (new, old) in [(&mut self.rtp, &mut old.rtp), (&mut self.rtcp, &mut old.rtcp)] {
            if let (Some(new), Some(old)) = (new, old) {
                new.take_over(old);
            }
        }
        if self.handshakes.is_none() {
            std::mem::swap(&mut self.handshakes, &mut old.handshakes);
        }
    }

    fn context(&mut self, port: Port) -> Option<&mut Context> {
        match port {
            Port::Rtp => self.rtp.as_mut(),
            Port::Rtcp => self.rtcp.as_mut(),
        }
    }

    /// Makes plain text of what has come, and gives its length; a datagram of a handshake has none.
    fn open(&mut self, port: Port, from: SocketAddr, packet: &mut [u8]) -> Result<usize, Rejection> {
        if let Some(gate) = self.handshakes.as_mut().filter(|_| dtls::is_record(packet)) {
            let datagram = Datagram::new(port, from, packet).ok_or(Rejection::Malformed)?;
            return gate.incoming.push(datagram).map(|()| 0).map_err(|_| Rejection::Crowded);
        }
        let receiver = &mut self.context(port).ok_or(Rejection::Malformed)?.receiver;
        match port {
            Port::Rtp => receiver.open_rtp(packet),
            Port::Rtcp => receiver.open_rtcp(packet),
        }
    }

    fn protect(&mut self, port: Port, packet: &[u8]) -> Option<&[u8]> {
        self.packet.get_mut(..packet.len())?.copy_from_slice(packet);
        let length = match port {
            Port::Rtp => self.rtp.as_mut()?.sender.protect_rtp(&mut self.packet, packet.len()),
            Port::Rtcp => self.rtcp.as_mut()?.sender.protect_rtcp(&mut self.packet, packet.len()),
        };
        self.packet.get(..length?)
    }
}

impl Context {
    fn new(keys: Keys) -> Context {
        Context { sender: Sender::new(keys.ours), receiver: Receiver::new(keys.theirs) }
    }

    fn take_over(&mut self, old: &mut Context) {
        if self.sender.key() == old.sender.key() {
            std::mem::swap(&mut self.sender, &mut old.sender);
        }
        if self.receiver.theirs() == old.receiver.theirs() {
            std::mem::swap(&mut self.receiver, &mut old.receiver);
        }
    }
}

impl Datagram {
    /// `None`: it is longer than datagrams of handshakes are.
    fn new(port: Port, far: SocketAddr, octets: &[u8]) -> Option<Datagram> {
        let mut datagram = Datagram { port, far, length: octets.len(), octets: [0; DATAGRAM_OCTETS_MAX] };
        datagram.octets.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(datagram)
    }

    /// Its payload.
    pub fn octets(&self) -> &[u8] {
        &self.octets[..self.length]
    }
}

impl Rejections {
    fn count(&self, why: Rejection) {
        let counter = match why {
            Rejection::NotAuthentic => &self.unauthentic,
            Rejection::Replayed => &self.replayed,
            Rejection::Malformed | Rejection::Expired | Rejection::Crowded => &self.refused,
        };
        counter.add(1);
    }
}

#[cfg(test)]
mod tests;
