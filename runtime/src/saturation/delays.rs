//! A histogram of durations, of something that is no declared metric.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::record::visit::{Buckets, LabelPair, SeriesSink};

/// The counts of each bucket and of `+Inf`, and the sum.
#[derive(Debug)]
pub(super) struct Delays {
    /// The upper bounds in seconds.
    bounds: &'static [f64],
    counts: Box<[AtomicU64]>,
    nanoseconds: AtomicU64,
}

impl Delays {
    pub(super) fn new(bounds: &'static [f64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, nanoseconds: AtomicU64::new(0) }
    }

    pub(super) fn record(&self, delay: Duration) {
        let seconds = delay.as_secs_f64();
        let bucket = self.bounds.iter().position(|bound| seconds <= *bound);
        let nanoseconds = u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        self.counts[bucket.unwrap_or(self.bounds.len())].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn write(&self, labels: &[LabelPair<'_>], sink: &mut dyn SeriesSink) {
        let counts: Vec<_> = self.counts.iter().map(|one| one.load(Ordering::Relaxed)).collect();
        let sum = Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)).as_secs_f64();
        sink.histogram(labels, Buckets::new(self.bounds, &counts, sum), None);
    }
}
