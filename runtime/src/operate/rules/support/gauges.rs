//! Alerts that follow from gauges which the service declares by a known name.

use super::{Plan, Support};
use crate::declare::catalog::Catalog;
use crate::declare::{Descriptor, Domain};
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Selector, Window, call, max_by, sum_by};
use crate::operate::rules::Severity;

/// The connections of a pool, by state, as the OpenTelemetry conventions name them.
const CONNECTIONS: &str = "db_client_connections";
const CONNECTIONS_MAX: &str = "db_client_connections_max";
const CONNECTIONS_PENDING: &str = "db_client_connections_pending_requests";

/// The end of a gauge's name that tells when a sampler last succeeded.
const LAST_SUCCESS: &str = "_last_success_timestamp_seconds";

/// How old a sample may be.
const STALE: Window = Window::minutes(10);

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<Support> {
    pool_saturated(catalog, facts).into_iter().chain(stale_sampler(catalog, facts)).collect()
}

/// Whether the service declares a pool by the names that its alert knows.
pub(in crate::operate) fn has_pool(catalog: &Catalog) -> bool {
    [CONNECTIONS, CONNECTIONS_MAX, CONNECTIONS_PENDING]
        .iter()
        .all(|name| declared(catalog, name).is_some())
}

fn declared(catalog: &Catalog, name: &str) -> Option<&'static Descriptor> {
    catalog.families.iter().copied().find(|family| family.name == name)
}

/// The label and value of the connections that are in use.
fn used(connections: &Descriptor) -> Option<(&'static str, &'static str)> {
    connections.dimensions.iter().find_map(|dimension| match dimension.domain {
        Domain::Finite(values) => {
            values.iter().find(|value| **value == "used").map(|used| (dimension.name, *used))
        }
        Domain::Budget(_) => None,
    })
}

fn pool_saturated(catalog: &Catalog, facts: &Facts) -> Option<Support> {
    let connections = declared(catalog, CONNECTIONS)?;
    let (label, value) = used(connections)?;
    let [max, pending] = [CONNECTIONS_MAX, CONNECTIONS_PENDING].map(|name| declared(catalog, name));
    let sum = |selector: Selector| sum_by(["job", "instance"], selector.with("job", facts.job()));
    let full = sum(Selector::of(connections).with(label, value))
        .per(sum(Selector::of(max?)))
        .above(Expr::Number("0.9".to_owned()));
    let plan = Plan {
        name: "ServicePoolSaturated",
        severity: Severity::Ticket,
        expr: full.and(sum(Selector::of(pending?)).above(0)),
        lasts: Window::minutes(2),
        summary: "the database pool is full, and requests wait for it",
        description: "`{{ $labels.instance }}` uses {{ $value | humanizePercentage }} of its database connections, \
                      and requests wait for one."
            .to_owned(),
        dashboard: Dashboard::Dependencies,
        meaning: "More than nine tenths of a pool's connections are in use while requests wait: not a lazy pool, a full one.",
        impact: "Requests get slower by the time that they wait, and fail when they lose patience.",
        steps: &[
            "Is the database slow? Its own log and statistics name the queries that take long.",
            "Idle CPUs with a full pool mean slow queries; busy CPUs mean too much work: add instances.",
            "Did it begin with a deployment? A query without an index, or a connection held while something else is awaited.",
        ],
    };
    Some(plan.made(facts))
}

fn stale_sampler(catalog: &Catalog, facts: &Facts) -> Option<Support> {
    let samplers = catalog.families.iter().filter(|family| family.name.ends_with(LAST_SUCCESS));
    let age = |family: &&'static Descriptor| {
        let last = Selector::of(*family).with("job", facts.job());
        // Every replica samples the same: the last that succeeded counts.
        let age = call("time", []).minus(max_by(["job"], last));
        call(
            "label_replace",
            [
                age.above(facts.scaled(STALE).as_seconds()),
                Expr::Text("sampler".to_owned()),
                Expr::Text(family.name.trim_end_matches(LAST_SUCCESS).to_owned()),
                Expr::Text(String::new()),
                Expr::Text(String::new()),
            ],
        )
    };
    let plan = Plan {
        name: "ServiceSamplerStale",
        severity: Severity::Ticket,
        expr: samplers.map(age).reduce(Expr::or)?,
        lasts: Window::minutes(5),
        summary: "a background sampler no longer succeeds",
        description: "`{{ $labels.sampler }}` was last sampled {{ $value | humanizeDuration }} ago on every instance."
            .to_owned(),
        dashboard: Dashboard::Business,
        meaning: "No instance has succeeded in sampling a gauge for longer than ten minutes, so its value is old.",
        impact: "Users do not notice. Dashboards show an old number.",
        steps: &[
            "The sampler's log lines name the fault.",
            "If what it asks is down, other alerts say so: those come first.",
        ],
    };
    Some(plan.made(facts))
}
