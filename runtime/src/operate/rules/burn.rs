//! Burn-rate alerts: they fire when an objective's error budget is spent too fast.
//!
//! The factors and windows are those of <https://sre.google/workbook/alerting-on-slos/>. The long window shows that the
//! loss matters; the short one shows that it is still going on.

use rust_decimal::Decimal;

use super::alert::{AlertBuilder, Severity};
use super::document::{Alert, Rule};
use super::recorded::{BAD, error_ratio, period};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::promql::{Expr, Window, call};
use crate::operate::text;

/// The evaluation interval of the objectives' rules.
pub(crate) const INTERVAL: Window = Window::seconds(30);

/// The ends of the names of an objective's alerts.
pub(in crate::operate) const FAST: &str = "BurnsFast";
pub(in crate::operate) const SLOW: &str = "BurnsSlowly";
pub(in crate::operate) const SPENT: &str = "BudgetSpent";

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

/// The conditions of the page.
pub(crate) fn fast() -> [Burn; 2] {
    [
        burn(Window::hours(1), Window::minutes(5), Decimal::new(144, 1)),
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
    [page(indicator, facts), ticket(indicator, facts), Some(spent(indicator, facts))]
        .into_iter()
        .flatten()
        .map(|alert| Rule::Alert(Box::new(alert)))
        .collect()
}

fn page(indicator: &Indicator, facts: &Facts) -> Option<Alert> {
    let severity = indicator.slo.alert_severity().into();
    burn_alert(indicator, facts, &fast(), FAST, severity)
}

fn ticket(indicator: &Indicator, facts: &Facts) -> Option<Alert> {
    burn_alert(indicator, facts, &slow(), SLOW, Severity::Ticket)
}

fn burn_alert(
    indicator: &Indicator,
    facts: &Facts,
    burns: &[Burn],
    end: &str,
    severity: Severity,
) -> Option<Alert> {
    let (burns, _) = feasible(burns, indicator.budget());
    let expr = burns
        .iter()
        .map(|burn| burns_faster_than_allowed(indicator, facts, *burn))
        .reduce(Expr::or)?;
    let (summary, description) = text::burning(indicator, &burns, facts);
    Some(
        AlertBuilder::new(format!("{}{end}", indicator.title()), severity, expr)
            .summary(summary)
            .description(description)
            .for_duration(facts.scaled(Window::minutes(2)))
            .keep_firing_for(facts.scaled(Window::minutes(10)))
            .of_indicator(indicator, facts),
    )
}

fn spent(indicator: &Indicator, facts: &Facts) -> Alert {
    // The value is the share of bad events, not the budget that is left: nobody can use "-98500 % is left".
    let bad = Expr::from(indicator.recorded(facts, &error_ratio(period(indicator))));
    let expr = bad.at_least(indicator.budget()).and(enough_bad_events(
        indicator,
        facts,
        period(indicator),
    ));
    let days = indicator.slo.period();
    let deployment = text::deployment(facts);
    let summary =
        format!("{deployment}: {} has no error budget left for {days} days", indicator.name);
    AlertBuilder::new(format!("{}{SPENT}", indicator.title()), Severity::Ticket, expr)
        .summary(summary)
        .description(format!(
            "The objective: {}. In the last {days} days {{{{ $value | humanizePercentage }}}} of the events were bad; \
             {} may be. Postpone risky changes until the budget has recovered.",
            indicator.sentence(),
            text::percentage(indicator.budget()),
        ))
        .for_duration(facts.scaled(Window::minutes(2)))
        .keep_firing_for(facts.scaled(Window::minutes(10)))
        .of_indicator(indicator, facts)
}

/// `long > factor · budget and short > factor · budget`, and enough bad events in the long window.
fn burns_faster_than_allowed(indicator: &Indicator, facts: &Facts, burn: Burn) -> Expr {
    let limit = || Expr::from(burn.factor).times(indicator.budget());
    let over = |window| Expr::from(indicator.recorded(facts, &error_ratio(window))).above(limit());
    over(burn.long).and(over(burn.short)).and(enough_bad_events(indicator, facts, burn.long))
}

/// Whether at least the minimum number of events was bad: the sum of the rates times the seconds between them.
fn enough_bad_events(indicator: &Indicator, facts: &Facts, window: Window) -> Expr {
    let rates = indicator.recorded(facts, BAD).over(facts.scaled(window));
    let events = call("sum_over_time", [rates]).times(facts.scaled(INTERVAL).as_seconds());
    events.at_least(facts.min_bad_events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_that_cannot_be_reached_is_left_out_with_the_reason() {
        let (can, why) = feasible(&fast(), Decimal::new(7, 2));
        assert_eq!(can, fast()[1..]);
        assert_eq!(
            why,
            ["1h and 5m at 14.4 times the budget: 100.8 % of all events would have to be bad"]
        );
        let (can, why) = feasible(&fast(), Decimal::new(69, 3));
        assert_eq!((can.len(), why.len()), (2, 0));
    }
}
