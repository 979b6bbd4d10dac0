//! Signal units, and a link that gets them.

use std::time::{Duration, Instant};

use isup::mtp2::unit::{Contents, Header, Status, UNIT_OCTETS_MAX, Unit};
use isup::mtp2::{Command, Correction, LineError, LineMode, Link, LinkConfig, Output, State, Timers};

/// Signal units, each behind an octet with its length, at a link in service, in both line modes. A length of 251 to 255
/// stands for a line error or for a second of silence. What is read is written again; the link says nothing but whole
/// units and passes on nothing but what came.
pub fn mtp2_unit(octets: &[u8]) -> bool {
    for line in [LineMode::Frames, LineMode::Repeating] {
        let mut end = End::in_service(line);
        records(octets).for_each(|record| end.receive(record));
        end.stops();
    }
    let is_unit = |record| matches!(record, Record::Unit(unit) if is_kept(unit));
    records(octets).fold(is_kept(octets), |accepted, record| accepted | is_unit(record))
}

/// Whether octets are a unit; if so, they come back but for spare bits.
fn is_kept(octets: &[u8]) -> bool {
    let Ok(unit) = Unit::decode(octets) else { return false };
    let mut again = Vec::new();
    unit.encode(&mut again);
    assert_eq!(Unit::decode(&again), Ok(unit));
    assert!(again.len() <= octets.len() && octets.len() <= UNIT_OCTETS_MAX);
    if !matches!(unit.contents, Contents::Status(_)) {
        assert_eq!((&again[..2], &again[3..]), (&octets[..2], &octets[3..]));
    }
    true
}

#[derive(Clone, Copy)]
enum Record<'a> {
    Unit(&'a [u8]),
    Error(LineError),
    Second,
}

fn records(mut octets: &[u8]) -> impl Iterator<Item = Record<'_>> {
    std::iter::from_fn(move || {
        let (length, rest) = octets.split_first()?;
        octets = rest;
        Some(match length {
            251 => Record::Error(LineError::Check),
            252 => Record::Error(LineError::Abort),
            253 => Record::Error(LineError::Overrun),
            254 => Record::Error(LineError::SignalLost),
            255 => Record::Second,
            _ => {
                let unit;
                (unit, octets) = rest.split_at(usize::from(*length).min(rest.len()));
                Record::Unit(unit)
            }
        })
    })
}

/// Our end of the line on virtual time, whose owner starts the link again whenever it fails.
struct End {
    link: Link,
    now: Instant,
    line: LineMode,
    transmit: Vec<u8>,
}

impl End {
    fn in_service(line: LineMode) -> Self {
        let link = Link::new(LinkConfig { timers: Timers::KBIT_64, line, correction: Correction::Basic });
        let mut end = Self { link, now: Instant::now(), line, transmit: Vec::new() };
        end.link.handle_command(end.now, START);
        for contents in [Contents::Status(Status::OUT_OF_ALIGNMENT), Contents::Status(Status::EMERGENCY)] {
            end.receive_own(contents);
        }
        end.passes(Timers::KBIT_64.t4e);
        end.receive_own(Contents::Fill);
        assert_eq!(end.link.state(), State::InService);
        // Something is under way that a unit may acknowledge or ask for again.
        end.link.handle_command(end.now, Command::Transmit(vec![0x85, 1, 2, 3, 4, 5]));
        end.collect(&[]);
        end
    }

    fn receive_own(&mut self, contents: Contents<'_>) {
        let mut octets = Vec::new();
        Unit { header: Header { bsn: 127, bib: true, fsn: 127, fib: true }, contents }.encode(&mut octets);
        self.receive(Record::Unit(&octets));
    }

    fn receive(&mut self, record: Record<'_>) {
        let mut unit: &[u8] = &[];
        match record {
            Record::Unit(octets) => {
                unit = octets;
                self.link.handle_unit(self.now, octets);
            }
            Record::Error(error) => self.link.handle_error(self.now, error),
            Record::Second => self.passes(Duration::from_secs(1)),
        }
        self.collect(unit);
        self.passes(Duration::from_millis(1));
    }

    /// Takes what the link tells after `unit`, and the next unit for the line.
    fn collect(&mut self, unit: &[u8]) {
        let mut outputs = 0;
        while let Some(output) = self.link.poll_output() {
            outputs += 1;
            assert!(outputs <= OUTPUTS_MAX, "one input, more than {OUTPUTS_MAX} outputs");
            match output {
                Output::Received(message) => assert_eq!(message, unit[3..], "not what came"),
                Output::OutOfService(_) => self.link.handle_command(self.now, START),
                _ => {}
            }
        }
        let news = self.link.poll_transmit(self.now, &mut self.transmit);
        assert!(news || self.line == LineMode::Repeating, "a line that we fill always gets a unit");
        Unit::decode(&self.transmit).expect("what is sent is a unit");
    }

    fn passes(&mut self, time: Duration) {
        let until = self.now + time;
        let mut timeouts = 0;
        while let Some(due) = self.link.poll_timeout().filter(|due| *due <= until) {
            timeouts += 1;
            assert!(timeouts <= TIMEOUTS_MAX, "the timers never end");
            self.now = self.now.max(due);
            self.link.handle_timeout(self.now);
            self.collect(&[]);
        }
        self.now = until;
    }

    /// A link that is stopped waits for nothing.
    fn stops(&mut self) {
        self.link.handle_command(self.now, Command::Stop);
        while self.link.poll_output().is_some() {}
        assert_eq!((self.link.state(), self.link.poll_timeout()), (State::OutOfService, None));
    }
}

const START: Command = Command::Start { emergency: true };
/// What one unit may cause: out of service, in service, and a processor outage or its end, each once.
const OUTPUTS_MAX: usize = 4;
/// A gap in the line counts as an error every 2 ms.
const TIMEOUTS_MAX: usize = 600;
