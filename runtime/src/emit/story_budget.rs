//! How many bytes of stories the log may have.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::clock::Reading;

/// The time in which as many bytes may be written as the budget has, in nanoseconds.
const MINUTE: u64 = 60_000_000_000;

/// A budget of bytes for each minute: all of it at once, then as it is replenished.
#[derive(Debug)]
pub(super) struct StoryBudget {
    /// Nanoseconds that a byte takes of the minute, times 1024; `None` if there is no byte.
    a_byte: Option<u64>,
    /// When the budget would be whole again, in nanoseconds since the first reading.
    whole: AtomicU64,
}

static BEGIN: LazyLock<Reading> = LazyLock::new(Reading::now);

impl StoryBudget {
    /// The default, in bytes for each minute.
    pub(super) const DEFAULT: u64 = 4 * 1024 * 1024;

    pub(super) fn new(bytes: u64) -> Self {
        LazyLock::force(&BEGIN);
        Self { a_byte: (1024 * MINUTE).checked_div(bytes), whole: AtomicU64::new(0) }
    }

    /// Whether `bytes` may be written now. They are then taken from the budget.
    pub(super) fn admits(&self, bytes: usize, now: Reading) -> bool {
        let Some(a_byte) = self.a_byte else { return false };
        let takes = (bytes as u64).saturating_mul(a_byte) / 1024;
        let now = now.since(*BEGIN);
        let next = |whole: u64| {
            let next = whole.max(now).saturating_add(takes);
            (next <= now.saturating_add(MINUTE)).then_some(next)
        };
        self.whole.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_budget_is_replenished() {
        let budget = StoryBudget::new(6_000);
        let start = Reading::now();
        assert!(budget.admits(4_000, start) && budget.admits(1_900, start));
        assert!(!budget.admits(200, start), "less is left");
        let mut later = start;
        while later.since(start) < MINUTE / 50 {
            later = Reading::of_ticks(later.ticks() + 10_000_000);
        }
        assert!(budget.admits(200, later));
        assert!(!budget.admits(200, later));
        assert!(!StoryBudget::new(0).admits(1, start));
        assert!(StoryBudget::new(u64::MAX).admits(usize::MAX / 4096, start));
    }
}
