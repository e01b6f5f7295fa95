//! Which queries lead from an alert to its cause: the same in alerts, runbooks and dashboards.

use std::collections::BTreeMap;
use std::time::Duration;

use super::facts::Facts;
use super::indicator::{Indicator, Promise};
use super::logql::LogQuery;
use super::promql::{Expr, Selector, Window, bound, sum_by};
use crate::declare::series::{self, BuiltIn, FAILED, label};
use crate::declare::{Operation, Route};

/// Bad events a second, by the operation that they come from: the sum over what the operations themselves count.
pub fn by_operation(indicator: &Indicator, facts: &Facts, window: Window) -> Option<Expr> {
    let window = facts.scaled(window);
    let mut parts: Vec<Expr> = endpoints_by_method(indicator)
        .into_iter()
        .map(|(method, endpoints)| {
            let of = |family: &BuiltIn| {
                Selection::new(facts, family)
                    .of(label::METHOD, [method])
                    .of(label::ENDPOINT, endpoints.iter().copied())
            };
            bad(indicator, &[label::METHOD, label::ENDPOINT], window, of)
        })
        .collect();
    let functions: Vec<_> = unrouted(indicator).map(|operation| operation.name).collect();
    if !functions.is_empty() {
        let of = |family: &BuiltIn| {
            Selection::new(facts, family).of(label::FUNCTION, functions.iter().copied())
        };
        parts.push(bad(indicator, &[label::FUNCTION], window, of));
    }
    parts.into_iter().reduce(Expr::or)
}

/// Bad events a second of the series that `of` selects.
fn bad(
    indicator: &Indicator,
    by: &[&'static str],
    window: Window,
    of: impl Fn(&BuiltIn) -> Selection,
) -> Expr {
    let routed = by.contains(&label::ENDPOINT);
    let (ends, durations) = if routed {
        (&series::HTTP_REQUESTS, &series::HTTP_REQUEST_DURATION)
    } else {
        (&series::FUNCTION_CALLS, &series::FUNCTION_DURATION)
    };
    let sum = |selector: Selector| sum_by(by.iter().copied(), selector.rate(window));
    match indicator.promise {
        Promise::Availability => sum(of(ends).plain().one_of(label::OUTCOME, FAILED)),
        Promise::Latency(threshold) => {
            let in_time = of(durations).buckets().with("le", bound(threshold.as_secs_f64()));
            sum(of(durations).count()).minus(sum(in_time))
        }
    }
}

/// A family of the service with matchers that are added once it is known which of its samples are meant.
struct Selection {
    selector: super::promql::Metric,
    matchers: Vec<(&'static str, Vec<String>)>,
    job: String,
}

impl Selection {
    fn new(facts: &Facts, family: &BuiltIn) -> Self {
        Self { selector: family.into(), matchers: Vec::new(), job: facts.job().to_owned() }
    }

    fn of<'a>(mut self, label: &'static str, values: impl IntoIterator<Item = &'a str>) -> Self {
        self.matchers.push((label, values.into_iter().map(str::to_owned).collect()));
        self
    }

    fn plain(self) -> Selector {
        let start = Selector::of(self.selector).with("job", self.job);
        self.matchers.iter().fold(start, |selector, (label, values)| match values.as_slice() {
            [one] => selector.with(label, one.as_str()),
            all => selector.one_of(label, all.iter().map(String::as_str)),
        })
    }

    fn count(mut self) -> Selector {
        self.selector = self.selector.count();
        self.plain()
    }

    fn buckets(mut self) -> Selector {
        self.selector = self.selector.buckets();
        self.plain()
    }
}

fn routes(indicator: &Indicator) -> impl Iterator<Item = Route> {
    indicator.operations.iter().filter_map(|operation| operation.route)
}

fn unrouted(indicator: &Indicator) -> impl Iterator<Item = &&'static Operation> {
    indicator.operations.iter().filter(|operation| operation.route.is_none())
}

fn endpoints_by_method(indicator: &Indicator) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut endpoints: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for Route { method, path } in routes(indicator) {
        endpoints.entry(method).or_default().push(path);
    }
    endpoints
}

/// The lines of an indicator's bad events.
pub fn logs(indicator: &Indicator, facts: &Facts) -> LogQuery {
    let names = indicator.operations.iter().map(|operation| operation.name);
    bad_lines(indicator, LogQuery::of(facts).one_of("operation", names))
}

/// The lines of one operation's bad events.
pub fn logs_of(indicator: &Indicator, facts: &Facts, operation: &Operation) -> LogQuery {
    bad_lines(indicator, LogQuery::of(facts).one_of("operation", [operation.name]))
}

fn bad_lines(indicator: &Indicator, lines: LogQuery) -> LogQuery {
    match indicator.promise {
        Promise::Availability => lines.one_of("outcome", FAILED),
        Promise::Latency(threshold) => lines.above("duration_ms", milliseconds(threshold)),
    }
}

/// The service's lines that say that something is wrong.
pub fn service_logs(facts: &Facts) -> LogQuery {
    LogQuery::of(facts).one_of("level", ["WARN", "ERROR"])
}

/// What to search Jaeger for, for an indicator's bad events.
pub fn traces(indicator: &Indicator, facts: &Facts) -> String {
    search(facts, None, indicator.promise)
}

/// What to search Jaeger for, for one operation's bad events.
pub fn traces_of(indicator: &Indicator, facts: &Facts, operation: &Operation) -> String {
    search(facts, Some(operation), indicator.promise)
}

/// What to search Jaeger for, for everything that failed.
pub fn service_traces(facts: &Facts) -> String {
    search(facts, None, Promise::Availability)
}

/// The fields of Jaeger's search, each with what to put into it.
fn search(facts: &Facts, operation: Option<&Operation>, promise: Promise) -> String {
    let service = format!("service=\"{}\"", facts.service);
    let operation = operation.map(|operation| format!(" operation=\"{}\"", span(operation)));
    let bad = match promise {
        Promise::Availability => " tags=\"error=true\"".to_owned(),
        Promise::Latency(threshold) => format!(" minDuration=\"{}\"", compact(threshold)),
    };
    service + &operation.unwrap_or_default() + &bad
}

/// The name of an operation's spans.
fn span(operation: &Operation) -> String {
    operation.route.map_or_else(
        || operation.name.to_owned(),
        |Route { method, path }| format!("{method} {path}"),
    )
}

/// `250ms`, `1500ms`.
fn compact(duration: Duration) -> String {
    format!("{}ms", milliseconds(duration))
}

#[expect(clippy::cast_precision_loss, reason = "nobody waits 2⁵³ microseconds")]
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1e3
}
