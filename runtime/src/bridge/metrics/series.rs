//! A series of the facade, which its handles add to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use metrics::{CounterFn, GaugeFn, HistogramFn};

use crate::declare::Kind;
use crate::record::visit::{Buckets, SeriesSink};

/// The labels and the cells of a series. The handles refer to it, so adding takes no lock.
#[derive(Debug)]
pub(super) struct Series {
    kind: Kind,
    labels: Vec<(String, String)>,
    /// The count of a counter, the bits of a gauge's `f64`, or the buckets of a histogram and the bits of its sum.
    cells: Box<[AtomicU64]>,
    bounds: Arc<[f64]>,
    created: SystemTime,
    /// How many samples of all series were refused because they would make a value infinite or NaN.
    refused: Arc<AtomicU64>,
}

impl Series {
    pub(super) fn new(
        kind: Kind,
        labels: Vec<(String, String)>,
        bounds: &Arc<[f64]>,
        refused: &Arc<AtomicU64>,
    ) -> Self {
        let cells = if kind == Kind::Histogram { bounds.len() + 2 } else { 1 };
        Self {
            kind,
            labels,
            cells: (0..cells).map(|_| AtomicU64::new(0)).collect(),
            bounds: Arc::clone(bounds),
            created: SystemTime::now(),
            refused: Arc::clone(refused),
        }
    }

    pub(super) fn write(&self, sink: &mut dyn SeriesSink) {
        let labels: Vec<_> = self.labels.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mut counts: Vec<_> =
            self.cells.iter().map(|cell| cell.load(Ordering::Relaxed)).collect();
        let last = counts.pop().unwrap_or_default();
        match self.kind {
            Kind::Counter => sink.count(&labels, last, Some(self.created)),
            Kind::Gauge | Kind::Distinct | Kind::Top => sink.gauge(&labels, f64::from_bits(last)),
            Kind::Histogram => {
                let (bounds, sum) = (&*self.bounds, f64::from_bits(last));
                let buckets = Buckets { bounds, counts: &counts, sum, exemplars: &[] };
                sink.histogram(&labels, buckets, Some(self.created));
            }
        }
    }

    /// Adds to a cell with the bits of an `f64`. An amount that would make it infinite or NaN is refused, because no later
    /// amount could repair it, and counted as this number of `samples`.
    ///
    /// Returns whether the amount was added.
    fn add(&self, cell: usize, amount: f64, samples: u64) -> bool {
        let next = |bits| {
            let next = f64::from_bits(bits) + amount;
            next.is_finite().then_some(next.to_bits())
        };
        let added =
            self.cells[cell].fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok();
        if !added {
            self.refused.fetch_add(samples, Ordering::Relaxed);
        }
        added
    }
}

impl CounterFn for Series {
    fn increment(&self, value: u64) {
        self.cells[0].fetch_add(value, Ordering::Relaxed);
    }

    fn absolute(&self, value: u64) {
        self.cells[0].fetch_max(value, Ordering::Relaxed);
    }
}

impl GaugeFn for Series {
    fn increment(&self, value: f64) {
        self.add(0, value, 1);
    }

    fn decrement(&self, value: f64) {
        self.add(0, -value, 1);
    }

    fn set(&self, value: f64) {
        self.cells[0].store(value.to_bits(), Ordering::Relaxed);
    }
}

impl HistogramFn for Series {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of values recorded at once is below 2⁵³"
    )]
    fn record_many(&self, value: f64, count: usize) {
        // The sum decides whether the value is refused, so it comes first.
        if self.add(self.bounds.len() + 1, value * count as f64, count as u64) {
            let bucket = self.bounds.partition_point(|bound| *bound < value);
            self.cells[bucket].fetch_add(count as u64, Ordering::Relaxed);
        }
    }
}
