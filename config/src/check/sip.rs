//! `[sip]` and `[rtp]`: addresses, peers, ports.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::identity::AccountKeys;
use super::route::Parties;
use super::{Check, Named, Taken, terms};
use crate::model::{Codec, Listener, Network, NextHop, Peer, PortRange, Rtp, Sip, Tls, Transport, Trunk};
use crate::raw;
use crate::wrong::{At, Place};

impl Check {
    /// The section, and the names of its peers and users, right or wrong; `None` without the section.
    pub(super) fn sip(
        &mut self,
        section: Option<At<raw::Sip>>,
        names: &mut Taken<String>,
    ) -> (Option<Sip>, Option<Parties>) {
        let section = self.required(&Place::file(), "sip", section, "a [sip] section");
        let Some(At { place, value: raw }) = section else { return (None, None) };
        let advertise = raw.advertise.as_ref().map(|text| self.routable(text));
        let listeners = self.listeners(&place, raw.listen, advertise);
        let tls = raw.tls.map(|section| self.tls(section));
        self.tls_wanted(&place, listeners.as_deref(), tls.is_some());
        let user_agent = self.user_agent(raw.user_agent);
        let dscp = self.within_or(raw.dscp, 0..=63, "", DSCP);
        let drain = self.within_or(raw.drain_seconds, 0..=3600, "seconds", 5);
        let tls_only = self.tls_only(raw.tls_only, listeners.as_deref());
        let peers = self.peers(raw.peer, tls_only, names);
        let realm = raw.realm.map_or(Some(REALM.to_owned()), |text| self.realm(text));
        let digests = self.digests(raw.digests);
        let registrations = self.registrations(raw.registration);
        let users = self.users(raw.user, &peers);
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let known = Parties { peers: owned(peers.names()), users: owned(users.names()) };
        let sip = (|| {
            let drain = Duration::from_secs(drain?.unsigned_abs());
            let tls = match tls {
                Some(tls) => Some(tls?),
                None => None,
            };
            let dscp = u8::try_from(dscp?).expect("within 0 to 63");
            Some(Sip {
                listeners: listeners?,
                tls,
                dscp,
                tls_only,
                user_agent: user_agent?,
                drain,
                peers: peers.complete()?,
                realm: realm?,
                digests: digests?,
                registrations: registrations?,
                users: users.complete()?,
            })
        })();
        (sip, Some(known))
    }

    /// An address that others can send to.
    fn routable(&mut self, text: &At<String>) -> Option<IpAddr> {
        let address: IpAddr = self.parsed(text, "an IP address, as \"192.0.2.1\"")?;
        if address.is_unspecified() {
            self.wrong(&text.place, "an address that others can send to", "write the address that others reach");
            return None;
        }
        Some(address)
    }

    fn listeners(
        &mut self,
        sip: &Place,
        listen: Option<At<Vec<At<String>>>>,
        advertise: Option<Option<IpAddr>>,
    ) -> Option<Vec<Listener>> {
        let listen = self.required(sip, "listen", listen, "a list as [\"udp:192.0.2.1:5060\"]")?;
        if listen.value.is_empty() && !self.noted_below(&listen.place) {
            self.wrong(&listen.place, "at least one address", "write [\"udp:192.0.2.1:5060\"] with your own address");
        }
        let mut taken = Taken::new();
        let listeners: Vec<_> = listen.value.iter().map(|text| self.listener(text, advertise, &mut taken)).collect();
        listeners.into_iter().collect()
    }

    fn listener(
        &mut self,
        text: &At<String>,
        advertise: Option<Option<IpAddr>>,
        taken: &mut Taken<(bool, SocketAddr)>,
    ) -> Option<Listener> {
        let (bound, reached) = match text.value.split_once(" as ") {
            Some((bound, reached)) => (bound, Some(reached)),
            None => (text.value.as_str(), None),
        };
        let parsed = bound
            .split_once(':')
            .and_then(|(transport, address)| Some((Transport::named(transport)?, address.parse::<SocketAddr>().ok()?)));
        let Some((transport, address)) = parsed else {
            let expected = "\"udp\", \"tcp\", \"tls\", \"ws\" or \"wss\", address and port, as \"udp:192.0.2.1:5060\"";
            self.wrong(&text.place, expected, "write it in that form");
            return None;
        };
        if address.port() != 0 && taken.take((transport == Transport::Udp, address), &text.value).is_some() {
            self.wrong(&text.place, "each address once", "remove one of the two");
        }
        let own = reached.map(|reached| reached_as(reached, address.port()));
        let advertised = match (own, advertise) {
            (Some(Some(own)), _) => own,
            (Some(None), _) => {
                self.wrong(&text.place, "an address behind \" as \", as \"192.0.2.1\"", "write it in that form");
                return None;
            }
            (None, advertise) => SocketAddr::new(advertise.unwrap_or(Some(address.ip()))?, address.port()),
        };
        let reached = advertised.ip();
        if reached.is_unspecified() {
            self.wrong(&text.place, "an address that others can send to", "add advertise = \"192.0.2.1\" to [sip]");
            return None;
        }
        if reached.is_ipv4() != address.is_ipv4() {
            self.wrong(&text.place, "the same IP version as sip.advertise", "listen and advertise in one IP version");
        }
        Some(Listener { transport, address, advertised })
    }

    fn tls(&mut self, section: At<raw::Tls>) -> Option<Tls> {
        let At { place, value: raw } = section;
        let certificate = self.required(&place, "certificate", raw.certificate, "a file in PEM");
        let key = self.required(&place, "key", raw.key, "a file in PEM");
        let certificate = certificate.and_then(|text| self.path(text));
        let key = key.and_then(|text| self.path(text));
        let authorities = raw.authorities.map(|text| self.path(text));
        Some(Tls {
            certificate: certificate?,
            key: key?,
            authorities: match authorities {
                Some(path) => Some(path?),
                None => None,
            },
            require_client_certificate: raw.require_client_certificate.is_some_and(|it| it.value),
        })
    }

    fn tls_wanted(&mut self, sip: &Place, listeners: Option<&[Listener]>, is_there: bool) {
        let wanted = listeners.into_iter().flatten().any(|listener| listener.transport.is_secure());
        if wanted && !is_there {
            let remedy = "add [sip.tls] with certificate and key";
            self.wrong(&sip.missing("tls"), "certificates for the listener over TLS", remedy);
        }
    }

    /// Who demands TLS must listen by it.
    fn tls_only(&mut self, key: Option<At<bool>>, listeners: Option<&[Listener]>) -> bool {
        let Some(key) = key else { return false };
        let has_tls = listeners.is_none_or(|all| all.iter().any(|listener| listener.transport.is_secure()));
        if key.value && !has_tls {
            self.wrong(&key.place, "a listener over TLS", "add \"tls:ADDRESS:PORT\" to listen");
        }
        key.value && has_tls
    }

    fn user_agent(&mut self, text: Option<At<String>>) -> Option<String> {
        let Some(text) = text else { return Some(USER_AGENT.to_owned()) };
        let printable = text.value.bytes().all(|octet| (0x20..0x7F).contains(&octet));
        if !printable || text.value.trim().is_empty() || text.value.len() > USER_AGENT_OCTETS_MAX {
            let expected = format!("1 to {USER_AGENT_OCTETS_MAX} printable ASCII characters");
            self.wrong(&text.place, expected, "write a product name, as \"spangate\"");
            return None;
        }
        Some(text.value)
    }

    fn peers(
        &mut self,
        list: Option<At<Vec<At<raw::Peer>>>>,
        tls_only: bool,
        names: &mut Taken<String>,
    ) -> Named<Peer> {
        let mut peers = Named::new("sip.peer");
        for At { place, value: raw } in list.into_iter().flat_map(|list| list.value) {
            let name = self.name(&place, raw.name, names);
            let whither = raw.address.as_ref().map(|it| it.place.clone());
            let address = self.required(&place, "address", raw.address, "a SIP URI, as \"sip:192.0.2.1:5060\"");
            let address = address.and_then(|address| self.peer_address(&address));
            let accept_from = match raw.accept_from {
                Some(list) => self.networks(&list.value),
                // Nobody can say who calls from a name.
                None => address.as_ref().map(|hop| hop.host.address().map(Network::host).into_iter().collect()),
            };
            let keys = AccountKeys { username: raw.username, password: raw.password, realm: raw.realm };
            let account = self.account(&place, keys);
            let challenge = raw.challenge.as_ref().is_some_and(|it| it.value);
            if let (true, Some(None), Some(key)) = (challenge, &account, &raw.challenge) {
                self.wrong(&key.place, "an account to be proven", "add username and password to the peer");
            }
            let tls_only = raw.tls_only.as_ref().map_or(tls_only, |it| it.value);
            if let (true, Some(hop), Some(whither)) = (tls_only, &address, &whither)
                && !(hop.secure || hop.transport == Some(Transport::Tls))
            {
                let remedy = "write sips: or ;transport=tls: what it answers must be heard, too";
                self.wrong(whither, "an address with TLS", remedy);
            }
            let message_waiting = raw.message_waiting.is_some_and(|key| key.value);
            let terms = self.terms(raw.terms, &terms::OF_PEERS);
            let ping_s = match raw.ping_s.filter(|key| key.value != 0) {
                Some(key) => self.within_or(Some(key), PING_S, "seconds, or 0 for never", 0),
                None => Some(0),
            };
            let peer = (|| {
                let ping = Some(Duration::from_secs(ping_s?.unsigned_abs())).filter(|ping| !ping.is_zero());
                Some(Peer {
                    name: name.clone(),
                    address: address.clone()?,
                    accept_from: accept_from?,
                    account: account?,
                    challenge,
                    tls_only,
                    message_waiting,
                    ping,
                    terms: terms?,
                })
            })();
            peers.members.push((name, peer));
        }
        peers
    }

    pub(super) fn peer_address(&mut self, text: &At<String>) -> Option<NextHop> {
        self.parsed(
            text,
            "a SIP or SIPS URI without a user, as \"sip:192.0.2.1:5060\" or \"sip:pbx.example.com;transport=tcp\"",
        )
    }

    /// It stands between quotation marks in challenges, unescaped.
    fn realm(&mut self, text: At<String>) -> Option<String> {
        let place = text.place.clone();
        let realm = self.text(text)?;
        let plain = realm.bytes().all(|octet| (0x20..0x7F).contains(&octet) && octet != b'"' && octet != b'\\');
        if !plain {
            self.wrong(&place, "printable ASCII without quotation marks", "write a name, as \"gateway.example.com\"");
        }
        plain.then_some(realm)
    }

    fn networks(&mut self, list: &[At<String>]) -> Option<Vec<Network>> {
        let networks: Vec<_> = list.iter().map(|text| self.parsed(text, "a network, as \"192.0.2.0/24\"")).collect();
        networks.into_iter().collect()
    }

    pub(super) fn rtp(&mut self, section: Option<At<raw::Rtp>>, trunks: &Named<Trunk>) -> Option<Rtp> {
        let At { place, value: raw } = self.required(&Place::file(), "rtp", section, "an [rtp] section")?;
        let address = self.required(&place, "address", raw.address, "the IP address to bind, as \"192.0.2.1\"");
        let addresses = address.and_then(|text| self.rtp_addresses(&text, raw.advertise.as_ref()));
        let ports = match raw.ports {
            Some(text) => self.ports(&text, trunks),
            None => Some(PortRange { first: 16384, last: 32767 }),
        };
        let playout_ms = self.within_or(raw.playout_ms, 10..=500, "ms", 120);
        let packet_ms = match raw.packet_ms {
            Some(number) => self.packet_ms(&number),
            None => Some(20),
        };
        let codecs = match raw.codecs {
            Some(list) => self.codecs(&list),
            None => Some(vec![Codec::Pcma, Codec::Pcmu]),
        };
        let dscp = self.within_or(raw.dscp, 0..=63, "", DSCP_RTP);
        let (address, advertised) = addresses?;
        Some(Rtp {
            address,
            advertised,
            ports: ports?,
            playout_ms: u16::try_from(playout_ms?).expect("within 10 to 500"),
            packet_ms: packet_ms?,
            codecs: codecs?,
            dscp: u8::try_from(dscp?).expect("within 0 to 63"),
        })
    }

    fn rtp_addresses(&mut self, text: &At<String>, advertise: Option<&At<String>>) -> Option<(IpAddr, IpAddr)> {
        let advertise = advertise.map(|text| self.routable(text));
        let address: IpAddr = self.parsed(text, "an IP address, as \"192.0.2.1\"")?;
        let reached = match advertise {
            Some(advertise) => advertise?,
            None => address,
        };
        if reached.is_unspecified() {
            self.wrong(&text.place, "an address that others can send to", "add advertise = \"192.0.2.1\" to [rtp]");
            return None;
        }
        if reached.is_ipv4() != address.is_ipv4() {
            self.wrong(&text.place, "the same IP version as rtp.advertise", "bind and advertise in one IP version");
            return None;
        }
        Some((address, reached))
    }

    fn ports(&mut self, text: &At<String>, trunks: &Named<Trunk>) -> Option<PortRange> {
        let bounds = text.value.split_once('-');
        let bounds = bounds.and_then(|(first, last)| Some((first.trim().parse().ok()?, last.trim().parse().ok()?)));
        let Some((first, last)): Option<(u16, u16)> = bounds else {
            self.wrong(&text.place, "two ports, as \"16384-32767\"", "write it in that form");
            return None;
        };
        if first < 1024 || first % 2 == 1 || last % 2 == 0 || last < first {
            let expected = "an even first port from 1024 on and a higher odd last port";
            self.wrong(&text.place, expected, "RTP takes the even port of a pair and RTCP the odd one above");
            return None;
        }
        let ports = PortRange { first, last };
        let circuits: usize = trunks.iter().map(|(_, trunk)| trunk.circuits.len()).sum();
        if ports.pairs() < circuits {
            let expected = format!("at least {} ports: two for each of {circuits} circuits", 2 * circuits);
            self.wrong(&text.place, expected, format!("widen the range by {} ports", 2 * (circuits - ports.pairs())));
        }
        Some(ports)
    }

    fn packet_ms(&mut self, number: &At<i64>) -> Option<u8> {
        let known = u8::try_from(number.value).ok().filter(|ms| PACKET_MS.contains(ms));
        if known.is_none() {
            self.wrong(&number.place, "10, 20, 30, 40 or 60 ms", "choose 20, which every peer takes");
        }
        known
    }

    fn codecs(&mut self, list: &At<Vec<At<String>>>) -> Option<Vec<Codec>> {
        let mut taken = Taken::new();
        let mut codecs = Vec::new();
        for word in &list.value {
            let codec = self.choice(word, &[("PCMA", Codec::Pcma), ("PCMU", Codec::Pcmu)])?;
            if taken.take(codec, "").is_some() {
                self.wrong(&word.place, "each codec once", "remove the second one");
            }
            codecs.push(codec);
        }
        if codecs.is_empty() && !self.noted_below(&list.place) {
            self.wrong(&list.place, "at least one codec", "write [\"PCMA\", \"PCMU\"]");
        }
        Some(codecs)
    }
}

/// `ADDRESS:PORT`, or `ADDRESS` with the port that is bound.
fn reached_as(text: &str, port: u16) -> Option<SocketAddr> {
    text.parse().ok().or_else(|| Some(SocketAddr::new(text.parse().ok()?, port)))
}

/// Five seconds are more than an answer may take.
const PING_S: std::ops::RangeInclusive<i64> = 5..=3_600;
/// Class selector 3, which telephones and PBXs use for signalling.
const DSCP: i64 = 24;
/// Expedited forwarding, which is for voice.
const DSCP_RTP: i64 = 46;
const USER_AGENT: &str = "spangate";
const REALM: &str = "spangate";
const USER_AGENT_OCTETS_MAX: usize = 64;
const PACKET_MS: [u8; 5] = [10, 20, 30, 40, 60];
