//! The Prometheus that scrapes the service.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Facts;
use crate::declare::series::{self, BuiltIn};
use crate::operate::names::DnsLabel;
use crate::operate::promql::Window;

/// The Prometheus that scrapes the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Prometheus {
    /// The label `job` of the service's series; by default the service's name.
    pub job: Option<String>,
    /// How long Prometheus retains samples.
    retention: Window,
    /// The scrape interval; at most 75 seconds, because the rules' shortest window is five minutes.
    pub scrape_interval: Window,
    /// The port of the admin listener.
    pub port: u16,
    /// The URL of Prometheus' user interface.
    #[serde(deserialize_with = "super::read::address")]
    pub url: String,
    /// The labels by which its operator selects PodMonitors, rules and configurations.
    pub labels: BTreeMap<String, String>,
    /// The maximum number of samples in a scrape of one pod; by default computed from the
    /// declarations.
    pub sample_limit: Option<u64>,
    /// The histograms of requests that it does not keep, so that each pod has fewer samples. No rule needs them, and
    /// the dashboards have no panels of them.
    pub drop: BTreeSet<RequestHistogram>,
    /// The token that it presents to the admin listener, which requires one beyond loopback.
    pub token: Token,
    /// The size of its volume. 50 GiB hold the default 35 days of about 200,000 series, scraped
    /// every 30 seconds.
    pub storage: Quantity,
}

/// A histogram of requests that only a panel shows. That of durations is none of them, because latency objectives need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RequestHistogram {
    /// `response-head`: the time to the head of the response.
    ResponseHead,
    /// `request-body`: the bytes received.
    RequestBody,
    /// `response-body`: the bytes sent.
    ResponseBody,
}

/// The bearer token of the admin listener. It is stored in a secret and never in a generated file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Token {
    /// The Kubernetes secret with the token, in the service's namespace; by default
    /// `<service>-admin`.
    pub secret: Option<DnsLabel>,
    /// The token's key in the secret.
    pub key: String,
    /// The file with the token, for a Prometheus without the operator; by default the path at which
    /// the operator mounts the secret.
    pub file: Option<String>,
}

/// An amount of storage in Kubernetes' notation: `50Gi`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Quantity(String);

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Quantity {
    /// The amount in bytes.
    pub fn bytes(&self) -> u64 {
        bytes(&self.0).unwrap_or(u64::MAX)
    }
}

fn bytes(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 11] = [
        ("", 1),
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("Pi", 1 << 50),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("P", 1_000_000_000_000_000),
    ];
    let digits = text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*size)
}

impl TryFrom<String> for Quantity {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if bytes(&text).is_some_and(|bytes| bytes > 0) {
            return Ok(Self(text));
        }
        Err(format!("`{text}` is no amount of storage: a number and a unit such as `Gi`"))
    }
}

impl Default for Prometheus {
    fn default() -> Self {
        Self {
            job: None,
            retention: Window::days(35),
            scrape_interval: Window::seconds(30),
            port: 9464,
            url: String::new(),
            labels: BTreeMap::new(),
            sample_limit: None,
            drop: BTreeSet::new(),
            token: Token::default(),
            storage: Quantity("50Gi".to_owned()),
        }
    }
}

impl Default for Token {
    fn default() -> Self {
        Self { secret: None, key: "token".to_owned(), file: None }
    }
}

impl Facts {
    /// How long Prometheus retains samples.
    pub fn retention(&self) -> Window {
        self.prometheus.retention
    }

    /// Sets how long Prometheus retains samples.
    pub fn set_retention(&mut self, retention: Window) {
        self.prometheus.retention = retention;
    }

    /// The label `job` of the service's series.
    pub fn job(&self) -> &str {
        self.prometheus.job.as_deref().unwrap_or(&self.service)
    }

    fn dropped(&self) -> impl Iterator<Item = &'static BuiltIn> {
        let names = self.naming.names();
        self.prometheus.drop.iter().map(|histogram| match histogram {
            RequestHistogram::ResponseHead => &series::HTTP_RESPONSE_HEAD,
            RequestHistogram::RequestBody => names.received,
            RequestHistogram::ResponseBody => names.sent,
        })
    }

    /// Whether Prometheus keeps the series of a family.
    pub(in crate::operate) fn keeps(&self, family: &BuiltIn) -> bool {
        let name = |family: &BuiltIn| self.metric(family).name;
        !self.dropped().any(|dropped| name(dropped) == name(family))
    }

    /// The pattern of the names of the series that Prometheus does not keep.
    pub(in crate::operate) fn dropped_names(&self) -> Option<String> {
        let names: Vec<_> = self.dropped().map(|family| self.metric(family).name).collect();
        (!names.is_empty()).then(|| format!("({})_(bucket|count|sum|created)", names.join("|")))
    }

    /// The Kubernetes secret with the admin listener's token.
    pub fn token_secret(&self) -> String {
        let secret = self.prometheus.token.secret.as_ref().map(ToString::to_string);
        secret.unwrap_or_else(|| format!("{}-admin", self.service))
    }

    /// The file from which Prometheus reads the token.
    pub fn token_file(&self) -> String {
        let Token { file, key, .. } = &self.prometheus.token;
        let mounted = || format!("/etc/prometheus/secrets/{}/{key}", self.token_secret());
        file.clone().unwrap_or_else(mounted)
    }
}
