//! Legs over a wire that both ends hold.

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
fn own_keys(octet: u8) -> Keys {
    Keys { ours: key(octet), theirs: Theirs { key: key(octet), lifetime: None, mki: None } }
}

fn keys(octet: u8) -> Protection {
    Protection::Keys(own_keys(octet))
}

fn handshake(rtp: Option<u8>, rtcp: Option<u8>) -> Protection {
    Protection::Handshake { rtp: rtp.map(own_keys), rtcp: rtcp.map(own_keys) }
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
    keyring.turn(Protection::Clear);
    assert!(leg.send(Port::Rtp, HERE, &rtp(6)));
    assert_eq!(wire.0.borrow().front(), Some(&rtp(6)));
}

#[test]
fn of_the_changes_that_find_no_room_the_last_one_comes_into_force() {
    let (mut leg, mut keyring) = Secure::new(Wire::default(), Protection::Clear, Arc::default());
    for octet in 0..ORDERS_MAX as u8 + 3 {
        keyring.turn(keys(octet));
    }
    leg.send(Port::Rtp, HERE, &rtp(1));
    assert!(keyring.retry());
    leg.send(Port::Rtp, HERE, &rtp(2));
    let in_force = leg.contexts.as_ref().and_then(|contexts| Some(contexts.rtp.as_ref()?.sender.key().clone()));
    assert_eq!(in_force, Some(key(ORDERS_MAX as u8 + 2)));
}

#[test]
fn before_its_handshake_nothing_passes_but_records_of_dtls() {
    let (wire, rejections) = (Wire::default(), Arc::new(Rejections::default()));
    let (mut leg, mut keyring) = Secure::new(wire.clone(), handshake(None, None), rejections.clone());
    assert!(!leg.send(Port::Rtp, HERE, &rtp(1)));
    wire.0.borrow_mut().extend([rtp(1), vec![22, 0xfe, 0xfd, 1]]);
    assert_eq!([received(&mut leg), received(&mut leg)], [Some(Vec::new()), Some(Vec::new())]);
    assert_eq!(rejections.refused.get(), 1, "the packet of RTP");
    let datagram = keyring.receive().expect("the record");
    assert_eq!((datagram.port, datagram.far, datagram.octets()), (Port::Rtp, HERE, &[22, 0xfe, 0xfd, 1][..]));
    keyring.send(Port::Rtp, HERE, &[22, 7]);
    received(&mut leg);
    keyring.turn(handshake(Some(1), None));
    assert!(leg.send(Port::Rtp, HERE, &rtp(2)) && !leg.send(Port::Rtcp, HERE, &rtp(2)));
    assert_eq!(received(&mut leg), Some(rtp(2)));
}

#[test]
fn a_second_handshake_has_the_rings_of_the_first_and_its_keys_stop_what_was() {
    let wire = Wire::default();
    let (mut leg, mut keyring) = Secure::new(wire.clone(), Protection::Clear, Arc::default());
    for octet in 0..2 * ORDERS_MAX as u8 {
        keyring.turn(handshake(Some(octet), Some(octet)));
    }
    received(&mut leg);
    assert!(keyring.retry());
    received(&mut leg);
    wire.0.borrow_mut().push_back(vec![20; 14]);
    received(&mut leg);
    assert!(keyring.receive().is_some());
    keyring.turn(handshake(None, None));
    assert!(!leg.send(Port::Rtp, HERE, &rtp(1)));
}

#[test]
fn datagrams_of_handshakes_that_find_no_room_are_counted_and_lost() {
    let (wire, rejections) = (Wire::default(), Arc::new(Rejections::default()));
    let (mut leg, mut keyring) = Secure::new(wire.clone(), handshake(None, None), rejections.clone());
    for _ in 0..HANDSHAKE_DATAGRAMS_MAX + 3 {
        wire.0.borrow_mut().push_back(vec![22; 20]);
        received(&mut leg);
    }
    wire.0.borrow_mut().push_back(vec![22; DATAGRAM_OCTETS_MAX + 1]);
    leg.receive(Port::Rtp, &mut [0; 2000]);
    assert_eq!(rejections.refused.get(), 4);
    assert_eq!(std::iter::from_fn(|| keyring.receive()).count(), HANDSHAKE_DATAGRAMS_MAX);
    for _ in 0..HANDSHAKE_DATAGRAMS_MAX + 3 {
        keyring.send(Port::Rtp, HERE, &[22; 20]);
    }
    leg.shake();
    assert_eq!(wire.0.borrow().len(), HANDSHAKE_DATAGRAMS_MAX);
}
