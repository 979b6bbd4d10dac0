//! The signalling point: message handling, link tests and network management of one linkset, Q.704 and Q.707.
//!
//! One or more links to one adjacent point. Promises: user messages pass only after a successful link test;
//! a link that fails costs none of them while another stands (changeover with retrieval, clause 5), and when it is back
//! it takes its share again in order (changeback, clause 6); a link that either end has inhibited carries tests and
//! management alone (clause 10).
//! Left out: a transfer point's part, flow control, and the repetition of management messages, which level 2 delivers; those for
//! changeover and changeback have timers.

use std::collections::VecDeque;

use super::correction::Retrieval;
use super::label::{self, Label, Labelled, SERVICE_ISUP, SERVICE_MANAGEMENT, SERVICE_TEST};
use super::link_test::{self, Due, Heard, LinkTest};
use super::management::Management;
use super::sharing::{Sharing, Way};

/// What a received message is to this signalling point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// For ISUP: from the circuit identification code on.
    Isup(Vec<u8>),
    /// Network management or test, dealt with; its name for the log.
    Management(&'static str),
    /// Not for us or not known, and why.
    Refused(&'static str),
}

/// What this point asks of its links, by their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// A message for a link: service information octet and signalling information field.
    Send(usize, Vec<u8>),
    /// The other end has given the link up.
    Fail(usize),
    /// Something for the log: a management message sent, by its name.
    Said(&'static str),
    /// Something for the log: a message for which there is no link.
    Lost,
}

/// What is known of one link.
#[derive(Debug)]
struct LinkState {
    code: u8,
    test: LinkTest,
    changeover: Changeover,
    inhibited_here: bool,
    inhibited_there: bool,
    /// The last number accepted before its last failure.
    accepted: Option<u8>,
}

/// Changeover of one link, clause 5.
#[derive(Debug)]
enum Changeover {
    Idle,
    /// COO or ECO came while the link stood; level 2 is to give it up.
    Asked {
        accepted: Option<u8>,
    },
    /// COO or ECO sent.
    Ordered {
        retrieval: Retrieval,
        t2_ms: u64,
    },
    /// The link is inhibited: what it was given still passes.
    TimeControlled {
        t1_ms: u64,
    },
}

/// A share on its way back to its normal link, clause 6.
#[derive(Debug)]
struct Changeback {
    from: usize,
    to: usize,
    due_ms: u64,
    repeated: bool,
}

/// The signalling point.
#[derive(Debug)]
pub(super) struct SignallingPoint {
    label: Label,
    links: Vec<LinkState>,
    sharing: Sharing,
    changebacks: Vec<Changeback>,
    outputs: VecDeque<Output>,
    changeovers: u64,
}

impl SignallingPoint {
    /// Links by their signalling link codes.
    pub(super) fn new(label: Label, codes: &[u8]) -> Self {
        let link = |code: &u8| LinkState {
            code: *code,
            test: LinkTest::Down,
            changeover: Changeover::Idle,
            inhibited_here: false,
            inhibited_there: false,
            accepted: None,
        };
        SignallingPoint {
            label,
            links: codes.iter().map(link).collect(),
            sharing: Sharing::default(),
            changebacks: Vec::new(),
            outputs: VecDeque::new(),
            changeovers: 0,
        }
    }

    /// Changeovers that both ends have agreed on, since its start.
    pub(super) fn changeovers(&self) -> u64 {
        self.changeovers
    }

    /// Whether user messages pass.
    pub(super) fn available(&self) -> bool {
        self.links.iter().any(LinkState::carries)
    }

    /// Whether the test of a link has passed.
    pub(super) fn tested(&self, link: usize) -> bool {
        self.links[link].test.passed()
    }

    /// The link with that code.
    pub(super) fn place(&self, code: u8) -> Option<usize> {
        self.links.iter().position(|link| link.code == code)
    }

    pub(super) fn link_in_service(&mut self, now_ms: u64, link: usize) {
        self.links[link].test = LinkTest::begin(now_ms);
        self.test(link);
    }

    /// A link has failed; level 2 hands over what it knows.
    pub(super) fn link_out_of_service(&mut self, now_ms: u64, link: usize, retrieval: Retrieval) {
        let carried = self.links[link].carries();
        let state = &mut self.links[link];
        state.test = LinkTest::Down;
        state.accepted = retrieval.accepted;
        match std::mem::replace(&mut state.changeover, Changeover::Idle) {
            Changeover::Asked { accepted } => {
                self.stop_traffic(link);
                self.changeovers += 1;
                self.acknowledge(link, retrieval.accepted);
                self.divert(now_ms, link, retrieval.after(accepted));
            }
            Changeover::Idle if carried => {
                self.stop_traffic(link);
                self.order(now_ms, link, retrieval);
            }
            // Of an inhibited link nothing newer than what it was given can be late.
            Changeover::TimeControlled { .. } => self.order(now_ms, link, retrieval),
            changeover @ (Changeover::Idle | Changeover::Ordered { .. }) => self.links[link].changeover = changeover,
        }
        self.spare_no_link();
    }

    /// Time passes.
    pub(super) fn tick(&mut self, now_ms: u64) {
        for link in 0..self.links.len() {
            match self.links[link].test.tick(now_ms) {
                Due::Nothing => {}
                Due::Test => self.test(link),
                Due::Failed => self.outputs.push_back(Output::Fail(link)),
            }
            match self.links[link].changeover {
                Changeover::Ordered { t2_ms: due_ms, .. } | Changeover::TimeControlled { t1_ms: due_ms }
                    if now_ms >= due_ms =>
                {
                    self.divert(now_ms, link, Vec::new());
                }
                _ => {}
            }
        }
        for at in (0..self.changebacks.len()).rev() {
            let Changeback { from, to, due_ms, repeated } = self.changebacks[at];
            match repeated {
                _ if now_ms < due_ms => {}
                true => self.arrive(at),
                false => {
                    (self.changebacks[at].due_ms, self.changebacks[at].repeated) = (now_ms + T5_MS, true);
                    self.say(from, to, Management::Changeback(from as u8));
                }
            }
        }
    }

    pub(super) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Sends an ISUP message, from its circuit identification code on; `circuit` selects the link (Q.704 clause 2).
    pub(super) fn send_isup(&mut self, circuit: u16, message: &[u8]) {
        let selection = circuit.to_le_bytes()[0] & self.label.network.selection_mask();
        self.route(selection, self.label.write(SERVICE_ISUP, selection, message));
    }

    /// The operator inhibits a link: LIN. `false`: no other carries traffic.
    pub(super) fn inhibit(&mut self, link: usize) -> bool {
        let over = self.other(link).filter(|_| self.links[link].carries());
        over.inspect(|over| self.say(*over, link, Management::Inhibit)).is_some()
    }

    /// The operator ends it: LUN.
    pub(super) fn uninhibit(&mut self, link: usize) {
        if let Some(over) = self.path(link) {
            self.say(over, link, Management::Uninhibit);
        }
    }

    /// A message that came over a link.
    pub(super) fn receive(&mut self, now_ms: u64, over: usize, octets: &[u8]) -> Delivery {
        let Labelled { service, selection, payload } = match self.label.read(octets) {
            Ok(message) => message,
            Err(reason) => return Delivery::Refused(reason),
        };
        match service {
            SERVICE_MANAGEMENT => match self.read_management(selection, payload) {
                (Some(Management::RestartAllowed), _) => Delivery::Management("TRA"),
                (Some(message), Some(link)) => {
                    self.manage(now_ms, over, link, message);
                    Delivery::Management(message.name())
                }
                (Some(_), None) => Delivery::Refused("management of a link that is not there"),
                (None, _) => Delivery::Refused("network management message"),
            },
            SERVICE_TEST => self.receive_test(now_ms, over, payload),
            SERVICE_ISUP if self.available() => Delivery::Isup(payload.to_vec()),
            SERVICE_ISUP => Delivery::Refused("user message before the link test has passed"),
            _ => Delivery::Refused("service without a user"),
        }
    }

    /// A management message, and the link that it is about where there is such a link.
    fn read_management(&self, selection: u8, payload: &[u8]) -> (Option<Management>, Option<usize>) {
        if !self.label.network.is_ansi() {
            return (Management::read(payload), self.place(selection));
        }
        let (code, message) = Management::read_apart(payload).unzip();
        (message, code.and_then(|code| self.place(code)))
    }

    /// The code of a link where the label tells it.
    fn told_by_label(&self, link: usize) -> u8 {
        if self.label.network.is_ansi() { 0 } else { self.links[link].code }
    }

    fn receive_test(&mut self, now_ms: u64, link: usize, payload: &[u8]) -> Delivery {
        match link_test::hear(payload) {
            Heard::Test(answer) => {
                let message = self.label.write(SERVICE_TEST, self.told_by_label(link), &answer);
                self.outputs.push_back(Output::Send(link, message));
                Delivery::Management("SLTM")
            }
            Heard::Acknowledgement => match self.links[link].test.acknowledge(now_ms) {
                None => Delivery::Refused("SLTA without SLTM"),
                Some(first) => {
                    if first {
                        self.start_traffic(now_ms, link);
                    }
                    Delivery::Management("SLTA")
                }
            },
            Heard::Malformed => Delivery::Refused("malformed link test"),
        }
    }

    /// A management message about a link, in the order of clauses 5, 6 and 10.
    fn manage(&mut self, now_ms: u64, over: usize, link: usize, message: Management) {
        use Management::*;
        match message {
            Changeover(number) => self.take_over(now_ms, link, Some(number)),
            Emergency => self.take_over(now_ms, link, None),
            ChangeoverAcknowledgement(number) => self.taken_over(now_ms, link, Some(number)),
            EmergencyAcknowledgement => self.taken_over(now_ms, link, None),

            Changeback(code) => self.say(over, link, ChangebackAcknowledgement(code)),
            ChangebackAcknowledgement(code) => {
                let ended = |one: &self::Changeback| one.to == link && one.from == usize::from(code);
                if let Some(at) = self.changebacks.iter().position(ended) {
                    self.arrive(at);
                }
            }

            Inhibit if self.links[link].inhibited_there || self.other(link).is_some() => {
                self.say(over, link, InhibitAcknowledgement);
                self.set_inhibition(now_ms, link, |link| link.inhibited_there = true);
            }
            Inhibit => self.say(over, link, InhibitDenied),
            InhibitAcknowledgement => self.set_inhibition(now_ms, link, |link| link.inhibited_here = true),
            Uninhibit => {
                self.say(over, link, UninhibitAcknowledgement);
                self.set_inhibition(now_ms, link, |link| link.inhibited_there = false);
            }
            UninhibitAcknowledgement => self.set_inhibition(now_ms, link, |link| link.inhibited_here = false),
            ForceUninhibit if self.links[link].inhibited_here => self.uninhibit(link),
            // What either end believes of the other is put right (10.2.6 and 10.2.7 of the inhibition test).
            LocalInhibitTest if !self.links[link].inhibited_there => self.say(over, link, ForceUninhibit),
            RemoteInhibitTest if !self.links[link].inhibited_here => self.say(over, link, Uninhibit),
            InhibitDenied | ForceUninhibit | LocalInhibitTest | RemoteInhibitTest | RestartAllowed => {}
        }
    }

    /// COO or ECO.
    fn take_over(&mut self, now_ms: u64, link: usize, accepted: Option<u8>) {
        match std::mem::replace(&mut self.links[link].changeover, Changeover::Idle) {
            Changeover::Ordered { retrieval, .. } => {
                self.changeovers += 1;
                self.acknowledge(link, retrieval.accepted);
                self.divert(now_ms, link, retrieval.after(accepted));
            }
            Changeover::Idle | Changeover::Asked { .. } if self.links[link].test != LinkTest::Down => {
                self.links[link].changeover = Changeover::Asked { accepted };
                self.outputs.push_back(Output::Fail(link));
            }
            other => {
                self.links[link].changeover = other;
                self.acknowledge(link, self.links[link].accepted);
            }
        }
    }

    /// COA or ECA; without an order of ours it comes late, and both orders have done its work.
    fn taken_over(&mut self, now_ms: u64, link: usize, accepted: Option<u8>) {
        match std::mem::replace(&mut self.links[link].changeover, Changeover::Idle) {
            Changeover::Ordered { retrieval, .. } => {
                self.changeovers += 1;
                self.divert(now_ms, link, retrieval.after(accepted));
            }
            other => self.links[link].changeover = other,
        }
    }

    fn order(&mut self, now_ms: u64, link: usize, retrieval: Retrieval) {
        let Some(over) = self.path(link) else { return self.divert(now_ms, link, Vec::new()) };
        self.say(over, link, retrieval.accepted.map_or(Management::Emergency, Management::Changeover));
        self.links[link].changeover = Changeover::Ordered { retrieval, t2_ms: now_ms + T2_MS };
    }

    fn acknowledge(&mut self, link: usize, accepted: Option<u8>) {
        if let Some(over) = self.path(link) {
            let emergency = Management::EmergencyAcknowledgement;
            self.say(over, link, accepted.map_or(emergency, Management::ChangeoverAcknowledgement));
        }
    }

    /// The share of a link goes to the others: what they have not had first, then what waited.
    fn divert(&mut self, now_ms: u64, link: usize, retrieved: Vec<Vec<u8>>) {
        self.links[link].changeover = Changeover::Idle;
        let carrying: Vec<usize> = (0..self.links.len()).filter(|at| self.links[*at].carries()).collect();
        let waited = self.sharing.divert(link, self.links.len(), &carrying);
        let network = self.label.network;
        let retrieved = retrieved.into_iter().filter_map(|message| {
            let Labelled { service, selection, .. } = label::split(network, &message)?.1;
            (service == SERVICE_ISUP).then_some((selection, message))
        });
        let retrieved: Vec<_> = retrieved.collect();
        self.release(retrieved.into_iter().chain(waited));
        // Its share may have fallen to none, or to a substitute although its normal link is back.
        for link in carrying {
            self.join(now_ms, link);
        }
    }

    /// A link may carry traffic.
    fn start_traffic(&mut self, now_ms: u64, link: usize) {
        if !self.links[link].carries() {
            return;
        }
        if self.other(link).is_none() {
            // The restart of the only neighbour is over as soon as its link is (clause 9).
            self.say(link, link, Management::RestartAllowed);
        }
        match self.links[link].changeover {
            Changeover::Idle | Changeover::Asked { .. } => self.join(now_ms, link),
            Changeover::Ordered { .. } | Changeover::TimeControlled { .. } => self.divert(now_ms, link, Vec::new()),
        }
    }

    fn join(&mut self, now_ms: u64, link: usize) {
        for from in self.sharing.join(link, self.links.len()) {
            self.changebacks.push(Changeback { from, to: link, due_ms: now_ms + T4_MS, repeated: false });
            // Behind all that the substitute carried; the code tells substitutes apart.
            self.say(from, link, Management::Changeback(from as u8));
        }
    }

    fn arrive(&mut self, at: usize) {
        let Changeback { from, to, .. } = self.changebacks.swap_remove(at);
        let waited = self.sharing.arrive(from, to);
        self.release(waited);
    }

    fn stop_traffic(&mut self, link: usize) {
        self.changebacks.retain(|changeback| changeback.from != link && changeback.to != link);
        let waited = self.sharing.leave(link);
        self.release(waited);
    }

    fn set_inhibition(&mut self, now_ms: u64, link: usize, set: impl FnOnce(&mut LinkState)) {
        let carried = self.links[link].carries();
        set(&mut self.links[link]);
        match (carried, self.links[link].carries()) {
            (true, false) => {
                self.stop_traffic(link);
                self.links[link].changeover = Changeover::TimeControlled { t1_ms: now_ms + T1_MS };
            }
            (false, true) => self.start_traffic(now_ms, link),
            _ => {}
        }
    }

    /// Where no link carries traffic, inhibitions of those that could are ended.
    fn spare_no_link(&mut self) {
        if self.available() {
            return;
        }
        for link in 0..self.links.len() {
            let state = &self.links[link];
            match (state.test.passed(), state.inhibited_here, state.inhibited_there) {
                (true, true, _) => self.say(link, link, Management::Uninhibit),
                (true, false, true) => self.say(link, link, Management::ForceUninhibit),
                _ => {}
            }
        }
    }

    fn release(&mut self, messages: impl IntoIterator<Item = (u8, Vec<u8>)>) {
        for (selection, message) in messages {
            self.route(selection, message);
        }
    }

    fn route(&mut self, selection: u8, message: Vec<u8>) {
        match self.sharing.way(selection, &message) {
            Way::Link(link) => self.outputs.push_back(Output::Send(link, message)),
            Way::Waits => {}
            Way::Lost => self.outputs.push_back(Output::Lost),
        }
    }

    fn test(&mut self, link: usize) {
        let code = self.links[link].code;
        let told_apart = if self.label.network.is_ansi() { code } else { 0 };
        let message = self.label.write(SERVICE_TEST, self.told_by_label(link), &link_test::message(told_apart));
        self.outputs.push_back(Output::Send(link, message));
    }

    /// Says something about a link over this one or another.
    fn say(&mut self, over: usize, about: usize, message: Management) {
        let contents = match self.label.network.is_ansi() {
            true => message.write_apart(self.links[about].code),
            false => message.write(),
        };
        let octets = self.label.write(SERVICE_MANAGEMENT, self.told_by_label(about), &contents);
        self.outputs.extend([Output::Send(over, octets), Output::Said(message.name())]);
    }

    /// Another link that carries traffic.
    fn other(&self, link: usize) -> Option<usize> {
        (0..self.links.len()).find(|other| *other != link && self.links[*other].carries())
    }

    /// A link over which something can be said about this one: another that carries traffic, or any that is tested.
    fn path(&self, link: usize) -> Option<usize> {
        self.other(link).or_else(|| (0..self.links.len()).find(|any| self.links[*any].test.passed()))
    }
}

impl LinkState {
    /// Whether user messages may go over it.
    fn carries(&self) -> bool {
        self.test.passed() && !self.inhibited_here && !self.inhibited_there
    }
}

/// As the ranges of `isup::mtp3` have them: T1 and T4 and T5 0.5 to 1.2 s, T2 0.7 to 2 s.
const T1_MS: u64 = 800;
const T2_MS: u64 = 1_400;
const T4_MS: u64 = 800;
const T5_MS: u64 = 800;

#[cfg(test)]
#[path = "mtp3_tests.rs"]
mod tests;
