//! Metrics of other programs that queries name: Prometheus' own and those of kube-state-metrics.

use super::promql::Metric;

/// Whether a target was scraped.
pub fn up() -> Metric {
    Metric::new("up", &[])
}

/// How many samples a target exposed.
pub fn scrape_samples_scraped() -> Metric {
    Metric::new("scrape_samples_scraped", &[])
}

/// Why a container waits.
pub fn kube_pod_container_status_waiting_reason() -> Metric {
    Metric::new("kube_pod_container_status_waiting_reason", &["reason"])
}

/// The alerts that are pending or firing.
pub fn alerts() -> Metric {
    Metric::new("ALERTS", &["alertname", "alertstate", "severity", "service", "slo", "team"])
}

/// How long a scrape took.
pub fn scrape_duration_seconds() -> Metric {
    Metric::new("scrape_duration_seconds", &[])
}

/// How often a container was started again.
pub fn kube_pod_container_status_restarts_total() -> Metric {
    Metric::new("kube_pod_container_status_restarts_total", &[])
}
