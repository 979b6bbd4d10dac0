//! A SIP session as one end of a call, and the RTP leg that belongs to it.
//!
//! The endpoint's timers guard it: B and F, the repetition of 200 until ACK. What SDP agrees becomes changes to the RTP leg
//! in [`audio`].

mod audio;

use std::net::SocketAddr;

use config::model::{Dtmf, SipParty};
use isup::cause::{Cause, Location};
use media::dtmf::Press;
use media::tone::Tone;
use media::{Change, Source};

use super::{Desk, Said};
use crate::call::Action;
use crate::control::Security;
use crate::interwork::hub::{Answer, Calling, Progress, Release, Setup};
use crate::interwork::sip::cause::{self, Status};
use crate::interwork::sip::{Terms, codec, dtmf, early_media, invite, party, response};
use crate::sip::{
    self, Agreement, Capabilities, Description, Disagreement, EarlyMedia, Encryption, Failure, SessionId, Uri, sdp,
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

    /// What the endpoint says.
    pub fn hear(&mut self, desk: &mut Desk<'_>, event: sip::Event) -> Said {
        use Phase as P;
        use sip::Event as S;
        match (&self.phase, event) {
            (P::Inviting, S::Progress { status, answer, early_media, .. }) => {
                self.authorized = early_media.or(self.authorized);
                self.provisional(desk, status, answer)
            }
            (P::Inviting, S::Identified { identity, private, .. }) => {
                self.connected = party::party(&identity, private, true);
                Said::Nothing
            }
            (P::Invited(_), S::EarlyAnswer { answer, .. }) => self.answered_early(desk, &answer),
            (P::Inviting, S::Answered { answer, .. }) => self.answered(desk, answer),
            (P::Answered, S::Acknowledged { answer, .. }) => self.acknowledged(desk, answer),
            (P::Answered, S::Refer { referral, .. }) => Said::Refer(referral),
            (P::Answered, S::Pressed { keypress, .. }) => {
                dtmf::press(keypress).into_iter().for_each(|press| desk.change(Change::Dial(press)));
                Said::Nothing
            }
            (P::Invited(_) | P::Inviting | P::Answered, S::Reoffer { offer, .. }) => self.reoffered(desk, offer),
            (_, last @ (S::Cancelled { .. } | S::Refused { .. } | S::Ended { .. } | S::Failed { .. })) => {
                self.phase = Phase::Over;
                self.over(release_of(desk, &last), last)
            }
            (P::Ending | P::Over, _) => Said::Nothing,
            (_, _) => Said::Unexpected,
        }
    }

    /// Its last event: what that means to the call besides its end.
    fn over(&self, release: Release, last: sip::Event) -> Said {
        match (last, self.redirects) {
            (sip::Event::Refused { status: GLOBAL_FAILURE.., .. }, _) => Said::Declined(release),
            (sip::Event::Refused { contacts, .. }, Some(by)) if !contacts.is_empty() => {
                Said::Elsewhere(by, contacts, release)
            }
            _ => Said::Over(release),
        }
    }

    /// Ringing without early media is a tone of ours; what SIP sends is heard as it comes.
    fn provisional(&mut self, desk: &mut Desk<'_>, status: u16, answer: Option<Description>) -> Said {
        let is_heard = early_media::is_heard(self.authorized, answer.is_some() || self.agreement.is_some());
        let mut progress = response::progress(status, is_heard && answer.is_some());
        if let Some(answer) = answer {
            self.agree(&answer);
            self.apply(desk);
        }
        match (is_heard, status) {
            (true, _) => self.play(desk, Source::Network),
            (false, RINGING) => {
                self.play(desk, Source::Tone(Tone::ringing(self.rtp.tdm_law)));
                progress.ringing = true;
            }
            // What was heard before is not authorized any more.
            (false, _) if self.authorized.is_some() => self.play(desk, Source::Silence),
            (false, _) => {}
        }
        Said::Progress(progress)
    }

    /// PRACK had the answer to the offer of our reliable response: the caller hears the PSTN from now on.
    fn answered_early(&mut self, desk: &mut Desk<'_>, answer: &Description) -> Said {
        self.agree(answer);
        self.apply(desk);
        self.send_only(desk);
        Said::Nothing
    }

    fn answered(&mut self, desk: &mut Desk<'_>, answer: Option<Description>) -> Said {
        self.phase = Phase::Answered;
        if let Some(answer) = answer {
            self.agree(&answer);
        }
        if self.agreement.is_none() {
            return Said::Unusable(Cause::BEARER_NOT_AVAILABLE);
        }
        self.play(desk, Source::Network);
        self.take_keys(desk);
        self.apply(desk);
        Said::Answer(Answer { connected: self.connected.take(), ..Answer::default() })
    }

    /// ACK of our 200. It carries the answer when the INVITE had no offer.
    fn acknowledged(&mut self, desk: &mut Desk<'_>, answer: Option<Description>) -> Said {
        match answer {
            Some(answer) => {
                self.agree(&answer);
                self.apply(desk);
                Said::Nothing
            }
            None if self.agreement.is_none() => Said::Unusable(Cause::BEARER_NOT_AVAILABLE),
            None => Said::Nothing,
        }
    }

    /// A re-INVITE or UPDATE, the latter also before the answer. With an offer it is answered; without one it gets our
    /// offer, and the answer comes with ACK.
    fn reoffered(&mut self, desk: &mut Desk<'_>, offer: Option<Description>) -> Said {
        let before = self.capabilities.encryption.clone();
        if let Some(offer) = &offer {
            self.renew_keys(offer);
        }
        let ours = match offer.as_ref().map(|offer| self.answer_to(offer)) {
            None => Ok(self.next_offer()),
            Some(Ok(mut agreement)) => {
                agreement.ours = self.versioned(agreement.ours);
                let ours = agreement.ours.clone();
                self.take(agreement);
                self.apply(desk);
                if matches!(self.phase, Phase::Invited(_)) {
                    self.send_only(desk);
                }
                Ok(ours)
            }
            Some(Err(why)) => {
                self.capabilities.encryption = before;
                desk.sip(sip::Command::Warn { session: self.id, why });
                Err(NOT_ACCEPTABLE_HERE)
            }
        };
        if let Ok(ours) = &ours {
            self.ours = Some(ours.clone());
        }
        desk.sip(sip::Command::AnswerReoffer { session: self.id, answer: ours });
        Said::Nothing
    }

    /// One without audio is met by one, once there was audio.
    fn answer_to(&self, offer: &Description) -> Result<Agreement, Disagreement> {
        match (sdp::answer(offer, &self.capabilities), &self.agreement) {
            (Err(Disagreement::Refused), Some(before)) => Ok(sdp::remove(offer, &self.capabilities, before.clone())),
            (answer, _) => answer,
        }
    }

    /// All that we can, in the place that our audio has had.
    fn next_offer(&mut self) -> Description {
        let offer = self.capabilities.offer();
        let offer = match &self.ours {
            Some(previous) => offer.following(previous),
            None => offer,
        };
        self.versioned(offer)
    }

    /// A description that says what the last one said is the same, and any other is the next version (RFC 3264 8; RFC 4028 7.4 for
    /// one that refreshes the session).
    fn versioned(&mut self, mut said: Description) -> Description {
        if self.ours.as_ref() != Some(&said) {
            self.capabilities.version += 1;
            said.origin.version = self.capabilities.version;
        }
        said
    }
}

/// Why the call ends with the last event of a session.
fn release_of(desk: &mut Desk<'_>, last: &sip::Event) -> Release {
    let beyond =
        |cause: Option<u8>| Release::new(cause.map_or(Cause::NORMAL_CLEARING, Cause), Location::BEYOND_INTERWORKING);
    match last {
        sip::Event::Refused { status, cause, warning, .. } => {
            desk.story.status.get_or_insert(*status);
            Release::new(cause.map_or_else(|| cause::cause_of(*status, *warning), Cause), cause::location_of(*status))
        }
        sip::Event::Failed { failure: Failure::Full | Failure::Held, .. } => {
            Release::here(Cause::SWITCHING_EQUIPMENT_CONGESTION)
        }
        sip::Event::Failed { failure: Failure::Unreachable, .. } => {
            Release::new(Cause::DESTINATION_OUT_OF_ORDER, Location::BEYOND_INTERWORKING)
        }
        sip::Event::Failed { .. } => Release::new(Cause::RECOVERY_ON_TIMER_EXPIRY, Location::BEYOND_INTERWORKING),
        sip::Event::Cancelled { cause, .. } => {
            // The endpoint has answered the INVITE (RFC 3261 section 9.2).
            desk.story.status = Some(REQUEST_TERMINATED);
            beyond(*cause)
        }
        sip::Event::Ended { cause, .. } => beyond(*cause),
        _ => beyond(None),
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

const RINGING: u16 = 180;
/// The first status by which a server speaks for all places where a user could be (RFC 3261 21.6).
const GLOBAL_FAILURE: u16 = 600;
const NOT_ACCEPTABLE_HERE: u16 = 488;
/// What a caller who cancels is answered.
const REQUEST_TERMINATED: u16 = 487;
