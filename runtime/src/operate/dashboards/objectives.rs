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
pub(super) fn with_latency_limits(
    panel: Panel,
    catalog: &Catalog,
    requests: &Requests<'_>,
) -> Panel {
    limit_lines(panel, catalog, latency_limit, |one, limit| {
        while_endpoint_shown(one, requests, limit)
    })
}

/// Adds the budget of each availability objective to a panel of error ratios.
pub(super) fn with_error_budgets(
    panel: Panel,
    catalog: &Catalog,
    requests: &Requests<'_>,
) -> Panel {
    limit_lines(panel, catalog, error_budget, |one, limit| {
        while_endpoint_shown(one, requests, limit)
    })
}

/// Adds the limit of each latency objective to a panel of the durations of calls without a route.
pub(super) fn with_call_latency_limits(panel: Panel, catalog: &Catalog) -> Panel {
    limit_lines(panel, catalog, latency_limit, if_unrouted)
}

/// Adds the budget of each availability objective to a panel of the error ratios of calls without a
/// route.
pub(super) fn with_call_error_budgets(panel: Panel, catalog: &Catalog) -> Panel {
    limit_lines(panel, catalog, error_budget, if_unrouted)
}

/// The limit of a latency objective in seconds, and as text.
fn latency_limit(indicator: &Indicator) -> Option<(Decimal, String)> {
    match indicator.kind {
        ObjectiveKind::Latency(limit) => {
            Some((Decimal::try_from(limit.as_secs_f64()).ok()?, short(limit)))
        }
        ObjectiveKind::Availability => None,
    }
}

/// The error budget of an availability objective, as a ratio and as text.
fn error_budget(indicator: &Indicator) -> Option<(Decimal, String)> {
    match indicator.kind {
        ObjectiveKind::Availability => {
            Some((indicator.budget(), text::percentage(indicator.budget())))
        }
        ObjectiveKind::Latency(_) => None,
    }
}

/// Adds a line for each indicator that has a limit and for which `line_for` returns an expression.
fn limit_lines(
    panel: Panel,
    catalog: &Catalog,
    limit: impl Fn(&Indicator) -> Option<(Decimal, String)>,
    line_for: impl Fn(&Indicator, Expr) -> Option<Expr>,
) -> Panel {
    Indicator::all(catalog).iter().fold(panel, |panel, one| {
        let Some((limit, text)) = limit(one) else { return panel };
        match line_for(one, call("vector", [limit.into()])) {
            Some(line) => panel.limit(&line, &format!("{}: {text}", one.name)),
            None => panel,
        }
    })
}

/// The expression of a limit, which has a value only while the panel shows one of the indicator's
/// endpoints.
fn while_endpoint_shown(
    indicator: &Indicator,
    requests: &Requests<'_>,
    limit: Expr,
) -> Option<Expr> {
    let chosen = indicator_requests(indicator, requests, &requests.counted(), Expr::from)?;
    Some(limit.between(Operator::And, Matching::On(Vec::new()), chosen))
}

fn if_unrouted(indicator: &Indicator, limit: Expr) -> Option<Expr> {
    indicator.operations.iter().any(|one| one.routes.is_empty()).then_some(limit)
}

/// For each latency objective, the quantile of durations that it limits. Without latency
/// objectives, p99 of all requests.
pub(super) fn durations(catalog: &Catalog, requests: &Requests<'_>) -> Panel {
    let panel = stat(
        "Duration by objective",
        "For each latency objective: the quantile of durations that it limits. Red is above the limit.",
        "s",
    );
    let buckets = || requests.buckets(requests.names.duration);
    let objectives = Indicator::all(catalog).into_iter().filter_map(|one| {
        let ObjectiveKind::Latency(threshold) = one.kind else { return None };
        let rates = indicator_requests(&one, requests, &buckets(), rate)?;
        let quantile = histogram_quantile(&one.objective.to_string(), sum_by(["le"], rates));
        Some((one.name, quantile, threshold.as_secs_f64()))
    });
    let all = || quantile_by(&[], "0.99", buckets());
    stat_per_objective(panel, objectives.collect(), all, "99 % of all")
}

/// For each availability objective, the ratio of failed events. Without such objectives, the error
/// ratio of all requests.
pub(super) fn failures(catalog: &Catalog, facts: &Facts) -> Panel {
    let requests = Requests::all(facts);
    let panel = stat(
        "Failures",
        "For each availability objective: the share of its requests and calls that failed through the service's fault. Red is above the error budget.",
        "percentunit",
    );
    let objectives = Indicator::all(catalog).into_iter().filter_map(|one| {
        let (budget, _) = error_budget(&one)?;
        let events =
            || chosen(facts, facts.metric(&series::SLO_EVENTS)).with(label::SLO, one.name.as_str());
        let failed = sum(rate(events().with(label::OUTCOME, BAD)));
        let share = ratio(failed, sum(rate(events())));
        Some((one.name.clone(), share, budget.to_f64()?))
    });
    stat_per_objective(panel, objectives.collect(), || requests.errors_by(&[]), "all requests")
}

fn rate(selector: Selector) -> Expr {
    selector.rate(Window::RATE_INTERVAL)
}

/// Applies `read` to those series of `all` that are the indicator's requests. `None` if it has no
/// requests.
fn indicator_requests(
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
fn stat_per_objective(
    panel: Panel,
    objectives: Vec<(String, Expr, f64)>,
    all: impl Fn() -> Expr,
    legend: &str,
) -> Panel {
    if objectives.is_empty() {
        return panel.query(&all(), legend);
    }
    objectives.into_iter().fold(panel, |panel, (name, expr, limit)| {
        panel.query(&expr, &name).series_red_above(&name, limit)
    })
}
