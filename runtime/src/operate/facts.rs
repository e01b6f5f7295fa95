//! Deployment facts: what the code cannot know about its deployment.

mod expect;
mod grafana;
mod heaviest;
mod prometheus;
mod ranges;
mod read;
mod receivers;
mod saturation;
mod source;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::identity::Identity;
use super::names::DnsLabel;
use super::promql::{Metric, Selector, Window, literal};
use crate::declare::catalog::Catalog;
use crate::declare::naming::Names;
use crate::declare::series::{BuiltIn, FAILED, label};
use crate::declare::{MetricPrefix, Naming};

pub use expect::Expectation;
pub use grafana::{Grafana, Traces};
pub use heaviest::HeaviestKey;
pub use prometheus::{Prometheus, Quantity, RequestHistogram, Token};
pub use read::FactsError;
pub(super) use read::printable;
pub use receivers::{Receiver, Receivers};
pub use saturation::Saturation;

/// Where a service is deployed, and which team is responsible for it.
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
    /// The service's name. Its Kubernetes objects have it, and its alerts have it as the label
    /// `service`.
    pub service: DnsLabel,
    /// The Kubernetes namespace.
    pub namespace: DnsLabel,
    /// The team that responds to its alerts. The alerts have it as the label `team`.
    pub team: String,
    /// The contact for questions; by default the team.
    #[serde(default)]
    pub owner: Option<String>,
    /// The environment, such as `production`: the label `environment` of its series and alerts, and
    /// the label `env` of its logs. Where several environments share a Prometheus, each has its own.
    #[serde(default)]
    pub environment: Option<String>,
    /// The cluster: the label `cluster` of its series and alerts. It keeps clusters apart whose
    /// series are in one Thanos or Mimir.
    #[serde(default)]
    pub cluster: Option<String>,
    /// The service's container image, which runbooks mention.
    #[serde(default)]
    pub image: Option<String>,
    /// The base URL of the generated runbooks.
    #[serde(default, deserialize_with = "read::address")]
    pub runbook_url: String,
    /// The minimum number of bad events in an alert's long window. With fewer, the alert does not
    /// fire.
    #[serde(default = "ten")]
    pub min_bad_events: u32,
    /// Divides every duration in the rules. For tests that cannot wait; it is 1 in every
    /// deployment.
    #[serde(default = "one")]
    pub time_scale: u32,
    /// The naming scheme of the request metrics, as set in its `Telemetry`.
    #[serde(default)]
    pub naming: RequestNaming,
    /// The prefix of goldsignal's own families. It must equal the one given to
    /// [`Builder::metric_prefix`](crate::telemetry::Builder::metric_prefix).
    #[serde(default, deserialize_with = "read::metric_prefix")]
    pub metric_prefix: MetricPrefix,
    /// The Prometheus that scrapes the service.
    #[serde(default)]
    pub prometheus: Prometheus,
    /// The Grafana that displays its dashboards.
    #[serde(default)]
    pub grafana: Grafana,
    /// The Kubernetes cluster that runs it.
    #[serde(default)]
    pub kubernetes: Kubernetes,
    /// The receivers of the alerts, by severity.
    #[serde(default)]
    pub receivers: Receivers,
    /// From when on an instance counts as saturated.
    #[serde(default)]
    pub saturation: Saturation,
    /// The expected rates of its counters, by the counters' names.
    #[serde(default)]
    pub expect: BTreeMap<String, Spanned<Expectation>>,
    /// From when on one key of a [`Top`](crate::Top) is too heavy, by the metrics' names.
    #[serde(default)]
    pub heaviest: BTreeMap<String, Spanned<HeaviestKey>>,
    /// Whether queries select the deployment that the viewer of a dashboard chose.
    #[serde(skip)]
    is_chosen_by_viewer: bool,
    #[serde(skip)]
    source: source::Source,
}

/// The naming scheme of the request metrics. It must equal the one given to
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
    /// The names that queries use; they do not depend on `http` or `https`.
    pub(super) const fn names(self) -> &'static Names {
        match self {
            Self::Goldsignal => Naming::Goldsignal.names(),
            Self::OpenTelemetry => Naming::OpenTelemetry { url_scheme: "" }.names(),
        }
    }

    /// The label, and the pattern of its values, of requests that failed through the service's
    /// fault.
    pub(super) fn failed(self) -> (&'static str, String) {
        let outcomes = FAILED.join("|");
        match self {
            Self::Goldsignal => (label::OUTCOME, outcomes),
            // In the conventions, `error.type` contains the status if the server caused the error.
            // That includes 408, but no other status of a client error.
            Self::OpenTelemetry => (label::ERROR_TYPE, format!("[45]..|{outcomes}")),
        }
    }
}

/// The Kubernetes cluster that runs the service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Kubernetes {
    /// The labels of the service's pods; by default `app.kubernetes.io/name: <service>`.
    pub labels: BTreeMap<String, String>,
    /// The workload's name; by default the service's name.
    pub workload: Option<DnsLabel>,
}

fn ten() -> u32 {
    10
}

fn one() -> u32 {
    1
}

impl Facts {
    /// Facts with the defaults of everything that is not an argument.
    pub fn new(service: DnsLabel, namespace: DnsLabel, team: impl Into<String>) -> Self {
        Self {
            service,
            namespace,
            team: team.into(),
            owner: None,
            environment: None,
            cluster: None,
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
            saturation: Saturation::default(),
            expect: BTreeMap::new(),
            heaviest: BTreeMap::new(),
            is_chosen_by_viewer: false,
            source: source::Source::default(),
        }
    }

    /// The contact for questions.
    pub fn owner(&self) -> &str {
        self.owner.as_deref().unwrap_or(&self.team)
    }

    /// The workload's name in Kubernetes.
    pub fn workload(&self) -> &str {
        self.kubernetes.workload.as_deref().unwrap_or(&self.service)
    }

    /// The pattern of the names that Kubernetes gives to the workload's pods. It does not match those of a workload
    /// whose name begins with the same word: Kubernetes uses no vowels in what it appends.
    pub(super) fn pod_names(&self) -> String {
        const LETTERS: &str = "[bcdfghjklmnpqrstvwxz2456789]";
        let workload = literal(self.workload());
        // Of a deployment or a daemon set, or of a stateful set.
        format!("{workload}-(({LETTERS}{{1,10}}-)?{LETTERS}{{5}}|[0-9]+)")
    }

    /// The labels of the service's pods.
    pub fn pod_labels(&self) -> BTreeMap<String, String> {
        if self.kubernetes.labels.is_empty() {
            let name = ("app.kubernetes.io/name".to_owned(), self.service.to_string());
            return [name].into();
        }
        self.kubernetes.labels.clone()
    }

    /// The name and labels of one of goldsignal's families, as the service exposes it.
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

    /// Selects the series of `metric` that Prometheus scraped from this service in this deployment:
    /// by job and namespace, and by environment and cluster as far as they are given.
    ///
    /// ```
    /// use goldsignal::declare::series;
    /// use goldsignal::operate::Facts;
    ///
    /// let facts = "service = 'shop'\nnamespace = 'retail'\nteam = 'checkout'\nenvironment = 'staging'\n";
    /// let facts = Facts::parse(facts)?;
    /// assert_eq!(
    ///     facts.select(facts.metric(&series::HTTP_REQUESTS)).to_string(),
    ///     r#"http_requests_total{job="shop", namespace="retail", environment="staging"}"#
    /// );
    /// # Ok::<(), goldsignal::operate::FactsError>(())
    /// ```
    pub fn select(&self, metric: impl Into<Metric>) -> Selector {
        self.identity().scraped(metric)
    }

    /// The labels that identify this deployment of the service.
    pub(super) fn identity(&self) -> Identity {
        Identity::of(self)
    }

    /// The same facts for the queries of a dashboard: they select the deployment that its viewer
    /// chose.
    pub(super) fn chosen_by_viewer(&self) -> Self {
        Self { is_chosen_by_viewer: true, ..self.clone() }
    }

    /// The facts as given, for what a dashboard shows first.
    pub(super) fn given(&self) -> Self {
        Self { is_chosen_by_viewer: false, ..self.clone() }
    }

    pub(super) const fn is_chosen_by_viewer(&self) -> bool {
        self.is_chosen_by_viewer
    }

    /// The value of the label `catalog` in the running service's `goldsignal_build_info`.
    pub(super) fn fingerprint(&self, catalog: &Catalog) -> String {
        catalog.fingerprint_under(self.naming.names(), &self.metric_prefix)
    }

    /// A duration in the rules: `window` divided by [`time_scale`](Self::time_scale).
    pub fn scaled(&self, window: Window) -> Window {
        window.divided(self.time_scale.max(1))
    }
}

#[cfg(test)]
mod tests;
