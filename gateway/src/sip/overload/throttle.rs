//! What servers ask of us: the client of RFC 7339 5.4 to 5.9 with the algorithm of 7.2, and Retry-After of a 503 (RFC 3261 21.5.4).
//!
//! INVITEs that begin a call give way (category 1); emergencies, and requests of what exists, only where that is not enough
//! (category 2). Promises: at most [`SERVERS_MAX`] servers are remembered, each no longer than it asked for; without one of them
//! nothing is drawn by lot. A server that wants to be left alone gets no new call, but an emergency is tried.

use super::{Feedback, Sequence};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The servers that have asked for less.
#[derive(Debug, Default)]
pub(crate) struct Throttles {
    servers: BTreeMap<SocketAddr, Throttle>,
}

/// What one of them has asked for.
#[derive(Debug, Default)]
struct Throttle {
    /// `oc`, until it ends.
    loss: Option<(u8, Instant)>,
    sequence: Sequence,
    /// Retry-After.
    alone_until: Option<Instant>,
    /// Requests of both categories since the first feedback: the mix of 7.2.
    first: u32,
    second: u32,
}

/// Whether a request gives way to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    /// It begins a call.
    First,
    /// An emergency, or part of what exists.
    Second,
}

impl Throttles {
    /// A response told this.
    pub(crate) fn told(&mut self, now: Instant, server: SocketAddr, feedback: Feedback) {
        if feedback.loss == 0 && !self.servers.contains_key(&server) {
            return;
        }
        let throttle = self.of(now, server);
        // A number far below the last is of a server that has begun anew (4.4).
        let is_newer = feedback.sequence > throttle.sequence
            || feedback.sequence == Sequence::default()
            || throttle.sequence.whole.saturating_sub(feedback.sequence.whole) > REORDERED_MAX;
        if is_newer {
            throttle.sequence = feedback.sequence;
            let is_on = feedback.loss > 0 && !feedback.validity.is_zero();
            throttle.loss = is_on.then_some((feedback.loss, now + feedback.validity));
        }
    }

    /// A 503 had Retry-After.
    pub(crate) fn leave_alone(&mut self, now: Instant, server: SocketAddr, retry_after: Duration) {
        self.of(now, server).alone_until = Some(now + retry_after.min(ALONE_MAX));
    }

    /// Whether anything is remembered of a server.
    pub(crate) fn knows(&self, server: SocketAddr) -> bool {
        self.servers.contains_key(&server)
    }

    /// Whether this request stays here; `draw` gives 1 to 100, by lot.
    pub(crate) fn holds(
        &mut self,
        now: Instant,
        server: SocketAddr,
        category: Category,
        draw: impl FnOnce() -> u8,
    ) -> bool {
        let Some(throttle) = self.servers.get_mut(&server) else { return false };
        throttle.expire(now);
        if throttle.alone_until.is_some() {
            return category == Category::First;
        }
        let Some((loss, _)) = throttle.loss else { return false };
        draw() <= throttle.share(category, loss)
    }

    /// Servers of which something is remembered.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.servers.len()
    }

    fn of(&mut self, now: Instant, server: SocketAddr) -> &mut Throttle {
        if self.servers.len() >= SERVERS_MAX && !self.servers.contains_key(&server) {
            self.servers.retain(|_, throttle| throttle.end() > Some(now));
        }
        if self.servers.len() >= SERVERS_MAX && !self.servers.contains_key(&server) {
            let soonest = self.servers.iter().min_by_key(|(_, throttle)| throttle.end()).map(|(server, _)| *server);
            self.servers.remove(&soonest.expect("a full table has a server"));
        }
        self.servers.entry(server).or_default()
    }
}

impl Throttle {
    fn end(&self) -> Option<Instant> {
        self.loss.map(|(_, end)| end).max(self.alone_until)
    }

    fn expire(&mut self, now: Instant) {
        self.loss = self.loss.filter(|(_, end)| *end > now);
        self.alone_until = self.alone_until.filter(|end| *end > now);
    }

    /// Percent of a category that is held so that the loss is that of all requests: the algorithm of 7.2. Requests are counted,
    /// and the counts halved as they grow, so that the mix is a recent one.
    fn share(&mut self, category: Category, loss: u8) -> u8 {
        match category {
            Category::First => self.first += 1,
            Category::Second => self.second += 1,
        }
        let all = self.first + self.second;
        // Before there is something to count, the mix is the example's.
        let first = if all < MIX_MIN { FIRST_USUAL } else { (self.first * 100 / all).max(1) };
        if all >= MIX_MAX {
            (self.first, self.second) = (self.first / 2, self.second / 2);
        }
        let loss = u32::from(loss);
        let percent = match category {
            Category::First if loss >= first => 100,
            Category::First => loss * 100 / first,
            Category::Second if loss <= first => 0,
            Category::Second => (loss - first) * 100 / (100 - first).max(1),
        };
        u8::try_from(percent.min(100)).expect("at most 100")
    }
}

/// Servers that are remembered at once; the one whose word ends first is forgotten for another.
pub(crate) const SERVERS_MAX: usize = 1_024;
/// No server is left alone for longer by one word of it.
const ALONE_MAX: Duration = Duration::from_secs(3_600);
/// Seconds by which a response may be overtaken.
const REORDERED_MAX: u64 = 60;
/// Percent of all requests that begin calls, until they are counted (7.2).
const FIRST_USUAL: u32 = 80;
const MIX_MIN: u32 = 20;
const MIX_MAX: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::super::super::tests::begin;
    use super::*;

    fn server(number: u32) -> SocketAddr {
        SocketAddr::new(std::net::Ipv4Addr::from_bits(0xC000_0200 + number).into(), 5060)
    }

    fn feedback(loss: u8, fraction: u32) -> Feedback {
        Feedback { loss, validity: Duration::from_millis(500), sequence: Sequence { whole: 1, fraction } }
    }

    /// How many of a thousand requests of that mix (of ten, so many of the first category) are held, of each category.
    fn held(loss: u8, first_of_ten: u32) -> (u32, u32) {
        let (now, mut throttles) = (begin(), Throttles::default());
        throttles.told(now, server(1), feedback(loss, 1));
        let (mut first, mut second) = (0, 0);
        for number in 0..10_000u32 {
            // Every lot comes equally often.
            let lot = (number * 37 / 10 % 100 + 1) as u8;
            let category = if number % 10 < first_of_ten { Category::First } else { Category::Second };
            let held = u32::from(throttles.holds(now, server(1), category, || lot));
            match category {
                Category::First => first += held,
                Category::Second => second += held,
            }
        }
        (first / 10, second / 10)
    }

    #[test]
    fn calls_give_way_first_and_the_whole_is_what_was_asked_for() {
        let near = |(first, second): (u32, u32), (wanted_first, wanted_second): (u32, u32)| {
            assert!(first.abs_diff(wanted_first) <= 20 && second.abs_diff(wanted_second) <= 20, "{first} and {second}");
        };
        near(held(10, 4), (100, 0));
        near(held(50, 8), (500, 0));
        near(held(50, 4), (400, 100));
        near(held(100, 8), (800, 200));
        near(held(20, 10), (200, 0));
    }

    #[test]
    fn a_word_holds_for_its_time_and_a_newer_one_takes_its_place() {
        let (now, mut throttles) = (begin(), Throttles::default());
        let asked = |throttles: &mut Throttles, after_ms| {
            throttles.holds(now + Duration::from_millis(after_ms), server(1), Category::First, || 1)
        };
        throttles.told(now, server(1), feedback(100, 5));
        throttles.told(now, server(1), feedback(0, 4));
        assert!(asked(&mut throttles, 0), "the older word came later");
        assert!(!throttles.holds(now, server(2), Category::First, || 1), "of another server");
        throttles.told(now, server(1), feedback(0, 6));
        assert!(!asked(&mut throttles, 0));
        throttles.told(now, server(1), feedback(100, 7));
        assert!(asked(&mut throttles, 499) && !asked(&mut throttles, 500));
        throttles.told(now, server(1), Feedback { validity: Duration::ZERO, ..feedback(100, 8) });
        assert!(!asked(&mut throttles, 0), "5.7");
        throttles.told(now, server(1), Feedback { sequence: Sequence { whole: 900, fraction: 0 }, ..feedback(1, 0) });
        throttles.told(now, server(1), feedback(100, 1));
        assert!(asked(&mut throttles, 0), "it has begun anew");
    }

    #[test]
    fn who_wants_to_be_left_alone_gets_emergencies_alone() {
        let (now, mut throttles) = (begin(), Throttles::default());
        throttles.leave_alone(now, server(1), Duration::from_secs(30));
        let later = now + Duration::from_millis(29_999);
        assert!(throttles.holds(later, server(1), Category::First, || 100));
        assert!(!throttles.holds(later, server(1), Category::Second, || 1));
        assert!(!throttles.holds(later + Duration::from_millis(1), server(1), Category::First, || 1));
        throttles.leave_alone(now, server(1), Duration::from_secs(1_000_000));
        assert!(!throttles.holds(now + ALONE_MAX, server(1), Category::First, || 1), "not for ever");
    }

    #[test]
    fn a_full_table_forgets_what_is_over_and_then_what_ends_first() {
        let (now, mut throttles) = (begin(), Throttles::default());
        for number in 0..SERVERS_MAX as u32 {
            throttles.leave_alone(now, server(number), Duration::from_secs(10 + u64::from(number)));
        }
        throttles.leave_alone(now, server(5_000), Duration::from_secs(100));
        assert_eq!(throttles.len(), SERVERS_MAX);
        assert!(
            !throttles.holds(now, server(0), Category::First, || 1)
                && throttles.holds(now, server(1), Category::First, || 1)
        );
        throttles.leave_alone(now + Duration::from_secs(2_000), server(6_000), Duration::from_secs(1));
        assert_eq!(throttles.len(), 1);
    }
}
