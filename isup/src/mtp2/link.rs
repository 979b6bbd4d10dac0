//! A signalling link: the functional blocks of Q.703 wired together.
//!
//! Promises: pure; a pull of [`Link::poll_transmit`] allocates nothing for fill-in and status units; every buffer is
//! bounded (see [`super::txc`]). In [`LineMode::Repeating`] the last unit received still stands on the line although
//! the driver hides its repetitions, so it is read again whenever a state that waits for it is entered.
//! Leaves out: what the blocks leave out.

use std::collections::VecDeque;
use std::mem::Discriminant;
use std::time::Instant;

use super::aerm::AlignmentMonitor;
use super::cc::CongestionControl;
use super::iac::{self, Alignment};
use super::lsc::{self, LinkStateControl};
use super::rxc::{Reception, Verdict};
use super::suerm::{ErrorRateMonitor, GAP};
use super::txc::{CONGESTION_ABATEMENT, CONGESTION_ONSET, Made, Transmission};
use super::unit::{Contents, Header, MESSAGE_OCTETS_MAX, MESSAGE_OCTETS_MIN, Status, Unit};
use super::{Command, Counters, LineError, LineMode, LinkConfig, Output, Retrieval, State};

/// A signalling link (Q.703).
#[derive(Clone, Debug)]
pub struct Link {
    config: LinkConfig,
    lsc: LinkStateControl,
    iac: Alignment,
    txc: Transmission,
    rxc: Reception,
    cc: CongestionControl,
    aerm: AlignmentMonitor,
    suerm: ErrorRateMonitor,
    /// Alignment is lost: when the next 16 octets count as an errored unit.
    gap: Option<Instant>,
    /// What stands on the received line, where the driver repeats it.
    held: Option<Held>,
    /// The states in which `held` was read last.
    held_read_in: Option<Marks>,
    /// The unit that the driver repeats; empty after a message.
    repeated: Vec<u8>,
    congested: bool,
    /// In service since the last start: sequence numbers are those of the far end too.
    numbered: bool,
    /// The same, and not retrieved: what level 3 sends before it hears of a failure waits to be retrieved.
    retrievable: bool,
    outputs: VecDeque<Output>,
    counters: Counters,
}

/// A received unit that its sender repeats.
#[derive(Clone, Copy, Debug)]
enum Held {
    Status(Status),
    Fill(Header),
}

/// The states on which the meaning of a held unit depends.
type Marks = (State, Discriminant<iac::State>);

impl Link {
    /// A link out of service: it sends SIOS.
    pub fn new(config: LinkConfig) -> Self {
        Self {
            config,
            lsc: LinkStateControl::new(config.timers),
            iac: Alignment::new(config.timers),
            txc: Transmission::new(config.timers, config.correction),
            rxc: Reception::new(config.correction),
            cc: CongestionControl::default(),
            aerm: AlignmentMonitor::default(),
            suerm: ErrorRateMonitor::default(),
            gap: None,
            held: None,
            held_read_in: None,
            repeated: Vec::new(),
            congested: false,
            numbered: false,
            retrievable: false,
            outputs: VecDeque::new(),
            counters: Counters::default(),
        }
    }

    /// Level 3 or management asks for something.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        match command {
            Command::Start { emergency } => self.link_state(now, lsc::Event::Start { emergency }),
            Command::Stop => self.link_state(now, lsc::Event::Stop),
            Command::Transmit(message) => self.transmit(message),
            Command::LocalProcessorOutage => self.link_state(now, lsc::Event::LocalProcessorOutage),
            Command::LocalProcessorRecovered => self.link_state(now, lsc::Event::LocalProcessorRecovered),
            Command::ReceiveCongestion if self.carries_messages() => {
                if self.cc.begin(now, self.config.timers.t5) {
                    self.txc.send_busy();
                }
            }
            Command::ReceiveCongestion => self.counters.orders_unexpected += 1,
            Command::ReceiveCongestionCeased => {
                self.cc.end();
                self.held_read_in = None;
            }
            Command::Retrieve => self.retrieve(),
            Command::Flush if self.state() == State::ProcessorOutage => self.txc.flush(),
            Command::Flush => self.counters.orders_unexpected += 1,
        }
        self.read_held(now);
    }

    /// A unit came: from BSN/BIB to before the check bits.
    pub fn handle_unit(&mut self, now: Instant, octets: &[u8]) {
        let Ok(Unit { header, contents }) = Unit::decode(octets) else {
            self.counters.units_malformed += 1;
            self.errored(now);
            return;
        };
        self.gap = None;
        self.suerm.unit(now);
        self.align(now, iac::Event::CorrectUnit);
        self.held = match contents {
            Contents::Status(status) => Some(Held::Status(status)),
            Contents::Fill => Some(Held::Fill(header)),
            Contents::Message(_) => None,
        };
        self.held_read_in = Some(self.marks());
        match contents {
            Contents::Status(status) => self.status(now, status),
            Contents::Fill | Contents::Message(_) => self.fill_or_message(now, header, contents),
        }
        self.read_held(now);
    }

    /// The line reports an error in place of a unit.
    pub fn handle_error(&mut self, now: Instant, error: LineError) {
        match error {
            LineError::Check => self.errored(now),
            LineError::Abort | LineError::Overrun => {
                self.errored(now);
                // Where good units are hidden, nothing would end the counting of gaps.
                if self.config.line == LineMode::Frames {
                    self.gap.get_or_insert(now + GAP);
                }
            }
            LineError::SignalLost => {
                self.held = None;
                self.link_state(now, lsc::Event::Failure(super::Reason::SignalLost));
            }
        }
    }

    /// Expires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.link_state(now, lsc::Event::Timeout);
        self.align(now, iac::Event::Timeout);
        if let Some(reason) = self.txc.handle_timeout(now) {
            self.link_state(now, lsc::Event::Failure(reason));
        }
        if self.cc.handle_timeout(now, self.config.timers.t5) {
            self.txc.send_busy();
        }
        while let Some(gap) = self.gap.filter(|gap| *gap <= now && self.is_monitored()) {
            self.gap = Some(gap + GAP);
            self.errored(now);
        }
        self.read_held(now);
    }

    /// The next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let gap = self.gap.filter(|_| self.is_monitored());
        [self.lsc.poll_timeout(), self.iac.poll_timeout(), self.txc.poll_timeout(), self.cc.poll_timeout(), gap]
            .into_iter()
            .flatten()
            .min()
    }

    /// The next thing to tell level 3.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Writes the next unit into `unit`, which is cleared first: from BSN/BIB on, without check bits.
    ///
    /// Call it when the line has room: a unit once written here is taken as sent. False: nothing new to say, the driver repeats the last unit; in
    /// [`LineMode::Frames`] there is always a unit.
    pub fn poll_transmit(&mut self, now: Instant, unit: &mut Vec<u8>) -> bool {
        unit.clear();
        let made = self.txc.make(now, self.rxc.backward(), unit);
        match made {
            Made::Message => self.counters.messages_sent += 1,
            Made::Retransmission => self.counters.messages_retransmitted += 1,
            Made::Repeatable | Made::Once => {}
        }
        if self.congested && self.txc.waiting() <= CONGESTION_ABATEMENT {
            self.congested = false;
            self.outputs.push_back(Output::CongestionAbated);
        }
        if self.config.line == LineMode::Frames {
            return true;
        }
        if made != Made::Repeatable {
            // A message must not be repeated: whatever follows it is news.
            self.repeated.clear();
            return true;
        }
        let news = *unit != self.repeated;
        if news {
            self.repeated.clone_from(unit);
        }
        news
    }

    /// The state of link state control.
    pub fn state(&self) -> State {
        self.lsc.state()
    }

    /// What has been counted since the link was made.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    fn transmit(&mut self, message: Vec<u8>) {
        let fits = (MESSAGE_OCTETS_MIN..=MESSAGE_OCTETS_MAX).contains(&message.len());
        if !fits || !(self.carries_messages() || self.retrievable) || self.txc.queue(message).is_err() {
            self.counters.transmit_refused += 1;
            return;
        }
        if !self.congested && self.txc.waiting() >= CONGESTION_ONSET {
            self.congested = true;
            self.outputs.push_back(Output::CongestionOnset);
        }
    }

    fn retrieve(&mut self) {
        self.retrievable = false;
        let (first_fsn, sent, waiting) = self.txc.retrieve();
        let bsn = self.numbered.then(|| self.rxc.backward().0);
        self.outputs.push_back(Output::Retrieved(Retrieval { bsn, first_fsn, sent, waiting }));
    }

    fn carries_messages(&self) -> bool {
        matches!(self.state(), State::InService | State::ProcessorOutage)
    }

    fn status(&mut self, now: Instant, status: Status) {
        match status {
            Status::BUSY => self.txc.remote_busy(now),
            Status(0..=4) => {
                self.align(now, iac::Event::Status(status));
                self.link_state(now, lsc::Event::Status(status));
            }
            Status(_) => self.counters.status_unknown += 1,
        }
    }

    fn fill_or_message(&mut self, now: Instant, header: Header, contents: Contents<'_>) {
        if matches!(self.state(), State::OutOfService | State::InitialAlignment) {
            return;
        }
        match self.rxc.check(header, self.txc.is_acknowledgeable(header.bsn)) {
            Verdict::Fail(reason) => return self.link_state(now, lsc::Event::Failure(reason)),
            Verdict::Abnormal => return,
            Verdict::Nothing | Verdict::Negative | Verdict::Accept => {}
        }
        if self.txc.acknowledge(now, header.bsn, header.bib) {
            self.counters.negative_received += 1;
        }
        self.link_state(now, lsc::Event::FillOrMessage);
        match (self.rxc.sequence(header, contents, self.cc.is_busy()), contents) {
            (Verdict::Accept, Contents::Message(message)) => {
                self.counters.messages_received += 1;
                self.outputs.push_back(Output::Received(message.to_vec()));
            }
            (Verdict::Negative, _) => self.counters.negative_sent += 1,
            _ => {}
        }
    }

    /// An errored unit, or a gap that counts as one.
    fn errored(&mut self, now: Instant) {
        self.counters.units_errored += 1;
        if self.aerm.error() {
            self.counters.provings_aborted += 1;
            self.align(now, iac::Event::AbortProving);
        }
        if self.suerm.error(now) {
            self.link_state(now, lsc::Event::Failure(super::Reason::ErrorRate));
        }
    }

    fn is_monitored(&self) -> bool {
        self.aerm != AlignmentMonitor::Idle || self.suerm != ErrorRateMonitor::Idle
    }

    fn link_state(&mut self, now: Instant, event: lsc::Event) {
        let mut actions = Vec::new();
        self.lsc.handle(now, event, &mut actions);
        for action in actions {
            self.act(now, action);
        }
    }

    fn act(&mut self, now: Instant, action: lsc::Action) {
        match action {
            lsc::Action::StartAlignment => self.align(now, iac::Event::Start),
            lsc::Action::EmergencyAlignment => self.align(now, iac::Event::Emergency),
            lsc::Action::StopAlignment => self.align(now, iac::Event::Stop),
            lsc::Action::Reset => {
                self.rxc = Reception::new(self.config.correction);
                self.txc = Transmission::new(self.config.timers, self.config.correction);
                self.numbered = false;
                self.retrievable = false;
            }
            lsc::Action::SendStatus(status) => self.send_status(status),
            lsc::Action::SendFill => self.txc.send_fill(),
            lsc::Action::SendMessages => self.txc.send_messages(now),
            lsc::Action::Accept(accept) => self.rxc.accept(accept),
            lsc::Action::StartMonitor => {
                self.suerm.start(now, self.config.line);
                self.restart_gap(now);
            }
            lsc::Action::StopMonitor => self.suerm.stop(),
            lsc::Action::Report(output) => {
                if output == Output::InService {
                    self.counters.in_service += 1;
                    self.numbered = true;
                    self.retrievable = true;
                }
                self.outputs.push_back(output);
            }
            lsc::Action::Unexpected => self.counters.orders_unexpected += 1,
        }
    }

    fn align(&mut self, now: Instant, event: iac::Event) {
        let mut actions = Vec::new();
        self.iac.handle(now, event, &mut actions);
        for action in actions {
            match action {
                iac::Action::Send(status) => self.send_status(status),
                iac::Action::StartMonitor(period) => {
                    self.aerm.start(period);
                    self.restart_gap(now);
                }
                iac::Action::StopMonitor => self.aerm.stop(),
                iac::Action::Complete => self.link_state(now, lsc::Event::AlignmentComplete),
                iac::Action::NotPossible => self.link_state(now, lsc::Event::AlignmentNotPossible),
            }
        }
    }

    fn send_status(&mut self, status: Status) {
        if status == Status::OUT_OF_SERVICE {
            self.cc.end();
            self.congested = false;
        }
        self.txc.send_status(status);
    }

    /// A monitor that starts while alignment is lost counts gaps from now on.
    fn restart_gap(&mut self, now: Instant) {
        self.gap = self.gap.map(|_| now + GAP);
    }

    fn marks(&self) -> Marks {
        (self.lsc.state(), self.iac.stage())
    }

    /// Reads the unit that stands on the line again until it changes nothing more.
    fn read_held(&mut self, now: Instant) {
        if self.config.line == LineMode::Frames {
            return;
        }
        for _ in 0..HELD_READINGS_MAX {
            let Some(held) = self.held.filter(|_| self.held_read_in != Some(self.marks())) else { return };
            self.held_read_in = Some(self.marks());
            match held {
                Held::Status(status) => self.status(now, status),
                Held::Fill(header) => self.fill_or_message(now, header, Contents::Fill),
            }
        }
    }
}

/// A held unit leads through fewer states than this: not aligned, aligned, proving; aligned ready, in service.
const HELD_READINGS_MAX: usize = 4;
