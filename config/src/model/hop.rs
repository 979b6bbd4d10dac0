//! Where calls to a peer go: a SIP or SIPS URI without a user, by address or by name.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use super::Transport;

/// The next hop of calls. It prints as the URI that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextHop {
    /// `sips:`: TLS, and nothing else all the way.
    pub secure: bool,
    /// Address or name.
    pub host: Host,
    /// `None`: the usual one, or what the name's records say.
    pub port: Option<u16>,
    /// `None`: UDP (TLS with `sips:`), or what the name's records say.
    pub transport: Option<Transport>,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// By its address.
    Address(IpAddr),
    /// By its name, to be looked up as RFC 3263 says.
    Name(String),
}

impl Host {
    /// The address, where it is one.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Host::Address(address) => Some(*address),
            Host::Name(_) => None,
        }
    }
}

/// A text that is no such URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAHop;

impl FromStr for NextHop {
    type Err = NotAHop;

    fn from_str(text: &str) -> Result<Self, NotAHop> {
        let (secure, rest) = match text.split_once(':').ok_or(NotAHop)? {
            ("sip", rest) => (false, rest),
            ("sips", rest) => (true, rest),
            _ => return Err(NotAHop),
        };
        let (place, transport) = match rest.split_once(";transport=") {
            Some((place, name)) => (place, Some(Transport::named(name).ok_or(NotAHop)?)),
            None => (rest, None),
        };
        let (host, port) = host_and_port(place)?;
        let begun = transport.is_none_or(|transport| !transport.is_web());
        let possible = begun && (!secure || transport.is_none_or(|transport| transport == Transport::Tls));
        let named = matches!(&host, Host::Name(_)) || host.address().is_some_and(|ip| !ip.is_unspecified());
        (possible && named && port != Some(0)).then_some(NextHop { secure, host, port, transport }).ok_or(NotAHop)
    }
}

fn host_and_port(text: &str) -> Result<(Host, Option<u16>), NotAHop> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok((Host::Address(address.ip()), Some(address.port())));
    }
    if let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse() {
        return Ok((Host::Address(address), None));
    }
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port.parse().map_err(|_| NotAHop)?)),
        None => (text, None),
    };
    let label = |label: &str| {
        let plain = label.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-_".contains(&octet));
        plain && (1..=LABEL_OCTETS_MAX).contains(&label.len())
    };
    // A last label of digits is a mistyped address (RFC 3261 25.1: it begins with a letter).
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_name = name.len() <= NAME_OCTETS_MAX
        && name.split('.').all(label)
        && last.starts_with(|first: char| first.is_ascii_alphabetic());
    is_name.then(|| (Host::Name(name.to_owned()), port)).ok_or(NotAHop)
}

impl From<SocketAddr> for NextHop {
    fn from(address: SocketAddr) -> Self {
        let (host, port) = (Host::Address(address.ip()), Some(address.port()));
        NextHop { secure: false, host, port, transport: None }
    }
}

impl fmt::Display for NextHop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.secure { "sips:" } else { "sip:" })?;
        match &self.host {
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]")?,
            Host::Address(address) => write!(f, "{address}")?,
            Host::Name(name) => f.write_str(name)?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))?;
        self.transport.map_or(Ok(()), |transport| write!(f, ";transport={}", transport.name()))
    }
}

/// What the DNS lets a label and a name have.
const LABEL_OCTETS_MAX: usize = 63;
const NAME_OCTETS_MAX: usize = 253;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_prints_as_it_was_written() {
        for text in [
            "sip:192.0.2.1:5060",
            "sip:192.0.2.1",
            "sip:[2001:db8::1]:5070;transport=tcp",
            "sips:[2001:db8::1]",
            "sip:pbx.example.com",
            "sip:pbx:5060;transport=udp",
            "sips:carrier.example.net:5061;transport=tls",
        ] {
            assert_eq!(text.parse::<NextHop>().map(|hop| hop.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_next_hop_is_refused() {
        for text in [
            "192.0.2.1",
            "tel:123",
            "sip:",
            "sip:192.0.2.1:0",
            "sip:0.0.0.0",
            "sip:300.1.2.3",
            "sip:a..b",
            "sip:a b",
            "sip:bob@host",
            "sips:host;transport=udp",
            "sip:host;transport=sctp",
            "sip:host:70000",
            "sip:host;transport=ws",
        ] {
            assert_eq!(text.parse::<NextHop>(), Err(NotAHop), "{text}");
        }
    }
}
