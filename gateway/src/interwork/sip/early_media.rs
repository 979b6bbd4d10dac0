//! Early media: who is heard before the answer (RFC 3960 3, RFC 5009).
//!
//! The gateway model of RFC 3960 3.2: what SIP sends is let through once there is a description for it, and a local
//! ringing tone is made where there is none. What the called side says by P-Early-Media comes before that.

use crate::sip::EarlyMedia;

/// Whether the PSTN hears what SIP sends before the answer. `has_description`: there is something that could be heard.
pub fn is_heard(authorized: Option<EarlyMedia>, has_description: bool) -> bool {
    has_description && authorized.is_none_or(EarlyMedia::is_heard)
}

/// What we ask for the caller to hear: backward audio alone, where there is any.
pub fn of_ours(with_audio: bool) -> Option<EarlyMedia> {
    with_audio.then_some(EarlyMedia::SendOnly)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_heard_unless_the_called_side_authorizes_nothing_backwards() {
        assert!(is_heard(None, true));
        assert!(is_heard(Some(EarlyMedia::SendOnly), true));
        assert!(!is_heard(Some(EarlyMedia::Inactive), true));
        assert!(!is_heard(Some(EarlyMedia::RecvOnly), true));
        assert!(!is_heard(Some(EarlyMedia::SendRecv), false));
    }
}
