//! The whole service on one page: its objectives and the four golden signals.

use super::model::Panel;
use super::panel::{EXEMPLARS, heatmap, logs, stat, table, time_series};
use super::requests::{Requests, chosen, quantile_by, rate_by};
use super::{frame, objectives, slo};
use crate::declare::catalog::Catalog;
use crate::declare::series;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, sum, sum_by};
use crate::operate::queries;

/// The quantiles in the duration panels, with their legends.
pub(super) const QUANTILES: [(&str, &str); 3] = [("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99")];

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let requests = Requests::all(facts);
    let mut panels = vec![
        running(facts),
        stat("Requests", "Requests completed per second.", "reqps")
            .sized(4, 4)
            .query(&rate_by(&[], requests.counted()), "requests"),
        objectives::failures(catalog, facts).sized(8, 4),
        objectives::durations(catalog, &requests).sized(8, 4),
    ];
    if !catalog.objectives.is_empty() {
        panels.push(slo::budgets(facts).sized(24, 7));
    }
    panels.extend(signals(catalog, facts, &requests));
    panels.extend(by_instance(&requests));
    panels.extend([versions(facts), alerts(facts)]);
    panels.push(logs(
        "Warnings and errors",
        "Log lines of warnings and errors, the newest first. Their `trace_id` leads to the trace.",
        &queries::service_logs(facts),
        facts,
    ));
    panels
}

fn running(facts: &Facts) -> Panel {
    stat("Instances", "Instances that Prometheus reaches.", "short")
        .sized(4, 4)
        .steps([("red", None), ("green", Some(1.0))])
        .query(&sum(chosen(facts, foreign::up())), "instances")
}

fn signals(catalog: &Catalog, facts: &Facts, requests: &Requests<'_>) -> Vec<Panel> {
    let by = requests.by();
    let names = requests.names;
    let endpoint = || {
        let variables = [("route", names.endpoint), ("method", names.method)];
        frame::from_series(facts, Dashboard::Endpoint, &variables)
    };
    let mut durations = time_series(
        "Duration",
        "Time to the end of the answer's body, over all endpoints. Requests that were cut short do not count. Lines are the objectives' limits.",
        "s",
    );
    for (quantile, legend) in QUANTILES {
        let expr = quantile_by(&[], quantile, requests.buckets(names.duration));
        durations = durations.query(&expr, legend);
    }
    let errors = time_series(
        "Errors",
        "The share of each endpoint's requests that failed through the service's fault. Lines are the objectives' budgets.",
        "percentunit",
    )
    .linked("Endpoint", Dashboard::Endpoint, endpoint())
    .query(&requests.errors_by(&by), &requests.legend());
    vec![
        time_series("Traffic", "Requests completed per second, by endpoint.", "reqps")
            .linked("Endpoint", Dashboard::Endpoint, endpoint())
            .query(&rate_by(&by, requests.counted()), &requests.legend()),
        objectives::with_error_budgets(errors, catalog, requests),
        objectives::with_latency_limits(durations, catalog, requests),
        heatmap(
            "Distribution of durations",
            &format!("How many requests took how long.{EXEMPLARS}"),
            "s",
        )
        .query(&rate_by(&["le"], requests.buckets(names.duration)), "{{le}}"),
        time_series("Saturation", "Requests in flight.", "short")
            .query(&in_flight(requests), "in flight"),
        time_series("Responses by status", "Requests completed per second, by status.", "reqps")
            .query(
                &rate_by(&[names.status], requests.counted()),
                &format!("{{{{{}}}}}", names.status),
            ),
    ]
}

/// Is it one instance? Traffic, errors and latency of each.
pub(super) fn by_instance(requests: &Requests<'_>) -> [Panel; 3] {
    let (by, legend) = (&queries::INSTANCE, "{{instance}} {{pod}}");
    let buckets = requests.buckets(requests.names.duration);
    [
        time_series("Traffic by instance", "Requests completed per second.", "reqps")
            .query(&rate_by(by, requests.counted()), legend),
        time_series(
            "Errors by instance",
            "The share of each instance's requests that failed through the service's fault.",
            "percentunit",
        )
        .query(&requests.errors_by(by), legend),
        time_series("Duration by instance, p99", "99 % of the requests took less.", "s")
            .query(&quantile_by(by, "0.99", buckets), legend),
    ]
    .map(|panel| panel.sized(8, 8))
}

fn in_flight(requests: &Requests<'_>) -> Expr {
    sum(requests.of(requests.names.in_flight))
}

/// A deployment is visible here also when the version did not change.
fn versions(facts: &Facts) -> Panel {
    let running = || frame::versions(facts.select(facts.metric(&series::BUILD_INFO)));
    let started = frame::started(facts).or(Expr::from(0).times(running()));
    time_series(
        "Versions and starts",
        "Running instances by version and catalog, and how many of them started in the last five minutes.",
        "short",
    )
    .sized(12, 6)
    .query(&running(), "{{version}} {{catalog}}")
    .query(&started, "started {{version}} {{catalog}}")
}

fn alerts(facts: &Facts) -> Panel {
    let firing = facts.identity().of_alerts(foreign::alerts()).with("alertstate", "firing");
    table(
        "Alerts",
        "The alerts that fire now. The watchdog always fires, to show that alerts are evaluated.",
        "short",
    )
    .sized(12, 6)
    .query(&sum_by(["alertname", "severity", "slo"], firing), "firing")
}
