//! A link under test on virtual time, and a far end that sends what a test tells it to.

use std::time::{Duration, Instant};

use isup::mtp2::unit::{Contents, Header, Status, Unit};
use isup::mtp2::{Command, Correction, LineError, LineMode, Link, LinkConfig, Output, State, Timers};

/// What the far end sends in each millisecond.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sends {
    Nothing,
    Status(Status),
    Fill,
}

pub const SIO: Sends = Sends::Status(Status::OUT_OF_ALIGNMENT);
pub const SIN: Sends = Sends::Status(Status::NORMAL);
pub const SIE: Sends = Sends::Status(Status::EMERGENCY);
pub const SIOS: Sends = Sends::Status(Status::OUT_OF_SERVICE);
pub const SIPO: Sends = Sends::Status(Status::PROCESSOR_OUTAGE);
pub const SIB: Sends = Sends::Status(Status::BUSY);

pub struct Bench {
    pub link: Link,
    pub now: Instant,
    /// Sequence numbers that the far end sends.
    pub header: Header,
    /// Changes of what the link sends, by name.
    sent: Vec<String>,
    last: String,
    told: Vec<Output>,
}

impl Bench {
    /// A link that is out of service and has said so.
    pub fn out_of_service() -> Self {
        Self::out_of_service_by(Correction::Basic)
    }

    pub fn out_of_service_by(correction: Correction) -> Self {
        let config = LinkConfig { timers: Timers::KBIT_64, line: LineMode::Frames, correction };
        let mut bench = Self {
            link: Link::new(config),
            now: epoch(),
            header: Header { bsn: 127, bib: true, fsn: 127, fib: true },
            sent: Vec::new(),
            last: String::new(),
            told: Vec::new(),
        };
        bench.run(1, SIOS);
        assert_eq!(bench.sent(), ["SIOS"]);
        bench
    }

    /// A link in service after emergency alignment.
    pub fn in_service() -> Self {
        Self::in_service_by(Correction::Basic)
    }

    pub fn in_service_by(correction: Correction) -> Self {
        let mut bench = Self::out_of_service_by(correction);
        bench.command(Command::Start { emergency: true });
        bench.run(5, SIO);
        bench.run(510, SIE);
        bench.run(2, Sends::Fill);
        assert_eq!(bench.sent(), ["SIO", "SIE", "FISU"]);
        assert_eq!(bench.told(), [Output::InService]);
        bench
    }

    pub fn command(&mut self, command: Command) {
        self.link.handle_command(self.now, command);
    }

    pub fn message(&mut self, octets: &[u8]) {
        self.command(Command::Transmit(octets.to_vec()));
    }

    /// Lets so many milliseconds pass, a unit each way in every one of them.
    pub fn run(&mut self, ms: u64, sends: Sends) {
        for _ in 0..ms {
            self.pull();
            match sends {
                Sends::Nothing => {}
                Sends::Status(status) => self.receive(Contents::Status(status)),
                Sends::Fill => self.receive(Contents::Fill),
            }
            self.pass(Duration::from_millis(1));
        }
        self.pull();
    }

    /// The far end sends one unit with its sequence numbers.
    pub fn receive(&mut self, contents: Contents<'_>) {
        self.receive_as(self.header, contents);
    }

    pub fn receive_as(&mut self, header: Header, contents: Contents<'_>) {
        let mut octets = Vec::new();
        Unit { header, contents }.encode(&mut octets);
        self.link.handle_unit(self.now, &octets);
        self.collect();
    }

    /// The far end sends a message with the next sequence number.
    pub fn receive_message(&mut self, octets: &[u8]) {
        self.header.fsn = (self.header.fsn + 1) % 128;
        self.receive(Contents::Message(octets));
    }

    pub fn error(&mut self, error: LineError) {
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
        let name = match unit.contents {
            Contents::Fill => "FISU".to_string(),
            Contents::Status(status) => status.to_string(),
            Contents::Message(_) => format!("MSU {}", unit.header.fsn),
        };
        if name != self.last {
            self.sent.push(name.clone());
            self.last = name;
        }
        unit.header
    }

    /// What the link has sent since the last question, repetitions dropped.
    pub fn sent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sent)
    }

    /// What level 3 has heard since the last question.
    pub fn told(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.told)
    }

    pub fn state(&self) -> State {
        self.link.state()
    }

    fn collect(&mut self) {
        while let Some(output) = self.link.poll_output() {
            self.told.push(output);
        }
    }
}

/// Where virtual time begins.
#[expect(clippy::disallowed_methods, reason = "there is no other way to an Instant; from here on time is counted")]
pub fn epoch() -> Instant {
    Instant::now()
}
