//! The queries that lead from an alert to its cause. Alerts, runbooks and dashboards share them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::facts::Facts;
use super::indicator::{Indicator, ObjectiveKind};
use super::logql::LogQuery;
use super::promql::{Expr, Metric, Selector, Window, bound, ratio, sum_by};
use crate::declare::series::{self, BuiltIn, FAILED, label};
use crate::declare::{Kind, Operation, Route};

/// Bad events per second and operation, as far as the families of requests and calls distinguish operations.
pub(super) fn by_operation(indicator: &Indicator, facts: &Facts, window: Window) -> Option<Expr> {
    per_source(indicator, facts, |source, values| source.bad(indicator, facts, window, values))
}

/// As [`by_operation`], and 0 for each operation that ended without a bad event.
pub(super) fn all_by_operation(
    indicator: &Indicator,
    facts: &Facts,
    window: Window,
) -> Option<Expr> {
    let all = per_source(indicator, facts, |source, values| source.ends(facts, window, values))?;
    Some(by_operation(indicator, facts, window)?.or(Expr::from(0).times(all)))
}

/// Joins with `or` what `make` returns for requests and for calls. Its second argument has the values of the labels
/// that name the operations of the indicator.
fn per_source(
    indicator: &Indicator,
    facts: &Facts,
    make: impl Fn(&Source, &[&[&str]]) -> Expr,
) -> Option<Expr> {
    let names = facts.naming.names();
    let requests = Source {
        ends: names.counted,
        durations: names.duration,
        by: vec![names.method, names.endpoint],
        failed: facts.naming.failed(),
    };
    let calls = Source {
        ends: &series::FUNCTION_CALLS,
        durations: &series::FUNCTION_DURATION,
        by: vec![label::FUNCTION],
        failed: (label::OUTCOME, FAILED.join("|")),
    };
    let functions: Vec<_> = unrouted(indicator).map(|operation| operation.name).collect();
    let mut parts: Vec<_> = endpoints_by_method(indicator)
        .into_iter()
        .map(|(method, endpoints)| make(&requests, &[method.as_slice(), &endpoints]))
        .collect();
    if !functions.is_empty() {
        parts.push(make(&calls, &[&functions]));
    }
    parts.into_iter().reduce(Expr::or)
}

/// Families that count the events of operations.
struct Source {
    /// Counts the events: a counter, or a histogram by its `_count`.
    ends: &'static BuiltIn,
    durations: &'static BuiltIn,
    /// The labels that name an operation.
    by: Vec<&'static str>,
    /// The label and the pattern of what failed.
    failed: (&'static str, String),
}

impl Source {
    /// The series of `metric` of the operations whose labels have these values.
    fn of(&self, metric: Metric, facts: &Facts, values: &[&[&str]]) -> Selector {
        let start = facts.select(metric);
        self.by.iter().zip(values).fold(start, |selector, (label, values)| match values {
            [] => selector,
            [one] => selector.with(label, *one),
            all => selector.one_of(label, all.iter().copied()),
        })
    }

    /// The rate of `selector` by operation.
    fn rate(&self, selector: Selector, facts: &Facts, window: Window) -> Expr {
        sum_by(self.by.iter().copied(), selector.rate(facts.scaled(window)))
    }

    /// Events per second.
    fn ends(&self, facts: &Facts, window: Window, values: &[&[&str]]) -> Expr {
        self.rate(self.of(count_metric(self.ends, facts), facts, values), facts, window)
    }

    /// Bad events per second.
    fn bad(
        &self,
        indicator: &Indicator,
        facts: &Facts,
        window: Window,
        values: &[&[&str]],
    ) -> Expr {
        let of = |metric| self.of(metric, facts, values);
        match indicator.kind {
            ObjectiveKind::Availability => {
                let (label, failed) = &self.failed;
                let failed = of(count_metric(self.ends, facts)).matching(label, failed.as_str());
                self.rate(failed, facts, window)
            }
            ObjectiveKind::Latency(threshold) => {
                let bound = bound(threshold.as_secs_f64());
                let in_time = of(facts.metric(self.durations).buckets()).with("le", bound);
                let all = of(facts.metric(self.durations).count());
                self.rate(all, facts, window).minus(self.rate(in_time, facts, window))
            }
        }
    }
}

/// The share of each instance's events that are bad, of those instances that have bad events.
pub(super) fn bad_share_by_instance(indicator: &Indicator, facts: &Facts, window: Window) -> Expr {
    let rate = |selector: Selector| sum_by(INSTANCE, selector.rate(facts.scaled(window)));
    ratio(rate(indicator.bad(facts)), rate(indicator.total(facts))).above(0)
}

/// The events of each instance per second.
pub(super) fn events_by_instance(indicator: &Indicator, facts: &Facts, window: Window) -> Expr {
    sum_by(INSTANCE, indicator.total(facts).rate(facts.scaled(window)))
}

/// The labels that name an instance: its address, and its pod in Kubernetes.
pub(super) const INSTANCE: [&str; 2] = ["instance", "pod"];

/// The metric that counts the events of a family.
fn count_metric(family: &BuiltIn, facts: &Facts) -> Metric {
    let metric = facts.metric(family);
    if family.kind == Kind::Histogram { metric.count() } else { metric }
}

fn routes(indicator: &Indicator) -> impl Iterator<Item = Route> {
    indicator.operations.iter().flat_map(|operation| operation.routes).copied()
}

fn unrouted(indicator: &Indicator) -> impl Iterator<Item = &&'static Operation> {
    indicator.operations.iter().filter(|operation| operation.routes.is_empty())
}

/// The routes of an indicator's operations. Routes that accept any method have the key `None`.
pub(super) fn endpoints_by_method(
    indicator: &Indicator,
) -> BTreeMap<Option<&'static str>, Vec<&'static str>> {
    let mut endpoints: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for route in routes(indicator) {
        endpoints.entry(route.only_method()).or_default().push(route.path);
    }
    endpoints
}

/// The log lines of an indicator's bad events.
pub(super) fn logs(indicator: &Indicator, facts: &Facts) -> LogQuery {
    let names = indicator.operations.iter().map(|operation| operation.name);
    let lines = LogQuery::of(facts).one_of("operation", names);
    match indicator.kind {
        ObjectiveKind::Availability => lines.one_of("outcome", FAILED),
        ObjectiveKind::Latency(threshold) => lines.above("duration_ms", milliseconds(threshold)),
    }
}

/// The warnings and errors of the service.
pub(super) fn service_logs(facts: &Facts) -> LogQuery {
    LogQuery::of(facts).in_streams("level", ["WARN", "ERROR"])
}

/// The message of the lines that name the heaviest key of a metric.
pub(super) use crate::declare::ranks::HEAVY_KEY;

/// The lines that name the heaviest key of a metric.
pub(super) fn heavy_keys(facts: &Facts) -> LogQuery {
    LogQuery::of(facts).one_of("message", [HEAVY_KEY])
}

#[expect(clippy::cast_precision_loss, reason = "nobody waits 2⁵³ microseconds")]
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::{Slo, SourceLocation};
    use crate::operate::facts::RequestNaming;

    const API: Slo =
        Slo::new("api", "text").availability(99.9).latency(99.0, Duration::from_secs(1));

    fn queries_under(naming: RequestNaming) -> Vec<String> {
        static READ: Operation =
            Operation::new("app::read", SourceLocation::new("src/read.rs", 7, "app"))
                .routes(&[Route { method: "GET", path: "/items/{id}" }])
                .slo(&API);
        static SWEEP: Operation =
            Operation::new("app::sweep", SourceLocation::new("src/sweep.rs", 7, "app")).slo(&API);
        let catalog = crate::declare::catalog::Catalog {
            operations: vec![&READ, &SWEEP],
            families: vec![],
            objectives: vec![&API],
        };
        let mut facts = Facts::new("a".try_into().unwrap(), "a".try_into().unwrap(), "team");
        facts.naming = naming;
        let queries = Indicator::all(&catalog)
            .into_iter()
            .filter_map(|one| by_operation(&one, &facts, Window::minutes(5)));
        queries.map(|query| query.to_string()).collect()
    }

    #[test]
    fn bad_events_are_by_route_or_by_function() {
        let [availability, latency] = queries_under(RequestNaming::Goldsignal).try_into().unwrap();
        assert_eq!(
            availability,
            r#"sum by (method, endpoint) (rate(http_requests_total{job="a", namespace="a", method="GET", endpoint="/items/{id}", outcome=~"server_error|error|panic"}[5m])) or sum by (function) (rate(function_calls_total{job="a", namespace="a", function="app::sweep", outcome=~"server_error|error|panic"}[5m]))"#
        );
        assert!(latency.contains(r#"le="1.0"}[5m]))"#), "{latency}");
    }

    #[test]
    fn the_conventions_have_other_names() {
        let [availability, latency] =
            queries_under(RequestNaming::OpenTelemetry).try_into().unwrap();
        assert!(
            availability.starts_with(
                r#"sum by (http_request_method, http_route) (rate(http_server_request_duration_seconds_count{job="a", namespace="a", http_request_method="GET", http_route="/items/{id}", error_type=~"[45]..|server_error|error|panic"}[5m]))"#
            ),
            "{availability}"
        );
        assert!(latency.contains("http_server_request_duration_seconds_bucket{"), "{latency}");
    }
}
