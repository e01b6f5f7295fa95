//! Histograms: values counted by size.

use std::marker::PhantomData;

use super::ambient;
use super::family::Family;
use super::gauge::Number;
use super::store::Store;
use super::visit::Buckets;
use crate::declare::{Described, Descriptor, Kind, LabelSet, Labels};

/// Values counted by size, over a set of labels.
///
/// A value that is infinite or NaN is refused and counted as `goldsignal_not_a_number_total`, as the sum could
/// never become finite again. So is a finite value that would overflow the sum. A refused value appears in no
/// bucket.
pub struct Histogram<L: LabelSet = ()> {
    family: Family,
    labels: PhantomData<fn(L)>,
}

impl<L: LabelSet> Histogram<L> {
    /// What a field of this type declares.
    pub const KIND: Kind = Kind::Histogram;

    #[doc(hidden)]
    pub fn bind(descriptor: &'static Descriptor) -> Self {
        let family = Family::bind(descriptor, Self::KIND, L::DIMENSIONS);
        Self { family, labels: PhantomData }
    }

    fn record(&self, labels: &L::At<'_>, value: f64) {
        let Some(Descriptor { bounds, .. }) = self.family.descriptor() else { return };
        let Some(cell) = self.family.cell::<L>(labels, bounds.len() + 2) else { return };
        ambient::with(|store| {
            // The sum comes first, as it decides whether the value is refused.
            if store.add_f64(cell + bounds.len() + 1, value) {
                let bucket = bounds.partition_point(|bound| *bound < value);
                store.add(cell + bucket, 1);
            }
        });
    }
}

impl Histogram {
    /// Counts `value`, in the metric's unit; durations count in seconds.
    pub fn observe(&self, value: impl Number) {
        self.record(&(), value.as_f64());
    }
}

impl<L: Labels> Histogram<L> {
    /// Counts `value`, in the metric's unit, in the series with `labels`; durations count in seconds.
    #[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
    pub fn observe(&self, labels: L::At<'_>, value: impl Number) {
        self.record(&labels, value.as_f64());
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

/// Reads the histogram whose buckets begin at `cell` and whose sum, an `f64`, follows them; gives it to
/// `f` unless nothing was counted yet.
pub(crate) fn read(store: &Store, cell: usize, bounds: &[f64], f: impl FnOnce(Buckets<'_>)) {
    let buckets = |counts: &mut [u64]| store.sums(cell, counts);
    counts(bounds, buckets, |counts| {
        let sum = store.sum_f64(cell + counts.len());
        f(Buckets { bounds, counts, sum, exemplars: &[] });
    });
}

/// Lets `read` read the buckets; gives them to `f` unless nothing was counted yet.
pub(crate) fn counts(bounds: &[f64], read: impl FnOnce(&mut [u64]), f: impl FnOnce(&[u64])) {
    let mut counts = [0; crate::declare::buckets::MAX + 1];
    let counts = &mut counts[..=bounds.len()];
    read(counts);
    if counts.iter().any(|count| *count > 0) {
        f(counts);
    }
}
