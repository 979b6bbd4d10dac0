//! Message bodies: one part, or multipart/mixed (RFC 2046 5.1, RFC 5621), octets untouched.

use super::octets::Octets;

/// One part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Content-Type as written: `application/sdp`.
    pub content_type: Octets,
    /// Content-Disposition as written: `signal;handling=optional`.
    pub disposition: Option<Octets>,
    /// The content, octet for octet.
    pub content: Vec<u8>,
}
