//! The objects of the Prometheus operator, and the dashboards as config maps for Grafana's sidecar.

use std::collections::BTreeMap;

use serde::Serialize;

use super::alertmanager::{
    self, Inhibits, Timing, group_by, group_of, inhibitions, is, of_deployment, timing,
};
use super::object::{LabelSelector, Metadata, Object, metadata};
use super::scrape::{PORT, limit, timeout, verbatim};
use crate::declare::catalog::Catalog;
use crate::operate::artefact::Artefact;
use crate::operate::dashboards;
use crate::operate::facts::Facts;
use crate::operate::identity::NAMESPACE;
use crate::operate::promql::Window;
use crate::operate::rules::{Group, RuleFile, groups};

/// Generates one file per object.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let rules = rules(facts, groups(catalog, facts));
    let monitor =
        Object::new("monitoring.coreos.com/v1", "PodMonitor", facts, monitor(catalog, facts));
    let alerts = alerts(facts);
    let alerts = Object::new("monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", facts, alerts);
    let maps: Vec<_> =
        dashboards::grafana(catalog, facts).iter().map(|one| config_map(facts, one)).collect();
    vec![
        Artefact::yaml("kubernetes/prometheus-rule.yaml", &rules),
        Artefact::yaml("kubernetes/pod-monitor.yaml", &[monitor]),
        Artefact::yaml("kubernetes/alertmanager-config.yaml", &[alerts]),
        Artefact::yaml("kubernetes/dashboards.yaml", &maps),
    ]
}

/// How long the rules of one object may be, as JSON. Kubernetes refuses an annotation of more than 262,144 bytes, and
/// `kubectl apply` writes the whole object into one.
const MOST: usize = 200_000;

/// As few objects as the rules of a service need.
fn rules(facts: &Facts, groups: Vec<Group>) -> Vec<Object<RuleFile>> {
    let length = |group: &Group| serde_json::to_string(group).map_or(0, |text| text.len());
    let (mut files, mut left) = (Vec::<RuleFile>::new(), 0);
    for group in groups {
        let needed = length(&group);
        match files.last_mut() {
            Some(file) if needed <= left => file.groups.push(group),
            _ => {
                files.push(RuleFile { groups: vec![group] });
                left = MOST;
            }
        }
        left = left.saturating_sub(needed);
    }
    let object = |(number, file)| {
        let name = match number {
            0 => facts.service.to_string(),
            _ => format!("{}-{}", facts.service, number + 1),
        };
        Object::named("monitoring.coreos.com/v1", "PrometheusRule", facts, name, file)
    };
    files.into_iter().enumerate().map(object).collect()
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metric_relabelings: Vec<Drop>,
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

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Drop {
    action: &'static str,
    source_labels: [&'static str; 1],
    regex: String,
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
            metric_relabelings: facts
                .dropped_names()
                .map(|regex| Drop { action: "drop", source_labels: ["__name__"], regex })
                .into_iter()
                .collect(),
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
    let branches = by_severity.iter().map(|(severity, _)| Route {
        group_by: group_of(facts, severity),
        ..route(severity, vec![is("severity", *severity)])
    });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::{Operation, Route, Slo, SourceLocation};

    /// 20 objectives of 100 routes.
    fn large() -> (Catalog, Facts) {
        let objective = |number: usize| -> &'static Slo {
            let name = Box::leak(format!("objective-{number}").into_boxed_str());
            let latency = std::time::Duration::from_millis(250);
            Box::leak(Box::new(Slo::new(name, "text").availability(99.9).latency(99.0, latency)))
        };
        let objectives: Vec<_> = (0..20).map(objective).collect();
        let operation = |number: usize| -> &'static Operation {
            let path = Box::leak(format!("/resources-{number}/{{id}}").into_boxed_str());
            let routes = Box::leak(Box::new([Route { method: "GET", path }]));
            let name = Box::leak(format!("app::read_{number}").into_boxed_str());
            let operation = Operation::new(name, SourceLocation::new("src/app.rs", 1, "app"));
            Box::leak(Box::new(operation.routes(routes).slo(objectives[number % 20])))
        };
        let operations = (0..100).map(operation).collect();
        let facts = Facts::new("app".try_into().unwrap(), "app".try_into().unwrap(), "team");
        (Catalog { operations, families: vec![], objectives }, facts)
    }

    #[test]
    fn no_dashboard_is_longer_than_kubernetes_accepts() {
        let (catalog, facts) = large();
        let files = dashboards::grafana(&catalog, &facts);
        for file in &files {
            let length = serde_json::to_vec(&config_map(&facts, file)).unwrap().len();
            assert!(length < 262_144, "{}: {length} bytes", file.path);
        }
        for object in super::super::perses::objects(&catalog, &facts) {
            assert!(serde_json::to_vec(&object).unwrap().len() < 262_144);
        }
        let pages: Vec<_> = files.iter().filter(|one| one.path.contains("/slo")).collect();
        assert!((2..5).contains(&pages.len()), "{}", pages.len());
        let read = |one: &&Artefact| serde_json::from_str::<serde_json::Value>(&one.text).unwrap();
        let pages: Vec<_> = pages.iter().map(read).collect();
        let panels = |page: &serde_json::Value| page["panels"].as_array().unwrap().len();
        // Four for all objectives together, and four for each of the 40 indicators.
        assert_eq!(pages.iter().map(panels).sum::<usize>(), 4 + 4 * 40);
        for page in &pages {
            let links = page["links"].as_array().unwrap();
            let leads =
                |uid: &str| links.iter().any(|link| link["url"].as_str().unwrap().contains(uid));
            let others = pages.iter().filter(|other| other["uid"] != page["uid"]);
            assert_eq!(others.clone().count(), pages.len() - 1);
            assert!(others.into_iter().all(|other| leads(other["uid"].as_str().unwrap())));
        }
    }

    /// What they need is divided.
    #[test]
    fn no_object_is_longer_than_kubernetes_accepts() {
        let (catalog, facts) = large();
        let all = groups(&catalog, &facts);
        let names = |groups: &[Group]| -> Vec<String> {
            groups.iter().map(|group| group.name.clone()).collect()
        };
        let objects = rules(&facts, groups(&catalog, &facts));
        let kept: Vec<_> = objects.iter().flat_map(|object| names(&object.spec.groups)).collect();
        assert_eq!(kept, names(&all));
        for object in &objects {
            let length = serde_json::to_vec(object).unwrap().len();
            assert!(length < 262_144, "{}: {length} bytes", names(&object.spec.groups).join(", "));
        }
        assert!((2..20).contains(&objects.len()), "{}", objects.len());
    }
}
