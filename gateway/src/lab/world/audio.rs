//! The RTP side of a phone: packets of 20 ms with PRBS-15 or with what was heard, and a check of what comes back.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::lab::pattern::{Check, Prbs15, Verdict};

use super::net::Net;
use crate::dtls::{Association, Fingerprint, Identity, Role, is_record};
use crate::srtp::{MasterKey, OVERHEAD_OCTETS_MAX, Receiver, Sender, Theirs};

/// What a phone says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// PRBS-15, as A-law octets.
    Pattern,
    /// What it hears, packet for packet.
    Echo,
    /// Nothing, and it does not listen either.
    Silent,
}

/// One RTP stream each way.
#[derive(Debug)]
pub struct Audio {
    local: SocketAddr,
    remote: Option<SocketAddr>,
    voice: Voice,
    pattern: Prbs15,
    position: u64,
    sequence: u16,
    timestamp: u32,
    /// Sequence number and payload of packets that came before one that is missing; played when nothing more can come.
    expected: Option<u16>,
    check: Check,
    received: u64,
    octets: Vec<u8>,
    elapsed_ms: u64,
    /// What encrypts and decrypts.
    contexts: Option<Box<(Sender, Receiver)>>,
    /// What agrees on them, and since when.
    handshake: Option<Box<(Association, Instant)>>,
}

/// RTP octets kept for a test to look at.
const KEPT_MAX: usize = 80_000;

impl Audio {
    /// A stream at `local` that sends nowhere yet.
    pub fn new(local: SocketAddr, voice: Voice) -> Audio {
        Audio {
            local,
            remote: None,
            voice,
            pattern: Prbs15::new(),
            position: 0,
            sequence: 65_000,
            timestamp: u32::MAX - 16_000,
            expected: None,
            check: Check::new(),
            received: 0,
            octets: Vec::new(),
            elapsed_ms: 0,
            contexts: None,
            handshake: None,
        }
    }

    /// Where its packets go from now on.
    pub fn send_to(&mut self, remote: Option<SocketAddr>) {
        self.remote = remote;
    }

    /// Encrypts from now on, and hears only what is encrypted.
    pub fn secure(&mut self, ours: MasterKey, theirs: MasterKey) {
        let theirs = Theirs { key: theirs, lifetime: None, mki: None };
        self.contexts = Some(Box::new((Sender::new(ours), Receiver::new(theirs))));
    }

    /// Agrees by a handshake on what it encrypts by, and is silent before.
    pub fn shake(&mut self, identity: &Identity, role: Role, fingerprint: Fingerprint) {
        let now = Instant::now();
        let association = Association::new(now, identity, role, vec![fingerprint]);
        let since = now - Duration::from_millis(self.elapsed_ms);
        self.handshake = Some(Box::new((association, since)));
    }

    /// Where it hears.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// What comparing with PRBS-15 has found so far.
    pub fn verdict(&self) -> Verdict {
        self.check.verdict()
    }

    /// Packets received.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The first octets received, up to ten seconds of them.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// One millisecond.
    pub fn tick(&mut self, net: &Net) {
        if self.voice == Voice::Silent {
            return;
        }
        while let Some(datagram) = net.receive(self.local) {
            let mut packet = datagram.octets;
            if is_record(&packet) {
                self.hear_handshake(&packet);
                continue;
            }
            if let Some(contexts) = &mut self.contexts {
                let length = contexts.1.open_rtp(&mut packet).unwrap_or(0);
                packet.truncate(length);
            }
            self.hear(net, &packet);
        }
        self.elapsed_ms += 1;
        self.say_handshake(net);
        if self.voice == Voice::Pattern && self.elapsed_ms.is_multiple_of(20) && self.remote.is_some() {
            let payload: Vec<u8> = (0..160).map(|n| self.pattern.octet(self.position + n)).collect();
            self.position += 160;
            self.say(net, &payload);
        }
    }

    fn hear_handshake(&mut self, datagram: &[u8]) {
        let elapsed = Duration::from_millis(self.elapsed_ms);
        let Some((association, since)) = self.handshake.as_deref_mut() else { return };
        association.handle_datagram(*since + elapsed, datagram);
        if let Some(Ok(keys)) = association.poll_outcome() {
            self.secure(keys.ours, keys.theirs.key);
        }
    }

    fn say_handshake(&mut self, net: &Net) {
        let elapsed = Duration::from_millis(self.elapsed_ms);
        let (Some((association, since)), Some(remote)) = (self.handshake.as_deref_mut(), self.remote) else { return };
        association.handle_timeout(*since + elapsed);
        while let Some(datagram) = association.poll_transmit() {
            net.send(self.local, remote, &datagram);
        }
    }

    fn say(&mut self, net: &Net, payload: &[u8]) {
        let Some(remote) = self.remote.filter(|_| self.handshake.is_none() || self.contexts.is_some()) else { return };
        let mut packet = vec![0x80, 8];
        packet.extend_from_slice(&self.sequence.to_be_bytes());
        packet.extend_from_slice(&self.timestamp.to_be_bytes());
        packet.extend_from_slice(&0x0051_4e47_u32.to_be_bytes());
        packet.extend_from_slice(payload);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(payload.len() as u32);
        if let Some(contexts) = &mut self.contexts {
            let length = packet.len();
            packet.resize(length + OVERHEAD_OCTETS_MAX, 0);
            let length = contexts.0.protect_rtp(&mut packet, length).expect("packets follow each other");
            packet.truncate(length);
        }
        net.send(self.local, remote, &packet);
    }

    fn hear(&mut self, net: &Net, packet: &[u8]) {
        if packet.len() < 12 || packet[0] != 0x80 || packet[1] & 0x7f != 8 {
            return;
        }
        self.received += 1;
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        let payload = &packet[12..];
        let ahead = self.expected.map_or(0, |expected| sequence.wrapping_sub(expected));
        if ahead < 1000 {
            self.check.skip(u64::from(ahead) * payload.len() as u64);
            self.check.take(payload);
            self.expected = Some(sequence.wrapping_add(1));
        }
        let room = KEPT_MAX.saturating_sub(self.octets.len()).min(payload.len());
        self.octets.extend_from_slice(&payload[..room]);
        if self.voice == Voice::Echo {
            self.say(net, payload);
        }
    }
}
