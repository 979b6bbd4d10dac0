//! Portability of the called number: who serves it, where that is not who its digits say (RFC 4694).

/// What is known of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portability {
    /// The database of ported numbers has been asked, and need not be again.
    pub queried: bool,
    /// The number by which a ported number is reached, written as called numbers are.
    pub routing_number: Option<String>,
}
