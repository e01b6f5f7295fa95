//! Prometheus rules: recording rules of each objective, and alerts.

mod alert;
pub(super) mod burn;
mod document;
pub mod recorded;
pub mod support;

pub use alert::Severity;
pub use burn::{Burn, INTERVAL, fast, feasible, slow};
pub use document::{Alert, Group, Recording, Rule, RuleFile};

use super::artefact::Artefact;
use super::facts::Facts;
use super::indicator::Indicator;
use super::promql::Window;
use crate::declare::catalog::Catalog;

/// The path of the rule file.
pub const PATH: &str = "prometheus/rules.yaml";

/// The evaluation interval of the support alerts.
const SUPPORT_INTERVAL: Window = Window::seconds(30);

/// The rule groups: one of all objectives, whose rules build on each other in this order, and one of the support
/// alerts.
pub fn groups(catalog: &Catalog, facts: &Facts) -> Vec<Group> {
    let indicators = Indicator::all(catalog);
    let recorded = indicators.iter().flat_map(|one| recorded::rules(one, facts));
    let burning = indicators.iter().flat_map(|one| burn::rules(one, facts));
    let objectives: Vec<_> = recorded.chain(burning).collect();
    let support = support::all(catalog, facts);
    let support = support.into_iter().map(|one| Rule::Alert(Box::new(one.alert))).collect();
    let group = |name: &str, interval, rules| Group {
        name: format!("{}-{name}", facts.service),
        interval: facts.scaled(interval),
        rules,
    };
    let mut groups = vec![group("support", SUPPORT_INTERVAL, support)];
    if !objectives.is_empty() {
        groups.insert(0, group("objectives", INTERVAL, objectives));
    }
    groups
}

/// The rule file.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    vec![Artefact::yaml(PATH, &[RuleFile { groups: groups(catalog, facts) }])]
}

#[cfg(test)]
mod tests;
