use std::collections::BTreeSet;

use super::*;
use crate::declare::Outcome;
use crate::declare::series::{BESIDE_REQUESTS, OUTCOMES};
use crate::declare::{CLOSING_FIELDS, Dimension, Domain};
use crate::declare::{Descriptor, Kind, MetricPrefix, Operation, SourceLocation};
use crate::operate::facts::RequestNaming;
use serde_json::Value;

fn catalog() -> Catalog {
    static READ: Operation =
        Operation::new("app::read", SourceLocation::new("src/read.rs", 7, "app"))
            .fields(&["id", "user", "status"]);
    static HIDES: Operation =
        Operation::new("app::hides", SourceLocation::new("src/hides.rs", 7, "app"))
            .help("Hides its user.")
            .fields(&["user"])
            .hidden(&["user"]);
    static READS: Descriptor = Descriptor {
        name: "reads_total",
        help: "Reads.",
        kind: Kind::Counter,
        unit: "",
        dimensions: &[
            Dimension { name: "plan", domain: Domain::Finite(&["free", "pro"]) },
            Dimension { name: "word", domain: Domain::Budget(10) },
        ],
        bounds: &[],
        location: SourceLocation::new("src/metrics.rs", 3, "app"),
    };
    Catalog { operations: vec![&HIDES, &READ], families: vec![&READS], objectives: vec![] }
}

fn registry(naming: RequestNaming) -> Vec<Value> {
    let mut facts = Facts::new("my-app".try_into().unwrap(), "app".try_into().unwrap(), "team");
    facts.naming = naming;
    let registry = serde_json::to_value(super::registry(&catalog(), &facts)).unwrap();
    registry["groups"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no `{key}` in {value}"))
}

fn attributes(group: &Value) -> &[Value] {
    group["attributes"].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn each_id_is_declared_once_and_each_reference_leads_to_one() {
    for naming in [RequestNaming::Goldsignal, RequestNaming::OpenTelemetry] {
        let groups = registry(naming);
        let mut ids = BTreeSet::new();
        assert!(groups.iter().all(|group| ids.insert(text(group, "id"))), "{ids:?}");
        let all = || groups.iter().flat_map(attributes);
        let mut declared = BTreeSet::new();
        for attribute in all().filter(|one| one.get("ref").is_none()) {
            assert!(declared.insert(text(attribute, "id")), "{attribute}");
        }
        let referred: BTreeSet<_> =
            all().filter_map(|one| one.get("ref")).map(|to| to.as_str().unwrap()).collect();
        assert_eq!(referred, declared);
    }
}

#[test]
fn every_family_and_operation_is_there() {
    for (naming, counted) in [
        (RequestNaming::Goldsignal, "http_requests_total"),
        (RequestNaming::OpenTelemetry, "http_server_request_duration_seconds"),
    ] {
        let groups = registry(naming);
        let metrics: Vec<_> =
            groups.iter().filter_map(|group| group["metric_name"].as_str()).collect();
        assert!(metrics.contains(&counted) && metrics.contains(&"reads_total"), "{metrics:?}");
        assert!(
            BESIDE_REQUESTS
                .iter()
                .all(|family| metrics.contains(&&*family.name(&MetricPrefix::NONE)))
        );
        let events: Vec<_> = groups.iter().filter(|group| group["type"] == "event").collect();
        let names: Vec<_> = events.iter().map(|event| text(event, "name")).collect();
        assert_eq!(names, ["app.hides", "app.read"]);
        // All closing fields but the message, plus the fields that the operation captures.
        assert_eq!(attributes(events[0]).len(), CLOSING_FIELDS.len() - 1 + 1);
        assert_eq!(attributes(events[1]).len(), CLOSING_FIELDS.len() - 1 + 2);
    }
}

#[test]
fn what_one_operation_hides_is_sensitive() {
    let groups = registry(RequestNaming::Goldsignal);
    let of = |id: &str| {
        let mut all = groups.iter().flat_map(attributes);
        all.find(|one| one["id"] == id).unwrap_or_else(|| panic!("no `{id}`")).clone()
    };
    assert!(text(&of("my_app.log.user"), "note").starts_with("Sensitive"));
    assert_eq!(of("my_app.log.id").get("note"), None);
    assert_eq!(of("goldsignal.log.status")["type"], "int");
    assert_eq!(of("my_app.reads_total.plan")["type"]["members"][1]["value"], "pro");
}

#[test]
fn outcomes_are_those_that_are_counted() {
    assert_eq!(OUTCOMES, Outcome::ALL.map(Outcome::as_str));
}
