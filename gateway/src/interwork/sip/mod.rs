//! SIP to and from the hub: RFC 3398 sections 7 and 8, which hold for every PSTN protocol behind the hub.

use config::model::DiversionField;

pub mod cause;
pub mod codec;
pub mod diversion;
pub mod early_media;
pub mod invite;
pub mod party;
pub mod portability;
pub mod redirection;
pub mod response;
pub mod transfer;
pub mod waiting;

/// How we stand to a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// It belongs to our trust domain (RFC 3325): its word about identities counts, and it is told those that are withheld.
    pub trusted: bool,
    /// Where it is told that a call was diverted.
    pub diversion: DiversionField,
}

impl Terms {
    /// To whoever is no peer.
    pub const OF_STRANGERS: Terms = Terms { trusted: false, diversion: DiversionField::None };
}

impl From<&config::model::Peer> for Terms {
    fn from(peer: &config::model::Peer) -> Terms {
        Terms { trusted: peer.trusted, diversion: peer.diversion }
    }
}
