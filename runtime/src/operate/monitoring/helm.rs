//! Values for kube-prometheus-stack.

use serde::Serialize;

use crate::operate::artefact::Artefact;
use crate::operate::facts::{Facts, Quantity};
use crate::operate::promql::Window;

/// The chart version that these values were written for. It is part of the file's name, because
/// values carry no version.
const CHART: &str = "kube-prometheus-stack-88.5.3";

/// Alertmanager stores silences and a log of notifications. Both are small for any service.
const ALERTMANAGER_STORAGE: &str = "1Gi";

#[derive(Debug, Serialize)]
struct Values {
    prometheus: Prometheus,
    alertmanager: Alertmanager,
    grafana: Grafana,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Prometheus {
    prometheus_spec: PrometheusSpec,
}

/// Prometheus selects all objects, including those without the chart's release label.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "they are the chart's")]
struct PrometheusSpec {
    #[serde(skip_serializing_if = "String::is_empty")]
    external_url: String,
    retention: Window,
    retention_size: String,
    enable_features: Vec<&'static str>,
    exemplars: Exemplars,
    pod_monitor_selector_nil_uses_helm_values: bool,
    rule_selector_nil_uses_helm_values: bool,
    service_monitor_selector_nil_uses_helm_values: bool,
    probe_selector_nil_uses_helm_values: bool,
    scrape_config_selector_nil_uses_helm_values: bool,
    storage_spec: Storage,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Exemplars {
    max_size: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    volume_claim_template: Claim,
}

#[derive(Debug, Serialize)]
struct Claim {
    spec: ClaimSpec,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClaimSpec {
    access_modes: Vec<&'static str>,
    resources: Resources,
}

#[derive(Debug, Serialize)]
struct Resources {
    requests: Requests,
}

#[derive(Debug, Serialize)]
struct Requests {
    storage: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Alertmanager {
    alertmanager_spec: AlertmanagerSpec,
}

/// With the strategy `OnNamespace` the operator adds the namespace of a configuration to its first route
/// and its inhibitions, so that no configuration receives the alerts of another namespace. The
/// generated alerts carry the label.
#[derive(Debug, Serialize)]
struct AlertmanagerSpec {
    #[serde(rename = "alertmanagerConfigSelector")]
    selector: EmptySelector,
    #[serde(rename = "alertmanagerConfigNamespaceSelector")]
    namespaces: EmptySelector,
    #[serde(rename = "alertmanagerConfigMatcherStrategy")]
    strategy: Strategy,
    storage: Storage,
}

#[derive(Debug, Serialize)]
struct EmptySelector {}

#[derive(Debug, Serialize)]
struct Strategy {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Serialize)]
struct Grafana {
    #[serde(rename = "grafana.ini", skip_serializing_if = "Option::is_none")]
    ini: Option<Ini>,
    admin: Admin,
    sidecar: Sidecar,
}

#[derive(Debug, Serialize)]
struct Ini {
    server: Server,
}

#[derive(Debug, Serialize)]
struct Server {
    root_url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Admin {
    existing_secret: String,
    user_key: &'static str,
    password_key: &'static str,
}

#[derive(Debug, Serialize)]
struct Sidecar {
    dashboards: Dashboards,
    datasources: DataSources,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Dashboards {
    enabled: bool,
    label: &'static str,
    label_value: &'static str,
    search_namespace: &'static str,
    folder_annotation: &'static str,
    provider: Provider,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    allow_ui_updates: bool,
    folders_from_files_structure: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DataSources {
    uid: String,
    exemplar_trace_id_destinations: Destination,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Destination {
    datasource_uid: String,
    trace_id_label_name: &'static str,
}

pub(super) fn artefact(facts: &Facts) -> Artefact {
    Artefact::yaml(format!("helm/{CHART}.yaml"), &[values(facts)])
}

fn values(facts: &Facts) -> Values {
    Values {
        prometheus: Prometheus { prometheus_spec: prometheus(facts) },
        alertmanager: Alertmanager {
            alertmanager_spec: AlertmanagerSpec {
                selector: EmptySelector {},
                namespaces: EmptySelector {},
                strategy: Strategy { kind: "OnNamespace" },
                storage: storage(ALERTMANAGER_STORAGE.to_owned()),
            },
        },
        grafana: grafana(facts),
    }
}

fn storage(size: String) -> Storage {
    let requests = Requests { storage: size };
    let spec = ClaimSpec { access_modes: vec!["ReadWriteOnce"], resources: Resources { requests } };
    Storage { volume_claim_template: Claim { spec } }
}

/// The part of the volume that Prometheus may fill, in its megabytes (2²⁰ bytes). It deletes the
/// oldest samples before the volume is full, because it cannot write to a full one.
fn nine_tenths(storage: &Quantity) -> String {
    format!("{}MB", (storage.bytes() / 10 * 9) >> 20)
}

fn prometheus(facts: &Facts) -> PrometheusSpec {
    PrometheusSpec {
        external_url: facts.prometheus.url.clone(),
        retention: facts.retention(),
        retention_size: nine_tenths(&facts.prometheus.storage),
        // The second makes it keep when a counter began, so that its first events are not lost.
        enable_features: vec!["exemplar-storage", "created-timestamp-zero-ingestion"],
        exemplars: Exemplars { max_size: 100_000 },
        pod_monitor_selector_nil_uses_helm_values: false,
        rule_selector_nil_uses_helm_values: false,
        service_monitor_selector_nil_uses_helm_values: false,
        probe_selector_nil_uses_helm_values: false,
        scrape_config_selector_nil_uses_helm_values: false,
        storage_spec: storage(facts.prometheus.storage.to_string()),
    }
}

fn grafana(facts: &Facts) -> Grafana {
    let root_url = facts.grafana.url.clone();
    Grafana {
        ini: (!root_url.is_empty()).then_some(Ini { server: Server { root_url } }),
        admin: Admin {
            existing_secret: facts.grafana.admin_secret.to_string(),
            user_key: "user",
            password_key: "password",
        },
        sidecar: Sidecar {
            dashboards: Dashboards {
                enabled: true,
                label: "grafana_dashboard",
                label_value: "1",
                search_namespace: "ALL",
                folder_annotation: "grafana_folder",
                provider: Provider { allow_ui_updates: false, folders_from_files_structure: true },
            },
            datasources: DataSources {
                uid: facts.grafana.prometheus_uid.clone(),
                exemplar_trace_id_destinations: Destination {
                    datasource_uid: facts.grafana.traces_uid().to_owned(),
                    trace_id_label_name: "trace_id",
                },
            },
        },
    }
}
