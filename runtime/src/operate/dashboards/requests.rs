//! Expressions about requests that several dashboards show: rate, errors, duration, saturation.

use crate::declare::Kind;
use crate::declare::naming::Names;
use crate::declare::series::{self, BuiltIn};
use crate::operate::facts::{Facts, RequestNaming};
use crate::operate::promql::{Expr, Metric, Selector, Window, histogram_quantile, ratio, sum_by};

/// The series of `metric` of the job and instances that the user chose.
pub(super) fn chosen(metric: impl Into<Metric>) -> Selector {
    Selector::of(metric).with("job", "$job").matching("instance", "$instance")
}

/// Facts whose queries ask for the job that the user chose, where an alert's ask for the service's own.
pub(super) fn of_chosen_job(facts: &Facts) -> Facts {
    let mut chosen = facts.clone();
    chosen.prometheus.job = Some("$job".to_owned());
    chosen
}

/// How fast a counter's sum grows, by `labels`.
pub(super) fn rate_by(labels: &[&str], selector: Selector) -> Expr {
    sum_by(labels.iter().copied(), selector.rate(Window::RATE_INTERVAL))
}

/// A quantile of a histogram, by `labels`.
pub(super) fn quantile_by(labels: &[&str], quantile: &str, buckets: Selector) -> Expr {
    let by: Vec<_> = ["le"].iter().chain(labels).copied().collect();
    histogram_quantile(quantile, rate_by(&by, buckets))
}

/// The requests that a dashboard is about.
pub(super) struct Requests<'a> {
    pub(super) names: &'static Names,
    facts: &'a Facts,
    failed: (&'static str, String),
    by_variables: bool,
}

impl<'a> Requests<'a> {
    /// All of the service.
    pub(super) fn all(facts: &'a Facts) -> Self {
        let (names, failed) = (facts.naming.names(), facts.naming.failed());
        Self { names, facts, failed, by_variables: false }
    }

    /// Those of the methods and routes that the user chose.
    pub(super) fn chosen(facts: &'a Facts) -> Self {
        Self { by_variables: true, ..Self::all(facts) }
    }

    /// The series of a family of requests.
    pub(super) fn of(&self, family: &BuiltIn) -> Selector {
        self.select(self.facts.metric(family))
    }

    fn select(&self, metric: Metric) -> Selector {
        let has = |label: &str| metric.labels.iter().any(|own| own == label);
        let (method, route) = (has(self.names.method), has(self.names.endpoint));
        let mut selector = chosen(metric);
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

    /// Counts ends.
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

    /// The share of requests that failed by the service's fault, by `labels`; 0 while none did.
    pub(super) fn errors_by(&self, labels: &[&str]) -> Expr {
        let all = || rate_by(labels, self.counted());
        let none = Expr::from(0).times(all());
        ratio(rate_by(labels, self.failed()).or(none), all())
    }

    /// By method and route.
    pub(super) const fn by(&self) -> [&'static str; 2] {
        [self.names.method, self.names.endpoint]
    }

    /// `GET /a`: how a series is called in a legend.
    pub(super) fn legend(&self) -> String {
        format!("{{{{{}}}}} {{{{{}}}}}", self.names.method, self.names.endpoint)
    }

    /// What is counted by goldsignal's names alone.
    pub(super) fn extra(facts: &Facts) -> &'static [&'static BuiltIn] {
        match facts.naming {
            RequestNaming::Goldsignal => &[&series::HTTP_RESPONSE_HEAD],
            RequestNaming::OpenTelemetry => &[],
        }
    }
}
