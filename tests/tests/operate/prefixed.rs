//! Generated files of a service whose families have a metric prefix.

use goldsignal::operate::{Artefact, Facts, generate};

use crate::declared::{FACTS, catalog, facts};

fn prefixed(naming: &str) -> Facts {
    Facts::parse(&format!("metric-prefix = 'shop_'\nnaming = '{naming}'\n{FACTS}")).unwrap()
}

fn artefacts(facts: &Facts) -> Vec<Artefact> {
    generate(&catalog(), facts).unwrap()
}

/// The starts of the names of goldsignal's families that a prefix changes. Labels under the conventions begin with
/// `http_` too; no family has their names.
const STARTS: [&str; 3] = ["http_", "function_", "slo_"];
const LABELS: [&str; 3] = ["http_request_method", "http_route", "http_response_status_code"];

/// The words of `text` that are built-in names as goldsignal spells them without a prefix.
fn unprefixed(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words
        .filter(|word| STARTS.iter().any(|start| word.starts_with(start)) && !LABELS.contains(word))
        .collect()
}

#[test]
fn no_generated_file_names_a_family_without_the_prefix() {
    let plain: usize = artefacts(&facts()).iter().map(|one| unprefixed(&one.text).len()).sum();
    assert!(plain > 100, "{plain} names are found where there is no prefix");
    for naming in ["goldsignal", "opentelemetry"] {
        let artefacts = artefacts(&prefixed(naming));
        for artefact in &artefacts {
            assert_eq!(unprefixed(&artefact.text), [""; 0], "{naming}: {}", artefact.path);
        }
        for (path, name) in [
            ("prometheus/rules.yaml", "shop_slo_events_total{job="),
            ("prometheus/tests/shop-latency.yaml", "shop_slo_events_total{job="),
            ("openslo/objectives.yaml", "shop_slo_events_total{job="),
            ("grafana/overview.json", "shop_http_"),
            ("grafana/dependencies.json", "shop_function_calls_in_flight"),
            ("runbooks/shop.md", "shop_http_"),
            ("otel/registry.yaml", "metric_name: shop_function_calls_total"),
            ("kubernetes/prometheus-rule.yaml", "shop_slo_events_total"),
        ] {
            let artefact = artefacts.iter().find(|one| one.path == path);
            let text = &artefact.unwrap_or_else(|| panic!("no `{path}`")).text;
            assert!(text.contains(name), "{naming}: {path} has no `{name}`");
            assert!(!text.contains("shop_goldsignal_"), "{path}");
        }
    }
}

/// The label `catalog` by which the rules know the program that they were made of.
fn catalog_of(facts: &Facts) -> String {
    let artefacts = artefacts(facts);
    let rules = artefacts.iter().find(|one| one.path == "prometheus/rules.yaml").unwrap();
    let (_, rest) = rules.text.split_once("catalog!=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// The running service has the same label in `goldsignal_build_info` (its unit test), so the alert
/// `ServiceRulesStale` fires where its names differ from those of the rules.
#[test]
fn rules_of_other_names_are_of_another_catalog() {
    let plain = catalog_of(&facts());
    assert_eq!(plain, catalog().fingerprint());
    let prefixed = ["goldsignal", "opentelemetry"].map(|naming| catalog_of(&prefixed(naming)));
    assert!(prefixed[0] != plain && prefixed[1] != plain && prefixed[0] != prefixed[1]);
}

#[test]
fn a_bad_prefix_is_refused_with_its_line() {
    let error = Facts::parse(&format!("metric-prefix = 'shop'\n{FACTS}")).unwrap_err().to_string();
    assert!(error.contains("1 | metric-prefix = 'shop'"), "{error}");
    assert!(error.contains("write `shop_`"), "{error}");
}
