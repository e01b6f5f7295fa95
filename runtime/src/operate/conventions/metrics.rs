//! Metrics: those that the service declares, and those that goldsignal records for every service.

use std::borrow::Cow;

use super::attribute_part;
use super::attributes::{distinct, required};
use super::model::{Declared, Group, Type};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, BAD, BuiltIn, GOOD, label};
use crate::declare::{Descriptor, Domain, Kind};
use crate::operate::facts::{Facts, RequestNaming};

/// A metric family of the service or of goldsignal.
pub(super) struct Family {
    name: Cow<'static, str>,
    help: &'static str,
    kind: Kind,
    unit: &'static str,
    /// The prefix of its attributes' names.
    owner: String,
    labels: Vec<Label>,
}

struct Label {
    name: &'static str,
    kind: Type,
    examples: Vec<String>,
}

/// The service's families, and goldsignal's under the names and the prefix in `facts`.
pub(super) fn families(catalog: &Catalog, facts: &Facts) -> Vec<Family> {
    let mut own = catalog.families.clone();
    own.dedup_by_key(|family| family.name);
    let own = own.into_iter().map(|family| from_descriptor(family, facts));
    let has_tools = catalog.operations.iter().any(|operation| operation.tool.is_some());
    let of_tools = of_tools(facts).into_iter().filter(|_| has_tools);
    own.chain(
        built_in(facts).into_iter().chain(of_tools).map(|family| from_built_in(family, facts)),
    )
    .collect()
}

fn from_descriptor(family: &'static Descriptor, facts: &Facts) -> Family {
    let labels = family.dimensions.iter().map(|dimension| {
        let (kind, examples) = match dimension.domain {
            Domain::Finite(_) if family.kind == Kind::Distinct => {
                (Type::Plain("string"), vec!["0000".to_owned()])
            }
            Domain::Finite(values) => (Type::one_of(values), Vec::new()),
            Domain::Budget(_) => (Type::Plain("string"), vec!["_OTHER".to_owned()]),
        };
        Label { name: dimension.name, kind, examples }
    });
    Family {
        name: family.name.into(),
        help: family.help,
        kind: family.kind,
        unit: family.unit,
        owner: attribute_part(&facts.service),
        labels: labels.collect(),
    }
}

fn built_in(facts: &Facts) -> Vec<&'static BuiltIn> {
    let names = facts.naming.names();
    let mut all = vec![names.counted, names.duration, names.in_flight, names.received, names.sent];
    all.dedup();
    if facts.naming == RequestNaming::Goldsignal {
        // With OpenTelemetry names the labels of these families are different, and they are not
        // declared here.
        all.extend([
            &series::HTTP_RESPONSE_HEAD,
            &series::HTTP_STREAMS_IN_FLIGHT,
            &series::HTTP_STREAM_DURATION,
        ]);
    }
    all.extend(series::BESIDE_REQUESTS);
    all.extend(series::pool::ALL);
    all.extend(series::process::ALL);
    all.extend(series::tokio::ALL);
    all
}

fn of_tools(facts: &Facts) -> Vec<&'static BuiltIn> {
    match facts.naming {
        RequestNaming::Goldsignal => vec![
            &series::MCP_TOOL_CALLS,
            &series::MCP_TOOL_CALL_DURATION,
            &series::MCP_TOOL_CALLS_IN_FLIGHT,
            &series::MCP_SESSION_DURATION,
            &series::MCP_SESSIONS_IN_FLIGHT,
        ],
        // OpenTelemetry declares its own; the labels of calls in flight are not declared here.
        RequestNaming::OpenTelemetry => vec![&series::MCP_SESSIONS_IN_FLIGHT],
    }
}

fn from_built_in(family: &'static BuiltIn, facts: &Facts) -> Family {
    let labels = family.labels.iter().map(|name| {
        let (kind, examples) = values(family, name);
        Label { name, kind, examples }
    });
    Family {
        name: family.name(&facts.metric_prefix),
        help: family.help,
        kind: family.kind,
        unit: family.unit,
        owner: "goldsignal".to_owned(),
        labels: labels.collect(),
    }
}

/// The type and the values of a label of goldsignal's own families.
fn values(family: &BuiltIn, name: &str) -> (Type, Vec<String>) {
    if name == label::OUTCOME && *family == series::SLO_EVENTS {
        return (Type::one_of(&[GOOD, BAD]), Vec::new());
    }
    if name == label::OUTCOME {
        return (Type::one_of(&series::OUTCOMES), Vec::new());
    }
    if name == label::KIND && *family == series::STORIES {
        return (Type::one_of(&["bad", "slow"]), Vec::new());
    }
    if name == label::SINK {
        return (Type::one_of(&["log", "memory"]), Vec::new());
    }
    if name == series::pool::label::STATE {
        return (Type::one_of(&[series::pool::IDLE, series::pool::USED]), Vec::new());
    }
    if name == series::tokio::label::QUEUE {
        return (Type::one_of(&[series::tokio::TASKS, series::tokio::BLOCKING]), Vec::new());
    }
    let example = match name {
        label::METHOD | series::otel::METHOD => "GET",
        label::ENDPOINT | series::otel::ROUTE => "/items/{id}",
        label::STATUS | series::otel::STATUS => "200",
        series::otel::SCHEME => "https",
        label::FUNCTION => "shop::buy",
        label::TOOL => "create_task",
        label::SLO => "api-availability",
        label::FAMILY => "searches_total",
        label::LABEL => "word",
        label::SERVICE => "shop",
        label::VERSION => "1.0.0",
        label::CATALOG => "8cae41a325642fe9",
        series::pool::label::POOL => "db",
        series::tokio::label::RUNTIME => "main",
        series::tokio::label::WORKER => "0",
        _ => "_OTHER",
    };
    (Type::Plain("string"), vec![example.to_owned()])
}

/// The groups of the labels of `families`: one for the service and one for goldsignal.
pub(super) fn labels(families: &[Family], facts: &Facts) -> Vec<Group> {
    let of = |owner: String, whose: String| {
        let families = families.iter().filter(|family| family.owner == owner);
        let labels = families.flat_map(|family| {
            family.labels.iter().map(|label| {
                let brief = format!("The label `{}` of `{}`.", label.name, family.name);
                Declared::new(id(family, label), label.kind.clone(), brief, label.examples.clone())
            })
        });
        let brief = format!("Labels of the metrics of {whose}.");
        Group::declaring(format!("registry.{owner}"), brief, distinct(labels))
    };
    let own = of(attribute_part(&facts.service), facts.service.to_string());
    own.into_iter().chain(of("goldsignal".to_owned(), "every service".to_owned())).collect()
}

/// An attribute's name, such as `todo.tasks_created_total.plan`. The service's name makes it unique
/// among registries. The family's name is needed because a label can have another meaning in
/// another family.
fn id(family: &Family, label: &Label) -> String {
    format!("{}.{}.{}", family.owner, family.name, label.name)
}

/// The group of a metric.
pub(super) fn group(family: &Family, _: &Facts) -> Group {
    let attributes = family.labels.iter().map(|label| required(id(family, label)));
    Group {
        metric_name: Some(family.name.to_string()),
        instrument: Some(match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge | Kind::Distinct | Kind::Top => "gauge",
            Kind::Histogram => "histogram",
        }),
        unit: Some(unit(family.unit)),
        ..Group::new(
            "metric",
            format!("metric.{}", family.name),
            family.help.to_owned(),
            attributes.collect(),
        )
    }
}

/// The unit in the Unified Code for Units of Measure (UCUM).
fn unit(name: &str) -> &'static str {
    match name {
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
