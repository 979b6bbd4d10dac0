//! A data link connection endpoint, Q.921: its four verbs, and frames in and out of the procedures.
//!
//! Promises: pure; numbered information is delivered once and in order, or an [`Output::Established`] indication or
//! [`Output::Released`] says that it may be lost; at most [`OUTPUTS_MAX`] outputs wait, and what finds no room then is
//! dropped as if the line had lost it.
//! Leaves out: what [the module](super) leaves out.

use std::collections::VecDeque;
use std::time::Instant;

use super::frame::{Address, Control, Frame, FrameError, Sapi, Supervisory, Tei, Unnumbered};
use super::procedures::{Establishment, Event, Phase, Supervision, SupervisoryFrame};
use super::transfer::Transfer;
use super::{Command, Counters, ErrorCode, LinkConfig, Output, State};

/// Outputs that may wait to be fetched; a full queue stands for a line that takes nothing.
pub const OUTPUTS_MAX: usize = 512;

/// A data link connection endpoint (Q.921).
#[derive(Clone, Debug)]
pub struct Link {
    pub(super) config: LinkConfig,
    phase: Phase,
    outputs: VecDeque<Output>,
    pub(super) counters: Counters,
}

impl Link {
    /// A link that is released.
    pub fn new(config: LinkConfig) -> Self {
        Self { config, phase: Phase::TeiAssigned, outputs: VecDeque::new(), counters: Counters::default() }
    }

    /// Layer 3 or the physical layer asks for something.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        match command {
            Command::Establish => self.handle(now, Event::Establish),
            Command::Release => self.handle(now, Event::Release),
            Command::Data(field) | Command::UnitData(field) if field.len() > self.config.n201 => {
                self.counters.requests_refused += 1;
            }
            Command::Data(field) => self.handle(now, Event::Data(field)),
            Command::UnitData(field) => self.send_unnumbered(true, Unnumbered::Information, false, &field),
            Command::Deactivated => self.handle(now, Event::Deactivated),
        }
    }

    /// A frame came: from the address field to before the check sequence, which was right.
    pub fn handle_frame(&mut self, now: Instant, octets: &[u8]) {
        if self.outputs.len() >= OUTPUTS_MAX {
            self.counters.frames_dropped += 1;
            return;
        }
        let Ok(address) = Address::decode(octets) else {
            self.counters.frames_invalid += 1;
            return;
        };
        match (address.sapi, address.tei) {
            (Sapi::CALL_CONTROL, Tei::PRIMARY_RATE) => match Frame::decode(octets, self.config.n201) {
                Ok(frame) => self.frame(now, frame),
                Err(error) => self.rejected(now, error),
            },
            (Sapi::MANAGEMENT, _) => self.counters.frames_management += 1,
            _ => self.counters.frames_elsewhere += 1,
        }
    }

    /// Expires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        match self.deadline() {
            Some((deadline, event)) if deadline <= now => self.handle(now, event),
            _ => {}
        }
    }

    /// The next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadline().map(|(deadline, _)| deadline)
    }

    /// The next thing to send or to tell.
    ///
    /// Received information is acknowledged by itself only when nothing else is left to fetch: layer 3's answer to an
    /// [`Output::Data`] carries the acknowledgement if it is given before the next call.
    pub fn poll_output(&mut self) -> Option<Output> {
        if self.outputs.is_empty() {
            self.acknowledge_pending();
        }
        self.outputs.pop_front()
    }

    /// The state of the procedures.
    pub fn state(&self) -> State {
        match self.phase {
            Phase::TeiAssigned => State::TeiAssigned,
            Phase::AwaitingEstablishment(_) => State::AwaitingEstablishment,
            Phase::AwaitingRelease(..) => State::AwaitingRelease,
            Phase::MultipleFrameEstablished(..) => State::MultipleFrameEstablished,
            Phase::TimerRecovery(..) => State::TimerRecovery,
        }
    }

    /// Whether the far end has said that it cannot take information (RNR).
    pub fn is_peer_busy(&self) -> bool {
        match &self.phase {
            Phase::MultipleFrameEstablished(transfer, _) | Phase::TimerRecovery(transfer, _) => transfer.peer_busy,
            _ => false,
        }
    }

    /// What has been counted since the link was made.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    fn deadline(&self) -> Option<(Instant, Event<'static>)> {
        match &self.phase {
            Phase::TeiAssigned => None,
            Phase::AwaitingEstablishment(Establishment { attempt, .. })
            | Phase::AwaitingRelease(attempt, _)
            | Phase::TimerRecovery(_, attempt) => Some((attempt.t200, Event::T200)),
            Phase::MultipleFrameEstablished(_, Supervision::T200(deadline)) => Some((*deadline, Event::T200)),
            Phase::MultipleFrameEstablished(_, Supervision::T203(deadline)) => Some((*deadline, Event::T203)),
        }
    }

    /// A frame of this link, by its kind and by the sense of its command/response bit (table 5).
    ///
    /// Table 5 has no row for a kind with the other sense, so such a frame could pass for undefined and begin the
    /// link anew. It is ignored instead: on a looped line every frame of ours comes back that way.
    fn frame(&mut self, now: Instant, Frame { address, control, information: field }: Frame<'_>) {
        let is_command = address.is_command(self.config.side.other());
        let event = match (control, is_command) {
            (Control::Information { send, receive, poll }, true) => Event::Information { send, receive, poll, field },
            (Control::Supervisory { function, receive, poll_final }, _) => {
                Event::Supervisory(SupervisoryFrame { function, receive, is_command, poll_final })
            }
            (Control::Unnumbered { function, poll_final }, is_command) => match (function, is_command) {
                (Unnumbered::SetMode, true) => Event::SetMode { poll: poll_final },
                (Unnumbered::Disconnect, true) => Event::Disconnect { poll: poll_final },
                (Unnumbered::Information, true) => return self.push(Output::UnitData(field.to_vec())),
                (Unnumbered::Acknowledgement, false) => Event::Acknowledgement { is_final: poll_final },
                (Unnumbered::DisconnectedMode, false) => Event::DisconnectedMode { is_final: poll_final },
                (Unnumbered::FrameReject, false) => Event::FrameReject,
                (Unnumbered::ExchangeIdentification, _) => return self.counters.frames_unexpected += 1,
                _ => return self.counters.frames_misdirected += 1,
            },
            (Control::Information { .. }, false) => return self.counters.frames_misdirected += 1,
        };
        self.handle(now, event);
    }

    fn rejected(&mut self, now: Instant, error: FrameError) {
        match error.rejection() {
            Some(code) => self.handle(now, Event::FrameRejection(code)),
            None => self.counters.frames_invalid += 1,
        }
    }

    fn handle(&mut self, now: Instant, event: Event<'_>) {
        let phase = std::mem::replace(&mut self.phase, Phase::TeiAssigned);
        self.phase = self.step(now, phase, event);
        self.send_information(now);
    }

    /// Sends what the window allows in state 7; T200 runs from the first frame on.
    fn send_information(&mut self, now: Instant) {
        let Phase::MultipleFrameEstablished(transfer, timer) = &mut self.phase else { return };
        let receive = transfer.expected;
        let address = Address::call_control(self.config.side, true);
        while self.outputs.len() < OUTPUTS_MAX {
            let Some((send, information, again)) = transfer.next(self.config.k) else { return };
            match again {
                true => self.counters.information_retransmitted += 1,
                false => self.counters.information_sent += 1,
            }
            let control = Control::Information { send, receive, poll: false };
            self.outputs.push_back(Output::Frame(Frame { address, control, information }.encode()));
            transfer.acknowledge_pending = false;
            if matches!(timer, Supervision::T203(_)) {
                *timer = Supervision::T200(now + self.config.timers.t200);
            }
        }
    }

    /// Acknowledges what no frame has acknowledged yet.
    fn acknowledge_pending(&mut self) {
        let (Phase::MultipleFrameEstablished(transfer, _) | Phase::TimerRecovery(transfer, _)) = &mut self.phase else {
            return;
        };
        if !std::mem::take(&mut transfer.acknowledge_pending) {
            return;
        }
        let receive = transfer.expected;
        let function = Supervisory::ReceiveReady;
        self.send(false, Control::Supervisory { function, receive, poll_final: false }, &[]);
    }

    /// "Transmit enquiry": RR as a command with P = 1.
    pub(super) fn enquire(&mut self, transfer: &mut Transfer) {
        self.supervise(transfer, true, Supervisory::ReceiveReady, true);
    }

    pub(super) fn supervise(
        &mut self,
        transfer: &mut Transfer,
        is_command: bool,
        function: Supervisory,
        poll_final: bool,
    ) {
        transfer.acknowledge_pending = false;
        let receive = transfer.expected;
        self.send(is_command, Control::Supervisory { function, receive, poll_final }, &[]);
    }

    pub(super) fn respond(&mut self, function: Unnumbered, poll_final: bool) {
        self.send_unnumbered(false, function, poll_final, &[]);
    }

    pub(super) fn send_unnumbered(
        &mut self,
        is_command: bool,
        function: Unnumbered,
        poll_final: bool,
        information: &[u8],
    ) {
        self.send(is_command, Control::Unnumbered { function, poll_final }, information);
    }

    fn send(&mut self, is_command: bool, control: Control, information: &[u8]) {
        if self.outputs.len() >= OUTPUTS_MAX {
            self.counters.frames_dropped += 1;
            return;
        }
        let address = Address::call_control(self.config.side, is_command);
        self.push(Output::Frame(Frame { address, control, information }.encode()));
    }

    pub(super) fn error(&mut self, code: ErrorCode) {
        self.counters.errors.count(code);
        self.push(Output::Error(code));
    }

    pub(super) fn push(&mut self, output: Output) {
        self.outputs.push_back(output);
    }
}
