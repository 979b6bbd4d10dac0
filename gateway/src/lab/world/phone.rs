//! A telephone of text templates on virtual time: it places calls and answers them as it is told.

mod call;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use super::audio::{Audio, Voice};
use super::net::Net;
use crate::dtls::{Fingerprint, Identity};
use crate::lab::phone::text::{self, Dialog};
use crate::srtp::{MasterKey, Suite};
use call::Call;

/// What a phone does with a call, in milliseconds from the event named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// A called phone: from INVITE to 180. `None`: it never rings.
    pub ring_after_ms: Option<u64>,
    /// A called phone: from INVITE to the final response.
    pub answer_after_ms: Option<u64>,
    /// The final response of a called phone.
    pub status: u16,
    /// From answer to BYE; `None`: the other side hangs up.
    pub hold_ms: Option<u64>,
    /// A caller: from INVITE to CANCEL, unless it is answered before.
    pub cancel_after_ms: Option<u64>,
}

impl Plan {
    /// Rings at once, answers, and lets the other side hang up.
    pub const ANSWER: Plan =
        Plan { ring_after_ms: Some(10), answer_after_ms: Some(100), status: 200, hold_ms: None, cancel_after_ms: None };

    /// Talks so long, then hangs up.
    pub fn talk(hold_ms: u64) -> Plan {
        Plan { hold_ms: Some(hold_ms), ..Plan::ANSWER }
    }

    /// Refuses with this status.
    pub fn refuse(status: u16) -> Plan {
        Plan { status, ..Plan::ANSWER }
    }

    /// Rings for ever.
    pub fn ring() -> Plan {
        Plan { answer_after_ms: None, ..Plan::ANSWER }
    }

    /// Gives up so long after the INVITE.
    pub fn cancel(after_ms: u64) -> Plan {
        Plan { cancel_after_ms: Some(after_ms), ..Plan::ANSWER }
    }
}

/// How a phone encrypts the audio of its calls: by keys in SDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crypt {
    /// The transport that it offers.
    pub profile: &'static str,
    /// The only suite that it has.
    pub suite: Suite,
}

/// How a phone agrees on keys by a handshake.
#[derive(Debug, Clone)]
pub struct Shake {
    /// The transport that it offers.
    pub profile: &'static str,
    /// Who it proves to be.
    pub identity: Arc<Identity>,
    /// Who it says that it is.
    pub told: Fingerprint,
}

impl Shake {
    /// An honest one.
    pub fn by(profile: &'static str) -> Shake {
        let identity = Identity::draw().expect("the system has random numbers");
        Shake { profile, told: identity.fingerprint().clone(), identity: Arc::new(identity) }
    }
}

/// What a test may see of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallView {
    /// The provisional statuses, in order, 100 left out.
    pub provisional: Vec<u16>,
    /// The final status of the INVITE, given or taken.
    pub status: Option<u16>,
    /// The Reason header of what ended the call.
    pub reason: Option<String>,
    /// The other side hung up.
    pub hung_up_by_peer: bool,
    /// Nothing is left to say.
    pub over: bool,
    /// Octets compared with PRBS-15.
    pub compared: u64,
    /// Octets among them that differed.
    pub differences: u64,
    /// RTP packets received.
    pub packets: u64,
}

/// A telephone with any number of calls.
#[derive(Debug)]
pub struct Phone {
    /// Its own address.
    pub local: SocketAddr,
    gateway: SocketAddr,
    net: Net,
    now_ms: u64,
    calls: BTreeMap<usize, Call>,
    /// Those that are not over.
    live: BTreeSet<usize>,
    next_call: usize,
    by_id: BTreeMap<String, usize>,
    next_port: u16,
    /// What it says in calls that it places.
    pub calling_voice: Voice,
    /// Whether it encrypts.
    pub crypt: Option<Crypt>,
    /// Whether it does so by a handshake.
    pub shake: Option<Shake>,
    /// What it does with calls that come in.
    pub answering: Plan,
    /// What it says in calls that come in.
    pub answering_voice: Voice,
}

impl Phone {
    /// A phone at `local` that calls through the gateway at `gateway`.
    pub fn new(local: SocketAddr, gateway: SocketAddr, net: Net) -> Phone {
        Phone {
            local,
            gateway,
            net,
            now_ms: 0,
            calls: BTreeMap::new(),
            live: BTreeSet::new(),
            next_call: 0,
            by_id: BTreeMap::new(),
            next_port: 40_000,
            calling_voice: Voice::Pattern,
            crypt: None,
            shake: None,
            answering: Plan::ANSWER,
            answering_voice: Voice::Echo,
        }
    }

    /// Calls a number; the index names the call from now on.
    pub fn call(&mut self, number: &str, plan: Plan) -> usize {
        let index = self.next_call;
        let dialog = Dialog {
            local: self.local,
            from: format!("<sip:100@{}>;tag=f{index}", self.local),
            to: format!("<sip:{number}@{}>", self.gateway),
            call_id: format!("w{index}@{}", self.local),
            target: format!("sip:{number}@{}", self.gateway),
        };
        let audio = Audio::new(self.port(), self.calling_voice);
        let key = self.key(index);
        let description = match (self.crypt, &key, &self.shake) {
            (_, _, Some(shake)) => text::shaking_description(audio.local(), shake.profile, &shake.told, "actpass"),
            (Some(crypt), Some(key), _) => {
                text::secure_description(audio.local(), crypt.profile, &text::key_line("1", key))
            }
            _ => text::description(audio.local()),
        };
        let text = dialog.invite(1, &format!("z9hG4bKi{index}"), &description);
        let mut call = Call::new(dialog, plan, audio, key, self.now_ms);
        call.shake = self.shake.clone();
        call.send("INVITE", text, &self.net, self.gateway, self.now_ms);
        self.keep(call)
    }

    /// What has become of a call.
    pub fn view(&self, index: usize) -> CallView {
        let call = &self.calls[&index];
        let verdict = call.audio.verdict();
        CallView {
            compared: verdict.compared,
            differences: verdict.differences,
            packets: call.audio.received(),
            ..call.view.clone()
        }
    }

    /// The audio of a call.
    pub fn audio(&self, index: usize) -> &Audio {
        &self.calls[&index].audio
    }

    /// How many calls there have been, placed and taken.
    pub fn calls(&self) -> usize {
        self.next_call
    }

    /// Forgets the calls that were over so long ago that nobody repeats a message of theirs, and tells what they came to.
    pub fn forget(&mut self) -> Vec<CallView> {
        let late_ms = self.now_ms.saturating_sub(REPEATED_FOR_MS);
        let is_past = |(_, call): &(&usize, &Call)| call.over_ms.is_some_and(|over_ms| over_ms < late_ms);
        let past: Vec<usize> = self.calls.iter().filter(is_past).map(|(index, _)| *index).collect();
        let forgotten = past.iter().filter_map(|index| self.calls.remove(index));
        let by_id = &mut self.by_id;
        forgotten
            .map(|call| {
                by_id.remove(&call.dialog.call_id);
                call.view
            })
            .collect()
    }

    /// How many calls are not over.
    pub fn live(&self) -> usize {
        self.live.len()
    }

    /// The calls that are not over, one a line, for the message of a failing test.
    pub fn unfinished(&self) -> String {
        let calls = self.live.iter().map(|index| &self.calls[index]);
        calls.map(|call| format!("{call}\n")).collect()
    }

    /// Whether every call is over.
    pub fn quiet(&self) -> bool {
        self.live.is_empty()
    }

    /// Hangs up an answered call now.
    pub fn hang_up(&mut self, index: usize) {
        if let Some(call) = self.calls.get_mut(&index) {
            call.bye(&self.net, self.gateway, self.now_ms);
        }
    }

    /// One millisecond.
    pub fn tick(&mut self) {
        self.now_ms += 1;
        while let Some(datagram) = self.net.receive(self.local) {
            let message = String::from_utf8_lossy(&datagram.octets).into_owned();
            self.hear(&message);
        }
        let Self { calls, live, net, gateway, now_ms, .. } = self;
        live.retain(|index| {
            let Some(call) = calls.get_mut(index) else { return false };
            if !call.view.over {
                call.tick(net, *gateway, *now_ms);
            }
            call.over_ms = call.view.over.then_some(*now_ms);
            !call.view.over
        });
    }

    /// Its key for a call: another for each, and no secret.
    fn key(&self, index: usize) -> Option<MasterKey> {
        let suite = self.crypt?.suite;
        let octets = (0..suite.key_octets() + suite.salt_octets()).map(|at| (17 * index + at) as u8);
        MasterKey::new(suite, &octets.collect::<Vec<u8>>())
    }

    fn port(&mut self) -> SocketAddr {
        let port = self.next_port;
        self.next_port = if port >= 64_000 { 40_000 } else { port + 2 };
        SocketAddr::new(self.local.ip(), port)
    }

    fn hear(&mut self, message: &str) {
        let Some(id) = text::header(message, "Call-ID") else { return };
        let index = match (self.by_id.get(id), text::method(message)) {
            (Some(index), _) => *index,
            (None, Some("INVITE")) => self.invited(id.to_owned(), message),
            (None, _) => return,
        };
        if let Some(call) = self.calls.get_mut(&index) {
            call.hear(message, &self.net, self.gateway, self.now_ms);
        }
    }

    fn invited(&mut self, id: String, message: &str) -> usize {
        let index = self.next_call;
        let header = |name| text::header(message, name).unwrap_or_default().to_owned();
        let dialog = Dialog {
            local: self.local,
            from: format!("{};tag=t{index}", header("To")),
            to: header("From"),
            call_id: id,
            target: text::address(&header("Contact")).to_owned(),
        };
        let mut audio = Audio::new(self.port(), self.answering_voice);
        audio.send_to(None);
        let mut call = Call::new(dialog, self.answering, audio, self.key(index), self.now_ms);
        call.shake = self.shake.clone();
        call.incoming = true;
        call.invite = message.to_owned();
        self.keep(call)
    }

    fn keep(&mut self, call: Call) -> usize {
        let index = self.next_call;
        self.next_call += 1;
        self.by_id.insert(call.dialog.call_id.clone(), index);
        self.live.insert(index);
        self.calls.insert(index, call);
        index
    }
}

/// 64 times T1, and as much again for a message under way.
const REPEATED_FOR_MS: u64 = 64_000;
