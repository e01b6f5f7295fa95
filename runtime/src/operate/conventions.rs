//! The declared metrics and fields as a registry of OpenTelemetry's semantic conventions, which its tool
//! `weaver` reads: other teams' registries can refer to it, and a change of it can be checked.

use std::collections::BTreeMap;

use serde::Serialize;

use super::artefact::Artefact;
use super::facts::Facts;
use crate::declare::catalog::Catalog;
use crate::declare::{Descriptor, Dimension, Domain, Kind};

#[derive(Debug, Serialize)]
struct Manifest {
    name: String,
    description: String,
    semconv_version: &'static str,
    schema_base_url: String,
}

#[derive(Debug, Serialize)]
struct Registry {
    groups: Vec<Group>,
}

#[derive(Debug, Serialize)]
struct Group {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    stability: &'static str,
    brief: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metric_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instrument: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<Attribute>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Attribute {
    Declared {
        id: String,
        #[serde(rename = "type")]
        kind: Type,
        stability: &'static str,
        brief: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        examples: Option<Vec<&'static str>>,
    },
    Referred {
        #[serde(rename = "ref")]
        to: String,
        requirement_level: &'static str,
    },
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Type {
    Plain(&'static str),
    Members { members: Vec<Member> },
}

#[derive(Debug, Serialize)]
struct Member {
    id: &'static str,
    value: &'static str,
    stability: &'static str,
}

const STABILITY: &str = "development";

/// The manifest, and the registry of what the service declares beside what every service has.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let manifest = Manifest {
        name: facts.service.to_string(),
        description: format!("What {} declares.", facts.service),
        semconv_version: "0.1.0",
        schema_base_url: format!("urn:goldsignal:{}:", facts.service),
    };
    let mut families = catalog.families.clone();
    families.dedup_by_key(|family| family.name);
    let mut groups = attributes(&families, facts);
    groups.extend(families.iter().map(|family| metric(family, facts)));
    vec![
        Artefact::yaml("otel/registry_manifest.yaml", &[manifest]),
        Artefact::yaml("otel/registry.yaml", &[Registry { groups }]),
    ]
}

/// `todo.plan`: names of attributes have the service's before them, so that no two registries declare one.
fn attribute(facts: &Facts, dimension: &Dimension, family: &Descriptor) -> String {
    format!("{}.{}.{}", facts.service.replace('-', "_"), family.name, dimension.name)
}

fn attributes(families: &[&'static Descriptor], facts: &Facts) -> Vec<Group> {
    let mut declared = BTreeMap::new();
    for family in families {
        for dimension in family.dimensions {
            let id = attribute(facts, dimension, family);
            declared.insert(id.clone(), declaration(id, dimension, family));
        }
    }
    if declared.is_empty() {
        return Vec::new();
    }
    vec![Group {
        id: format!("registry.{}", facts.service.replace('-', "_")),
        kind: "attribute_group",
        stability: STABILITY,
        brief: format!("Labels of the metrics of {}.", facts.service),
        metric_name: None,
        instrument: None,
        unit: None,
        attributes: declared.into_values().collect(),
    }]
}

fn declaration(id: String, dimension: &Dimension, family: &Descriptor) -> Attribute {
    let member = |value: &&'static str| Member { id: value, value, stability: STABILITY };
    let (kind, examples) = match dimension.domain {
        Domain::Finite(values) => {
            (Type::Members { members: values.iter().map(member).collect() }, None)
        }
        Domain::Budget(_) => (Type::Plain("string"), Some(vec!["_OTHER"])),
    };
    let brief = format!("The label `{}` of `{}`.", dimension.name, family.name);
    Attribute::Declared { id, kind, stability: STABILITY, brief, examples }
}

fn metric(family: &'static Descriptor, facts: &Facts) -> Group {
    let referred = |dimension| Attribute::Referred {
        to: attribute(facts, dimension, family),
        requirement_level: "required",
    };
    Group {
        id: format!("metric.{}", family.name),
        kind: "metric",
        stability: STABILITY,
        brief: family.help.to_owned(),
        metric_name: Some(family.name),
        instrument: Some(match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }),
        unit: Some(unit(family)),
        attributes: family.dimensions.iter().map(referred).collect(),
    }
}

/// The unit's name in the Unified Code for Units of Measure.
fn unit(family: &Descriptor) -> &'static str {
    match family.unit {
        "seconds" => "s",
        "bytes" => "By",
        "celsius" => "Cel",
        "meters" => "m",
        "volts" => "V",
        "amperes" => "A",
        "joules" => "J",
        "grams" => "g",
        _ => "1",
    }
}
