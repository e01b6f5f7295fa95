//! Every selector, route, inhibition and silence names the deployment whose it is.

use goldsignal::operate::rules::groups;
use goldsignal::operate::{Artefact, Facts, generate};
use yaml_rust2::{Yaml, YamlLoader};

use crate::declared::{FACTS, catalog};

/// The labels of this deployment's series, beside `job`.
const DEPLOYMENT: [(&str, &str); 3] =
    [("namespace", "retail"), ("environment", "staging"), ("cluster", "eu-1")];

/// The starts of the names of series that Prometheus scrapes from the service, or records of these.
const OURS: [&str; 8] =
    ["slo_", "slo:", "http_", "function_", "goldsignal_", "up", "scrape_", "prices_"];

fn facts() -> Facts {
    let more = "environment = 'staging'\ncluster = 'eu-1'\n";
    // Gates for releases ask the address.
    let prometheus = "[prometheus]\nurl = 'https://prometheus.example.org'\n";
    Facts::parse(&format!("{more}{FACTS}{prometheus}")).unwrap()
}

fn artefacts() -> Vec<Artefact> {
    generate(&catalog(), &facts()).unwrap()
}

/// The selectors in `text`, each as the name of its series and its matchers.
fn selectors(text: &str) -> Vec<(&str, &str)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let mut found = Vec::new();
    for (open, _) in text.match_indices('{') {
        let before = &text[..open];
        let name = &before[before.rfind(|c| !is_name(c)).map_or(0, |at| at + 1)..];
        let Some(matchers) = closed(&text[open + 1..]) else { continue };
        if OURS.iter().any(|start| name.starts_with(start)) || name == "ALERTS" {
            found.push((name, matchers));
        }
    }
    found
}

/// The text before the brace that closes a selector: a route in quotes has braces, too.
fn closed(text: &str) -> Option<&str> {
    let mut is_quoted = false;
    let end = text.char_indices().find_map(|(at, c)| match c {
        '"' => {
            is_quoted = !is_quoted;
            None
        }
        '}' if !is_quoted => Some(at),
        _ => None,
    })?;
    Some(&text[..end])
}

#[test]
fn every_selector_in_every_file_names_the_deployment() {
    let mut all = 0;
    for artefact in artefacts() {
        // JSON escapes quotation marks once, and once more within a config map.
        let text = artefact.text.replace('\\', "");
        for (name, matchers) in selectors(&text) {
            let by = if name == "ALERTS" { "service=\"" } else { "job=\"" };
            // A variable of a dashboard lists the deployments themselves.
            let is_variable = name == "goldsignal_build_info" && matchers.starts_with("service=");
            assert!(
                matchers.contains(by) || is_variable,
                "{}: {name}{{{matchers}}}",
                artefact.path
            );
            for (label, value) in DEPLOYMENT {
                let given = matchers.contains(&format!("{label}=\"{value}\""));
                let chosen = matchers.contains(&format!("{label}=\"${label}\""));
                let right = given || chosen || is_variable;
                assert!(right, "{}: no {label} in {name}{{{matchers}}}", artefact.path);
            }
            all += 1;
        }
    }
    assert!(all > 400, "{all} selectors");
}

/// As values: a selector without any matcher cannot be seen in a text.
#[test]
fn every_rule_selects_and_labels_the_deployment() {
    for group in groups(&catalog(), &facts()) {
        for rule in &group.rules {
            for selector in rule.expr().selectors() {
                let labels: Vec<_> = selector.labels().collect();
                let is_foreign = selector.metric.name.starts_with("kube_");
                let needed: &[&str] = if is_foreign {
                    &["namespace", "cluster"]
                } else {
                    &["job", "namespace", "environment", "cluster"]
                };
                for label in needed {
                    assert!(labels.contains(label), "{}: {selector}", rule.name());
                }
            }
            let labels = rule.alert().map(|alert| &alert.labels);
            for (label, value) in DEPLOYMENT.into_iter().chain([("service", "shop")]) {
                assert!(labels.is_none_or(|own| own[label] == value), "{}", rule.name());
            }
        }
    }
}

fn yaml(path: &str) -> Yaml {
    let artefacts = artefacts();
    let text = &artefacts.iter().find(|one| one.path == path).unwrap().text;
    YamlLoader::load_from_str(text).unwrap().remove(0)
}

/// The names of the labels that matchers compare, in either notation.
fn matched(matchers: &Yaml) -> Vec<String> {
    let name = |matcher: &Yaml| match matcher {
        Yaml::String(text) => text.split(['=', '!']).next().unwrap().to_owned(),
        matcher => matcher["name"].as_str().unwrap().to_owned(),
    };
    matchers.as_vec().into_iter().flatten().map(name).collect()
}

fn assert_names_deployment(what: &str, labels: &[String]) {
    for needed in ["service", "namespace", "environment", "cluster"] {
        assert!(labels.iter().any(|label| label == needed), "{what}: no {needed} in {labels:?}");
    }
}

fn texts(list: &Yaml) -> Vec<String> {
    list.as_vec().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_route_and_inhibition_names_the_deployment() {
    let plain = yaml("alertmanager/alertmanager.yaml");
    let object = &yaml("kubernetes/alertmanager-config.yaml")["spec"];
    // The first route of a whole configuration takes every alert, and leads nowhere.
    let nobody = plain["route"]["receiver"].as_str().unwrap();
    let receivers = plain["receivers"].as_vec().unwrap();
    let nobody = receivers.iter().find(|one| one["name"].as_str() == Some(nobody)).unwrap();
    assert_eq!(nobody.as_hash().unwrap().len(), 1, "{nobody:?}");
    let routes = plain["route"]["routes"].as_vec().unwrap();
    assert_eq!(routes.len(), 1);
    for (route, group_by) in [(&routes[0], "group_by"), (&object["route"], "groupBy")] {
        assert_names_deployment("route", &matched(&route["matchers"]));
        assert_names_deployment(group_by, &texts(&route[group_by]));
    }
    let inhibitions = [
        (&plain["inhibit_rules"], "source_matchers", "target_matchers"),
        (&object["inhibitRules"], "sourceMatch", "targetMatch"),
    ];
    for (rules, source, target) in inhibitions {
        assert!(rules.as_vec().unwrap().len() >= 2);
        for rule in rules.as_vec().unwrap() {
            assert_names_deployment(source, &matched(&rule[source]));
            assert_names_deployment(target, &matched(&rule[target]));
            assert_names_deployment("equal", &texts(&rule["equal"]));
        }
    }
}

#[test]
fn every_silence_names_the_deployment() {
    let mut all = 0;
    for artefact in artefacts() {
        for (_, silence) in artefact.text.match_indices("amtool silence add").map(|(at, _)| {
            let text = &artefact.text[at..];
            (at, &text[..text.find('`').unwrap()])
        }) {
            for (label, value) in DEPLOYMENT.into_iter().chain([("service", "shop")]) {
                let named = silence.contains(&format!(" {label}={value} "));
                assert!(named, "{}: {silence}", artefact.path);
            }
            all += 1;
        }
    }
    assert!(all > 10, "{all} silences");
}

/// What rules select, the scrapes give: each target of a generated configuration has every label.
#[test]
fn every_scrape_gives_the_labels_that_rules_select() {
    let replaced = |rules: &Yaml, key: &str| -> Vec<String> {
        let rules = rules.as_vec().unwrap().iter();
        rules.filter_map(|rule| rule[key].as_str()).map(str::to_owned).collect()
    };
    let pods = &yaml("prometheus/scrape-kubernetes.yaml")["scrape_configs"][0];
    let pods = replaced(&pods["relabel_configs"], "target_label");
    let monitor = &yaml("kubernetes/pod-monitor.yaml")["spec"]["podMetricsEndpoints"][0];
    let mut monitor = replaced(&monitor["relabelings"], "targetLabel");
    // The operator itself sets the namespace.
    monitor.push("namespace".to_owned());
    let local = &yaml("prometheus/scrape-local.yaml")["scrape_configs"][0]["static_configs"][0];
    let local = local["labels"].as_hash().unwrap().keys();
    let local: Vec<_> = local.map(|key| key.as_str().unwrap().to_owned()).collect();
    for given in [pods, monitor, local] {
        for label in ["job", "namespace", "environment", "cluster"] {
            assert!(given.iter().any(|one| one == label), "no {label} in {given:?}");
        }
    }
}
