//! The bucket boundaries of latencies, and the exemplar of a bucket.

use std::time::{Duration, SystemTime};

use crate::declare::Slo;
use crate::record::exemplar::{Exemplar, Origin};

/// The bucket boundaries of a latency histogram: in seconds for the exposition, in nanoseconds for
/// comparison.
#[derive(Clone, Debug)]
pub(crate) struct Latency {
    /// The first boundary in nanoseconds; the largest number if there is none.
    first: u64,
    nanoseconds: Box<[u64]>,
    pub(crate) seconds: Vec<f64>,
}

impl Latency {
    /// The boundaries of `operation`, with its objective's threshold among them, so that the
    /// exposition shows the exact share above it.
    pub(crate) fn of(bounds: &[f64], slo: Option<&Slo>) -> Self {
        let mut seconds = bounds.to_vec();
        if let Some((_, threshold)) = slo.and_then(Slo::required_latency) {
            let threshold = threshold.as_secs_f64();
            if let Err(index) = seconds.binary_search_by(|bound| bound.total_cmp(&threshold)) {
                seconds.insert(index, threshold);
            }
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounds are positive and far below 2⁶⁴ ns; a cast saturates"
        )]
        let nanoseconds: Box<[u64]> =
            seconds.iter().map(|bound| (bound * 1e9).round() as u64).collect();
        Self { first: nanoseconds.first().copied().unwrap_or(u64::MAX), nanoseconds, seconds }
    }

    /// The bucket of a duration.
    #[inline]
    pub(crate) fn bucket(&self, nanoseconds: u64) -> usize {
        // Most calls are fast, and the search would be a large part of counting them.
        if nanoseconds <= self.first { 0 } else { self.search(nanoseconds) }
    }

    #[inline(never)]
    fn search(&self, nanoseconds: u64) -> usize {
        self.nanoseconds.partition_point(|bound| *bound < nanoseconds)
    }

    /// The upper boundary of a bucket in nanoseconds; the largest number for the last one.
    pub(crate) fn boundary(&self, bucket: usize) -> u64 {
        self.nanoseconds.get(bucket).copied().unwrap_or(u64::MAX)
    }

    /// The number of buckets, with `+Inf`.
    pub(crate) fn buckets(&self) -> usize {
        self.seconds.len() + 1
    }
}

/// The exemplar of an observation that ends now, after `elapsed` nanoseconds.
#[cold]
pub(super) fn exemplar(origin: Origin, elapsed: u64) -> Exemplar {
    let value = Duration::from_nanos(elapsed).as_secs_f64();
    Exemplar { origin, value, time: SystemTime::now() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_belongs_to_the_first_bucket_that_contains_it() {
        let slo = Slo::new("api", "text").latency(99.0, Duration::from_millis(250));
        let latency = Latency::of(&[0.1, 0.5], Some(&slo));
        assert_eq!(latency.seconds, [0.1, 0.25, 0.5]);
        assert_eq!(latency.buckets(), 4);
        let bounds = [100_000_000, 250_000_000, 500_000_000];
        for (bucket, bound) in bounds.into_iter().enumerate() {
            let buckets = [bound - 1, bound, bound + 1].map(|value| latency.bucket(value));
            assert_eq!(buckets, [bucket, bucket, bucket + 1]);
        }
        assert_eq!((latency.bucket(0), latency.bucket(u64::MAX)), (0, 3));
        let stated = Latency::of(&[0.25], Some(&slo));
        assert_eq!(stated.seconds, [0.25], "a bound that is there already");
        assert_eq!(Latency::of(&[], None).bucket(u64::MAX), 0);
    }

    #[test]
    fn an_exemplar_has_seconds() {
        let origin = Origin { trace_id: 1, span_id: 2 };
        let exemplar = exemplar(origin, 1_500_000_000);
        assert!((exemplar.value - 1.5).abs() < f64::EPSILON);
    }
}
