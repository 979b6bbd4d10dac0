//! A SIP peer whose every message stands in the test: text out, text in, on the virtual network of a [`World`].

use std::net::SocketAddr;

use spangate::lab::phone::text::{self, Dialog, header};
use spangate::sip::digest::answer::{Account, Answer};
use spangate::sip::digest::{Challenge, Request, Secret};

use crate::World;

/// A user agent at one address, which says nothing by itself.
#[derive(Debug)]
pub struct Peer {
    at: SocketAddr,
    branches: u32,
    has_events: bool,
    /// Further lines of its session description.
    lines: String,
}

/// The peer's end of a call.
#[derive(Clone, Debug)]
pub struct Leg {
    dialog: Dialog,
    sequence: u32,
}

impl Peer {
    /// One at this port of 127.0.0.1.
    pub fn new(port: u16) -> Peer {
        Peer { at: SocketAddr::from(([127, 0, 0, 1], port)), branches: 0, has_events: false, lines: String::new() }
    }

    /// One that has telephone events too (RFC 4733), as payload type [`EVENTS`].
    pub fn with_events(port: u16) -> Peer {
        Peer { has_events: true, ..Peer::new(port) }
    }

    /// The same, with further lines in its session description.
    pub fn with_lines(self, lines: String) -> Peer {
        Peer { lines, ..self }
    }

    /// Where it says that it receives audio.
    pub fn rtp(&self) -> SocketAddr {
        SocketAddr::new(self.at.ip(), self.at.port() + 2)
    }

    /// The next message that begins so; those before it are passed over.
    pub fn hears(&mut self, world: &mut World, begin: &str) -> String {
        for _ in 0..PATIENCE_MS {
            while let Some(octets) = world.receive(self.at) {
                let message = String::from_utf8_lossy(&octets).into_owned();
                if message.starts_with(begin) {
                    return message;
                }
            }
            world.step();
        }
        panic!("silence instead of {begin}");
    }

    /// The messages that have come, by their first lines.
    pub fn heard(&mut self, world: &mut World) -> Vec<String> {
        let messages = std::iter::from_fn(|| world.receive(self.at));
        messages.map(|octets| String::from_utf8_lossy(&octets).lines().next().unwrap_or_default().to_owned()).collect()
    }

    /// The requests that have come.
    pub fn requests(&mut self, world: &mut World) -> Vec<String> {
        let messages = std::iter::from_fn(|| world.receive(self.at));
        let messages = messages.map(|octets| String::from_utf8_lossy(&octets).into_owned());
        messages.filter(|message| text::method(message).is_some()).collect()
    }

    /// Registers this user here, and answers the challenge.
    ///
    /// # Panics
    /// When it is not registered.
    pub fn registers(&mut self, world: &mut World, user: &str, password: &str) {
        self.register(world, user, 1, "");
        let challenged = self.hears(world, "SIP/2.0 401 ");
        let challenge = header(&challenged, "WWW-Authenticate").and_then(|text| Challenge::parse(text.as_bytes()).ok());
        let secret = Secret::Password(password.to_owned());
        let account = Account { user: user.to_owned(), secret, realm: None };
        let request = Request { method: b"REGISTER", body: b"" };
        let shown = challenge.and_then(|challenge| {
            let credentials = Answer::choose(&[challenge], &account, 1)?.credentials(&account, request, REGISTRAR)?;
            Some(String::from_utf8_lossy(&credentials.to_octets()).into_owned())
        });
        let shown = shown.unwrap_or_else(|| panic!("what could not be answered: {challenged}"));
        self.register(world, user, 2, &format!("Authorization: {shown}\r\n"));
        self.hears(world, "SIP/2.0 200 ");
    }

    fn register(&mut self, world: &mut World, user: &str, sequence: u32, fields: &str) {
        let (at, branch, registrar) = (self.at, self.branch(), String::from_utf8_lossy(REGISTRAR));
        let text = format!(
            "REGISTER {registrar} SIP/2.0\r\nVia: SIP/2.0/UDP {at};branch={branch}\r\nMax-Forwards: 70\r\n\
             From: <sip:{user}@127.0.0.1>;tag=r\r\nTo: <sip:{user}@127.0.0.1>\r\nCall-ID: register@{at}\r\n\
             CSeq: {sequence} REGISTER\r\n{fields}Contact: <sip:{user}@{at}>\r\nContent-Length: 0\r\n\r\n"
        );
        world.send(at, text.as_bytes());
    }

    /// Answers a request.
    pub fn answers(&self, world: &mut World, request: &str, status: u16, phrase: &str) {
        let text = text::response(request, status, phrase, TAG, self.at, "");
        world.send(self.at, text.as_bytes());
    }

    /// Answers an INVITE by 302, with these contacts.
    pub fn redirects(&mut self, world: &mut World, invite: &str, contacts: &str) {
        let own = format!("Contact: <sip:phone@{}>", self.at);
        let text = text::response(invite, 302, "Moved Temporarily", TAG, self.at, "");
        world.send(self.at, text.replacen(&own, &format!("Contact: {contacts}"), 1).as_bytes());
        self.hears(world, "ACK ");
    }

    /// Takes a call that comes.
    pub fn takes(&mut self, world: &mut World) -> Leg {
        let invite = self.hears(world, "INVITE ");
        self.accepts(world, &invite)
    }

    /// Takes the call of this INVITE.
    pub fn accepts(&mut self, world: &mut World, invite: &str) -> Leg {
        let text = text::response(invite, 200, "OK", TAG, self.at, &self.description());
        world.send(self.at, text.as_bytes());
        self.hears(world, "ACK ");
        let of = |name| header(invite, name).unwrap_or_default().to_owned();
        let dialog = Dialog {
            local: self.at,
            from: format!("{};tag={TAG}", of("To")),
            to: of("From"),
            call_id: of("Call-ID"),
            target: text::address(&of("Contact")).to_owned(),
        };
        Leg { dialog, sequence: 0 }
    }

    /// Sends an INVITE for a number; `fields`: further header lines, each with its line end.
    pub fn invites(&mut self, world: &mut World, number: &str, fields: &str) -> Leg {
        let branch = self.branch();
        let dialog = Dialog {
            local: self.at,
            from: format!("<sip:100@{}>;tag={branch}", self.at),
            to: format!("<sip:{number}@127.0.0.1:5060>"),
            call_id: format!("{branch}@{}", self.at),
            target: format!("sip:{number}@127.0.0.1:5060"),
        };
        let text = with_fields(&dialog.invite(1, &branch, &self.description()), fields);
        world.send(self.at, text.as_bytes());
        Leg { dialog, sequence: 1 }
    }

    /// Calls a number and is answered.
    pub fn calls(&mut self, world: &mut World, number: &str, fields: &str) -> (Leg, String) {
        let mut leg = self.invites(world, number, fields);
        let answer = self.is_answered(world, &mut leg);
        (leg, answer)
    }

    /// Its call is answered, with this 200.
    pub fn is_answered(&mut self, world: &mut World, leg: &mut Leg) -> String {
        let answer = self.hears(world, "SIP/2.0 200 ");
        leg.answered(&answer);
        let (branch, sequence) = (self.branch(), leg.sequence);
        world.send(self.at, leg.dialog.request("ACK", sequence, &branch).as_bytes());
        answer
    }

    /// Sends a request in a call; `fields`: further header lines, each with its line end.
    pub fn says(&mut self, world: &mut World, leg: &mut Leg, method: &str, fields: &str) {
        leg.sequence += 1;
        let text = with_fields(&leg.dialog.request(method, leg.sequence, &self.branch()), fields);
        world.send(self.at, text.as_bytes());
    }

    /// Sends a request in a call with a body of that type.
    pub fn tells(&mut self, world: &mut World, leg: &mut Leg, method: &str, content_type: &str, body: &str) {
        leg.sequence += 1;
        let request = leg.dialog.request(method, leg.sequence, &self.branch());
        let (head, _) = request.split_once("Content-Length:").expect("every request states it");
        let text = format!("{head}Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        world.send(self.at, text.as_bytes());
    }

    /// The next NOTIFY, answered: what it says of the subscription, and the fragment that it carries.
    pub fn is_notified(&mut self, world: &mut World) -> (String, String) {
        let notify = self.hears(world, "NOTIFY ");
        self.answers(world, &notify, 200, "OK");
        let state = header(&notify, "Subscription-State").unwrap_or_default().to_owned();
        let body = notify.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (state, body.trim_end().to_owned())
    }

    fn description(&self) -> String {
        let audio = text::description(self.rtp());
        let events = format!("a=rtpmap:{EVENTS} telephone-event/8000\r\n");
        let audio = match self.has_events {
            true => audio.replace("AVP 8", &format!("AVP 8 {EVENTS}")) + &events,
            false => audio,
        };
        audio + &self.lines
    }

    fn branch(&mut self) -> String {
        self.branches += 1;
        format!("z9hG4bKp{}x{}", self.at.port(), self.branches)
    }
}

impl Leg {
    /// The dialog as Replaces names it, for the other end, which has it: its tag is To's.
    pub fn replaces(&self) -> String {
        let tag = |value: &str| value.rsplit(";tag=").next().unwrap_or_default().to_owned();
        let Dialog { from, to, call_id, .. } = &self.dialog;
        format!("{call_id};to-tag={};from-tag={}", tag(to), tag(from))
    }

    /// The same in the headers of a URI.
    pub fn replaces_escaped(&self) -> String {
        self.replaces().replace('@', "%40").replace(':', "%3A").replace(';', "%3B").replace('=', "%3D")
    }

    fn answered(&mut self, answer: &str) {
        let of = |name| header(answer, name).unwrap_or_default().to_owned();
        self.dialog.to = of("To");
        self.dialog.target = text::address(&of("Contact")).to_owned();
    }
}

fn with_fields(request: &str, fields: &str) -> String {
    request.replacen("Contact: ", &format!("{fields}Contact: "), 1)
}

/// Payload type of the events of a [`Peer::with_events`].
pub const EVENTS: u8 = 97;
const TAG: &str = "peer";
const REGISTRAR: &[u8] = b"sip:127.0.0.1:5060";
/// How long a message is waited for.
const PATIENCE_MS: u32 = 10_000;
