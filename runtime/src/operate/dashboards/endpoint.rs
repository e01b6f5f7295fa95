//! Rate, errors and duration of the endpoints that the viewer chose.

use super::frame::many_of;
use super::model::{Panel, Variable};
use super::objectives;
use super::overview::{QUANTILES, by_instance};
use super::panel::{EXEMPLARS, heatmap, logs, table, time_series};
use super::requests::{Requests, chosen, quantile_by, rate_by};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, label};
use crate::operate::facts::{Facts, RequestNaming};
use crate::operate::logql::LogQuery;
use crate::operate::promql::{Window, sum_by};

pub(super) fn variables(facts: &Facts) -> Vec<Variable> {
    let requests = Requests::all(facts);
    let counted = facts.select(requests.counted().metric);
    let [method, route] = requests.by();
    vec![many_of("method", "Method", &counted, method), many_of("route", "Route", &counted, route)]
}

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let requests = Requests::chosen(facts);
    let mut panels = red(catalog, &requests);
    panels.extend(by_instance(&requests));
    panels.extend(details(facts, &requests));
    panels.push(functions(facts));
    panels.push(faults(facts));
    panels.push(logs(
        "Log lines",
        "The closing lines of requests of these routes, the newest first.",
        &LogQuery::of(facts).matching("endpoint", "$route").matching("method", "$method"),
        facts,
    ));
    panels
}

fn red(catalog: &Catalog, requests: &Requests<'_>) -> Vec<Panel> {
    let (by, legend, names) = (requests.by(), requests.legend(), requests.names);
    let mut ends: Vec<_> = by.to_vec();
    ends.push(names.status);
    let errors = time_series(
        "Errors",
        "The share of requests that failed through the service's fault; clients' errors do not count. Lines are the objectives' budgets.",
        "percentunit",
    )
    .query(&requests.errors_by(&by), &legend);
    let mut panels = vec![
        time_series("Traffic", "Requests completed per second.", "reqps")
            .query(&rate_by(&by, requests.counted()), &legend),
        objectives::with_error_budgets(errors, catalog, requests),
    ];
    for (quantile, name) in QUANTILES {
        let title = format!("Duration, {name}");
        let share = quantile.parse::<f64>().unwrap_or_default() * 100.0;
        let about =
            format!("{share} % of the requests took less, to the end of the answer's body.");
        let buckets = requests.buckets(names.duration);
        let panel = time_series(&title, &about, "s")
            .sized(8, 8)
            .query(&quantile_by(&by, quantile, buckets), &legend);
        panels.push(objectives::with_latency_limits(panel, catalog, requests));
    }
    panels.push(
        heatmap(
            "Distribution of durations",
            &format!("How many requests took how long.{EXEMPLARS}"),
            "s",
        )
        .query(&rate_by(&["le"], requests.buckets(names.duration)), "{{le}}"),
    );
    panels.push(
        table("Responses", "Requests by status, in the dashboard's time range.", "short")
            .query(&sum_by(ends, requests.counted().increase(Window::RANGE)), "requests"),
    );
    panels
}

fn details(facts: &Facts, requests: &Requests<'_>) -> Vec<Panel> {
    let (by, legend, names) = (requests.by(), requests.legend(), requests.names);
    let p99 = |family| quantile_by(&by, "0.99", requests.buckets(family));
    let in_flight = requests.of(names.in_flight);
    let in_flight = if facts.naming == RequestNaming::Goldsignal {
        sum_by(by, in_flight)
    } else {
        // This metric of the conventions has no route label.
        sum_by([names.method], in_flight)
    };
    let mut panels: Vec<_> = Requests::extra(facts)
        .iter()
        .filter(|family| facts.keeps(family))
        .map(|family| {
            time_series("Time to response head, p99", family.help, "s").query(&p99(family), &legend)
        })
        .collect();
    panels
        .push(time_series("In flight", "Requests in flight.", "short").query(&in_flight, &legend));
    let bytes = [("Bytes received, p99", names.received), ("Bytes sent, p99", names.sent)];
    let kept = bytes.into_iter().filter(|(_, family)| facts.keeps(family));
    panels.extend(kept.map(|(title, family)| {
        time_series(title, family.help, "bytes").query(&p99(family), &legend)
    }));
    panels
}

fn functions(facts: &Facts) -> Panel {
    let buckets = chosen(facts, facts.metric(&series::FUNCTION_DURATION).buckets());
    time_series(
        "Functions, p99",
        "Duration of the calls of every observed function of the service.",
        "s",
    )
    .query(&quantile_by(&[label::FUNCTION], "0.99", buckets), "{{function}}")
}

fn faults(facts: &Facts) -> Panel {
    let failed =
        chosen(facts, facts.metric(&series::FUNCTION_CALLS)).without(label::ERROR_TYPE, "");
    table(
        "Errors by function",
        "The errors that functions returned, in the dashboard's time range.",
        "short",
    )
    .query(&sum_by([label::FUNCTION, label::ERROR_TYPE], failed.increase(Window::RANGE)), "calls")
}
