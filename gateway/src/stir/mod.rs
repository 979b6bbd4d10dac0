//! Who signs for a calling number: STIR (RFC 8224, RFC 8225, RFC 8226) and SHAKEN (RFC 8588).
//!
//! Read in this order: [`identity`] (who calls and who is called, in canonical form), [`passport`] (the token and its one
//! spelling), [`field`] (the Identity header field that carries it), [`tn_auth_list`] and [`certificate`] (who may sign for
//! a number), then [`signer`] and [`verifier`], the two services of RFC 8224.
//!
//! Promises: time is an argument; whatever comes is bounded before it is read, and refused by a named [`Fault`]. What is
//! signed is not drawn from the gateway's seed, because `ring` takes the randomness of a signature from the system alone.
//!
//! Left out. No certificate is fetched: whatever is not in the configured folder is not known, because a gateway that
//! fetches what a stranger's INVITE names does a stranger's bidding. Revocation lists, `div` (RFC 8946) and `rcd`: a
//! PASSporT of such a kind is passed over, and counts as none where there is no other. No token is remembered, so that one
//! can be replayed within the freshness window, to the same called number only: an INVITE that forked or was challenged
//! rightly comes with the same token again.

pub mod certificate;
pub mod date;
mod der;
pub mod field;
pub mod identity;
pub mod passport;
pub mod signer;
pub mod tn_auth_list;
pub mod verifier;

use std::sync::Arc;

pub use certificate::{Authorities, Certificate, CertificateError, Certificates, PublicKey};
pub use identity::Identity;
pub use passport::Attestation;
pub use signer::{KeyError, Signer};
pub use verifier::{Attested, Fault, Presented, Verdict, Verifier};

/// The two services, as far as the configuration asks for them.
#[derive(Clone, Debug, Default)]
pub struct Stir {
    /// The authentication service: signs.
    pub signer: Option<Arc<Signer>>,
    /// The verification service.
    pub verifier: Option<Arc<Verifier>>,
}
