//! SIP: the parser, and an endpoint that gets the octets as datagrams.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use spangate::sip::{
    Capabilities, Codec, Command, Direction, Encryption, Endpoint, EndpointConfig, Event, Invitation, Limits, Listener,
    Message, NameAddr, Output, Place, Provenance, SessionId, Standing, StreamEvent, Timers, Transport, Uri, body, sdp,
};

/// Datagrams, separated by octets of zero, at a server: parsed, written and parsed again; whatever calls they make end,
/// and nothing of them is left.
pub fn sip(octets: &[u8]) -> bool {
    let mut accepted = is_kept(octets);
    let mut user = User::new();
    for datagram in octets.split(|octet| *octet == 0) {
        accepted |= is_kept(datagram);
        user.receive(datagram);
    }
    user.falls_quiet();
    accepted
}

/// Responses to our INVITE, separated by octets of zero: a start line and header fields, to which the fields that every
/// response takes from its request are added, since nobody guesses a branch.
pub fn sip_answer(octets: &[u8]) -> bool {
    let mut user = User::new();
    let session = user.call();
    let invite = user.last_sent.clone();
    let mut accepted = false;
    for response in octets.split(|octet| *octet == 0) {
        let response = answer_to(&invite, response);
        accepted |= is_kept(&response);
        user.receive(&response);
    }
    user.command(Command::Bye { session, cause: Some(16) });
    user.falls_quiet();
    accepted
}

/// Whether octets are a message; if so, every field and the body come back from its octets.
pub(super) fn is_kept(octets: &[u8]) -> bool {
    let Ok(message) = Message::parse(octets) else { return false };
    let mut written = Vec::new();
    message.write(&mut written);
    let again = Message::parse(&written).expect("what was written is a message");
    assert!(message.fields().eq(again.fields()), "a field changed");
    assert_eq!(message.body(), again.body());
    assert_eq!((message.method(), message.status()), (again.method(), again.status()));
    if let Ok(parts) = body::parts(&message) {
        let held: usize = parts.iter().map(|part| part.content.len()).sum();
        assert!(held <= message.body().len() && parts.len() <= body::PARTS_MAX);
    }
    if let Ok(uri) = message.request_uri() {
        assert_eq!(Uri::parse(uri.octets()), Ok(uri));
    }
    message.check().is_ok()
}

/// A response made of `rest` and of what it takes from `request`.
pub(super) fn answer_to(request: &[u8], rest: &[u8]) -> Vec<u8> {
    const TAKEN: [&[u8]; 5] = [b"Via:", b"From:", b"To:", b"Call-ID:", b"CSeq:"];
    let line_end = rest.iter().position(|octet| *octet == b'\n').map_or(rest.len(), |end| end + 1);
    let mut response = rest[..line_end].to_vec();
    for line in request.split_inclusive(|octet| *octet == b'\n') {
        if TAKEN.iter().any(|name| line.starts_with(name)) {
            response.extend_from_slice(line);
        }
        if line.starts_with(b"To:") {
            response.truncate(response.len() - b"\r\n".len());
            response.extend_from_slice(b";tag=far\r\n");
        }
    }
    response.extend_from_slice(&rest[line_end..]);
    response
}

/// An endpoint with a user who takes what he can, on virtual time.
#[derive(Debug)]
pub(super) struct User {
    pub endpoint: Endpoint,
    pub now: Instant,
    longest_received: usize,
    pub last_sent: Vec<u8>,
}

impl User {
    pub fn new() -> Self {
        let config = EndpointConfig {
            local: vec![Listener { transport: Transport::Udp, address: LOCAL, advertised: LOCAL }],
            timers: Timers::default(),
            user_agent: String::new(),
            retry_after_s: 30,
            limits: Limits::default(),
            access: spangate::sip::Access::default(),
            began_s: 0,
            seed: [1; 32],
        };
        let endpoint = Endpoint::new(config);
        Self { endpoint, now: Instant::now(), longest_received: 0, last_sent: Vec::new() }
    }

    pub fn call(&mut self) -> SessionId {
        let session = self.endpoint.next_session();
        let uri = |user| Uri::sip(user, PEER.ip(), None);
        self.command(Command::Invite(Invitation {
            session,
            place: Place::at(uri("600"), Uri::sip("", PEER.ip(), Some(PEER.port()))),
            others: Vec::new(),
            account: None,
            from: NameAddr::new(uri("100")),
            to: NameAddr::new(uri("600")),
            provenance: Provenance::default(),
            gates_early_media: false,
            emergency: false,
            offer: capabilities().offer(),
            max_forwards: 70,
            signature: None,
        }));
        session
    }

    /// A datagram comes, and no time passes.
    pub fn hear(&mut self, source: (SocketAddr, Standing), datagram: &[u8]) {
        self.longest_received = self.longest_received.max(datagram.len());
        self.endpoint.handle_datagram(self.now, 0, source, datagram);
    }

    fn receive(&mut self, datagram: &[u8]) {
        self.hear((PEER, Standing::Peer), datagram);
        self.collect();
        self.now += Duration::from_millis(100);
        if self.endpoint.poll_timeout().is_some_and(|due| due <= self.now) {
            self.endpoint.handle_timeout(self.now);
            self.collect();
        }
    }

    fn command(&mut self, command: Command) {
        self.endpoint.handle_command(self.now, command);
        self.collect();
    }

    /// Takes everything that the endpoint has to say to one input, and answers its user's part.
    fn collect(&mut self) {
        let mut outputs = 0;
        while let Some(output) = self.endpoint.poll_output() {
            outputs += 1;
            assert!(outputs <= OUTPUTS_MAX, "one input, more than {OUTPUTS_MAX} outputs");
            match output {
                Output::Send { octets, .. } => {
                    assert!(octets.len() <= self.longest_received + OWN_OCTETS_MAX, "{} octets sent", octets.len());
                    self.last_sent = octets;
                }
                Output::Resolve { id, question } => {
                    let nothing = question.unanswered();
                    self.endpoint.handle_resolved(self.now, id, &question, nothing);
                }
                // Nobody is connected.
                Output::Stream { connection, .. } => {
                    self.endpoint.handle_stream(self.now, connection, Standing::Peer, StreamEvent::Closed);
                }
                Output::Registered { user, .. } => panic!("{user:?}: nobody can prove to be anybody"),
                Output::Event(event) => self.told(event),
            }
        }
    }

    /// Answers what wants an answer.
    pub fn told(&mut self, event: Event) {
        let command = match event {
            Event::Incoming(incoming) => {
                let session = incoming.session;
                let agreement = incoming.offer.map(|offer| sdp::answer(&offer, &capabilities()));
                match agreement {
                    Some(Ok(agreement)) => Command::Accept { session, answer: agreement.ours },
                    Some(Err(_)) => Command::Refuse { session, status: 488, cause: Some(65), retry_after_s: None },
                    None => Command::Accept { session, answer: capabilities().offer() },
                }
            }
            Event::Reoffer { session, .. } => Command::AnswerReoffer { session, answer: Err(488) },
            _ => return,
        };
        self.endpoint.handle_command(self.now, command);
    }

    /// Lets time pass until no timer runs.
    fn falls_quiet(&mut self) {
        let mut timeouts = 0;
        while let Some(due) = self.endpoint.poll_timeout() {
            timeouts += 1;
            assert!(timeouts <= TIMEOUTS_MAX, "the timers never end");
            self.now = self.now.max(due);
            self.endpoint.handle_timeout(self.now);
            self.collect();
        }
        assert_eq!(self.endpoint.occupancy(), Default::default(), "something is left");
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        address: LOCAL.ip(),
        port: 16_384,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        telephone_event: Some(101),
        packet_ms: 20,
        direction: Direction::SendRecv,
        encryption: Encryption::Off,
        session: 1,
        version: 1,
    }
}

const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 5060);
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)), 5060);
/// What one datagram, command or timeout may cause: a response, an ACK, a BYE, an event and what the user answers to it.
const OUTPUTS_MAX: usize = 16;
/// What a message of ours has of its own, beyond what it repeats of the peer's.
const OWN_OCTETS_MAX: usize = 1_500;
/// A session repeats its 2xx or its BYE some 11 times each.
const TIMEOUTS_MAX: usize = 2_000;
