//! Deployment facts: what the code cannot know of where it runs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::names::DnsLabel;
use super::promql::Window;
use crate::declare::Naming;
use crate::declare::catalog::Catalog;
use crate::declare::naming::Names;

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
    pub team: String,
    /// Whom to ask; the team unless told otherwise.
    #[serde(default)]
    pub owner: Option<String>,
    /// The environment: the label `env` of its logs.
    #[serde(default = "production")]
    pub environment: String,
    /// The service's container image.
    #[serde(default)]
    pub image: Option<String>,
    /// Where the generated runbooks are served, without a slash at the end.
    #[serde(default)]
    pub runbook_url: String,
    /// The least number of bad events in an alert's long window: fewer are no incident.
    #[serde(default = "ten")]
    pub min_bad_events: u32,
    /// Divides every length of time in the rules. For tests that cannot wait; 1 in every deployment.
    #[serde(default = "one")]
    pub time_scale: u32,
    /// What the metrics of its requests are called, as its `Telemetry` was told.
    #[serde(default)]
    pub naming: RequestNaming,
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
    #[serde(skip)]
    source: Source,
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
}

/// Where facts come from.
#[derive(Clone, Debug, Default)]
struct Source {
    file: String,
    text: String,
}

/// The Prometheus that scrapes the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Prometheus {
    /// The label `job` of the service's series; the service's name unless told otherwise.
    pub job: Option<String>,
    /// How long samples are kept.
    retention: Spanned<Window>,
    /// How often the service is scraped.
    pub scrape_interval: Window,
    /// The port of the admin listener.
    pub port: u16,
    /// Where Prometheus' own user interface is.
    pub url: String,
    /// Labels that its operator selects PodMonitors, rules and configurations by.
    pub labels: BTreeMap<String, String>,
    /// The most series that one pod may expose; computed from what is declared unless told otherwise.
    pub sample_limit: Option<u64>,
}

/// The Grafana that shows the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Grafana {
    /// Where it is served, without a slash at the end.
    pub url: String,
    /// The uid of its Prometheus data source.
    pub prometheus_uid: String,
    /// The uid of its Loki data source.
    pub loki_uid: String,
    /// The uid of its Jaeger or Tempo data source.
    pub traces_uid: String,
    /// The folder of the dashboards.
    pub folder: Option<String>,
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

/// Who receives the alerts, by severity.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Receivers {
    /// Wakes somebody up.
    pub page: Receiver,
    /// Is looked at on a working day.
    pub ticket: Receiver,
    /// Expects the watchdog, and raises the alarm when it is not heard.
    pub watchdog: Receiver,
}

/// A webhook whose address is a secret: never in a file that is generated.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Receiver {
    /// The Kubernetes secret with the address.
    pub secret: DnsLabel,
    /// The key in it; the severity unless told otherwise.
    pub key: Option<String>,
    /// The file with the address, where Alertmanager reads one; the secret as the operator mounts it
    /// unless told otherwise.
    pub webhook_url_file: Option<String>,
}

impl Default for Prometheus {
    fn default() -> Self {
        Self {
            job: None,
            retention: Spanned::new(0..0, Window::days(35)),
            scrape_interval: Window::seconds(30),
            port: 9464,
            url: String::new(),
            labels: BTreeMap::new(),
            sample_limit: None,
        }
    }
}

impl Default for Grafana {
    fn default() -> Self {
        Self {
            url: String::new(),
            prometheus_uid: "prometheus".to_owned(),
            loki_uid: "loki".to_owned(),
            traces_uid: "jaeger".to_owned(),
            folder: None,
        }
    }
}

impl Default for Receiver {
    fn default() -> Self {
        Self { secret: DnsLabel::fixed("alert-receivers"), key: None, webhook_url_file: None }
    }
}

fn production() -> String {
    "production".to_owned()
}

fn ten() -> u32 {
    10
}

fn one() -> u32 {
    1
}

/// A fact that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsError(String);

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FactsError {}

impl Facts {
    /// Facts of a service with the defaults of everything else.
    pub fn new(service: DnsLabel, namespace: DnsLabel, team: impl Into<String>) -> Self {
        Self {
            service,
            namespace,
            team: team.into(),
            owner: None,
            environment: production(),
            image: None,
            runbook_url: String::new(),
            min_bad_events: ten(),
            naming: RequestNaming::default(),
            time_scale: one(),
            prometheus: Prometheus::default(),
            grafana: Grafana::default(),
            kubernetes: Kubernetes::default(),
            receivers: Receivers::default(),
            source: Source::default(),
        }
    }

    /// Reads facts from TOML.
    ///
    /// # Errors
    /// When it is no TOML, has a key that is not known, lacks one, or a value cannot be; the message has the
    /// key and its line.
    pub fn parse(text: &str) -> Result<Self, FactsError> {
        Self::from_source(Source { file: String::new(), text: text.to_owned() })
    }

    /// Reads facts from a file.
    ///
    /// # Errors
    /// When it cannot be read, and as [`parse`](Self::parse).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FactsError> {
        let file = path.as_ref().display().to_string();
        match std::fs::read_to_string(path.as_ref()) {
            Ok(text) => Self::from_source(Source { file, text }),
            Err(error) => Err(FactsError(format!("cannot read the facts `{file}`: {error}"))),
        }
    }

    fn from_source(source: Source) -> Result<Self, FactsError> {
        let mut facts: Self = toml::from_str(&source.text).map_err(|error| {
            let file = if source.file.is_empty() { "facts" } else { &source.file };
            FactsError(format!("{file}: {}", error.to_string().trim_end()))
        })?;
        facts.source = source;
        Ok(facts)
    }

    /// Refuses facts that contradict what is declared.
    ///
    /// # Errors
    /// When samples are kept for a shorter time than an objective's period.
    pub fn check(&self, catalog: &Catalog) -> Result<(), FactsError> {
        for slo in &catalog.objectives {
            let (period, kept) = (Window::days(slo.period().into()), self.retention());
            if kept < period {
                return Err(FactsError(format!(
                    "{}`prometheus.retention` is {kept}, shorter than the {period} over which the \
                     objective `{}` is kept ({}): its budget could not be computed",
                    self.line(self.prometheus.retention.span().start),
                    slo.name(),
                    slo.place(),
                )));
            }
        }
        Ok(())
    }

    /// `file:line: ` of a place in the source; nothing where there is none.
    fn line(&self, place: usize) -> String {
        let Source { file, text } = &self.source;
        let Some(before) = text.get(..place).filter(|_| place > 0) else { return String::new() };
        let line = before.matches('\n').count() + 1;
        let file = if file.is_empty() { "facts" } else { file };
        format!("{file}:{line}: ")
    }

    /// How long samples are kept.
    pub fn retention(&self) -> Window {
        *self.prometheus.retention.get_ref()
    }

    /// States how long samples are kept.
    pub fn keep(&mut self, retention: Window) {
        self.prometheus.retention = Spanned::new(0..0, retention);
    }

    /// The label `job` of the service's series.
    pub fn job(&self) -> &str {
        self.prometheus.job.as_deref().unwrap_or(&self.service)
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

    /// A length of time in the rules: `window`, divided by [`time_scale`](Self::time_scale).
    pub fn scaled(&self, window: Window) -> Window {
        window.divided(self.time_scale.max(1))
    }
}

impl Receivers {
    /// The receivers with the severities that they are for.
    pub fn by_severity(&self) -> [(&'static str, &Receiver); 3] {
        [("page", &self.page), ("ticket", &self.ticket), ("watchdog", &self.watchdog)]
    }
}

impl Receiver {
    /// The key in the secret, of the receiver for `severity`.
    pub fn key<'a>(&'a self, severity: &'a str) -> &'a str {
        self.key.as_deref().unwrap_or(severity)
    }

    /// The file with the address, of the receiver for `severity`.
    pub fn file(&self, severity: &str) -> String {
        self.webhook_url_file.clone().unwrap_or_else(|| {
            format!("/etc/alertmanager/secrets/{}/{}", self.secret, self.key(severity))
        })
    }
}

#[cfg(test)]
mod tests;
