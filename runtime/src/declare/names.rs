//! The grammar of metric and label names.
//!
//! It follows Prometheus' data model (<https://prometheus.io/docs/concepts/data_model/>) and naming practices
//! (<https://prometheus.io/docs/practices/naming/>), which leave colons to recording rules.

/// Label names that Prometheus or the exposition formats use themselves.
pub(crate) const RESERVED_LABELS: &[&str] = &["le", "quantile", "instance", "job"];

/// Whether `name` is a valid name of a metric: `[a-zA-Z_][a-zA-Z0-9_]*`.
pub const fn is_metric_name(name: &str) -> bool {
    is_identifier(name.as_bytes())
}

/// Whether `name` is a valid name of a label: as for a metric, but it may not begin with `__` or be reserved.
pub const fn is_label_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if !is_identifier(bytes) || (bytes.len() > 1 && bytes[0] == b'_' && bytes[1] == b'_') {
        return false;
    }
    let mut i = 0;
    while i < RESERVED_LABELS.len() {
        if equal(bytes, RESERVED_LABELS[i].as_bytes()) {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether `name` ends in `suffix`. It exists because `str::ends_with` is not `const`.
pub const fn ends_with(name: &str, suffix: &str) -> bool {
    let (name, suffix) = (name.as_bytes(), suffix.as_bytes());
    if suffix.len() > name.len() {
        return false;
    }
    let offset = name.len() - suffix.len();
    let mut i = 0;
    while i < suffix.len() {
        if name[offset + i] != suffix[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether two byte strings are equal. It exists because `==` on slices is not `const`.
pub(crate) const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn is_identifier(bytes: &[u8]) -> bool {
    if bytes.is_empty() || bytes[0].is_ascii_digit() {
        return false;
    }
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii_alphanumeric() && bytes[i] != b'_' {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metric_names() {
        assert!(is_metric_name("http_requests_total"));
        assert!(!is_metric_name("2xx_total"));
        assert!(!is_metric_name("a-b"));
        assert!(!is_metric_name(""));
    }

    #[test]
    fn label_names() {
        assert!(is_label_name("plan"));
        for name in ["le", "quantile", "job", "instance", "__name__", "a.b", ""] {
            assert!(!is_label_name(name), "{name}");
        }
    }
}
