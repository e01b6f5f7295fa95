//! The grammar of names, and how identifiers become names.
//!
//! The runtime holds the same rules as constant functions (`goldsignal::declare::names`); here they are
//! applied early, where the fault can be shown at its place. `tests/derive.rs` holds the two together.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::diagnostics::listed;

/// Label names that Prometheus or the exposition format uses itself.
const RESERVED_LABELS: &[&str] = &["le", "quantile", "instance", "job"];

/// Base units that a metric's name may end in.
pub(crate) const BASE_UNITS: &[&str] =
    &["seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams"];

/// What people write instead of a base unit.
const SCALED_UNITS: &[(&str, &[&str])] = &[
    ("seconds", &["milliseconds", "microseconds", "nanoseconds", "ms", "us", "ns", "minutes"]),
    ("bytes", &["kilobytes", "megabytes", "gigabytes", "kb", "mb", "gb"]),
    ("ratio", &["percent"]),
];

/// Ends of names that the exposition formats add themselves.
const RESERVED_SUFFIXES: &[&str] = &["_count", "_sum", "_bucket", "_created", "_info"];

/// The identifier as text, without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `HttpStatus` → `http_status`, `HTTPStatus` → `http_status`, `V2Api` → `v2_api`.
pub(crate) fn snake_case(ident: &Ident) -> String {
    let name: Vec<char> = plain(ident).chars().collect();
    let mut snake = String::new();
    for (i, c) in name.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| name[i]);
        let after = name.get(i + 1);
        let starts_word = c.is_uppercase()
            && before.is_some_and(|before| {
                before != '_'
                    && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// What is wrong with `name` as the name of a label, with the remedy.
pub(crate) fn label_fault(name: &str) -> Option<String> {
    if let Some(fault) = grammar_fault("label", name) {
        Some(fault)
    } else if name.starts_with("__") {
        Some(format!(
            "`{name}` is reserved: Prometheus keeps labels that begin with `__` to itself"
        ))
    } else if RESERVED_LABELS.contains(&name) {
        Some(format!(
            "`{name}` is reserved, as are {}: Prometheus sets it itself; name what it means here, \
             such as `{name}_kind`",
            listed(
                &RESERVED_LABELS.iter().copied().filter(|other| *other != name).collect::<Vec<_>>()
            )
        ))
    } else {
        None
    }
}

/// What is wrong with `name` as the name of a metric, whatever its kind, with the remedy.
pub(crate) fn metric_fault(name: &str) -> Option<String> {
    grammar_fault("metric", name).or_else(|| {
        let suffix = RESERVED_SUFFIXES.iter().find(|suffix| name.ends_with(**suffix))?;
        Some(format!(
            "`{name}` ends in `{suffix}`, which the exposition format adds itself; drop or rephrase it"
        ))
    })
}

/// What is wrong with `name`, which shall begin the names of metrics.
pub(crate) fn prefix_fault(prefix: &str) -> Option<String> {
    if prefix.is_empty() { None } else { grammar_fault("metric", prefix) }
}

fn grammar_fault(what: &str, name: &str) -> Option<String> {
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    if starts && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    Some(format!(
        "`{name}` cannot name a {what}: use ASCII letters, digits and `_`, and no digit in front"
    ))
}

/// The unit that the name of a metric ends in: its own, or that before `_total`.
pub(crate) fn unit_of(name: &str) -> Option<&'static str> {
    BASE_UNITS.iter().copied().find(|unit| ends_in_unit(name, unit))
}

/// The name with a base unit at its end, in place of a multiple or part of one.
pub(crate) fn in_base_unit(name: &str) -> String {
    let mut scaled = SCALED_UNITS.iter().flat_map(|(unit, scaled)| {
        scaled.iter().filter_map(move |scaled| Some((name.strip_suffix(scaled)?, unit)))
    });
    let stem = scaled.find(|(stem, _)| stem.ends_with('_'));
    stem.map_or_else(|| format!("{name}_seconds"), |(stem, unit)| format!("{stem}{unit}"))
}

/// Whether `name`, `_total` apart, ends in `_unit`.
pub(crate) fn ends_in_unit(name: &str, unit: &str) -> bool {
    let name = name.strip_suffix("_total").unwrap_or(name);
    name.strip_suffix(unit).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_cases() {
        for (ident, expected) in [
            ("Free", "free"),
            ("HttpStatus", "http_status"),
            ("HTTPStatus", "http_status"),
            ("IPv4", "i_pv4"),
            ("V2Api", "v2_api"),
            ("already_snake", "already_snake"),
            ("Screaming_Snake", "screaming_snake"),
            ("ABC", "abc"),
            ("X", "x"),
            ("Über", "über"),
        ] {
            assert_eq!(snake_case(&quote::format_ident!("{ident}")), expected);
        }
        assert_eq!(snake_case(&quote::format_ident!("r#type")), "type");
    }

    #[test]
    fn label_names() {
        for good in ["plan", "_x", "a1", "Plan", "le_kind"] {
            assert_eq!(label_fault(good), None, "{good}");
        }
        for bad in ["", "1a", "a-b", "a.b", "é", "__name__", "le", "quantile", "instance", "job"] {
            assert!(label_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn metric_names() {
        for good in ["tasks_total", "x", "_x", "sum_of_parts"] {
            assert_eq!(metric_fault(good), None, "{good}");
        }
        for bad in ["", "2xx_total", "a-b", "a:b", "x_count", "x_sum", "x_bucket", "x_info"] {
            assert!(metric_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn base_units_for_scaled_ones() {
        for (name, expected) in [
            ("wait_milliseconds", "wait_seconds"),
            ("heap_mb", "heap_bytes"),
            ("latency", "latency_seconds"),
            ("bonus", "bonus_seconds"),
        ] {
            assert_eq!(in_base_unit(name), expected);
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
