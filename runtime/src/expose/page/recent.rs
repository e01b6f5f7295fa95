//! What ended between two samples: rates, ratios and quantiles.

use super::quantile::{Grid, in_float, quantile};
use crate::observe::endpoint::Endpoint;
use crate::observe::read::counts::{Counts, Ends};

/// The sum of all endpoints.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    pub(super) ends: Ends,
    pub(super) in_flight: u64,
    /// How many durations are in each bucket of the grid.
    durations: Vec<f64>,
}

impl Totals {
    pub(super) fn of(endpoints: &[Counts<Endpoint>], grid: &Grid) -> Self {
        let mut all = Self { durations: vec![0.0; grid.buckets()], ..Self::default() };
        for Counts { ends, in_flight, bounds, durations, .. } in endpoints {
            all.ends.total += ends.total;
            all.ends.failed += ends.failed;
            all.ends.client_errors += ends.client_errors;
            all.ends.cut_short += ends.cut_short;
            all.in_flight += in_flight;
            grid.add(bounds, durations, &mut all.durations);
        }
        all
    }

    /// What ended since `before`, which was so many seconds ago.
    pub(super) fn since(&self, before: &Self, seconds: f64) -> Recent {
        let part =
            |part: fn(&Ends) -> u64| in_float(part(&self.ends).saturating_sub(part(&before.ends)));
        let durations = self.durations.iter().zip(&before.durations);
        Recent {
            seconds,
            total: part(|ends| ends.total),
            failed: part(|ends| ends.failed),
            client_errors: part(|ends| ends.client_errors),
            durations: durations.map(|(now, before)| f64::max(0.0, now - before)).collect(),
        }
    }
}

/// What ended in so many seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    pub(super) seconds: f64,
    total: f64,
    failed: f64,
    client_errors: f64,
    /// How many durations are in each bucket.
    durations: Vec<f64>,
}

/// The counts of an endpoint or function as they are kept. Only differences are read, so the lowest bits suffice.
pub(super) fn kept<T>(counts: &Counts<T>) -> Vec<u32> {
    let Counts { ends, durations, .. } = counts;
    let all = [ends.total, ends.failed, ends.client_errors];
    all.iter().chain(durations).map(|count| low_bits(*count)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "differences are those of the whole numbers")]
pub(super) const fn low_bits(count: u64) -> u32 {
    count as u32
}

impl Recent {
    /// The difference of what [`kept`] made, `seconds` apart.
    pub(super) fn between(now: &[u32], before: &[u32], seconds: f64) -> Self {
        let mut differences =
            now.iter().zip(before).map(|(now, before)| f64::from(now.wrapping_sub(*before)));
        let mut next = || differences.next().unwrap_or(0.0);
        let (total, failed, client_errors) = (next(), next(), next());
        Self { seconds, total, failed, client_errors, durations: differences.collect() }
    }

    /// Ends in a second.
    pub(super) fn rate(&self) -> f64 {
        self.in_a_second(self.total)
    }

    /// Failures in a second.
    pub(super) fn error_rate(&self) -> f64 {
        self.in_a_second(self.failed)
    }

    fn in_a_second(&self, count: f64) -> f64 {
        if self.seconds > 0.0 { count / self.seconds } else { 0.0 }
    }

    pub(super) fn error_ratio(&self) -> Option<f64> {
        self.ratio(self.failed)
    }

    pub(super) fn client_error_ratio(&self) -> Option<f64> {
        self.ratio(self.client_errors)
    }

    fn ratio(&self, part: f64) -> Option<f64> {
        (self.total > 0.0).then(|| part / self.total)
    }

    /// A quantile of the durations, in seconds.
    pub(super) fn quantile(&self, q: f64, bounds: &[f64]) -> Option<f64> {
        quantile(q, bounds, &self.durations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_kept_counts_is_that_of_the_counts() {
        let before = [u64::from(u32::MAX) - 1, 7, 0, 3, 0].map(low_bits);
        let now = [u64::from(u32::MAX) + 19, 12, 10, 3, 20].map(low_bits);
        let recent = Recent::between(&now, &before, 4.0);
        let close = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
        assert!(close(recent.rate(), 5.0) && close(recent.error_rate(), 1.25), "{recent:?}");
        assert!(close(recent.error_ratio().unwrap(), 0.25), "{recent:?}");
        assert!(close(recent.client_error_ratio().unwrap(), 0.5), "{recent:?}");
        assert!(close(recent.quantile(0.5, &[0.1]).unwrap(), 0.1), "all of them above the bound");
    }

    #[test]
    fn nothing_has_no_ratio_and_no_quantile() {
        let recent = Recent::between(&[5, 1, 1, 4, 1], &[5, 1, 1, 4, 1], 2.0);
        assert!(recent.rate().abs() < f64::EPSILON);
        assert_eq!((recent.error_ratio(), recent.quantile(0.5, &[0.1])), (None, None));
        assert!(Recent::default().rate().abs() < f64::EPSILON, "no time has passed");
    }
}
