//! The tester's side of a line: the units of a case in order, each at least once, and the last of them for as long as there is
//! nothing else to say.

use std::collections::VecDeque;

use isup::mtp2::LineMode;
use isup::mtp2::unit::{Contents, Header, Status, Unit};

/// What goes out.
#[derive(Debug)]
pub struct Far {
    line: LineMode,
    waiting: VecDeque<Vec<u8>>,
    fill: Vec<u8>,
    said: Vec<u8>,
}

impl Far {
    /// Says SIOS.
    pub fn new(line: LineMode) -> Far {
        let mut far = Far { line, waiting: VecDeque::new(), fill: Vec::new(), said: Vec::new() };
        far.begin();
        far
    }

    /// Says SIOS again.
    pub fn begin(&mut self) {
        self.send(&encoded(INITIAL, Contents::Status(Status::OUT_OF_SERVICE)));
    }

    /// This unit goes out next; after a message, fill with its numbers.
    pub fn send(&mut self, octets: &[u8]) {
        self.waiting.push_back(octets.to_vec());
        self.fill = match Unit::decode(octets) {
            Ok(Unit { header, contents: Contents::Message(_) }) => encoded(header, Contents::Fill),
            _ => octets.to_vec(),
        };
    }

    /// The next unit for a line that has room; none where the driver repeats the last one.
    pub fn poll_unit(&mut self, unit: &mut Vec<u8>) -> bool {
        let is_repeated = self.line == LineMode::Repeating && self.said == self.fill;
        match self.waiting.pop_front() {
            Some(next) => self.said = next,
            None if is_repeated => return false,
            None => self.fill.clone_into(&mut self.said),
        }
        self.said.clone_into(unit);
        true
    }
}

fn encoded(header: Header, contents: Contents<'_>) -> Vec<u8> {
    let mut octets = Vec::new();
    Unit { header, contents }.encode(&mut octets);
    octets
}

/// Q.703 clause 5.2.1 has a link begin so, and one that is aligned anew.
const INITIAL: Header = Header { bsn: 127, bib: true, fsn: 127, fib: true };
