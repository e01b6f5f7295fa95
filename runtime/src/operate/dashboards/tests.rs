use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::declare::label::{Dimension, Domain};
use crate::declare::{Descriptor, Kind, Operation, Route, Slo, SourceLocation};
use crate::operate::facts::{RequestHistogram, RequestNaming};

const API: Slo =
    Slo::new("api", "text").availability(99.9).latency(99.0, Duration::from_millis(250));

const JOBS: Slo = Slo::new("jobs", "text").availability(95.0);

const fn family(name: &'static str, kind: Kind, dimensions: &'static [Dimension]) -> Descriptor {
    let location = SourceLocation::new("src/metrics.rs", 3, "app");
    let bounds: &[f64] = if matches!(kind, Kind::Histogram) { &[1.0] } else { &[] };
    Descriptor { name, help: "Something.", kind, unit: "", dimensions, bounds, location }
}

pub(super) fn catalog() -> Catalog {
    static READ: Operation =
        Operation::new("app::read", SourceLocation::new("src/read.rs", 7, "app"))
            .routes(&[Route { method: "GET", path: "/items/{id}" }])
            .slo(&API);
    static JOB: Operation =
        Operation::new("app::job", SourceLocation::new("src/job.rs", 7, "app")).slo(&JOBS);
    static CREATED: Descriptor = family(
        "items_created_total",
        Kind::Counter,
        &[Dimension { name: "plan", domain: Domain::Finite(&["free", "pro"]) }],
    );
    static COMPLETED: Descriptor = family("items_completed_total", Kind::Counter, &[]);
    static OPEN: Descriptor = family("open_items", Kind::Gauge, &[]);
    static SIZES: Descriptor = family("item_sizes", Kind::Histogram, &[]);
    Catalog {
        operations: vec![&JOB, &READ],
        families: vec![&COMPLETED, &CREATED, &SIZES, &OPEN],
        objectives: vec![&API, &JOBS],
    }
}

pub(super) fn facts(naming: RequestNaming) -> Facts {
    let mut facts = Facts::new("app".try_into().unwrap(), "app".try_into().unwrap(), "team");
    facts.naming = naming;
    facts
}

pub(super) fn all(naming: RequestNaming) -> Vec<Value> {
    let artefacts = grafana(&catalog(), &facts(naming));
    artefacts.iter().map(|one| serde_json::from_str(&one.text).unwrap()).collect()
}

fn panels(dashboard: &Value) -> &Vec<Value> {
    dashboard["panels"].as_array().unwrap()
}

fn queries(dashboards: &[Value]) -> Vec<String> {
    let panels = dashboards.iter().flat_map(panels);
    let targets = panels.flat_map(|panel| panel["targets"].as_array().unwrap());
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_panel_has_a_unit_a_description_and_a_query() {
    for naming in [RequestNaming::Goldsignal, RequestNaming::OpenTelemetry] {
        let dashboards = all(naming);
        assert_eq!(dashboards.len(), Dashboard::ALL.len());
        for panel in dashboards.iter().flat_map(panels) {
            let title = panel["title"].as_str().unwrap();
            assert!(!title.is_empty());
            for text in [&panel["description"], &panel["fieldConfig"]["defaults"]["unit"]] {
                assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{title}");
            }
            assert!(!panel["targets"].as_array().unwrap().is_empty(), "{title}");
        }
    }
}

#[test]
fn panels_do_not_overlap_and_have_ids_of_their_own() {
    for dashboard in all(RequestNaming::Goldsignal) {
        let mut taken = std::collections::BTreeSet::new();
        let mut ids = std::collections::BTreeSet::new();
        for panel in panels(&dashboard) {
            assert!(ids.insert(panel["id"].as_u64().unwrap()));
            let at = |side: &str| panel["gridPos"][side].as_u64().unwrap();
            assert!(at("x") + at("w") <= 24);
            for x in at("x")..at("x") + at("w") {
                for y in at("y")..at("y") + at("h") {
                    assert!(taken.insert((x, y)), "{}", panel["title"]);
                }
            }
        }
    }
}

#[test]
fn links_lead_to_dashboards_that_exist() {
    let dashboards = all(RequestNaming::Goldsignal);
    let uids: Vec<_> = dashboards.iter().map(|one| one["uid"].as_str().unwrap()).collect();
    let mut followed = 0;
    for dashboard in &dashboards {
        let own = dashboard["links"].as_array().unwrap().iter();
        let series = panels(dashboard)
            .iter()
            .flat_map(|panel| panel["fieldConfig"]["defaults"]["links"].as_array().unwrap());
        for url in own.chain(series).map(|link| link["url"].as_str().unwrap()) {
            if let Some(path) = url.strip_prefix("/d/") {
                assert!(uids.contains(&path.split('/').next().unwrap()), "{url}");
                followed += 1;
            }
        }
    }
    assert!(followed > 30, "{followed}");
}

#[test]
fn a_dashboard_without_content_is_not_made() {
    let mut catalog = catalog();
    catalog.families.clear();
    catalog.objectives.clear();
    let made = grafana(&catalog, &facts(RequestNaming::Goldsignal));
    let paths: Vec<_> = made.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(
        paths,
        ["overview", "endpoint", "dependencies", "saturation", "telemetry"]
            .map(|name| format!("grafana/{name}.json"))
    );
    assert!(!made[0].text.contains(&Dashboard::Business.uid(&facts(RequestNaming::Goldsignal))));
}

#[test]
fn business_families_are_shown_by_their_kind() {
    let queries = queries(&all(RequestNaming::Goldsignal));
    let has = |part: &str| assert!(queries.iter().any(|query| query.contains(part)), "{part}");
    has("sum by (plan) (rate(items_created_total{");
    has("max(open_items{");
    has("histogram_quantile(0.99, sum by (le) (rate(item_sizes_bucket{");
    has("clamp_max(sum(increase(items_completed_total{");
}

#[test]
fn every_query_is_of_the_chosen_deployment() {
    for query in queries(&all(RequestNaming::Goldsignal)) {
        let own = ["ALERTS{", "kube_pod_", "{namespace="].iter().any(|start| query.contains(start));
        assert!(own || query.contains("job=\"$job\"") || query.starts_with("vector("), "{query}");
        let chosen = query.contains("namespace=\"$namespace\"") || query.starts_with("vector(");
        assert!(chosen && !query.contains("job=\"app\""), "{query}");
    }
}

#[test]
fn requests_have_the_names_that_the_service_was_told() {
    let queries = queries(&all(RequestNaming::OpenTelemetry));
    assert!(
        queries.iter().any(|query| query.contains("http_server_request_duration_seconds_count"))
    );
    assert!(!queries.iter().any(|query| query.contains("http_requests_total")));
}

#[test]
fn thresholds_are_the_objectives() {
    let [overview, endpoint, dependencies] = &all(RequestNaming::Goldsignal)[..3] else {
        unreachable!()
    };
    let numbers = panels(overview).iter().filter(|panel| panel["type"] == "stat");
    let red: Vec<_> = numbers
        .flat_map(|panel| panel["fieldConfig"]["overrides"].as_array().unwrap())
        .map(|one| {
            let steps = &one["properties"][0]["value"]["steps"];
            (one["matcher"]["options"].as_str().unwrap(), steps[1]["value"].as_f64().unwrap())
        })
        .collect();
    assert_eq!(
        red,
        [("api-availability", 0.001), ("jobs-availability", 0.05), ("api-latency", 0.25)]
    );
    let lines = |dashboard: &Value, title: &str| -> Vec<String> {
        let panel = panels(dashboard).iter().find(|panel| panel["title"] == title).unwrap();
        let targets = panel["targets"].as_array().unwrap().iter();
        let text = |target: &Value, key: &str| target[key].as_str().unwrap().to_owned();
        targets
            .map(|target| (text(target, "legendFormat"), text(target, "expr")))
            .filter(|(legend, _)| legend.contains(": "))
            .map(|(legend, expr)| {
                format!("{legend} = {}", expr.split("and on").next().unwrap().trim())
            })
            .collect()
    };
    for dashboard in [overview, endpoint] {
        assert_eq!(lines(dashboard, "Errors"), ["api-availability: 0.1 % = vector(0.001)"]);
    }
    assert_eq!(lines(overview, "Duration"), ["api-latency: 250 ms = vector(0.25)"]);
    assert_eq!(lines(endpoint, "Duration, p99"), ["api-latency: 250 ms = vector(0.25)"]);
    assert_eq!(lines(dependencies, "Failed calls"), ["jobs-availability: 5 % = vector(0.05)"]);
}

/// Who drops a histogram has no panel of it; the others stay.
#[test]
fn a_histogram_that_is_not_kept_has_no_panel() {
    for (naming, head, bytes) in [
        (RequestNaming::Goldsignal, "http_response_head_seconds", "http_request_body_bytes"),
        (RequestNaming::OpenTelemetry, "none", "http_server_request_body_size_bytes"),
    ] {
        let mut facts = facts(naming);
        let titles = |facts: &Facts| -> Vec<String> {
            let made = grafana(&catalog(), facts);
            let made = made.iter().map(|one| serde_json::from_str::<Value>(&one.text).unwrap());
            made.flat_map(|board| {
                let titles =
                    panels(&board).iter().map(|one| one["title"].as_str().unwrap().to_owned());
                titles.collect::<Vec<_>>()
            })
            .collect()
        };
        let all = titles(&facts);
        facts.prometheus.drop =
            [RequestHistogram::ResponseHead, RequestHistogram::RequestBody].into();
        let kept = titles(&facts);
        let gone: Vec<_> = all.iter().filter(|title| !kept.contains(title)).collect();
        let files = crate::operate::generate(&catalog(), &facts).unwrap();
        assert_eq!(gone.contains(&&"Time to response head, p99".to_owned()), head != "none");
        assert!(gone.contains(&&"Bytes received, p99".to_owned()), "{gone:?}");
        assert_eq!(kept.len() + gone.len(), all.len());
        for path in [
            "prometheus/scrape-kubernetes.yaml",
            "prometheus/scrape-local.yaml",
            "kubernetes/pod-monitor.yaml",
        ] {
            let text = &files.iter().find(|file| file.path == path).unwrap().text;
            assert!(text.contains(bytes) && !text.contains("http_response_body"), "{path}: {text}");
        }
        let rest = files
            .iter()
            .filter(|file| !file.path.contains("scrape") && !file.path.contains("pod-monitor"));
        for file in rest.filter(|file| !file.path.starts_with("otel/")) {
            assert!(!file.text.contains(bytes), "{}", file.path);
        }
    }
}
