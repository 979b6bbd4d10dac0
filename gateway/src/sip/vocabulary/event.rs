//! What the endpoint tells its user.

use super::super::failure::Failure;
use super::super::gating::EarlyMedia;
use super::super::keypress::Keypress;
use super::super::name_addr::NameAddr;
use super::super::octets::Octets;
use super::super::sdp::Description;
use super::Incoming;
use super::Referral;
use super::SessionId;

/// What happened to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A new INVITE: answer with `Ring`, `Accept` or `Refuse`.
    Incoming(Box<Incoming>),
    /// Last event: the caller gave up (CANCEL) before the answer; 487 has gone.
    Cancelled {
        /// Which session.
        session: SessionId,
        /// Reason: Q.850 (RFC 3326) of the CANCEL.
        cause: Option<u8>,
    },
    /// ACK arrived for our first 2xx, or for one of a re-INVITE that had the offer.
    Acknowledged {
        /// Which session.
        session: SessionId,
        /// The answer, when the offer was ours.
        answer: Option<Description>,
    },
    /// PRACK brought the answer to the offer that our reliable provisional response had (RFC 3262 5): the INVITE had
    /// none.
    EarlyAnswer {
        /// Which session.
        session: SessionId,
        /// The answer.
        answer: Description,
    },
    /// 101 to 199 for our INVITE. A reliable one is acknowledged, in order, and told once.
    Progress {
        /// Which session.
        session: SessionId,
        /// 101 to 199.
        status: u16,
        /// SDP of an early dialog. Early media may begin; the final answer may differ (forking, or not reliable).
        answer: Option<Description>,
        /// P-Early-Media; `None`: what was said before holds.
        early_media: Option<EarlyMedia>,
    },
    /// Who answers our INVITE, by P-Asserted-Identity (RFC 3325) of the 2xx that `Answered` tells next. To be believed from
    /// trusted peers only.
    Identified {
        /// Which session.
        session: SessionId,
        /// The first value.
        identity: NameAddr,
        /// Privacy asks that it be withheld.
        private: bool,
    },
    /// 2xx for our INVITE; ACK has gone.
    Answered {
        /// Which session.
        session: SessionId,
        /// What was agreed in this dialog: the SDP of a reliable provisional response, else that of the 2xx. `None`:
        /// there was neither, or `Reoffer` has changed it since; what is known counts, and without that, end the
        /// session.
        answer: Option<Description>,
    },
    /// Last event: 300 to 699 for our INVITE.
    Refused {
        /// Which session.
        session: SessionId,
        /// 300 to 699.
        status: u16,
        /// As it came.
        reason_phrase: Octets,
        /// Where 3xx of this place, and of those tried before it, have the callee, the most wanted first; none with 6xx;
        /// [`REDIRECTIONS_MAX`](super::REDIRECTIONS_MAX) at most.
        contacts: Vec<NameAddr>,
        /// Reason: Q.850.
        cause: Option<u8>,
        /// Warning: the first warn-code (RFC 3261 20.43).
        warning: Option<u16>,
    },
    /// The peer's re-INVITE, or an offer in its PRACK or UPDATE: answer with `AnswerReoffer`. It may come before the
    /// INVITE is answered, once a reliable provisional response has had the first answer.
    Reoffer {
        /// Which session.
        session: SessionId,
        /// `None`: our offer is wanted in the 2xx, the answer comes with `Acknowledged`.
        offer: Option<Description>,
    },
    /// 2xx for our re-INVITE.
    ReofferAnswered {
        /// Which session.
        session: SessionId,
        /// The answer.
        answer: Option<Description>,
    },
    /// 300 to 699 for our re-INVITE; the session goes on as before. (491 is tried again and not shown; 408 and 481
    /// end the session.)
    ReofferRefused {
        /// Which session.
        session: SessionId,
        /// 300 to 699.
        status: u16,
    },
    /// REFER: the peer would have another party called in its place. Answer with `AnswerRefer`, and tell what becomes of it
    /// by `Notify`.
    Refer {
        /// Which session.
        session: SessionId,
        /// Who is to be called.
        referral: Box<Referral>,
    },
    /// The peer has pressed a key (INFO); told after `TakeKeys` and the answer alone.
    Pressed {
        /// Which session.
        session: SessionId,
        /// Which key.
        keypress: Keypress,
    },
    /// Last event of an `Ask`.
    Responded {
        /// Which session.
        session: SessionId,
        /// The status of the answer; `None`: there is none, or no way to who was asked.
        status: Option<u16>,
    },
    /// Last event: ended by BYE, from either side.
    Ended {
        /// Which session.
        session: SessionId,
        /// Reason: Q.850 of the peer's BYE.
        cause: Option<u8>,
    },
    /// Last event: ended by a fault.
    Failed {
        /// Which session.
        session: SessionId,
        /// What went wrong.
        failure: Failure,
    },
}

impl Event {
    /// The session that it happened to.
    pub fn session(&self) -> SessionId {
        match self {
            Event::Incoming(incoming) => incoming.session,
            Event::Cancelled { session, .. }
            | Event::Acknowledged { session, .. }
            | Event::EarlyAnswer { session, .. }
            | Event::Progress { session, .. }
            | Event::Identified { session, .. }
            | Event::Answered { session, .. }
            | Event::Refused { session, .. }
            | Event::Reoffer { session, .. }
            | Event::ReofferAnswered { session, .. }
            | Event::ReofferRefused { session, .. }
            | Event::Refer { session, .. }
            | Event::Pressed { session, .. }
            | Event::Responded { session, .. }
            | Event::Ended { session, .. }
            | Event::Failed { session, .. } => *session,
        }
    }
}
