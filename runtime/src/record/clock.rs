//! The clock of durations: monotonic nanoseconds.

use std::sync::LazyLock;
use std::time::Instant;

/// A reading of the monotonic clock, in nanoseconds since the first reading of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reading(u64);

static ANCHOR: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Reading {
    #[inline]
    pub(crate) fn now() -> Self {
        Self(nanoseconds(ANCHOR.elapsed()))
    }

    /// Nanoseconds from this reading until now.
    #[inline]
    pub(crate) fn elapsed(self) -> u64 {
        Self::now().0.saturating_sub(self.0)
    }
}

/// A duration in nanoseconds; 584 years fit.
fn nanoseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
