//! The crypto suites: RFC 4568 section 6.2, RFC 6188 section 4, RFC 7714 section 12.

/// What encrypts and authenticates both directions of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// AES with 256 bits in Galois/counter mode.
    AeadAes256Gcm,
    /// AES with 128 bits in Galois/counter mode.
    AeadAes128Gcm,
    /// AES with 256 bits in counter mode, tags of 80 bits.
    Aes256CmHmacSha1_80,
    /// The same with tags of 32 bits on RTP.
    Aes256CmHmacSha1_32,
    /// AES with 128 bits in counter mode, tags of 80 bits: what every implementation has.
    AesCm128HmacSha1_80,
    /// The same with tags of 32 bits on RTP.
    AesCm128HmacSha1_32,
}

impl Suite {
    /// Every suite, in the order of the enumeration.
    pub const ALL: [Suite; 6] = [
        Suite::AeadAes256Gcm,
        Suite::AeadAes128Gcm,
        Suite::Aes256CmHmacSha1_80,
        Suite::Aes256CmHmacSha1_32,
        Suite::AesCm128HmacSha1_80,
        Suite::AesCm128HmacSha1_32,
    ];

    /// Its registered name.
    pub fn name(self) -> &'static str {
        match self {
            Suite::AeadAes256Gcm => "AEAD_AES_256_GCM",
            Suite::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Suite::Aes256CmHmacSha1_80 => "AES_256_CM_HMAC_SHA1_80",
            Suite::Aes256CmHmacSha1_32 => "AES_256_CM_HMAC_SHA1_32",
            Suite::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            Suite::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
        }
    }

    /// The suite of a name.
    pub fn named(name: &str) -> Option<Suite> {
        Suite::ALL.into_iter().find(|suite| suite.name() == name)
    }

    /// Octets of the master key.
    pub fn key_octets(self) -> usize {
        match self {
            Suite::AeadAes256Gcm | Suite::Aes256CmHmacSha1_80 | Suite::Aes256CmHmacSha1_32 => 32,
            Suite::AeadAes128Gcm | Suite::AesCm128HmacSha1_80 | Suite::AesCm128HmacSha1_32 => 16,
        }
    }

    /// Octets of the master salt, which are those of the session salts too.
    pub fn salt_octets(self) -> usize {
        if self.is_aead() { 12 } else { 14 }
    }

    /// Whether one algorithm both encrypts and authenticates.
    pub fn is_aead(self) -> bool {
        matches!(self, Suite::AeadAes256Gcm | Suite::AeadAes128Gcm)
    }

    /// Octets of the tag on an RTP packet.
    pub fn rtp_tag_octets(self) -> usize {
        match self {
            Suite::AeadAes256Gcm | Suite::AeadAes128Gcm => 16,
            Suite::Aes256CmHmacSha1_80 | Suite::AesCm128HmacSha1_80 => 10,
            Suite::Aes256CmHmacSha1_32 | Suite::AesCm128HmacSha1_32 => 4,
        }
    }

    /// Octets of the tag on an RTCP packet: never the short one.
    pub fn rtcp_tag_octets(self) -> usize {
        if self.is_aead() { 16 } else { 10 }
    }

    /// RTP packets that a master key may be used for, and the longest lifetime that it may be given.
    pub fn rtp_lifetime(self) -> u64 {
        match self {
            Suite::Aes256CmHmacSha1_80 | Suite::Aes256CmHmacSha1_32 => 1 << 31,
            _ => 1 << 48,
        }
    }
}

/// RTCP packets that a master key of any suite may be used for.
pub(super) const RTCP_LIFETIME: u64 = 1 << 31;
