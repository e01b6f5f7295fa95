//! The Grafana that displays the service's dashboards.

use serde::Deserialize;

use crate::operate::names::DnsLabel;

/// The Grafana that displays the service's dashboards.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Grafana {
    /// Its URL.
    #[serde(deserialize_with = "super::read::address")]
    pub url: String,
    /// The uid of its Prometheus data source.
    pub prometheus_uid: String,
    /// The uid of its Loki data source.
    pub loki_uid: String,
    /// The uid of its Jaeger or Tempo data source.
    pub traces_uid: String,
    /// The folder of the dashboards.
    pub folder: Option<String>,
    /// The Kubernetes secret with the administrator's name and password, under the keys `user` and
    /// `password`, in the namespace of kube-prometheus-stack. Without the secret the chart would
    /// choose a password itself.
    pub admin_secret: DnsLabel,
}

impl Default for Grafana {
    fn default() -> Self {
        Self {
            url: String::new(),
            prometheus_uid: "prometheus".to_owned(),
            loki_uid: "loki".to_owned(),
            traces_uid: "jaeger".to_owned(),
            folder: None,
            admin_secret: DnsLabel::fixed("grafana-admin"),
        }
    }
}
