//! Prometheus rules: recording rules of each objective, and alerts.
//!
//! The rule file has their text. As values they can be tested: here, that every alert leads to a runbook.
//!
//! ```
//! use goldsignal::declare::catalog::Catalog;
//! use goldsignal::operate::Facts;
//! use goldsignal::operate::rules::{Rule, groups};
//!
//! let facts = Facts::parse("service = 'shop'\nnamespace = 'shop'\nteam = 'checkout'")?;
//! let groups = groups(&Catalog::linked(), &facts);
//! let alerts: Vec<_> = groups.iter().flat_map(|group| &group.rules).filter_map(Rule::alert).collect();
//! assert!(alerts.iter().any(|alert| alert.labels["severity"] == "page"));
//! assert!(alerts.iter().all(|alert| alert.annotations.contains_key("runbook_url")));
//! # Ok::<(), goldsignal::operate::FactsError>(())
//! ```

mod alert;
pub(super) mod burn;
mod document;
pub(super) mod recorded;
pub(super) mod support;

pub(super) use alert::Severity;
pub(super) use burn::{Burn, DAYS_INTERVAL, INTERVAL, fast, feasible, slow};
pub use document::{Alert, Group, Recording, Rule};

use super::artefact::Artefact;
use super::distinct;
use super::facts::Facts;
use super::indicator::Indicator;
use super::promql::Window;
use crate::declare::catalog::Catalog;
pub(super) use document::RuleFile;

/// The path of the rule file.
pub(super) const PATH: &str = "prometheus/rules.yaml";

/// The evaluation interval of the support alerts.
const SUPPORT_INTERVAL: Window = Window::seconds(30);

/// The rule groups: two for each objective's availability and latency, whose rules build on each other in this order,
/// one of the different keys that were seen, and one of the support alerts. Windows of days are in a group of their own, because they take most of the time.
pub fn groups(catalog: &Catalog, facts: &Facts) -> Vec<Group> {
    let group =
        |name: String, interval, rules| Group { name, interval: facts.scaled(interval), rules };
    let of_indicator = |one: Indicator| {
        let hours = [recorded::of_hours(&one, facts), burn::fast_rules(&one, facts)].concat();
        let days = [recorded::of_days(&one, facts), burn::slow_rules(&one, facts)].concat();
        let [of_hours, of_days] = group_names(&one, facts);
        [group(of_hours, INTERVAL, hours), group(of_days, DAYS_INTERVAL, days)]
    };
    let mut groups: Vec<_> = Indicator::all(catalog).into_iter().flat_map(of_indicator).collect();
    let distinct = distinct::rules(catalog, facts);
    if !distinct.is_empty() {
        groups.push(group(format!("{}-distinct", facts.service), distinct::INTERVAL, distinct));
    }
    let support = support::all(catalog, facts);
    let support = support.into_iter().map(|one| Rule::Alert(Box::new(one.alert))).collect();
    groups.push(group(format!("{}-support", facts.service), SUPPORT_INTERVAL, support));
    groups
}

/// The names of an indicator's groups, in the order in which they read what the others record.
pub(super) fn group_names(indicator: &Indicator, facts: &Facts) -> [String; 2] {
    let name = format!("{}-{}", facts.service, indicator.name);
    [name.clone(), format!("{name}-days")]
}

/// The rule file.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    vec![Artefact::yaml(PATH, &[RuleFile { groups: groups(catalog, facts) }])]
}

#[cfg(test)]
mod tests;
