//! Indicators: each objective has one for availability and one for latency, each a value of the label `slo`.

use std::time::Duration;

use rust_decimal::Decimal;

use super::facts::Facts;
use super::promql::{Metric, Selector};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, BAD, label};
use crate::declare::{Operation, Slo};

/// The availability or the latency part of an objective, with its numbers as exact decimals.
#[derive(Clone, Debug)]
pub(super) struct Indicator {
    /// The objective.
    pub slo: &'static Slo,
    /// The value of the label `slo`.
    pub name: String,
    /// What the objective requires of the events.
    pub kind: ObjectiveKind,
    /// The share of events that must be good, from 0 to 1.
    pub objective: Decimal,
    /// The operations that count towards it.
    pub operations: Vec<&'static Operation>,
}

/// What an objective requires of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectiveKind {
    /// They succeed.
    Availability,
    /// They end in time.
    Latency(Duration),
}

impl Indicator {
    /// Every indicator of `catalog`, by objective.
    pub(super) fn all(catalog: &Catalog) -> Vec<Self> {
        catalog.objectives.iter().flat_map(|slo| Self::of(catalog, slo)).collect()
    }

    /// The indicators of one objective.
    pub(super) fn of(catalog: &Catalog, slo: &'static Slo) -> Vec<Self> {
        let operations = catalog.operations.iter().copied();
        let operations: Vec<_> =
            operations.filter(|one| one.slo.is_some_and(|own| own.name() == slo.name())).collect();
        let indicator = |suffix, percent, kind| Self {
            slo,
            name: format!("{}-{suffix}", slo.name()),
            kind,
            objective: share(percent),
            operations: operations.clone(),
        };
        let availability = slo
            .required_availability()
            .map(|percent| indicator("availability", percent, ObjectiveKind::Availability));
        let latency = slo.required_latency().map(|(percent, threshold)| {
            indicator("latency", percent, ObjectiveKind::Latency(threshold))
        });
        availability.into_iter().chain(latency).collect()
    }

    /// The same indicator with another objective, a percentage.
    pub(super) fn with_target(&self, percent: Decimal) -> Self {
        Self { objective: (percent / Decimal::ONE_HUNDRED).normalize(), ..self.clone() }
    }

    /// The share of events that may be bad.
    pub(super) fn budget(&self) -> Decimal {
        Decimal::ONE - self.objective
    }

    /// All of its events.
    pub(super) fn total(&self, facts: &Facts) -> Selector {
        facts.select(facts.metric(&series::SLO_EVENTS)).with(label::SLO, self.name.as_str())
    }

    /// Its bad events.
    pub(super) fn bad(&self, facts: &Facts) -> Selector {
        self.total(facts).with(label::OUTCOME, BAD)
    }

    /// The series that a recording rule stores for it.
    pub(super) fn recorded(&self, facts: &Facts, name: &str) -> Selector {
        facts
            .select(Metric::new(name, &[label::SLO, label::SERVICE]))
            .with(label::SLO, self.name.as_str())
    }

    /// The beginning of its alerts' names: `api-availability` is `ApiAvailability`.
    pub(super) fn title(&self) -> String {
        super::names::title(&self.name)
    }

    /// The objective as a sentence without a full stop.
    pub(super) fn sentence(&self) -> String {
        let percent = (self.objective * Decimal::ONE_HUNDRED).normalize();
        let days = self.slo.period();
        match self.kind {
            ObjectiveKind::Availability => {
                format!("{percent} % of events succeed, over {days} days")
            }
            ObjectiveKind::Latency(threshold) => {
                format!("{percent} % of events end within {}, over {days} days", short(threshold))
            }
        }
    }
}

/// `250 ms`, `1.5 s`.
pub(super) fn short(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_secs_f64() * 1e3)
    } else {
        format!("{} s", duration.as_secs_f64())
    }
}

/// A percentage as a share. `99.9` in the code is exactly 99.9 here: the shortest decimal that parses as the same
/// float.
fn share(percent: f64) -> Decimal {
    // An objective's percentage lies between 93 and 100, which a decimal can hold.
    let percent: Decimal = percent.to_string().parse().unwrap_or_default();
    (percent / Decimal::ONE_HUNDRED).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: Slo =
        Slo::new("api", "text").availability(99.9).latency(99.95, Duration::from_millis(250));

    #[test]
    fn an_objective_is_two_indicators_with_exact_numbers() {
        let catalog = Catalog { operations: vec![], families: vec![], objectives: vec![&API] };
        let all = Indicator::all(&catalog);
        let found: Vec<_> = all
            .iter()
            .map(|one| (one.name.as_str(), one.objective.to_string(), one.budget().to_string()))
            .collect();
        assert_eq!(
            found,
            [
                ("api-availability", "0.999".to_owned(), "0.001".to_owned()),
                ("api-latency", "0.9995".to_owned(), "0.0005".to_owned()),
            ]
        );
        assert_eq!(all[1].title(), "ApiLatency");
        assert_eq!(all[1].sentence(), "99.95 % of events end within 250 ms, over 30 days");
    }
}
