//! Grafana dashboards, as JSON that Grafana provisions.

mod business;
mod dependencies;
mod endpoint;
mod frame;
mod model;
mod objectives;
mod overview;
mod panel;
mod panel_builder;
mod requests;
mod slo;
mod telemetry;

use super::artefact::Artefact;
use super::facts::Facts;
use super::links::Dashboard;
use crate::declare::catalog::Catalog;

/// The folder of the dashboards.
pub(super) const FOLDER: &str = "grafana";

/// Generates one file per dashboard.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let all = Dashboard::ALL.into_iter().filter(|which| exists(*which, catalog));
    all.map(|which| Artefact::json(path(which), &document(which, catalog, facts))).collect()
}

/// The path of a dashboard's file.
pub(super) fn path(which: Dashboard) -> String {
    format!("{FOLDER}/{}.json", which.name())
}

/// Whether the dashboard has content: a service that declares no metrics of its own has no business
/// dashboard.
fn exists(which: Dashboard, catalog: &Catalog) -> bool {
    match which {
        Dashboard::Business => {
            catalog.families.iter().any(|family| !dependencies::is_dependency(family))
        }
        Dashboard::Slo => !catalog.objectives.is_empty(),
        _ => true,
    }
}

fn document(which: Dashboard, catalog: &Catalog, facts: &Facts) -> model::Document {
    let facts = &facts.chosen_by_viewer();
    let (about, variables, panels) = match which {
        Dashboard::Overview => (
            "Objectives, rate, errors, duration and saturation of the whole service.",
            Vec::new(),
            overview::panels(catalog, facts),
        ),
        Dashboard::Endpoint => (
            "Rate, errors and duration of the chosen endpoints.",
            endpoint::variables(facts),
            endpoint::panels(catalog, facts),
        ),
        Dashboard::Dependencies => (
            "Calls, connection pools and containers: what the service depends on, and how much of it is in use.",
            Vec::new(),
            dependencies::panels(catalog, facts),
        ),
        Dashboard::Business => (
            "The metrics that the service itself declares.",
            Vec::new(),
            business::panels(catalog, facts),
        ),
        Dashboard::Slo => (
            "How much of the objectives' error budgets is left, and which operations spend it.",
            slo::variables(facts),
            slo::panels(catalog, facts),
        ),
        Dashboard::Telemetry => (
            "Whether the telemetry of the service is complete.",
            Vec::new(),
            telemetry::panels(catalog, facts),
        ),
    };
    let existing: Vec<_> = Dashboard::ALL.into_iter().filter(|one| exists(*one, catalog)).collect();
    frame::document(facts, which, &existing, about, variables, panels)
}

#[cfg(test)]
mod tests;
