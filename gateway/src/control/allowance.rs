//! What a peer or user may ask for: calls at once, calls a second, minutes a day, and which numbers (`[[sip.peer]]`, `[[sip.user]]`).
//!
//! Toll fraud and a PBX gone wild look alike from here: too many calls, or calls to where nobody calls. Who asks for an emergency
//! number is not asked for an allowance. Rates and numbers of calls are refused without a record, for they come by the thousand; the counters of
//! the party tell them. What is barred or spent is a call with a record, since somebody will ask.
//!
//! Whoever begins a call pays for it, and so does whoever has one go on without them, by REFER or 3xx: from then on, and until it is
//! over. A day is one of UTC. Minutes are those of answered calls since the gateway started; calls that run when they are spent go on.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use config::Model;
use config::model::{Limits, SipParty};

use super::bucket::{Bucket, Terms};
use crate::call::CallId;

/// The accounts of everybody who has terms.
#[derive(Debug)]
pub(super) struct Allowance {
    accounts: BTreeMap<SipParty, Account>,
    /// Who pays for a call.
    calls: BTreeMap<CallId, Vec<Share>>,
}

/// Somebody pays for a call.
#[derive(Debug, Clone, Copy)]
struct Share {
    party: SipParty,
    since: Instant,
    /// The call is theirs from its beginning.
    began: bool,
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    /// By whom.
    pub party: SipParty,
    /// For which call: one that they pay for already counts once.
    pub call: CallId,
    /// The number as they dial it.
    pub called: &'a str,
    /// How long their calls have been talking that still do.
    pub talking: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Account {
    active: u32,
    /// Calls that they may begin now; `None`: as many as they like.
    calls: Option<Bucket>,
    day: u64,
    talked: Duration,
    refused: Refused,
}

/// Calls that somebody was refused by their limits, since the start.
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

/// How somebody stands, for status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Calls that they pay for and that are not over.
    pub calls: u32,
    /// Minutes of today's calls that are.
    pub minutes_today: u64,
    /// What they were refused.
    pub refused: Refused,
}

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denial {
    /// As many as they may have at once.
    Calls,
    /// More than they may begin in a second.
    Rate,
    /// Their minutes of today are spent.
    Minutes,
    /// The number is barred to them.
    Barred,
}

impl Denial {
    /// It passes by itself, within seconds.
    pub fn is_momentary(self) -> bool {
        matches!(self, Denial::Calls | Denial::Rate)
    }
}

impl Allowance {
    pub fn new(now: Instant, model: &Model) -> Allowance {
        let account = |party: SipParty| Account {
            active: 0,
            calls: model.terms(party).limits.calls_per_second.map(|rate| Bucket::full(now, &Terms::rate(rate))),
            day: 0,
            talked: Duration::ZERO,
            refused: Refused::default(),
        };
        let accounts = model.sip_parties().map(|party| (party, account(party))).collect();
        Allowance { accounts, calls: BTreeMap::new() }
    }

    /// Whether somebody may have this call.
    pub fn ask(
        &mut self,
        (now, wall): (Instant, SystemTime),
        limits: &Limits,
        asked: &Asked<'_>,
    ) -> Result<(), Denial> {
        let pays = self.pays(asked.call, asked.party);
        let account = self.account(asked.party);
        account.turn(day_of(wall));
        let denial = account.denial(now, limits, asked, pays);
        if let Some(denial) = denial {
            account.refused.count(denial);
            return Err(denial);
        }
        Ok(())
    }

    /// They have begun this call.
    pub fn begun(&mut self, now: Instant, call: CallId, party: SipParty) {
        self.share(call, Share { party, since: now, began: true });
    }

    /// They have it go on without them.
    pub fn sent_on(&mut self, now: Instant, call: CallId, party: SipParty) {
        self.share(call, Share { party, since: now, began: false });
    }

    fn share(&mut self, call: CallId, share: Share) {
        if !self.pays(call, share.party) {
            self.account(share.party).active += 1;
            self.calls.entry(call).or_default().push(share);
        }
    }

    /// Nothing came of that: they pay no more for it, unless they began it.
    pub fn spare(&mut self, call: CallId, party: SipParty) {
        let Some(shares) = self.calls.get_mut(&call) else { return };
        if let Some(at) = shares.iter().position(|share| share.party == party && !share.began) {
            shares.remove(at);
            self.account(party).active -= 1;
        }
    }

    /// Two calls are one: whoever paid for the one that ends pays for the one that goes on.
    pub fn pass(&mut self, ended: CallId, kept: CallId) {
        for share in self.calls.remove(&ended).unwrap_or_default() {
            // Of two calls of one party there is one left.
            self.account(share.party).active -= 1;
            self.share(kept, share);
        }
    }

    /// A call is over. `talked`: how long it has talked since some moment.
    pub fn over(&mut self, wall: SystemTime, call: CallId, talked: impl Fn(Instant) -> Duration) {
        for share in self.calls.remove(&call).unwrap_or_default() {
            let account = self.account(share.party);
            account.active -= 1;
            account.turn(day_of(wall));
            account.talked += talked(share.since);
        }
    }

    /// The calls that somebody pays for and that are not over, each with since when.
    pub fn calls_of(&self, party: SipParty) -> impl Iterator<Item = (CallId, Instant)> + '_ {
        let own = move |(call, shares): (&CallId, &Vec<Share>)| {
            let share = shares.iter().find(|share| share.party == party)?;
            Some((*call, share.since))
        };
        self.calls.iter().filter_map(own)
    }

    /// How somebody stands.
    pub fn told(&self, party: SipParty) -> Told {
        let account = &self.accounts[&party];
        Told { calls: account.active, minutes_today: account.talked.as_secs() / 60, refused: account.refused }
    }

    fn pays(&self, call: CallId, party: SipParty) -> bool {
        self.calls.get(&call).is_some_and(|shares| shares.iter().any(|share| share.party == party))
    }

    fn account(&mut self, party: SipParty) -> &mut Account {
        self.accounts.get_mut(&party).expect("everybody of the model who has terms has an account from the start")
    }
}

impl Account {
    fn denial(&mut self, now: Instant, limits: &Limits, asked: &Asked<'_>, pays: bool) -> Option<Denial> {
        if limits.barred.iter().any(|pattern| pattern.matches(asked.called)) {
            return Some(Denial::Barred);
        }
        if limits.talk_per_day.is_some_and(|most| self.talked + asked.talking >= most) {
            return Some(Denial::Minutes);
        }
        if limits.calls_max.is_some_and(|most| self.active >= most) && !pays {
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
    /// All of them.
    pub fn total(&self) -> u64 {
        self.calls + self.rate + self.minutes + self.barred
    }

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
    use std::net::Ipv4Addr;

    /// Calls that are asked for have numbers above this one.
    const NEW: u64 = 1_000_000;

    struct Day {
        now: Instant,
        wall: SystemTime,
        model: Model,
        peer: SipParty,
        asked: u64,
        allowance: Allowance,
    }

    impl Day {
        /// The embedded default's first peer, with these limits; the sun has just risen.
        fn with(keys: &str) -> Day {
            let text = config::EMBEDDED.replacen("[[sip.peer]]", &format!("[[sip.peer]]\n{keys}"), 1);
            let model = config::parse("limits", &text).unwrap_or_else(|report| panic!("{report}"));
            let now = Instant::now();
            let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(20_000 * SECONDS_A_DAY);
            let allowance = Allowance::new(now, &model);
            let peer =
                SipParty::Peer(model.peer_at(Ipv4Addr::LOCALHOST.into()).expect("the phone of the embedded default"));
            Day { now, wall, model, peer, asked: NEW, allowance }
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
            self.asked += 1;
            self.asks_for(CallId(self.asked), called, talking)
        }

        fn asks_for(&mut self, call: CallId, called: &str, talking: Duration) -> Result<(), Denial> {
            let limits = &self.model.terms(self.peer).limits;
            let asked = Asked { party: self.peer, call, called, talking };
            self.allowance.ask((self.now, self.wall), limits, &asked)
        }

        fn begins(&mut self, id: u64) {
            self.allowance.begun(self.now, CallId(id), self.peer);
        }

        fn calls(&self) -> u32 {
            self.allowance.told(self.peer).calls
        }

        fn talks(&mut self, id: u64, minutes: u64) {
            self.begins(id);
            let time = Duration::from_secs(60 * minutes);
            self.after(time);
            self.allowance.over(self.wall, CallId(id), |_| time);
        }
    }

    #[test]
    fn a_peer_without_limits_may_anything() {
        let mut day = Day::with("");
        for call in 0..10_000 {
            assert_eq!(day.asks("600"), Ok(()));
            day.begins(call);
        }
    }

    #[test]
    fn calls_at_once_are_limited_and_an_end_makes_room() {
        let mut day = Day::with("calls_max = 2");
        day.begins(1);
        day.begins(2);
        assert_eq!(day.asks("600"), Err(Denial::Calls));
        day.allowance.over(day.wall, CallId(1), |_| Duration::ZERO);
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

    #[test]
    fn who_has_a_call_go_on_pays_for_it_once_and_until_it_is_over_or_comes_to_nothing() {
        let mut day = Day::with("calls_max = 1\nminutes_per_day = 10");
        let (now, peer) = (day.now, day.peer);
        day.allowance.sent_on(now, CallId(1), peer);
        day.allowance.sent_on(now, CallId(1), peer);
        assert_eq!((day.calls(), day.asks("600")), (1, Err(Denial::Calls)));
        assert_eq!(day.asks_for(CallId(1), "600", Duration::ZERO), Ok(()), "it is that call's next place");
        day.allowance.spare(CallId(1), peer);
        assert_eq!((day.calls(), day.asks("600")), (0, Ok(())));
        day.begins(2);
        day.allowance.sent_on(now, CallId(2), peer);
        day.allowance.spare(CallId(2), peer);
        assert_eq!(day.calls(), 1, "whoever began a call pays on");
        let (later, minutes) = (day.now + Duration::from_secs(60), Duration::from_secs(600));
        day.allowance.over(day.wall, CallId(2), |since| minutes - later.duration_since(since));
        assert_eq!((day.calls(), day.allowance.told(peer).minutes_today), (0, 9));
    }

    #[test]
    fn of_two_calls_that_become_one_the_one_that_goes_on_is_paid_for() {
        let mut day = Day::with("");
        day.begins(1);
        day.begins(2);
        day.allowance.pass(CallId(2), CallId(1));
        assert_eq!(day.calls(), 1);
        day.begins(3);
        day.allowance.pass(CallId(3), CallId(4));
        day.allowance.over(day.wall, CallId(3), |_| Duration::from_secs(600));
        assert_eq!((day.calls(), day.allowance.told(day.peer).minutes_today), (2, 0));
        day.allowance.over(day.wall, CallId(4), |_| Duration::from_secs(600));
        assert_eq!((day.calls(), day.allowance.told(day.peer).minutes_today), (1, 10));
    }
}
