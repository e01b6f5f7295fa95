//! How what is counted is read: sources describe their families and write their series into a sink.
//!
//! Recording and writing out meet only here. Encoders are sinks; families, endpoints, operations and
//! bridges are sources.

use super::exemplar::Exemplar;
use std::borrow::Cow;
use std::time::SystemTime;

use crate::declare::series::BuiltIn;
use crate::declare::{Kind, MetricPrefix};

/// What the series of a family are: every kind that can be declared, and those that only bridges bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeriesKind {
    /// Only ever grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts values by size.
    Histogram,
    /// Tells quantiles that were computed where the values were observed.
    Summary,
    /// Nobody said.
    Unknown,
}

impl From<Kind> for SeriesKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter,
            Kind::Gauge => Self::Gauge,
            Kind::Histogram => Self::Histogram,
        }
    }
}

/// What an encoder says about a family before its series.
#[derive(Clone, Debug, PartialEq)]
pub struct Header<'a> {
    /// The full name, `_total` included.
    pub name: Cow<'a, str>,
    /// The help text, unescaped.
    pub help: Cow<'a, str>,
    /// What its series are.
    pub kind: SeriesKind,
    /// The base unit; empty where there is none.
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

/// A label of a series, unescaped.
pub type LabelPair<'a> = (&'a str, &'a str);

/// A histogram as it is read: counts of single buckets, not cumulative.
#[derive(Clone, Copy, Debug)]
pub struct Buckets<'a> {
    /// The upper bounds in the unit of the family, ascending, without `+Inf`.
    pub bounds: &'a [f64],
    /// The count of each bucket; one more than bounds, the last for `+Inf`.
    pub counts: &'a [u64],
    /// The sum of the observed values.
    pub sum: f64,
    /// For each bucket a recent sampled observation that fell into it; empty where there is none for any.
    pub exemplars: &'a [Option<Exemplar>],
}

/// A summary as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Quantiles<'a> {
    /// Quantiles from 0 to 1, and their values.
    pub values: &'a [(f64, f64)],
    /// The sum of the observed values.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
}

/// What series are written into. One call of a kind is one series.
pub trait SeriesSink {
    /// Whether it has enough for now. Asked between series: the rest is written when it has room again.
    fn is_full(&self) -> bool {
        false
    }

    /// Promises that the next series has labels of the same names as the one that was written last, in the same
    /// family, and that so many of the values, the first ones, are the same too. So their text need not be
    /// made again. Whoever promises nothing is right, too.
    fn same_labels(&mut self, values: usize) {
        let _ = values;
    }

    /// Writes a counter that counts since `created`, where that is known.
    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, created: Option<SystemTime>);

    /// Writes a counter of a whole number. The same, but exact beyond 2⁵³.
    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, created: Option<SystemTime>);

    /// Writes counters of whole numbers that have `labels`, but for the value of the last one: each brings its
    /// own.
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

    /// Writes a summary. Only bridges have them: goldsignal counts none, as they cannot be added up.
    fn summary(&mut self, labels: &[LabelPair<'_>], quantiles: Quantiles<'_>);
}

/// One family that can be read.
///
/// Series have indices, so that an encoder can stop after any of them and go on later.
pub trait Readable: Send + Sync {
    /// Name, help, kind and unit.
    fn header(&self) -> Header<'_>;

    /// One more than the largest index that a series can have now.
    fn len(&self) -> usize;

    /// Whether there is no series at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the series with `index`: one, or none where that index has no series.
    fn series(&self, index: usize, sink: &mut dyn SeriesSink);

    /// Writes the series from `index` on until there are no more or `sink` is full; tells the index to go on
    /// with.
    fn write(&self, mut index: usize, sink: &mut dyn SeriesSink) -> usize {
        while index < self.len() && !sink.is_full() {
            self.series(index, sink);
            index += 1;
        }
        index
    }
}

/// Something that can tell which families it has now.
pub trait Source: Send + Sync {
    /// What it is called where one of its families, or another because of it, is hidden. Unless it says
    /// otherwise this is the name of its type.
    fn name(&self) -> &'static str {
        std::any::type_name::<Self>()
    }

    /// The families, in any order. Called once a scrape.
    fn families(&self) -> Vec<Box<dyn Readable>>;

    /// Adds what it could not keep as it came, counted since it began. Called once a scrape, after
    /// [`families`](Self::families).
    fn losses(&self, losses: &mut Losses) {
        let _ = losses;
    }
}

/// What could not be kept as it came. It appears among goldsignal's metrics about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Label values that were folded to `_OTHER`.
    pub folded: Vec<Folded>,
    /// Families that are left out, whole or in part: another has their name, say.
    pub hidden: Vec<HiddenFamily>,
    /// Samples that were refused: infinite or NaN, too large for their sum, or negative for a counter.
    pub not_a_number: u64,
    /// Lines of the log that the sink was too slow for, or refused.
    pub log_lines: u64,
    /// Lines of the log that told of an error again, and were left out.
    pub log_lines_suppressed: u64,
    /// Lines of the log that told of a good end, and were left out.
    pub log_lines_sampled_out: u64,
    /// Connections that could not be accepted.
    pub accepts: u64,
    /// Scrapes that were refused because too many were running.
    pub scrapes: u64,
    /// Spans that did not fit the queue, or could not be exported.
    pub spans: u64,
}

/// A family that an exposition leaves out, whole or in part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HiddenFamily {
    /// The family's name.
    pub name: String,
    /// Who wanted to expose it: a declaration, a bridge, an attached source.
    pub source: String,
    /// Why it is left out: who has its name, say.
    pub reason: String,
}

/// How often values of one label were folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folded {
    /// The family's name.
    pub family: String,
    /// The label's name; empty where the series of the family were too many, not one label's values.
    pub label: String,
    /// How many look-ups were folded.
    pub count: u64,
}
