//! What `[stir]` means, and what peers and trunks say of it: who signs for calling numbers, and whose word is believed.

use std::path::PathBuf;
use std::time::Duration;

/// `[stir]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stir {
    /// What we sign by; `None`: we do not.
    pub signing: Option<Signing>,
    /// What we believe; `None`: nothing is verified.
    pub verification: Option<Verification>,
    /// Put before calling and called numbers without `+`; empty: they stay as they are.
    pub country_code: String,
}

/// Our key and its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// Where the certificate is published, by https.
    pub certificate_url: String,
    /// PEM: the private key, of P-256.
    pub key: PathBuf,
    /// Names us, or a part of our network: a UUID.
    pub origid: String,
}

/// Whose certificates are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// PEM: the authorities that vouch for certificates.
    pub authorities: PathBuf,
    /// The folder of certificates, each at the path of its URL: `HOST/PATH`.
    pub certificates: PathBuf,
    /// How old a signature may be.
    pub fresh: Duration,
}

/// What is done about signatures in the calls of a peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signatures {
    /// We sign calls to it; then there is a [`Signing`].
    pub sign: bool,
    /// What becomes of its own calls' signatures.
    pub verify: Verify,
}

/// What becomes of the signatures of calls that a peer sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Nothing.
    #[default]
    Off,
    /// They are verified, and the call's record tells what came of it.
    Note,
    /// And a call whose signature does not hold, or that has none, is refused.
    Require,
}

/// How we know the callers of a trunk (RFC 8588).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attestation {
    /// Its callers are our customers, and their numbers theirs.
    Full,
    /// Its callers are our customers.
    Partial,
    /// Their calls come into our network there.
    #[default]
    Gateway,
}
