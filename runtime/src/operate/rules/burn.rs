//! Burn-rate alerts: they fire when an objective's error budget is spent too fast.
//!
//! The windows are those of <https://sre.google/workbook/alerting-on-slos/>. The long window shows that the loss
//! matters; the short one shows that it is still going on. Nothing else delays an alert: a `for` would, and Prometheus
//! forgets at a restart how long one shorter than ten minutes has lasted.

use rust_decimal::Decimal;

use super::alert::{AlertBuilder, Severity};
use super::document::Rule;
use super::recorded::{BAD_INCREASE, FAILING, error_ratio, period, recording, sum_over};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::promql::{Expr, Window, call};
use crate::operate::text;

/// The evaluation interval of the objectives' rules.
pub(crate) const INTERVAL: Window = Window::seconds(30);
/// The evaluation interval of those whose windows are days.
pub(crate) const DAYS_INTERVAL: Window = Window::minutes(5);

/// The share of bad events now, while the budget burns fast.
const BURNS_FAST: &str = "slo:burns_fast:ratio";
/// The share of bad events now, while the budget burns slowly.
const BURNS_SLOWLY: &str = "slo:burns_slowly:ratio";

/// The share of bad events in the period, while the budget is spent.
const BUDGET_SPENT: &str = "slo:budget_spent:ratio";

/// The ends of the names of an objective's alerts.
pub(in crate::operate) const FAST: &str = "BurnsFast";
pub(in crate::operate) const SLOW: &str = "BurnsSlowly";
pub(in crate::operate) const SPENT: &str = "BudgetSpent";

/// How long an alert still fires after its condition has ended.
pub(in crate::operate) const FAST_HOLD: Window = Window::minutes(10);
pub(in crate::operate) const SLOW_HOLD: Window = Window::hours(1);

/// A burn-rate condition: in both windows the budget is spent too fast by the factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Burn {
    /// The long window.
    pub long: Window,
    /// The short window.
    pub short: Window,
    /// How many times faster than allowed the budget is spent.
    pub factor: Decimal,
}

/// The conditions of the page. At 14 times the budget lasts for two days. The workbook has 14.4, which spends exactly
/// 2 % of it in an hour: a limit that a service can meet exactly, and rounding then decides.
pub(crate) fn fast() -> [Burn; 2] {
    [
        burn(Window::hours(1), Window::minutes(5), Decimal::new(14, 0)),
        burn(Window::hours(6), Window::minutes(30), Decimal::new(6, 0)),
    ]
}

/// The conditions of the ticket.
pub(crate) fn slow() -> [Burn; 2] {
    [
        burn(Window::days(1), Window::hours(2), Decimal::new(3, 0)),
        burn(Window::days(3), Window::hours(6), Decimal::ONE),
    ]
}

const fn burn(long: Window, short: Window, factor: Decimal) -> Burn {
    Burn { long, short, factor }
}

/// The conditions that `budget` can reach, and the reasons why it cannot reach the others: no more than all events
/// can be bad.
pub(crate) fn feasible(burns: &[Burn], budget: Decimal) -> (Vec<Burn>, Vec<String>) {
    let (can, cannot): (Vec<_>, Vec<_>) =
        burns.iter().partition(|burn| burn.factor * budget < Decimal::ONE);
    let reason = |burn: &Burn| {
        format!(
            "{} and {} at {} times the budget: {} of all events would have to be bad",
            burn.long,
            burn.short,
            burn.factor.normalize(),
            text::percentage(burn.factor * budget),
        )
    };
    (can, cannot.iter().map(reason).collect())
}

/// The alerts of an indicator.
pub(in crate::operate) fn rules(indicator: &Indicator, facts: &Facts) -> Vec<Rule> {
    let all = [fast_rules(indicator, facts), slow_rules(indicator, facts)].concat();
    all.into_iter().filter(|rule| rule.alert().is_some()).collect()
}

/// The condition of the page, and the page.
pub(super) fn fast_rules(indicator: &Indicator, facts: &Facts) -> Vec<Rule> {
    burn_rules(indicator, facts, FAST, indicator.slo.alert_severity().into())
}

/// The condition of the ticket, the ticket, and that of the spent budget.
pub(super) fn slow_rules(indicator: &Indicator, facts: &Facts) -> Vec<Rule> {
    let mut rules = burn_rules(indicator, facts, SLOW, Severity::Ticket);
    rules.extend(spent_rules(indicator, facts));
    rules
}

/// What an alert whose name has this end requires: the share of bad events, in the short window of a burn rate or in the
/// period. `None` where no more than all events can be bad.
pub(in crate::operate) fn condition(
    indicator: &Indicator,
    facts: &Facts,
    end: &str,
) -> Option<Expr> {
    if end == SPENT {
        return Some(spent(indicator, facts));
    }
    let (burns, _) = feasible(&burns(end), indicator.budget());
    let burns = burns.iter();
    burns.map(|burn| burns_faster_than_allowed(indicator, facts, *burn)).reduce(Expr::or)
}

fn burns(end: &str) -> [Burn; 2] {
    if end == FAST { fast() } else { slow() }
}

fn burn_rules(indicator: &Indicator, facts: &Facts, end: &str, severity: Severity) -> Vec<Rule> {
    let (burns, _) = feasible(&burns(end), indicator.budget());
    if burns.is_empty() {
        return Vec::new();
    }
    held(indicator, facts, end, severity, text::burning(indicator, &burns, facts))
}

fn spent_rules(indicator: &Indicator, facts: &Facts) -> Vec<Rule> {
    let days = indicator.slo.period();
    let deployment = text::deployment(facts);
    let summary =
        format!("{deployment}: {} has no error budget left for {days} days", indicator.name);
    let description = format!(
        "The objective: {}. In the last {days} days {{{{ $value | humanizePercentage }}}} of the events were bad; \
         {} may be. Postpone risky changes until the budget has recovered.",
        indicator.sentence(),
        text::percentage(indicator.budget()),
    );
    held(indicator, facts, SPENT, Severity::Ticket, (summary, description))
}

/// The condition is recorded, and the alert reads it for a while after it has ended. `keep_firing_for` would do the
/// same, but Prometheus forgets at a restart what it keeps firing, and older releases of vmalert do not know it.
fn held(
    indicator: &Indicator,
    facts: &Facts,
    end: &str,
    severity: Severity,
    (summary, description): (String, String),
) -> Vec<Rule> {
    let Some(condition) = condition(indicator, facts, end) else { return Vec::new() };
    let (record, hold) = match end {
        FAST => (BURNS_FAST, FAST_HOLD),
        SLOW => (BURNS_SLOWLY, SLOW_HOLD),
        _ => (BUDGET_SPENT, SLOW_HOLD),
    };
    let series = indicator.recorded(facts, record).over(facts.scaled(hold));
    let name = format!("{}{end}", indicator.title());
    let alert = AlertBuilder::new(name, severity, call("last_over_time", [series]))
        .summary(summary)
        .description(description)
        .of_indicator(indicator, facts);
    vec![recording(indicator, facts, record, condition), Rule::Alert(Box::new(alert))]
}

/// The share of bad events in the period, while the budget is spent: not the budget that is left, as nobody can use
/// "-98500 % is left".
fn spent(indicator: &Indicator, facts: &Facts) -> Expr {
    let period = period(indicator);
    let bad = share(indicator, facts, period);
    bad.at_least(indicator.budget()).and(enough_bad_events(indicator, facts, period))
}

/// `short > factor · budget and long > factor · budget`, and enough bad events in the long window.
fn burns_faster_than_allowed(indicator: &Indicator, facts: &Facts, burn: Burn) -> Expr {
    let limit = || Expr::from(burn.factor).times(indicator.budget());
    let over = |window| share(indicator, facts, window).above(limit());
    let mut enough = enough_bad_events(indicator, facts, burn.long);
    if burn.short == OUTAGE {
        enough = enough.or(fails_steadily(indicator, facts));
    }
    over(burn.short).and(over(burn.long)).and(enough)
}

/// The share of bad events in a window.
fn share(indicator: &Indicator, facts: &Facts, window: Window) -> Expr {
    indicator.recorded(facts, &error_ratio(window)).into()
}

/// Whether at least the minimum number of events was bad.
fn enough_bad_events(indicator: &Indicator, facts: &Facts, window: Window) -> Expr {
    sum_over(indicator, facts, BAD_INCREASE, window).at_least(facts.min_bad_events)
}

/// The window in which an outage of a quiet service shows, where the minimum number of events takes its time.
pub(in crate::operate) const OUTAGE: Window = Window::minutes(5);

/// In how many of its half-minutes bad events must have come, and which share of its events they must be.
pub(in crate::operate) fn failing_half_minutes(facts: &Facts) -> u32 {
    facts.min_bad_events.min(3)
}

pub(in crate::operate) fn outage_share() -> Decimal {
    Decimal::new(5, 1)
}

/// Whether at least half of the events of five minutes were bad, and bad ones came in at least three half-minutes of
/// these. One failure that a client repeats comes in one or two.
fn fails_steadily(indicator: &Indicator, facts: &Facts) -> Expr {
    sum_over(indicator, facts, FAILING, OUTAGE)
        .at_least(failing_half_minutes(facts))
        .and(share(indicator, facts, OUTAGE).at_least(outage_share()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_that_cannot_be_reached_is_left_out_with_the_reason() {
        let (can, why) = feasible(&fast(), Decimal::new(72, 3));
        assert_eq!(can, fast()[1..]);
        assert_eq!(
            why,
            ["1h and 5m at 14 times the budget: 100.8 % of all events would have to be bad"]
        );
        let (can, why) = feasible(&fast(), Decimal::new(71, 3));
        assert_eq!((can.len(), why.len()), (2, 0));
    }
}
