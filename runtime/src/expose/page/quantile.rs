//! Quantiles of histograms, by the interpolation of Prometheus, and the sum of histograms with different buckets.

use crate::declare::buckets::DURATION_SECONDS;
use crate::declare::catalog::Catalog;
use crate::observe::latency::Latency;

/// The quantile of a histogram, as Prometheus' `histogram_quantile` interpolates it. `counts` are those of single buckets,
/// the last that of `+Inf`. `None` if the histogram is empty.
pub(super) fn quantile(quantile: f64, bounds: &[f64], counts: &[f64]) -> Option<f64> {
    let total: f64 = counts.iter().sum();
    let last = *bounds.last()?;
    if total <= 0.0 {
        return None;
    }
    let (rank, mut below) = (quantile * total, 0.0);
    for (index, (bound, count)) in bounds.iter().zip(counts).enumerate() {
        if *count > 0.0 && below + count >= rank {
            let start = if index == 0 { f64::min(0.0, *bound) } else { bounds[index - 1] };
            return Some(start + (bound - start) * (rank - below) / count);
        }
        below += count;
    }
    // What is above the last bound has no upper bound.
    Some(last)
}

/// Buckets that contain the bounds of every endpoint, so that histograms can be summed without an error. Only where an
/// endpoint's bucket is divided, its values are taken to be evenly distributed in it.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) bounds: Vec<f64>,
}

impl Grid {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let stated = catalog.operations.iter().filter(|operation| !operation.routes.is_empty());
        let stated = stated.map(|operation| Latency::of(operation.bounds, operation.slo).seconds);
        let mut bounds: Vec<f64> =
            stated.flatten().chain(DURATION_SECONDS.iter().copied()).collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        Self { bounds }
    }

    /// The number of buckets, with `+Inf`.
    pub(super) fn buckets(&self) -> usize {
        self.bounds.len() + 1
    }

    /// Adds a histogram to `sums`, whose buckets are those of the grid.
    pub(super) fn add(&self, bounds: &[f64], counts: &[u64], sums: &mut [f64]) {
        let mut low = 0.0;
        for (index, count) in counts.iter().enumerate() {
            let high = bounds.get(index).copied();
            if *count > 0 {
                self.add_bucket((low, high), in_float(*count), sums);
            }
            low = high.unwrap_or(low);
        }
    }

    fn add_bucket(&self, (low, high): (f64, Option<f64>), count: f64, sums: &mut [f64]) {
        let first = self.bounds.partition_point(|bound| *bound <= low);
        let Some(high) = high.filter(|high| *high > low) else {
            // Nothing is known of values above the last bound, but that they are above it.
            sums[first] += count;
            return;
        };
        let mut start = low;
        for (index, end) in self.bounds.iter().enumerate().skip(first) {
            let end = end.min(high);
            sums[index] += count * (end - start) / (high - low);
            start = end;
            if end >= high {
                return;
            }
        }
        sums[self.bounds.len()] += count * (high - start) / (high - low);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people needs no more digits")]
pub(super) fn in_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: Option<f64>, expected: f64) {
        assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?}, not {expected}");
    }

    /// The expected numbers are those of Prometheus for these buckets.
    #[test]
    fn quantiles_are_those_of_prometheus() {
        let bounds = [0.1, 0.2, 0.4];
        for (q, counts, expected) in [
            (0.5, [10.0, 0.0, 0.0, 0.0], 0.05),
            (0.5, [0.0, 10.0, 0.0, 0.0], 0.15),
            (0.99, [50.0, 40.0, 10.0, 0.0], 0.38),
            (0.9, [50.0, 40.0, 10.0, 0.0], 0.2),
            (0.99, [1.0, 0.0, 0.0, 9.0], 0.4),
            (1.0, [5.0, 5.0, 0.0, 0.0], 0.2),
        ] {
            assert_close(quantile(q, &bounds, &counts), expected);
        }
        assert_eq!(quantile(0.5, &bounds, &[0.0; 4]), None);
        assert_eq!(quantile(0.5, &[], &[3.0]), None);
        // A first bound that is not positive is its bucket's whole range.
        assert_close(quantile(0.5, &[-1.0, 1.0], &[4.0, 0.0, 0.0]), -1.0);
    }

    fn sums(grid: &Grid, bounds: &[f64], counts: &[u64]) -> Vec<f64> {
        let mut sums = vec![0.0; grid.buckets()];
        grid.add(bounds, counts, &mut sums);
        sums
    }

    #[test]
    fn histograms_of_other_buckets_are_summed() {
        let grid = Grid { bounds: vec![1.0, 2.0, 4.0] };
        assert_eq!(sums(&grid, &[1.0, 2.0, 4.0], &[1, 2, 3, 4]), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(sums(&grid, &[2.0], &[10, 0]), [5.0, 5.0, 0.0, 0.0], "divided evenly");
        assert_eq!(sums(&grid, &[1.0, 4.0], &[0, 9, 0]), [0.0, 3.0, 6.0, 0.0]);
        assert_eq!(sums(&grid, &[1.0], &[0, 7]), [0.0, 7.0, 0.0, 0.0], "just above its last bound");
        assert_eq!(sums(&grid, &[8.0], &[8, 1]), [1.0, 1.0, 2.0, 5.0], "beyond the grid");
        assert_eq!(sums(&grid, &[], &[2]), [2.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn the_grid_has_the_default_bounds_and_those_of_objectives() {
        use crate::declare::{Operation, Route, Slo, SourceLocation};
        const API: Slo = Slo::new("a", "b").latency(99.0, std::time::Duration::from_millis(120));
        const ROUTES: &[Route] = &[Route::new("GET", "/a")];
        static OPERATION: Operation =
            Operation::new("o", SourceLocation::new("f", 1, "m")).slo(&API).routes(ROUTES);
        let catalog = Catalog { operations: vec![&OPERATION], ..Catalog::default() };
        let grid = Grid::of(&catalog);
        assert_eq!(grid.bounds.len(), DURATION_SECONDS.len() + 1);
        assert!(grid.bounds.contains(&0.12) && grid.bounds.is_sorted());
    }
}
