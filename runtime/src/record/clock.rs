//! The clock of durations: monotonic nanoseconds.
//!
//! Two readings of the operating system's clock are most of what an observation costs, so the processor's
//! counter is read where it can be trusted: where it is invariant (the processor says so) and where the
//! kernel itself keeps time by it, which it does only while the counters of all cores agree. Elsewhere it is
//! the system's monotonic clock.
//!
//! A reading stays in ticks; only a difference of two is converted. The counter has 64 bits and does not wrap
//! within a century. While the machine is suspended it may stand still or go on, as the system's clocks do; a
//! reading that seems to lie before an earlier one counts as no time.

use std::sync::LazyLock;

use super::ticks;

/// A reading of the clock, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reading(u64);

enum Clock {
    /// `scale` is how many nanoseconds 2³² ticks are: about 2³¹ of them, so that rounding costs half a nanosecond in a
    /// second. A multiplication and a shift convert.
    Counter {
        scale: u64,
    },
    System(std::time::Instant),
}

static CLOCK: LazyLock<Clock> =
    LazyLock::new(|| match kernel_trusts_counter().then(ticks::scale).flatten() {
        Some(scale) => Clock::Counter { scale },
        None => Clock::System(std::time::Instant::now()),
    });

impl Clock {
    #[inline]
    fn ticks(&self) -> u64 {
        match self {
            Self::Counter { .. } => ticks::read(),
            Self::System(anchor) => nanoseconds(anchor.elapsed()),
        }
    }
}

impl Reading {
    /// Before any other.
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(crate) fn now() -> Self {
        Self(CLOCK.ticks())
    }

    /// Nanoseconds from `earlier` until this reading.
    #[inline]
    pub(crate) fn since(self, earlier: Self) -> u64 {
        let ticks = self.0.saturating_sub(earlier.0);
        match &*CLOCK {
            #[expect(clippy::cast_possible_truncation, reason = "584 years fit")]
            Clock::Counter { scale } => ((u128::from(ticks) * u128::from(*scale)) >> 32) as u64,
            Clock::System(_) => ticks,
        }
    }
}

/// Linux gives up a counter of which it finds out that the cores disagree, and says so here.
#[cfg(target_os = "linux")]
fn kernel_trusts_counter() -> bool {
    let name = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    // Not there, as in a container without it: nothing is known, so the system's clock it is.
    std::fs::read_to_string(name)
        .is_ok_and(|source| matches!(source.trim(), "tsc" | "arch_sys_counter"))
}

#[cfg(not(target_os = "linux"))]
const fn kernel_trusts_counter() -> bool {
    true
}

/// A duration in nanoseconds; 584 years fit.
fn nanoseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn agrees_with_the_systems_clock() {
        let (ours, theirs) = (Reading::now(), Instant::now());
        std::thread::sleep(Duration::from_millis(50));
        let (theirs, ours) = (theirs.elapsed(), Reading::now().since(ours));
        // Ours was read first and last, so it spans theirs; calibration is far better than a hundredth.
        assert!(ours >= nanoseconds(theirs) * 99 / 100, "{ours} ns for {theirs:?}");
    }

    #[test]
    fn a_reading_ahead_of_now_is_no_time() {
        assert_eq!(Reading::now().since(Reading(u64::MAX)), 0);
    }
}
