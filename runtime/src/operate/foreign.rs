//! Metrics of other programs that queries read: those of Prometheus itself and of kube-state-metrics.

use super::promql::Metric;

/// Whether a target was scraped.
pub(super) fn up() -> Metric {
    Metric::new("up", &[])
}

/// The number of samples that a target exposed.
pub(super) fn scrape_samples_scraped() -> Metric {
    Metric::new("scrape_samples_scraped", &[])
}

/// The reason why a container waits.
pub(super) fn kube_pod_container_status_waiting_reason() -> Metric {
    Metric::new("kube_pod_container_status_waiting_reason", &["reason"])
}

/// The number of instances that a deployment is to run.
pub(super) fn kube_deployment_spec_replicas() -> Metric {
    Metric::new("kube_deployment_spec_replicas", &["deployment"])
}

/// The number of instances that a stateful set is to run.
pub(super) fn kube_statefulset_replicas() -> Metric {
    Metric::new("kube_statefulset_replicas", &["statefulset"])
}

/// The alerts that are pending or firing.
pub(super) fn alerts() -> Metric {
    Metric::new("ALERTS", &["alertname", "alertstate", "severity", "service", "slo", "team"])
}

/// How long a scrape took.
pub(super) fn scrape_duration_seconds() -> Metric {
    Metric::new("scrape_duration_seconds", &[])
}

/// How often a container was restarted.
pub(super) fn kube_pod_container_status_restarts_total() -> Metric {
    Metric::new("kube_pod_container_status_restarts_total", &[])
}
