//! What a metric of each kind may be called and may state.

use super::kind::Kind;
use super::model::Buckets;
use crate::diagnostics::listed;
use crate::names::{self, BASE_UNITS};

/// Which part of the declaration a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Name,
    Buckets,
}

/// The first rule that a metric of this kind breaks.
pub(crate) fn broken(
    kind: Kind,
    name: &str,
    unit: &str,
    buckets: &Buckets,
    given: bool,
) -> Option<(Part, String)> {
    let total = name.ends_with("_total");
    match kind {
        Kind::Counter if !total => {
            Some((Part::Name, format!("a counter's name ends in `_total`: call it `{name}_total`")))
        }
        Kind::Gauge | Kind::Histogram if total => {
            let stem = name.trim_end_matches("_total");
            Some((
                Part::Name,
                format!(
                    "`_total` is the end of counters, and `{name}` is a {}: call it `{stem}`, or \
                     make it a `Counter`",
                    kind.name().to_lowercase()
                ),
            ))
        }
        Kind::Counter | Kind::Gauge if given => {
            let message = format!("`buckets` is for histograms, not for a {kind:?}; remove it");
            Some((Part::Buckets, message))
        }
        Kind::Histogram if unit.is_empty() => Some((
            Part::Name,
            format!(
                "a histogram's name ends in its base unit, one of {}, such as `{}`; \
                 state another by `#[metric(unit = \"…\")]`",
                listed(BASE_UNITS),
                names::in_base_unit(name)
            ),
        )),
        Kind::Histogram if matches!(buckets, Buckets::Absent) => Some((
            Part::Name,
            format!(
                "a histogram of `{unit}` has no default buckets (`seconds` and `bytes` have): \
                 state them by `#[metric(buckets = [..])]`"
            ),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_names() {
        for (kind, name, unit, fits) in [
            (Kind::Counter, "tasks_total", "", true),
            (Kind::Counter, "tasks", "", false),
            (Kind::Gauge, "tasks", "", true),
            (Kind::Gauge, "tasks_total", "", false),
            (Kind::Histogram, "size_bytes", "bytes", true),
            (Kind::Histogram, "size", "", false),
            (Kind::Histogram, "size_total", "", false),
        ] {
            let broken = broken(kind, name, unit, &Buckets::Default("SIZE_BYTES"), false);
            assert_eq!(broken.is_none(), fits, "{kind:?} {name}: {broken:?}");
        }
    }

    #[test]
    fn buckets_are_for_histograms() {
        let given = Buckets::Given(vec![1.0]);
        assert!(broken(Kind::Counter, "x_total", "", &given, true).is_some());
        assert!(broken(Kind::Gauge, "x", "", &given, true).is_some());
        assert!(broken(Kind::Histogram, "x_ratio", "ratio", &given, true).is_none());
        assert!(broken(Kind::Histogram, "x_ratio", "ratio", &Buckets::Absent, false).is_some());
    }
}
