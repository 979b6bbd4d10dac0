//! A wire with one far exchange at each end.

use hw_sim::far_end::{CallOrder, CallOutcome, Direction, Entry, Exchange, ExchangeSpec, Handle, LinkStatus, OrderId};
use hw_sim::wire::{Chunk, FarEnd, IDLE_CHUNK};

/// Point code of the first end; the lower one, so it prevails on odd circuits.
pub const LEFT: u32 = 4097;
/// Point code of the second end.
pub const RIGHT: u32 = 8194;

/// What a line does to an octet.
type Noise = Box<dyn FnMut(&mut u8)>;

/// Left and right exchange; a chunk needs 1 ms from one to the other.
pub struct Wire {
    ends: [Exchange; 2],
    in_flight: [Chunk; 2],
    pub left: Handle,
    pub right: Handle,
    pub now_ms: u64,
    /// While set, both directions carry ones.
    pub cut: bool,
    /// Octets of the signalling timeslot as left and right have sent them, when recorded.
    pub tapped: Option<[Vec<u8>; 2]>,
    /// What happens to every octet of the signalling timeslot.
    pub noise: Option<Noise>,
    /// Extra milliseconds that the bearers of the left end need to return.
    delay: std::collections::VecDeque<Chunk>,
}

impl Wire {
    /// A wire that has just been plugged in.
    pub fn new() -> Self {
        Wire::between(ExchangeSpec::e1(LEFT, RIGHT), ExchangeSpec::e1(RIGHT, LEFT))
    }

    pub fn between(left: ExchangeSpec, right: ExchangeSpec) -> Self {
        let ((left_end, left), (right_end, right)) = (Exchange::new(left), Exchange::new(right));
        Wire {
            ends: [left_end, right_end],
            in_flight: [IDLE_CHUNK; 2],
            left,
            right,
            now_ms: 0,
            cut: false,
            tapped: None,
            noise: None,
            delay: Default::default(),
        }
    }

    /// The same, aligned and with its circuits reset; the logs are empty.
    pub fn in_service() -> Self {
        let mut wire = Wire::new();
        wire.run_until_idle();
        wire.left.log();
        wire.right.log();
        wire
    }

    /// Delays what goes from right to left by so many milliseconds more.
    pub fn delay_ms(&mut self, ms: usize) {
        self.delay.resize(ms, IDLE_CHUNK);
    }

    pub fn run(&mut self, ms: u64) {
        (0..ms).for_each(|_| self.step());
    }

    /// Runs until both links are in service and all circuits idle.
    pub fn run_until_idle(&mut self) {
        for _ in 0..20_000 {
            self.step();
            let idle = |handle: &Handle| {
                let status = handle.status();
                status.link == LinkStatus::InService && status.circuits.idle == 30 && status.orders_pending == 0
            };
            if idle(&self.left) && idle(&self.right) {
                return;
            }
        }
        panic!("not idle in 20 s: left {:?}, right {:?}", self.left.status(), self.right.status());
    }

    /// Places a call at the left end and runs until its outcome is known.
    pub fn call(&mut self, order: CallOrder) -> CallOutcome {
        let id = self.left.place(order);
        self.outcome(id)
    }

    /// Runs until the outcome of a call of the left end is known.
    pub fn outcome(&mut self, id: OrderId) -> CallOutcome {
        for _ in 0..400_000 {
            if let Some(outcome) = self.left.outcome(id) {
                return outcome;
            }
            self.step();
        }
        panic!("no outcome in 400 s: left {:?}, right {:?}", self.left.status(), self.right.status());
    }

    fn step(&mut self) {
        self.now_ms += 1;
        let [to_left, to_right] = self.in_flight;
        let mut sent = [IDLE_CHUNK; 2];
        self.ends[0].chunk(&to_left, &mut sent[0]);
        self.ends[1].chunk(&to_right, &mut sent[1]);
        if let Some(tapped) = &mut self.tapped {
            tapped.iter_mut().zip(&sent).for_each(|(tapped, chunk)| tapped.extend(chunk[16]));
        }
        if let Some(noise) = &mut self.noise {
            sent.iter_mut().for_each(|chunk| chunk[16].iter_mut().for_each(&mut *noise));
        }
        if self.cut {
            sent = [IDLE_CHUNK; 2];
        }
        self.delay.push_back(sent[1]);
        self.in_flight = [self.delay.pop_front().expect("one was pushed"), sent[0]];
    }
}

/// The ladder of a log: `"> IAM"` sent, `"< ACM"` received, `"? RLC"` unexpected; notes left out.
pub fn ladder(log: &[Entry]) -> Vec<String> {
    let line = |entry: &Entry| match entry.direction {
        Direction::Sent => Some(format!("> {}", entry.message)),
        Direction::Received => Some(format!("< {}", entry.message)),
        Direction::Unexpected => Some(format!("? {}", entry.message)),
        Direction::Here => None,
    };
    log.iter().filter_map(line).collect()
}

/// The messages of an outcome's timeline.
pub fn story(outcome: &CallOutcome) -> Vec<&str> {
    outcome.timeline.iter().map(|(_, message)| message.as_str()).collect()
}
