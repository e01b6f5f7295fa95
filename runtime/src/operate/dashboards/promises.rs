//! Panels that compare requests with the objectives. Each objective has its own line, because
//! routes have different limits: 300 milliseconds can be late for one route and in time for
//! another.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::model::Panel;
use super::panel::stat;
use super::requests::{Requests, chosen, quantile_by};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, BAD, label};
use crate::operate::facts::Facts;
use crate::operate::indicator::{Indicator, ObjectiveKind, short};
use crate::operate::promql::{
    Expr, Matching, Operator, Selector, Window, call, histogram_quantile, ratio, sum, sum_by,
};
use crate::operate::{queries, text};

/// Adds the limit of each latency objective to a panel of request durations.
pub(super) fn late(panel: Panel, catalog: &Catalog, requests: &Requests<'_>) -> Panel {
    lines(panel, catalog, threshold, |one, limit| where_chosen(one, requests, limit))
}

/// Adds the budget of each availability objective to a panel of error ratios.
pub(super) fn failed(panel: Panel, catalog: &Catalog, requests: &Requests<'_>) -> Panel {
    lines(panel, catalog, budget, |one, limit| where_chosen(one, requests, limit))
}

/// Adds the limit of each latency objective to a panel of the durations of calls without a route.
pub(super) fn late_calls(panel: Panel, catalog: &Catalog) -> Panel {
    lines(panel, catalog, threshold, where_unrouted)
}

/// Adds the budget of each availability objective to a panel of the error ratios of calls without a
/// route.
pub(super) fn failed_calls(panel: Panel, catalog: &Catalog) -> Panel {
    lines(panel, catalog, budget, where_unrouted)
}

/// The limit of a latency objective in seconds, and as text.
fn threshold(indicator: &Indicator) -> Option<(Decimal, String)> {
    match indicator.kind {
        ObjectiveKind::Latency(limit) => {
            Some((Decimal::try_from(limit.as_secs_f64()).ok()?, short(limit)))
        }
        ObjectiveKind::Availability => None,
    }
}

/// The error budget of an availability objective, as a ratio and as text.
fn budget(indicator: &Indicator) -> Option<(Decimal, String)> {
    match indicator.kind {
        ObjectiveKind::Availability => {
            Some((indicator.budget(), text::percentage(indicator.budget())))
        }
        ObjectiveKind::Latency(_) => None,
    }
}

/// Adds a line for each indicator that has a limit and for which `drawn` returns an expression.
fn lines(
    panel: Panel,
    catalog: &Catalog,
    limit: impl Fn(&Indicator) -> Option<(Decimal, String)>,
    drawn: impl Fn(&Indicator, Expr) -> Option<Expr>,
) -> Panel {
    Indicator::all(catalog).iter().fold(panel, |panel, one| {
        let Some((limit, told)) = limit(one) else { return panel };
        match drawn(one, call("vector", [limit.into()])) {
            Some(line) => panel.limit(&line, &format!("{}: {told}", one.name)),
            None => panel,
        }
    })
}

/// The expression of a limit, which has a value only while the panel shows one of the indicator's
/// endpoints.
fn where_chosen(indicator: &Indicator, requests: &Requests<'_>, limit: Expr) -> Option<Expr> {
    let chosen = of(indicator, requests, &requests.counted(), Expr::from)?;
    Some(limit.between(Operator::And, Matching::On(Vec::new()), chosen))
}

fn where_unrouted(indicator: &Indicator, limit: Expr) -> Option<Expr> {
    indicator.operations.iter().any(|one| one.routes.is_empty()).then_some(limit)
}

/// For each latency objective, the quantile of durations that it limits. Without latency
/// objectives, p99 of all requests.
pub(super) fn durations(catalog: &Catalog, requests: &Requests<'_>) -> Panel {
    let panel = stat(
        "Duration, as promised",
        "Of each objective: the time within which as many of its requests end as it promises. Red is later than promised.",
        "s",
    );
    let buckets = || requests.buckets(requests.names.duration);
    let promised = Indicator::all(catalog).into_iter().filter_map(|one| {
        let ObjectiveKind::Latency(threshold) = one.kind else { return None };
        let rates = of(&one, requests, &buckets(), rate)?;
        let quantile = histogram_quantile(&one.objective.to_string(), sum_by(["le"], rates));
        Some((one.name, quantile, threshold.as_secs_f64()))
    });
    let all = || quantile_by(&[], "0.99", buckets());
    numbers(panel, promised.collect(), all, "99 % of all")
}

/// For each availability objective, the ratio of failed events. Without such objectives, the error
/// ratio of all requests.
pub(super) fn failures(catalog: &Catalog, facts: &Facts) -> Panel {
    let requests = Requests::all(facts);
    let panel = stat(
        "Failures",
        "Of each objective: the share of its requests and calls that failed by the service's own fault. Red is more than its budget.",
        "percentunit",
    );
    let promised = Indicator::all(catalog).into_iter().filter_map(|one| {
        let (budget, _) = budget(&one)?;
        let events =
            || chosen(facts.metric(&series::SLO_EVENTS)).with(label::SLO, one.name.as_str());
        let failed = sum(rate(events().with(label::OUTCOME, BAD)));
        let share = ratio(failed, sum(rate(events())));
        Some((one.name.clone(), share, budget.to_f64()?))
    });
    numbers(panel, promised.collect(), || requests.errors_by(&[]), "all requests")
}

fn rate(selector: Selector) -> Expr {
    selector.rate(Window::RATE_INTERVAL)
}

/// Applies `read` to those series of `all` that are the indicator's requests. `None` if it has no
/// requests.
fn of(
    indicator: &Indicator,
    requests: &Requests<'_>,
    all: &Selector,
    read: impl Fn(Selector) -> Expr,
) -> Option<Expr> {
    let names = requests.names;
    let by_method = queries::endpoints_by_method(indicator).into_iter();
    let parts = by_method.map(|(method, endpoints)| {
        let all = all.clone();
        let some = match method {
            Some(method) => all.with(names.method, method),
            None => all,
        };
        read(match endpoints.as_slice() {
            [one] => some.with(names.endpoint, *one),
            more => some.one_of(names.endpoint, more.iter().copied()),
        })
    });
    parts.reduce(Expr::or)
}

/// Adds a query for each objective, each with its own threshold.
fn numbers(
    panel: Panel,
    promised: Vec<(String, Expr, f64)>,
    all: impl Fn() -> Expr,
    legend: &str,
) -> Panel {
    if promised.is_empty() {
        return panel.query(&all(), legend);
    }
    promised
        .into_iter()
        .fold(panel, |panel, (name, expr, limit)| panel.query(&expr, &name).red_of(&name, limit))
}
