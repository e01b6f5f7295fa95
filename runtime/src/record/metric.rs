//! What the fields of a `derive(Metrics)` have in common.

use super::linked::section;
use super::{Counter, Gauge, Histogram};
use crate::declare::{Descriptor, Dimension, Kind, LabelSet};

/// A type that a `derive(Metrics)` can make: a [`Counter`], [`Gauge`] or [`Histogram`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric",
    label = "not a metric",
    note = "a field of `#[derive(Metrics)]` is a `goldsignal::Counter`, `Gauge` or `Histogram`, \
            without labels or over a `#[derive(Labels)]` struct: `Counter<CreatedBy>`"
)]
pub trait Metric {
    /// What it measures.
    const KIND: Kind;

    /// Its labels.
    const DIMENSIONS: &'static [Dimension];

    /// Makes it.
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
