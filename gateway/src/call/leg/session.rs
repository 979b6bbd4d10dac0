//! A SIP session as one end of a call, and the RTP leg that belongs to it.
//!
//! The endpoint's timers guard it: B and F, the repetition of 200 until ACK. What SDP agrees becomes changes to the RTP leg
//! in [`audio`]; what the endpoint says is heard in [`hearing`].

mod audio;
mod hearing;

use std::net::SocketAddr;

use config::model::{Dtmf, SipParty};
use isup::cause::Cause;
use media::Source;
use media::dtmf::Press;
use media::tone::Tone;

use super::Desk;
use crate::call::Action;
use crate::control::Security;
use crate::interwork::hub::{Answer, Calling, Progress, Release, Setup};
use crate::interwork::sip::cause::{self, Status};
use crate::interwork::sip::{Terms, codec, dtmf, early_media, invite, party, response};
use crate::sip::{
    self, Agreement, Capabilities, Description, Disagreement, EarlyMedia, Encryption, SessionId, Uri, sdp,
};
use crate::stir::Attestation;
pub use audio::Rtp;

/// The leg.
#[derive(Debug)]
pub struct Session {
    /// Its name at the endpoint.
    pub id: SessionId,
    phase: Phase,
    /// What we say and can do in SDP; its port is the RTP leg's once that is open.
    capabilities: Capabilities,
    /// The last description that we sent or are about to send.
    ours: Option<Description>,
    agreement: Option<Agreement>,
    /// Who answers our INVITE, until that is.
    connected: Option<Calling>,
    /// Whom it is with, where they may transfer their calls.
    pub transfers: Option<SipParty>,
    /// The same, where they may send calls elsewhere that they do not take.
    redirects: Option<SipParty>,
    /// How digits reach it, and come from it.
    dtmf: Dtmf,
    /// What P-Early-Media of the called side authorizes; `None`: it has not said anything.
    authorized: Option<EarlyMedia>,
    /// Why the offer of their INVITE is refused.
    disagreement: Option<Disagreement>,
    rtp: Rtp,
}

#[derive(Debug, Clone)]
enum Phase {
    /// Their INVITE waits for our answer.
    Invited(Inviter),
    /// Our INVITE will go there.
    Intended(Box<Peer>),
    /// Our INVITE is out.
    Inviting,
    /// Answered, by either side.
    Answered,
    /// Ended by us; the endpoint will say when it is over.
    Ending,
    /// It has had its last event.
    Over,
}

/// How the sender of an INVITE stands to us.
#[derive(Debug, Clone, Copy)]
pub struct Inviter {
    /// Our address as it sees us.
    pub own: SocketAddr,
    /// It may know numbers that are withheld.
    pub trusted: bool,
    /// It is told by P-Early-Media what it may hear before the answer.
    pub gates_early_media: bool,
}

/// Where an INVITE goes.
#[derive(Debug, Clone)]
pub struct Peer {
    /// By address or name.
    pub hop: Uri,
    /// Our own address as that peer sees it: the host of From.
    pub own: SocketAddr,
    /// How we stand to it.
    pub terms: Terms,
    /// By which proxies it wants to be called (RFC 3608), where it is called by number.
    pub route: Vec<sip::Octets>,
    /// Where it is registered, the first of which has `hop`; none for who is called by number.
    pub contacts: Vec<sip::Place>,
    /// Who we are to it, where it asks.
    pub account: Option<sip::Account>,
    /// How we vouch to it for the caller, if we do.
    pub attestation: Option<Attestation>,
}

/// What a session is made with.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its name at the endpoint.
    pub id: SessionId,
    /// What we can do in SDP; the port is filled in once the RTP leg has one.
    pub capabilities: Capabilities,
    /// What its RTP leg is made with.
    pub rtp: Rtp,
    /// Whom it is with, where they may transfer their calls.
    pub transfers: Option<SipParty>,
    /// The same, where they may send calls elsewhere that they do not take.
    pub redirects: Option<SipParty>,
    /// How digits reach it, and come from it.
    pub dtmf: Dtmf,
}

impl Session {
    /// The session of an INVITE that came; [`Session::take_offer`] follows.
    pub fn invited(new: NewSession, inviter: Inviter) -> Session {
        Session::begin(new, Phase::Invited(inviter))
    }

    /// The session of an INVITE to be sent to `peer`.
    pub fn intended(new: NewSession, peer: Box<Peer>) -> Session {
        Session::begin(new, Phase::Intended(peer))
    }

    fn begin(new: NewSession, phase: Phase) -> Session {
        let NewSession { id, capabilities, rtp, transfers, redirects, dtmf } = new;
        Session {
            id,
            phase,
            capabilities,
            ours: None,
            agreement: None,
            connected: None,
            transfers,
            redirects,
            dtmf,
            authorized: None,
            disagreement: None,
            rtp,
        }
    }

    /// The law of the timeslots that its RTP leg can sit at.
    pub fn tdm_law(&self) -> media::Law {
        self.rtp.tdm_law
    }

    pub fn is_live(&self) -> bool {
        !matches!(self.phase, Phase::Intended(_) | Phase::Over)
    }

    /// Agrees to the offer of an INVITE, or says why not.
    pub fn take_offer(&mut self, offer: Option<&Description>) -> Result<(), Cause> {
        let agreement = offer.map(|offer| sdp::answer(offer, &self.capabilities)).transpose();
        let refuse = |why| {
            self.disagreement = Some(why);
            Cause::BEARER_NOT_IMPLEMENTED
        };
        if let Some(agreement) = agreement.map_err(refuse)? {
            self.take(agreement);
        }
        Ok(())
    }

    pub fn set_up(&mut self, desk: &mut Desk<'_>, setup: &Setup) -> Result<(), Cause> {
        let (Phase::Intended(peer), Some(offer)) = (&self.phase, self.ours.clone()) else { return Ok(()) };
        let place = peer.contacts.first().cloned().unwrap_or_else(|| sip::Place {
            route: peer.route.clone(),
            ..sip::Place::at(invite::target(setup, &peer.hop, peer.terms), peer.hop.clone())
        });
        let invitation = sip::Invitation {
            session: self.id,
            place,
            others: peer.contacts.iter().skip(1).cloned().collect(),
            from: party::from(setup, peer.own),
            to: invite::to(setup, &peer.hop),
            provenance: invite::provenance(setup, peer.own, &peer.hop, peer.terms),
            gates_early_media: peer.terms.trusted,
            emergency: setup.emergency,
            offer,
            max_forwards: invite::MAX_FORWARDS,
            signature: None,
            account: peer.account.clone(),
        };
        desk.actions.push_back(Action::Invite(invitation, peer.attestation));
        self.phase = Phase::Inviting;
        Ok(())
    }

    /// Early media goes out once SIP knows where it comes from.
    pub fn progress(&mut self, desk: &mut Desk<'_>, progress: &Progress) {
        let Phase::Invited(inviter) = &self.phase else { return };
        let Some(told) = response::provisional(progress) else { return };
        // Where the INVITE had no offer ours goes as early as it can: a caller that demands reliable responses waits for it
        // (RFC 3262 5).
        let answer = self.ours.clone().filter(|_| told.with_audio || self.agreement.is_none());
        if told.with_audio && self.agreement.is_some() {
            self.send_only(desk);
        }
        let early_media = early_media::of_ours(told.with_audio).filter(|_| inviter.gates_early_media);
        desk.sip(sip::Command::Ring { session: self.id, status: told.status, answer, early_media });
    }

    pub fn answer(&mut self, desk: &mut Desk<'_>, answer: &Answer) {
        let (Phase::Invited(inviter), Some(ours)) = (&self.phase, self.ours.clone()) else { return };
        if let Some(connected) = &answer.connected
            && let Some(identity) = party::connected(connected, inviter.own, inviter.trusted)
        {
            desk.sip(sip::Command::AnswerAs { session: self.id, identity, private: connected.restricted });
        }
        self.phase = Phase::Answered;
        desk.sip(sip::Command::Accept { session: self.id, answer: ours });
        self.take_keys(desk);
        self.apply(desk);
    }

    /// It ends as its state asks: an answered one by BYE, ours by CANCEL, theirs by a final response.
    pub fn release(&mut self, desk: &mut Desk<'_>, release: &Release) {
        let (session, cause) = (self.id, Some(release.cause.0));
        let command = match self.phase {
            Phase::Answered => sip::Command::Bye { session, cause },
            Phase::Invited(_) => {
                let Status(status) = cause::status_of(release.cause, release.location);
                desk.story.status = Some(status);
                if let Some(why) = self.disagreement {
                    desk.sip(sip::Command::Warn { session, why });
                }
                sip::Command::Refuse { session, status, cause, retry_after_s: None }
            }
            Phase::Inviting => sip::Command::Cancel { session, cause },
            Phase::Intended(_) | Phase::Ending | Phase::Over => return,
        };
        desk.sip(command);
        self.phase = Phase::Ending;
    }

    /// The answer to REFER.
    pub fn answer_refer(&self, desk: &mut Desk<'_>, status: u16) {
        desk.sip(sip::Command::AnswerRefer { session: self.id, status });
    }

    /// What became of it. Who has hung up is not told.
    pub fn tell_referrer(&self, desk: &mut Desk<'_>, status: u16, is_last: bool) {
        if matches!(self.phase, Phase::Answered) {
            desk.sip(sip::Command::Notify { session: self.id, status, is_last });
        }
    }

    /// A digit that the timeslot has brought, for a peer that is told of digits by INFO.
    pub fn press(&self, desk: &mut Desk<'_>, press: Press) {
        if matches!(self.phase, Phase::Answered) && self.dtmf == Dtmf::Info {
            desk.sip(sip::Command::Press { session: self.id, keypress: dtmf::keypress(press) });
        }
    }

    fn take_keys(&self, desk: &mut Desk<'_>) {
        if self.dtmf == Dtmf::Info {
            desk.sip(sip::Command::TakeKeys { session: self.id });
        }
    }

    /// Whether its audio may be encrypted.
    pub fn may_encrypt(&self) -> bool {
        self.capabilities.encryption != Encryption::Off
    }

    /// The RTP leg is this session's from now on. What the one before it encrypted by, if it did, is none of its own.
    pub fn take_media(&self, desk: &mut Desk<'_>, was_encrypted: bool) {
        if was_encrypted && !self.may_encrypt() {
            desk.story.srtp = None;
            desk.secure(Security::Clear);
        }
        self.apply(desk);
    }

    /// The PSTN hears a ringing tone of ours.
    pub fn ring(&self, desk: &mut Desk<'_>) {
        self.play(desk, Source::Tone(Tone::ringing(self.rtp.tdm_law)));
    }
}

impl Desk<'_> {
    fn sip(&mut self, command: sip::Command) {
        self.actions.push_back(Action::Sip(command));
    }
}

/// Whether SIP can be the other end of a call with this bearer.
pub fn carries(setup: &Setup) -> bool {
    codec::carries(setup.bearer)
}
