//! What SIP sessions are made with: our address, what we can do in SDP, and keys.

use config::model::{Law, Listener, NextHop, SipParty, Srtp, SrtpKeys, Transport, TrunkIndex};
use rand_core::Rng;

use super::{Control, plan};
use crate::call::{NewSession, Rtp};
use crate::sip::sdp::{Means, OurEnd};
use crate::sip::{Capabilities, Direction, Encryption, OurKeys, SessionId};

/// Payload type of telephone events in our offers; any dynamic number would do, and this one is customary.
const TELEPHONE_EVENT: u8 = 101;

impl Control {
    /// The listener whose address is ours for the peer: of its transport and address family, as far as these are known.
    pub(super) fn listener_towards(&self, hop: &NextHop) -> Listener {
        let secure = hop.secure.then_some(Transport::Tls);
        let wanted = secure.or(hop.transport);
        let family = |it: &&Listener| hop.host.address().is_none_or(|ip| it.address.is_ipv4() == ip.is_ipv4());
        let transport = |it: &&Listener| wanted.is_none_or(|wanted| it.transport == wanted);
        let listeners = &self.model.sip.listeners;
        let best = listeners.iter().find(|it| family(it) && transport(it)).or(listeners.iter().find(family));
        *best.unwrap_or(&listeners[0])
    }

    pub(super) fn law_of(&self, trunk: TrunkIndex) -> Law {
        self.model.span(self.model.trunk(trunk).circuits[0].span).law
    }

    /// What a session with a peer or user is made with whose other end is a timeslot of that law.
    pub(super) fn session(&mut self, id: SessionId, law: Law, party: SipParty) -> NewSession {
        let capabilities = Capabilities {
            address: self.model.rtp.advertised,
            port: 0,
            codecs: plan::codecs(&self.model, law),
            telephone_event: Some(TELEPHONE_EVENT),
            packet_ms: self.model.rtp.packet_ms,
            direction: Direction::SendRecv,
            encryption: self.encryption(party),
            session: u64::from(self.random.next_u32()),
            version: 1,
        };
        let rtp = Rtp {
            tdm_law: plan::law(law),
            playout_ms: self.model.rtp.playout_ms,
            ssrc: self.random.next_u32(),
            // Below 2^15, so that a receiver of SRTP that misses the first packets knows their rollover counter (RFC 4568 section 6.4).
            first_sequence: self.random.next_u32() as u16 >> 1,
            first_timestamp: self.random.next_u32(),
        };
        let terms = self.model.terms(party);
        let (transfers, redirects) = (terms.transfer.then_some(party), terms.redirect.then_some(party));
        NewSession { id, capabilities, rtp, transfers, redirects }
    }

    /// Whether audio with somebody is encrypted, and by what.
    pub(super) fn encryption(&mut self, party: SipParty) -> Encryption {
        let config::model::Terms { srtp, srtp_keys: keys, .. } = *self.model.terms(party);
        match srtp {
            Srtp::Off => Encryption::Off,
            Srtp::Optional => Encryption::Optional(self.means(keys)),
            Srtp::Required => Encryption::Required(self.means(keys)),
        }
    }

    fn means(&mut self, keys: SrtpKeys) -> Means {
        match keys {
            SrtpKeys::Sdes => {
                let mut seed = [0; 32];
                self.random.fill_bytes(&mut seed);
                Means::Keys(Box::new(OurKeys::draw(seed)))
            }
            SrtpKeys::Dtls => {
                let identity = self.start.identity.clone();
                let identity = identity.expect("whoever begins draws one where the configuration has handshakes");
                Means::Handshake(OurEnd::new(identity))
            }
        }
    }
}
