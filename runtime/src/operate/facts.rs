//! Deployment facts: what the code cannot know of where it runs.

mod expect;
mod grafana;
mod prometheus;
mod read;
mod receivers;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::names::DnsLabel;
use super::promql::{Metric, Window};
use crate::declare::catalog::Catalog;
use crate::declare::naming::Names;
use crate::declare::series::{BuiltIn, FAILED, label};
use crate::declare::{MetricPrefix, Naming};

pub use expect::Expectation;
pub use grafana::Grafana;
pub use prometheus::{Prometheus, Quantity, Token};
pub use read::FactsError;
pub(super) use read::printable;
pub use receivers::{Receiver, Receivers};

/// Where a service is deployed and who answers for it.
///
/// ```
/// use goldsignal::operate::Facts;
///
/// let facts = Facts::parse(
///     r#"
///     service = "todo"
///     namespace = "todo"
///     team = "tasks"
///     runbook-url = "https://runbooks.example.org/todo"
///
///     [grafana]
///     url = "https://grafana.example.org"
///     "#,
/// )?;
/// assert_eq!(facts.job(), "todo");
///
/// let error = Facts::parse("service = 'todo'\nnamespace = 'To do'\nteam = 'tasks'").unwrap_err();
/// assert!(error.to_string().contains("2 | namespace = 'To do'"));
/// # Ok::<(), goldsignal::operate::FactsError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct Facts {
    /// The service's name: of its Kubernetes objects, and the label `service` of its alerts.
    pub service: DnsLabel,
    /// The Kubernetes namespace.
    pub namespace: DnsLabel,
    /// The team that answers its alerts: the label `team`.
    #[serde(deserialize_with = "read::text")]
    pub team: String,
    /// Whom to ask; the team unless told otherwise.
    #[serde(default)]
    pub owner: Option<String>,
    /// The label `env` of its logs; queries ask for it where it is told.
    #[serde(default)]
    pub environment: Option<String>,
    /// The service's container image, which runbooks tell.
    #[serde(default)]
    pub image: Option<String>,
    /// Where the generated runbooks are served.
    #[serde(default, deserialize_with = "read::address")]
    pub runbook_url: String,
    /// The least number of bad events in an alert's long window: fewer are no incident.
    #[serde(default = "ten")]
    pub min_bad_events: u32,
    /// Divides every length of time in the rules. For tests that cannot wait; 1 in every deployment.
    #[serde(default = "one", deserialize_with = "read::divisor")]
    pub time_scale: u32,
    /// What the metrics of its requests are called, as its `Telemetry` was told.
    #[serde(default)]
    pub naming: RequestNaming,
    /// The prefix of goldsignal's own families: the fact that goes with
    /// [`Builder::metric_prefix`](crate::telemetry::Builder::metric_prefix).
    #[serde(default, deserialize_with = "read::metric_prefix")]
    pub metric_prefix: MetricPrefix,
    /// The Prometheus that scrapes it.
    #[serde(default)]
    pub prometheus: Prometheus,
    /// The Grafana that shows it.
    #[serde(default)]
    pub grafana: Grafana,
    /// The Kubernetes that runs it.
    #[serde(default)]
    pub kubernetes: Kubernetes,
    /// Who receives the alerts, by severity.
    #[serde(default)]
    pub receivers: Receivers,
    /// How often its counters are expected to be added to, by their names.
    #[serde(default)]
    pub expect: BTreeMap<String, Spanned<Expectation>>,
    #[serde(skip)]
    source: read::Source,
}

/// What the metrics of requests are called: the fact that goes with
/// [`Builder::naming`](crate::telemetry::Builder::naming).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestNaming {
    /// `goldsignal`: the short names.
    #[default]
    Goldsignal,
    /// `opentelemetry`: the semantic conventions.
    OpenTelemetry,
}

impl RequestNaming {
    /// The names; a scheme is no part of any query.
    pub(super) const fn names(self) -> &'static Names {
        match self {
            Self::Goldsignal => Naming::Goldsignal.names(),
            Self::OpenTelemetry => Naming::OpenTelemetry { url_scheme: "" }.names(),
        }
    }

    /// The label of requests, and the pattern of its values, that tell that they failed by the service's fault.
    pub(super) fn failed(self) -> (&'static str, String) {
        let outcomes = FAILED.join("|");
        match self {
            Self::Goldsignal => (label::OUTCOME, outcomes),
            // The conventions have the status of a server's error there, 408 among them, and none of a client's.
            Self::OpenTelemetry => (label::ERROR_TYPE, format!("[45]..|{outcomes}")),
        }
    }
}

/// The Kubernetes that runs the service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Kubernetes {
    /// The labels of the service's pods; `app.kubernetes.io/name: <service>` unless told otherwise.
    pub labels: BTreeMap<String, String>,
    /// The workload's name; the service's unless told otherwise.
    pub workload: Option<DnsLabel>,
}

fn ten() -> u32 {
    10
}

fn one() -> u32 {
    1
}

impl Facts {
    /// Facts of a service with the defaults of everything else.
    pub fn new(service: DnsLabel, namespace: DnsLabel, team: impl Into<String>) -> Self {
        Self {
            service,
            namespace,
            team: team.into(),
            owner: None,
            environment: None,
            image: None,
            runbook_url: String::new(),
            min_bad_events: ten(),
            naming: RequestNaming::default(),
            metric_prefix: MetricPrefix::NONE,
            time_scale: one(),
            prometheus: Prometheus::default(),
            grafana: Grafana::default(),
            kubernetes: Kubernetes::default(),
            receivers: Receivers::default(),
            expect: BTreeMap::new(),
            source: read::Source::default(),
        }
    }

    /// Whom to ask.
    pub fn owner(&self) -> &str {
        self.owner.as_deref().unwrap_or(&self.team)
    }

    /// The workload's name in Kubernetes.
    pub fn workload(&self) -> &str {
        self.kubernetes.workload.as_deref().unwrap_or(&self.service)
    }

    /// The labels of the service's pods.
    pub fn pod_labels(&self) -> BTreeMap<String, String> {
        if self.kubernetes.labels.is_empty() {
            let name = ("app.kubernetes.io/name".to_owned(), self.service.to_string());
            return [name].into();
        }
        self.kubernetes.labels.clone()
    }

    /// A family of goldsignal as the service exposes it.
    ///
    /// ```
    /// use goldsignal::declare::series;
    /// use goldsignal::operate::Facts;
    /// use goldsignal::operate::promql::Selector;
    ///
    /// let facts = "service = 'shop'\nnamespace = 'retail'\nteam = 'checkout'\nmetric-prefix = 'shop_'\n";
    /// let facts = Facts::parse(facts)?;
    /// let requests = Selector::of(facts.metric(&series::HTTP_REQUESTS));
    /// assert_eq!(requests.to_string(), "shop_http_requests_total");
    /// # Ok::<(), goldsignal::operate::FactsError>(())
    /// ```
    pub fn metric(&self, family: &BuiltIn) -> Metric {
        Metric::new(family.name(&self.metric_prefix), family.labels)
    }

    /// The label `catalog` of the running service's `goldsignal_build_info`.
    pub(super) fn fingerprint(&self, catalog: &Catalog) -> String {
        catalog.fingerprint_under(self.naming.names(), &self.metric_prefix)
    }

    /// A length of time in the rules: `window`, divided by [`time_scale`](Self::time_scale).
    pub fn scaled(&self, window: Window) -> Window {
        window.divided(self.time_scale.max(1))
    }
}

#[cfg(test)]
mod tests;
