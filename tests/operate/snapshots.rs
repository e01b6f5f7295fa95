//! Everything that is generated of the small catalog, as files to be read.

use goldsignal::operate::generate;

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
fn every_file_says_that_it_is_generated() {
    for artefact in generate(&catalog(), &facts()).unwrap() {
        assert!(goldsignal::operate::is_generated(&artefact.text), "{}", artefact.path);
    }
}

#[test]
fn the_same_gives_the_same() {
    assert_eq!(generate(&catalog(), &facts()).unwrap(), generate(&catalog(), &facts()).unwrap());
}
