//! The trait of the types that a field of a `derive(Metrics)` can have.

use super::linked::section;
use super::{Counter, Gauge, Histogram};
use crate::declare::{Descriptor, Dimension, Kind, LabelSet};

/// A type of metric: a [`Counter`], [`Gauge`] or [`Histogram`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric",
    label = "not a metric",
    note = "a field of `#[derive(Metrics)]` is a `goldsignal::Counter`, `Gauge` or `Histogram`, \
            without labels or over a `#[derive(Labels)]` struct: `Counter<CreatedBy>`"
)]
pub trait Metric {
    /// The kind of metric.
    const KIND: Kind;

    /// Its labels.
    const DIMENSIONS: &'static [Dimension];

    /// Makes the metric that `descriptor` declares.
    fn bind(descriptor: &'static Descriptor) -> Self;
}

macro_rules! metrics {
    ($($metric:ident)*) => {$(
        impl<L: LabelSet> Metric for $metric<L> {
            const KIND: Kind = Self::KIND;
            const DIMENSIONS: &'static [Dimension] = L::DIMENSIONS;

            fn bind(descriptor: &'static Descriptor) -> Self {
                Self::bind(descriptor)
            }
        }
    )*};
}

metrics!(Counter Gauge Histogram);

section! {
    "families",
    /// The metrics that the expansions of every crate in the binary declare.
    pub(crate) fn families() -> &'static [Descriptor]
}
