//! A token bucket: what may be spent at once, and what is earned back with time.
//!
//! Promises: the level grows without steps, and is counted in millionths, so that nothing is lost between two looks; it never rises
//! above the burst, nor falls below the debt that is allowed. One token, whole, is solvent.

use std::time::Instant;

/// What a bucket holds, and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terms {
    /// Tokens that may be spent at once.
    pub burst: u32,
    /// Tokens earned in a second.
    pub per_second: u32,
    /// Tokens that it may owe.
    pub debt_max: u32,
}

/// Its level as of an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    /// In millionths of a token; less than nothing is owed.
    level: i64,
    at: Instant,
}

impl Terms {
    /// As many at once as are earned in a second, and no debt.
    pub const fn rate(per_second: u32) -> Terms {
        Terms { burst: per_second, per_second, debt_max: 0 }
    }
}

impl Bucket {
    /// As full as it can be.
    pub fn full(now: Instant, terms: &Terms) -> Bucket {
        Bucket { level: micro(terms.burst), at: now }
    }

    /// There is a token.
    pub fn is_solvent(&self, now: Instant, terms: &Terms) -> bool {
        self.level(now, terms) >= micro(1)
    }

    /// Nothing is missing.
    pub fn is_full(&self, now: Instant, terms: &Terms) -> bool {
        self.level(now, terms) == micro(terms.burst)
    }

    /// Takes one token, if there is one.
    pub fn draw(&mut self, now: Instant, terms: &Terms) -> bool {
        let solvent = self.is_solvent(now, terms);
        self.charge(now, terms, u32::from(solvent));
        solvent
    }

    /// Takes so many tokens, into debt where they are not there.
    pub fn charge(&mut self, now: Instant, terms: &Terms, tokens: u32) {
        self.level = (self.level(now, terms) - micro(tokens)).max(-micro(terms.debt_max));
        self.at = now;
    }

    fn level(&self, now: Instant, terms: &Terms) -> i64 {
        // A token a second is a millionth in a microsecond.
        let earned = now.saturating_duration_since(self.at).as_micros().saturating_mul(terms.per_second.into());
        self.level.saturating_add(i64::try_from(earned).unwrap_or(i64::MAX)).min(micro(terms.burst))
    }
}

fn micro(tokens: u32) -> i64 {
    i64::from(tokens) * 1_000_000
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]
mod tests {
    use super::*;
    use std::time::Duration;

    const TERMS: Terms = Terms { burst: 3, per_second: 2, debt_max: 4 };

    #[test]
    fn a_burst_is_spent_at_once_and_earned_back_without_steps() {
        let mut now = Instant::now();
        let mut bucket = Bucket::full(now, &TERMS);
        assert_eq!([(); 4].map(|()| bucket.draw(now, &TERMS)), [true, true, true, false]);
        // However often it is looked at.
        for _ in 0..499 {
            now += Duration::from_millis(1);
            assert!(!bucket.draw(now, &TERMS));
        }
        assert!(bucket.draw(now + Duration::from_millis(1), &TERMS));
    }

    #[test]
    fn debt_ends_at_its_bound_and_is_paid_first() {
        let now = Instant::now();
        let mut bucket = Bucket::full(now, &TERMS);
        bucket.charge(now, &TERMS, 1_000);
        let after = |ms| now + Duration::from_millis(ms);
        assert!(!bucket.is_solvent(after(2_499), &TERMS));
        assert!(bucket.is_solvent(after(2_500), &TERMS));
        assert!(!bucket.is_full(after(3_499), &TERMS) && bucket.is_full(after(3_500), &TERMS));
        assert!(bucket.is_full(after(u64::MAX / 1_000_000), &TERMS), "it does not run over");
    }
}
