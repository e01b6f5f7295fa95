//! The declared metrics and fields as a registry of OpenTelemetry semantic conventions, for its
//! tool `weaver`. Other teams' registries can refer to it, and `weaver` can check changes.

mod attributes;
mod events;
mod metrics;
mod model;

use serde::Serialize;

use super::artefact::Artefact;
use super::facts::Facts;
use crate::declare::catalog::Catalog;
use model::Registry;

#[derive(Debug, Serialize)]
struct Manifest {
    name: String,
    description: String,
    schema_url: String,
}

/// Generates the manifest and the registry: the service's declarations, and the metrics and events
/// that goldsignal adds.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let manifest = Manifest {
        name: facts.service.to_string(),
        description: format!("Metrics and log events of {}.", facts.service),
        schema_url: schema(facts),
    };
    vec![
        Artefact::yaml("otel/manifest.yaml", &[manifest]),
        Artefact::yaml("otel/registry.yaml", &[registry(catalog, facts)]),
    ]
}

fn registry(catalog: &Catalog, facts: &Facts) -> Registry {
    let families = metrics::families(catalog, facts);
    let groups = metrics::labels(&families, facts)
        .into_iter()
        .chain(events::fields(catalog, facts))
        .chain(families.iter().map(|family| metrics::group(family, facts)))
        .chain(catalog.operations.iter().map(|operation| events::group(operation, facts)))
        .collect();
    Registry { groups }
}

/// The registry's identifier: a URL below the runbooks' URL, or else a name in a domain that is
/// reserved for examples (RFC 2606). The version is a placeholder for the publisher to replace.
fn schema(facts: &Facts) -> String {
    let base = match facts.runbook_url.as_str() {
        "" => format!("https://{}.{}.invalid", facts.service, facts.namespace),
        url => url.to_owned(),
    };
    format!("{base}/schemas/0.1.0")
}

/// Turns a name into a part of an attribute's name. The parts are joined by dots, as in
/// `todo.plan`.
fn attribute_part(name: &str) -> String {
    name.replace("::", ".").replace('-', "_")
}

#[cfg(test)]
mod tests;
