//! Tests of the rules, for `promtool test rules`: each objective goes through the incidents that its alerts are for.

mod document;
mod objective;
mod release;
mod saturation;
mod support;

use super::artefact::Artefact;
use super::facts::Facts;
use super::indicator::Indicator;
use crate::declare::catalog::Catalog;

/// The folder of the tests.
const FOLDER: &str = "prometheus/tests";

/// A file of tests for each indicator, one of the alerts on saturation, and one of the other support alerts.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let file = |name: &str, tests| Artefact::yaml(format!("{FOLDER}/{name}.yaml"), &[tests]);
    let indicators = Indicator::all(catalog);
    let objectives = indicators
        .iter()
        .map(|indicator| file(&indicator.name, objective::tests(indicator, facts)));
    let support = file("support", support::tests(catalog, facts));
    let saturation = file("saturation", saturation::tests(facts));
    let mut files: Vec<_> = objectives.chain([support, saturation]).collect();
    if !indicators.is_empty() {
        files.push(file("release-gate", release::tests(&indicators, facts)));
    }
    files
}
