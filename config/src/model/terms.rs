//! The terms on which somebody on the SIP side calls and is called: keys that `[[sip.peer]]` and `[[sip.user]]` have in common.

use std::time::Duration;

use super::{Pattern, PeerIndex, Signatures, UserIndex};

/// Somebody on the SIP side who has terms: a peer, or a user that is no peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SipParty {
    /// A SIP peer.
    Peer(PeerIndex),
    /// A registered user.
    User(UserIndex),
}

/// What somebody may do, and what is done with their calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// They belong to our trust domain: their word about identities counts, and they are told those that are withheld (RFC 3325).
    pub trusted: bool,
    /// Where they are told that a call was diverted before it came to them.
    pub diversion: DiversionField,
    /// They may transfer their calls, by REFER and by INVITE with Replaces.
    pub transfer: bool,
    /// They may send calls elsewhere that they do not take, by 3xx.
    pub redirect: bool,
    /// What they may ask for.
    pub limits: Limits,
    /// Whether their audio is encrypted.
    pub srtp: Srtp,
    /// Where the keys come from.
    pub srtp_keys: SrtpKeys,
    /// Who signs for the calling numbers of their calls.
    pub signatures: Signatures,
}

impl Terms {
    /// Whether keys of their audio come from handshakes.
    pub fn has_handshakes(&self) -> bool {
        self.srtp != Srtp::Off && self.srtp_keys == SrtpKeys::Dtls
    }
}

/// The field of an INVITE that tells by whom a call was diverted, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiversionField {
    /// Diversion, RFC 5806.
    Diversion,
    /// History-Info, RFC 7044.
    HistoryInfo,
    /// Both.
    Both,
    /// Neither.
    None,
}

/// What somebody may ask for; without an entry there is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Calls at once that they began, or had go on without them.
    pub calls_max: Option<u32>,
    /// Calls that they begin, on average; as many may come at once.
    pub calls_per_second: Option<u32>,
    /// How long they may talk on a day (UTC), all those calls together.
    pub talk_per_day: Option<Duration>,
    /// Numbers that they may not call, as they dial them.
    pub barred: Vec<Pattern>,
}

/// Whether audio is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Srtp {
    /// Never.
    #[default]
    Off,
    /// If the other end does too.
    Optional,
    /// Or there is no call.
    Required,
}

/// Where the keys of encrypted audio come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SrtpKeys {
    /// They stand in SDP (RFC 4568).
    #[default]
    Sdes,
    /// A handshake of DTLS agrees on them (RFC 5763).
    Dtls,
}
