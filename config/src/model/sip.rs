//! What `[sip]` and `[rtp]` mean: where calls are heard, who may call, and where audio goes.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::hop::NextHop;
use super::identity::{Account, DigestHash, Registration, User};
use super::terms::{Srtp, SrtpKeys, Terms};
use super::{Law, Network};

/// `[sip]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sip {
    /// At least one.
    pub listeners: Vec<Listener>,
    /// Certificates; there is one for each listener over TLS.
    pub tls: Option<Tls>,
    /// Differentiated services code point of signalling, 0 to 63.
    pub dscp: u8,
    /// Nobody is heard without TLS.
    pub tls_only: bool,
    /// User-Agent and Server header.
    pub user_agent: String,
    /// How long calls may go on after SIGTERM.
    pub drain: Duration,
    /// Who may call, and where calls go; [`PeerIndex`](super::PeerIndex) counts here.
    pub peers: Vec<Peer>,
    /// Whose users we challenge.
    pub realm: String,
    /// What our challenges offer, the most wanted first; each once, at least one.
    pub digests: Vec<DigestHash>,
    /// Where we register.
    pub registrations: Vec<Registration>,
    /// Who registers here; [`UserIndex`](super::UserIndex) counts here.
    pub users: Vec<User>,
}

/// One address on which SIP is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The transport.
    pub transport: Transport,
    /// What is bound. Port 0 lets the system choose.
    pub address: SocketAddr,
    /// What Via and Contact say; never the unspecified address.
    pub advertised: SocketAddr,
}

/// A SIP transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// TLS over TCP.
    Tls,
    /// WebSocket, which peers alone begin.
    Ws,
    /// WebSocket over TLS.
    Wss,
}

impl Transport {
    /// Its name in the configuration and in URIs.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
            Transport::Ws => "ws",
            Transport::Wss => "wss",
        }
    }

    /// The transport of a name.
    pub fn named(name: &str) -> Option<Transport> {
        let all = [Transport::Udp, Transport::Tcp, Transport::Tls, Transport::Ws, Transport::Wss];
        all.into_iter().find(|transport| transport.name() == name)
    }

    /// It needs certificates.
    pub fn is_secure(self) -> bool {
        matches!(self, Transport::Tls | Transport::Wss)
    }

    /// Nobody is reached by it who has not reached us before.
    pub fn is_web(self) -> bool {
        matches!(self, Transport::Ws | Transport::Wss)
    }
}

/// `[sip.tls]`. The files are read at the start, and again whenever one of them changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// PEM: our certificate, and those between it and its authority. Shown to clients and to servers.
    pub certificate: PathBuf,
    /// PEM: its private key.
    pub key: PathBuf,
    /// PEM: the authorities that vouch for peers; `None`: the system's.
    pub authorities: Option<PathBuf>,
    /// Whether peers that connect must show a certificate of these authorities.
    pub require_client_certificate: bool,
}

/// `[[sip.peer]]`: a neighbour that we call, and that may call us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Unique among peers and trunks.
    pub name: String,
    /// Where INVITEs to this peer go.
    pub address: NextHop,
    /// Source addresses of its INVITEs; the first peer that has the address owns the call.
    pub accept_from: Vec<Network>,
    /// Who we are to it where it challenges us, and who it is to us where we challenge it.
    pub account: Option<Account>,
    /// Its INVITEs must prove that it knows the account; then there is one.
    pub challenge: bool,
    /// It is heard over TLS alone.
    pub tls_only: bool,
    /// It is told whose messages wait at a message centre of the PSTN.
    pub message_waiting: bool,
    /// How often it is asked by OPTIONS whether it is there; `None`: never, and it counts as being there.
    pub ping: Option<Duration>,
    /// What it may do, and what is done with its calls.
    pub terms: Terms,
}

impl Sip {
    /// Whether anybody's keys come from handshakes.
    pub fn has_handshakes(&self) -> bool {
        let peers = self.peers.iter().map(|peer| &peer.terms);
        peers.chain(self.users.iter().map(|user| &user.terms)).any(Terms::has_handshakes)
    }
}

impl Peer {
    /// Whether keys of its audio would go to it readable by anybody on the way.
    pub fn shows_keys(&self) -> bool {
        let is_tls = self.address.secure || self.address.transport == Some(Transport::Tls);
        self.terms.srtp != Srtp::Off && self.terms.srtp_keys == SrtpKeys::Sdes && !is_tls
    }
}

/// `[rtp]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rtp {
    /// What is bound.
    pub address: IpAddr,
    /// What SDP says; never the unspecified address.
    pub advertised: IpAddr,
    /// RTP on even ports, RTCP on the odd port above.
    pub ports: PortRange,
    /// Fixed depth of the playout buffer.
    pub playout_ms: u16,
    /// What we ask for and send when the peer does not ask: 10, 20, 30, 40 or 60.
    pub packet_ms: u8,
    /// In order of preference, each once, at least one.
    pub codecs: Vec<Codec>,
    /// Differentiated services code point of RTP and RTCP, 0 to 63.
    pub dscp: u8,
}

/// A range of UDP ports that begins even, ends odd and holds a pair for every circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRange {
    /// The first port, even.
    pub first: u16,
    /// The last port, odd, included.
    pub last: u16,
}

impl PortRange {
    /// How many RTP/RTCP pairs it holds.
    pub fn pairs(self) -> usize {
        (usize::from(self.last) + 1 - usize::from(self.first)) / 2
    }
}

/// A speech codec of RFC 3551.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Codec {
    /// G.711 A-law, payload type 8.
    Pcma,
    /// G.711 µ-law, payload type 0.
    Pcmu,
}

impl Codec {
    /// The companding law of its octets.
    pub fn law(self) -> Law {
        match self {
            Codec::Pcma => Law::A,
            Codec::Pcmu => Law::Mu,
        }
    }
}
