//! How Prometheus finds the service. In Kubernetes it scrapes each pod: behind the service's
//! load-balanced address, successive scrapes would reach different pods, and their counters would
//! appear to reset. Elsewhere it scrapes one program on the same machine.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::declare::catalog::Catalog;
use crate::operate::artefact::Artefact;
use crate::operate::facts::Facts;
use crate::operate::identity::NAMESPACE;
use crate::operate::promql::{Window, literal};
use crate::operate::series_count::sample_limit;

/// The name of the admin listener's port in the pod.
pub(super) const PORT: &str = "metrics";

#[derive(Debug, Serialize)]
struct File {
    scrape_configs: Vec<Job>,
}

#[derive(Debug, Serialize)]
struct Job {
    #[serde(rename = "job_name")]
    name: String,
    scrape_interval: Window,
    scrape_timeout: Window,
    sample_limit: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<Authorization>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kubernetes_sd_configs: Vec<Discovery>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    static_configs: Vec<Static>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relabel_configs: Vec<Relabel>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metric_relabel_configs: Vec<Relabel>,
}

#[derive(Debug, Serialize)]
struct Authorization {
    #[serde(rename = "type")]
    kind: &'static str,
    credentials_file: String,
}

#[derive(Debug, Serialize)]
struct Discovery {
    role: &'static str,
    namespaces: Names,
}

#[derive(Debug, Serialize)]
struct Names {
    names: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Static {
    targets: Vec<String>,
    labels: BTreeMap<&'static str, String>,
}

#[derive(Debug, Default, Serialize)]
struct Relabel {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    source_labels: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_label: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement: Option<String>,
}

/// Files for Prometheus' option `scrape_config_files`.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let file = |path, job| Artefact::yaml(path, &[File { scrape_configs: vec![job] }]);
    vec![
        file("prometheus/scrape-kubernetes.yaml", kubernetes(catalog, facts)),
        file("prometheus/scrape-local.yaml", local(catalog, facts)),
    ]
}

/// The maximum number of samples that Prometheus accepts from one instance.
pub(super) fn limit(catalog: &Catalog, facts: &Facts) -> u64 {
    facts.prometheus.sample_limit.unwrap_or_else(|| sample_limit(catalog))
}

/// The scrape timeout: ten seconds, or the scrape interval if that is shorter.
pub(super) fn timeout(facts: &Facts) -> Window {
    facts.prometheus.scrape_interval.min(Window::seconds(10))
}

fn job(catalog: &Catalog, facts: &Facts) -> Job {
    Job {
        name: name(facts),
        scrape_interval: facts.prometheus.scrape_interval,
        scrape_timeout: timeout(facts),
        sample_limit: limit(catalog, facts),
        authorization: None,
        kubernetes_sd_configs: Vec::new(),
        static_configs: Vec::new(),
        relabel_configs: Vec::new(),
        metric_relabel_configs: facts.dropped_names().map(drop_named).into_iter().collect(),
    }
}

fn drop_named(names: String) -> Relabel {
    Relabel {
        source_labels: vec!["__name__".to_owned()],
        regex: Some(names),
        action: Some("drop"),
        ..Relabel::default()
    }
}

/// A name that no other environment's job has: Prometheus refuses two of one name. The label `job` is another.
fn name(facts: &Facts) -> String {
    let identity = facts.identity();
    identity.series().map(|(_, value)| value).collect::<Vec<_>>().join("/")
}

/// On loopback the admin listener requires no token.
fn local(catalog: &Catalog, facts: &Facts) -> Job {
    let targets = vec![format!("127.0.0.1:{}", facts.prometheus.port)];
    let identity = facts.identity();
    let labels = identity.series().map(|(name, value)| (name, value.to_owned())).collect();
    Job { static_configs: vec![Static { targets, labels }], ..job(catalog, facts) }
}

fn kubernetes(catalog: &Catalog, facts: &Facts) -> Job {
    let names = vec![facts.namespace.to_string()];
    let authorization = Authorization { kind: "Bearer", credentials_file: facts.token_file() };
    Job {
        authorization: Some(authorization),
        kubernetes_sd_configs: vec![Discovery { role: "pod", namespaces: Names { names } }],
        relabel_configs: relabel(facts),
        ..job(catalog, facts)
    }
}

/// Selects the admin port of the service's running pods, and labels each target with its namespace,
/// its pod name, and the job, environment and cluster of the facts.
fn relabel(facts: &Facts) -> Vec<Relabel> {
    let only = |label: String, regex: String, action| Relabel {
        source_labels: vec![label],
        regex: Some(regex),
        action: Some(action),
        ..Relabel::default()
    };
    let meta = |label: &str| format!("__meta_kubernetes_{label}");
    let mut rules: Vec<_> = facts
        .pod_labels()
        .iter()
        .map(|(label, value)| {
            only(meta(&format!("pod_label_{}", sanitized(label))), literal(value), "keep")
        })
        .collect();
    rules.push(only(meta("pod_container_port_name"), PORT.to_owned(), "keep"));
    rules.push(only(meta("pod_phase"), "Pending|Succeeded|Failed".to_owned(), "drop"));
    let as_label = |from, to| Relabel {
        source_labels: vec![meta(from)],
        target_label: Some(to),
        ..Relabel::default()
    };
    rules.push(as_label("namespace", "namespace"));
    rules.push(as_label("pod_name", "pod"));
    rules.push(as_label("pod_container_name", "container"));
    let identity = facts.identity();
    let given = identity.series().filter(|(name, _)| *name != NAMESPACE);
    rules.extend(given.map(|(name, value)| Relabel {
        target_label: Some(name),
        replacement: Some(verbatim(value)),
        ..Relabel::default()
    }));
    rules
}

/// A replacement that is `text`: `$` begins a reference to what the pattern matched.
pub(super) fn verbatim(text: &str) -> String {
    text.replace('$', "$$")
}

/// A Kubernetes label in Prometheus' spelling.
fn sanitized(label: &str) -> String {
    label.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect()
}
