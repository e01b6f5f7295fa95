//! The catalog as data: every declaration, and the artefacts that name it.

mod difference;
mod table;
mod usage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::artefact::{Artefact, MARKER};
use super::facts::Facts;
use super::series_count;
use crate::declare::catalog::Catalog;
use crate::declare::{Descriptor, Domain, Operation, Route, Severity, Slo};

pub(super) use difference::{breaks, summary};
pub(super) use table::table;

/// Every declaration of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Inventory {
    /// The fingerprint of the declarations that the rules depend on.
    pub(super) catalog: String,
    /// The number of samples of a scrape, as far as it follows from the declarations.
    pub(super) series: usize,
    pub(super) operations: Vec<OperationEntry>,
    pub(super) families: Vec<FamilyEntry>,
    pub(super) objectives: Vec<ObjectiveEntry>,
    /// The rules, alerts and panels that name a family, operation or objective.
    pub(super) used_by: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct OperationEntry {
    pub(super) name: String,
    pub(super) location: String,
    pub(super) help: String,
    /// `GET /path`; several routes are joined: `GET /path, POST /path`.
    pub(super) route: Option<String>,
    pub(super) fields: Vec<FieldEntry>,
    pub(super) faults: Vec<FaultEntry>,
    pub(super) success: Option<u16>,
    pub(super) objective: Option<String>,
    pub(super) long: bool,
    pub(super) buckets_seconds: Vec<f64>,
    pub(super) series: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FieldEntry {
    pub(super) name: String,
    /// Whether the log never contains its value: the value is hashed, or only its presence is
    /// logged.
    pub(super) sensitive: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FaultEntry {
    pub(super) error_type: String,
    pub(super) status: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FamilyEntry {
    pub(super) name: String,
    pub(super) location: String,
    pub(super) help: String,
    pub(super) kind: String,
    pub(super) unit: String,
    pub(super) labels: Vec<LabelEntry>,
    pub(super) buckets: Vec<f64>,
    pub(super) series: usize,
}

/// A label. Labels cannot be sensitive: a sensitive type does not compile as a label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LabelEntry {
    pub(super) name: String,
    /// All of its values, if they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) values: Option<Vec<String>>,
    /// The maximum number of values, if they are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) budget: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ObjectiveEntry {
    pub(super) name: String,
    pub(super) location: String,
    pub(super) availability_percent: Option<f64>,
    pub(super) latency_percent: Option<f64>,
    pub(super) latency_seconds: Option<f64>,
    pub(super) period_days: u32,
    /// `page` or `ticket`.
    #[serde(default = "page")]
    pub(super) severity: String,
}

fn page() -> String {
    Severity::Page.as_str().to_owned()
}

/// The path of the file with the catalog, by which `check` tells what changed.
pub(super) const PATH: &str = "catalog.json";

/// The catalog as a file among the generated ones.
#[derive(Serialize)]
struct File {
    note: &'static str,
    #[serde(flatten)]
    inventory: Inventory,
}

/// The file with the catalog.
pub(super) fn artefact(catalog: &Catalog, facts: &Facts) -> Artefact {
    Artefact::json(PATH, &File { note: MARKER, inventory: Inventory::new(catalog, facts) })
}

impl Inventory {
    /// Lists the declarations of `catalog`, and their users among the artefacts that `facts`
    /// produce.
    pub(super) fn new(catalog: &Catalog, facts: &Facts) -> Self {
        Self {
            catalog: facts.fingerprint(catalog),
            series: series_count::total(catalog),
            operations: catalog.operations.iter().map(|one| (*one).into()).collect(),
            families: catalog.families.iter().map(|one| (*one).into()).collect(),
            objectives: catalog.objectives.iter().map(|one| (*one).into()).collect(),
            used_by: usage::of(catalog, facts),
        }
    }
}

impl From<&Operation> for OperationEntry {
    fn from(operation: &Operation) -> Self {
        let field = |name: &&str| FieldEntry {
            name: (*name).to_owned(),
            sensitive: operation.hidden.contains(name),
        };
        let faults = operation
            .faults()
            .iter()
            .map(|kind| FaultEntry { error_type: kind.error_type.to_owned(), status: kind.status });
        Self {
            name: operation.name.to_owned(),
            location: operation.location.to_string(),
            help: operation.help.to_owned(),
            route: (!operation.routes.is_empty()).then(|| {
                let routes: Vec<_> = operation.routes.iter().map(Route::to_string).collect();
                routes.join(", ")
            }),
            fields: operation.fields.iter().map(field).collect(),
            faults: faults.collect(),
            success: operation.success(),
            objective: operation.slo.map(|slo| slo.name().to_owned()),
            long: operation.long,
            buckets_seconds: operation.bounds.to_vec(),
            series: series_count::samples_of(operation),
        }
    }
}

impl From<&Descriptor> for FamilyEntry {
    fn from(family: &Descriptor) -> Self {
        let labels = family.given_labels().iter().map(|dimension| {
            let (values, budget) = match dimension.domain {
                Domain::Finite(values) => {
                    (Some(values.iter().map(|value| (*value).to_owned()).collect()), None)
                }
                Domain::Budget(budget) => (None, Some(budget)),
            };
            LabelEntry { name: dimension.name.to_owned(), values, budget }
        });
        Self {
            name: family.name.to_owned(),
            location: family.location.to_string(),
            help: family.help.to_owned(),
            kind: family.kind.as_str().to_owned(),
            unit: family.unit.to_owned(),
            labels: labels.collect(),
            buckets: family.bounds.to_vec(),
            series: series_count::samples(family),
        }
    }
}

impl From<&Slo> for ObjectiveEntry {
    fn from(slo: &Slo) -> Self {
        let latency = slo.required_latency();
        Self {
            name: slo.name().to_owned(),
            location: slo.location(),
            availability_percent: slo.required_availability(),
            latency_percent: latency.map(|(percent, _)| percent),
            latency_seconds: latency.map(|(_, threshold)| threshold.as_secs_f64()),
            period_days: slo.period(),
            severity: slo.alert_severity().as_str().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
