//! The RTP leg of a session: what SDP agreed becomes changes to the session at the timeslot.
//!
//! The leg opens deaf and mute. It sends as soon as SIP knows our description, so that the caller hears tones and
//! announcements before the answer; it plays what SIP sends once the called side is there to hear it. A direction that
//! SDP forbids stays shut.

use std::net::SocketAddr;

use media::{Change, SessionConfig, Source};

use super::Session;
use crate::call::Action;
use crate::call::leg::Desk;
use crate::control::output::{MediaRequest, Security};
use crate::dtls::Far;
use crate::interwork::sip::codec;
use crate::sip::sdp::{self, Arrangement, Crypto, Means};
use crate::sip::{Agreement, Codec, Description, Encryption};
use crate::srtp::Keys;

/// What an RTP leg is made with.
#[derive(Debug, Clone)]
pub struct Rtp {
    /// Law of the trunk's timeslots.
    pub tdm_law: media::Law,
    /// Depth of the playout buffer.
    pub playout_ms: u16,
    /// Random numbers of this call's RTP session, drawn by the owner of the generator.
    pub ssrc: u32,
    /// First RTP sequence number.
    pub first_sequence: u16,
    /// First RTP timestamp.
    pub first_timestamp: u32,
}

impl Session {
    /// The RTP leg as it opens. `cname`: the name of its source in reports.
    pub fn rtp(&self, cname: String) -> SessionConfig {
        let agreement = self.agreement.as_ref();
        let codec = agreement.map_or(self.capabilities.codecs[0], |agreement| agreement.codec);
        SessionConfig {
            payload_type: agreement.map_or(codec.payload_type(), |agreement| agreement.payload_type),
            rtp_law: codec::law(codec),
            second: self.second().map(|(number, codec)| (number, codec::law(codec))),
            tdm_law: self.rtp.tdm_law,
            packet_ms: agreement.map_or(self.capabilities.packet_ms, |agreement| agreement.packet_ms),
            playout_ms: self.rtp.playout_ms,
            remote: agreement.and_then(|agreement| agreement.remote),
            remote_rtcp: agreement.and_then(|agreement| agreement.remote_rtcp),
            send: false,
            receive: false,
            ssrc: self.rtp.ssrc,
            first_sequence: self.rtp.first_sequence,
            first_timestamp: self.rtp.first_timestamp,
            cname,
            telephone_event: agreement.and_then(|agreement| agreement.telephone_event),
            source: Source::Silence,
        }
    }

    /// What may come beside the payload that we send: what our offer has, until it is answered.
    fn second(&self) -> Option<(u8, Codec)> {
        match &self.agreement {
            Some(agreement) => agreement.second,
            None => self.capabilities.codecs.get(1).map(|codec| (codec.payload_type(), *codec)),
        }
    }

    /// By what the RTP leg is encrypted as it opens. A handshake begins once SIP has told the other end of ours; before that its
    /// first words may come.
    pub fn security(&self) -> Security {
        let agreed = self.agreement.as_ref().map(|agreement| agreement.security.as_ref());
        match (self.capabilities.encryption.means(), agreed) {
            (Some(Means::Handshake(own)), None | Some(Some(_))) => {
                Security::Handshake { identity: own.identity.clone(), far: None }
            }
            (_, Some(Some(sdp::Security::Keys(keys)))) => Security::Keys(keys.clone()),
            _ => Security::Clear,
        }
    }

    fn keys(&self) -> Option<&Keys> {
        match self.agreement.as_ref()?.security.as_ref()? {
            sdp::Security::Keys(keys) => Some(keys),
            sdp::Security::Handshake(_) => None,
        }
    }

    /// The RTP leg listens at `local`: now our description is complete.
    pub fn listens(&mut self, local: SocketAddr) {
        self.capabilities.port = local.port();
        self.ours = Some(match self.agreement.as_mut() {
            Some(agreement) => {
                agreement.ours.port = local.port();
                agreement.ours.clone()
            }
            None => self.capabilities.offer(),
        });
    }

    /// Takes the peer's answer to our last offer. An answer that cannot be used changes nothing.
    pub(super) fn agree(&mut self, theirs: &Description) {
        let encryption = &self.capabilities.encryption;
        let agreed = self.ours.as_ref().and_then(|ours| sdp::agree(ours, theirs, encryption).ok());
        let Some(agreement) = agreed else { return };
        // Whoever answers later, in a fork or to another offer, gets no key that has encrypted anything.
        let before = self.keys().map(|keys| keys.ours.suite());
        self.take(agreement);
        let suite = self.keys().map(|keys| keys.ours.suite());
        if suite != before {
            self.capabilities.encryption.renew(suite);
        }
    }

    /// What both have agreed on is so from now on.
    pub(super) fn take(&mut self, agreement: Agreement) {
        self.capabilities.encryption.settle(agreement.security.as_ref());
        self.agreement = Some(agreement);
    }

    /// Before an offer is answered: whoever comes with a new key gets a new one, so that both streams begin anew.
    pub(super) fn renew_keys(&mut self, offer: &Description) {
        let stays = self
            .keys()
            .is_some_and(|keys| offer.crypto.lines.first().map(Crypto::theirs).as_ref() == Some(&keys.theirs));
        if !stays {
            self.capabilities.encryption.renew(None);
        }
    }

    /// Brings the leg to what was agreed, both ways.
    pub(super) fn apply(&self, desk: &mut Desk<'_>) {
        let Some(agreement) = self.agreement.as_ref() else { return };
        self.secure(desk, agreement);
        let (send, receive) = (agreement.send, agreement.receive);
        let second =
            agreement.second.map(|(payload_type, codec)| Change::Second { payload_type, law: codec::law(codec) });
        let payload = [
            Change::Remote { rtp: agreement.remote, rtcp: agreement.remote_rtcp },
            Change::Payload {
                payload_type: agreement.payload_type,
                law: codec::law(agreement.codec),
                packet_ms: agreement.packet_ms,
                telephone_event: agreement.telephone_event,
            },
        ];
        let flow = [Change::Source(Source::Network), Change::Direction { send, receive }];
        for change in payload.into_iter().chain(second).chain(flow) {
            desk.change(change);
        }
    }

    /// Has the leg encrypt as was agreed. Who has agreed to a handshake says later by which suite.
    fn secure(&self, desk: &mut Desk<'_>, agreement: &Agreement) {
        if self.capabilities.encryption == Encryption::Off || desk.is_aside {
            return;
        }
        let security = match &agreement.security {
            None => Security::Clear,
            Some(sdp::Security::Keys(keys)) => Security::Keys(keys.clone()),
            Some(sdp::Security::Handshake(arrangement)) => {
                let Arrangement { identity, role, fingerprints } = arrangement.clone();
                let far = Far { role, fingerprints, rtp: agreement.remote, rtcp: agreement.remote_rtcp };
                Security::Handshake { identity, far: Some(far) }
            }
        };
        if !matches!(security, Security::Handshake { .. }) {
            desk.story.srtp = self.keys().map(|keys| keys.ours.suite());
        }
        desk.secure(security);
    }

    /// Backward audio before the answer: the caller hears the PSTN, and is not heard. Its handshake can begin.
    pub(super) fn send_only(&self, desk: &mut Desk<'_>) {
        if let Some(agreement) = self.agreement.as_ref() {
            self.secure(desk, agreement);
        }
        let send = self.agreement.as_ref().is_some_and(|agreement| agreement.send);
        desk.change(Change::Direction { send, receive: false });
    }

    /// What the PSTN hears.
    pub(super) fn play(&self, desk: &mut Desk<'_>, source: Source) {
        desk.change(Change::Source(source));
    }
}

impl Desk<'_> {
    pub(super) fn secure(&mut self, security: Security) {
        self.actions.push_back(Action::Media(MediaRequest::Secure(Box::new(security))));
    }

    fn change(&mut self, change: Change) {
        if self.is_aside {
            return;
        }
        self.actions.push_back(Action::Media(MediaRequest::Change(change)));
    }
}
