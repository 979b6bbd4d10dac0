//! One SIP endpoint under a storm: millions of spoilt messages, among calls that begin and end, on virtual time.
//!
//! Unlike the fuzz targets, which see a few datagrams each, an endpoint here lives on, so that what grows or is stuck shows. Messages
//! come from a thousand sources. Some answer what the endpoint has said, with its own tags and branches, so that they
//! reach transactions and dialogs. At each [`Storm::calm`] everything must fall quiet: no session, transaction or timer is left.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use spangate::sip::{Command, Event, Occupancy, Output, SessionId, Standing, StreamEvent};

use super::mutation::Mutation;
use super::sip::{User, answer_to, is_kept};

/// The endpoint, its user, and the weather.
#[derive(Debug)]
pub struct Storm {
    user: User,
    mutation: Mutation,
    live: BTreeSet<SessionId>,
    heard: Vec<u8>,
    peaks: Occupancy,
    tally: Tally,
}

/// What has been counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that came.
    pub messages: u64,
    /// Those that passed every check.
    pub well_formed: u64,
    /// Sessions that began, both ways.
    pub sessions: u64,
    /// Datagrams that went.
    pub sent: u64,
}

impl Storm {
    /// Messages like those of the corpus.
    pub fn new(corpus: Vec<Vec<u8>>, seed: u64) -> Storm {
        Storm {
            user: User::new(),
            mutation: Mutation::new(corpus, seed),
            live: BTreeSet::new(),
            heard: Vec::new(),
            peaks: Occupancy::default(),
            tally: Tally::default(),
        }
    }

    /// The next input, of one message or some; then time passes.
    ///
    /// # Panics
    /// When a promise is broken; [`Storm::heard`] is what broke it.
    pub fn blow(&mut self) {
        let input = match (self.mutation.below(4), self.user.last_sent.is_empty()) {
            (0, false) => self.reply(),
            _ => {
                let input = self.mutation.next_input();
                self.renamed(input)
            }
        };
        let source = SocketAddr::from((Ipv4Addr::new(198, 51, 100, 1), 1024 + self.mutation.below(SOURCES) as u16));
        let standing = if self.mutation.below(STRANGER_EVERY) == 0 { Standing::Unproven } else { Standing::Peer };
        for datagram in input.split(|octet| *octet == 0) {
            self.heard = datagram.to_vec();
            self.tally.messages += 1;
            self.tally.well_formed += u64::from(is_kept(datagram));
            self.user.hear((source, standing), datagram);
            self.serve();
        }
        if self.mutation.below(CALL_EVERY) == 0 {
            self.live.insert(self.user.call());
            self.tally.sessions += 1;
        }
        if self.mutation.below(HANG_UP_EVERY) == 0 {
            self.hang_up();
        }
        self.pass(EVERY);
    }

    /// Ends every session and lets time pass until nothing is left.
    ///
    /// # Panics
    /// When something is left after [`CALM_WITHIN`].
    pub fn calm(&mut self) {
        while !self.live.is_empty() {
            self.hang_up();
            self.pass(EVERY);
        }
        let until = self.user.now + CALM_WITHIN;
        while let Some(due) = self.user.endpoint.poll_timeout() {
            assert!(due <= until, "a timer still runs: {:?}", self.user.endpoint.occupancy());
            self.pass(due.saturating_duration_since(self.user.now));
        }
        assert_eq!(self.user.endpoint.occupancy(), Occupancy::default(), "something is left");
    }

    /// The datagram that came last.
    pub fn heard(&self) -> &[u8] {
        &self.heard
    }

    /// The most that the tables held at once.
    pub fn peaks(&self) -> Occupancy {
        self.peaks
    }

    /// What has been counted.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Mostly with a branch and a Call-ID that no message had before, so that it is a repetition of none.
    fn renamed(&mut self, mut input: Vec<u8>) -> Vec<u8> {
        if self.mutation.below(4) > 0 {
            let number = self.tally.messages.to_string();
            for name in [&b"z9hG4bK"[..], b"Call-ID: ", b"i: "] {
                if let Some(at) = input.windows(name.len()).position(|octets| octets == name) {
                    let at = at + name.len();
                    input.splice(at..at, number.bytes());
                }
            }
        }
        input
    }

    /// Something that meets the endpoint's last message: with its dialog's tags, or its transaction's branch; changed now and then.
    fn reply(&mut self) -> Vec<u8> {
        let sent = self.user.last_sent.clone();
        let mut reply = match sent.starts_with(b"SIP/2.0 ") {
            true => in_dialog(&sent, METHODS[self.mutation.below(METHODS.len())], 1 + self.mutation.below(4)),
            false => answer_to(&sent, ANSWERS[self.mutation.below(ANSWERS.len())]),
        };
        if self.mutation.below(2) == 0 {
            self.mutation.change(&mut reply);
        }
        reply
    }

    fn hang_up(&mut self) {
        if let Some(session) = self.live.pop_first() {
            self.user.endpoint.handle_command(self.user.now, Command::Bye { session, cause: Some(16) });
            self.serve();
        }
    }

    fn pass(&mut self, time: Duration) {
        self.user.now += time;
        if self.user.endpoint.poll_timeout().is_some_and(|due| due <= self.user.now) {
            self.user.endpoint.handle_timeout(self.user.now);
            self.serve();
        }
        let Occupancy { sessions, transactions, connections, deadlines } = self.user.endpoint.occupancy();
        let peaks = &mut self.peaks;
        peaks.sessions = peaks.sessions.max(sessions);
        peaks.transactions = peaks.transactions.max(transactions);
        peaks.connections = peaks.connections.max(connections);
        peaks.deadlines = peaks.deadlines.max(deadlines);
    }

    /// The user's part; many timers may be due at once, so that outputs have no bound here.
    fn serve(&mut self) {
        while let Some(output) = self.user.endpoint.poll_output() {
            match output {
                Output::Send { octets, .. } => {
                    self.tally.sent += 1;
                    self.user.last_sent = octets;
                }
                Output::Resolve { id, question } => {
                    let nothing = question.unanswered();
                    self.user.endpoint.handle_resolved(self.user.now, id, &question, nothing);
                }
                Output::Stream { connection, .. } => {
                    self.user.endpoint.handle_stream(self.user.now, connection, Standing::Peer, StreamEvent::Closed);
                }
                Output::Registered { user, .. } => panic!("{user:?}: nobody can prove to be anybody"),
                Output::Event(event) => self.told(event),
            }
        }
    }

    fn told(&mut self, event: Event) {
        match &event {
            Event::Incoming(incoming) => {
                self.tally.sessions += u64::from(self.live.insert(incoming.session));
            }
            Event::Refused { session, .. }
            | Event::Cancelled { session, .. }
            | Event::Ended { session, .. }
            | Event::Failed { session, .. } => _ = self.live.remove(session),
            _ => {}
        }
        self.user.told(event);
    }
}

/// A request in the dialog of a response: its tags, and a branch that changes.
fn in_dialog(response: &[u8], method: &str, number: usize) -> Vec<u8> {
    let field = |name: &[u8]| {
        let mut lines = response.split(|octet| *octet == b'\n').map(<[u8]>::trim_ascii);
        lines.find(|line| line.starts_with(name)).unwrap_or_default()
    };
    let head = format!(
        "{method} sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK{method}{number}\r\nMax-Forwards: 70\r\n\
         CSeq: {number} {method}\r\nContent-Length: 0\r\nRAck: {number} 1 INVITE\r\n"
    );
    [head.as_bytes(), field(b"From:"), b"\r\n", field(b"To:"), b"\r\n", field(b"Call-ID:"), b"\r\n\r\n"].concat()
}

const METHODS: [&str; 7] = ["ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INVITE", "INFO"];
/// Start line and the fields that a response does not take from its request.
const ANSWERS: [&[u8]; 6] = [
    b"SIP/2.0 100 Trying\r\n\r\n",
    b"SIP/2.0 183 Session Progress\r\nRequire: 100rel\r\nRSeq: 1\r\nContact: <sip:192.0.2.2>\r\n\r\n",
    b"SIP/2.0 200 OK\r\nContact: <sip:192.0.2.2>\r\n\r\n",
    b"SIP/2.0 302 Moved Temporarily\r\nContact: <sip:192.0.2.3>\r\n\r\n",
    b"SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n\r\n",
    b"SIP/2.0 491 Request Pending\r\n\r\n",
];
const SOURCES: usize = 1_000;
/// One input in so many is nobody's that has proven anything.
const STRANGER_EVERY: usize = 8;
/// A source of five hundred messages a second: server transactions of 32 s are 16,000 then.
const EVERY: Duration = Duration::from_millis(2);
const CALL_EVERY: usize = 200;
const HANG_UP_EVERY: usize = 50;
/// Longer than any interval of a session that a peer may ask for, and its end.
const CALM_WITHIN: Duration = Duration::from_secs(7_200);
