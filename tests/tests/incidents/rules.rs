//! The generated rules of an incident's service.

use goldsignal::declare::catalog::Catalog;
pub(crate) use goldsignal::operate::rules::Alert;
use goldsignal::operate::rules::{RuleFile, groups};
use goldsignal::operate::{Facts, yaml};

/// All rules, with every length of time divided by `scale`.
fn generated(service: &str, scale: u32) -> RuleFile {
    let facts = Facts::parse(&format!(
        "service = '{service}'\nnamespace = 'shop'\nteam = 'tests'\ntime-scale = {scale}\n\
         runbook-url = 'https://runbooks.example.org/{service}'\n\
         [grafana]\nurl = 'https://grafana.example.org'\n"
    ));
    RuleFile { groups: groups(&Catalog::linked(), &facts.unwrap()) }
}

/// Their file, as Prometheus reads it.
pub(crate) fn file(service: &str, scale: u32) -> String {
    yaml::text(&generated(service, scale))
}

/// The alerts among them, at true time.
pub(crate) fn alerts(service: &str) -> Vec<Alert> {
    let rules = generated(service, 1).groups.into_iter().flat_map(|group| group.rules);
    rules.filter_map(|rule| rule.alert().cloned()).collect()
}
