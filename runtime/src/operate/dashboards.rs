//! Dashboards, as JSON that Grafana provisions, and as documents of Perses. Both are written from the same panels.

mod business;
mod dependencies;
mod endpoint;
mod frame;
mod model;
mod objectives;
mod overview;
mod pages;
mod panel;
mod panel_builder;
mod perses;
mod requests;
mod saturation;
mod slo;
mod telemetry;

use super::artefact::Artefact;
use super::facts::Facts;
use super::links::{Dashboard, Page};
use crate::declare::catalog::Catalog;

pub(super) use perses::{Resource as PersesDashboard, Spec as PersesSpec};

/// Generates one file per dashboard, for Grafana and for Perses.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let mut all = grafana(catalog, facts);
    let perses = perses(catalog, facts).into_iter();
    all.extend(
        perses.map(|(page, document)| {
            Artefact::json(format!("perses/{}.json", page.name()), &document)
        }),
    );
    all
}

/// Generates one file per dashboard, for Grafana.
pub(super) fn grafana(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let all = documents(catalog, facts);
    all.map(|(page, document)| Artefact::json(path(page), &document)).collect()
}

/// Translates each dashboard for Perses.
pub(super) fn perses(catalog: &Catalog, facts: &Facts) -> Vec<(Page, PersesDashboard)> {
    let all = documents(catalog, facts);
    all.map(|(page, document)| (page, perses::document(facts, page, &document))).collect()
}

/// The path of a page's file for Grafana.
fn path(page: Page) -> String {
    format!("grafana/{}.json", page.name())
}

fn documents(catalog: &Catalog, facts: &Facts) -> impl Iterator<Item = (Page, model::Document)> {
    let all = Dashboard::ALL.into_iter().filter(|which| exists(*which, catalog));
    all.flat_map(|which| pages_of(which, catalog, facts))
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

fn pages_of(which: Dashboard, catalog: &Catalog, facts: &Facts) -> Vec<(Page, model::Document)> {
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
        Dashboard::Saturation => (
            "How much of its memory, CPU, descriptors and runtimes each instance uses, and which operations use it.",
            Vec::new(),
            saturation::panels(catalog, facts),
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
    frame::documents(facts, which, &existing, about, variables, panels)
}

#[cfg(test)]
mod tests;
