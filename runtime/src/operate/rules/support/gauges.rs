//! Alerts on gauges: those of connection pools, and those that the service declares under well-known names.

use super::{Remedy, SupportAlert, SupportAlertSpec, labelled};
use crate::declare::catalog::Catalog;
use crate::declare::series::BuiltIn;
use crate::declare::series::pool::{self as series, label};
use crate::declare::{Descriptor, Domain, MetricPrefix};
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Selector, Window, call, sum_by};
use crate::operate::rules::Severity;

/// The suffix of gauges that hold the time of a sampler's last success.
const LAST_SUCCESS: &str = "_last_success_timestamp_seconds";

/// The age from which a sample is stale.
const STALE: Window = Window::minutes(10);

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    [pool_saturated(catalog, facts)].into_iter().chain(stale_sampler(catalog, facts)).collect()
}

/// The gauges of a connection pool.
pub(in crate::operate) struct Pool {
    /// The connections in use.
    pub(in crate::operate) used: Selector,
    /// The most that may be open.
    pub(in crate::operate) max: Selector,
    /// The requests that wait for a connection.
    pub(in crate::operate) pending: Selector,
}

/// The gauges of connection pools: those that the service declares itself, or else those of the pools that it watches.
pub(in crate::operate) fn pool(catalog: &Catalog, facts: &Facts) -> Pool {
    declared_pool(catalog, facts).unwrap_or_else(|| {
        let of = |family| facts.select(facts.metric(family));
        Pool {
            used: of(&series::CONNECTIONS).with(label::STATE, series::USED),
            max: of(&series::CONNECTIONS_MAX),
            pending: of(&series::PENDING_REQUESTS),
        }
    })
}

fn declared_pool(catalog: &Catalog, facts: &Facts) -> Option<Pool> {
    let of = |built_in: &BuiltIn| {
        let is_it = |family: &&Descriptor| family.name == built_in.name(&MetricPrefix::NONE);
        let family = catalog.families.iter().copied().find(is_it)?;
        Some((family, facts.select(family)))
    };
    let (connections, selector) = of(&series::CONNECTIONS)?;
    let (label, value) = used(connections)?;
    let ((_, max), (_, pending)) = (of(&series::CONNECTIONS_MAX)?, of(&series::PENDING_REQUESTS)?);
    Some(Pool { used: selector.with(label, value), max, pending })
}

/// The labels of one pool, by which expressions group.
pub(in crate::operate) fn pool_labels(facts: &Facts) -> Vec<&'static str> {
    facts.identity().instance_labels().into_iter().chain([label::POOL]).collect()
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

/// The gauges that hold the time of a sampler's last success.
pub(in crate::operate) fn samplers(catalog: &Catalog, facts: &Facts) -> Vec<Selector> {
    let samplers = catalog.families.iter().filter(|family| family.name.ends_with(LAST_SUCCESS));
    samplers.map(|family| facts.select(*family)).collect()
}

fn pool_saturated(catalog: &Catalog, facts: &Facts) -> SupportAlert {
    let pool = pool(catalog, facts);
    let sum = |selector: Selector| sum_by(pool_labels(facts), selector);
    let full = sum(pool.used).per(sum(pool.max)).above(Expr::Number("0.9".to_owned()));
    let plan = SupportAlertSpec {
        name: "ServicePoolSaturated",
        severity: Severity::Ticket,
        expr: full.and(sum(pool.pending).above(0)),
        for_duration: Window::minutes(2),
        summary: "a connection pool is full, and requests wait for it",
        description: "`{{ $labels.instance }}` uses {{ $value | humanizePercentage }} of its database connections\
                      {{ with $labels.pool }} (pool `{{ . }}`){{ end }}, and requests wait for one."
            .to_owned(),
        dashboard: Dashboard::Dependencies,
        meaning: "More than 90 % of the pool's connections are in use while requests wait for one.",
        impact: "Requests take longer, because they wait for a connection, and fail when they time out.",
        steps: &[
            "Which operations wait? The dashboard shows how long they wait for a connection.",
            "Is the database slow? Its own log and statistics name the queries that take long.",
            "Idle CPUs with a full pool mean slow queries; busy CPUs mean too much work: add instances.",
            "Did it begin with a deployment? Look for a query without an index, or a connection held across another `.await`.",
        ],
        remedy: Remedy::RollBack,
    };
    plan.build(facts)
}

fn stale_sampler(catalog: &Catalog, facts: &Facts) -> Option<SupportAlert> {
    let stale = facts.scaled(STALE);
    // Each success changes the gauge. Its value is of the instance's clock, which may be minutes off, so it is compared
    // with nothing but the gauge itself. All replicas sample the same, so one success is enough.
    let unchanged = |last: Selector| {
        let sampler = last.metric.name.trim_end_matches(LAST_SUCCESS).to_owned();
        let all = |of: Expr| sum_by(facts.identity().series_labels(), of);
        let changes = all(call("changes", [last.clone().over(stale)]));
        let known = all(last.offset(stale).into());
        labelled(changes.equal(0).and(known), "sampler", &sampler)
    };
    let plan = SupportAlertSpec {
        name: "ServiceSamplerStale",
        severity: Severity::Ticket,
        expr: samplers(catalog, facts).into_iter().map(unchanged).reduce(Expr::or)?,
        for_duration: Window::minutes(5),
        summary: "a background sampler keeps failing",
        description:
            "No instance has sampled `{{ $labels.sampler }}` successfully in the last ten minutes."
                .to_owned(),
        dashboard: Dashboard::Business,
        meaning: "No instance has sampled a gauge successfully for more than ten minutes, so its value is outdated.",
        impact: "None for users. Dashboards show an outdated value.",
        steps: &[
            "The sampler's log lines show the fault.",
            "Is a service that the sampler calls down? Handle the alerts about that one first.",
        ],
        remedy: Remedy::RollBack,
    };
    Some(plan.build(facts))
}
