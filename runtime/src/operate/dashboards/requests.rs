//! Expressions about requests that several dashboards use: rate, errors, duration, saturation.

use crate::declare::Kind;
use crate::declare::naming::Names;
use crate::declare::series::{self, BuiltIn};
use crate::operate::facts::{Facts, RequestNaming};
use crate::operate::promql::{
    Expr, Matching, Metric, Operator, Selector, Window, call, histogram_quantile, ratio, sum_by,
};

/// Selects the series of `metric` from the deployment and the instances that the viewer chose.
pub(super) fn chosen(facts: &Facts, metric: impl Into<Metric>) -> Selector {
    facts.select(metric).matching("instance", "$instance")
}

/// The rate of a counter, summed by `labels`.
pub(super) fn rate_by(labels: &[&str], selector: Selector) -> Expr {
    sum_by(labels.iter().copied(), selector.rate(Window::RATE_INTERVAL))
}

/// A quantile of a histogram, by `labels`.
pub(super) fn quantile_by(labels: &[&str], quantile: &str, buckets: Selector) -> Expr {
    let by: Vec<_> = ["le"].iter().chain(labels).copied().collect();
    histogram_quantile(quantile, rate_by(&by, buckets))
}

/// One zero where `table` has no rows, so that an empty table does not look like a query that finds nothing.
pub(super) fn or_zero(table: Expr) -> Expr {
    let zero = call("vector", [0.into()]);
    table.between(Operator::Or, Matching::On(Vec::new()), zero)
}

/// The requests that a dashboard shows.
pub(super) struct Requests<'a> {
    pub(super) names: &'static Names,
    facts: &'a Facts,
    failed: (&'static str, String),
    by_variables: bool,
}

impl<'a> Requests<'a> {
    /// All requests of the service.
    pub(super) fn all(facts: &'a Facts) -> Self {
        let (names, failed) = (facts.naming.names(), facts.naming.failed());
        Self { names, facts, failed, by_variables: false }
    }

    /// The requests with the methods and routes that the viewer chose.
    pub(super) fn chosen(facts: &'a Facts) -> Self {
        Self { by_variables: true, ..Self::all(facts) }
    }

    /// Selects the series of a request family.
    pub(super) fn of(&self, family: &BuiltIn) -> Selector {
        self.select(self.facts.metric(family))
    }

    fn select(&self, metric: Metric) -> Selector {
        let has = |label: &str| metric.labels.iter().any(|own| own == label);
        let (method, route) = (has(self.names.method), has(self.names.endpoint));
        let mut selector = chosen(self.facts, metric);
        if self.by_variables && method {
            selector = selector.matching(self.names.method, "$method");
        }
        if self.by_variables && route {
            selector = selector.matching(self.names.endpoint, "$route");
        }
        selector
    }

    pub(super) fn buckets(&self, family: &BuiltIn) -> Selector {
        self.select(self.facts.metric(family).buckets())
    }

    /// Selects the counter of completed requests.
    pub(super) fn counted(&self) -> Selector {
        let metric = self.facts.metric(self.names.counted);
        self.select(if self.names.counted.kind == Kind::Histogram {
            metric.count()
        } else {
            metric
        })
    }

    pub(super) fn failed(&self) -> Selector {
        self.counted().matching(self.failed.0, self.failed.1.as_str())
    }

    /// The ratio of requests that failed through the service's fault, by `labels`; 0 if none
    /// failed.
    pub(super) fn errors_by(&self, labels: &[&str]) -> Expr {
        let all = || rate_by(labels, self.counted());
        let none = Expr::from(0).times(all());
        ratio(rate_by(labels, self.failed()).or(none), all())
    }

    /// The labels of method and route.
    pub(super) const fn by(&self) -> [&'static str; 2] {
        [self.names.method, self.names.endpoint]
    }

    /// The legend of a series, such as `GET /a`.
    pub(super) fn legend(&self) -> String {
        format!("{{{{{}}}}} {{{{{}}}}}", self.names.method, self.names.endpoint)
    }

    /// The families that exist under goldsignal's own names only.
    pub(super) fn extra(facts: &Facts) -> &'static [&'static BuiltIn] {
        match facts.naming {
            RequestNaming::Goldsignal => &[&series::HTTP_RESPONSE_HEAD],
            RequestNaming::OpenTelemetry => &[],
        }
    }
}
