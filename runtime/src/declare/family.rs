//! A metric as it is declared: the constant half of a family.

use super::label::{Dimension, series};
use super::source_location::SourceLocation;

/// What a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Only ever grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts values by size.
    Histogram,
}

impl Kind {
    /// The word of the exposition formats.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// The number of series that a family may hold unless it states its own `budget`.
pub const DEFAULT_BUDGET: usize = 10_000;

/// Base units that the name of a histogram may end in
/// (<https://prometheus.io/docs/practices/naming/#base-units>).
pub const BASE_UNITS: &[&str] =
    &["seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams"];

/// A declared metric: name, help, kind, unit, labels, buckets and where it stands in the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descriptor {
    /// The full name, `_total` included.
    pub name: &'static str,
    /// The help text, from the doc comment.
    pub help: &'static str,
    /// What it measures.
    pub kind: Kind,
    /// The base unit, also the end of the name; empty where there is none.
    pub unit: &'static str,
    /// The labels.
    pub dimensions: &'static [Dimension],
    /// The upper bounds of a histogram's buckets without `+Inf`; empty for other kinds.
    pub bounds: &'static [f64],
    /// Where it is declared.
    pub location: SourceLocation,
}

/// What counts a declared metric: a counter, a gauge or a histogram.
pub trait Described {
    /// The declaration; none where it contradicts an earlier one, so that nothing is counted.
    fn descriptor(&self) -> Option<&'static Descriptor>;
}

impl Descriptor {
    /// How many series the labels span.
    pub const fn series(&self) -> usize {
        series(self.dimensions)
    }

    /// How many cells one series takes: one, or a histogram's buckets with `+Inf` and its sum.
    pub const fn stride(&self) -> usize {
        match self.kind {
            Kind::Counter | Kind::Gauge => 1,
            Kind::Histogram => self.bounds.len() + 2,
        }
    }

    /// What differs between two declarations of one name, in words; `None` where they agree.
    pub fn conflict(&self, other: &Self) -> Option<&'static str> {
        if self.kind != other.kind {
            Some("kind")
        } else if self.dimensions != other.dimensions {
            Some("labels")
        } else if self.unit != other.unit {
            Some("unit")
        } else if self.help != other.help {
            Some("help text")
        } else if self.bounds != other.bounds {
            Some("buckets")
        } else {
            None
        }
    }
}
