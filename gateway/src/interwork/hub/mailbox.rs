//! What a message centre says of a user's messages. It belongs to no call.

/// Messages wait for a user, or none do any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Whose messages: a number as [`Setup::called`](super::Setup::called); empty where nobody says.
    pub user: String,
    /// Some wait.
    pub waits: bool,
    /// How many, where somebody counts them.
    pub messages: Option<u32>,
    /// Where they are to be had: a number likewise.
    pub centre: Option<String>,
}
