//! Adapts names of other libraries to the grammar of the exposition formats.

use std::borrow::Cow;

use crate::declare::names::{is_label_name, is_metric_name};

/// `name` as the name of a metric: invalid characters become `_`.
pub(super) fn metric(name: &str) -> Cow<'_, str> {
    if is_metric_name(name) { Cow::Borrowed(name) } else { Cow::Owned(fitted(name)) }
}

/// `name` as the name of a label. A reserved name, such as `le`, gets the suffix `_`. Two or more `_` at the beginning
/// become one.
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
    // No valid name is left.
    Cow::Owned(if is_label_name(&fitted) { fitted } else { "label".to_owned() })
}

/// Joins the values of labels whose names became the same: by `;`, in the order of their original names, as OpenTelemetry
/// does (<https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/>). Duplicate pairs count once.
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
