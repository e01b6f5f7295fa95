//! Recording rules: an indicator's events as rates, and as ratios over windows.

use std::collections::BTreeMap;

use super::document::{Recording, Rule};
use crate::declare::series::label;
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::promql::{Expr, Window, call, ratio, sum_by};

/// The rate of all events.
pub(crate) const TOTAL: &str = "slo:sli_total:rate5m";
/// The rate of bad events.
pub(crate) const BAD: &str = "slo:sli_bad:rate5m";
/// The share of events that must be good.
pub(crate) const OBJECTIVE: &str = "slo:objective:ratio";
/// The share of events that may be bad.
pub(crate) const BUDGET: &str = "slo:error_budget:ratio";
/// The part of the period's budget that is left: 1 is all, 0 is none, below 0 the budget is overspent.
pub(crate) const REMAINING: &str = "slo:period_error_budget_remaining:ratio";

/// The windows of the burn alerts.
const WINDOWS: [Window; 7] = [
    Window::minutes(5),
    Window::minutes(30),
    Window::hours(1),
    Window::hours(2),
    Window::hours(6),
    Window::days(1),
    Window::days(3),
];

/// The share of bad events in `window`. The name has the window before any scaling for tests.
pub(crate) fn error_ratio(window: Window) -> String {
    format!("slo:sli_error:ratio_rate{window}")
}

/// An objective's period as a window.
pub(crate) fn period(indicator: &Indicator) -> Window {
    Window::days(indicator.slo.period().into())
}

/// All windows for which an indicator is recorded: those of the alerts and its period.
pub(crate) fn windows(indicator: &Indicator) -> Vec<Window> {
    let mut windows = WINDOWS.to_vec();
    windows.push(period(indicator));
    windows.sort();
    windows.dedup();
    windows
}

/// The recording rules of an indicator. Prometheus evaluates the rules of a group in order, so each can read what those
/// before it recorded.
pub(super) fn rules(indicator: &Indicator, facts: &Facts) -> Vec<Rule> {
    let rule = |record: &str, expr: Expr| {
        Rule::Recording(Recording {
            record: record.to_owned(),
            expr,
            labels: labels(indicator, facts),
        })
    };
    let mut rules = vec![rule(TOTAL, total(indicator, facts)), rule(BAD, bad(indicator, facts))];
    for window in windows(indicator) {
        rules.push(rule(&error_ratio(window), errors(indicator, facts, window)));
    }
    rules.push(rule(OBJECTIVE, constant(indicator.objective)));
    rules.push(rule(BUDGET, constant(indicator.budget())));
    rules.push(rule(REMAINING, remaining(indicator, facts)));
    rules
}

/// The labels that identify an indicator's series.
pub(super) fn labels(indicator: &Indicator, facts: &Facts) -> BTreeMap<String, String> {
    let identity = facts.identity();
    let about = [(label::SERVICE, &*facts.service), (label::SLO, &indicator.name)];
    let labels = identity.series().chain(about);
    labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn total(indicator: &Indicator, facts: &Facts) -> Expr {
    sum_by(
        facts.identity().series_labels(),
        indicator.total(facts).rate(facts.scaled(Window::minutes(5))),
    )
}

/// Zero where there are events but no bad ones yet.
fn bad(indicator: &Indicator, facts: &Facts) -> Expr {
    let bad = sum_by(
        facts.identity().series_labels(),
        indicator.bad(facts).rate(facts.scaled(Window::minutes(5))),
    );
    bad.or(Expr::from(0).times(total(indicator, facts)))
}

/// Weighted by events, so a quiet hour counts less than a busy one. Without events there is no series, rather than NaN.
fn errors(indicator: &Indicator, facts: &Facts, window: Window) -> Expr {
    let all = |record| {
        let recorded = indicator.recorded(facts, record).over(facts.scaled(window));
        call("sum_over_time", [recorded])
    };
    ratio(all(BAD), all(TOTAL))
}

fn remaining(indicator: &Indicator, facts: &Facts) -> Expr {
    let spent = Expr::from(indicator.recorded(facts, &error_ratio(period(indicator))))
        .per(indicator.budget());
    Expr::from(1).minus(spent)
}

fn constant(number: rust_decimal::Decimal) -> Expr {
    call("vector", [number.into()])
}
