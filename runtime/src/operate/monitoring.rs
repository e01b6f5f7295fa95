//! Configuration of scraping and alerting: Prometheus, Alertmanager, and the objects of the
//! Prometheus operator.

mod alertmanager;
mod helm;
pub(super) mod object;
mod operator;
mod perses;
mod scrape;

use super::artefact::Artefact;
use super::facts::Facts;
use crate::declare::catalog::Catalog;

/// Generates the files for all of them.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let mut all = scrape::artefacts(catalog, facts);
    all.push(alertmanager::artefact(facts));
    all.extend(operator::artefacts(catalog, facts));
    all.push(helm::artefact(facts));
    all.push(perses::artefact(catalog, facts));
    all
}
