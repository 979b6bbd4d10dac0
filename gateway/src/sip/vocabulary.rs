//! The words between the endpoint and its user: sessions, commands in, events out.
//!
//! A session is one INVITE and the dialog that it makes (RFC 3261 13). **Every session ends with exactly one of
//! [`Event::Refused`], [`Event::Cancelled`], [`Event::Ended`], [`Event::Failed`], [`Event::Responded`], and nothing follows it**; this holds
//! also when its user ended it by `Refuse`, `Bye` or `Cancel`. Commands for a session that is over are counted and
//! have no effect, because they cross the last event on its way.

pub use super::failure::Failure;
pub use super::output::Output;

use super::body::Part;
use super::digest::answer::Account;
use super::gating::EarlyMedia;
use super::keypress::Keypress;
use super::name_addr::NameAddr;
use super::octets::Octets;
use super::provenance::Provenance;
use super::registration::RegistrationConfig;
use super::replaces::Replaces;
use super::route;
use super::sdp::{Description, Disagreement};
use super::signature::{Signature, Signatures};
use super::summary::Summary;
use super::uri::Uri;
use std::fmt;
use std::net::SocketAddr;

/// One session of one endpoint; never reused while the process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}", self.0)
    }
}

/// Who asks by [`Output::Resolve`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResolveId(pub u64);

/// An INVITE that wants a session. 100 Trying has gone already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Names the session in all that follows.
    pub session: SessionId,
    /// Index of the listener on which it came.
    pub listener: usize,
    /// Where it came from.
    pub remote: SocketAddr,
    /// Whom it wants.
    pub request_uri: Uri,
    /// From.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// Call-ID, for records.
    pub call_id: Octets,
    /// What it says of its parties besides. To be believed from trusted peers only.
    pub provenance: Provenance,
    /// P-Early-Media is understood (RFC 5009).
    pub gates_early_media: bool,
    /// Replaces (RFC 3891): the dialog whose place it is to take.
    pub replaces: Option<Replaces>,
    /// The SDP offer; `None`: the peer wants ours in the 2xx.
    pub offer: Option<Description>,
    /// All body parts, SDP included, octets untouched.
    pub parts: Vec<Part>,
    /// Max-Forwards; `None` when absent.
    pub max_forwards: Option<u32>,
    /// It is for `urn:service:sos`, or marked as an emergency. To be believed from trusted peers only.
    pub emergency: bool,
    /// Which user its sender has proven to be; `None`: a peer, known by its address.
    pub user: Option<Octets>,
    /// Who has signed for the caller.
    pub signatures: Signatures,
}

/// What a REFER asks for (RFC 3515).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Refer-To.
    pub target: Uri,
    /// Refer-To names a dialog whose place the new one is to take.
    pub replaces: Option<Replaces>,
    /// Referred-By (RFC 3892), as the peer says it.
    pub referred_by: Option<NameAddr>,
}

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
        /// [`REDIRECTIONS_MAX`] at most.
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

/// Where somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Request-URI.
    pub target: Uri,
    /// Next hop, by address or name: its servers are located as RFC 3263 says, and tried in that order.
    pub hop: Uri,
    /// Proxies on the way, as values of Route; the first of them is the next hop, and not `hop`.
    pub route: Vec<Octets>,
    /// Which device it is (RFC 5626): one that has answered is not asked by its other flows.
    pub instance: Option<Octets>,
}

impl Place {
    /// One that is reached without proxies.
    pub fn at(target: Uri, hop: Uri) -> Place {
        Place { target, hop, route: Vec::new(), instance: None }
    }

    /// Where a request to it goes first.
    pub fn next_hop(&self) -> Uri {
        route::first_hop(&self.route).unwrap_or_else(|| self.hop.clone())
    }
}

/// A call out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Names the session in all that follows; from `Endpoint::next_session`.
    pub session: SessionId,
    /// Where the callee is.
    pub place: Place,
    /// Where else it is: tried one after the other, until one answers or says 6xx.
    pub others: Vec<Place>,
    /// From; the endpoint adds the tag.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// What it says of the parties besides.
    pub provenance: Provenance,
    /// Asks for P-Early-Media in the responses (RFC 5009 8.1).
    pub gates_early_media: bool,
    /// Others give way to it: `Resource-Priority: esnet.0` (RFC 7135).
    pub emergency: bool,
    /// The SDP offer.
    pub offer: Description,
    /// Max-Forwards; 70 is the standard's value.
    pub max_forwards: u32,
    /// Who we are to whoever challenges a request of the session (RFC 3261 22); `None`: a challenge is a refusal.
    pub account: Option<Account>,
    /// What we sign the caller's number by.
    pub signature: Option<Signature>,
}

/// A request outside of any dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standalone {
    /// From `Endpoint::next_session`.
    pub session: SessionId,
    /// Whither.
    pub place: Place,
    /// From; the endpoint adds the tag.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// Who we are to whoever challenges it.
    pub account: Option<Account>,
    /// Which one.
    pub what: What,
}

/// What is asked or told outside of dialogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// OPTIONS: whether somebody is there (RFC 3261 11).
    Options,
    /// NOTIFY of a message summary, without a subscription.
    Summary(Summary),
}

/// What the user asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "commands are moved once and not kept")]
pub enum Command {
    /// Call out.
    Invite(Invitation),
    /// Who we are in a session that the peer began, whose requests of ours may be challenged too.
    Identify {
        /// Which session.
        session: SessionId,
        /// Who we are.
        account: Account,
    },
    /// Send a request outside of any dialog; answered by `Responded`, and nothing else happens to the session.
    Ask(Box<Standalone>),
    /// Messages wait for a user of ours, or none do: its subscribers hear of it, and its telephones where they are told without asking.
    Summarise {
        /// Its name.
        user: Octets,
        /// By which number it is called, where its contact is for many.
        number: String,
        /// What is known.
        summary: Summary,
    },
    /// Send 101 to 199: reliably when it has SDP and the caller supports that, or when the caller demands it (RFC 3262).
    Ring {
        /// Which session.
        session: SessionId,
        /// 101 to 199.
        status: u16,
        /// SDP for early media; our offer when the INVITE had none. An offer goes reliably or, to a caller that cannot
        /// acknowledge, with the 2xx alone (RFC 3261 13.2.1).
        answer: Option<Description>,
        /// P-Early-Media.
        early_media: Option<EarlyMedia>,
    },
    /// Say in the 200 who answers, by P-Asserted-Identity (RFC 3325). Comes before `Accept`.
    AnswerAs {
        /// Which session.
        session: SessionId,
        /// Who.
        identity: NameAddr,
        /// Sends `Privacy: id`.
        private: bool,
    },
    /// Send 200. The endpoint repeats it until ACK. It waits for the PRACK of a response that had SDP, and leaves the
    /// answer out when that one had it.
    Accept {
        /// Which session.
        session: SessionId,
        /// The answer; our offer when the INVITE had none.
        answer: Description,
    },
    /// Send 300 to 699.
    Refuse {
        /// Which session.
        session: SessionId,
        /// 300 to 699.
        status: u16,
        /// Sent as Reason: Q.850.
        cause: Option<u8>,
        /// Retry-After, in seconds.
        retry_after_s: Option<u32>,
    },
    /// Say why there is no agreement on a description, in the 488 that follows. Comes before `Refuse` or `AnswerReoffer`.
    Warn {
        /// Which session.
        session: SessionId,
        /// Why.
        why: Disagreement,
    },
    /// Refuse because nobody vouches for the caller (RFC 8224 6.2.2).
    Distrust {
        /// Which session.
        session: SessionId,
        /// 403, 428, 436, 437 or 438.
        status: u16,
        /// The words that tell one 403 from another.
        phrase: &'static str,
    },
    /// Send re-INVITE. Waits its turn behind one that is under way.
    Reoffer {
        /// Which session.
        session: SessionId,
        /// The new offer.
        offer: Description,
    },
    /// Answer the peer's new offer: 200 with SDP, or a status of 300 to 699.
    AnswerReoffer {
        /// Which session.
        session: SessionId,
        /// The answer (our offer when there was none), or the status.
        answer: Result<Description, u16>,
    },
    /// Answer the peer's REFER: 202, which begins its subscription by a NOTIFY of 100, or a status of 300 to 699.
    AnswerRefer {
        /// Which session.
        session: SessionId,
        /// 202, or 300 to 699.
        status: u16,
    },
    /// Tell the peer what became of its REFER; the newest counts where several wait.
    Notify {
        /// Which session.
        session: SessionId,
        /// The status of the call that it asked for.
        status: u16,
        /// Nothing follows.
        is_last: bool,
    },
    /// Keys of the peer (INFO) are wanted, and it takes ours.
    TakeKeys {
        /// Which session.
        session: SessionId,
    },
    /// Tell the peer of a key by INFO. Waits its turn behind one that is under way.
    Press {
        /// Which session.
        session: SessionId,
        /// Which key.
        keypress: Keypress,
    },
    /// End a session: BYE once established; CANCEL or 603 before that.
    Bye {
        /// Which session.
        session: SessionId,
        /// Sent as Reason: Q.850.
        cause: Option<u8>,
    },
    /// Give up our INVITE. The last event says how the race went: `Refused` (487), `Ended` when a 2xx crossed.
    Cancel {
        /// Which session.
        session: SessionId,
        /// Sent as Reason: Q.850.
        cause: Option<u8>,
    },
    /// Register at a registrar, and stay registered.
    Register(Box<RegistrationConfig>),
    /// Take all registrations back.
    Withdraw,
    /// Refuse new INVITEs by 503 with Retry-After, or stop doing so.
    Drain(bool),
}

/// Contacts of a 3xx that are looked at.
pub const REDIRECTIONS_MAX: usize = 8;
