//! The values of a registry at one moment, to assert on.

use std::time::SystemTime;

use crate::record::visit::{Buckets, LabelPair, Quantiles, SeriesSink};
use crate::registry::Registry;

/// The values of all series of a registry at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot(Vec<Sample>);

#[derive(Clone, Debug, PartialEq)]
struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: f64,
}

impl Snapshot {
    /// Reads all series of `registry`.
    pub fn of(registry: &Registry) -> Self {
        let mut collector = SampleCollector { name: String::new(), samples: Vec::new() };
        for family in registry.families() {
            collector.name = family.header().name.into_owned();
            family.write(0, &mut collector);
        }
        Self(collector.samples)
    }

    /// The sum of matching series, like [`Scope::value`](super::Scope::value).
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut matching = self.0.iter().filter(|sample| sample.matches(name, labels)).peekable();
        matching.peek()?;
        Some(matching.map(|sample| sample.value).sum())
    }

    /// The difference of the value between `earlier` and this snapshot. A missing series counts as 0.
    pub fn delta(&self, earlier: &Self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.value(name, labels).unwrap_or(0.0) - earlier.value(name, labels).unwrap_or(0.0)
    }

    /// Asserts on a value, like [`Scope::assert`](super::Scope::assert).
    ///
    /// # Panics
    /// If the value differs, or there is no such series. The message lists the series of that name.
    #[track_caller]
    pub fn assert(&self, name: &str, labels: &[(&str, &str)], expected: f64) {
        let value = self.value(name, labels);
        let equal = value.is_some_and(|value| (value - expected).abs() < 1e-9);
        assert!(
            equal,
            "`{name}` with {labels:?} is {}, not {expected}; there {}",
            value.map_or("missing".to_owned(), |value| value.to_string()),
            self.similar_series(name)
        );
    }

    /// The series with this name; if there are none, the names of all series.
    fn similar_series(&self, name: &str) -> String {
        let series: Vec<String> =
            self.0.iter().filter(|sample| sample.name == name).map(Sample::to_string).collect();
        if !series.is_empty() {
            return format!("are {}", series.join(", "));
        }
        let mut names: Vec<&str> = self.0.iter().map(|sample| sample.name.as_str()).collect();
        names.dedup();
        format!("is no series of that name, only of {}", names.join(", "))
    }
}

impl Sample {
    fn matches(&self, name: &str, labels: &[(&str, &str)]) -> bool {
        let has = |(name, value): &(&str, &str)| {
            self.labels.iter().any(|(own, owns)| own == name && owns == value)
        };
        self.name == name && labels.iter().all(has)
    }
}

impl std::fmt::Display for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labels: Vec<String> =
            self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        write!(f, "{}{{{}}} {}", self.name, labels.join(","), self.value)
    }
}

struct SampleCollector {
    name: String,
    samples: Vec<Sample>,
}

impl SampleCollector {
    fn push(&mut self, suffix: &str, labels: &[LabelPair<'_>], value: f64) {
        let owned = |(name, value): &LabelPair<'_>| ((*name).to_owned(), (*value).to_owned());
        let labels = labels.iter().map(owned).collect();
        self.samples.push(Sample { name: format!("{}{suffix}", self.name), labels, value });
    }
}

#[expect(clippy::cast_precision_loss, reason = "tests do not count to 2⁵³")]
impl SeriesSink for SampleCollector {
    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, _: Option<SystemTime>) {
        self.push("", labels, value);
    }

    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, _: Option<SystemTime>) {
        self.push("", labels, value as f64);
    }

    fn gauge(&mut self, labels: &[LabelPair<'_>], value: f64) {
        self.push("", labels, value);
    }

    fn histogram(&mut self, labels: &[LabelPair<'_>], buckets: Buckets<'_>, _: Option<SystemTime>) {
        self.push("_sum", labels, buckets.sum);
        self.push("_count", labels, buckets.counts.iter().sum::<u64>() as f64);
    }

    fn summary(&mut self, labels: &[LabelPair<'_>], quantiles: Quantiles<'_>) {
        self.push("_sum", labels, quantiles.sum);
        self.push("_count", labels, quantiles.count as f64);
    }
}
