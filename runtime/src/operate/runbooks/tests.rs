use std::time::Duration;

use super::*;
use crate::declare::{Operation, Route, Slo, SourceLocation};
use crate::operate::links::anchor;
use crate::operate::rules::{Rule, groups};

const API: Slo = Slo::new("api", "# Burns\n\nLook at the pool.")
    .availability(99.9)
    .latency(99.0, Duration::from_millis(250));

fn catalog() -> Catalog {
    static READ: Operation =
        Operation::new("app::read", SourceLocation::new("src/read.rs", 7, "app"))
            .routes(&[Route { method: "GET", path: "/items/{id}" }])
            .slo(&API);
    Catalog { operations: vec![&READ], families: vec![], objectives: vec![&API] }
}

fn facts() -> Facts {
    Facts::new("app".try_into().unwrap(), "app".try_into().unwrap(), "team")
}

#[test]
fn every_alert_has_the_section_that_it_links_to() {
    let (catalog, facts) = (catalog(), facts());
    let pages = artefacts(&catalog, &facts);
    let groups = groups(&catalog, &facts);
    let alerts: Vec<_> =
        groups.iter().flat_map(|group| &group.rules).filter_map(Rule::alert).collect();
    assert!(alerts.len() > 10);
    for alert in alerts {
        let (path, wanted) = alert.annotations["runbook_url"].split_once('#').unwrap();
        let page = pages.iter().find(|page| page.path == path).unwrap();
        let mut headings = page.text.lines().filter_map(|line| line.strip_prefix("## "));
        assert!(headings.any(|heading| anchor(heading) == wanted), "{path}#{wanted}");
    }
}

#[test]
fn pages_have_the_text_of_the_objective_and_the_source() {
    let pages = artefacts(&catalog(), &facts());
    let api = &pages.iter().find(|page| page.path == "runbooks/api.md").unwrap().text;
    assert!(api.contains("### Burns\n\nLook at the pool."), "{api}");
    assert!(api.contains("`src/read.rs:7`") && api.contains("`GET /items/{id}`"), "{api}");
}

#[test]
fn a_section_ends_where_the_next_begins() {
    let pages = artefacts(&catalog(), &facts());
    let section = section(&pages, "apilatencyburnsfast").unwrap();
    assert!(section.starts_with("## ApiLatencyBurnsFast\n"), "{section}");
    let order = ["one instance?", "Look at the pool.", "Which operation"];
    let order = order.map(|text| section.find(text).unwrap_or_else(|| panic!("no {text}")));
    assert!(order.is_sorted(), "{section}");
    assert!(!section.contains("ApiLatencyBurnsSlowly"), "{section}");
    assert_eq!(super::section(&pages, "Nothing"), None);
}
