//! What the service depends on, and how much of it is in use.

use super::business;
use super::model::Panel;
use super::objectives;
use super::panel::{stat, table, time_series};
use super::requests::{Requests, chosen, or_zero, quantile_by, rate_by};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, FAILED, label};
use crate::declare::{Descriptor, Operation};
use crate::operate::facts::{Facts, RequestNaming};
use crate::operate::foreign;
use crate::operate::promql::{Metric, Selector, Window, call, max_by, ratio, sum, sum_by};
use crate::operate::rules::support::gauges;

/// The prefix of a pool's families in the OpenTelemetry conventions.
const POOL: &str = "db_client_";

/// The label with a pool's name.
const POOL_NAME: &str = series::pool::label::POOL;

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let mut panels = pool(catalog, facts);
    let families = catalog.families.iter().copied().filter(|one| is_dependency(one));
    panels.extend(business::family_panels(families, facts));
    panels.extend(calls(catalog, facts));
    panels.push(in_flight(facts));
    if facts.naming == RequestNaming::Goldsignal && has_streams(catalog) {
        let streams = chosen(facts, facts.metric(&series::HTTP_STREAMS_IN_FLIGHT));
        panels.push(
            time_series("Streams", series::HTTP_STREAMS_IN_FLIGHT.help, "short").query(
                &sum_by([label::METHOD, label::ENDPOINT], streams),
                "{{method}} {{endpoint}}",
            ),
        );
    }
    panels.extend(containers(facts));
    panels
}

/// Whether a route is declared as long-lived. Without one the panel of open streams would be empty.
fn has_streams(catalog: &Catalog) -> bool {
    catalog.operations.iter().any(|operation| operation.long && !operation.routes.is_empty())
}

/// Whether the family belongs to this dashboard and not to the business dashboard.
pub(super) fn is_dependency(family: &Descriptor) -> bool {
    family.name.starts_with(POOL)
}

fn pool(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let pool = gauges::pool(catalog, facts);
    let by = |selector: Selector| {
        sum_by(["instance", POOL_NAME], selector.matching("instance", "$instance"))
    };
    let (pending, legend) = (by(pool.pending), "{{instance}} {{pool}}");
    let mut panels = vec![
        time_series(
            "Pool in use",
            "The share of a pool's connections that are in use. If all are in use and requests wait, the pool is too small or the database is too slow.",
            "percentunit",
        )
        .unit_interval()
        .red_above(Some(0.9))
        .query(&ratio(by(pool.used), by(pool.max)), legend),
        time_series("Waiting for a connection", "Requests that wait for a connection.", "short")
            .query(&pending, legend),
    ];
    // A histogram that the service declares has a panel as one of its families.
    let waits = series::pool::WAIT_TIME.name(&facts.metric_prefix);
    if !catalog.families.iter().any(|family| family.name == waits) {
        let waits = chosen(facts, facts.metric(&series::pool::WAIT_TIME).buckets());
        panels.push(
            time_series(
                "Time until a connection, p99",
                "99 % of the requests waited less for a connection.",
                "s",
            )
            .query(&quantile_by(&["instance", POOL_NAME], "0.99", waits), legend),
        );
    }
    panels
}

/// Operations without a route: calls within requests, and jobs.
fn calls(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let inner = catalog.operations.iter().filter(|one| one.routes.is_empty() && !one.long);
    let names: Vec<_> = inner.map(|one: &&'static Operation| one.name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let of = |metric: Metric| chosen(facts, metric).one_of(label::FUNCTION, names.iter().copied());
    let calls = || of(facts.metric(&series::FUNCTION_CALLS));
    let all = || rate_by(&[label::FUNCTION], calls());
    let failed = calls().one_of(label::OUTCOME, FAILED);
    let failed =
        rate_by(&[label::FUNCTION], failed).or(crate::operate::promql::Expr::from(0).times(all()));
    let buckets = of(facts.metric(&series::FUNCTION_DURATION).buckets());
    vec![
        time_series("Calls", "Calls per second of functions without a route.", "ops")
            .query(&all(), "{{function}}"),
        objectives::with_call_error_budgets(
            time_series(
                "Failed calls",
                "The share of calls that failed. Lines are the objectives' budgets.",
                "percentunit",
            )
            .query(&ratio(failed, all()), "{{function}}"),
            catalog,
        ),
        objectives::with_call_latency_limits(
            time_series(
                "Call duration, p99",
                "99 % of the calls took less. Lines are the objectives' limits.",
                "s",
            )
            .query(&quantile_by(&[label::FUNCTION], "0.99", buckets), "{{function}}"),
            catalog,
        ),
    ]
}

fn in_flight(facts: &Facts) -> Panel {
    let requests = Requests::all(facts);
    time_series("In flight", "Requests and calls that have not ended, by instance.", "short")
        .query(
            &sum_by(["instance"], requests.of(requests.names.in_flight)),
            "requests {{instance}}",
        )
        .query(
            &sum_by(["instance"], chosen(facts, facts.metric(&series::FUNCTION_CALLS_IN_FLIGHT))),
            "calls {{instance}}",
        )
}

/// Restarts and waiting containers, as kube-state-metrics reports them; 0 where it reports none.
fn containers(facts: &Facts) -> Vec<Panel> {
    let of = |metric| facts.identity().of_namespace(metric).matching("pod", facts.pod_names());
    let nothing = || call("vector", [0.into()]);
    let restarts = of(foreign::kube_pod_container_status_restarts_total());
    let waiting = of(foreign::kube_pod_container_status_waiting_reason());
    vec![
        stat("Restarts", "Container restarts in the dashboard's time range.", "short")
            .sized(12, 6)
            .red_above(Some(1.0))
            .query(&sum(restarts.increase(Window::RANGE)).or(nothing()), "restarts"),
        table(
            "Waiting containers",
            "Containers that do not run, with the reason. 0: none is waiting.",
            "short",
        )
        .sized(12, 6)
        .query(&or_zero(max_by(["pod", "container", "reason"], waiting)), "waiting"),
    ]
}
