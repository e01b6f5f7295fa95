//! The interface between recording and exposition: a [`Source`] has families, which write their series into a
//! [`SeriesSink`].
//!
//! Encoders are sinks. Declared metrics, endpoints, operations and bridges are sources. Implement [`Source`] to expose
//! metrics that goldsignal does not record, and attach it by [`Registry::attach`](crate::Registry::attach):
//!
//! ```
//! use goldsignal::Registry;
//! use goldsignal::expose::Format;
//! use goldsignal::record::visit::{Header, Readable, SeriesKind, SeriesSink, Source};
//! use std::sync::Arc;
//!
//! struct Threads;
//!
//! impl Readable for Threads {
//!     fn header(&self) -> Header<'_> {
//!         Header::new("threads", "Threads of the process.", SeriesKind::Gauge)
//!     }
//!
//!     fn len(&self) -> usize {
//!         1
//!     }
//!
//!     fn series(&self, _: usize, sink: &mut dyn SeriesSink) {
//!         sink.gauge(&[("state", "running")], 4.0);
//!     }
//! }
//!
//! impl Source for Threads {
//!     fn families(&self) -> Vec<Box<dyn Readable>> {
//!         vec![Box::new(Threads)]
//!     }
//! }
//!
//! Registry::global().attach(Arc::new(Threads));
//! assert!(Registry::global().encode(Format::Text).contains("threads{state=\"running\"} 4\n"));
//! ```

use super::exemplar::Exemplar;
use std::borrow::Cow;
use std::time::SystemTime;

use crate::declare::ranks::RANKS;
use crate::declare::series::BuiltIn;
use crate::declare::{Kind, MetricPrefix};

/// The kind of a family: those that can be declared, and those that only other sources have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SeriesKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It counts values by their size.
    Histogram,
    /// It has quantiles that were computed in the process.
    Summary,
    /// The kind is unknown.
    Unknown,
}

impl From<Kind> for SeriesKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter,
            Kind::Gauge | Kind::Distinct | Kind::Top => Self::Gauge,
            Kind::Histogram => Self::Histogram,
        }
    }
}

/// The metadata of a family.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Header<'a> {
    /// The full name, `_total` included.
    pub name: Cow<'a, str>,
    /// The help text, unescaped.
    pub help: Cow<'a, str>,
    /// The kind of its series.
    pub kind: SeriesKind,
    /// The base unit; empty if there is none.
    pub unit: Cow<'a, str>,
}

impl Header<'static> {
    /// The header of a built-in family in a service with this prefix.
    pub(crate) fn of(family: &BuiltIn, prefix: &MetricPrefix) -> Self {
        Self {
            name: family.name(prefix),
            help: Cow::Borrowed(family.help),
            kind: family.kind.into(),
            unit: Cow::Borrowed(family.unit),
        }
    }
}

impl<'a> Header<'a> {
    /// The metadata of a family without a unit.
    pub fn new(
        name: impl Into<Cow<'a, str>>,
        help: impl Into<Cow<'a, str>>,
        kind: SeriesKind,
    ) -> Self {
        Self { name: name.into(), help: help.into(), kind, unit: Cow::Borrowed("") }
    }

    /// Sets the base unit, such as `seconds`.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<Cow<'a, str>>) -> Self {
        self.unit = unit.into();
        self
    }
}

/// The name and value of a label, unescaped.
pub type LabelPair<'a> = (&'a str, &'a str);

/// The data of a histogram. The counts are those of single buckets, not cumulative.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Buckets<'a> {
    /// The upper bounds in the unit of the family, in ascending order, without `+Inf`.
    pub bounds: &'a [f64],
    /// The count of each bucket: one for each bound, and one for `+Inf`.
    pub counts: &'a [u64],
    /// The sum of the observed values.
    pub sum: f64,
    /// A recent sampled observation of each bucket; empty if no bucket has one.
    pub exemplars: &'a [Option<Exemplar>],
}

impl<'a> Buckets<'a> {
    /// A histogram without exemplars. `counts` has one more element than `bounds`, the last for `+Inf`.
    pub const fn new(bounds: &'a [f64], counts: &'a [u64], sum: f64) -> Self {
        Self { bounds, counts, sum, exemplars: &[] }
    }
}

/// The data of a summary.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Quantiles<'a> {
    /// The quantiles, from 0 to 1, and their values.
    pub values: &'a [(f64, f64)],
    /// The sum of the observed values.
    pub sum: f64,
    /// The number of observed values.
    pub count: u64,
}

impl<'a> Quantiles<'a> {
    /// A summary with these quantiles and their values, and the sum and number of all observed values.
    pub const fn new(values: &'a [(f64, f64)], sum: f64, count: u64) -> Self {
        Self { values, sum, count }
    }
}

/// Receives series. Each call of a method for a kind is one series.
pub trait SeriesSink {
    /// Whether the sink has no capacity left. It is called between series; the others are written later.
    fn is_full(&self) -> bool {
        false
    }

    /// Announces that the next series is in the same family as the last one, that its labels have the same names, and
    /// that the first `values` of them have the same values. So the sink need not format them again.
    ///
    /// Calling this is optional.
    fn same_labels(&mut self, values: usize) {
        let _ = values;
    }

    /// Writes a counter. `created` is when it began to count, if that is known.
    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, created: Option<SystemTime>);

    /// Writes a counter whose value is an integer. As [`counter`](Self::counter), but exact beyond 2⁵³.
    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, created: Option<SystemTime>);

    /// Writes counters whose labels differ in the value of the last one only. `labels` are those of all of them, and
    /// `series` has the value of the last label and the count of each.
    fn counts(
        &mut self,
        labels: &[LabelPair<'_>],
        series: &[(&str, u64)],
        created: Option<SystemTime>,
    ) {
        let mut labels = labels.to_vec();
        for (value, count) in series {
            if let Some(last) = labels.last_mut() {
                last.1 = value;
            }
            self.count(&labels, *count, created);
        }
    }

    /// Writes a gauge, or a value of unknown kind.
    fn gauge(&mut self, labels: &[LabelPair<'_>], value: f64);

    /// Writes a histogram.
    fn histogram(
        &mut self,
        labels: &[LabelPair<'_>],
        buckets: Buckets<'_>,
        created: Option<SystemTime>,
    );

    /// Writes a summary. Only other sources have summaries: goldsignal records none, since they cannot be aggregated.
    fn summary(&mut self, labels: &[LabelPair<'_>], quantiles: Quantiles<'_>);
}

/// The heaviest keys that a process has seen in the last five to ten minutes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeavyKeys {
    /// The weight of all keys.
    pub total: u64,
    /// How much may be missing of the weight of each key: at most 1/192 of the total. A key that is not listed weighs at
    /// most this more than the last one that is.
    pub missed: u64,
    /// The weight that was not counted since the start, because as many threads were adding at that moment as the metric
    /// has stripes.
    pub dropped: u64,
    /// The ten heaviest keys, the heaviest first.
    pub keys: Vec<HeavyKey>,
}

/// One of the heaviest keys.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeavyKey {
    /// The key: its hash as 16 hexadecimal digits, or its name.
    pub key: String,
    /// How much it weighs. It may be more, by [`HeavyKeys::missed`].
    pub weight: u64,
}

impl HeavyKeys {
    /// The share of the heaviest key, from 0 to 1; 0 without a key.
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
    pub fn first_share(&self) -> f64 {
        self.keys.first().map_or(0.0, |first| first.weight as f64 / self.total.max(1) as f64)
    }

    /// The weights of the ranks that a scrape has: those of the ten heaviest keys, and the rest.
    pub(crate) fn ranks(&self) -> [u64; RANKS + 1] {
        let mut ranks = [0; RANKS + 1];
        let mut rest = self.total;
        for (rank, HeavyKey { weight, .. }) in ranks[..RANKS].iter_mut().zip(&self.keys) {
            *rank = *weight;
            rest = rest.saturating_sub(*weight);
        }
        ranks[RANKS] = rest;
        ranks
    }
}

/// A family that can be read.
///
/// Its series have indices, so that an encoder can stop after a series and continue later.
pub trait Readable: Send + Sync {
    /// How many different keys the family counts, if its series are the registers of a [`Distinct`](crate::Distinct).
    fn different_keys(&self) -> Option<f64> {
        None
    }

    /// The heaviest keys of the family, if its series are the ranks of a [`Top`](crate::Top).
    fn heaviest_keys(&self) -> Option<HeavyKeys> {
        None
    }

    /// Name, help, kind and unit.
    fn header(&self) -> Header<'_>;

    /// One more than the largest index of a series.
    fn len(&self) -> usize;

    /// Whether there is no series at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the series with `index`, if there is one.
    fn series(&self, index: usize, sink: &mut dyn SeriesSink);

    /// Writes the series from `index` on, until the last one or until `sink` is full. Returns the index to continue
    /// from.
    fn write(&self, mut index: usize, sink: &mut dyn SeriesSink) -> usize {
        while index < self.len() && !sink.is_full() {
            self.series(index, sink);
            index += 1;
        }
        index
    }
}

/// A source of families.
pub trait Source: Send + Sync {
    /// Its name in reports of hidden families. By default it is the name of the type.
    fn name(&self) -> &'static str {
        std::any::type_name::<Self>()
    }

    /// The families, in any order. It is called once for each scrape, and while somebody looks at the live page every two
    /// seconds.
    fn families(&self) -> Vec<Box<dyn Readable>>;

    /// Adds what it has lost since it was created. It is called after
    /// [`families`](Self::families).
    fn losses(&self, losses: &mut Losses) {
        let _ = losses;
    }
}

/// Data that was lost or changed, which goldsignal exposes among its metrics about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Losses {
    /// Label values that were folded to `_OTHER`.
    pub folded: Vec<Folded>,
    /// Families that are hidden, completely or in part: for example, another family has their name.
    pub hidden: Vec<HiddenFamily>,
    /// The number of refused samples: infinite or NaN, too large for their sum, or negative for a counter.
    pub not_a_number: u64,
    /// The number of log lines that were dropped: the sink was too slow for them, or refused them.
    pub log_lines: u64,
    /// The number of log lines that were left out because they repeated an error.
    pub log_lines_suppressed: u64,
    /// The number of log lines of good ends that were left out by sampling.
    pub log_lines_sampled_out: u64,
    /// The number of connections that could not be accepted.
    pub accepts: u64,
    /// The number of scrapes that were refused because too many were running.
    pub scrapes: u64,
    /// The number of spans that were dropped: the queue was full, or the exporter failed.
    pub spans: u64,
}

/// A family that an exposition leaves out, completely or in part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct HiddenFamily {
    /// The family's name.
    pub name: String,
    /// The owner of the family: a declaration, a bridge, an attached source.
    pub source: String,
    /// Why it is left out, such as the owner of its name.
    pub reason: String,
}

impl HiddenFamily {
    /// The family `name` of `source`, which is hidden for this reason.
    pub fn new(
        name: impl Into<String>,
        source: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), source: source.into(), reason: reason.into() }
    }
}

/// The overflow of a label: how often its values were folded to `_OTHER`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Folded {
    /// The family's name.
    pub family: String,
    /// The label's name; empty if the family had too many series, rather than the label too many values.
    pub label: String,
    /// The number of lookups that were folded.
    pub count: u64,
}

impl Folded {
    /// The overflow of `label` in `family`.
    pub fn new(family: impl Into<String>, label: impl Into<String>, count: u64) -> Self {
        Self { family: family.into(), label: label.into(), count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Is full after two series.
    #[derive(Default)]
    struct Two(Vec<(Vec<String>, u64)>);

    impl SeriesSink for Two {
        fn is_full(&self) -> bool {
            self.0.len() >= 2
        }

        fn counter(&mut self, _: &[LabelPair<'_>], _: f64, _: Option<SystemTime>) {}

        fn count(&mut self, labels: &[LabelPair<'_>], value: u64, _: Option<SystemTime>) {
            self.0.push((labels.iter().map(|(_, value)| (*value).to_owned()).collect(), value));
        }

        fn gauge(&mut self, _: &[LabelPair<'_>], _: f64) {}

        fn histogram(&mut self, _: &[LabelPair<'_>], _: Buckets<'_>, _: Option<SystemTime>) {}

        fn summary(&mut self, _: &[LabelPair<'_>], _: Quantiles<'_>) {}
    }

    struct Five;

    impl Readable for Five {
        fn header(&self) -> Header<'_> {
            Header::new("five_total", "Five.", SeriesKind::Counter)
        }

        fn len(&self) -> usize {
            5
        }

        fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
            sink.count(&[], index as u64, None);
        }
    }

    #[test]
    fn writing_stops_at_a_full_sink_and_continues() {
        let mut sink = Two::default();
        assert_eq!(Five.write(0, &mut sink), 2);
        sink.0.clear();
        assert_eq!(Five.write(2, &mut sink), 4);
        sink.0.clear();
        assert_eq!(Five.write(4, &mut sink), 5);
        assert_eq!(sink.0, [(vec![], 4)]);
    }

    #[test]
    fn counters_that_differ_in_a_label_are_written_one_by_one() {
        let mut sink = Two::default();
        sink.counts(&[("a", "x"), ("b", "")], &[("y", 1), ("z", 2)], None);
        let expected = [("x", "y", 1), ("x", "z", 2)];
        let expected = expected.map(|(a, b, count)| (vec![a.to_owned(), b.to_owned()], count));
        assert_eq!(sink.0, expected);
    }
}
