//! The sockets of a leg whose audio may be encrypted: SRTP and SRTCP (RFC 3711) between the worker and the network.
//!
//! Promised: with keys nothing leaves in the clear and nothing is received that does not authenticate; what is not accepted is counted, and
//! reaches the session as an empty datagram, so that each has its share of what a step may take. Keys come through a ring,
//! and are in force before the packet that follows; those that are spent go back through another, so that the worker neither
//! allocates nor frees. A direction whose key does not change goes on where it was: its indices are never used twice.
//! Left out: receiving by old keys while new ones are on their way, so that some packets of a change are lost.

use std::net::SocketAddr;
use std::sync::Arc;

use media::{Counter, Port, Socket};
use rtrb::{Consumer, Producer, PushError, RingBuffer};

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

/// Where control gives such sockets their keys.
#[derive(Debug)]
pub struct Keyring {
    orders: Producer<Order>,
    spent: Consumer<Order>,
    /// What found the ring full; what comes later takes its place.
    waiting: Option<Order>,
}

/// What is to be in force: contexts, or nothing, in the clear.
type Order = Option<Box<Contexts>>;

#[derive(Debug)]
struct Contexts {
    sender: Sender,
    receiver: Receiver,
    packet: [u8; PACKET_OCTETS_MAX],
}

/// Packets of all legs that were not accepted, since the start.
#[derive(Debug, Default)]
pub struct Rejections {
    /// Those that did not authenticate.
    pub unauthentic: Counter,
    /// Those that were received before.
    pub replayed: Counter,
    /// Those that are no SRTP, came after their key's lifetime, or from one source too many.
    pub refused: Counter,
}

/// Changes of keys that may wait for the worker.
pub const ORDERS_MAX: usize = 4;

/// The longest packet that is sent: 60 ms of G.711, every RTCP packet, and what encryption adds.
const PACKET_OCTETS_MAX: usize = 640 + OVERHEAD_OCTETS_MAX;

impl<S> Secure<S> {
    /// Sockets that begin with `keys`, or in the clear.
    pub fn new(socket: S, keys: Option<Keys>, rejections: Arc<Rejections>) -> (Secure<S>, Keyring) {
        let (to_socket, orders) = RingBuffer::new(ORDERS_MAX);
        let (spent, from_socket) = RingBuffer::new(ORDERS_MAX);
        let secure = Secure { socket, contexts: contexts(keys), orders, spent, rejections };
        (secure, Keyring { orders: to_socket, spent: from_socket, waiting: None })
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

impl<S: Socket> Socket for Secure<S> {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        self.obey();
        let (length, from) = self.socket.receive(port, buffer)?;
        let Some(contexts) = &mut self.contexts else { return Some((length, from)) };
        let packet = &mut buffer[..length];
        let opened = match port {
            Port::Rtp => contexts.receiver.open_rtp(packet),
            Port::Rtcp => contexts.receiver.open_rtcp(packet),
        };
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
    /// Has these keys used, or none. What the worker has no room for waits; [`Keyring::retry`] then.
    pub fn turn(&mut self, keys: Option<Keys>) {
        self.waiting = Some(contexts(keys));
        self.retry();
    }

    /// Tells the worker what waits, and drops what it gave back; whether nothing waits any more.
    pub fn retry(&mut self) -> bool {
        while self.spent.pop().is_ok() {}
        let Some(order) = self.waiting.take() else { return true };
        self.waiting = self.orders.push(order).err().map(|PushError::Full(order)| order);
        self.waiting.is_none()
    }
}

impl Contexts {
    /// Goes on in the directions whose keys have not changed.
    fn take_over(&mut self, old: &mut Contexts) {
        if self.sender.key() == old.sender.key() {
            std::mem::swap(&mut self.sender, &mut old.sender);
        }
        if self.receiver.theirs() == old.receiver.theirs() {
            std::mem::swap(&mut self.receiver, &mut old.receiver);
        }
    }

    fn protect(&mut self, port: Port, packet: &[u8]) -> Option<&[u8]> {
        self.packet.get_mut(..packet.len())?.copy_from_slice(packet);
        let length = match port {
            Port::Rtp => self.sender.protect_rtp(&mut self.packet, packet.len()),
            Port::Rtcp => self.sender.protect_rtcp(&mut self.packet, packet.len()),
        };
        self.packet.get(..length?)
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

fn contexts(keys: Option<Keys>) -> Order {
    keys.map(|Keys { ours, theirs }| {
        let (sender, receiver) = (Sender::new(ours), Receiver::new(theirs));
        Box::new(Contexts { sender, receiver, packet: [0; PACKET_OCTETS_MAX] })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srtp::{MasterKey, Suite, Theirs};
    use std::cell::RefCell;
    use std::collections::VecDeque;
    use std::rc::Rc;

    /// A wire that both ends hold.
    #[derive(Clone, Default)]
    struct Wire(Rc<RefCell<VecDeque<Vec<u8>>>>);

    impl Socket for Wire {
        fn receive(&mut self, _: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
            let packet = self.0.borrow_mut().pop_front()?;
            buffer[..packet.len()].copy_from_slice(&packet);
            Some((packet.len(), HERE))
        }

        fn send(&mut self, _: Port, _: SocketAddr, packet: &[u8]) -> bool {
            self.0.borrow_mut().push_back(packet.to_vec());
            true
        }
    }

    const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4000);

    fn key(octet: u8) -> MasterKey {
        MasterKey::new(Suite::AesCm128HmacSha1_80, &[octet; 30]).unwrap()
    }

    /// Keys of a leg that hears itself.
    fn keys(octet: u8) -> Option<Keys> {
        Some(Keys { ours: key(octet), theirs: Theirs { key: key(octet), lifetime: None, mki: None } })
    }

    fn rtp(sequence: u8) -> Vec<u8> {
        let mut packet = vec![0x80, 8, 0, sequence, 0, 0, 0, 0, 0, 0, 0, 7];
        packet.extend([0xd5; 160]);
        packet
    }

    fn received(leg: &mut Secure<Wire>) -> Option<Vec<u8>> {
        let mut buffer = [0; 1500];
        let (length, _) = leg.receive(Port::Rtp, &mut buffer)?;
        Some(buffer[..length].to_vec())
    }

    #[test]
    fn what_passes_on_the_wire_is_encrypted_and_what_is_not_so_is_counted() {
        let (wire, rejections) = (Wire::default(), Arc::new(Rejections::default()));
        let (mut leg, _keyring) = Secure::new(wire.clone(), keys(1), rejections.clone());
        assert!(leg.send(Port::Rtp, HERE, &rtp(1)));
        let on_the_wire = wire.0.borrow()[0].clone();
        assert_eq!(on_the_wire.len(), rtp(1).len() + 10);
        assert!(on_the_wire[12..].windows(4).all(|run| run != [0xd5; 4]));
        assert_eq!(received(&mut leg), Some(rtp(1)));
        wire.0.borrow_mut().extend([on_the_wire, rtp(2), vec![0x80; 5]]);
        for _ in 0..3 {
            assert_eq!(received(&mut leg), Some(Vec::new()));
        }
        assert_eq!(received(&mut leg), None);
        let counts = [&rejections.replayed, &rejections.unauthentic, &rejections.refused].map(Counter::get);
        assert_eq!(counts, [1, 1, 1]);
    }

    #[test]
    fn a_direction_whose_key_stays_goes_on_and_another_begins_anew() {
        let wire = Wire::default();
        let (mut leg, mut keyring) = Secure::new(wire.clone(), keys(1), Arc::default());
        assert!(leg.send(Port::Rtp, HERE, &rtp(5)));
        keyring.turn(keys(1));
        assert!(!leg.send(Port::Rtp, HERE, &rtp(5)), "the index was used");
        assert_eq!(received(&mut leg), Some(rtp(5)));
        keyring.turn(keys(2));
        assert!(leg.send(Port::Rtp, HERE, &rtp(5)));
        assert_eq!(received(&mut leg), Some(rtp(5)));
        keyring.turn(None);
        assert!(leg.send(Port::Rtp, HERE, &rtp(6)));
        assert_eq!(wire.0.borrow().front(), Some(&rtp(6)));
    }

    #[test]
    fn of_the_changes_that_find_no_room_the_last_one_comes_into_force() {
        let (mut leg, mut keyring) = Secure::new(Wire::default(), None, Arc::default());
        for octet in 0..ORDERS_MAX as u8 + 3 {
            keyring.turn(keys(octet));
        }
        leg.send(Port::Rtp, HERE, &rtp(1));
        assert!(keyring.retry());
        leg.send(Port::Rtp, HERE, &rtp(2));
        let in_force = leg.contexts.as_ref().map(|contexts| contexts.sender.key().clone());
        assert_eq!(in_force, Some(key(ORDERS_MAX as u8 + 2)));
    }
}
