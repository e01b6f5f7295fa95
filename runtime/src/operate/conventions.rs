//! The declared metrics and fields as a registry of OpenTelemetry's semantic conventions, which its tool
//! `weaver` reads: other teams' registries can refer to it, and a change of it can be checked.

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

/// The manifest, and the registry: what the service declares and what goldsignal tells of it.
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

/// What tells this registry from all others: an address beside the runbooks', or where nobody said one, a name that is
/// none on purpose (RFC 2606). Whoever publishes it gives it versions.
fn schema(facts: &Facts) -> String {
    let base = match facts.runbook_url.as_str() {
        "" => format!("https://{}.{}.invalid", facts.service, facts.namespace),
        url => url.to_owned(),
    };
    format!("{base}/schemas/0.1.0")
}

/// A name as part of an attribute's: `todo` and `plan` are `todo.plan`.
fn word(name: &str) -> String {
    name.replace("::", ".").replace('-', "_")
}

#[cfg(test)]
mod tests;
