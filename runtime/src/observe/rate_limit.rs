//! Limits how often something is reported.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::clock::Reading;

/// Ten seconds, in nanoseconds.
const INTERVAL: u64 = 10_000_000_000;

/// Lets one report through in ten seconds, and counts the others.
#[derive(Debug)]
pub(crate) struct RateLimit {
    /// The time of the last report, as ticks.
    last: AtomicU64,
    suppressed: AtomicU64,
}

impl RateLimit {
    pub(crate) const fn new() -> Self {
        Self { last: AtomicU64::new(0), suppressed: AtomicU64::new(0) }
    }

    /// `None` if a report at `now` is one too many, else how many were since the last one that was let through.
    pub(crate) fn admit(&self, now: Reading) -> Option<u64> {
        let last = self.last.load(Ordering::Relaxed);
        let is_due = last == 0 || now.since(Reading::of_ticks(last)) >= INTERVAL;
        let won = is_due
            && self
                .last
                .compare_exchange(last, now.ticks(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if won {
            return Some(self.suppressed.swap(0, Ordering::Relaxed));
        }
        self.suppressed.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_ten_seconds_is_let_through() {
        let (limit, start) = (RateLimit::new(), Reading::now());
        assert_eq!(limit.admit(start), Some(0));
        assert_eq!(limit.admit(start), None);
        assert_eq!(limit.admit(Reading::of_ticks(start.ticks() + 1)), None);
        let mut later = start;
        while later.since(start) < INTERVAL {
            later = Reading::of_ticks(later.ticks() + 1_000_000_000);
        }
        assert_eq!(limit.admit(later), Some(2));
    }
}
