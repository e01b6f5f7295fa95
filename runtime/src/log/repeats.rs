//! Repeated errors: the first ones are logged, then one a second, which tells how many were not.
//!
//! Metrics and traces are not concerned: they count every one. The rate is that of a generic cell rate
//! algorithm (<https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm>): one atomic for each kind of error.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use crate::declare::Outcome;
use crate::record::append_only_keys::AppendOnlyKeys;
use crate::record::sync_lock;

/// How many lines of one kind are written in a row.
const BURST: u64 = 10;

/// Then one in this time, in milliseconds.
const EVERY: u64 = 1000;

/// How many kinds of errors of an operation are told apart; further ones share a rate.
const KINDS: usize = 8;

/// A kind of error: how it ended, its fault, and the status that was sent.
type Kind = (Outcome, &'static str, u16);

/// The errors of one operation.
#[derive(Debug)]
pub(crate) struct Repeats {
    kinds: AppendOnlyKeys<Kind, KINDS>,
    rates: [Rate; KINDS + 1],
    listed: AtomicBool,
    name: &'static str,
}

/// Operations that suppressed something, to be asked at the end.
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

    /// Whether another line of this kind is written, and if so, how many were suppressed before it.
    pub(crate) fn admit(
        &'static self,
        outcome: Outcome,
        error_type: &'static str,
        status: u16,
    ) -> Option<u64> {
        let place = self.kinds.index_of_or_insert((outcome, error_type, status)).unwrap_or(KINDS);
        let admitted = self.rates[place].admit(milliseconds());
        if admitted.is_none() && !self.listed.swap(true, Ordering::Relaxed) {
            sync_lock(&LISTED).push(self);
        }
        admitted
    }
}

/// What was suppressed and not told yet, as `(operation, error_type, count)`; told by this.
pub(crate) fn untold() -> Vec<(&'static str, &'static str, u64)> {
    let listed = sync_lock(&LISTED).clone();
    let mut untold = Vec::new();
    for repeats in listed {
        let named = repeats.kinds.keys().map(|(place, (_, error_type, _))| (place, error_type));
        for (place, error_type) in named.chain([(KINDS, crate::declare::OTHER)]) {
            let count = repeats.rates[place].suppressed.swap(0, Ordering::Relaxed);
            if count > 0 {
                untold.push((repeats.name, error_type, count));
            }
        }
    }
    untold
}

#[derive(Debug)]
struct Rate {
    /// When the next line would be due if lines came evenly, in milliseconds.
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
        // After a quiet time there is a burst again.
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
