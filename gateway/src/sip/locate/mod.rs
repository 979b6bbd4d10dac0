//! Locating servers, RFC 3263 4: from the URI of a next hop to addresses and transports, in the order to be tried.
//!
//! A `Locator` asks [`Question`]s and is told [`Records`]; it knows nothing of how they are found. Left out: what only a
//! server does that has lost a connection (section 5), and `maddr`.

mod select;
#[cfg(test)]
mod tests;

use super::transport::Transport;
use super::uri::{Scheme, Uri};
use select::{by_order, by_priority};
use std::net::{IpAddr, SocketAddr};

/// What the DNS is asked. Names are as the URI or a record wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// NAPTR records of a domain.
    Naptr(String),
    /// SRV records of a service.
    Srv(String),
    /// A and AAAA records of a host.
    Addresses(String),
}

impl Question {
    /// What says that nothing was found.
    pub fn unanswered(&self) -> Records {
        match self {
            Question::Naptr(_) => Records::Naptr(Vec::new()),
            Question::Srv(_) => Records::Srv(Vec::new()),
            Question::Addresses(_) => Records::Addresses(Vec::new()),
        }
    }
}

/// What was found; empty: nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Records {
    /// For [`Question::Naptr`].
    Naptr(Vec<Naptr>),
    /// For [`Question::Srv`].
    Srv(Vec<Srv>),
    /// For [`Question::Addresses`].
    Addresses(Vec<IpAddr>),
}

/// A NAPTR record (RFC 3403), as far as SIP looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naptr {
    /// Lower ones come first.
    pub order: u16,
    /// Among equal orders, lower ones come first.
    pub preference: u16,
    /// `s`: the replacement is a service.
    pub flags: String,
    /// `SIP+D2U`, `SIP+D2T`, `SIPS+D2T`.
    pub service: String,
    /// The name to ask for next.
    pub replacement: String,
}

/// An SRV record (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srv {
    /// Lower ones come first.
    pub priority: u16,
    /// How often it is the first among equal priorities.
    pub weight: u16,
    /// Where the host listens.
    pub port: u16,
    /// The host; `.`: the service is not to be had.
    pub target: String,
}

/// One place to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub transport: Transport,
    pub address: SocketAddr,
}

/// The way from one URI to its targets.
#[derive(Debug)]
pub(crate) struct Locator {
    host: String,
    port: Option<u16>,
    /// Those that are possible, best first.
    transports: Vec<Transport>,
    state: State,
}

#[derive(Debug)]
enum State {
    Naptr,
    /// The services that may be had, and what is known of each.
    Services(Vec<Service>),
    /// The hosts of the services, and the addresses of each.
    Hosts(Vec<Host>),
    Found(Vec<Target>),
}

#[derive(Debug)]
struct Service {
    transport: Transport,
    name: String,
    records: Option<Vec<Srv>>,
}

#[derive(Debug)]
struct Host {
    transport: Transport,
    name: String,
    port: u16,
    addresses: Option<Vec<IpAddr>>,
}

/// The target of a URI that has a literal address; `None`: it has none, or one of an unknown transport.
pub(crate) fn literal(uri: &Uri) -> Option<Target> {
    let transport = transports(uri, &Transport::ALL).0.first().copied()?;
    let port = uri.port().unwrap_or(transport.default_port());
    Some(Target { transport, address: SocketAddr::new(uri.ip()?, port) })
}

/// The transport that a next hop itself names, or that is its address's; `None`: its records say.
pub(crate) fn transport(uri: &Uri) -> Option<Transport> {
    let (transports, _) = transports(uri, &Transport::ALL);
    let is_said = uri.ip().is_some() || transports.len() == 1;
    transports.first().copied().filter(|_| is_said)
}

impl Locator {
    /// Begins; `ours` are the transports that we have, best first.
    pub(crate) fn new(uri: &Uri, ours: &[Transport]) -> Locator {
        let (transports, is_explicit) = transports(uri, ours);
        let mut locator =
            Locator { host: uri.host().to_owned(), port: uri.port(), transports, state: State::Found(Vec::new()) };
        locator.state = match (locator.transports.first(), locator.port) {
            _ if uri.host().is_empty() => State::Found(Vec::new()),
            (None, _) => State::Found(Vec::new()),
            // 4.2: a port is no service's, its host is asked for.
            (Some(&transport), Some(port)) => locator.host_itself(transport, port),
            (Some(_), None) if is_explicit => locator.usual_services(),
            (Some(_), None) => State::Naptr,
        };
        locator
    }

    /// What is to be asked now. All of it may be asked at once.
    pub(crate) fn questions(&self) -> Vec<Question> {
        match &self.state {
            State::Naptr => vec![Question::Naptr(self.host.clone())],
            State::Services(services) => services.iter().map(|service| Question::Srv(service.name.clone())).collect(),
            State::Hosts(hosts) => {
                let mut names: Vec<_> = hosts.iter().map(|host| &host.name).collect();
                names.dedup();
                names.into_iter().map(|name| Question::Addresses(name.clone())).collect()
            }
            State::Found(_) => Vec::new(),
        }
    }

    /// An answer came. `true`: there are new questions, or the targets are found. `random` decides among SRV records.
    pub(crate) fn handle_records(
        &mut self,
        question: &Question,
        records: Records,
        mut random: impl FnMut() -> u64,
    ) -> bool {
        let next = match (&mut self.state, question, records) {
            (State::Naptr, Question::Naptr(_), Records::Naptr(records)) => Some(self.after_naptr(records)),
            (State::Services(services), Question::Srv(asked), Records::Srv(records)) => {
                for service in services.iter_mut().filter(|service| service.name == *asked) {
                    service.records = Some(records.clone());
                }
                let complete = services.iter().all(|service| service.records.is_some());
                complete.then(|| std::mem::take(services)).map(|services| self.after_srv(services, &mut random))
            }
            (State::Hosts(hosts), Question::Addresses(asked), Records::Addresses(addresses)) => {
                for host in hosts.iter_mut().filter(|host| host.name == *asked) {
                    host.addresses = Some(addresses.clone());
                }
                hosts.iter().all(|host| host.addresses.is_some()).then(|| State::Found(targets(hosts)))
            }
            // An answer to a question of before.
            _ => None,
        };
        let moves = next.is_some();
        self.state = next.unwrap_or_else(|| std::mem::replace(&mut self.state, State::Naptr));
        moves
    }

    /// The targets in order, once they are found; none: nobody is there.
    pub(crate) fn found(&self) -> Option<&[Target]> {
        match &self.state {
            State::Found(targets) => Some(targets),
            _ => None,
        }
    }

    /// 4.1: the services that the domain offers and we can use, in its order.
    fn after_naptr(&self, records: Vec<Naptr>) -> State {
        let services: Vec<_> = by_order(records)
            .into_iter()
            .filter(|record| record.flags.eq_ignore_ascii_case("s"))
            .filter_map(|record| {
                let transport = transport_of(&record.service).filter(|it| self.transports.contains(it))?;
                Some(Service { transport, name: record.replacement, records: None })
            })
            .take(SERVICES_MAX)
            .collect();
        if services.is_empty() { self.usual_services() } else { State::Services(services) }
    }

    /// 4.1: without NAPTR the names of the services are known.
    fn usual_services(&self) -> State {
        let service = |&transport: &Transport| {
            let name = format!("{}.{}", label(transport), self.host);
            Service { transport, name, records: None }
        };
        State::Services(self.transports.iter().map(service).collect())
    }

    fn after_srv(&self, services: Vec<Service>, random: &mut dyn FnMut() -> u64) -> State {
        let mut hosts = Vec::new();
        let none_known = services.iter().all(|service| service.records.as_ref().is_none_or(Vec::is_empty));
        for service in services {
            let transport = service.transport;
            for Srv { port, target, .. } in by_priority(service.records.unwrap_or_default(), random) {
                if target != "." {
                    hosts.push(Host { transport, name: target, port, addresses: None });
                }
            }
        }
        hosts.truncate(TARGETS_MAX);
        match self.transports.first() {
            // 4.2: no SRV at all: the domain is a host.
            Some(&transport) if none_known => self.host_itself(transport, transport.default_port()),
            // The one record `.` says that there is no such service.
            _ if hosts.is_empty() => State::Found(Vec::new()),
            _ => State::Hosts(hosts),
        }
    }

    fn host_itself(&self, transport: Transport, port: u16) -> State {
        State::Hosts(vec![Host { transport, name: self.host.clone(), port, addresses: None }])
    }
}

/// Which of our transports a URI admits, best first, and whether it names its one.
fn transports(uri: &Uri, ours: &[Transport]) -> (Vec<Transport>, bool) {
    let named = uri.parameters().value("transport").map(Transport::parse);
    let secure = uri.scheme() == Scheme::Sips;
    let admitted = |transport: Transport| match named {
        // `transport=tcp` of a SIPS URI is TLS over TCP (RFC 3261 19.1.2).
        Some(Some(Transport::Tcp)) if secure => transport == Transport::Tls,
        Some(Some(Transport::Ws)) if secure => transport == Transport::Wss,
        Some(named) => Some(transport) == named && (!secure || transport.is_secure()),
        // Without a word TLS is used only where the domain says so, by NAPTR or SRV.
        None => !secure || transport == Transport::Tls,
    };
    (ours.iter().copied().filter(|&transport| admitted(transport)).collect(), named.is_some())
}

/// RFC 3263 4.1 and its registry.
fn transport_of(service: &str) -> Option<Transport> {
    let known = [("SIP+D2U", Transport::Udp), ("SIP+D2T", Transport::Tcp), ("SIPS+D2T", Transport::Tls)];
    known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(service)).map(|(_, transport)| transport)
}

fn label(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp => "_sip._tcp",
        Transport::Tls => "_sips._tcp",
        Transport::Ws => "_sip._ws",
        Transport::Wss => "_sips._ws",
    }
}

fn targets(hosts: &[Host]) -> Vec<Target> {
    let each = hosts.iter().flat_map(|host| {
        let addresses = host.addresses.iter().flatten();
        addresses.map(|&ip| Target { transport: host.transport, address: SocketAddr::new(ip, host.port) })
    });
    let mut found: Vec<Target> = Vec::new();
    for target in each {
        if found.len() < TARGETS_MAX && !found.contains(&target) {
            found.push(target);
        }
    }
    found
}

/// Services of one domain.
const SERVICES_MAX: usize = 4;
/// Targets of one URI.
pub(crate) const TARGETS_MAX: usize = 16;
