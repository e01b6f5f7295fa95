//! The units that metrics' names end in: Prometheus' base units, and those that are not.

/// Prometheus' base units, which a metric's name may end in.
pub(crate) const BASE_UNITS: &[&str] =
    &["seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams"];

/// Multiples and fractions of a base unit, and its abbreviations, which a metric's name does not end in.
const SCALED_UNITS: &[(&str, &[&str])] = &[
    (
        "seconds",
        &[
            "days",
            "hours",
            "micros",
            "microseconds",
            "millis",
            "milliseconds",
            "mins",
            "minutes",
            "ms",
            "msec",
            "nanos",
            "nanoseconds",
            "sec",
            "secs",
            "weeks",
        ],
    ),
    (
        "bytes",
        &[
            "gb",
            "gib",
            "gigabytes",
            "kb",
            "kib",
            "kibibytes",
            "kilobytes",
            "mb",
            "mebibytes",
            "megabytes",
            "mib",
            "tb",
            "terabytes",
            "tib",
        ],
    ),
    ("ratio", &["pct", "percent", "percentage"]),
    ("celsius", &["fahrenheit", "kelvin"]),
    ("meters", &["centimeters", "kilometers", "km", "miles", "millimeters"]),
    ("volts", &["millivolts"]),
    ("amperes", &["milliamperes", "milliamps"]),
    ("joules", &["kilojoules", "kilowatthours", "kwh"]),
    ("grams", &["kg", "kilograms", "milligrams"]),
];

/// Scaled units that also mean something else at the end of a name, so that they are only assumed to be units where one
/// is missing.
const AMBIGUOUS_UNITS: &[(&str, &[&str])] = &[("seconds", &["us", "ns"])];

/// The base unit at the end of a metric's name, or before its `_total`.
pub(crate) fn unit_of(name: &str) -> Option<&'static str> {
    BASE_UNITS.iter().copied().find(|unit| ends_in_unit(name, unit))
}

/// The name with a base unit at its end: `wait_ms` becomes `wait_seconds`.
pub(crate) fn with_base_unit(name: &str) -> String {
    let scaled =
        scaled_unit_in(name, SCALED_UNITS).or_else(|| scaled_unit_in(name, AMBIGUOUS_UNITS));
    scaled.map_or_else(|| format!("{name}_seconds"), |scaled| scaled.name)
}

/// A unit at the end of a name that is not a base unit.
pub(crate) struct ScaledUnit {
    pub(crate) scaled: &'static str,
    pub(crate) base: &'static str,
    /// The name with the base unit.
    pub(crate) name: String,
}

/// The unit at the end of a metric's name, or before its `_total`, if it is not a base unit.
pub(crate) fn scaled_unit(name: &str) -> Option<ScaledUnit> {
    scaled_unit_in(name, SCALED_UNITS)
}

/// The base unit of a unit that is not one.
pub(crate) fn base_of(unit: &str) -> Option<&'static str> {
    SCALED_UNITS.iter().find(|(_, scaled)| scaled.contains(&unit)).map(|(base, _)| *base)
}

fn scaled_unit_in(name: &str, units: &[(&'static str, &[&'static str])]) -> Option<ScaledUnit> {
    let (stem, total) = name.strip_suffix("_total").map_or((name, ""), |stem| (stem, "_total"));
    units.iter().find_map(|(base, all)| {
        let scaled = all.iter().find(|scaled| ends_in_unit(stem, scaled))?;
        // A name that consists of the unit alone is about it: `days`.
        let stem = stem.strip_suffix(scaled).filter(|stem| !stem.is_empty())?;
        Some(ScaledUnit { scaled, base, name: format!("{stem}{base}{total}") })
    })
}

/// Whether `name` ends in `_unit` or `_unit_total`.
pub(crate) fn ends_in_unit(name: &str, unit: &str) -> bool {
    let name = name.strip_suffix("_total").unwrap_or(name);
    name.strip_suffix(unit).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_units_for_scaled_ones() {
        for (name, expected) in [
            ("wait_milliseconds", "wait_seconds"),
            ("heap_mb", "heap_bytes"),
            ("latency", "latency_seconds"),
            ("bonus", "bonus_seconds"),
            ("wait_us", "wait_seconds"),
        ] {
            assert_eq!(with_base_unit(name), expected);
        }
        for (name, expected) in [
            ("worked_minutes_total", Some("worked_seconds_total")),
            ("queue_age_ms", Some("queue_age_seconds")),
            ("disk_used_percent", Some("disk_used_ratio")),
            ("orders_us_total", None),
            ("items", None),
            ("days", None),
            ("rooms", None),
            ("queue_age_seconds", None),
        ] {
            assert_eq!(scaled_unit(name).map(|unit| unit.name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn units() {
        for (name, expected) in [
            ("job_duration_seconds", Some("seconds")),
            ("sent_bytes_total", Some("bytes")),
            ("seconds", Some("seconds")),
            ("milliseconds", None),
            ("tasks_total", None),
        ] {
            assert_eq!(unit_of(name), expected, "{name}");
        }
    }
}
