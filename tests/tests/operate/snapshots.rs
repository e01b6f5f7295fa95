//! All files that are generated for the small catalog, as snapshots.

use goldsignal::operate::{MARKER, generate};

use crate::declared::{catalog, facts};

fn artefact(path: &str) -> String {
    let artefacts = generate(&catalog(), &facts()).unwrap();
    let found = artefacts.iter().find(|artefact| artefact.path == path);
    found.unwrap_or_else(|| panic!("no `{path}`")).text.clone()
}

#[test]
fn rules() {
    insta::assert_snapshot!(artefact("prometheus/rules.yaml"));
}

#[test]
fn tests_of_rules() {
    insta::assert_snapshot!(artefact("prometheus/tests/shop-latency.yaml"));
}

#[test]
fn runbook() {
    insta::assert_snapshot!(artefact("runbooks/shop.md"));
}

#[test]
fn scrapes_of_pods() {
    insta::assert_snapshot!(artefact("prometheus/scrape-kubernetes.yaml"));
}

#[test]
fn pod_monitor() {
    insta::assert_snapshot!(artefact("kubernetes/pod-monitor.yaml"));
}

#[test]
fn routes_of_alerts() {
    insta::assert_snapshot!(artefact("alertmanager/alertmanager.yaml"));
}

#[test]
fn routes_of_alerts_as_an_object() {
    insta::assert_snapshot!(artefact("kubernetes/alertmanager-config.yaml"));
}

#[test]
fn values_of_the_chart() {
    insta::assert_snapshot!(artefact("helm/kube-prometheus-stack-88.5.3.yaml"));
}

#[test]
fn open_slo() {
    insta::assert_snapshot!(artefact("openslo/objectives.yaml"));
}

#[test]
fn every_file_says_that_it_is_generated() {
    for artefact in generate(&catalog(), &facts()).unwrap() {
        assert!(artefact.text.contains(MARKER), "{}", artefact.path);
    }
}

#[test]
fn the_same_gives_the_same() {
    assert_eq!(generate(&catalog(), &facts()).unwrap(), generate(&catalog(), &facts()).unwrap());
}
