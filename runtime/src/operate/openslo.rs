//! The objectives as OpenSLO documents (<https://openslo.com>, v1), for tools that read those.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::artefact::Artefact;
use super::facts::Facts;
use super::indicator::Indicator;
use super::promql::{Selector, sum};
use super::text;
use crate::declare::catalog::Catalog;
use crate::declare::series::{GOOD, label};

const VERSION: &str = "openslo/v1";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: S,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    display_name: String,
    labels: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Spec {
    Service(Service),
    Objective(Box<Objective>),
}

#[derive(Debug, Serialize)]
struct Service {
    description: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Objective {
    description: String,
    service: String,
    indicator: Level,
    time_window: Vec<TimeWindow>,
    budgeting_method: &'static str,
    objectives: Vec<Target>,
}

#[derive(Debug, Serialize)]
struct Level {
    metadata: Name,
    spec: LevelSpec,
}

#[derive(Debug, Serialize)]
struct Name {
    name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LevelSpec {
    ratio_metric: Ratio,
}

#[derive(Debug, Serialize)]
struct Ratio {
    counter: bool,
    good: Metric,
    total: Metric,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    metric_source: Source,
}

#[derive(Debug, Serialize)]
struct Source {
    #[serde(rename = "type")]
    kind: &'static str,
    spec: Query,
}

#[derive(Debug, Serialize)]
struct Query {
    query: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TimeWindow {
    duration: String,
    is_rolling: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    display_name: String,
    #[serde(serialize_with = "exact")]
    target: Decimal,
}

/// Serializes a decimal as the nearest float, which prints with the digits of the decimal.
fn exact<S: serde::Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    use rust_decimal::prelude::ToPrimitive;
    serializer.serialize_f64(number.to_f64().unwrap_or_default())
}

/// One file with the service and its indicators; no file where there are no objectives.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let indicators = Indicator::all(catalog);
    if indicators.is_empty() {
        return Vec::new();
    }
    let mut documents = vec![service(facts)];
    documents.extend(indicators.iter().map(|indicator| objective(indicator, facts)));
    vec![Artefact::yaml("openslo/objectives.yaml", &documents)]
}

fn document(kind: &'static str, name: &str, facts: &Facts, spec: Spec) -> Document<Spec> {
    let identity = facts.identity();
    let deployment = identity.deployment().map(|(name, value)| (name, value.to_owned()));
    let labels = deployment.chain([("team", facts.team.clone())]).collect();
    let metadata = Metadata { name: name.to_owned(), display_name: name.to_owned(), labels };
    Document { api_version: VERSION, kind, metadata, spec }
}

fn service(facts: &Facts) -> Document<Spec> {
    let description = text::owner(facts);
    document("Service", &facts.service, facts, Spec::Service(Service { description }))
}

fn objective(indicator: &Indicator, facts: &Facts) -> Document<Spec> {
    let name = &indicator.name;
    let total = indicator.total(facts);
    let good = total.clone().with(label::OUTCOME, GOOD);
    let spec = Objective {
        description: format!("{}.", indicator.sentence()),
        service: facts.service.to_string(),
        indicator: Level {
            metadata: Name { name: name.clone() },
            spec: LevelSpec {
                ratio_metric: Ratio { counter: true, good: metric(good), total: metric(total) },
            },
        },
        time_window: vec![TimeWindow {
            duration: format!("{}d", indicator.slo.period()),
            is_rolling: true,
        }],
        budgeting_method: "Occurrences",
        objectives: vec![Target { display_name: name.clone(), target: indicator.objective }],
    };
    document("SLO", name, facts, Spec::Objective(Box::new(spec)))
}

fn metric(selector: Selector) -> Metric {
    let query = sum(selector).to_string();
    Metric { metric_source: Source { kind: "Prometheus", spec: Query { query } } }
}
