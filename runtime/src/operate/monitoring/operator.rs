//! The objects of the Prometheus operator, and the dashboards as config maps for Grafana's sidecar.

use std::collections::BTreeMap;

use serde::Serialize;

use super::alertmanager::{
    self, Inhibits, Timing, group_by, inhibitions, is, of_deployment, timing,
};
use super::object::{LabelSelector, Metadata, Object, metadata};
use super::scrape::{PORT, limit, timeout, verbatim};
use crate::declare::catalog::Catalog;
use crate::operate::artefact::Artefact;
use crate::operate::dashboards;
use crate::operate::facts::Facts;
use crate::operate::identity::NAMESPACE;
use crate::operate::promql::Window;
use crate::operate::rules::{RuleFile, groups};

/// Generates one file per object.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let rules = RuleFile { groups: groups(catalog, facts) };
    let rules = Object::new("monitoring.coreos.com/v1", "PrometheusRule", facts, rules);
    let monitor =
        Object::new("monitoring.coreos.com/v1", "PodMonitor", facts, monitor(catalog, facts));
    let alerts = alerts(facts);
    let alerts = Object::new("monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", facts, alerts);
    let maps: Vec<_> =
        dashboards::artefacts(catalog, facts).iter().map(|one| config_map(facts, one)).collect();
    vec![
        Artefact::yaml("kubernetes/prometheus-rule.yaml", &[rules]),
        Artefact::yaml("kubernetes/pod-monitor.yaml", &[monitor]),
        Artefact::yaml("kubernetes/alertmanager-config.yaml", &[alerts]),
        Artefact::yaml("kubernetes/dashboards.yaml", &maps),
    ]
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodMonitor {
    job_label: &'static str,
    selector: LabelSelector,
    sample_limit: u64,
    /// The rules read classic histograms, whose bucket bounds include the objectives' thresholds;
    /// goldsignal exposes no native ones. A Prometheus that scrapes native histograms must not drop
    /// the classic ones.
    scrape_classic_histograms: bool,
    pod_metrics_endpoints: Vec<Endpoint>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    port: &'static str,
    path: &'static str,
    interval: Window,
    scrape_timeout: Window,
    authorization: Authorization,
    relabelings: Vec<Relabeling>,
}

#[derive(Debug, Serialize)]
struct Authorization {
    #[serde(rename = "type")]
    kind: &'static str,
    credentials: SecretKey,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Relabeling {
    action: &'static str,
    target_label: &'static str,
    replacement: String,
}

fn monitor(catalog: &Catalog, facts: &Facts) -> PodMonitor {
    PodMonitor {
        job_label: "app.kubernetes.io/name",
        selector: LabelSelector { match_labels: facts.pod_labels() },
        sample_limit: limit(catalog, facts),
        scrape_classic_histograms: true,
        pod_metrics_endpoints: vec![Endpoint {
            port: PORT,
            path: "/metrics",
            interval: facts.prometheus.scrape_interval,
            scrape_timeout: timeout(facts),
            // On an address beyond loopback the admin listener requires its token.
            authorization: Authorization {
                kind: "Bearer",
                credentials: SecretKey {
                    name: facts.token_secret(),
                    key: facts.prometheus.token.key.clone(),
                },
            },
            relabelings: relabelings(facts),
        }],
    }
}

/// Gives each target the labels by which the rules select it. The operator itself sets `namespace`. It would set `job`
/// to `namespace/name`.
fn relabelings(facts: &Facts) -> Vec<Relabeling> {
    let identity = facts.identity();
    let ours = identity.series().filter(|(name, _)| *name != NAMESPACE);
    ours.map(|(target_label, value)| Relabeling {
        action: "replace",
        target_label,
        replacement: verbatim(value),
    })
    .collect()
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertmanagerConfig {
    route: Route,
    inhibit_rules: Vec<Inhibition>,
    receivers: Vec<Receiver>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Route {
    receiver: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    group_by: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matchers: Vec<Matcher>,
    group_wait: Window,
    group_interval: Window,
    repeat_interval: Window,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Matcher {
    name: &'static str,
    match_type: &'static str,
    value: String,
}

impl From<alertmanager::Matcher> for Matcher {
    fn from(matcher: alertmanager::Matcher) -> Self {
        let alertmanager::Matcher { name, operator, value } = matcher;
        Self { name, match_type: operator, value }
    }
}

fn matchers(all: Vec<alertmanager::Matcher>) -> Vec<Matcher> {
    all.into_iter().map(Matcher::from).collect()
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Inhibition {
    source_match: Vec<Matcher>,
    target_match: Vec<Matcher>,
    equal: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Receiver {
    name: &'static str,
    webhook_configs: Vec<Webhook>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Webhook {
    url_secret: SecretKey,
    send_resolved: bool,
}

#[derive(Debug, Serialize)]
struct SecretKey {
    name: String,
    key: String,
}

fn route(receiver: &'static str, matching: Vec<alertmanager::Matcher>) -> Route {
    let Timing { wait, interval, repeat, .. } = timing(receiver);
    Route {
        receiver,
        group_by: Vec::new(),
        matchers: matchers(matching),
        group_wait: wait,
        group_interval: interval,
        repeat_interval: repeat,
        routes: Vec::new(),
    }
}

impl From<Inhibits> for Inhibition {
    fn from(rule: Inhibits) -> Self {
        let Inhibits { source, target, equal } = rule;
        Self { source_match: matchers(source), target_match: matchers(target), equal }
    }
}

fn alerts(facts: &Facts) -> AlertmanagerConfig {
    let by_severity = facts.receivers.by_severity();
    let branches =
        by_severity.iter().map(|(severity, _)| route(severity, vec![is("severity", *severity)]));
    let receivers = by_severity.iter().map(|(severity, receiver)| Receiver {
        name: severity,
        webhook_configs: vec![Webhook {
            url_secret: SecretKey {
                name: receiver.secret.to_string(),
                key: receiver.key(severity).to_owned(),
            },
            send_resolved: timing(severity).resolved,
        }],
    });
    AlertmanagerConfig {
        route: Route {
            group_by: group_by(facts),
            routes: branches.collect(),
            ..route("ticket", of_deployment(facts))
        },
        inhibit_rules: inhibitions(facts).into_iter().map(Inhibition::from).collect(),
        receivers: receivers.collect(),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConfigMap {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    data: BTreeMap<String, String>,
}

/// Grafana's sidecar imports each config map that has the label, into the folder that the
/// annotation names.
fn config_map(facts: &Facts, dashboard: &Artefact) -> ConfigMap {
    let file = dashboard.path.rsplit('/').next().unwrap_or(&dashboard.path);
    let name = file.trim_end_matches(".json");
    let mut metadata = metadata(facts, format!("{}-dashboard-{name}", facts.service));
    metadata.labels.insert("grafana_dashboard".to_owned(), "1".to_owned());
    if let Some(folder) = &facts.grafana.folder {
        metadata.annotations.insert("grafana_folder".to_owned(), folder.clone());
    }
    ConfigMap {
        api_version: "v1",
        kind: "ConfigMap",
        metadata,
        data: [(format!("{}-{file}", facts.service), dashboard.text.clone())].into(),
    }
}
