//! A link under test on virtual time, and a far end that sends what a case tells it to.
//!
//! The record has what goes either way whenever it changes; repetitions are left out.

use std::time::{Duration, Instant};

use super::super::{Deed, Departure, Record, same};
use crate::mtp2::unit::{Contents, Header, Status, Unit};
use crate::mtp2::{Command, Correction, LineError, LineMode, Link, LinkConfig, Output, State, Timers};

/// What the far end sends in each millisecond.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sends {
    /// No unit.
    Nothing,
    /// A link status signal unit.
    Status(Status),
    /// A fill-in signal unit.
    Fill,
}

/// Status indication out of alignment.
pub const SIO: Sends = Sends::Status(Status::OUT_OF_ALIGNMENT);
/// Status indication normal alignment.
pub const SIN: Sends = Sends::Status(Status::NORMAL);
/// Status indication emergency alignment.
pub const SIE: Sends = Sends::Status(Status::EMERGENCY);
/// Status indication out of service.
pub const SIOS: Sends = Sends::Status(Status::OUT_OF_SERVICE);
/// Status indication processor outage.
pub const SIPO: Sends = Sends::Status(Status::PROCESSOR_OUTAGE);
/// Status indication busy.
pub const SIB: Sends = Sends::Status(Status::BUSY);

/// The link and its line.
pub struct Bench<'a> {
    record: &'a mut Record,
    /// What is tested.
    pub link: Link,
    /// Virtual time.
    pub now: Instant,
    /// Sequence numbers that the far end sends.
    pub header: Header,
    /// Changes of what the link sends, by name.
    sent: Vec<String>,
    last: String,
    /// What the far end sent last, by its octets.
    heard: Vec<u8>,
    /// And by name.
    heard_name: String,
    told: Vec<Output>,
}

impl<'a> Bench<'a> {
    /// A link that is out of service and has said so.
    ///
    /// # Errors
    /// It says something else.
    pub fn out_of_service(record: &'a mut Record) -> Result<Self, Departure> {
        Self::out_of_service_by(record, Correction::Basic)
    }

    /// The same with this error correction.
    ///
    /// # Errors
    /// It says something else.
    pub fn out_of_service_by(record: &'a mut Record, correction: Correction) -> Result<Self, Departure> {
        let config = LinkConfig { timers: Timers::KBIT_64, line: LineMode::Frames, correction };
        record.note_deed(
            record.began,
            format!("a link with {} error correction", word(correction)),
            Deed::LinkMade(correction),
        );
        let mut bench = Self {
            link: Link::new(config),
            now: record.began,
            record,
            heard: Vec::new(),
            heard_name: String::new(),
            header: Header { bsn: 127, bib: true, fsn: 127, fib: true },
            sent: Vec::new(),
            last: String::new(),
            told: Vec::new(),
        };
        bench.run(1, SIOS);
        same(bench.sent(), ["SIOS"])?;
        Ok(bench)
    }

    /// A link in service after emergency alignment.
    ///
    /// # Errors
    /// It does not align as it must.
    pub fn in_service(record: &'a mut Record) -> Result<Self, Departure> {
        Self::in_service_by(record, Correction::Basic)
    }

    /// The same with this error correction.
    ///
    /// # Errors
    /// It does not align as it must.
    pub fn in_service_by(record: &'a mut Record, correction: Correction) -> Result<Self, Departure> {
        let mut bench = Self::out_of_service_by(record, correction)?;
        bench.command(Command::Start { emergency: true });
        bench.run(5, SIO);
        bench.run(510, SIE);
        bench.run(2, Sends::Fill);
        same(bench.sent(), ["SIO", "SIE", "FISU"])?;
        same(bench.told(), [Output::InService])?;
        Ok(bench)
    }

    /// Level 3 asks for something.
    pub fn command(&mut self, command: Command) {
        let text = format!("{command:?}");
        let end = text.find(|each: char| !each.is_alphanumeric()).unwrap_or(text.len());
        self.record.note_deed(self.now, format!("ask: {}", &text[..end]), Deed::Ordered(command.clone()));
        self.link.handle_command(self.now, command);
    }

    /// Level 3 sends a message.
    pub fn message(&mut self, octets: &[u8]) {
        self.command(Command::Transmit(octets.to_vec()));
    }

    /// Lets so many milliseconds pass, a unit each way in every one of them.
    pub fn run(&mut self, ms: u64, sends: Sends) {
        for _ in 0..ms {
            self.pull();
            match sends {
                Sends::Nothing => self.hear_nothing("nothing".into()),
                Sends::Status(status) => self.receive(Contents::Status(status)),
                Sends::Fill => self.receive(Contents::Fill),
            }
            self.pass(Duration::from_millis(1));
        }
        self.pull();
    }

    /// The far end sends one unit with its sequence numbers.
    pub fn receive(&mut self, contents: Contents<'_>) {
        self.receive_octets(&encoded(self.header, contents));
    }

    /// The same with other sequence numbers, noted even if it is the same unit again.
    pub fn receive_as(&mut self, header: Header, contents: Contents<'_>) {
        self.heard.clear();
        self.receive_octets(&encoded(header, contents));
    }

    /// The far end sends these octets as a unit.
    pub fn receive_octets(&mut self, octets: &[u8]) {
        self.hear(octets);
        self.link.handle_unit(self.now, octets);
        self.collect();
    }

    /// The far end sends a message with the next sequence number.
    pub fn receive_message(&mut self, octets: &[u8]) {
        self.header.fsn = (self.header.fsn + 1) % 128;
        self.receive(Contents::Message(octets));
    }

    /// The line reports an error.
    pub fn error(&mut self, error: LineError) {
        self.hear_nothing(format!("error: {error:?}"));
        self.link.handle_error(self.now, error);
        self.collect();
    }

    /// Lets time pass without a unit either way.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.link.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            self.link.handle_timeout(self.now);
        }
        self.now = end;
        self.collect();
    }

    /// The line takes one unit.
    pub fn pull(&mut self) -> Header {
        let mut octets = Vec::new();
        assert!(self.link.poll_transmit(self.now, &mut octets), "a link that fills the line always has a unit");
        self.collect();
        let unit = Unit::decode(&octets).expect("what a link sends is a unit");
        let (header, name) = (unit.header, name(unit));
        if name != self.last {
            self.record.note_deed(self.now, format!("-> {name}"), Deed::UnitSent(octets));
            self.sent.push(name.clone());
            self.last = name;
        }
        header
    }

    /// What the link has sent since the last question, repetitions dropped.
    pub fn sent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sent)
    }

    /// What level 3 has heard since the last question.
    pub fn told(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.told)
    }

    /// Link state control's state.
    pub fn state(&self) -> State {
        self.link.state()
    }

    /// Units that are sent again and again are noted once, messages each time.
    fn hear(&mut self, octets: &[u8]) {
        let unit = Unit::decode(octets);
        if self.heard == octets && !matches!(unit, Ok(Unit { contents: Contents::Message(_), .. })) {
            return;
        }
        let plain = unit.map_or_else(|_| "octets that are no unit".to_owned(), name);
        let again = unit.ok().filter(|_| plain == self.heard_name).map(|unit| numbers(unit.header));
        let text = format!("<- {plain}{}", again.unwrap_or_default());
        self.record.note_deed(self.now, text, Deed::UnitReceived(octets.to_vec()));
        self.heard = octets.to_vec();
        self.heard_name = plain;
    }

    /// Something else than a unit, or nothing at all.
    fn hear_nothing(&mut self, what: String) {
        if what != self.heard_name {
            self.record.note_deed(self.now, format!("<- {what}"), Deed::LineBroken);
            self.heard.clear();
            self.heard_name = what;
        }
    }

    fn collect(&mut self) {
        self.record.passed(self.now);
        while let Some(output) = self.link.poll_output() {
            self.record.note(self.now, told(&output));
            self.told.push(output);
        }
    }
}

/// What tells a unit from the one before: its status, or the number of its message; with `numbers` all that its header says.
pub fn unit_name(octets: &[u8], with_numbers: bool) -> String {
    match Unit::decode(octets) {
        Ok(unit) if with_numbers && !matches!(unit.contents, Contents::Status(_)) => {
            format!("{}{}", name(unit), numbers(unit.header))
        }
        Ok(unit) => name(unit),
        Err(_) => "octets that are no unit".to_owned(),
    }
}

fn name(unit: Unit<'_>) -> String {
    match unit.contents {
        Contents::Fill => "FISU".to_owned(),
        Contents::Status(status) => status.to_string(),
        Contents::Message(_) => format!("MSU {}", unit.header.fsn),
    }
}

fn encoded(header: Header, contents: Contents<'_>) -> Vec<u8> {
    let mut octets = Vec::new();
    Unit { header, contents }.encode(&mut octets);
    octets
}

/// What tells units of one name apart.
fn numbers(Header { bsn, bib, fsn, fib }: Header) -> String {
    format!(" with BSN {bsn}, BIB {}, FSN {fsn}, FIB {}", u8::from(bib), u8::from(fib))
}

fn word(correction: Correction) -> &'static str {
    match correction {
        Correction::Basic => "basic",
        Correction::Cyclic { .. } => "preventive cyclic",
    }
}

/// What a link tells level 3, in a few words.
pub fn told(output: &Output) -> String {
    match output {
        Output::Received(message) => format!("Received {} octets", message.len()),
        Output::Retrieved(retrieval) => {
            format!("Retrieved {} messages", retrieval.sent.len() + retrieval.waiting.len())
        }
        other => format!("{other:?}"),
    }
}
