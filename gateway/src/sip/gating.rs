//! P-Early-Media, RFC 5009: which media may flow before the answer.
//!
//! Of its list the first direction counts, because our descriptions have one media line; other words are passed over.

use super::header::Name;
use super::message::Message;

/// The directions that are authorized, as the called side sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlyMedia {
    /// Both.
    SendRecv,
    /// From the called side to the caller.
    SendOnly,
    /// From the caller to the called side.
    RecvOnly,
    /// None, or none any more.
    Inactive,
}

impl EarlyMedia {
    /// The caller may hear what comes from the called side.
    pub fn is_heard(self) -> bool {
        matches!(self, EarlyMedia::SendRecv | EarlyMedia::SendOnly)
    }

    /// What a message towards the caller authorizes; `None`: it says nothing, and what was said before holds.
    pub(crate) fn of(message: &Message) -> Option<EarlyMedia> {
        message
            .elements(Name::PEarlyMedia)
            .find_map(|word| DIRECTIONS.iter().find(|row| row.1.as_bytes().eq_ignore_ascii_case(word)).map(|row| row.0))
    }

    /// The INVITE says that the field is understood.
    pub(crate) fn is_supported(invite: &Message) -> bool {
        invite.lists(Name::PEarlyMedia, SUPPORTED)
    }

    /// Its word.
    pub(crate) fn text(self) -> &'static str {
        DIRECTIONS.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// What an INVITE says to have the field in its responses.
pub(crate) const SUPPORTED: &str = "supported";
const DIRECTIONS: [(EarlyMedia, &str); 4] = [
    (EarlyMedia::SendRecv, "sendrecv"),
    (EarlyMedia::SendOnly, "sendonly"),
    (EarlyMedia::RecvOnly, "recvonly"),
    (EarlyMedia::Inactive, "inactive"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: &str) -> Option<EarlyMedia> {
        let text = format!("SIP/2.0 183 Session Progress\r\nP-Early-Media: {value}\r\n\r\n");
        EarlyMedia::of(&Message::parse(text.as_bytes()).unwrap_or_else(|refused| panic!("{refused:?}")))
    }

    #[test]
    fn the_first_direction_counts_and_other_words_are_passed_over() {
        assert_eq!(said("sendonly, inactive"), Some(EarlyMedia::SendOnly));
        assert_eq!(said("new-word, SendRecv, gated"), Some(EarlyMedia::SendRecv));
        assert_eq!(said("supported"), None);
        assert_eq!(said("gated"), None);
    }
}
