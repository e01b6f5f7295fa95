//! Limits repeated errors: the first ones are logged, then one per second, with the number of
//! suppressed ones.
//!
//! Metrics and traces still count every error. The rate limit is a generic cell rate algorithm
//! (<https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm>) with one atomic per kind of error.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use crate::declare::Outcome;
use crate::record::append_only_keys::AppendOnlyKeys;
use crate::record::sync_lock;

/// How many lines of one kind may follow each other at once.
const BURST: u64 = 10;

/// The interval of further lines, in milliseconds.
const EVERY: u64 = 1000;

/// How many kinds of errors an operation distinguishes; further kinds share one rate.
const KINDS: usize = 8;

/// A kind of error: its outcome, its error type, and the status that was sent.
type Kind = (Outcome, &'static str, u16);

/// The rate limits of one operation.
#[derive(Debug)]
pub(crate) struct Repeats {
    kinds: AppendOnlyKeys<Kind, KINDS>,
    rates: [Rate; KINDS + 1],
    listed: AtomicBool,
    name: &'static str,
}

/// Operations with suppressed lines, for the summary at the end of the process.
static LISTED: Mutex<Vec<&'static Repeats>> = Mutex::new(Vec::new());

impl Repeats {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            kinds: AppendOnlyKeys::new(),
            rates: [const { Rate::new() }; KINDS + 1],
            listed: AtomicBool::new(false),
            name,
        }
    }

    /// Whether another line of this kind may be written, and how many were suppressed before it.
    pub(crate) fn admit(
        &'static self,
        outcome: Outcome,
        error_type: &'static str,
        status: u16,
    ) -> Option<u64> {
        let index = self.kinds.index_of_or_insert((outcome, error_type, status)).unwrap_or(KINDS);
        let admitted = self.rates[index].admit(milliseconds());
        if admitted.is_none() && !self.listed.swap(true, Ordering::Relaxed) {
            sync_lock(&LISTED).push(self);
        }
        admitted
    }
}

/// Takes the suppressed counts that no line has reported yet, as `(operation, error_type, count)`.
pub(crate) fn untold() -> Vec<(&'static str, &'static str, u64)> {
    let listed = sync_lock(&LISTED).clone();
    let mut untold = Vec::new();
    for repeats in listed {
        let named = repeats.kinds.keys().map(|(index, (_, error_type, _))| (index, error_type));
        for (index, error_type) in named.chain([(KINDS, crate::declare::OTHER)]) {
            let count = repeats.rates[index].suppressed.swap(0, Ordering::Relaxed);
            if count > 0 {
                untold.push((repeats.name, error_type, count));
            }
        }
    }
    untold
}

#[derive(Debug)]
struct Rate {
    /// When the next line would be due if lines came at even intervals, in milliseconds.
    due: AtomicU64,
    suppressed: AtomicU64,
}

impl Rate {
    const fn new() -> Self {
        Self { due: AtomicU64::new(0), suppressed: AtomicU64::new(0) }
    }

    fn admit(&self, now: u64) -> Option<u64> {
        let next = |due: u64| (due <= now + (BURST - 1) * EVERY).then(|| due.max(now) + EVERY);
        if self.due.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok() {
            return Some(self.suppressed.swap(0, Ordering::Relaxed));
        }
        self.suppressed.fetch_add(1, Ordering::Relaxed);
        None
    }
}

fn milliseconds() -> u64 {
    static ANCHOR: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(ANCHOR.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_a_second_and_none_untold() {
        let rate = Rate::new();
        let written = |from: u64, count: u64| -> Vec<u64> {
            (0..count).filter_map(|number| rate.admit(from + number)).collect()
        };
        assert_eq!(written(5_000, 100), [0; 10]);
        assert_eq!(written(6_050, 100), [90]);
        assert_eq!(rate.suppressed.load(Ordering::Relaxed), 99);
        // A burst is possible again after a quiet time.
        assert_eq!(written(60_000, 11), [99, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn kinds_do_not_share_a_rate_and_the_end_tells_the_rest() {
        static REPEATS: Repeats = Repeats::new("repeats::tests");
        for _ in 0..30 {
            REPEATS.admit(Outcome::ServerError, "database", 503);
        }
        assert_eq!(REPEATS.admit(Outcome::ServerError, "database", 500), Some(0));
        let mine = || -> Vec<(&str, u64)> {
            let mine = untold().into_iter().filter(|(name, ..)| *name == "repeats::tests");
            mine.map(|(_, error_type, count)| (error_type, count)).collect()
        };
        assert_eq!(mine(), [("database", 20)]);
        assert_eq!(mine(), []);
    }
}
