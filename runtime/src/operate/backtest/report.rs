//! What a backtest found, as data.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::evaluate::{self, Episode, float};
use super::history::{Events, History};
use super::time::{self, DAY, HOUR};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::rules::Severity;

/// What targets people choose from.
const COMMON: [&str; 8] = ["95", "98", "99", "99.5", "99.9", "99.95", "99.99", "99.999"];

/// The result for one indicator.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) slo: String,
    /// What the objective requires, at the target of the backtest.
    pub(super) objective: String,
    pub(super) target_percent: f64,
    pub(super) declared_percent: f64,
    #[serde(skip)]
    pub(super) is_declared: bool,
    pub(super) period_days: u32,
    /// The range that was asked for.
    pub(super) start: String,
    pub(super) end: String,
    /// The first and the last evaluation of the range that has data.
    pub(super) data_since: String,
    pub(super) data_until: String,
    /// Whether there are data from the begin of the range on.
    pub(super) is_whole: bool,
    pub(super) step_seconds: f64,
    /// Evaluations with numbers that the rules recorded, and with those computed from counters.
    pub(super) steps_from_recorded_rules: usize,
    pub(super) steps_from_counters: usize,
    pub(super) events: f64,
    pub(super) bad_events: f64,
    /// How many of these events may be bad.
    pub(super) allowed_bad_events: f64,
    /// How much of that: 1 is all of it.
    pub(super) budget_spent_ratio: f64,
    /// Days and hours with bad events.
    pub(super) days: Vec<Spent>,
    pub(super) hours: Vec<Spent>,
    pub(super) alerts: Vec<Fired>,
    pub(super) targets: Vec<Target>,
}

/// A part of the range, and its part of the budget.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Spent {
    pub(super) start: String,
    pub(super) events: f64,
    pub(super) bad_events: f64,
    pub(super) budget_spent_ratio: f64,
}

/// An alert that would have fired.
#[derive(Debug, Serialize)]
pub(super) struct Fired {
    pub(super) alert: String,
    pub(super) severity: &'static str,
    pub(super) starts: String,
    /// `null` while it fires.
    pub(super) ends: Option<String>,
    pub(super) seconds: f64,
    /// The largest share of bad events in its shortest window.
    pub(super) worst_bad_ratio: f64,
    pub(super) worst_window: String,
}

/// What would have come of a target.
#[derive(Debug, Serialize)]
pub(super) struct Target {
    #[serde(rename = "target_percent")]
    pub(super) percent: f64,
    pub(super) budget_spent_ratio: f64,
    pub(super) pages: usize,
    pub(super) tickets: usize,
    pub(super) is_declared: bool,
}

/// Judges the history from the step `from` on by `target`, a percentage. `None` if it has no sample there.
pub(super) fn of(
    declared: &Indicator,
    target: Decimal,
    facts: &Facts,
    history: &History,
    from: usize,
) -> Option<Report> {
    let (first, last) = history.known.filter(|(_, last)| *last >= from)?;
    let indicator = declared.with_target(target);
    let span = history.span;
    let time = |step| time::rfc3339(span.time(step));
    let end = span.steps() - 1;
    let all = history.events(from, end);
    let allowed = all.all * float(indicator.budget());
    let days = parts(history, from, DAY, allowed);
    let alerts = evaluate::alerts(&indicator, facts, history, from);
    Some(Report {
        slo: indicator.name.clone(),
        objective: indicator.sentence(),
        target_percent: percent(&indicator),
        declared_percent: percent(declared),
        is_declared: indicator.objective == declared.objective,
        period_days: indicator.slo.period(),
        // What a step has, came since the step before it.
        start: time::rfc3339(span.time(from) - span.step),
        end: time(end),
        data_since: time(first.max(from)),
        data_until: time(last),
        is_whole: first <= from,
        step_seconds: seconds(span.step),
        steps_from_recorded_rules: history.source.recorded,
        steps_from_counters: history.source.counted,
        events: all.all,
        bad_events: all.bad,
        allowed_bad_events: allowed,
        budget_spent_ratio: spent(all, allowed),
        days,
        hours: parts(history, from, HOUR, allowed),
        alerts: alerts.iter().map(|one| fired(one, history)).collect(),
        targets: targets(declared, target, facts, history, from, all),
    })
}

fn percent(indicator: &Indicator) -> f64 {
    float((indicator.objective * Decimal::ONE_HUNDRED).normalize())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of some years")]
fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1e3
}

fn spent(events: Events, allowed: f64) -> f64 {
    if allowed > 0.0 { events.bad / allowed } else { 0.0 }
}

/// The days or hours with bad events.
fn parts(history: &History, from: usize, length: u64, allowed: f64) -> Vec<Spent> {
    let mut parts = BTreeMap::<u64, Events>::new();
    for step in from..history.span.steps() {
        let events = history.events(step, step);
        // What a step has, came before its time: midnight belongs to the day that ends.
        let part = parts.entry((history.span.time(step) - 1) / length).or_default();
        part.all += events.all;
        part.bad += events.bad;
    }
    let with_bad = parts.into_iter().filter(|(_, events)| events.bad > 0.0);
    let part = |(number, events): (u64, Events)| Spent {
        start: time::rfc3339(number * length),
        events: events.all,
        bad_events: events.bad,
        budget_spent_ratio: spent(events, allowed),
    };
    with_bad.map(part).collect()
}

fn fired(episode: &Episode, history: &History) -> Fired {
    let span = history.span;
    let time = |step| span.time(step);
    let ends = episode.ends.map(time);
    let until = ends.unwrap_or(span.end);
    Fired {
        alert: episode.alert.clone(),
        severity: episode.severity.as_str(),
        starts: time::rfc3339(time(episode.begins)),
        ends: ends.map(time::rfc3339),
        seconds: seconds(until - time(episode.begins)),
        worst_bad_ratio: episode.worst,
        worst_window: episode.window.to_string(),
    }
}

/// The target, the declared one, and two common ones below and above.
fn targets(
    declared: &Indicator,
    target: Decimal,
    facts: &Facts,
    history: &History,
    from: usize,
    all: Events,
) -> Vec<Target> {
    let own = (declared.objective * Decimal::ONE_HUNDRED).normalize();
    let common: Vec<Decimal> = COMMON.iter().filter_map(|one| one.parse().ok()).collect();
    let below = common.iter().rev().filter(|one| **one < target).take(2);
    let above = common.iter().filter(|one| **one > target).take(2);
    let mut all_targets: Vec<_> = below.chain(above).copied().chain([own, target]).collect();
    all_targets.sort();
    all_targets.dedup();
    let of = |percent: Decimal| {
        let indicator = declared.with_target(percent);
        let counts = evaluate::counted(&evaluate::alerts(&indicator, facts, history, from));
        Target {
            percent: float(percent),
            budget_spent_ratio: spent(all, all.all * float(indicator.budget())),
            pages: counts[&Severity::Page],
            tickets: counts[&Severity::Ticket],
            is_declared: percent == own,
        }
    };
    all_targets.into_iter().map(of).collect()
}
