//! The endpoint from outside: what peers send is text written by hand, what the endpoint sends is read as text. Nothing
//! here uses the endpoint's own parser or writer for the far side.

mod calls;
mod challenges;
mod clauses;
mod ends;
mod flows;
mod flows_by_stun;
mod flows_of_ours;
mod fuzz;
mod keys;
mod loss;
mod overload;
mod paths;
mod prack;
mod probes;
mod referrals;
mod refusals;
mod registrar;
mod reinvites;
mod strangers;
mod subscriptions;
mod timers;
mod torture;
mod torture_own;
mod transports;
mod ts102027;
mod updates;
mod web;

use super::*;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Where virtual time begins. Instants have no other source; how far apart they are is up to the test.
#[allow(clippy::disallowed_methods, reason = "read once, as a point to count from")]
pub(super) fn begin() -> Instant {
    Instant::now()
}

/// An endpoint at 192.0.2.1:5060 on virtual time, and whatever it says, with the millisecond of it.
pub(super) struct Chart {
    pub(super) ua: Endpoint,
    begin: Instant,
    pub(super) now: Instant,
    /// What the far side's address is worth.
    pub(super) standing: Standing,
    pub(super) sent: VecDeque<(u64, Said)>,
    told: VecDeque<(u64, Event)>,
    asked: Vec<(ResolveId, Question)>,
    streams: VecDeque<(ConnectionId, StreamRequest)>,
    registered: VecDeque<(Octets, Vec<Binding>)>,
}

/// A message that the endpoint sent.
#[derive(Clone, Debug)]
pub(super) struct Said {
    to: SocketAddr,
    text: String,
}

impl Said {
    /// The first line.
    fn line(&self) -> &str {
        self.text.split("\r\n").next().unwrap()
    }

    /// The value of the first field of that name, as text.
    #[track_caller]
    pub(super) fn header(&self, name: &str) -> &str {
        self.find(name).unwrap_or_else(|| panic!("no {name} in\n{}", self.text))
    }

    fn find(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        head.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").unwrap().1
    }

    #[track_caller]
    fn to_tag(&self) -> String {
        self.header("To").split_once(";tag=").expect("a tag").1.to_owned()
    }

    /// A response of the far side to this request: Via, From, To, Call-ID and CSeq are taken over.
    pub(super) fn answered(&self, status: &str, to_tag: &str, rest: &str) -> String {
        let tag = if to_tag.is_empty() || self.header("To").contains(";tag=") {
            String::new()
        } else {
            format!(";tag={to_tag}")
        };
        format!(
            "SIP/2.0 {status}\nVia: {}\nFrom: {}\nTo: {}{tag}\nCall-ID: {}\nCSeq: {}\n{rest}",
            self.header("Via"),
            self.header("From"),
            self.header("To"),
            self.header("Call-ID"),
            self.header("CSeq")
        )
    }
}

fn config(seed: u8) -> EndpointConfig {
    let address: SocketAddr = "192.0.2.1:5060".parse().unwrap();
    EndpointConfig {
        local: vec![Listener { transport: Transport::Udp, address, advertised: address }],
        timers: Timers::default(),
        user_agent: String::new(),
        retry_after_s: 30,
        limits: Limits::default(),
        access: Access::default(),
        began_s: 1_000,
        seed: [seed; 32],
    }
}

const FAR: &str = "192.0.2.101:5060";

impl Chart {
    pub(super) fn new() -> Chart {
        Chart::with(config(1))
    }

    fn with(config: EndpointConfig) -> Chart {
        let begin = begin();
        Chart {
            ua: Endpoint::new(config),
            begin,
            now: begin,
            standing: Standing::Peer,
            sent: VecDeque::new(),
            told: VecDeque::new(),
            asked: Vec::new(),
            streams: VecDeque::new(),
            registered: VecDeque::new(),
        }
    }

    pub(super) fn at_ms(&self) -> u64 {
        u64::try_from((self.now - self.begin).as_millis()).unwrap()
    }

    /// The far side sends; a body is separated by an empty line, Content-Length is added unless the text has one.
    pub(super) fn receive(&mut self, text: &str) {
        self.receive_octets(FAR, &datagram(text));
    }

    fn receive_octets(&mut self, from: &str, octets: &[u8]) {
        self.ua.handle_datagram(self.now, 0, (from.parse().unwrap(), self.standing), octets);
        self.collect();
    }

    /// The next question is that one, and is answered so.
    #[track_caller]
    pub(super) fn resolves(&mut self, question: Question, records: Records) {
        assert!(!self.asked.is_empty(), "no question instead of {question:?}");
        let (id, asked) = self.asked.remove(0);
        assert_eq!(asked, question);
        self.ua.handle_resolved(self.now, id, &asked, records);
        self.collect();
    }

    pub(super) fn command(&mut self, command: Command) {
        self.ua.handle_command(self.now, command);
        self.collect();
    }

    /// Time passes, stopping at each deadline.
    pub(super) fn wait_ms(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        while let Some(next) = self.ua.poll_timeout().filter(|next| *next <= end) {
            self.now = next.max(self.now);
            self.ua.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    fn collect(&mut self) {
        while let Some(output) = self.ua.poll_output() {
            let at = self.at_ms();
            match output {
                Output::Send { remote, octets, .. } => {
                    let text = octets.iter().map(|&octet| char::from(octet)).collect();
                    self.sent.push_back((at, Said { to: remote, text }));
                }
                Output::Event(event) => self.told.push_back((at, event)),
                Output::Resolve { id, question } => self.asked.push((id, question)),
                Output::Registered { user, bindings } => self.registered.push_back((user, bindings)),
                Output::Stream { connection, request } => self.streams.push_back((connection, request)),
            }
        }
    }

    /// The next message must begin so.
    #[track_caller]
    pub(super) fn says(&mut self, begin: &str) -> Said {
        let (_, said) = self.sent.pop_front().unwrap_or_else(|| panic!("silence instead of {begin}"));
        assert!(said.line().starts_with(begin), "{} instead of {begin}", said.line());
        said
    }

    /// The next message must begin so and have gone at that time.
    #[track_caller]
    fn says_at(&mut self, ms: u64, begin: &str) -> Said {
        let at = self.sent.front().map(|(at, _)| *at);
        let said = self.says(begin);
        assert_eq!(at, Some(ms), "time of {begin}");
        said
    }

    #[track_caller]
    pub(super) fn silent(&self) {
        let lines: Vec<_> = self.sent.iter().map(|(at, said)| format!("{at} ms {}", said.line())).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }

    #[track_caller]
    fn tells(&mut self) -> Event {
        self.told.pop_front().expect("an event").1
    }

    #[track_caller]
    fn tells_nothing(&self) {
        assert!(self.told.is_empty(), "{:?}", self.told);
    }

    #[track_caller]
    fn tells_incoming(&mut self) -> Incoming {
        match self.tells() {
            Event::Incoming(incoming) => *incoming,
            other => panic!("{other:?} instead of an incoming session"),
        }
    }

    /// Nothing happens any more, and after 64*T1 no table holds anything.
    #[track_caller]
    fn ends_empty(&mut self) {
        self.wait_ms(70_000);
        self.silent();
        self.tells_nothing();
        assert_eq!(self.ua.occupancy(), Occupancy::default());
    }

    /// An incoming call, accepted and acknowledged; its session and our To tag.
    fn establish_incoming(&mut self) -> (SessionId, String) {
        self.receive(&invite("z9hG4bK74b43", "1", SDP));
        let session = self.tells_incoming().session;
        self.says("SIP/2.0 100 ");
        self.command(Command::Accept { session, answer: description() });
        let tag = self.says("SIP/2.0 200 ").to_tag();
        self.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &tag, ""));
        assert_eq!(self.tells(), Event::Acknowledged { session, answer: None });
        self.silent();
        (session, tag)
    }

    /// An outgoing call, answered and acknowledged; its session and our INVITE.
    fn establish_outgoing(&mut self) -> (SessionId, Said) {
        let (session, invite) = self.call();
        self.receive(&invite.answered("200 OK", "8321234356", &contact_and(SDP)));
        assert!(matches!(self.tells(), Event::Answered { .. }));
        self.says("ACK sip:bob@192.0.2.101 ");
        (session, invite)
    }

    fn call(&mut self) -> (SessionId, Said) {
        let session = self.ua.next_session();
        self.command(invite_command(session));
        (session, self.says("INVITE sip:bob@biloxi.example.com "))
    }
}

/// Line ends as on the wire, Content-Length filled in.
fn datagram(text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text.trim_end_matches("\r\n"), ""));
    format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn contact_and(body: &str) -> String {
    format!("Contact: <sip:bob@192.0.2.101>\n{}", typed(body))
}

fn typed(body: &str) -> String {
    if body.is_empty() { String::new() } else { format!("Content-Type: application/sdp\n\n{body}") }
}

/// Alice's INVITE, in the manner of RFC 3665 3.1.
fn invite(branch: &str, cseq: &str, body: &str) -> String {
    format!(
        "INVITE sip:bob@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch={branch}\nMax-Forwards: 70\n\
         From: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl\nTo: Bob <sip:bob@biloxi.example.com>\n\
         Call-ID: 3848276298220188511@atlanta.example.com\nCSeq: {cseq} INVITE\nContact: <sip:alice@192.0.2.101>\n{}",
        typed(body)
    )
}

/// A request of Alice's in the dialog that her INVITE made.
fn in_dialog(method: &str, branch: &str, cseq: &str, tag: &str, rest: &str) -> String {
    format!(
        "{method} sip:192.0.2.1:5060 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch={branch}\nMax-Forwards: 70\n\
         From: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl\nTo: Bob <sip:bob@biloxi.example.com>;tag={tag}\n\
         Call-ID: 3848276298220188511@atlanta.example.com\nCSeq: {cseq} {method}\n{rest}"
    )
}

/// A request of Bob's in the dialog that our INVITE and his answer made.
fn from_callee(invite: &Said, method: &str, branch: &str, cseq: &str, rest: &str) -> String {
    format!(
        "{method} sip:192.0.2.1:5060 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.101;branch={branch}\nMax-Forwards: 70\n\
         From: {};tag=8321234356\nTo: {}\nCall-ID: {}\nCSeq: {cseq} {method}\n{rest}",
        invite.header("To"),
        invite.header("From"),
        invite.header("Call-ID"),
    )
}

fn cancel_of(invite: &str) -> String {
    let head = invite.split("Contact:").next().unwrap();
    head.replace("INVITE", "CANCEL")
}

fn invite_command(session: SessionId) -> Command {
    let address = |text: &str| NameAddr::parse(text.as_bytes()).unwrap();
    Command::Invite(Invitation {
        session,
        place: Place::at(
            Uri::parse(b"sip:bob@biloxi.example.com").unwrap(),
            Uri::parse(format!("sip:{FAR}").as_bytes()).unwrap(),
        ),
        others: Vec::new(),
        from: address("<sip:+4989@192.0.2.1;user=phone>").named("Gate\u{77}ay"),
        to: address("<sip:bob@biloxi.example.com>"),
        provenance: Provenance::default(),
        gates_early_media: false,
        emergency: false,
        offer: description(),
        max_forwards: 70,
        signature: None,
        account: None,
    })
}

fn capabilities() -> Capabilities {
    Capabilities {
        address: "192.0.2.1".parse().unwrap(),
        port: 16384,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        telephone_event: None,
        packet_ms: 20,
        direction: Direction::SendRecv,
        encryption: Encryption::Off,
        session: 1,
        version: 1,
    }
}

fn description() -> Description {
    capabilities().offer()
}

const SDP: &str = "v=0\no=alice 2890844526 2890844526 IN IP4 atlanta.example.com\ns=-\nc=IN IP4 192.0.2.101\nt=0 0\n\
    m=audio 49172 RTP/AVP 8\na=rtpmap:8 PCMA/8000\n";
