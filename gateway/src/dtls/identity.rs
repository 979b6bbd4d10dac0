//! Who we are in handshakes: a key, and a certificate signed by itself (RFC 5763 section 5), one for the life of the process.

use std::fmt;
use std::sync::Arc;

use rtc_dtls::cipher_suite::CipherSuiteId as Cipher;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, HandshakeConfig};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::crypto_provider::default_provider;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile as Profile;

use super::{Digest, Failure, Fingerprint, Role};
use crate::srtp::Suite;

/// A certificate with its key, and what follows from them.
pub struct Identity {
    fingerprint: Fingerprint,
    active: Arc<HandshakeConfig>,
    passive: Arc<HandshakeConfig>,
}

/// The protection profiles that we agree to, best first, by the suites that they stand for (RFC 5764 section 4.1.2, RFC 7714).
const PROFILES: [(Profile, Suite); 3] = [
    (Profile::Srtp_Aead_Aes_256_Gcm, Suite::AeadAes256Gcm),
    (Profile::Srtp_Aead_Aes_128_Gcm, Suite::AeadAes128Gcm),
    (Profile::Srtp_Aes128_Cm_Hmac_Sha1_80, Suite::AesCm128HmacSha1_80),
];

/// What whoever has an elliptic key can be spoken to by.
const ECDSA: [Cipher; 2] =
    [Cipher::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256, Cipher::Tls_Ecdhe_Ecdsa_With_ChaCha20_Poly1305_Sha256];
/// And who has an RSA key.
const RSA: [Cipher; 2] =
    [Cipher::Tls_Ecdhe_Rsa_With_Aes_128_Gcm_Sha256, Cipher::Tls_Ecdhe_Rsa_With_ChaCha20_Poly1305_Sha256];

impl Identity {
    /// Draws a key of P-256 and signs its certificate.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn draw() -> Result<Identity, Failure> {
        let broken = |error: &dyn fmt::Display| Failure::Broken(error.to_string());
        let provider = default_provider().map_err(|error| broken(&error))?;
        let names = ["spangate".to_owned()];
        let own = Certificate::generate_self_signed(names, provider.crypto()).map_err(|error| broken(&error))?;
        let config = |role: Role| {
            let is_active = role == Role::Active;
            // Who waits proves its own key, which is an elliptic one; who begins must know whatever the other end has.
            let ciphers = if is_active { [ECDSA, RSA].concat() } else { ECDSA.to_vec() };
            ConfigBuilder::default()
                .with_crypto_provider(provider.clone())
                .with_certificates(vec![own.clone()])
                .with_cipher_suites(ciphers)
                .with_srtp_protection_profiles(PROFILES.map(|(profile, _)| profile).to_vec())
                // Nobody signs these certificates but their owners: it is the fingerprint that is checked, when all is done.
                .with_client_auth(ClientAuthType::RequireAnyClientCert)
                .with_insecure_skip_verify(true)
                .with_server_name("spangate".to_owned())
                .build(is_active, None)
                .map(Arc::new)
        };
        Ok(Identity {
            fingerprint: Fingerprint::of(Digest::Sha256, &own.certificate[0]),
            active: config(Role::Active).map_err(|error| broken(&error))?,
            passive: config(Role::Passive).map_err(|error| broken(&error))?,
        })
    }

    /// What session descriptions tell of the certificate.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    pub(super) fn config(&self, role: Role) -> Arc<HandshakeConfig> {
        match role {
            Role::Active => self.active.clone(),
            Role::Passive => self.passive.clone(),
        }
    }
}

/// The suite that a profile stands for.
pub(super) fn suite(profile: Profile) -> Option<Suite> {
    PROFILES.iter().find(|(known, _)| *known == profile).map(|(_, suite)| *suite)
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.fingerprint)
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Identity) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for Identity {}
