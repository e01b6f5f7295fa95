//! Release gates: whether a new version burns an objective's error budget so fast that it would page, had it all the traffic.
//!
//! [`query`] divides the events of a version's instances by those of `goldsignal_build_info`, which says the version of each
//! instance. So it needs nothing of the controller that shifts the traffic, and the files for Argo Rollouts and Flagger differ
//! in their form alone.

mod argo;
mod flagger;

use super::artefact::Artefact;
use super::facts::Facts;
use super::indicator::Indicator;
use super::promql::{Expr, Matching, Operator, Selector, Window, max_by, ratio, sum};
use super::rules::fast;
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, label};

/// The window of a measurement. Two samples of the slowest scrape interval fit into it.
const WINDOW: Window = Window::minutes(5);

/// Generates a gate of each indicator for each controller, if the facts say where they reach Prometheus.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let indicators = Indicator::all(catalog);
    if indicators.is_empty() || facts.prometheus.url.is_empty() {
        return Vec::new();
    }
    let argo: Vec<_> = indicators.iter().map(|one| argo::template(one, facts)).collect();
    let flagger: Vec<_> = indicators.iter().map(|one| flagger::template(one, facts)).collect();
    vec![
        Artefact::yaml("argo-rollouts/analysis-templates.yaml", &argo),
        Artefact::yaml("flagger/metric-templates.yaml", &flagger),
    ]
}

/// The burn rate from which on a version is bad: the slowest that pages.
pub(super) fn limit() -> rust_decimal::Decimal {
    let factors = fast().map(|burn| burn.factor);
    factors.into_iter().min().unwrap_or_default()
}

/// How many times faster than allowed the instances of `version` burn the budget of `indicator`. It has no value while they
/// have no traffic, and is 0 while fewer of their events are bad than an alert needs.
pub(super) fn query(indicator: &Indicator, facts: &Facts, version: &str) -> Expr {
    let of_version = |events: Expr| {
        sum(events.between(
            Operator::Multiply,
            Matching::OnGroupLeft(instance_labels(facts)),
            instances(facts, version),
        ))
    };
    let window = facts.scaled(WINDOW);
    let bad =
        |function: fn(Selector, Window) -> Expr| of_version(function(indicator.bad(facts), window));
    let burn = || {
        let total = of_version(indicator.total(facts).rate(window));
        ratio(bad(Selector::rate), total).per(indicator.budget())
    };
    let enough = bad(Selector::increase).at_least(facts.min_bad_events);
    burn().and(enough).or(Expr::from(0).times(burn()))
}

fn instances(facts: &Facts, version: &str) -> Expr {
    let info = facts.select(facts.metric(&series::BUILD_INFO)).with(label::VERSION, version);
    max_by(instance_labels(facts), info)
}

fn instance_labels(facts: &Facts) -> Vec<String> {
    facts.identity().instance_labels().into_iter().map(str::to_owned).collect()
}

/// The name of an indicator's gate.
fn name(indicator: &Indicator, facts: &Facts) -> String {
    format!("{}-{}", facts.service, indicator.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::Slo;

    const API: Slo = Slo::new("api", "text").availability(99.9);

    #[test]
    fn a_gate_needs_an_objective_and_the_address_of_prometheus() {
        let paths = |objectives: &[&'static Slo], more: &str| -> Vec<String> {
            let catalog = Catalog { objectives: objectives.to_vec(), ..Catalog::default() };
            let facts = "service = 'shop'\nnamespace = 'shop'\nteam = 'checkout'\n[prometheus]\n";
            let facts = Facts::parse(&format!("{facts}{more}")).unwrap();
            artefacts(&catalog, &facts).into_iter().map(|one| one.path).collect()
        };
        let url = "url = 'http://prometheus:9090'";
        assert_eq!(
            paths(&[&API], url),
            ["argo-rollouts/analysis-templates.yaml", "flagger/metric-templates.yaml"]
        );
        assert!(paths(&[&API], "").is_empty() && paths(&[], url).is_empty());
    }
}
