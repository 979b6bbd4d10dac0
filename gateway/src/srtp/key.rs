//! Master keys, RFC 3711 section 3.2: never printed, and wiped from memory when they are dropped.

use std::fmt;

use rand_core::Rng;
use zeroize::Zeroizing;

use super::Suite;

/// A master key with its salt, and the suite that it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey {
    suite: Suite,
    octets: Zeroizing<[u8; OCTETS_MAX]>,
}

/// The keys of both directions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// What we send by.
    pub ours: MasterKey,
    /// What the far end sends by.
    pub theirs: Theirs,
}

/// The key of the far end, with what it says of its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// The key.
    pub key: MasterKey,
    /// How many packets of RTP, and how many of RTCP, it may be used for; `None`: as many as the suite allows.
    pub lifetime: Option<u64>,
    /// What its packets name it by.
    pub mki: Option<Mki>,
}

/// A master key identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mki {
    /// The number, in big-endian order in each packet.
    pub value: u64,
    /// Octets that it takes there, 1 to [`Mki::OCTETS_MAX`].
    pub octets: u8,
}

impl MasterKey {
    /// From key and salt joined; `None`: their length is not that of the suite.
    pub fn new(suite: Suite, key_and_salt: &[u8]) -> Option<MasterKey> {
        let mut octets = Zeroizing::new([0; OCTETS_MAX]);
        let place = &mut octets[..length(suite)];
        (place.len() == key_and_salt.len()).then(|| place.copy_from_slice(key_and_salt))?;
        Some(MasterKey { suite, octets })
    }

    /// Draws a key; the generator must be a cryptographic one.
    pub fn draw(suite: Suite, random: &mut impl Rng) -> MasterKey {
        let mut octets = Zeroizing::new([0; OCTETS_MAX]);
        random.fill_bytes(&mut octets[..length(suite)]);
        MasterKey { suite, octets }
    }

    /// The suite that it is for.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Key and salt joined, as SDP says them.
    pub fn octets(&self) -> &[u8] {
        &self.octets[..length(self.suite)]
    }

    /// The key alone.
    pub(super) fn key(&self) -> &[u8] {
        &self.octets[..self.suite.key_octets()]
    }

    /// The salt, followed by zeros where it is short.
    pub(super) fn salt(&self) -> [u8; SALT_OCTETS] {
        let mut salt = [0; SALT_OCTETS];
        let own = &self.octets()[self.suite.key_octets()..];
        salt[..own.len()].copy_from_slice(own);
        salt
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.suite.name())
    }
}

impl Mki {
    /// The longest identifier (RFC 4568 section 6.1).
    pub const OCTETS_MAX: u8 = 128;

    /// Whether a field of a packet holds this identifier.
    pub(super) fn is(self, field: &[u8]) -> bool {
        let value = self.value.to_be_bytes();
        let padding = field.len().saturating_sub(value.len());
        field[..padding].iter().all(|octet| *octet == 0)
            && field[padding..] == value[value.len() - (field.len() - padding)..]
    }
}

fn length(suite: Suite) -> usize {
    suite.key_octets() + suite.salt_octets()
}

/// Octets of the longest salt.
pub(super) const SALT_OCTETS: usize = 14;
/// Octets of the longest key with the longest salt.
const OCTETS_MAX: usize = 32 + SALT_OCTETS;
