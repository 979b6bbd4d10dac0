//! Link state control and initial alignment, Q.703 figures 8 and 9.
//!
//! One signalling link at 64 kbit/s with the standard's own timers. Units are pulled by the line whenever
//! it has room for one ([`Link::next_unit`]), so a fill-in or status unit is always the state's newest word.
//!
//! A link that has failed, or could not align, tries again by itself after [`RESTART_MS`] of SIOS, as Q.704 asks of
//! the layer above. Left out: processor outage and congestion of its own, for they are never ordered; those of the other end are honoured.

use std::collections::VecDeque;

use super::correction::{Correction, NotTaken, Retrieval, Verdict};
use super::monitor::Monitor;
use super::unit::{self, Header, Status, Unit};

/// What the layer above learns from the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Indication {
    /// In service: messages pass.
    InService,
    /// No longer in service, and why.
    OutOfService(&'static str),
    /// A message: service information octet and signalling information field.
    Received(Vec<u8>),
}

/// Q.703 figure 8, with the states of figure 9 in place of its "initial alignment".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// SIOS; aligns again at this time, `None` when ordered to stay out.
    OutOfService { restart_ms: Option<u64> },
    /// SIO; T2 runs.
    NotAligned { t2_ms: u64 },
    /// SIN or SIE; T3 runs.
    Aligned { t3_ms: u64 },
    /// SIN or SIE; T4 runs.
    Proving { t4_ms: u64, aborted: u32 },
    /// FISU; T1 runs.
    AlignedReady { t1_ms: u64 },
    /// FISU and MSU; T7 runs while messages await acknowledgement, T6 while the other end says SIB.
    InService { t7_ms: Option<u64>, t6_ms: Option<u64>, remote_outage: bool },
}

/// One signalling link.
#[derive(Debug)]
pub(super) struct Link {
    state: State,
    /// This end asks for emergency proving (SIE).
    emergency: bool,
    /// The proving period in force: emergency when either end asks for it.
    emergency_proving: bool,
    correction: Correction,
    monitor: Monitor,
    indications: VecDeque<Indication>,
    /// What the last failure left behind.
    retrieval: Retrieval,
}

impl Link {
    /// A link that begins to align in its first millisecond.
    pub(super) fn new(emergency: bool) -> Self {
        Link {
            state: State::OutOfService { restart_ms: Some(0) },
            emergency,
            emergency_proving: emergency,
            correction: Correction::new(),
            monitor: Monitor::default(),
            indications: VecDeque::new(),
            retrieval: Retrieval::default(),
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    pub(super) fn units_errored(&self) -> u64 {
        self.monitor.errored()
    }

    pub(super) fn units_retransmitted(&self) -> u64 {
        self.correction.retransmissions()
    }

    /// Stop: SIOS until [`Link::start`].
    pub(super) fn stop(&mut self) {
        self.fail("stopped", None);
    }

    /// Start: aligns at once.
    pub(super) fn start(&mut self, now_ms: u64) {
        if let State::OutOfService { .. } = self.state {
            self.state = State::OutOfService { restart_ms: Some(now_ms) };
        }
    }

    /// Stop and start: SIOS for a while, then aligns anew.
    pub(super) fn restart(&mut self, now_ms: u64) {
        self.retry("restarted", now_ms);
    }

    /// The layer above has given the link up: its test failed twice (Q.707 2.2), or the other end ordered a changeover.
    pub(super) fn give_up(&mut self, now_ms: u64) {
        self.retry("given up by level 3", now_ms);
    }

    /// The terminal fails and loses all it knew.
    pub(super) fn break_down(&mut self, now_ms: u64) {
        self.retry("broken down", now_ms);
        self.retrieval = Retrieval::default();
    }

    /// What the last failure left behind; asked once after it.
    pub(super) fn retrieve(&mut self) -> Retrieval {
        std::mem::take(&mut self.retrieval)
    }

    /// Queues a message. While the link is out of service it is lost, as a message towards a failed link is.
    pub(super) fn send(&mut self, message: Vec<u8>) -> Result<(), NotTaken> {
        match self.state {
            State::InService { .. } => self.correction.push(message),
            _ => Err(NotTaken),
        }
    }

    pub(super) fn poll_indication(&mut self) -> Option<Indication> {
        self.indications.pop_front()
    }

    /// The next unit for the line.
    pub(super) fn next_unit(&mut self, now_ms: u64, octets: &mut Vec<u8>) {
        if let State::InService { t7_ms, remote_outage: false, .. } = &mut self.state
            && let Some((header, message)) = self.correction.next_message()
        {
            t7_ms.get_or_insert(now_ms + T7_MS);
            return unit::encode(header, Unit::Message(message), octets);
        }
        unit::encode(self.correction.header(), self.fill(), octets);
    }

    fn fill(&self) -> Unit<'static> {
        match self.state {
            State::OutOfService { .. } => Unit::Status(Status::OutOfService),
            State::NotAligned { .. } => Unit::Status(Status::OutOfAlignment),
            State::Aligned { .. } | State::Proving { .. } if self.emergency => Unit::Status(Status::EmergencyAlignment),
            State::Aligned { .. } | State::Proving { .. } => Unit::Status(Status::NormalAlignment),
            State::AlignedReady { .. } | State::InService { .. } => Unit::FillIn,
        }
    }

    /// Time passes.
    pub(super) fn tick(&mut self, now_ms: u64) {
        match self.state {
            State::OutOfService { restart_ms: Some(restart_ms) } if now_ms >= restart_ms => {
                self.correction.reset();
                self.emergency_proving = self.emergency;
                self.state = State::NotAligned { t2_ms: now_ms + T2_MS };
            }
            State::NotAligned { t2_ms } if now_ms >= t2_ms => self.retry("T2", now_ms),
            State::Aligned { t3_ms } if now_ms >= t3_ms => self.retry("T3", now_ms),
            State::Proving { t4_ms, .. } if now_ms >= t4_ms => {
                self.monitor.start_service();
                self.state = State::AlignedReady { t1_ms: now_ms + T1_MS };
            }
            State::AlignedReady { t1_ms } if now_ms >= t1_ms => self.retry("T1", now_ms),
            State::InService { t7_ms: Some(t7_ms), .. } if now_ms >= t7_ms => self.retry("T7", now_ms),
            State::InService { t6_ms: Some(t6_ms), .. } if now_ms >= t6_ms => self.retry("T6", now_ms),
            _ => {}
        }
    }

    /// Octets passed on the line, good or bad.
    pub(super) fn octets_passed(&mut self, now_ms: u64, count: u32) {
        self.monitor.octets_passed(count);
        self.check_monitors(now_ms);
    }

    /// Seven ones in a row were on the line: no unit, and no flag either.
    pub(super) fn alignment_lost(&mut self) {
        self.monitor.alignment_lost();
    }

    /// A unit arrived spoilt; `aborted` when its end was not found.
    pub(super) fn unit_errored(&mut self, now_ms: u64, aborted: bool) {
        self.monitor.unit_errored(aborted);
        self.check_monitors(now_ms);
    }

    /// A unit arrived with good check octets.
    pub(super) fn receive(&mut self, now_ms: u64, octets: &[u8]) {
        let Some((header, unit)) = unit::decode(octets) else { return self.unit_errored(now_ms, false) };
        self.monitor.unit_received();
        match unit {
            Unit::Status(status) => self.receive_status(now_ms, status),
            Unit::FillIn => self.receive_numbered(now_ms, header, None),
            Unit::Message(message) => self.receive_numbered(now_ms, header, Some(message)),
        }
    }

    /// Figures 8 and 9, arrival of an LSSU.
    fn receive_status(&mut self, now_ms: u64, status: Status) {
        use Status::{Busy, EmergencyAlignment, NormalAlignment, OutOfAlignment, OutOfService, ProcessorOutage};
        match (self.state, status) {
            (State::OutOfService { .. }, _) => {}

            (State::NotAligned { .. }, OutOfAlignment | NormalAlignment) => {
                self.state = State::Aligned { t3_ms: now_ms + T3_MS };
            }
            (State::NotAligned { .. }, EmergencyAlignment) => {
                self.emergency_proving = true;
                self.state = State::Aligned { t3_ms: now_ms + T3_MS };
            }
            (State::NotAligned { .. }, OutOfService | ProcessorOutage | Busy) => {}

            (State::Aligned { .. }, NormalAlignment) => self.prove(now_ms, 0),
            (State::Aligned { .. }, EmergencyAlignment) => {
                self.emergency_proving = true;
                self.prove(now_ms, 0);
            }
            (State::Aligned { .. } | State::Proving { .. }, OutOfService) => self.retry("SIOS", now_ms),
            (State::Aligned { .. }, OutOfAlignment | ProcessorOutage | Busy) => {}

            (State::Proving { .. }, OutOfAlignment) => self.state = State::Aligned { t3_ms: now_ms + T3_MS },
            (State::Proving { .. }, EmergencyAlignment) if !self.emergency_proving => {
                self.emergency_proving = true;
                self.prove(now_ms, 0);
            }
            (State::Proving { .. }, NormalAlignment | EmergencyAlignment | ProcessorOutage | Busy) => {}

            (State::AlignedReady { .. }, OutOfAlignment) => self.retry("SIO", now_ms),
            (State::AlignedReady { .. }, OutOfService) => self.retry("SIOS", now_ms),
            // The other end is ready with us; its outage begins with the service.
            (State::AlignedReady { .. }, ProcessorOutage) => self.enter_service(true),
            (State::AlignedReady { .. }, NormalAlignment | EmergencyAlignment | Busy) => {}

            (State::InService { .. }, OutOfAlignment) => self.retry("SIO", now_ms),
            (State::InService { .. }, NormalAlignment) => self.retry("SIN", now_ms),
            (State::InService { .. }, EmergencyAlignment) => self.retry("SIE", now_ms),
            (State::InService { .. }, OutOfService) => self.retry("SIOS", now_ms),
            (State::InService { t6_ms, .. }, ProcessorOutage) => {
                self.state = State::InService { t7_ms: None, t6_ms, remote_outage: true };
            }
            (State::InService { t7_ms, t6_ms, remote_outage }, Busy) => {
                let t7_ms = t7_ms.map(|_| now_ms + T7_MS);
                let t6_ms = t6_ms.or(Some(now_ms + T6_MS));
                self.state = State::InService { t7_ms, t6_ms, remote_outage };
            }
        }
    }

    /// Figures 8 and 13 to 16, arrival of a FISU or MSU.
    fn receive_numbered(&mut self, now_ms: u64, header: Header, message: Option<&[u8]>) {
        if let State::AlignedReady { .. } = self.state {
            self.enter_service(false);
        }
        let State::InService { t7_ms, .. } = self.state else { return };
        let acknowledged = header.bsn != self.correction.acknowledged();
        match (self.correction.receive(header, message.is_some()), message) {
            (Verdict::Abnormal, _) => return self.retry("abnormal sequence numbers", now_ms),
            (Verdict::Accept, Some(message)) => self.indications.push_back(Indication::Received(message.to_vec())),
            (Verdict::Accept | Verdict::Discard, _) => {}
        }
        let t7_ms = match (self.correction.awaits_acknowledgement(), acknowledged) {
            (false, _) => None,
            (true, true) => Some(now_ms + T7_MS),
            (true, false) => t7_ms.or(Some(now_ms + T7_MS)),
        };
        // Acknowledgements are what ends the other end's congestion, and a numbered unit its outage.
        let t6_ms = match self.state {
            State::InService { t6_ms, .. } if !acknowledged => t6_ms,
            _ => None,
        };
        self.state = State::InService { t7_ms, t6_ms, remote_outage: false };
    }

    fn prove(&mut self, now_ms: u64, aborted: u32) {
        let t4_ms = now_ms + if self.emergency_proving { T4_EMERGENCY_MS } else { T4_NORMAL_MS };
        self.monitor.start_proving();
        self.state = State::Proving { t4_ms, aborted };
    }

    fn enter_service(&mut self, remote_outage: bool) {
        self.state = State::InService { t7_ms: None, t6_ms: None, remote_outage };
        self.indications.push_back(Indication::InService);
    }

    fn check_monitors(&mut self, now_ms: u64) {
        match self.state {
            State::InService { .. } | State::AlignedReady { .. } if self.monitor.service_failed() => {
                self.retry("error rate", now_ms);
            }
            State::Proving { aborted, .. } if self.monitor.proving_failed(self.emergency_proving) => {
                if aborted + 1 >= PROVING_ATTEMPTS_MAX {
                    self.retry("proving", now_ms);
                } else {
                    self.prove(now_ms, aborted + 1);
                }
            }
            _ => {}
        }
    }

    /// Out of service, and a new alignment after a while.
    fn retry(&mut self, reason: &'static str, now_ms: u64) {
        self.fail(reason, Some(now_ms + RESTART_MS));
    }

    fn fail(&mut self, reason: &'static str, restart_ms: Option<u64>) {
        if let State::InService { .. } = self.state {
            self.indications.push_back(Indication::OutOfService(reason));
            self.retrieval = self.correction.retrieve();
        }
        self.correction.reset();
        self.state = State::OutOfService { restart_ms };
    }
}

/// Q.703 clause 12: T1 40 to 50 s, T2 5 to 150 s, T3 1 to 2 s, T4 2^16 or 2^12 octets, T6 3 to 6 s, T7 0.5 to 2 s.
const T1_MS: u64 = 45_000;
const T2_MS: u64 = 50_000;
const T3_MS: u64 = 1_500;
const T4_NORMAL_MS: u64 = 8_192;
const T4_EMERGENCY_MS: u64 = 512;
const T6_MS: u64 = 5_000;
const T7_MS: u64 = 1_250;
/// M of Q.703 10.3.
const PROVING_ATTEMPTS_MAX: u32 = 5;
/// SIOS between two attempts: T17 of Q.704, 0.8 to 1.5 s.
const RESTART_MS: u64 = 1_000;

#[cfg(test)]
#[path = "mtp2_tests.rs"]
mod tests;
