//! Metrics: what the service declares, and what goldsignal keeps of every service.

use std::borrow::Cow;

use super::attributes::{distinct, required};
use super::model::{Declared, Group, Type};
use super::word;
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, BAD, BuiltIn, GOOD, label};
use crate::declare::{Descriptor, Domain, Kind};
use crate::operate::facts::{Facts, RequestNaming};

/// A family, whoever declares it.
pub(super) struct Family {
    name: Cow<'static, str>,
    help: &'static str,
    kind: Kind,
    unit: &'static str,
    /// Attributes are called after it.
    owner: String,
    labels: Vec<Label>,
}

struct Label {
    name: &'static str,
    kind: Type,
    examples: Vec<String>,
}

/// Families of the service, and those of goldsignal by the names that the facts tell.
pub(super) fn families(catalog: &Catalog, facts: &Facts) -> Vec<Family> {
    let mut own = catalog.families.clone();
    own.dedup_by_key(|family| family.name);
    let own = own.into_iter().map(|family| declared(family, facts));
    own.chain(built_in(facts).into_iter().map(|family| kept(family, facts))).collect()
}

fn declared(family: &'static Descriptor, facts: &Facts) -> Family {
    let labels = family.dimensions.iter().map(|dimension| {
        let (kind, examples) = match dimension.domain {
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
        owner: word(&facts.service),
        labels: labels.collect(),
    }
}

fn built_in(facts: &Facts) -> Vec<&'static BuiltIn> {
    let names = facts.naming.names();
    let mut all = vec![names.counted, names.duration, names.in_flight, names.received, names.sent];
    all.dedup();
    if facts.naming == RequestNaming::Goldsignal {
        // Under the conventions their labels have other names, which they do not tell.
        all.extend([
            &series::HTTP_RESPONSE_HEAD,
            &series::HTTP_STREAMS_IN_FLIGHT,
            &series::HTTP_STREAM_DURATION,
        ]);
    }
    all.extend(series::BESIDE_REQUESTS);
    all
}

fn kept(family: &'static BuiltIn, facts: &Facts) -> Family {
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

/// What a label of goldsignal's own families may be.
fn values(family: &BuiltIn, name: &str) -> (Type, Vec<String>) {
    if name == label::OUTCOME && *family == series::SLO_EVENTS {
        return (Type::one_of(&[GOOD, BAD]), Vec::new());
    }
    if name == label::OUTCOME {
        return (Type::one_of(&series::OUTCOMES), Vec::new());
    }
    let example = match name {
        label::METHOD | series::otel::METHOD => "GET",
        label::ENDPOINT | series::otel::ROUTE => "/items/{id}",
        label::STATUS | series::otel::STATUS => "200",
        series::otel::SCHEME => "https",
        label::FUNCTION => "shop::buy",
        label::SLO => "api-availability",
        label::FAMILY => "searches_total",
        label::LABEL => "word",
        label::SERVICE => "shop",
        label::VERSION => "1.0.0",
        label::CATALOG => "8cae41a325642fe9",
        _ => "_OTHER",
    };
    (Type::Plain("string"), vec![example.to_owned()])
}

/// The labels of `families`: a group of the service's, and one of goldsignal's.
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
    let own = of(word(&facts.service), facts.service.to_string());
    own.into_iter().chain(of("goldsignal".to_owned(), "every service".to_owned())).collect()
}

/// `todo.tasks_created_total.plan`: the service's name before it, so that no two registries declare one, and the
/// family's, since a label may mean something else elsewhere.
fn id(family: &Family, label: &Label) -> String {
    format!("{}.{}.{}", family.owner, family.name, label.name)
}

/// A metric.
pub(super) fn group(family: &Family, _: &Facts) -> Group {
    let attributes = family.labels.iter().map(|label| required(id(family, label)));
    Group {
        metric_name: Some(family.name.to_string()),
        instrument: Some(match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
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

/// The unit's name in the Unified Code for Units of Measure.
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
