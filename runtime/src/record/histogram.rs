//! Histograms: values counted by their size.

use std::marker::PhantomData;

use super::ambient;
use super::family::Family;
use super::gauge::Number;
use super::metric::DimensionsOf;
use super::store::Store;
use super::visit::Buckets;
use crate::declare::{Described, Descriptor, Kind, LabelSet, Labels};

/// Values counted by their size, with one series for each combination of its labels. A series is exposed once it has a
/// value.
///
/// A value is refused if it is infinite or NaN, or if it would overflow the sum, because the sum could never become
/// finite again. A refused value is in no bucket, and is counted as `goldsignal_not_a_number_total`.
///
/// ```
/// use goldsignal::{Histogram, Metrics};
/// use std::time::Duration;
///
/// /// Metrics of the queue.
/// #[derive(Metrics)]
/// struct Queue {
///     /// How long a job waited.
///     #[metric(buckets = [0.1, 1, 10])]
///     queue_wait_seconds: Histogram,
/// }
///
/// Queue::get().queue_wait_seconds.observe(Duration::from_millis(250));
/// Queue::get().queue_wait_seconds.observe(0.25);
/// ```
pub struct Histogram<L = ()> {
    family: Family,
    labels: PhantomData<fn(L)>,
}

impl<L> Histogram<L> {
    pub(super) fn bind_to(descriptor: &'static Descriptor, labels: DimensionsOf<L>) -> Self {
        let family = Family::bind(descriptor, Kind::Histogram, labels.get());
        Self { family, labels: PhantomData }
    }
}

impl<L: LabelSet> Histogram<L> {
    /// The kind of metric that a field of this type declares.
    pub const KIND: Kind = Kind::Histogram;

    #[doc(hidden)]
    pub fn bind(descriptor: &'static Descriptor) -> Self {
        Self::bind_to(descriptor, DimensionsOf::NEW)
    }

    fn observe_at(&self, labels: &L::At<'_>, value: f64) {
        let Some(Descriptor { bounds, .. }) = self.family.descriptor() else { return };
        let Some(cell) = self.family.cell::<L>(labels, bounds.len() + 2) else { return };
        ambient::with(|store| {
            // The sum decides whether the value is refused, so it comes first.
            if store.add_f64(cell + bounds.len() + 1, value) {
                let bucket = bounds.partition_point(|bound| *bound < value);
                store.add(cell + bucket, 1);
            }
        });
    }
}

impl Histogram {
    /// Counts `value`, in the unit of the metric. A `Duration` is counted in seconds.
    #[doc(alias("record", "update", "observe_duration", "start_timer"))]
    pub fn observe(&self, value: impl Number) {
        self.observe_at(&(), value.as_f64());
    }
}

impl<L: Labels> Histogram<L> {
    /// Counts `value`, in the unit of the metric, in the series with `labels`. A `Duration` is counted in seconds.
    #[doc(alias("record", "update", "with_label_values"))]
    #[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
    pub fn observe(&self, labels: L::At<'_>, value: impl Number) {
        self.observe_at(&labels, value.as_f64());
    }
}

impl<L: LabelSet> Described for Histogram<L> {
    fn descriptor(&self) -> Option<&'static Descriptor> {
        self.family.descriptor()
    }
}

impl<L: LabelSet> std::fmt::Debug for Histogram<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.family.descriptor().map(|descriptor| descriptor.name);
        f.debug_struct("Histogram").field("name", &name).finish()
    }
}

/// Reads the histogram whose buckets begin at `cell`, followed by its sum, an `f64`. Calls `f` with it, unless nothing
/// was counted yet.
pub(crate) fn read(store: &Store, cell: usize, bounds: &[f64], f: impl FnOnce(Buckets<'_>)) {
    let buckets = |counts: &mut [u64]| store.sums(cell, counts);
    counts(bounds, buckets, |counts| {
        let sum = store.sum_f64(cell + counts.len());
        f(Buckets { bounds, counts, sum, exemplars: &[] });
    });
}

/// Calls `read` to read the counts of the buckets, and `f` with them, unless nothing was counted yet.
pub(crate) fn counts(bounds: &[f64], read: impl FnOnce(&mut [u64]), f: impl FnOnce(&[u64])) {
    let mut counts = [0; crate::declare::buckets::MAX + 1];
    let counts = &mut counts[..=bounds.len()];
    read(counts);
    if counts.iter().any(|count| *count > 0) {
        f(counts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;

    const fn descriptor(name: &'static str) -> Descriptor {
        let location = SourceLocation::new(file!(), line!(), module_path!());
        let (kind, dimensions, bounds): (_, _, &[f64]) = (Kind::Histogram, &[], &[1.0, 2.0]);
        Descriptor { name, help: "", kind, unit: "", dimensions, bounds, location }
    }

    #[test]
    fn a_bucket_includes_its_upper_bound() {
        static DESCRIPTOR: Descriptor = descriptor("histogram_test_seconds");
        let histogram = Histogram::<()>::bind(&DESCRIPTOR);
        let cell = crate::record::layout::cell_range(&DESCRIPTOR).map(|range| range.first);
        let counts = || {
            let mut counts = None;
            ambient::with(|store| {
                read(store, cell.unwrap(), DESCRIPTOR.bounds, |buckets| {
                    counts = Some((buckets.counts.to_vec(), buckets.sum.to_bits()));
                });
            });
            counts
        };
        assert_eq!(counts(), None, "nothing is counted yet");
        for value in [1.0, 1.5, 2.0, 9.0, f64::NAN, f64::INFINITY] {
            histogram.observe(value);
        }
        assert_eq!(counts(), Some((vec![1, 2, 1], 13.5_f64.to_bits())));
    }
}
