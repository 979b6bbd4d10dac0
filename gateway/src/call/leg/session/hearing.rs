//! What the endpoint says of a session, and what that means to the call: progress, the answer, offers that come later, the end.

use isup::cause::{Cause, Location};
use media::tone::Tone;
use media::{Change, Source};

use super::super::{Desk, Said};
use super::{Phase, Session};
use crate::interwork::hub::{Answer, Release};
use crate::interwork::sip::{cause, dtmf, early_media, party, response};
use crate::sip::{self, Agreement, Description, Disagreement, Failure, sdp};

impl Session {
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

const RINGING: u16 = 180;
/// The first status by which a server speaks for all places where a user could be (RFC 3261 21.6).
const GLOBAL_FAILURE: u16 = 600;
const NOT_ACCEPTABLE_HERE: u16 = 488;
/// What a caller who cancels is answered.
const REQUEST_TERMINATED: u16 = 487;
