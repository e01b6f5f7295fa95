//! The objectives: how much of their budgets is left, and which operations spend it.

use rust_decimal::prelude::ToPrimitive;

use super::frame::many_of;
use super::model::{Panel, Variable};
use super::panel::{logs, stat, table, time_series};
use super::requests;
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, BAD, label};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Metric, Selector, Window, call, max_by, sum_by};
use crate::operate::queries;
use crate::operate::rules::recorded::{self, error_ratio};
use crate::operate::rules::{fast, feasible, slow};

pub(super) fn variables(facts: &Facts) -> Vec<Variable> {
    let events = facts.select(facts.metric(&series::SLO_EVENTS));
    vec![many_of("slo", "Objective", &events, label::SLO)]
}

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let mut panels = vec![
        budgets(facts),
        time_series(
            "Events",
            "Events per second that count towards the objective, and how many of them are bad.",
            "ops",
        )
        .query(&by_slo(chosen(facts, recorded::TOTAL)), "{{slo}}")
        .query(&by_slo(chosen(facts, recorded::BAD)), "{{slo}} bad"),
        ratios(facts),
        bad_events(facts),
    ];
    for indicator in Indicator::all(catalog) {
        let panels_of_it = [burn(&indicator, facts)]
            .into_iter()
            .chain(bad_events_by_operation(&indicator, facts))
            .chain([bad_share_by_instance(&indicator, facts)]);
        panels.extend(panels_of_it.map(|panel| panel.sized(8, 8)));
        panels.push(logs(
            &format!("{}: bad events", indicator.name),
            "Their log lines, the newest first. Their `trace_id` leads to the trace.",
            &queries::logs(&indicator, facts),
            facts,
        ));
    }
    panels
}

/// Selects a recorded series for the objectives that the viewer chose.
fn chosen(facts: &Facts, record: &str) -> Selector {
    of_deployment(facts, record).matching(label::SLO, "$slo")
}

fn of_deployment(facts: &Facts, record: &str) -> Selector {
    facts.select(Metric::new(record, &[label::SLO, label::SERVICE]))
}

/// Windows of days are recorded every five minutes, and a query finds only what is less than five minutes old.
fn latest(recorded: Selector, window: Window) -> Expr {
    if window < Window::days(1) {
        return recorded.into();
    }
    call("last_over_time", [recorded.over(Window::minutes(15))])
}

/// Both Prometheus servers of a redundant pair record the same value, so take the maximum.
fn by_slo(recorded: impl Into<Expr>) -> Expr {
    max_by([label::SLO], recorded)
}

/// The budget that is left of each objective. The overview shows this panel, too.
pub(super) fn budgets(facts: &Facts) -> Panel {
    let url = super::frame::from_series(facts, Dashboard::Slo, &[(label::SLO, label::SLO)]);
    stat(
        "Error budget left",
        "The share of each objective's budget for its period that is not spent; below 0 the objective is missed.",
        "percentunit",
    )
    .sized(12, 8)
    .steps([("red", None), ("orange", Some(0.0)), ("yellow", Some(0.25)), ("green", Some(0.5))])
    .linked("Objective", Dashboard::Slo, url)
    .query(&by_slo(of_deployment(facts, recorded::REMAINING)), "{{slo}}")
}

fn ratios(facts: &Facts) -> Panel {
    let mut panel = time_series(
        "Bad events",
        "The share of events that were bad, over the windows that the alerts use.",
        "percentunit",
    );
    for window in [Window::minutes(5), Window::hours(1), Window::hours(6), Window::days(3)] {
        let record = error_ratio(window);
        let ratio = latest(chosen(facts, &record), window);
        panel = panel.query(&by_slo(ratio), &format!("{{{{slo}}}} {window}"));
    }
    panel
}

fn bad_events(facts: &Facts) -> Panel {
    let bad = requests::chosen(facts, facts.metric(&series::SLO_EVENTS))
        .matching(label::SLO, "$slo")
        .with(label::OUTCOME, BAD);
    table("Bad events by instance", "Bad events in the dashboard's time range.", "short")
        .query(&sum_by([label::SLO, "instance"], bad.increase(Window::RANGE)), "bad events")
}

/// The burn rate: how many times faster than allowed the budget is spent. Lines mark the factors of
/// the alerts.
fn burn(indicator: &Indicator, facts: &Facts) -> Panel {
    let burns: Vec<_> = fast().into_iter().chain(slow()).collect();
    let (can, _) = feasible(&burns, indicator.budget());
    let about = format!(
        "The objective: {}. At a burn rate of 1 the budget lasts exactly that long. Alerts fire above the lines.",
        indicator.sentence(),
    );
    let factors: Vec<_> = can.iter().filter_map(|burn| burn.factor.to_f64()).collect();
    let pages = can.iter().filter(|burn| fast().iter().any(|one| one.factor == burn.factor));
    let page = pages.filter_map(|burn| burn.factor.to_f64()).reduce(f64::min);
    let ticket = factors.iter().copied().reduce(f64::min);
    let mut panel = time_series(&format!("{}: burn rate", indicator.name), &about, "short");
    panel = match (ticket, page) {
        (Some(ticket), Some(page)) if ticket < page => {
            panel.steps([("green", None), ("yellow", Some(ticket)), ("red", Some(page))])
        }
        (ticket, _) => panel.red_above(ticket),
    };
    let mut windows: Vec<_> = can.iter().map(|burn| burn.long).collect();
    windows.sort();
    windows.dedup();
    for window in windows {
        let ratio =
            of_deployment(facts, &error_ratio(window)).with(label::SLO, indicator.name.as_str());
        let ratio = latest(ratio, window);
        panel = panel.query(&by_slo(ratio).per(indicator.budget()), &window.to_string());
    }
    panel
}

/// Is it one instance? The share of each one's events that are bad; 0 where none is.
fn bad_share_by_instance(indicator: &Indicator, facts: &Facts) -> Panel {
    let window = Window::minutes(5);
    let all = queries::events_by_instance(indicator, facts, window);
    let none = Expr::from(0).times(all.above(0));
    let share = queries::bad_share_by_instance(indicator, facts, window).or(none);
    let title = format!("{}: bad events by instance", indicator.name);
    let about = "The share of each instance's events that are bad.";
    time_series(&title, about, "percentunit").query(&share, "{{instance}} {{pod}}")
}

/// The bad events of an indicator, by operation.
fn bad_events_by_operation(indicator: &Indicator, facts: &Facts) -> Option<Panel> {
    let expr = queries::all_by_operation(indicator, facts, Window::minutes(5))?;
    let names = facts.naming.names();
    let legend = format!("{{{{{}}}}} {{{{{}}}}}{{{{function}}}}", names.method, names.endpoint);
    let title = format!("{}: bad events by operation", indicator.name);
    let about = "Bad events per second, by operation.";
    Some(time_series(&title, about, "ops").query(&expr, &legend))
}
