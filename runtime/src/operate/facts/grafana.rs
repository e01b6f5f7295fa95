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
    /// What stores the traces; by default Jaeger.
    pub traces: Traces,
    /// The uid of its data source for traces; by default the name of what stores them.
    pub traces_uid: Option<String>,
    /// The folder of the dashboards.
    pub folder: Option<String>,
    /// The Kubernetes secret with the administrator's name and password, under the keys `user` and
    /// `password`, in the namespace of kube-prometheus-stack. Without the secret the chart would
    /// choose a password itself.
    pub admin_secret: DnsLabel,
}

/// What stores the traces. Searches for traces are written in its language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Traces {
    /// `jaeger`.
    #[default]
    Jaeger,
    /// `tempo`.
    Tempo,
}

impl Traces {
    /// The name of the type of its data source.
    pub(in crate::operate) const fn name(self) -> &'static str {
        match self {
            Self::Jaeger => "jaeger",
            Self::Tempo => "tempo",
        }
    }
}

impl Grafana {
    /// The uid of the data source for traces.
    pub fn traces_uid(&self) -> &str {
        self.traces_uid.as_deref().unwrap_or(self.traces.name())
    }
}

impl Default for Grafana {
    fn default() -> Self {
        Self {
            url: String::new(),
            prometheus_uid: "prometheus".to_owned(),
            loki_uid: "loki".to_owned(),
            traces: Traces::Jaeger,
            traces_uid: None,
            folder: None,
            admin_secret: DnsLabel::fixed("grafana-admin"),
        }
    }
}
