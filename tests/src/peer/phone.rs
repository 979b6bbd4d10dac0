//! A telephone of text templates on virtual time: it places calls and answers them as it is told.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use spangate::lab::phone::text::{self, Dialog};

use super::audio::{Audio, Voice};
use crate::net::Net;

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
    calls: Vec<Call>,
    by_id: BTreeMap<String, usize>,
    next_port: u16,
    /// What it does with calls that come in.
    pub answering: Plan,
    /// What it says in calls that come in.
    pub answering_voice: Voice,
}

#[derive(Debug)]
struct Call {
    dialog: Dialog,
    plan: Plan,
    incoming: bool,
    view: CallView,
    audio: Audio,
    begun_ms: u64,
    answered_ms: Option<u64>,
    sequence: u32,
    /// Sent again every [`REPEAT_MS`] until answered: INVITE, BYE, CANCEL, 200.
    pending: Option<Pending>,
    /// The INVITE as received, to answer it.
    invite: String,
    /// The ACK of the 2xx, sent again for each copy of it.
    ack: String,
    cancelled: bool,
    /// Any response to the INVITE has come.
    heard: bool,
}

#[derive(Debug)]
struct Pending {
    method: &'static str,
    text: String,
    next_ms: u64,
    tries: u32,
}

/// Timer A's first value; a phone of templates does not back off.
const REPEAT_MS: u64 = 500;
/// 64 times T1.
const TRIES_MAX: u32 = 64;

impl Phone {
    /// A phone at `local` that calls through the gateway at `gateway`.
    pub fn new(local: SocketAddr, gateway: SocketAddr, net: Net) -> Phone {
        Phone {
            local,
            gateway,
            net,
            now_ms: 0,
            calls: Vec::new(),
            by_id: BTreeMap::new(),
            next_port: 40_000,
            answering: Plan::ANSWER,
            answering_voice: Voice::Echo,
        }
    }

    /// Calls a number; the index names the call from now on.
    pub fn call(&mut self, number: &str, plan: Plan) -> usize {
        let index = self.calls.len();
        let dialog = Dialog {
            local: self.local,
            from: format!("<sip:100@{}>;tag=f{index}", self.local),
            to: format!("<sip:{number}@{}>", self.gateway),
            call_id: format!("w{index}@{}", self.local),
            target: format!("sip:{number}@{}", self.gateway),
        };
        let audio = Audio::new(self.port(), Voice::Pattern);
        let text = dialog.invite(1, &format!("z9hG4bKi{index}"), &text::description(audio.local()));
        let mut call = Call::new(dialog, plan, audio, self.now_ms);
        call.send("INVITE", text, &self.net, self.gateway, self.now_ms);
        self.by_id.insert(call.dialog.call_id.clone(), index);
        self.calls.push(call);
        index
    }

    /// What has become of a call.
    pub fn view(&self, index: usize) -> CallView {
        let call = &self.calls[index];
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
        &self.calls[index].audio
    }

    /// How many calls there have been, placed and taken.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// The calls that are not over, one a line, for the message of a failing test.
    pub fn unfinished(&self) -> String {
        let calls = self.calls.iter().filter(|call| !call.view.over);
        calls
            .map(|call| format!("{} {:?} {:?} {:?}\n", call.dialog.call_id, call.plan, call.view, call.pending))
            .collect()
    }

    /// Whether every call is over.
    pub fn quiet(&self) -> bool {
        self.calls.iter().all(|call| call.view.over)
    }

    /// Hangs up an answered call now.
    pub fn hang_up(&mut self, index: usize) {
        let (gateway, now_ms) = (self.gateway, self.now_ms);
        self.calls[index].bye(&self.net, gateway, now_ms);
    }

    /// One millisecond.
    pub fn tick(&mut self) {
        self.now_ms += 1;
        while let Some(datagram) = self.net.receive(self.local) {
            let message = String::from_utf8_lossy(&datagram.octets).into_owned();
            self.hear(&message);
        }
        for call in &mut self.calls {
            if !call.view.over {
                call.tick(&self.net, self.gateway, self.now_ms);
            }
        }
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
        let (gateway, now_ms) = (self.gateway, self.now_ms);
        self.calls[index].hear(message, &self.net, gateway, now_ms);
    }

    fn invited(&mut self, id: String, message: &str) -> usize {
        let index = self.calls.len();
        let header = |name| text::header(message, name).unwrap_or_default().to_owned();
        let dialog = Dialog {
            local: self.local,
            from: format!("{};tag=t{index}", header("To")),
            to: header("From"),
            call_id: id.clone(),
            target: text::address(&header("Contact")).to_owned(),
        };
        let mut audio = Audio::new(self.port(), self.answering_voice);
        audio.send_to(None);
        let mut call = Call::new(dialog, self.answering, audio, self.now_ms);
        call.incoming = true;
        call.invite = message.to_owned();
        self.by_id.insert(id, index);
        self.calls.push(call);
        index
    }
}

impl Call {
    fn new(dialog: Dialog, plan: Plan, audio: Audio, now_ms: u64) -> Call {
        Call {
            dialog,
            plan,
            incoming: false,
            view: CallView::default(),
            audio,
            begun_ms: now_ms,
            answered_ms: None,
            sequence: 1,
            pending: None,
            invite: String::new(),
            ack: String::new(),
            cancelled: false,
            heard: false,
        }
    }

    fn branch(&self, letter: &str) -> String {
        format!("z9hG4bK{letter}{}{}", self.sequence, self.dialog.call_id.split('@').next().unwrap_or(""))
    }

    fn send(&mut self, method: &'static str, text: String, net: &Net, to: SocketAddr, now_ms: u64) {
        net.send(self.dialog.local, to, text.as_bytes());
        self.pending = Some(Pending { method, text, next_ms: now_ms + REPEAT_MS, tries: 1 });
    }

    fn tick(&mut self, net: &Net, gateway: SocketAddr, now_ms: u64) {
        self.repeat(net, gateway, now_ms);
        let age_ms = now_ms - self.begun_ms;
        if self.incoming && self.view.status.is_none() {
            if self.plan.ring_after_ms == Some(age_ms) {
                self.respond(180, "Ringing", "", net, gateway);
                self.view.provisional.push(180);
            }
            if self.plan.answer_after_ms == Some(age_ms) {
                self.answer(net, gateway, now_ms);
            }
        }
        // RFC 3261 9.1: not before a provisional response.
        let may_cancel = self.heard && !self.cancelled && self.view.status.is_none();
        if may_cancel && self.plan.cancel_after_ms.is_some_and(|after_ms| age_ms >= after_ms) {
            self.cancelled = true;
            let branch = self.invite_branch();
            let text = self.dialog.request("CANCEL", 1, &branch);
            self.send("CANCEL", text, net, gateway, now_ms);
        }
        if let (Some(answered), Some(hold)) = (self.answered_ms, self.plan.hold_ms)
            && now_ms == answered + hold
        {
            self.bye(net, gateway, now_ms);
        }
        self.audio.tick(net);
    }

    fn invite_branch(&self) -> String {
        format!("z9hG4bKi{}", &self.dialog.call_id[1..self.dialog.call_id.find('@').unwrap_or(1)])
    }

    fn repeat(&mut self, net: &Net, gateway: SocketAddr, now_ms: u64) {
        let Some(pending) = self.pending.as_mut().filter(|pending| pending.next_ms <= now_ms) else { return };
        pending.tries += 1;
        pending.next_ms = now_ms + REPEAT_MS;
        net.send(self.dialog.local, gateway, pending.text.as_bytes());
        if pending.tries > TRIES_MAX {
            self.pending = None;
            self.view.over = true;
        }
    }

    fn answer(&mut self, net: &Net, gateway: SocketAddr, now_ms: u64) {
        self.view.status = Some(self.plan.status);
        if self.plan.status != 200 {
            let text = text::response(&self.invite, self.plan.status, "Refused", &self.tag(), self.dialog.local, "");
            return self.send("INVITE", text, net, gateway, now_ms);
        }
        let body = text::description(self.audio.local());
        let text = text::response(&self.invite, 200, "OK", &self.tag(), self.dialog.local, &body);
        self.answered_ms = Some(now_ms);
        self.audio.send_to(text::audio_address(&self.invite));
        self.send("INVITE", text, net, gateway, now_ms);
    }

    /// The tag of a called phone.
    fn tag(&self) -> String {
        self.dialog.from.rsplit(";tag=").next().unwrap_or("").to_owned()
    }

    fn respond(&self, status: u16, phrase: &str, body: &str, net: &Net, gateway: SocketAddr) {
        let text = text::response(&self.invite, status, phrase, &self.tag(), self.dialog.local, body);
        net.send(self.dialog.local, gateway, text.as_bytes());
    }

    fn bye(&mut self, net: &Net, gateway: SocketAddr, now_ms: u64) {
        if self.answered_ms.is_none() || self.view.over || self.pending.as_ref().is_some_and(|one| one.method == "BYE")
        {
            return;
        }
        self.sequence += 1;
        let text = self.dialog.request("BYE", self.sequence, &self.branch("b"));
        self.send("BYE", text, net, gateway, now_ms);
    }

    fn hear(&mut self, message: &str, net: &Net, gateway: SocketAddr, now_ms: u64) {
        match text::method(message) {
            Some("INVITE") => self.repeat_answer(net, gateway),
            Some("ACK") => self.acknowledged(),
            Some("BYE") => self.hung_up(message, net, gateway),
            Some("CANCEL") => self.given_up(message, net, gateway, now_ms),
            Some(_) => {}
            None => self.response(message, net, gateway, now_ms),
        }
    }

    fn repeat_answer(&mut self, net: &Net, gateway: SocketAddr) {
        match &self.pending {
            Some(pending) if pending.method == "INVITE" => {
                net.send(self.dialog.local, gateway, pending.text.as_bytes());
            }
            _ => self.respond(100, "Trying", "", net, gateway),
        }
    }

    fn acknowledged(&mut self) {
        self.pending = self.pending.take().filter(|pending| pending.method == "BYE");
        self.view.over |= self.answered_ms.is_none();
    }

    fn hung_up(&mut self, message: &str, net: &Net, gateway: SocketAddr) {
        let text = text::response(message, 200, "OK", "", self.dialog.local, "");
        net.send(self.dialog.local, gateway, text.as_bytes());
        self.view.reason = text::header(message, "Reason").map(str::to_owned);
        self.view.hung_up_by_peer = true;
        self.view.over = true;
        self.pending = None;
    }

    fn given_up(&mut self, message: &str, net: &Net, gateway: SocketAddr, now_ms: u64) {
        let text = text::response(message, 200, "OK", &self.tag(), self.dialog.local, "");
        net.send(self.dialog.local, gateway, text.as_bytes());
        if self.view.status.is_none() {
            self.view.reason = text::header(message, "Reason").map(str::to_owned);
            self.view.status = Some(487);
            let text = text::response(&self.invite, 487, "Request Terminated", &self.tag(), self.dialog.local, "");
            self.send("INVITE", text, net, gateway, now_ms);
        }
    }

    fn response(&mut self, message: &str, net: &Net, gateway: SocketAddr, now_ms: u64) {
        let Some(status) = text::status(message) else { return };
        self.heard |= !self.incoming;
        let sequence = text::header(message, "CSeq").unwrap_or("");
        match sequence.split(' ').nth(1) {
            Some("INVITE") => self.invite_response(status, message, net, gateway, now_ms),
            Some("BYE") => {
                self.pending = None;
                self.view.over = true;
            }
            Some("CANCEL") => self.pending = self.pending.take().filter(|pending| pending.method != "CANCEL"),
            _ => {}
        }
    }

    fn invite_response(&mut self, status: u16, message: &str, net: &Net, gateway: SocketAddr, now_ms: u64) {
        if self.pending.as_ref().is_some_and(|pending| pending.method == "INVITE") {
            self.pending = None;
        }
        if let Some(to) = text::header(message, "To").filter(|_| status > 100) {
            self.dialog.to = to.to_owned();
        }
        match status {
            100 => {}
            101..=199 => {
                self.view.provisional.push(status);
                self.audio.send_to(None);
            }
            200..=299 if self.answered_ms.is_some() => net.send(self.dialog.local, gateway, self.ack.as_bytes()),
            200..=299 => self.answered(message, net, gateway, now_ms),
            _ => {
                let ack = self.dialog.request("ACK", 1, &self.invite_branch());
                net.send(self.dialog.local, gateway, ack.as_bytes());
                self.view.status = Some(status);
                self.view.reason = text::header(message, "Reason").map(str::to_owned);
                self.pending = None;
                self.view.over = true;
            }
        }
    }

    fn answered(&mut self, message: &str, net: &Net, gateway: SocketAddr, now_ms: u64) {
        self.view.status = Some(200);
        self.answered_ms = Some(now_ms);
        let contact = text::header(message, "Contact").unwrap_or("");
        self.dialog.target = text::address(contact).to_owned();
        self.ack = self.dialog.request("ACK", 1, &self.branch("a"));
        net.send(self.dialog.local, gateway, self.ack.as_bytes());
        self.audio.send_to(text::audio_address(message));
        if self.cancelled {
            self.bye(net, gateway, now_ms);
        }
    }
}
