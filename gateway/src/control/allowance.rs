//! What a peer may ask for: calls at once, calls a second, minutes a day, and which numbers (`[[sip.peer]]`).
//!
//! Toll fraud and a PBX gone wild look alike from here: too many calls, or calls to where nobody calls. Who asks for an emergency
//! number is not asked for an allowance. Rates and numbers of calls are refused without a record, for they come by the thousand; the peer's counters tell them. What is
//! barred or spent is a call with a record, since somebody will ask.
//!
//! A day is one of UTC. Minutes are those of answered calls since the gateway started; calls that run when they are spent go on.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use config::model::{Limits, Peer, PeerIndex};

use super::bucket::{Bucket, Terms};
use crate::call::CallId;

/// The accounts of all peers.
#[derive(Debug)]
pub(super) struct Allowance {
    accounts: Vec<Account>,
    /// Whose call it is.
    calls: BTreeMap<CallId, PeerIndex>,
}

#[derive(Debug, Clone, Copy)]
struct Account {
    active: u32,
    /// Calls that it may begin now; `None`: as many as it likes.
    calls: Option<Bucket>,
    day: u64,
    talked: Duration,
    refused: Refused,
}

/// Calls that a peer was refused by its limits, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Refused {
    /// `calls_max`.
    pub calls: u64,
    /// `calls_per_second`.
    pub rate: u64,
    /// `minutes_per_day`.
    pub minutes: u64,
    /// `barred`.
    pub barred: u64,
}

/// How a peer stands, for status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// Calls that it began and that are not over.
    pub calls: u32,
    /// Minutes of today's calls that are.
    pub minutes_today: u64,
    /// What it was refused.
    pub refused: Refused,
}

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denial {
    /// As many as it may have at once.
    Calls,
    /// More than it may begin in a second.
    Rate,
    /// Its minutes of today are spent.
    Minutes,
    /// The number is barred to it.
    Barred,
}

impl Denial {
    /// It passes by itself, within seconds.
    pub fn is_momentary(self) -> bool {
        matches!(self, Denial::Calls | Denial::Rate)
    }
}

impl Allowance {
    pub fn new(now: Instant, peers: &[Peer]) -> Allowance {
        let account = |peer: &Peer| Account {
            active: 0,
            calls: peer.limits.calls_per_second.map(|rate| Bucket::full(now, &Terms::rate(rate))),
            day: 0,
            talked: Duration::ZERO,
            refused: Refused::default(),
        };
        Allowance { accounts: peers.iter().map(account).collect(), calls: BTreeMap::new() }
    }

    /// Whether the peer may begin one more call, to this number as it dialled it. `talking` is how long its calls have been
    /// talking that still do.
    pub fn ask(
        &mut self,
        (now, wall): (Instant, SystemTime),
        peer: PeerIndex,
        limits: &Limits,
        called: &str,
        talking: Duration,
    ) -> Result<(), Denial> {
        let account = &mut self.accounts[peer.get()];
        account.turn(day_of(wall));
        let denial = account.denial(now, limits, talking, called);
        if let Some(denial) = denial {
            account.refused.count(denial);
            return Err(denial);
        }
        Ok(())
    }

    /// The peer has begun this call.
    pub fn begun(&mut self, call: CallId, peer: PeerIndex) {
        self.accounts[peer.get()].active += 1;
        self.calls.insert(call, peer);
    }

    /// It is over, after so long a talk.
    pub fn over(&mut self, wall: SystemTime, call: CallId, talked: Duration) {
        let Some(peer) = self.calls.remove(&call) else { return };
        let account = &mut self.accounts[peer.get()];
        account.active -= 1;
        account.turn(day_of(wall));
        account.talked += talked;
    }

    /// The calls of a peer that are not over.
    pub fn calls_of(&self, peer: PeerIndex) -> impl Iterator<Item = CallId> + '_ {
        self.calls.iter().filter(move |(_, owner)| **owner == peer).map(|(call, _)| *call)
    }

    /// How a peer stands.
    pub fn told(&self, peer: PeerIndex) -> Told {
        let account = &self.accounts[peer.get()];
        Told { calls: account.active, minutes_today: account.talked.as_secs() / 60, refused: account.refused }
    }
}

impl Account {
    fn denial(&mut self, now: Instant, limits: &Limits, talking: Duration, called: &str) -> Option<Denial> {
        if limits.barred.iter().any(|pattern| pattern.matches(called)) {
            return Some(Denial::Barred);
        }
        if limits.talk_per_day.is_some_and(|most| self.talked + talking >= most) {
            return Some(Denial::Minutes);
        }
        if limits.calls_max.is_some_and(|most| self.active >= most) {
            return Some(Denial::Calls);
        }
        let calls = self.calls.as_mut().zip(limits.calls_per_second);
        let has_one = calls.is_none_or(|(calls, rate)| calls.draw(now, &Terms::rate(rate)));
        (!has_one).then_some(Denial::Rate)
    }

    /// A new day begins with none of its minutes spent.
    fn turn(&mut self, day: u64) {
        if std::mem::replace(&mut self.day, day) != day {
            self.talked = Duration::ZERO;
        }
    }
}

impl Refused {
    fn count(&mut self, denial: Denial) {
        *match denial {
            Denial::Calls => &mut self.calls,
            Denial::Rate => &mut self.rate,
            Denial::Minutes => &mut self.minutes,
            Denial::Barred => &mut self.barred,
        } += 1;
    }
}

fn day_of(wall: SystemTime) -> u64 {
    wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / SECONDS_A_DAY
}

const SECONDS_A_DAY: u64 = 86_400;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]
mod tests {
    use super::*;
    use config::Model;
    use std::net::Ipv4Addr;

    struct Day {
        now: Instant,
        wall: SystemTime,
        model: Model,
        peer: PeerIndex,
        allowance: Allowance,
    }

    impl Day {
        /// The embedded default's first peer, with these limits; the sun has just risen.
        fn with(keys: &str) -> Day {
            let text = config::EMBEDDED.replacen("[[sip.peer]]", &format!("[[sip.peer]]\n{keys}"), 1);
            let model = config::parse("limits", &text).unwrap_or_else(|report| panic!("{report}"));
            let now = Instant::now();
            let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(20_000 * SECONDS_A_DAY);
            let allowance = Allowance::new(now, &model.sip.peers);
            let peer = model.peer_at(Ipv4Addr::LOCALHOST.into()).expect("the phone of the embedded default");
            Day { now, wall, model, peer, allowance }
        }

        fn after(&mut self, time: Duration) -> &mut Day {
            self.now += time;
            self.wall += time;
            self
        }

        fn asks(&mut self, called: &str) -> Result<(), Denial> {
            self.asks_while(called, Duration::ZERO)
        }

        fn asks_while(&mut self, called: &str, talking: Duration) -> Result<(), Denial> {
            let limits = &self.model.peer(self.peer).limits;
            self.allowance.ask((self.now, self.wall), self.peer, limits, called, talking)
        }

        fn talks(&mut self, id: u64, minutes: u64) {
            self.allowance.begun(CallId(id), self.peer);
            let time = Duration::from_secs(60 * minutes);
            self.after(time);
            self.allowance.over(self.wall, CallId(id), time);
        }
    }

    #[test]
    fn a_peer_without_limits_may_anything() {
        let mut day = Day::with("");
        for call in 0..10_000 {
            assert_eq!(day.asks("600"), Ok(()));
            day.allowance.begun(CallId(call), day.peer);
        }
    }

    #[test]
    fn calls_at_once_are_limited_and_an_end_makes_room() {
        let mut day = Day::with("calls_max = 2");
        day.allowance.begun(CallId(1), day.peer);
        day.allowance.begun(CallId(2), day.peer);
        assert_eq!(day.asks("600"), Err(Denial::Calls));
        day.allowance.over(day.wall, CallId(1), Duration::ZERO);
        assert_eq!(day.asks("600"), Ok(()));
        let refused = Refused { calls: 1, ..Refused::default() };
        assert_eq!(day.allowance.told(day.peer), Told { calls: 1, minutes_today: 0, refused });
    }

    #[test]
    fn calls_a_second_may_come_at_once_and_then_as_they_are_earned() {
        let mut day = Day::with("calls_per_second = 5");
        let heard = (0..8).filter(|_| day.asks("600").is_ok()).count();
        assert_eq!(heard, 5);
        assert_eq!(day.after(Duration::from_millis(199)).asks("600"), Err(Denial::Rate));
        assert_eq!(day.after(Duration::from_millis(1)).asks("600"), Ok(()));
        assert_eq!(day.asks("600"), Err(Denial::Rate));
    }

    #[test]
    fn minutes_are_spent_until_midnight_by_calls_that_run_too() {
        let mut day = Day::with("minutes_per_day = 10");
        day.talks(1, 6);
        assert_eq!(day.asks("600"), Ok(()));
        assert_eq!(day.asks_while("600", Duration::from_secs(4 * 60 - 1)), Ok(()));
        assert_eq!(day.asks_while("600", Duration::from_secs(4 * 60)), Err(Denial::Minutes));
        day.talks(2, 4);
        assert_eq!(day.after(Duration::from_secs(23 * 3600)).asks("600"), Err(Denial::Minutes));
        assert_eq!(day.after(Duration::from_secs(3600)).asks("600"), Ok(()));
    }

    #[test]
    fn barred_numbers_are_those_that_a_pattern_takes() {
        let mut day = Day::with("barred = [\"00.\", \"0900X.\"]");
        let asked = ["0049301", "09001", "0900", "0301"].map(|called| day.asks(called).is_ok());
        assert_eq!(asked, [false, false, true, true]);
    }
}
