//! The clock of durations: monotonic nanoseconds.
//!
//! Two readings of the operating system's clock would be most of the cost of an observation. So this clock reads the
//! processor's counter (TSC) if it is reliable: the processor reports that its rate is invariant, and the kernel uses
//! it as its own clock source, which it does only while the counters of all cores agree. Otherwise this clock is the
//! system's monotonic clock.
//!
//! A reading is in ticks, and only a difference of two readings is converted to nanoseconds. The counter has 64 bits and
//! does not wrap within a century. While the machine is suspended, the counter may stop or continue, as the system's
//! clocks do. If a reading is before an earlier one, the difference is zero.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::ticks;

/// A reading of the clock, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reading(u64);

/// The duration of 2³² ticks of the counter in nanoseconds; [`NO_COUNTER`] until the clock has decided, and for ever if
/// it is the system's.
///
/// A reading and a conversion each compare this one number with a constant, and the rest of the clock is out of line.
static SCALE: AtomicU64 = AtomicU64::new(NO_COUNTER);

const NO_COUNTER: u64 = 0;

/// The system's clock, since an anchor; `None` if the clock is the counter.
static SYSTEM: LazyLock<Option<Instant>> = LazyLock::new(|| {
    let scale = kernel_trusts_counter().then(ticks::scale).flatten().unwrap_or(NO_COUNTER);
    SCALE.store(scale, Ordering::Relaxed);
    (scale == NO_COUNTER).then(Instant::now)
});

impl Reading {
    /// A reading before all others.
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(crate) fn now() -> Self {
        if SCALE.load(Ordering::Relaxed) == NO_COUNTER {
            return Self::first_or_systems();
        }
        Self(ticks::read())
    }

    /// The first reading of a thread that finds the clock undecided, and every reading of the system's clock.
    #[cold]
    #[inline(never)]
    fn first_or_systems() -> Self {
        Self(SYSTEM.map_or_else(ticks::read, |anchor| nanoseconds(anchor.elapsed())))
    }

    /// The reading as a number, for [`of_ticks`](Self::of_ticks).
    #[inline]
    pub(crate) const fn ticks(self) -> u64 {
        self.0
    }

    /// The reading that [`ticks`](Self::ticks) gave.
    pub(crate) const fn of_ticks(ticks: u64) -> Self {
        Self(ticks)
    }

    /// Nanoseconds from `earlier` until this reading.
    ///
    /// A thread that has a reading also sees the decision, which was stored before the reading was taken.
    #[inline]
    pub(crate) fn since(self, earlier: Self) -> u64 {
        let ticks = self.0.saturating_sub(earlier.0);
        match SCALE.load(Ordering::Relaxed) {
            NO_COUNTER => ticks,
            scale => converted(ticks, scale),
        }
    }
}

/// Nanoseconds as seconds.
#[expect(clippy::cast_precision_loss, reason = "seconds need no more digits")]
pub(crate) fn in_seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

/// Converts ticks of the counter to nanoseconds.
///
/// The scale is around 2³¹, so its rounding error is half a nanosecond in a second.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "584 years fit")]
fn converted(ticks: u64, scale: u64) -> u64 {
    ((u128::from(ticks) * u128::from(scale)) >> 32) as u64
}

/// Whether Linux uses the counter as its clock source. It stops doing so if it detects that the cores disagree.
#[cfg(target_os = "linux")]
fn kernel_trusts_counter() -> bool {
    let name = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    // Some containers hide the file. Then nothing is known, and the system's clock is used.
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
    use std::time::Duration;

    /// Each reading of one clock is taken between two of the other, so the difference has a bound on either side:
    /// however long the thread is suspended, it shows in the bounds as well.
    #[test]
    fn agrees_with_the_systems_clock() {
        let (outer, ours, inner) = (Instant::now(), Reading::now(), Instant::now());
        std::thread::sleep(Duration::from_millis(50));
        let (least, ours, most) = (inner.elapsed(), Reading::now().since(ours), outer.elapsed());
        // The calibration is far better than a hundredth.
        let (least, most) = (nanoseconds(least) * 99 / 100, nanoseconds(most) * 101 / 100);
        assert!((least..=most).contains(&ours), "{ours} ns, not {least} to {most} ns");
    }

    #[test]
    fn ticks_are_converted_by_the_scale() {
        assert_eq!(converted(3_000_000_000, 1 << 32), 3_000_000_000);
        assert_eq!(converted(3_000_000_000, (1 << 32) / 3), 999_999_999);
        // A century of ticks at 4 GHz does not overflow.
        let century = 100 * 365 * 24 * 3600 * 4_000_000_000;
        assert_eq!(converted(century, 1 << 30), century / 4);
    }

    #[test]
    fn a_reading_ahead_of_now_is_no_time() {
        assert_eq!(Reading::now().since(Reading(u64::MAX)), 0);
    }
}
