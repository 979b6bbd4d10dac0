//! The gate before SIP: a source that is no peer's has a budget, and while it is in debt nothing of it is heard.
//!
//! A request outside of a dialog costs a little, an offence much: what is no SIP, an INVITE that nobody may send. Whoever goes on in
//! debt pays on, so a scanner that does not rest stays unheard, and learns nothing more than from a dead address. Answers and
//! requests in dialogs are free: the server behind a peer's name sends them from an address that the configuration does not know.
//! Peers are not the gate's concern; what they may ask is `allowance`'s.
//!
//! Promises: at most [`SOURCES_MAX`] accounts; sources beyond share one. IPv6 sources are counted by their /64, which is what one
//! subscriber has.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use super::bucket::{Bucket, Terms};

/// The accounts of all sources that are in the red, or were lately.
#[derive(Debug)]
pub(super) struct Gate {
    accounts: BTreeMap<IpAddr, Bucket>,
    /// Of all sources that have none of their own.
    others: Bucket,
    /// When accounts that are whole again are next forgotten; looking at all of them is not for every datagram.
    swept: Instant,
    /// Lines of the log that offences may still cost.
    lines: Bucket,
    /// Messages that were not heard.
    pub unheard: u64,
}

/// What a message turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// An answer, or part of what exists.
    Expected,
    /// A request that begins something, or is for something that is not there.
    Asking,
    /// No SIP, or what its source may not ask.
    Offence,
}

impl Gate {
    pub fn new(now: Instant) -> Gate {
        Gate {
            accounts: BTreeMap::new(),
            others: Bucket::full(now, &TERMS),
            swept: now,
            lines: Bucket::full(now, &LINES),
            unheard: 0,
        }
    }

    /// Whether this source is heard now. If not, it pays for having spoken.
    pub fn admits(&mut self, now: Instant, source: IpAddr) -> bool {
        let is_full = self.accounts.len() >= SOURCES_MAX;
        let account = match self.accounts.get_mut(&subscriber(source)) {
            Some(account) => account,
            // Who has no account owes nothing, unless so many owe that there was no room for it.
            None if !is_full => return true,
            None => &mut self.others,
        };
        let solvent = account.is_solvent(now, &TERMS);
        if !solvent {
            account.charge(now, &TERMS, Verdict::Asking.price());
            self.unheard += 1;
        }
        solvent
    }

    /// What this source sent and was heard with.
    pub fn charge(&mut self, now: Instant, source: IpAddr, verdict: Verdict) {
        if verdict == Verdict::Expected {
            return;
        }
        let source = subscriber(source);
        self.sweep(now);
        let has_room = self.accounts.len() < SOURCES_MAX || self.accounts.contains_key(&source);
        let account = match has_room {
            true => self.accounts.entry(source).or_insert(Bucket::full(now, &TERMS)),
            false => &mut self.others,
        };
        account.charge(now, &TERMS, verdict.price());
    }

    /// Whether an offence may be told in the log: a flood of forged sources must not fill a disk.
    pub fn may_tell(&mut self, now: Instant) -> bool {
        self.lines.draw(now, &LINES)
    }

    /// Sources that are not heard at present, as far as they are known one by one.
    pub fn in_debt(&self, now: Instant) -> usize {
        self.accounts.values().filter(|account| !account.is_solvent(now, &TERMS)).count()
    }

    /// Forgets whoever owes nothing any more.
    fn sweep(&mut self, now: Instant) {
        if now.duration_since(self.swept) >= SWEEP_EVERY {
            self.swept = now;
            self.accounts.retain(|_, account| !account.is_full(now, &TERMS));
        }
    }
}

impl Verdict {
    /// In requests.
    fn price(self) -> u32 {
        match self {
            Verdict::Expected => 0,
            Verdict::Asking => 1,
            Verdict::Offence => OFFENCE,
        }
    }
}

/// An IPv4 address, or the network of one IPv6 subscriber.
fn subscriber(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// Two hundred requests at once, twenty a second; a debt of one minute's refill: who is silent for as long is heard again.
const TERMS: Terms = Terms { burst: 200, per_second: 20, debt_max: 1_200 };
/// What an offence costs, in requests: a source may commit ten at once, and one a second.
const OFFENCE: u32 = 20;
/// Offences told in the log, of all sources together.
const LINES: Terms = Terms::rate(10);
/// Accounts: some 100 octets each.
const SOURCES_MAX: usize = 16_384;
const SWEEP_EVERY: Duration = Duration::from_secs(1);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]
mod tests {
    use super::*;

    const SCANNER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

    /// So many messages, one every so many milliseconds; how many of them were heard.
    fn heard(gate: &mut Gate, now: &mut Instant, messages: u32, every_ms: u64, verdict: Verdict) -> u32 {
        let mut heard = 0;
        for _ in 0..messages {
            *now += Duration::from_millis(every_ms);
            if gate.admits(*now, SCANNER) {
                heard += 1;
                gate.charge(*now, SCANNER, verdict);
            }
        }
        heard
    }

    #[test]
    fn a_scanner_that_does_not_rest_stays_unheard() {
        let mut now = Instant::now();
        let mut gate = Gate::new(now);
        assert_eq!(heard(&mut gate, &mut now, 100, 1, Verdict::Offence), 10);
        assert_eq!(heard(&mut gate, &mut now, 100_000, 10, Verdict::Offence), 0);
        assert_eq!((gate.in_debt(now), gate.unheard), (1, 100_090));
        assert_eq!(gate.in_debt(now + Duration::from_secs(62)), 0, "its debt is paid though it has not spoken");
    }

    #[test]
    fn after_a_minute_of_silence_it_is_heard_again() {
        let mut now = Instant::now();
        let mut gate = Gate::new(now);
        heard(&mut gate, &mut now, 10_000, 1, Verdict::Offence);
        now += Duration::from_secs(59);
        assert!(!gate.admits(now, SCANNER));
        now += Duration::from_secs(2);
        assert!(gate.admits(now, SCANNER));
    }

    #[test]
    fn ten_requests_a_second_and_any_number_of_answers_are_heard_for_ever() {
        let mut now = Instant::now();
        let mut gate = Gate::new(now);
        assert_eq!(heard(&mut gate, &mut now, 10_000, 100, Verdict::Asking), 10_000);
        assert_eq!(heard(&mut gate, &mut now, 10_000, 0, Verdict::Expected), 10_000);
    }

    #[test]
    fn sources_beyond_the_table_share_an_account_and_those_in_it_keep_theirs() {
        let now = Instant::now();
        let mut gate = Gate::new(now);
        let source = |number: u32| IpAddr::V4(number.into());
        for number in 0..SOURCES_MAX as u32 {
            gate.charge(now, source(number), Verdict::Asking);
        }
        for _ in 0..10 {
            assert!(gate.admits(now, source(u32::MAX)));
            gate.charge(now, source(u32::MAX), Verdict::Offence);
        }
        assert!(!gate.admits(now, source(u32::MAX - 1)), "it pays for the others");
        assert!(gate.admits(now, source(7)));
        assert_eq!(gate.accounts.len(), SOURCES_MAX);
        // All are whole again, and forgotten.
        let later = now + Duration::from_secs(2);
        gate.charge(later, source(1), Verdict::Asking);
        assert_eq!(gate.accounts.len(), 1);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one_source() {
        let now = Instant::now();
        let mut gate = Gate::new(now);
        for host in 0..10u16 {
            let source = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, host, 0, 0, 1));
            gate.charge(now, source, Verdict::Offence);
        }
        assert!(!gate.admits(now, IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 9, 9, 9, 9))));
        assert!(gate.admits(now, IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 2, 0, 0, 0, 1))));
    }
}
