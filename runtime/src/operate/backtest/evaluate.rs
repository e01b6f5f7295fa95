//! Which alerts the rules of an objective would have fired.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::history::{Events, History, steps_of};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::promql::Window;
use crate::operate::rules::burn::{self, FAST, FAST_HOLD, OUTAGE, SLOW, SLOW_HOLD, SPENT};
use crate::operate::rules::recorded::period;
use crate::operate::rules::{Burn, DAYS_INTERVAL, INTERVAL, Severity, fast, feasible, slow};

/// An alert from its first evaluation that fired to the first that did not.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Episode {
    pub(super) alert: String,
    pub(super) severity: Severity,
    /// The step at which it began.
    pub(super) begins: usize,
    /// The step at which it ended, if it did.
    pub(super) ends: Option<usize>,
    /// The largest share of bad events meanwhile, and the window in which it was.
    pub(super) worst: f64,
    pub(super) window: Window,
}

/// The alerts that fired at the step `from` or later, by their begin.
pub(super) fn alerts(
    indicator: &Indicator,
    facts: &Facts,
    history: &History,
    from: usize,
) -> Vec<Episode> {
    let rules = Rules { budget: float(indicator.budget()), indicator, facts, history, from };
    let severity = indicator.slo.alert_severity().into();
    let mut all = rules.burning(FAST, severity, &fast(), INTERVAL, FAST_HOLD);
    all.extend(rules.burning(SLOW, Severity::Ticket, &slow(), DAYS_INTERVAL, SLOW_HOLD));
    all.extend(rules.spent());
    all.sort_by_key(|one| (one.begins, one.severity));
    all
}

/// How many pages and how many tickets these are.
pub(super) fn counted(alerts: &[Episode]) -> BTreeMap<Severity, usize> {
    let mut counts = BTreeMap::from([(Severity::Page, 0), (Severity::Ticket, 0)]);
    for alert in alerts {
        *counts.entry(alert.severity).or_default() += 1;
    }
    counts
}

/// The number that Prometheus reads where a decimal is printed.
pub(super) fn float(decimal: Decimal) -> f64 {
    decimal.to_string().parse().unwrap_or(f64::NAN)
}

struct Rules<'a> {
    indicator: &'a Indicator,
    facts: &'a Facts,
    budget: f64,
    history: &'a History,
    from: usize,
}

impl Rules<'_> {
    fn burning(
        &self,
        end: &str,
        severity: Severity,
        burns: &[Burn],
        interval: Window,
        hold: Window,
    ) -> Vec<Episode> {
        let (burns, _) = feasible(burns, self.indicator.budget());
        let Some(window) = burns.iter().map(|burn| burn.short).min() else { return Vec::new() };
        let is_met = |step| burns.iter().any(|burn| self.burns(*burn, step));
        self.episodes(end, severity, window, interval, hold, is_met)
    }

    /// The condition of `burn::burns_faster_than_allowed`.
    fn burns(&self, burn: Burn, step: usize) -> bool {
        let limit = float(burn.factor) * self.budget;
        let long = self.history.window(burn.long, step);
        let short = self.history.window(burn.short, step);
        let over = |events: Events| events.bad_share().is_some_and(|share| share > limit);
        let enough = long.bad >= f64::from(self.facts.min_bad_events)
            || burn.short == OUTAGE && self.fails_steadily(short, step);
        over(short) && over(long) && enough
    }

    fn fails_steadily(&self, short: Events, step: usize) -> bool {
        let least = f64::from(burn::failing_half_minutes(self.facts));
        self.history.failing(OUTAGE, step) >= least
            && short.bad_share().is_some_and(|share| share >= float(burn::outage_share()))
    }

    fn spent(&self) -> Vec<Episode> {
        let window = period(self.indicator);
        let is_met = |step| {
            let events = self.history.window(window, step);
            events.bad >= f64::from(self.facts.min_bad_events)
                && events.bad_share().is_some_and(|share| share >= self.budget)
        };
        self.episodes(SPENT, Severity::Ticket, window, DAYS_INTERVAL, SLOW_HOLD, is_met)
    }

    /// The times of an alert that fires from when its condition is met until it has not been met for the length `hold`.
    fn episodes(
        &self,
        end: &str,
        severity: Severity,
        window: Window,
        interval: Window,
        hold: Window,
        is_met: impl Fn(usize) -> bool,
    ) -> Vec<Episode> {
        let (every, hold) = (steps_of(interval), steps_of(hold));
        let span = self.history.span;
        let last = span.steps() - 1;
        // At the same times whenever it is asked; those of a Prometheus depend on the names of its groups.
        let is_evaluated = |step: &usize| span.time(*step) / span.step % every as u64 == 0;
        let mut episodes: Vec<Episode> = Vec::new();
        // What had been met before may still be held.
        for step in (self.from.saturating_sub(hold)..=last).filter(is_evaluated) {
            if !is_met(step) {
                continue;
            }
            let worst = self.history.window(window, step).bad_share().unwrap_or_default();
            let ends = Some(step + hold).filter(|ends| *ends <= last);
            match episodes.last_mut() {
                Some(open) if open.ends.is_none_or(|ends| ends >= step) => {
                    open.ends = ends;
                    open.worst = open.worst.max(worst);
                }
                _ => episodes.push(Episode {
                    alert: format!("{}{end}", self.indicator.title()),
                    severity,
                    begins: step,
                    ends,
                    worst,
                    window,
                }),
            }
        }
        episodes.retain(|one| one.ends.is_none_or(|ends| ends > self.from));
        episodes
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::{Source, Span};
    use super::*;
    use crate::declare::Slo;
    use crate::declare::catalog::Catalog;

    const API: Slo = Slo::new("api", "text").availability(99.9);
    const HOURS: usize = 120;

    /// Ten events in each half-minute of some days; this share of them is bad from the hour 48 on, for some minutes.
    fn fired(share: f64, minutes: usize, target: &str) -> Vec<(String, usize, Option<usize>)> {
        let catalog = Catalog { operations: vec![], families: vec![], objectives: vec![&API] };
        let indicator = Indicator::all(&catalog)[0].with_target(target.parse().unwrap());
        let facts = Facts::new("a".try_into().unwrap(), "a".try_into().unwrap(), "team");
        let (begin, end) = (48 * 120, 48 * 120 + 2 * minutes);
        let steps = (0..HOURS * 120).map(|step| {
            let bad = if (begin..end).contains(&step) { 100.0 * share } else { 0.0 };
            Some(Events { all: 100.0, bad })
        });
        let span = Span { start: 0, end: (HOURS as u64 * 120 - 1) * 30_000, step: 30_000 };
        let history = History::new(span, Source::default(), &steps.collect::<Vec<_>>());
        let since = |step: usize| step.saturating_sub(begin);
        alerts(&indicator, &facts, &history, 24 * 120)
            .into_iter()
            .map(|one| (one.alert, since(one.begins), one.ends.map(since)))
            .collect()
    }

    #[test]
    fn an_outage_pages_at_once_until_ten_minutes_after_the_last_window_with_it() {
        let fired = fired(1.0, 30, "99.9");
        // The hour must have 1.4 % of bad events, 168 of 12,000: two half-minutes. The window of 30 minutes has the last one
        // for 59 half-minutes more.
        let page = ("ApiAvailabilityBurnsFast".to_owned(), 1, Some(59 + 59 + 20));
        assert!(fired.contains(&page), "{fired:?}");
        assert!(fired.iter().any(|one| one.0 == "ApiAvailabilityBurnsSlowly"), "{fired:?}");
        assert!(fired.iter().any(|one| one.0 == "ApiAvailabilityBudgetSpent"), "{fired:?}");
    }

    #[test]
    fn a_lower_target_fires_less() {
        let names = |share, target| -> Vec<String> {
            fired(share, 300, target).into_iter().map(|one| one.0).collect()
        };
        assert_eq!(
            names(0.01, "99.9").first().map(String::as_str),
            Some("ApiAvailabilityBurnsFast")
        );
        assert_eq!(names(0.01, "99"), Vec::<String>::new());
    }

    #[test]
    fn an_alert_that_has_not_ended_says_so() {
        let fired = fired(1.0, 72 * 60, "99.9");
        assert!(fired.iter().all(|(_, _, ends)| ends.is_none()), "{fired:?}");
        assert_eq!(fired.len(), 3);
    }
}
