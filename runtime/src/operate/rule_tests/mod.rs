//! Tests of the rules, for `promtool test rules`: each objective through the incidents that its alerts are for.

mod document;
mod objective;

use super::artefact::Artefact;
use super::facts::Facts;
use super::indicator::Indicator;
use crate::declare::catalog::Catalog;

/// The folder of the tests.
const FOLDER: &str = "prometheus/tests";

/// A file of tests for each indicator.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    Indicator::all(catalog)
        .iter()
        .map(|indicator| {
            let path = format!("{FOLDER}/{}.yaml", indicator.name);
            Artefact::yaml(path, &[objective::tests(indicator, facts)])
        })
        .collect()
}
