//! Converts a family of the `prometheus` crate to one of ours.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use prometheus::proto::{Counter, Gauge, Histogram, Metric, MetricFamily, MetricType, Summary};

use super::model;
#[allow(unused_imports, reason = "used in one of the models")]
use super::model::Value as _;
use crate::bridge::names;
use crate::record::visit::{
    Buckets, Header, LabelPair, Quantiles, Readable, SeriesKind, SeriesSink,
};

/// A gathered family, without duplicate series.
pub(super) struct ForeignFamily {
    name: String,
    help: String,
    kind: SeriesKind,
    series: Vec<Series>,
}

/// How much of a gathered family cannot be exposed.
#[derive(Default)]
pub(super) struct Skipped {
    /// Counters that are infinite, NaN or negative.
    pub(super) samples: u64,
    /// Series of another kind than the family, or with the labels of an earlier one.
    pub(super) series: u64,
}

/// The kind of a gathered family.
#[allow(clippy::match_wildcard_for_single_variants, reason = "one of the models has more")]
pub(super) fn kind(family: &MetricFamily) -> SeriesKind {
    match family.get_field_type() {
        MetricType::COUNTER => SeriesKind::Counter,
        MetricType::GAUGE => SeriesKind::Gauge,
        MetricType::HISTOGRAM => SeriesKind::Histogram,
        MetricType::SUMMARY => SeriesKind::Summary,
        // Untyped.
        _ => SeriesKind::Unknown,
    }
}

type Labels = Vec<(String, String)>;

struct Series {
    labels: Labels,
    metric: Metric,
}

impl ForeignFamily {
    /// Converts a gathered family. Also returns how much of it cannot be exposed.
    pub(super) fn new(mut family: MetricFamily) -> (Self, Skipped) {
        let mut skipped = Skipped::default();
        let kind = kind(&family);
        let mut seen = HashSet::new();
        let mut series = Vec::with_capacity(family.get_metric().len());
        for metric in family.take_metric() {
            if !fits(kind, &metric) {
                skipped.series += 1;
            } else if kind == SeriesKind::Counter && !is_count(metric.get_counter().value()) {
                skipped.samples += 1;
            } else {
                let labels = labels(&metric);
                // Compares the labels themselves, so that a hash collision merges no series.
                if seen.insert(labels.clone()) {
                    series.push(Series { labels, metric });
                } else {
                    skipped.series += 1;
                }
            }
        }
        let (name, help) = (names::metric(family.name()).into_owned(), family.help().to_owned());
        (Self { name, help, kind, series }, skipped)
    }
}

/// Whether a counter can have this value. An infinite or NaN one would stay so for ever.
fn is_count(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// The labels, sorted by name. Those whose names become the same are joined, see [`names::joined`]. Empty ones are left
/// out, as Prometheus treats them as absent.
fn labels(metric: &Metric) -> Labels {
    let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for pair in metric.get_label().iter().filter(|pair| !pair.value().is_empty()) {
        pairs.entry(names::label(pair.name())).or_default().push((pair.name(), pair.value()));
    }
    let labels = pairs.into_iter();
    labels.map(|(name, pairs)| (name.into_owned(), names::joined(pairs))).collect()
}

/// Whether `metric` is of this kind.
///
/// `prometheus` puts all metrics with the same name into one family, also of different kinds. A gauge among counters would
/// be read as a counter of zero.
fn fits(kind: SeriesKind, metric: &Metric) -> bool {
    let counter = given::<Counter>(metric.get_counter());
    let gauge = given::<Gauge>(metric.get_gauge());
    let histogram = given::<Histogram>(metric.get_histogram());
    let summary = given::<Summary>(metric.get_summary());
    match kind {
        SeriesKind::Counter => !(gauge || histogram || summary),
        SeriesKind::Gauge => !(counter || histogram || summary),
        SeriesKind::Histogram => !(counter || gauge || summary),
        SeriesKind::Summary => !(counter || gauge || histogram),
        SeriesKind::Unknown => model::untyped(metric).is_some(),
    }
}

fn given<T: Default + PartialEq>(value: &T) -> bool {
    *value != T::default()
}

impl Readable for ForeignFamily {
    fn header(&self) -> Header<'_> {
        Header {
            name: Cow::Borrowed(&self.name),
            help: Cow::Borrowed(&self.help),
            kind: self.kind,
            unit: Cow::Borrowed(""),
        }
    }

    fn len(&self) -> usize {
        self.series.len()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        let Series { labels, metric } = &self.series[index];
        let labels: Vec<_> = labels.iter().map(|(name, value)| (&**name, &**value)).collect();
        match self.kind {
            SeriesKind::Counter => sink.counter(&labels, metric.get_counter().value(), None),
            SeriesKind::Gauge => sink.gauge(&labels, metric.get_gauge().value()),
            SeriesKind::Histogram => histogram(&labels, metric.get_histogram(), sink),
            SeriesKind::Summary => summary(&labels, metric.get_summary(), sink),
            SeriesKind::Unknown => {
                sink.gauge(&labels, model::untyped(metric).unwrap_or(f64::NAN));
            }
        }
    }
}

/// Writes a histogram. Its counts are cumulative, and a custom collector may give them in any order.
fn histogram(labels: &[LabelPair<'_>], histogram: &Histogram, sink: &mut dyn SeriesSink) {
    let mut buckets: Vec<_> = histogram
        .get_bucket()
        .iter()
        .map(|bucket| (bucket.upper_bound(), bucket.cumulative_count()))
        .filter(|(bound, _)| bound.is_finite())
        .collect();
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    buckets.dedup_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    let mut below = 0;
    let mut counts = Vec::with_capacity(buckets.len() + 1);
    let total = histogram.get_sample_count();
    for cumulative in buckets.iter().map(|(_, cumulative)| *cumulative).chain([total]) {
        // Other threads write meanwhile, so the count of a bucket may be less than that of the one before.
        let cumulative = cumulative.max(below);
        counts.push(cumulative - below);
        below = cumulative;
    }
    let bounds: Vec<_> = buckets.iter().map(|(bound, _)| *bound).collect();
    let sum = histogram.get_sample_sum();
    sink.histogram(labels, Buckets { bounds: &bounds, counts: &counts, sum, exemplars: &[] }, None);
}

fn summary(labels: &[LabelPair<'_>], summary: &Summary, sink: &mut dyn SeriesSink) {
    let mut values: Vec<_> = summary
        .get_quantile()
        .iter()
        .map(|quantile| (quantile.quantile(), quantile.value()))
        .collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    values.dedup_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    let (sum, count) = (summary.sample_sum(), summary.sample_count());
    sink.summary(labels, Quantiles { values: &values, sum, count });
}
