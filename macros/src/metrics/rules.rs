//! The rules for the name and the buckets of each kind of metric.

use super::kind::Kind;
use super::model::Buckets;
use crate::diagnostics::quoted_list;
use crate::units::{self, BASE_UNITS, ScaledUnit};

/// The part of the declaration that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Culprit {
    Name,
    Buckets,
}

/// The first rule that a metric of this kind breaks. `own` is the part of its name after the prefix.
pub(crate) fn violation(
    kind: Kind,
    name: &str,
    own: &str,
    unit: &str,
    buckets: &Buckets,
    has_buckets_option: bool,
) -> Option<(Culprit, String)> {
    let total = name.ends_with("_total");
    match kind {
        Kind::Counter if name.ends_with("_total_total") => {
            let once = name.trim_end_matches("_total");
            Some((Culprit::Name, format!("`_total` is given twice: call it `{once}_total`")))
        }
        Kind::Counter if !total => Some((
            Culprit::Name,
            format!("a counter's name ends in `_total`: call it `{name}_total`"),
        )),
        Kind::Gauge | Kind::Histogram | Kind::Distinct | Kind::Top if total => {
            let stem = name.trim_end_matches("_total");
            Some((
                Culprit::Name,
                format!(
                    "`_total` is the suffix of counters, but `{name}` is a {}: call it `{stem}`, \
                     or make it a `Counter`",
                    match kind {
                        Kind::Distinct | Kind::Top => format!("`{}`", kind.name()),
                        _ => kind.name().to_lowercase(),
                    }
                ),
            ))
        }
        Kind::Counter | Kind::Gauge | Kind::Distinct | Kind::Top if has_buckets_option => {
            let message = format!("`buckets` is for histograms, not for a {kind:?}; remove it");
            Some((Culprit::Buckets, message))
        }
        Kind::Counter | Kind::Gauge if units::scaled_unit(own).is_some() => {
            let ScaledUnit { scaled, base, name } = units::scaled_unit(own)?;
            let verb = if kind == Kind::Counter { "count" } else { "set" };
            let message =
                format!("`{scaled}` is not a base unit: call it `{name}`, and {verb} {base}");
            Some((Culprit::Name, message))
        }
        Kind::Histogram if unit.is_empty() => Some((
            Culprit::Name,
            format!(
                "a histogram's name ends in its base unit, one of {}, such as `{}`; \
                 state another by `#[metric(unit = \"…\")]`",
                quoted_list(BASE_UNITS),
                units::with_base_unit(name)
            ),
        )),
        Kind::Histogram if matches!(buckets, Buckets::None) => Some((
            Culprit::Name,
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
    use crate::buckets::Bounds;

    #[test]
    fn kinds_and_names() {
        for (kind, name, unit, fits) in [
            (Kind::Counter, "tasks_total", "", true),
            (Kind::Counter, "tasks", "", false),
            (Kind::Gauge, "tasks", "", true),
            (Kind::Gauge, "tasks_total", "", false),
            (Kind::Distinct, "active_users", "", true),
            (Kind::Distinct, "active_users_total", "", false),
            (Kind::Top, "busiest_users", "", true),
            (Kind::Top, "busiest_users_total", "", false),
            (Kind::Counter, "tasks_total_total", "", false),
            (Kind::Counter, "worked_minutes_total", "", false),
            (Kind::Counter, "worked_seconds_total", "seconds", true),
            (Kind::Gauge, "queue_age_ms", "", false),
            (Kind::Gauge, "rooms", "", true),
            (Kind::Gauge, "days", "", true),
            (Kind::Histogram, "size_bytes", "bytes", true),
            (Kind::Histogram, "size", "", false),
            (Kind::Histogram, "size_total", "", false),
        ] {
            let violation =
                violation(kind, name, name, unit, &Buckets::Default("SIZE_BYTES"), false);
            assert_eq!(violation.is_none(), fits, "{kind:?} {name}: {violation:?}");
        }
    }

    #[test]
    fn buckets_are_for_histograms() {
        let given = Buckets::Given(Bounds::Literals(Vec::new()));
        assert!(violation(Kind::Counter, "x_total", "x_total", "", &given, true).is_some());
        assert!(violation(Kind::Gauge, "x", "x", "", &given, true).is_some());
        assert!(violation(Kind::Histogram, "x_ratio", "x_ratio", "ratio", &given, true).is_none());
        assert!(
            violation(Kind::Histogram, "x_ratio", "x_ratio", "ratio", &Buckets::None, false)
                .is_some()
        );
    }
}
