//! The declaration of a metric, as constant data.

use super::label::{Dimension, series};
use super::source_location::SourceLocation;

/// The kind of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It counts values by their size.
    Histogram,
    /// It tells how many different keys were seen, by gauges.
    Distinct,
    /// It tells how much the heaviest keys weigh, by gauges.
    Top,
}

impl Kind {
    /// The name of the kind. But for [`Distinct`](Self::Distinct) and [`Top`](Self::Top), which are exposed as gauges, it is
    /// the one of the exposition formats.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Distinct => "distinct",
            Self::Top => "top",
        }
    }
}

/// A declared metric: name, help, kind, unit, labels, buckets and source location.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descriptor {
    /// The full name, `_total` included.
    pub name: &'static str,
    /// The help text, from the doc comment.
    pub help: &'static str,
    /// The kind of metric.
    pub kind: Kind,
    /// The base unit, which the name ends in; empty if there is none.
    pub unit: &'static str,
    /// The labels.
    pub dimensions: &'static [Dimension],
    /// The upper bounds of a histogram's buckets without `+Inf`; empty for other kinds.
    pub bounds: &'static [f64],
    /// Where it is declared.
    pub location: SourceLocation,
}

/// A metric: a counter, a gauge or a histogram.
pub trait Described {
    /// The declaration; `None` if it contradicts an earlier one, so that the metric counts nothing.
    fn descriptor(&self) -> Option<&'static Descriptor>;
}

impl Descriptor {
    /// The number of series, one for each combination of label values.
    pub const fn series(&self) -> usize {
        series(self.dimensions)
    }

    /// The labels that its declaration gives: the registers of [`Kind::Distinct`] and the ranks of [`Kind::Top`] are
    /// none of them.
    pub(crate) const fn given_labels(&self) -> &'static [Dimension] {
        match self.kind {
            Kind::Distinct | Kind::Top => &[],
            _ => self.dimensions,
        }
    }

    /// The number of cells of a series: one, or for a histogram its buckets, `+Inf` included, and its sum.
    pub const fn stride(&self) -> usize {
        match self.kind {
            Kind::Counter | Kind::Gauge | Kind::Distinct | Kind::Top => 1,
            Kind::Histogram => self.bounds.len() + 2,
        }
    }

    /// What differs between two declarations of one name, such as `unit`; `None` if they agree.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_conflict_in_everything_but_their_location() {
        const ONE: &[Dimension] =
            &[Dimension { name: "a", domain: crate::declare::Domain::Budget(1) }];
        let location = SourceLocation::new("a.rs", 1, "a");
        let base = Descriptor {
            name: "a_seconds",
            help: "Help.",
            kind: Kind::Histogram,
            unit: "seconds",
            dimensions: &[],
            bounds: &[1.0],
            location,
        };
        let elsewhere = SourceLocation { line: 2, ..location };
        assert_eq!(base.conflict(&Descriptor { location: elsewhere, ..base }), None);
        for (other, differs) in [
            (Descriptor { kind: Kind::Gauge, ..base }, "kind"),
            (Descriptor { dimensions: ONE, ..base }, "labels"),
            (Descriptor { unit: "bytes", ..base }, "unit"),
            (Descriptor { help: "Other.", ..base }, "help text"),
            (Descriptor { bounds: &[2.0], ..base }, "buckets"),
        ] {
            assert_eq!(base.conflict(&other), Some(differs));
        }
        assert_eq!(Descriptor { dimensions: ONE, ..base }.series(), 2);
        assert_eq!((base.stride(), Descriptor { kind: Kind::Gauge, ..base }.stride()), (3, 1));
    }
}
