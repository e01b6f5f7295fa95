//! How what is counted is read: sources describe their families and write their series into a sink.
//!
//! Recording and writing out meet only here. Encoders are sinks; families, endpoints, operations and
//! bridges are sources.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::declare::Kind;

/// What an encoder says about a family before its series.
#[derive(Clone, Debug, PartialEq)]
pub struct Header<'a> {
    /// The full name, `_total` included.
    pub name: Cow<'a, str>,
    /// The help text, unescaped.
    pub help: Cow<'a, str>,
    /// The kind; `None` is `unknown` (`untyped`).
    pub kind: Option<Kind>,
    /// The base unit; empty where there is none.
    pub unit: Cow<'a, str>,
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

/// What series are written into. One call is one series.
pub trait SeriesSink {
    /// Writes a counter that counts since `created`, where that is known.
    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, created: Option<SystemTime>);

    /// Writes a counter of a whole number. The same, but exact beyond 2⁵³.
    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, created: Option<SystemTime>);

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
}

/// Something that can tell which families it has now.
pub trait Source: Send + Sync {
    /// The families, in any order. Called once a scrape.
    fn families(&self) -> Vec<Box<dyn Readable>>;
}
