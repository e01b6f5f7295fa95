//! What an endpoint or a function took of late: the 99th percentile beyond which an end is slow where no
//! objective says so.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::observe::latency::Latency;
use crate::record::clock::Reading;

/// How long a percentile is used before it is computed again, in ticks of the clock: one to four
/// seconds.
const EVERY: u64 = 1 << 32;

/// The same while it is unknown: about a sixteenth of that.
const SOON: u64 = 1 << 28;

/// How many ends it takes to know a percentile.
const LEAST: u64 = 100;

/// Beyond this many ends, older ones count half.
const PLENTY: u64 = 1000;

/// The recent durations of one endpoint or function.
#[derive(Debug)]
pub(crate) struct RecentDurations {
    /// The percentile in nanoseconds; the largest number while it is unknown.
    p99: AtomicU64,
    /// The ticks at which it was computed.
    computed: AtomicU64,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The ends in each bucket since the start, as they were read last.
    last: Vec<u64>,
    /// Those of late.
    recent: Vec<u64>,
}

impl RecentDurations {
    pub(crate) const fn new() -> Self {
        let seen = Seen { last: Vec::new(), recent: Vec::new() };
        Self { p99: AtomicU64::new(u64::MAX), computed: AtomicU64::new(0), seen: Mutex::new(seen) }
    }

    /// Whether an end at `now` took longer than the 99th percentile of late, rounded up to a boundary
    /// of the histogram. `counts` reads the ends in each bucket since the start.
    #[inline]
    pub(crate) fn is_slow(
        &self,
        elapsed: u64,
        now: Reading,
        latency: &Latency,
        counts: impl FnOnce() -> Vec<u64>,
    ) -> bool {
        let age = now.ticks().saturating_sub(self.computed.load(Ordering::Relaxed));
        let p99 = self.p99.load(Ordering::Relaxed);
        if age >= if p99 == u64::MAX { SOON } else { EVERY } {
            return self.compute(now, latency, &counts()).is_some_and(|p99| elapsed > p99);
        }
        elapsed > p99
    }

    #[cold]
    #[inline(never)]
    fn compute(&self, now: Reading, latency: &Latency, counts: &[u64]) -> Option<u64> {
        self.computed.store(now.ticks(), Ordering::Relaxed);
        // Otherwise another thread is at it.
        let mut seen = self.seen.try_lock().ok()?;
        let p99 = seen.add(counts).map(|bucket| latency.boundary(bucket));
        self.p99.store(p99.unwrap_or(u64::MAX), Ordering::Relaxed);
        p99
    }
}

impl Seen {
    /// Adds the ends since the last time. Returns the bucket of the 99th percentile, if enough is known.
    fn add(&mut self, counts: &[u64]) -> Option<usize> {
        self.recent.resize(counts.len(), 0);
        if self.recent.iter().sum::<u64>() > PLENTY {
            self.recent.iter_mut().for_each(|count| *count /= 2);
        }
        for (bucket, (recent, count)) in self.recent.iter_mut().zip(counts).enumerate() {
            // Another registry may have smaller counts.
            let last = self.last.get(bucket).copied().unwrap_or(0);
            *recent += count.saturating_sub(last);
        }
        self.last = counts.to_vec();
        let all: u64 = self.recent.iter().sum();
        let mut left = all.checked_sub(all / 100).filter(|_| all >= LEAST)?;
        self.recent.iter().position(|count| {
            left = left.saturating_sub(*count);
            left == 0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn the_percentile_follows_what_happened_of_late() {
        let mut seen = Seen::default();
        assert_eq!(seen.add(&[99, 0, 0]), None, "too few");
        assert_eq!(seen.add(&[990, 10, 0]), Some(0));
        assert_eq!(seen.add(&[990, 11, 0]), Some(1));
        // All became slower.
        assert_eq!(seen.add(&[990, 11, 5000]), Some(2));
        for fast in 1..=8 {
            seen.add(&[990 + 5000 * fast, 11, 5000]);
        }
        assert_eq!(seen.add(&[990 + 45_000, 11, 5000]), Some(0), "and faster again");
    }

    #[test]
    fn nothing_is_slow_until_enough_is_known() {
        let latency = Latency::of(&[0.01, 0.1], None);
        let (durations, now) = (RecentDurations::new(), Reading::now());
        let is_slow = |elapsed, counts: [u64; 3]| {
            durations.computed.store(0, Ordering::Relaxed);
            durations.is_slow(elapsed, now, &latency, || counts.to_vec())
        };
        assert!(!is_slow(u64::MAX - 1, [50, 0, 0]));
        assert!(!is_slow(10 * MS, [200, 1, 0]));
        assert!(is_slow(10 * MS + 1, [200, 1, 0]));
        assert!(!is_slow(u64::MAX - 1, [200, 1, 300]), "above the last boundary nothing is known");
        assert!(!durations.is_slow(1, now, &latency, || unreachable!("it was just computed")));
    }
}
