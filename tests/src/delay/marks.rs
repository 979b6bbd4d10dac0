//! Marks: octets that tell when they were said.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Marks of one direction: each stands in `octets` octets in a row, and then the next one.
pub struct Marks {
    pub octets: usize,
    said: Mutex<[Option<Instant>; MARKS]>,
}

impl Marks {
    pub fn new(octets: usize) -> Marks {
        Marks { octets, said: Mutex::new([None; MARKS]) }
    }

    /// The octet of mark `number`, which is said from `at` on.
    pub fn say(&self, number: u64, at: Instant) -> u8 {
        let mark = (number % MARKS as u64) as u8;
        self.said.lock().expect("no holder panics")[usize::from(mark)] = Some(at);
        mark
    }

    /// How long before `heard` the `place`th octet of a mark was said.
    pub fn delay(&self, octet: u8, place: usize, heard: Instant) -> Option<Duration> {
        let said = *self.said.lock().expect("no holder panics").get(usize::from(octet))?;
        heard.checked_duration_since(said? + octets(place))
    }
}

/// Delays that were measured.
#[derive(Default)]
pub struct Delays(Mutex<Vec<Duration>>);

impl Delays {
    pub fn add(&self, delay: Duration) {
        self.0.lock().expect("no holder panics").push(delay);
    }

    pub fn clear(&self) {
        self.0.lock().expect("no holder panics").clear();
    }

    pub fn sorted(&self) -> Vec<Duration> {
        let mut delays = self.0.lock().expect("no holder panics").clone();
        delays.sort_unstable();
        delays
    }
}

/// The time that so many octets of a timeslot take.
pub fn octets(count: usize) -> Duration {
    Duration::from_micros(125) * count as u32
}

/// Less than A-law's silence, 0xd5, so that it is no mark.
const MARKS: usize = 200;
