//! What its user asks of the endpoint.

use super::super::digest::answer::Account;
use super::super::gating::EarlyMedia;
use super::super::keypress::Keypress;
use super::super::name_addr::NameAddr;
use super::super::octets::Octets;
use super::super::registration::RegistrationConfig;
use super::super::sdp::Description;
use super::super::sdp::Disagreement;
use super::super::summary::Summary;
use super::Invitation;
use super::SessionId;
use super::Standalone;

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
