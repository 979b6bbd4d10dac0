//! The authentication service of RFC 8224: signs for a caller, by the claims of SHAKEN (RFC 8588).
//!
//! The token always goes in its full form, as the claims of SHAKEN could not be read from the request.

use std::time::SystemTime;

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;

use super::certificate::PublicKey;
use super::field::Field;
use super::identity::Identity;
use super::passport::{self, Attestation, Claims, Destinations, ES256, Header, SHAKEN};

/// Our key, and where its certificate is.
#[derive(Debug)]
pub struct Signer {
    key: EcdsaKeyPair,
    random: SystemRandom,
    url: String,
    origid: String,
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is in another form.
    #[error("is no private key in PEM by PKCS #8; `openssl pkcs8 -topk8 -nocrypt` makes one of other keys")]
    NotPkcs8,
    /// It is a key of another kind.
    #[error("is no key of P-256, as ES256 needs")]
    NotP256,
}

impl Signer {
    /// Signs by a key in PEM whose certificate is published at a URL. `origid` names us, or a part of our network.
    pub fn read(key: &[u8], url: &str, origid: &str) -> Result<Signer, KeyError> {
        let key = PrivatePkcs8KeyDer::from_pem_slice(key).map_err(|_| KeyError::NotPkcs8)?;
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.secret_pkcs8_der(), &random);
        Ok(Signer { key: key.map_err(|_| KeyError::NotP256)?, random, url: url.to_owned(), origid: origid.to_owned() })
    }

    /// A value of Identity; `None`: the system has no randomness.
    pub fn sign(&self, now: SystemTime, attest: Attestation, orig: Identity, dest: Identity) -> Option<String> {
        let header = Header::es256(&self.url, Some(SHAKEN));
        let claims = Claims {
            attest: Some(attest),
            dest: Destinations::one(dest),
            iat: now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs(),
            orig,
            origid: Some(self.origid.clone()),
        };
        let signed = passport::signing_input(&header, &claims);
        let signature = self.key.sign(&self.random, signed.as_bytes()).ok()?;
        let token = passport::full(&signed, signature.as_ref());
        Some(Field { token, info: self.url.clone(), alg: ES256.into(), ppt: Some(SHAKEN.into()) }.write())
    }

    /// The public part of the key, which our certificate must have.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(self.key.public_key().as_ref())
    }

    /// Where our certificate is.
    pub fn url(&self) -> &str {
        &self.url
    }
}
