//! Names that others chose, made to fit the grammar of the exposition formats.

use std::borrow::Cow;

use crate::declare::names::{is_label_name, is_metric_name};

/// `name` as a metric's name: everything outside of the grammar becomes `_`.
pub(super) fn metric(name: &str) -> Cow<'_, str> {
    if is_metric_name(name) { Cow::Borrowed(name) } else { Cow::Owned(fitted(name)) }
}

/// `name` as a label's name. A name that is reserved, such as `le`, gets a `_` at its end; one that begins
/// with `__` keeps one of them.
pub(super) fn label(name: &str) -> Cow<'_, str> {
    if is_label_name(name) {
        return Cow::Borrowed(name);
    }
    let mut fitted = fitted(name);
    while fitted.starts_with("__") {
        fitted.remove(0);
    }
    if !is_label_name(&fitted) {
        fitted.push('_');
    }
    // `__`: nothing is left of it but what it may not be.
    Cow::Owned(if is_label_name(&fitted) { fitted } else { "label".to_owned() })
}

/// Joins the values of labels whose names became one, by `;` in the order of their keys, as OpenTelemetry does
/// (<https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/>). A pair that is there
/// twice counts once.
pub(super) fn joined(mut pairs: Vec<(&str, &str)>) -> String {
    pairs.sort_unstable();
    pairs.dedup();
    let values: Vec<_> = pairs.into_iter().map(|(_, value)| value).collect();
    values.join(";")
}

fn fitted(name: &str) -> String {
    let mut fitted = String::with_capacity(name.len() + 1);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        fitted.push('_');
    }
    fitted.extend(name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_fitted() {
        for (name, expected) in [
            ("a_b", "a_b"),
            ("http.requests", "http_requests"),
            ("2xx", "_2xx"),
            ("", "_"),
            ("é", "_"),
        ] {
            assert_eq!(metric(name), expected);
        }
        for (name, expected) in [
            ("a.b", "a_b"),
            ("le", "le_"),
            ("quantile", "quantile_"),
            ("__name__", "_name__"),
            ("", "_"),
            ("__", "_"),
        ] {
            assert_eq!(label(name), expected);
        }
    }

    #[test]
    fn values_of_one_name_are_joined() {
        assert_eq!(joined(vec![("user_id", "b"), ("user.id", "a"), ("user_id", "b")]), "a;b");
        assert_eq!(joined(vec![("a.b", "x"), ("a_b", "x")]), "x;x");
    }

    proptest! {
        #[test]
        fn any_name_fits(name: String) {
            prop_assert!(is_metric_name(&metric(&name)));
            prop_assert!(is_label_name(&label(&name)));
        }
    }
}
