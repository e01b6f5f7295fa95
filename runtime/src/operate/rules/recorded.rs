//! Recording rules: how many of an indicator's events came since the last evaluation, and the share of bad ones over
//! windows.

use std::collections::BTreeMap;

use super::burn::INTERVAL;
use super::document::{Recording, Rule};
use crate::declare::series::label;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::indicator::Indicator;
use crate::operate::promql::{Expr, Matching, Operator, Selector, Window, call, ratio, sum_by};

/// All events since the last evaluation.
pub(in crate::operate) const TOTAL_INCREASE: &str = "slo:sli_total:increase";
/// The bad events since the last evaluation.
pub(in crate::operate) const BAD_INCREASE: &str = "slo:sli_bad:increase";
/// 1 if one of the events since the last evaluation was bad, else 0.
pub(super) const FAILING: &str = "slo:sli_failing:bool";
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

/// The windows of hours.
const HOURS: [Window; 5] =
    [Window::minutes(5), Window::minutes(30), Window::hours(1), Window::hours(2), Window::hours(6)];

/// The share of bad events in `window`. The name has the window before any scaling for tests.
pub(crate) fn error_ratio(window: Window) -> String {
    format!("slo:sli_error:ratio_rate{window}")
}

/// An objective's period as a window.
pub(crate) fn period(indicator: &Indicator) -> Window {
    Window::days(indicator.slo.period().into())
}

/// The windows of days: those of the ticket, and the period.
fn days(indicator: &Indicator) -> Vec<Window> {
    let mut windows = vec![Window::days(1), Window::days(3), period(indicator)];
    windows.sort();
    windows.dedup();
    windows
}

/// The recording rules of an indicator that are evaluated every 30 seconds. Prometheus evaluates the rules of a group
/// in order, so each can read what those before it recorded.
pub(super) fn of_hours(indicator: &Indicator, facts: &Facts) -> Vec<Rule> {
    let rule = |record: &str, expr: Expr| recording(indicator, facts, record, expr);
    let mut rules = vec![
        rule(OBJECTIVE, constant(indicator.objective)),
        rule(BUDGET, constant(indicator.budget())),
        rule(TOTAL_INCREASE, total(indicator, facts)),
        rule(BAD_INCREASE, bad(indicator, facts)),
        rule(FAILING, failing(indicator, facts)),
        rule(TOTAL, rate(indicator, facts, TOTAL_INCREASE)),
        rule(BAD, rate(indicator, facts, BAD_INCREASE)),
    ];
    for window in HOURS {
        rules.push(rule(&error_ratio(window), errors(indicator, facts, window)));
    }
    rules.push(rule(REMAINING, remaining(indicator, facts)));
    rules
}

/// The recording rules that are evaluated every five minutes, because their windows are days.
pub(super) fn of_days(indicator: &Indicator, facts: &Facts) -> Vec<Rule> {
    let rule = |record: &str, expr: Expr| recording(indicator, facts, record, expr);
    let windows = days(indicator).into_iter();
    windows.map(|window| rule(&error_ratio(window), errors(indicator, facts, window))).collect()
}

/// A rule that records a series of `indicator`.
pub(super) fn recording(indicator: &Indicator, facts: &Facts, record: &str, expr: Expr) -> Rule {
    Rule::Recording(Recording { record: record.to_owned(), expr, labels: labels(indicator, facts) })
}

/// The labels that identify an indicator's series.
pub(super) fn labels(indicator: &Indicator, facts: &Facts) -> BTreeMap<String, String> {
    let identity = facts.identity();
    let about = [(label::SERVICE, &*facts.service), (label::SLO, &indicator.name)];
    let labels = identity.series().chain(about);
    labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn total(indicator: &Indicator, facts: &Facts) -> Expr {
    sum(facts, increase(&indicator.total(facts), indicator, facts))
}

/// Zero where there are events but no bad ones yet.
fn bad(indicator: &Indicator, facts: &Facts) -> Expr {
    let bad = sum(facts, increase(&indicator.bad(facts), indicator, facts));
    let total = sum(facts, indicator.recorded(facts, TOTAL_INCREASE));
    bad.or(Expr::from(0).times(total))
}

/// All events and the bad events of half a minute, as they are recorded, but computed from counters alone, for times at
/// which no rule was evaluated. Where that asks whether rules were evaluated, this asks whether an instance was scraped.
pub(in crate::operate) fn increases(indicator: &Indicator, facts: &Facts) -> [Expr; 2] {
    let known = || facts.select(foreign::up()).offset(facts.scaled(KNOWN));
    [indicator.total(facts), indicator.bad(facts)]
        .map(|counters| sum(facts, grown(&counters, known(), facts)))
}

/// The sum of all instances of the deployment.
fn sum(facts: &Facts, of: impl Into<Expr>) -> Expr {
    sum_by(facts.identity().series_labels(), of)
}

/// How much counters have grown since the last evaluation.
///
/// `increase` would extrapolate, would lose what happened between two windows, and would lose what a counter has when
/// it is scraped first. Here each event is counted once, at the first evaluation after its scrape, so nothing is late.
/// A counter that was not scraped for some minutes goes on from its last value; after five minutes it starts anew.
fn increase(counters: &Selector, indicator: &Indicator, facts: &Facts) -> Expr {
    let evaluated = indicator.recorded(facts, OBJECTIVE).offset(facts.scaled(KNOWN));
    grown(counters, evaluated, facts)
}

/// How long Prometheus must have known the service before a counter's first value counts.
const KNOWN: Window = Window::minutes(5);

/// The same, where counters are new only if there was a series `known`.
fn grown(counters: &Selector, known: Selector, facts: &Facts) -> Expr {
    let before = |window: Window| {
        let earlier = counters.clone().offset(facts.scaled(INTERVAL));
        call("last_over_time", [earlier.over(facts.scaled(window))])
    };
    let last = || before(Window::minutes(5));
    let now = || Expr::from(counters.clone());
    let grown = now().minus(last()).at_least(0);
    // A counter that is smaller than before began at zero.
    let reset = now().below(last());
    grown.or(reset).or(born(now().unless(before(Window::hours(1))), known, facts))
}

/// Of the counters that have no earlier value, those that began at zero since the last scrape: of an instance that
/// is new, or that had been scraped without them. Others are new to Prometheus alone: it has not run for long, or it
/// could not scrape their instance.
fn born(new: Expr, known: Selector, facts: &Facts) -> Expr {
    let identity = facts.identity();
    let on = |labels: Vec<&str>| Matching::On(labels.into_iter().map(str::to_owned).collect());
    let up = || facts.select(foreign::up());
    let earlier = up().offset(facts.scaled(Window::minutes(10)));
    let earlier = call("last_over_time", [earlier.over(facts.scaled(Window::hours(1)))]);
    let scraped = Expr::from(up().offset(facts.scaled(INTERVAL))).equal(1);
    let lost = earlier.unless(scraped);
    new.between(Operator::Unless, on(identity.instance_labels()), lost).between(
        Operator::And,
        on(identity.series_labels()),
        known,
    )
}

fn failing(indicator: &Indicator, facts: &Facts) -> Expr {
    call("clamp_max", [indicator.recorded(facts, BAD_INCREASE).into(), Expr::from(1)])
}

fn rate(indicator: &Indicator, facts: &Facts, increase: &str) -> Expr {
    let window = facts.scaled(Window::minutes(5));
    sum_over(indicator, facts, increase, Window::minutes(5)).per(window.as_seconds())
}

/// Weighted by events, so a quiet hour counts less than a busy one. Without events there is no series, rather than NaN.
fn errors(indicator: &Indicator, facts: &Facts, window: Window) -> Expr {
    let all = |record| sum_over(indicator, facts, record, window);
    ratio(all(BAD_INCREASE), all(TOTAL_INCREASE))
}

/// The sum of a recorded series over a window.
pub(super) fn sum_over(indicator: &Indicator, facts: &Facts, record: &str, window: Window) -> Expr {
    call("sum_over_time", [indicator.recorded(facts, record).over(facts.scaled(window))])
}

/// Reads the last ratio of the period: between two evaluations of it a query would find none for a moment, and alerts
/// say how long the budget will last.
fn remaining(indicator: &Indicator, facts: &Facts) -> Expr {
    let ratio = indicator.recorded(facts, &error_ratio(period(indicator)));
    let last = call("last_over_time", [ratio.over(facts.scaled(Window::minutes(15)))]);
    Expr::from(1).minus(last.per(indicator.budget()))
}

fn constant(number: rust_decimal::Decimal) -> Expr {
    call("vector", [number.into()])
}
