//! Converts a family of ours to one of the `prometheus` crate.

use std::time::SystemTime;

use prometheus::proto::{
    Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType, Quantile,
    Summary,
};

use crate::record::visit::{Buckets, Quantiles, Readable, SeriesKind, SeriesSink};

/// Converts `family` with all of its series.
pub(super) fn family(family: &dyn Readable) -> MetricFamily {
    let header = family.header();
    let mut series = Series::default();
    family.write(0, &mut series);
    let mut gathered = MetricFamily::default();
    gathered.set_name(header.name.into_owned());
    gathered.set_help(header.help.into_owned());
    gathered.set_field_type(match header.kind {
        SeriesKind::Counter => MetricType::COUNTER,
        // The text encoder of `prometheus` panics on a family of unknown kind.
        SeriesKind::Gauge | SeriesKind::Unknown => MetricType::GAUGE,
        SeriesKind::Histogram => MetricType::HISTOGRAM,
        SeriesKind::Summary => MetricType::SUMMARY,
    });
    gathered.set_metric(series.0);
    gathered
}

/// A family by which our collector is recognised.
pub(super) fn marker(name: &str) -> MetricFamily {
    let mut marker = MetricFamily::default();
    marker.set_name(name.to_owned());
    marker.set_field_type(MetricType::GAUGE);
    marker.set_metric(vec![Metric::from_gauge(Gauge::default())]);
    marker
}

/// A sink that collects series as metrics of `prometheus`.
#[derive(Default)]
struct Series(Vec<Metric>);

impl Series {
    fn add(&mut self, labels: &[(&str, &str)], set: impl FnOnce(&mut Metric)) {
        let pair = |(name, value): &(&str, &str)| {
            let mut pair = LabelPair::default();
            pair.set_name((*name).to_owned());
            pair.set_value((*value).to_owned());
            pair
        };
        let mut metric = Metric::from_label(labels.iter().map(pair).collect());
        set(&mut metric);
        self.0.push(metric);
    }
}

impl SeriesSink for Series {
    fn counter(&mut self, labels: &[(&str, &str)], value: f64, _: Option<SystemTime>) {
        let mut counter = Counter::default();
        counter.set_value(value);
        self.add(labels, |metric| metric.set_counter(counter));
    }

    #[expect(clippy::cast_precision_loss, reason = "their counters are floats")]
    fn count(&mut self, labels: &[(&str, &str)], value: u64, created: Option<SystemTime>) {
        self.counter(labels, value as f64, created);
    }

    fn gauge(&mut self, labels: &[(&str, &str)], value: f64) {
        let mut gauge = Gauge::default();
        gauge.set_value(value);
        self.add(labels, |metric| metric.set_gauge(gauge));
    }

    fn histogram(&mut self, labels: &[(&str, &str)], read: Buckets<'_>, _: Option<SystemTime>) {
        let mut count = 0;
        let mut buckets = Vec::with_capacity(read.bounds.len());
        for (bound, in_bucket) in read.bounds.iter().zip(read.counts) {
            count += in_bucket;
            let mut bucket = Bucket::default();
            bucket.set_upper_bound(*bound);
            bucket.set_cumulative_count(count);
            buckets.push(bucket);
        }
        let mut histogram = Histogram::default();
        histogram.set_sample_count(read.counts.iter().sum());
        histogram.set_sample_sum(read.sum);
        histogram.set_bucket(buckets);
        self.add(labels, |metric| metric.set_histogram(histogram));
    }

    fn summary(&mut self, labels: &[(&str, &str)], read: Quantiles<'_>) {
        let quantile = |(at, value): &(f64, f64)| {
            let mut quantile = Quantile::default();
            quantile.set_quantile(*at);
            quantile.set_value(*value);
            quantile
        };
        let mut summary = Summary::default();
        summary.set_sample_count(read.count);
        summary.set_sample_sum(read.sum);
        summary.set_quantile(read.values.iter().map(quantile).collect());
        self.add(labels, |metric| metric.set_summary(summary));
    }
}
