//! One call of a telephone: what it hears, what it says, and what it says again until it is heard.

use std::fmt;
use std::net::SocketAddr;

use super::{CallView, Plan, Shake};
use crate::dtls::Role;
use crate::lab::phone::text::{self, Dialog};
use crate::lab::world::audio::Audio;
use crate::lab::world::net::Net;
use crate::srtp::MasterKey;

#[derive(Debug)]
pub(super) struct Call {
    pub(super) dialog: Dialog,
    plan: Plan,
    pub(super) incoming: bool,
    pub(super) view: CallView,
    pub(super) audio: Audio,
    /// By what it encrypts, if the gateway does.
    key: Option<MasterKey>,
    /// By which handshake, if the gateway has one.
    pub(super) shake: Option<Shake>,
    begun_ms: u64,
    answered_ms: Option<u64>,
    /// When nothing was left to say.
    pub(super) over_ms: Option<u64>,
    sequence: u32,
    /// Sent again every [`REPEAT_MS`] until answered: INVITE, BYE, CANCEL, 200.
    pending: Option<Pending>,
    /// The INVITE as received, to answer it.
    pub(super) invite: String,
    /// The ACK of the 2xx, sent again for each copy of it.
    ack: String,
    cancelled: bool,
    /// Any response to the INVITE has come.
    heard: bool,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {:?} {:?}", self.dialog.call_id, self.plan, self.view, self.pending)
    }
}

#[derive(Debug)]
struct Pending {
    method: &'static str,
    text: String,
    next_ms: u64,
    tries: u32,
}

impl Call {
    pub(super) fn new(dialog: Dialog, plan: Plan, audio: Audio, key: Option<MasterKey>, now_ms: u64) -> Call {
        Call {
            dialog,
            plan,
            incoming: false,
            view: CallView::default(),
            audio,
            key,
            shake: None,
            begun_ms: now_ms,
            answered_ms: None,
            over_ms: None,
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

    pub(super) fn send(&mut self, method: &'static str, text: String, net: &Net, to: SocketAddr, now_ms: u64) {
        net.send(self.dialog.local, to, text.as_bytes());
        self.pending = Some(Pending { method, text, next_ms: now_ms + REPEAT_MS, tries: 1 });
    }

    pub(super) fn tick(&mut self, net: &Net, gateway: SocketAddr, now_ms: u64) {
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
        let body = self.description();
        let text = text::response(&self.invite, 200, "OK", &self.tag(), self.dialog.local, &body);
        self.answered_ms = Some(now_ms);
        self.audio.send_to(text::audio_address(&self.invite));
        self.send("INVITE", text, net, gateway, now_ms);
    }

    /// What a called phone answers: with its key where the offer has one of its suite.
    fn description(&mut self) -> String {
        let local = self.audio.local();
        if let (Some(shake), Some((theirs, _))) = (&self.shake, text::handshake_of(&self.invite)) {
            let profile = text::profile(&self.invite).unwrap_or_default();
            self.audio.shake(&shake.identity, Role::Active, theirs);
            return text::shaking_description(local, profile, &shake.told, "active");
        }
        let offered = self.key.as_ref().and_then(|own| text::key_of(&self.invite, own.suite()));
        match (self.key.clone(), offered) {
            (Some(own), Some((tag, theirs))) => {
                let profile = text::profile(&self.invite).unwrap_or_default();
                let body = text::secure_description(local, profile, &text::key_line(tag, &own));
                self.audio.secure(own, theirs);
                body
            }
            _ => text::description(local),
        }
    }

    /// The tag of a called phone.
    fn tag(&self) -> String {
        self.dialog.from.rsplit(";tag=").next().unwrap_or("").to_owned()
    }

    fn respond(&self, status: u16, phrase: &str, body: &str, net: &Net, gateway: SocketAddr) {
        let text = text::response(&self.invite, status, phrase, &self.tag(), self.dialog.local, body);
        net.send(self.dialog.local, gateway, text.as_bytes());
    }

    pub(super) fn bye(&mut self, net: &Net, gateway: SocketAddr, now_ms: u64) {
        if self.answered_ms.is_none() || self.view.over || self.pending.as_ref().is_some_and(|one| one.method == "BYE")
        {
            return;
        }
        self.sequence += 1;
        let text = self.dialog.request("BYE", self.sequence, &self.branch("b"));
        self.send("BYE", text, net, gateway, now_ms);
    }

    pub(super) fn hear(&mut self, message: &str, net: &Net, gateway: SocketAddr, now_ms: u64) {
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
            // It was overtaken by the answer.
            101..=199 if self.answered_ms.is_some() => {}
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
        if let Some(own) = self.key.clone()
            && let Some((_, theirs)) = text::key_of(message, own.suite())
        {
            self.audio.secure(own, theirs);
        }
        if let (Some(shake), Some((theirs, setup))) = (&self.shake, text::handshake_of(message)) {
            let role = if setup == "active" { Role::Passive } else { Role::Active };
            self.audio.shake(&shake.identity, role, theirs);
        }
        self.audio.send_to(text::audio_address(message));
        if self.cancelled {
            self.bye(net, gateway, now_ms);
        }
    }
}

/// Timer A's first value; a phone of templates does not back off.
const REPEAT_MS: u64 = 500;
/// 64 times T1.
const TRIES_MAX: u32 = 64;
