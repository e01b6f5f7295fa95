//! The generated rules of an incident's service.

use goldsignal::declare::catalog::Catalog;
pub(crate) use goldsignal::operate::rules::Alert;
use goldsignal::operate::rules::{Group, groups};
use goldsignal::operate::{Facts, generate};

/// The facts about the service, with every length of time divided by `scale`.
pub(crate) fn facts_file(service: &str, scale: u32) -> String {
    format!(
        "service = '{service}'\nnamespace = 'shop'\nteam = 'tests'\ntime-scale = {scale}\n\
         runbook-url = 'https://runbooks.example.org/{service}'\n\
         [grafana]\nurl = 'https://grafana.example.org'\n"
    )
}

fn facts(service: &str, scale: u32) -> Facts {
    Facts::parse(&facts_file(service, scale)).unwrap()
}

/// The file of all rules, as Prometheus reads it.
pub(crate) fn file(service: &str, scale: u32) -> String {
    let files = generate(&Catalog::linked(), &facts(service, scale)).unwrap();
    let mut rules = files.into_iter().filter(|file| file.path == "prometheus/rules.yaml");
    rules.next().unwrap().text
}

/// The rules as values, at true time.
pub(crate) fn all(service: &str) -> Vec<Group> {
    groups(&Catalog::linked(), &facts(service, 1))
}

/// The alerts among them, at true time.
pub(crate) fn alerts(service: &str) -> Vec<Alert> {
    let rules = all(service).into_iter().flat_map(|group| group.rules);
    rules.filter_map(|rule| rule.alert().cloned()).collect()
}
