//! Everything at one glance: objectives, and the four golden signals.

use std::time::Duration;

use rust_decimal::prelude::ToPrimitive;

use super::model::Panel;
use super::panel::{heatmap, logs, stat, table, time_series};
use super::requests::{Requests, chosen, quantile_by, rate_by};
use super::{frame, slo};
use crate::declare::catalog::Catalog;
use crate::declare::series;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::indicator::{Indicator, Promise};
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, sum, sum_by};
use crate::operate::queries;

/// The quantiles of durations that are shown.
pub(super) const QUANTILES: [(&str, &str); 3] = [("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99")];

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let requests = Requests::all(facts);
    let mut panels = vec![
        running(),
        stat("Requests", "Requests that end each second.", "reqps")
            .query(&rate_by(&[], requests.counted()), "requests"),
        stat(
            "Failed requests",
            "The share of requests that failed by the service's own fault.",
            "percentunit",
        )
        .share()
        .red_above(error_budget(catalog))
        .query(&requests.errors_by(&[]), "failed"),
        stat("Duration, 99 % below", "To the end of the answer's body.", "s")
            .red_above(threshold(catalog))
            .query(&quantile_by(&[], "0.99", requests.buckets(requests.names.duration)), "p99"),
    ];
    if !catalog.objectives.is_empty() {
        panels.push(slo::budgets(facts).sized(24, 7));
    }
    panels.extend(signals(catalog, facts, &requests));
    panels.push(alerts(facts));
    panels.push(logs(
        "Warnings and errors",
        "Log lines that say that something is wrong, the newest first. Their `trace_id` leads to the trace.",
        &queries::service_logs(facts),
        facts,
    ));
    panels
}

fn running() -> Panel {
    stat("Instances", "Instances that Prometheus reaches.", "short")
        .steps([("red", None), ("green", Some(1.0))])
        .query(&sum(chosen(foreign::up())), "instances")
}

fn signals(catalog: &Catalog, facts: &Facts, requests: &Requests) -> Vec<Panel> {
    let by = requests.by();
    let names = requests.names;
    let endpoint = || {
        let variables = [("route", names.endpoint), ("method", names.method)];
        frame::from_series(facts, Dashboard::Endpoint, &variables)
    };
    let mut durations = time_series(
        "Duration",
        "Time to the end of the answer's body, over all endpoints. Cut short requests are left out.",
        "s",
    )
    .red_above(threshold(catalog));
    for (quantile, legend) in QUANTILES {
        let expr = quantile_by(&[], quantile, requests.buckets(names.duration));
        durations = durations.query(&expr, legend);
    }
    vec![
        time_series("Traffic", "Requests that end each second, by endpoint.", "reqps")
            .linked("Endpoint", endpoint())
            .query(&rate_by(&by, requests.counted()), &requests.legend()),
        time_series(
            "Errors",
            "The share of each endpoint's requests that failed by the service's own fault. The line is the strictest objective's budget.",
            "percentunit",
        )
        .share()
        .red_above(error_budget(catalog))
        .linked("Endpoint", endpoint())
        .query(&requests.errors_by(&by), &requests.legend()),
        durations,
        heatmap("Durations", "Requests by how long they took. Points are traces.", "s")
            .query(&rate_by(&["le"], requests.buckets(names.duration)), "{{le}}"),
        time_series("Saturation", "Requests that have not ended.", "short")
            .query(&in_flight(requests), "in flight"),
        time_series("Answers by status", "Requests that end each second, by status.", "reqps")
            .query(&rate_by(&[names.status], requests.counted()), &format!("{{{{{}}}}}", names.status)),
    ]
}

fn in_flight(requests: &Requests) -> Expr {
    sum(requests.of(requests.names.in_flight.into()))
}

fn alerts(facts: &Facts) -> Panel {
    let firing = crate::operate::promql::Selector::of(foreign::alerts())
        .with(series::label::SERVICE, facts.service.to_string())
        .with("alertstate", "firing");
    table(
        "Alerts",
        "What fires now. The watchdog always does: it shows that alerts are evaluated.",
        "short",
    )
    .sized(24, 6)
    .query(&sum_by(["alertname", "severity", "slo"], firing), "firing")
}

/// The smallest share of events that may fail, of all objectives.
pub(super) fn error_budget(catalog: &Catalog) -> Option<f64> {
    let budgets = Indicator::all(catalog).into_iter().filter(|one| {
        one.promise == Promise::Availability && one.operations.iter().any(|op| op.route.is_some())
    });
    budgets.map(|one| one.budget()).min().and_then(|budget| budget.to_f64())
}

/// The shortest latency threshold of all objectives, in seconds.
pub(super) fn threshold(catalog: &Catalog) -> Option<f64> {
    let thresholds = Indicator::all(catalog).into_iter().filter_map(|one| match one.promise {
        Promise::Latency(threshold) => Some(threshold),
        Promise::Availability => None,
    });
    thresholds.min().as_ref().map(Duration::as_secs_f64)
}
