//! A network of IP addresses, written `192.0.2.0/24` (RFC 4632) or as one address.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// All addresses that share the first `prefix` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network of one address.
    pub fn host(address: IpAddr) -> Self {
        Self { address, prefix: if address.is_ipv4() { 32 } else { 128 } }
    }

    /// Whether the address lies in it. An IPv4 address inside IPv6 (RFC 4291 clause 2.5.5.2) counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let differing = ours.to_bits() ^ theirs.to_bits();
                differing.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let differing = ours.to_bits() ^ theirs.to_bits();
                differing.leading_zeros() >= u32::from(self.prefix)
            }
            _ => false,
        }
    }
}

/// The text is not an address, or its prefix is longer than the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an IP network")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| NotANetwork)?)),
            None => (text, None),
        };
        let host = Self::host(address.parse().map_err(|_| NotANetwork)?);
        let prefix = prefix.unwrap_or(host.prefix);
        if prefix > host.prefix { Err(NotANetwork) } else { Ok(Self { prefix, ..host }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        network.parse::<Network>().expect("a test's network").contains(address.parse().expect("a test's address"))
    }

    #[test]
    fn the_prefix_decides() {
        assert!(contains("127.0.0.0/8", "127.255.0.3"));
        assert!(!contains("127.0.0.0/8", "128.0.0.1"));
        assert!(contains("192.0.2.7", "192.0.2.7"));
        assert!(!contains("192.0.2.7", "192.0.2.6"));
        assert!(contains("0.0.0.0/0", "203.0.113.9"));
        assert!(contains("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!contains("::1", "::2"));
        assert!(!contains("::/0", "192.0.2.1"));
        assert!(contains("127.0.0.0/8", "::ffff:127.0.0.1"));
    }

    #[test]
    fn a_prefix_longer_than_the_address_is_refused() {
        for text in ["127.0.0.0/33", "::/129", "127.0.0/8", "", "/8", "127.0.0.1/", "127.0.0.1/x"] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }
}
