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
use crate::control::output::MediaRequest;
use crate::interwork::sip::codec;
use crate::sip::sdp::Crypto;
use crate::sip::{Description, Encryption, sdp};
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

    /// By what the RTP leg is encrypted as it opens.
    pub fn keys(&self) -> Option<Keys> {
        self.agreement.as_ref().and_then(|agreement| agreement.keys.clone())
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
        let Some(agreement) = self.ours.as_ref().and_then(|ours| sdp::agree(ours, theirs).ok()) else { return };
        // Whoever answers later, in a fork or to another offer, gets no key that has encrypted anything.
        let suite = agreement.keys.as_ref().map(|keys| keys.ours.suite());
        if suite != self.keys().map(|keys| keys.ours.suite()) {
            self.capabilities.encryption.renew(suite);
        }
        self.agreement = Some(agreement);
    }

    /// Before an offer is answered: whoever comes with a new key gets a new one, so that both streams begin anew.
    pub(super) fn renew_keys(&mut self, offer: &Description) {
        let stays = self.keys().is_some_and(|keys| offer.crypto.lines.first().map(Crypto::theirs) == Some(keys.theirs));
        if !stays {
            self.capabilities.encryption.renew(None);
        }
    }

    /// Brings the leg to what was agreed, both ways.
    pub(super) fn apply(&self, desk: &mut Desk<'_>) {
        let Some(agreement) = self.agreement.as_ref() else { return };
        if self.capabilities.encryption != Encryption::Off && !desk.is_aside {
            desk.story.srtp = agreement.keys.as_ref().map(|keys| keys.ours.suite());
            let keys = agreement.keys.clone().map(Box::new);
            desk.secure(keys);
        }
        let (send, receive) = (agreement.send, agreement.receive);
        let changes = [
            Change::Remote { rtp: agreement.remote, rtcp: agreement.remote_rtcp },
            Change::Payload {
                payload_type: agreement.payload_type,
                law: codec::law(agreement.codec),
                packet_ms: agreement.packet_ms,
                telephone_event: agreement.telephone_event,
            },
            Change::Source(Source::Network),
            Change::Direction { send, receive },
        ];
        for change in changes {
            desk.change(change);
        }
    }

    /// Backward audio before the answer: the caller hears the PSTN, and is not heard.
    pub(super) fn send_only(&self, desk: &mut Desk<'_>) {
        let send = self.agreement.as_ref().is_some_and(|agreement| agreement.send);
        desk.change(Change::Direction { send, receive: false });
    }

    /// What the PSTN hears.
    pub(super) fn play(&self, desk: &mut Desk<'_>, source: Source) {
        desk.change(Change::Source(source));
    }
}

impl Desk<'_> {
    pub(super) fn secure(&mut self, keys: Option<Box<Keys>>) {
        self.actions.push_back(Action::Media(MediaRequest::Secure(keys)));
    }

    fn change(&mut self, change: Change) {
        if self.is_aside {
            return;
        }
        self.actions.push_back(Action::Media(MediaRequest::Change(change)));
    }
}
