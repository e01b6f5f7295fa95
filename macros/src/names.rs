//! The grammar of metric and label names, and how identifiers become names.
//!
//! The runtime has the same rules as constant functions (`goldsignal::declare::names`). The macros apply them too,
//! because they can report an error at the name itself. `tests/derive.rs` compares the two.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::diagnostics::quoted_list;

/// Label names that Prometheus or the exposition format sets.
const RESERVED_LABELS: &[&str] = &["le", "quantile", "instance", "job"];

/// Prometheus' base units, which a metric's name may end in.
pub(crate) const BASE_UNITS: &[&str] =
    &["seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams"];

/// Multiples and fractions of a base unit, which a metric's name should not end in.
const SCALED_UNITS: &[(&str, &[&str])] = &[
    ("seconds", &["milliseconds", "microseconds", "nanoseconds", "ms", "us", "ns", "minutes"]),
    ("bytes", &["kilobytes", "megabytes", "gigabytes", "kb", "mb", "gb"]),
    ("ratio", &["percent"]),
];

/// Suffixes that the exposition formats add to the names of metrics.
const RESERVED_SUFFIXES: &[&str] = &["_count", "_sum", "_bucket", "_created", "_info"];

/// The text of an identifier, without `r#`.
pub(crate) fn text_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `HttpStatus` → `http_status`, `HTTPStatus` → `http_status`, `V2Api` → `v2_api`.
pub(crate) fn snake_case(ident: &Ident) -> String {
    let name: Vec<char> = text_of(ident).chars().collect();
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

/// Why `name` cannot be the name of a label, and what to write instead.
pub(crate) fn label_name_error(name: &str) -> Option<String> {
    if let Some(error) = grammar_error("label", name) {
        Some(error)
    } else if name.starts_with("__") {
        Some(format!(
            "`{name}` is reserved: Prometheus uses labels that begin with `__` internally"
        ))
    } else if RESERVED_LABELS.contains(&name) {
        Some(format!(
            "`{name}` is reserved, like {}: Prometheus sets it; use a more specific name, such as \
             `{name}_kind`",
            quoted_list(
                &RESERVED_LABELS.iter().copied().filter(|other| *other != name).collect::<Vec<_>>()
            )
        ))
    } else {
        None
    }
}

/// Why `name` cannot be the name of a metric of any kind, and what to write instead.
pub(crate) fn metric_name_error(name: &str) -> Option<String> {
    grammar_error("metric", name).or_else(|| {
        let suffix = RESERVED_SUFFIXES.iter().find(|suffix| name.ends_with(**suffix))?;
        Some(format!(
            "`{name}` ends in `{suffix}`, a suffix that the exposition format adds; remove or replace it"
        ))
    })
}

/// Why `prefix` cannot be the beginning of metric names.
pub(crate) fn prefix_error(prefix: &str) -> Option<String> {
    if prefix.is_empty() { None } else { grammar_error("metric", prefix) }
}

fn grammar_error(what: &str, name: &str) -> Option<String> {
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    if starts && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    Some(format!(
        "`{name}` is not a valid {what} name: use ASCII letters, digits and `_`, not beginning with a digit"
    ))
}

/// The base unit at the end of a metric's name, or before its `_total`.
pub(crate) fn unit_of(name: &str) -> Option<&'static str> {
    BASE_UNITS.iter().copied().find(|unit| ends_in_unit(name, unit))
}

/// The name with a base unit at its end: `wait_ms` becomes `wait_seconds`.
pub(crate) fn with_base_unit(name: &str) -> String {
    let mut scaled = SCALED_UNITS.iter().flat_map(|(unit, scaled)| {
        scaled.iter().filter_map(move |scaled| Some((name.strip_suffix(scaled)?, unit)))
    });
    let stem = scaled.find(|(stem, _)| stem.ends_with('_'));
    stem.map_or_else(|| format!("{name}_seconds"), |(stem, unit)| format!("{stem}{unit}"))
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
            assert_eq!(label_name_error(good), None, "{good}");
        }
        for bad in ["", "1a", "a-b", "a.b", "é", "__name__", "le", "quantile", "instance", "job"] {
            assert!(label_name_error(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn metric_names() {
        for good in ["tasks_total", "x", "_x", "sum_of_parts"] {
            assert_eq!(metric_name_error(good), None, "{good}");
        }
        for bad in ["", "2xx_total", "a-b", "a:b", "x_count", "x_sum", "x_bucket", "x_info"] {
            assert!(metric_name_error(bad).is_some(), "{bad}");
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
            assert_eq!(with_base_unit(name), expected);
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
