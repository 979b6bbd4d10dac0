//! Nonces of a server that keeps none of those that nobody uses, RFC 7616 3.3 and 5.4, and their counts, 3.4.
//!
//! A nonce is the time of its issue and a keyed hash of that time, so that a flood of requests without credentials costs no
//! memory. One that was used is kept with the counts that were seen, so that a request is not accepted twice; when the table is
//! full the oldest goes, and with it every nonce that is older still.

use super::{hex, is_same};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What a nonce and its count are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Ours, young enough, and the count is new.
    Good,
    /// It was ours: its time is over, or the count was seen. The client may try again with another.
    Stale,
    /// Not of our making.
    Foreign,
}

/// Makes nonces and judges them.
#[derive(Debug)]
pub struct Nonces {
    key: [u8; 32],
    began: Instant,
    serial: u32,
    used: BTreeMap<Issue, Counts>,
    /// Up to here everything is stale.
    forgotten: Option<Issue>,
}

/// When a nonce was made: milliseconds from the start, and which of all.
type Issue = (u64, u32);

/// The counts of a nonce: the highest, and which of the 64 below it were seen. Requests overtake each other.
#[derive(Clone, Copy, Debug)]
struct Counts {
    highest: u32,
    seen: u64,
}

impl Nonces {
    /// With a key that nobody else knows.
    pub fn new(key: [u8; 32], now: Instant) -> Nonces {
        Nonces { key, began: now, serial: 0, used: BTreeMap::new(), forgotten: None }
    }

    /// A new one.
    pub fn make(&mut self, now: Instant) -> String {
        self.serial = self.serial.wrapping_add(1);
        self.spell((self.milliseconds(now), self.serial))
    }

    /// Judges one that came back with correct credentials, and remembers the count; `None` is RFC 2069's absence of one, which
    /// makes a nonce good once.
    pub fn judge(&mut self, now: Instant, nonce: &[u8], count: Option<u32>) -> Worth {
        let Some(issue) = self.read(nonce) else { return Worth::Foreign };
        let age_ms = self.milliseconds(now).saturating_sub(issue.0);
        let is_old = u128::from(age_ms) > LIFETIME.as_millis() || self.forgotten.is_some_and(|last| issue <= last);
        if is_old {
            self.used.remove(&issue);
            return Worth::Stale;
        }
        if !self.used.contains_key(&issue) && self.used.len() == USED_MAX {
            self.forgotten = self.used.pop_first().map(|(oldest, _)| oldest).max(self.forgotten);
        }
        let counts = self.used.entry(issue).or_insert(Counts { highest: 0, seen: 0 });
        if counts.take(count.unwrap_or(1)) { Worth::Good } else { Worth::Stale }
    }

    fn milliseconds(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    fn spell(&self, issue: Issue) -> String {
        let text = format!("{:016x}{:08x}", issue.0, issue.1);
        let mac = self.mac(text.as_bytes());
        text + &mac
    }

    fn read(&self, nonce: &[u8]) -> Option<Issue> {
        let (text, mac) = nonce.split_at_checked(ISSUE_DIGITS)?;
        let text = is_same(self.mac(text).as_bytes(), mac).then(|| std::str::from_utf8(text).ok())??;
        let (time, serial) = text.split_at_checked(TIME_DIGITS)?;
        Some((u64::from_str_radix(time, 16).ok()?, u32::from_str_radix(serial, 16).ok()?))
    }

    /// The text has one length, so that a hash of key and text cannot be prolonged.
    fn mac(&self, text: &[u8]) -> String {
        hex(&Sha256::digest([&self.key, text].concat())[..MAC_OCTETS])
    }
}

impl Counts {
    /// Whether the count is new, which it then no longer is.
    fn take(&mut self, count: u32) -> bool {
        if count > self.highest {
            let higher = count - self.highest;
            self.seen = self.seen.checked_shl(higher).unwrap_or(0) | 1;
            self.highest = count;
            return true;
        }
        let bit = 1u64.checked_shl(self.highest - count).unwrap_or(0);
        let is_new = bit != 0 && self.seen & bit == 0;
        self.seen |= bit;
        is_new
    }
}

const TIME_DIGITS: usize = 16;
const ISSUE_DIGITS: usize = TIME_DIGITS + 8;
const MAC_OCTETS: usize = 16;
/// A registration's usual interval: a client that refreshes in time needs no second try.
pub(super) const LIFETIME: Duration = Duration::from_secs(3600);
/// Nonces in use at once: one for each of so many clients.
pub(super) const USED_MAX: usize = 16_384;
