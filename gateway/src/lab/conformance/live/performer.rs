//! One case on a real span, from either end: what both roles have in common is the script, which is the case's own record from
//! its run on virtual time.
//!
//! ```text
//!   Homing ── circuits idle, nothing said for QUIET ──▶ Performing ── last line ──▶ Passed
//!                                                          └── another message, or none in time ──▶ Failed
//! ```

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use isup::acceptance::{Asked, Deed, Departure, Line, Record, Verdict};
use isup::codec::{CauseIndicators, Cic, Message, MessageType, decode_with_cic};
use isup::point_code::{PointCode, ServiceIndicator, Sls, Transfer};

use super::iut::Iut;
use super::station::{Heard, Station};
use super::tester::Tester;

/// A case that is being performed.
pub(super) struct Performer {
    end: End,
    stage: Stage,
    script: VecDeque<Line>,
    began: Instant,
    /// Messages of the exchange that is tested, or of the far tester, that no line has asked for yet.
    unmet: VecDeque<(u16, MessageType, String)>,
    sequence: Vec<Line>,
}

/// Which end we are.
pub(super) enum End {
    /// The exchange that is tested.
    Iut(Box<Iut>),
    /// Its tester.
    Tester(Tester),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Circuits are being reset; since then nothing was said.
    Homing {
        quiet_since: Instant,
        until: Instant,
    },
    /// The next line is due then: what is ours to do is not done before, what is the other end's comes within `PATIENCE` of it.
    Performing {
        due: Instant,
    },
    Over,
}

/// Our point code, the other end's, and the circuits that the cases call 1 to [`CIRCUITS`].
#[derive(Clone, Debug)]
pub(super) struct Parties {
    pub own: PointCode,
    pub other: PointCode,
    /// The code of circuit 1; the others follow.
    pub first: u16,
}

impl Parties {
    /// A message of ours to the other end.
    pub fn transfer(&self, payload: Vec<u8>) -> Transfer {
        // Messages of one circuit keep one selection.
        let sls = Sls(payload.first().copied().unwrap_or(0) & 0xf);
        Transfer { service: ServiceIndicator::ISUP, opc: self.own, dpc: self.other, sls, payload }
    }

    /// The circuit identification code of a case's circuit.
    pub fn cic(&self, circuit: u16) -> u16 {
        self.first.wrapping_add(circuit).wrapping_sub(1)
    }

    /// A case's name for a circuit.
    pub fn circuit(&self, cic: Cic) -> u16 {
        cic.0.wrapping_sub(self.first).wrapping_add(1)
    }
}

impl Performer {
    /// The case of this record, which was performed on virtual time before.
    pub fn new(now: Instant, end: End, record: &Record) -> Performer {
        Performer {
            end,
            stage: Stage::Homing { quiet_since: now, until: now + HOMING_MAX },
            script: record.lines.iter().cloned().collect(),
            began: now,
            unmet: VecDeque::new(),
            sequence: Vec::new(),
        }
    }

    /// What a case cannot be performed with on a real span.
    pub fn obstacle(record: &Record) -> Option<&'static str> {
        let needs_mtp = record.lines.iter().any(|line| matches!(line.deed, Deed::Asked(Asked::Mtp(_))));
        needs_mtp.then_some("what MTP tells in this case cannot be brought about from either end of a span")
    }

    /// A millisecond, more or less; the verdict at the end.
    pub fn step(&mut self, now: Instant, station: &mut Station) -> Option<Verdict> {
        let mut said = false;
        while let Some(heard) = station.poll() {
            said |= matches!(heard, Heard::Message(_));
            self.hear(now, heard, station);
        }
        said |= self.speak(now, station);
        if let (Stage::Homing { .. }, End::Tester(tester)) = (self.stage, &mut self.end) {
            tester.home(now, station);
        }
        match self.stage {
            Stage::Homing { quiet_since, until } => {
                let quiet_since = if said || !self.is_home() { now } else { quiet_since };
                self.stage = Stage::Homing { quiet_since, until };
                if now >= until {
                    return Some(self.depart(now, "circuits that are idle at both ends", "none"));
                }
                if now - quiet_since >= QUIET {
                    self.begin(now);
                }
                None
            }
            Stage::Performing { due } => self.perform(now, due, station),
            Stage::Over => None,
        }
    }

    /// What happened.
    pub fn sequence(&self) -> &[Line] {
        &self.sequence
    }

    fn begin(&mut self, now: Instant) {
        self.began = now;
        self.unmet.clear();
        self.sequence.clear();
        self.stage = Stage::Performing { due: now };
    }

    fn is_home(&self) -> bool {
        match &self.end {
            End::Iut(iut) => iut.is_home(),
            End::Tester(tester) => tester.is_home(),
        }
    }

    /// Something comes from the network.
    fn hear(&mut self, now: Instant, heard: Heard, station: &mut Station) {
        if let Heard::Message(transfer) = &heard
            && let Ok((cic, message)) = decode_with_cic(&transfer.payload)
        {
            let arrow = if matches!(self.end, End::Iut(_)) { "<-" } else { "->" };
            self.note(now, format!("{arrow} {}", words(&message)));
            let circuit = self.parties().circuit(cic);
            self.meet_later(circuit, &message);
        }
        let homing = matches!(self.stage, Stage::Homing { .. });
        match &mut self.end {
            End::Iut(iut) => iut.hear(now, heard),
            End::Tester(tester) => tester.hear(now, heard, homing, station),
        }
    }

    /// What our own end says by itself; `false`: nothing.
    fn speak(&mut self, now: Instant, station: &mut Station) -> bool {
        let End::Iut(iut) = &mut self.end else { return false };
        let said = iut.speak(now);
        let any = !said.is_empty();
        for one in said {
            match one {
                super::iut::Said::Told(text) => self.note(now, text),
                super::iut::Said::Message(payload) => {
                    if let Ok((_, message)) = decode_with_cic(&payload) {
                        self.note(now, format!("-> {}", words(&message)));
                    }
                    let transfer = self.parties().transfer(payload);
                    station.send(now, transfer);
                }
            }
        }
        any
    }

    fn perform(&mut self, now: Instant, mut due: Instant, station: &mut Station) -> Option<Verdict> {
        while let Some(line) = self.script.front().cloned() {
            let awaited = match (&self.end, &line.deed) {
                (End::Tester(_), Deed::Sent(circuit, octets)) | (End::Iut(_), Deed::Received(circuit, octets)) => {
                    Some((*circuit, kind(octets)))
                }
                _ => None,
            };
            match (awaited, self.unmet.front()) {
                (Some((circuit, kind)), Some((on, came, _))) if (circuit, kind) == (*on, *came) => {
                    self.unmet.pop_front();
                }
                (Some((circuit, kind)), Some((on, _, text))) => {
                    let found = format!("{text} on circuit {on}");
                    return Some(self.depart(now, &format!("{kind} on circuit {circuit}"), &found));
                }
                (Some((circuit, kind)), None) if now >= due + PATIENCE => {
                    return Some(self.depart(now, &format!("{kind} on circuit {circuit}"), "nothing"));
                }
                (Some(_), None) => return None,
                (None, _) if now < due => return None,
                (None, _) => self.act(now, &line, station),
            }
            self.script.pop_front();
            // What a timer brings about on virtual time is as long in coming here.
            let next_ms = self.script.front().map_or(line.at_ms, |next| next.at_ms);
            due = now + Duration::from_millis(next_ms.saturating_sub(line.at_ms));
            self.stage = Stage::Performing { due };
        }
        self.stage = Stage::Over;
        Some(Verdict::Passed)
    }

    /// Our own part of a line.
    fn act(&mut self, now: Instant, line: &Line, station: &mut Station) {
        match (&mut self.end, &line.deed) {
            (End::Iut(iut), Deed::Asked(asked)) => {
                iut.ask(now, asked);
                self.note(now, line.text.clone());
                self.speak(now, station);
            }
            (End::Tester(_), Deed::Asked(_)) => {
                self.note(now, format!("{} (at the exchange that is tested)", line.text))
            }
            (End::Tester(tester), Deed::Received(circuit, octets)) => {
                tester.send(now, *circuit, octets, station);
                self.note(now, line.text.clone());
            }
            // What our exchange says stands in its record; what it told its user is its own business.
            (End::Iut(_) | End::Tester(_), _) => {}
        }
    }

    fn meet_later(&mut self, circuit: u16, message: &Message) {
        if self.unmet.len() < UNMET_MAX {
            self.unmet.push_back((circuit, message.kind, words(message)));
        }
    }

    fn depart(&mut self, now: Instant, expected: &str, found: &str) -> Verdict {
        self.stage = Stage::Over;
        let at_ms = self.at_ms(now);
        Verdict::Failed { at_ms, departure: Departure { expected: expected.into(), found: found.into() } }
    }

    fn note(&mut self, now: Instant, text: String) {
        self.sequence.push(Line { at_ms: self.at_ms(now), text, deed: Deed::Told });
    }

    fn at_ms(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.began).as_millis() as u64
    }

    fn parties(&self) -> &Parties {
        match &self.end {
            End::Iut(iut) => &iut.parties,
            End::Tester(tester) => &tester.parties,
        }
    }
}

/// A message's acronym, a REL with its cause.
fn words(message: &Message) -> String {
    match message.find::<CauseIndicators>() {
        Some(why) => format!("{} {}", message.kind, why.cause.0),
        None => message.kind.to_string(),
    }
}

fn kind(octets: &[u8]) -> MessageType {
    MessageType(octets.first().copied().unwrap_or(0))
}

/// The cases have circuits 1 to 4.
pub(super) const CIRCUITS: u16 = 4;
/// Nothing was said for so long: the reset is over at both ends.
const QUIET: Duration = Duration::from_secs(1);
/// Until then the circuits must be idle: longer than T22.
const HOMING_MAX: Duration = Duration::from_secs(90);
/// How long a person may take to do what a case asks for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Messages that wait for their line; a far end that says more has departed from the case at the first of them.
const UNMET_MAX: usize = 64;
