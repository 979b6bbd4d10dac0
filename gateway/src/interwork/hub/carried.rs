//! What travels with a message of a call from user to user: the networks between carry it and do not read it.
//!
//! Both Q.931 and ISUP code it alike, ISUP in the access transport parameter (Q.763 3.3), so that here it keeps its octets.

use ::isup::codec::InformationElement;

use super::{Redirected, UserUserServices};

/// What one user's equipment tells the other's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Information elements of Q.931 in order: subaddresses, compatibilities, progress.
    pub elements: Vec<InformationElement>,
    /// User-user information, from its protocol discriminator on.
    pub user_user: Option<Vec<u8>>,
    /// Services of user-user signalling that are asked for, or answered.
    pub services: UserUserServices,
    /// Where the call goes, backwards.
    pub redirected: Redirected,
    /// What a service tells the other party, in order.
    pub notices: Vec<NoticeCode>,
    /// Whether this end of the call is ISDN up to the user; `None`: not known.
    pub isdn_access: Option<bool>,
}

/// A notification, by the number that Q.763 3.25 gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeCode(pub u8);

impl NoticeCode {
    /// The other party suspended the call.
    pub const USER_SUSPENDED: NoticeCode = NoticeCode(0);
    /// The other party resumed it.
    pub const USER_RESUMED: NoticeCode = NoticeCode(1);
    /// The other party holds the call.
    pub const REMOTE_HOLD: NoticeCode = NoticeCode(121);
    /// The other party has retrieved the call.
    pub const REMOTE_RETRIEVAL: NoticeCode = NoticeCode(122);
}

impl Carried {
    /// The contents of the elements with this identifier.
    pub fn contents(&self, wanted: u8) -> impl Iterator<Item = &[u8]> {
        self.elements.iter().filter_map(move |element| match element {
            InformationElement::Variable { identifier, contents } if *identifier == wanted => Some(&contents[..]),
            _ => None,
        })
    }
}
