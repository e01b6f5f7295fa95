//! The prefix of the metric families that goldsignal itself defines.

use std::borrow::Cow;
use std::fmt;

use super::names::is_metric_name;

/// A prefix for the families of requests, calls and objectives: `http_*`, `function_*` and `slo_*`.
///
/// With a prefix, a service can expose both goldsignal's `http_requests_total` and that of another library. The prefix does
/// not apply to metrics that the service declares, nor to goldsignal's metrics about itself, whose names begin with
/// `goldsignal_`.
///
/// ```
/// use goldsignal::declare::MetricPrefix;
///
/// assert_eq!(MetricPrefix::new("shop_")?.as_str(), "shop_");
/// assert!(MetricPrefix::new("shop").unwrap_err().to_string().contains("write `shop_`"));
/// # Ok::<(), goldsignal::declare::InvalidMetricPrefix>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MetricPrefix(Cow<'static, str>);

impl MetricPrefix {
    /// No prefix.
    pub const NONE: Self = Self(Cow::Borrowed(""));

    /// The prefix `prefix`.
    ///
    /// # Errors
    /// If it does not match `[a-zA-Z_][a-zA-Z0-9_]*`, or does not end in `_`.
    pub fn new(prefix: impl Into<String>) -> Result<Self, InvalidMetricPrefix> {
        let prefix = prefix.into();
        if is_metric_name(&prefix) && prefix.ends_with('_') {
            Ok(Self(Cow::Owned(prefix)))
        } else {
            Err(InvalidMetricPrefix(prefix))
        }
    }

    /// The prefix as text; empty for none.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `name` with the prefix.
    pub(super) fn before(&self, name: &'static str) -> Cow<'static, str> {
        if self.0.is_empty() { Cow::Borrowed(name) } else { Cow::Owned([&self.0, name].concat()) }
    }
}

impl fmt::Display for MetricPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The error for a text that is not a valid prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMetricPrefix(String);

impl fmt::Display for InvalidMetricPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = &self.0;
        write!(f, "`{}` is not a prefix of metric names: ", prefix.escape_debug())?;
        if is_metric_name(prefix) {
            write!(f, "it must end in `_`; write `{prefix}_`")
        } else {
            f.write_str(
                "it must be letters, digits and `_`, not begin with a digit, and end in `_`; write one such as `shop_`",
            )
        }
    }
}

impl std::error::Error for InvalidMetricPrefix {}

/// The error of setting a prefix after another one is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LateMetricPrefix {
    /// The prefix in use.
    pub settled: MetricPrefix,
    /// The refused prefix.
    pub wanted: MetricPrefix,
}

impl fmt::Display for LateMetricPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settled = match self.settled.as_str() {
            "" => "without a metric prefix".to_owned(),
            prefix => format!("with the metric prefix `{prefix}`"),
        };
        let wanted = &self.wanted;
        write!(
            f,
            "families are exposed {settled} already, so the prefix cannot become `{wanted}`; set it before the first \
             scrape, and to one value everywhere"
        )
    }
}

impl std::error::Error for LateMetricPrefix {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_legal_beginning_that_ends_in_an_underscore() {
        for legal in ["shop_", "_", "a1_b_", "Shop_"] {
            let prefix = MetricPrefix::new(legal).unwrap();
            assert_eq!(prefix.before("http_requests_total"), format!("{legal}http_requests_total"));
        }
        for (illegal, remedy) in [
            ("shop", "write `shop_`"),
            ("", "such as `shop_`"),
            ("1_", "not begin with a digit"),
            ("shop-", "letters, digits and `_`"),
            ("shop:", "letters, digits and `_`"),
            ("shöp_", "letters, digits and `_`"),
            ("shop _", "letters, digits and `_`"),
        ] {
            let error = MetricPrefix::new(illegal).unwrap_err().to_string();
            assert!(error.contains(remedy) && error.contains(illegal), "{error}");
        }
    }
}
