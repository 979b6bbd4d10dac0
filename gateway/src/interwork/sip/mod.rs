//! SIP to and from the hub: RFC 3398 sections 7 and 8, which hold for every PSTN protocol behind the hub.

use config::model::DiversionField;

pub mod cause;
pub mod codec;
pub mod diversion;
pub mod dtmf;
pub mod early_media;
pub mod invite;
pub mod party;
pub mod portability;
pub mod redirection;
pub mod response;
pub mod transfer;
pub mod waiting;

/// Of the terms of a peer or user, those by which an INVITE is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// It belongs to our trust domain (RFC 3325): its word about identities counts, and it is told those that are withheld.
    pub trusted: bool,
    /// Where it is told that a call was diverted.
    pub diversion: DiversionField,
}

impl From<&config::model::Terms> for Terms {
    fn from(terms: &config::model::Terms) -> Terms {
        Terms { trusted: terms.trusted, diversion: terms.diversion }
    }
}
