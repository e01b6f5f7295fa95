//! The traits of the types that a field of a `derive(Metrics)` can have, and of the struct.
//!
//! Expansions name the traits, never a function with a bound: then the compiler reports an error at the user's tokens,
//! and names no function of ours.

use std::hash::Hash;
use std::marker::PhantomData;

use super::counter::Series;
use super::distinct::Registers;
use super::linked::section;
use super::top::Ranks;
use super::{Counter, Distinct, Gauge, Hashed, Histogram, Top};
use crate::declare::{Descriptor, Dimension, Kind, LabelSet, Labels};

/// A type of metric: a [`Counter`], [`Gauge`] or [`Histogram`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric",
    label = "not a metric",
    note = "a field of `#[derive(Metrics)]` is a `goldsignal::Counter`, `Gauge` or `Histogram`, \
            without labels or over a `#[derive(Labels)]` struct: `Counter<CreatedBy>`; or a `Distinct` or `Top`"
)]
pub trait MetricField {
    /// The kind of metric.
    const KIND: Kind;

    /// Its labels. Whether they are a set of labels is left to [`MetricLabels`], which has a message of its own.
    type Labels;

    /// What a [`Distinct`] counts, or a [`Top`] weighs. Whether it has a hash is left to [`HashKey`].
    type Key: ?Sized;

    /// How the keys of a [`Top`] are shown.
    type Style;

    /// Makes the metric that `descriptor` declares.
    fn bind(descriptor: &'static Descriptor, labels: DimensionsOf<Self::Labels>) -> Self;
}

macro_rules! metrics {
    ($($metric:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L> MetricField for $metric<L> {
            const KIND: Kind = Kind::$metric;
            type Labels = L;
            type Key = ();
            type Style = Hashed;

            fn bind(descriptor: &'static Descriptor, labels: DimensionsOf<L>) -> Self {
                Self::bind_to(descriptor, labels)
            }
        }
    )*};
}

metrics!(Counter Gauge Histogram);

#[diagnostic::do_not_recommend]
impl<K: ?Sized> MetricField for Distinct<K> {
    const KIND: Kind = Kind::Distinct;
    type Labels = Registers;
    type Key = K;
    type Style = Hashed;

    fn bind(descriptor: &'static Descriptor, labels: DimensionsOf<Registers>) -> Self {
        Self::bind_to(descriptor, labels)
    }
}

#[diagnostic::do_not_recommend]
impl<K: ?Sized, S> MetricField for Top<K, S> {
    const KIND: Kind = Kind::Top;
    type Labels = Ranks;
    type Key = K;
    type Style = S;

    fn bind(descriptor: &'static Descriptor, labels: DimensionsOf<Ranks>) -> Self {
        Self::bind_to(descriptor, labels)
    }
}

/// A type of keys of a [`Distinct`] or [`Top`], each of which implements [`Hash`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key of a `Distinct` or `Top`: it does not implement `Hash`",
    label = "no `Hash`",
    note = "write `#[derive(Hash)]` on it; a type that contains floating-point numbers has no `Hash`"
)]
pub trait HashKey {
    /// The compiler checks the type where an expansion names this.
    const CHECKED: () = ();
}

#[diagnostic::do_not_recommend]
impl<K: Hash + ?Sized> HashKey for K {}

/// The dimensions of the labels `L`. Only a set of labels has them.
#[derive(Debug)]
pub struct DimensionsOf<L>(&'static [Dimension], PhantomData<fn(L)>);

impl<L: LabelSet> DimensionsOf<L> {
    pub(super) const NEW: Self = Self(L::DIMENSIONS, PhantomData);
}

impl<L> DimensionsOf<L> {
    /// The dimensions.
    pub const fn get(self) -> &'static [Dimension] {
        self.0
    }
}

/// The labels of a metric.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of labels",
    label = "not a set of labels",
    note = "the labels of a metric are the fields of a struct with `#[derive(Labels)]`, each of them a \
            `#[derive(Label)]` enum, a `bool`, or text with a budget; without labels, write the metric's type alone"
)]
pub trait MetricLabels: Sized {
    /// Their dimensions.
    const DIMENSIONS: DimensionsOf<Self>;
}

#[diagnostic::do_not_recommend]
impl<L: LabelSet> MetricLabels for L {
    const DIMENSIONS: DimensionsOf<Self> = DimensionsOf::NEW;
}

/// A struct with `#[derive(Metrics)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not derive `Metrics`",
    label = "no struct of metrics",
    note = "a counter is named by its struct and field, `Shop::orders_total`, and the struct has \
            `#[derive(goldsignal::Metrics)]`"
)]
pub trait DerivedMetrics: Sized + 'static {
    /// The metrics.
    fn metrics() -> &'static Self;
}

/// What `#[business_counter]` adds to.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a counter",
    label = "not a `Counter`",
    note = "`#[business_counter]` adds to a `Counter`; set a gauge, observe a histogram, insert into \
            a `Distinct` and add to a `Top` in the body: `Shop::get().open_orders.set(3)`"
)]
pub trait CounterField {
    /// Its labels.
    type Labels;

    /// The counter.
    fn counter(&self) -> &Counter<Self::Labels>;
}

#[diagnostic::do_not_recommend]
impl<L> CounterField for Counter<L> {
    type Labels = L;

    #[inline]
    fn counter(&self) -> &Self {
        self
    }
}

/// The labels of a counter, where the attribute gives none.
#[diagnostic::on_unimplemented(
    message = "this counter has labels, but the attribute gives none",
    label = "counts by `{Self}`",
    note = "write them after the counter: `Shop::orders_total, {Self} {{ .. }}`"
)]
pub trait NoLabels: Sized {
    /// The only series.
    fn series(counter: &Counter<Self>) -> Series;
}

#[diagnostic::do_not_recommend]
impl NoLabels for () {
    #[inline]
    fn series(counter: &Counter) -> Series {
        counter.series(&())
    }
}

/// The labels of a counter, where the attribute gives them.
#[diagnostic::on_unimplemented(
    message = "this counter has no labels",
    label = "it cannot be counted by this",
    note = "remove it, or declare the counter with labels: `orders_total: Counter<ByPlan>`"
)]
pub trait GivenLabels<'a>: Sized {
    /// As [`Labels::At`].
    type At;

    /// Finds the series. It is no function: of one that it knows, the compiler would show the source in its messages.
    const SERIES: fn(&Counter<Self>, Self::At) -> Series;
}

#[diagnostic::do_not_recommend]
impl<'a, L: Labels> GivenLabels<'a> for L {
    type At = L::At<'a>;

    const SERIES: fn(&Counter<Self>, Self::At) -> Series =
        |counter, labels| counter.series(&labels);
}

section! {
    "families",
    /// The metrics that the expansions of every crate in the binary declare.
    pub(crate) fn families() -> &'static [Descriptor]
}
