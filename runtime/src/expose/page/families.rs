//! The families that a scrape has, as far as the page shows them: the service's own metrics, and what limits are told by.

use std::borrow::Cow;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::SystemTime;

use super::text::clipped;
use crate::declare::MetricPrefix;
use crate::declare::series::{self, BuiltIn};
use crate::record::visit::{
    Buckets, HeavyKeys, LabelPair, Losses, Quantiles, Readable, SeriesKind, SeriesSink, Source,
};
use crate::registry::Registry;

/// The most metrics of the service, and the most series of each.
const MOST_METRICS: usize = 64;
const MOST_SERIES: usize = 50;

/// The most bytes of a name or a label's value.
pub(super) const MOST_TEXT: usize = 1024;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Families {
    pub(super) metrics: Vec<Metric>,
    pub(super) metrics_left_out: usize,
    /// The families of the process, of runtimes and of pools.
    pub(super) resources: Vec<Metric>,
}

/// A family with its series.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) unit: String,
    pub(super) kind: SeriesKind,
    pub(super) series: Vec<Series>,
    pub(super) left_out: usize,
    /// The heaviest keys, of a metric that has them.
    pub(super) heaviest: Option<HeavyKeys>,
}

/// A series.
#[derive(Debug)]
pub(super) struct Series {
    /// A hash of its name and its labels.
    pub(super) key: u64,
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: Value,
    /// The sum of what a histogram or summary observed.
    pub(super) sum: Option<f64>,
}

/// A value as a scrape has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Count(u64),
    Float(f64),
}

impl Value {
    pub(super) fn in_float(self) -> f64 {
        match self {
            Self::Count(count) => super::quantile::in_float(count),
            Self::Float(value) => value,
        }
    }
}

impl Metric {
    /// Whether it only grows, as the number of observations of a histogram does.
    pub(super) const fn grows(&self) -> bool {
        !matches!(self.kind, SeriesKind::Gauge | SeriesKind::Unknown)
    }

    pub(super) const fn kind(&self) -> &'static str {
        match self.kind {
            SeriesKind::Counter => "counter",
            SeriesKind::Gauge => "gauge",
            SeriesKind::Histogram => "histogram",
            SeriesKind::Summary => "summary",
            SeriesKind::Unknown => "unknown",
        }
    }
}

impl Families {
    /// Reads the families that are cheap to read: those that the service declares, and those of `resources`. A family of
    /// another library may be as large as it likes, and nobody may ever look at the page.
    pub(super) fn read_cheap_ones(registry: &Registry, resources: &[Arc<dyn Source>]) -> Self {
        let mut all = Self::default();
        for (_, family) in registry.declared(&mut Losses::default()).into_iter().take(MOST_METRICS)
        {
            all.metrics.push(Metric::read(&*family, false));
        }
        let resources = resources.iter().flat_map(|source| source.families());
        all.resources = resources.map(|family| Metric::read(&*family, false)).collect();
        all
    }

    /// Reads all families of `registry`, and counts the series that it leaves out.
    pub(super) fn read(registry: &Registry) -> Self {
        let prefix = registry.store.get().settled_metric_prefix();
        let mut all = Self::default();
        for family in registry.exposed().0 {
            match class(&family.header().name, prefix) {
                Class::Resource => all.resources.push(Metric::read(&*family, false)),
                Class::BuiltIn => {}
                Class::OfService if all.metrics.len() < MOST_METRICS => {
                    all.metrics.push(Metric::read(&*family, true));
                }
                Class::OfService => all.metrics_left_out += 1,
            }
        }
        all
    }

    /// The keys and values of what only grows, or of everything else.
    pub(super) fn values(&self, grows: bool) -> impl Iterator<Item = (u64, f64)> {
        // Limits are told by the growth of what others use, so that comes first: it must not be left out.
        let resources = self.resources.iter().filter(|metric| metric.grows());
        let all = resources.chain(&self.metrics).filter(move |metric| metric.grows() == grows);
        all.flat_map(|metric| &metric.series).map(|series| (series.key, series.value.in_float()))
    }

    /// The series of a family of the process, of runtimes or of pools.
    pub(super) fn resource(&self, family: &BuiltIn) -> &[Series] {
        let name = family.name(&MetricPrefix::NONE);
        self.resources
            .iter()
            .find(|metric| metric.name == name)
            .map_or(&[], |metric| &metric.series)
    }
}

enum Class {
    BuiltIn,
    Resource,
    OfService,
}

fn class(name: &str, prefix: &MetricPrefix) -> Class {
    let is_one_of =
        |families: &[&BuiltIn]| families.iter().any(|family| family.name(prefix) == name);
    let resources = [&series::process::ALL[..], &series::tokio::ALL, &series::pool::ALL];
    if resources.into_iter().any(is_one_of) {
        Class::Resource
    } else if is_one_of(&series::OF_REQUESTS) || is_one_of(&series::BESIDE_REQUESTS) {
        Class::BuiltIn
    } else {
        Class::OfService
    }
}

impl Metric {
    fn read(family: &dyn Readable, counts_rest: bool) -> Self {
        let header = family.header();
        let text = |text: &Cow<'_, str>| clipped(text, MOST_TEXT).into_owned();
        let metric = Self {
            name: text(&header.name),
            help: text(&header.help),
            unit: text(&header.unit),
            kind: header.kind,
            series: Vec::new(),
            left_out: 0,
            heaviest: family.heaviest_keys(),
        };
        let mut sink = Sink { metric, counts_rest };
        match family.different_keys() {
            // Registers tell nobody anything.
            Some(keys) => sink.gauge(&[], keys.round()),
            None => _ = family.write(0, &mut sink),
        }
        sink.metric
    }
}

/// Collects the first series of a family.
struct Sink {
    metric: Metric,
    /// Whether it counts the others.
    counts_rest: bool,
}

impl Sink {
    fn push(&mut self, labels: &[LabelPair<'_>], value: Value, sum: Option<f64>) {
        if self.metric.series.len() == MOST_SERIES {
            self.metric.left_out += 1;
            return;
        }
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let key = hasher.hash_one((&self.metric.name, labels));
        let text = |text: &str| clipped(text, MOST_TEXT).into_owned();
        let labels = labels.iter().map(|(name, value)| (text(name), text(value))).collect();
        self.metric.series.push(Series { key, labels, value, sum });
    }
}

impl SeriesSink for Sink {
    fn is_full(&self) -> bool {
        !self.counts_rest && self.metric.series.len() == MOST_SERIES
    }

    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, _: Option<SystemTime>) {
        self.push(labels, Value::Float(value), None);
    }

    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, _: Option<SystemTime>) {
        self.push(labels, Value::Count(value), None);
    }

    fn counts(
        &mut self,
        labels: &[LabelPair<'_>],
        series: &[(&str, u64)],
        created: Option<SystemTime>,
    ) {
        let room = MOST_SERIES - self.metric.series.len();
        let (kept, rest) = series.split_at(series.len().min(room));
        let mut labels = labels.to_vec();
        for (value, count) in kept {
            if let Some(last) = labels.last_mut() {
                last.1 = value;
            }
            self.count(&labels, *count, created);
        }
        self.metric.left_out += rest.len();
    }

    fn gauge(&mut self, labels: &[LabelPair<'_>], value: f64) {
        self.push(labels, Value::Float(value), None);
    }

    fn histogram(&mut self, labels: &[LabelPair<'_>], buckets: Buckets<'_>, _: Option<SystemTime>) {
        self.push(labels, Value::Count(buckets.counts.iter().sum()), Some(buckets.sum));
    }

    fn summary(&mut self, labels: &[LabelPair<'_>], quantiles: Quantiles<'_>) {
        self.push(labels, Value::Count(quantiles.count), Some(quantiles.sum));
    }
}
