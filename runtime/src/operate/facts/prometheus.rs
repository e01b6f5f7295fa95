//! The Prometheus that scrapes the service.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::Facts;
use crate::operate::names::DnsLabel;
use crate::operate::promql::Window;

/// The Prometheus that scrapes the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Prometheus {
    /// The label `job` of the service's series; the service's name unless told otherwise.
    pub job: Option<String>,
    /// How long samples are kept.
    retention: Spanned<Window>,
    /// How often the service is scraped; 75 seconds at the most, since rules look at five minutes.
    #[serde(deserialize_with = "super::read::interval")]
    pub scrape_interval: Window,
    /// The port of the admin listener.
    pub port: u16,
    /// Where Prometheus' own user interface is.
    #[serde(deserialize_with = "super::read::address")]
    pub url: String,
    /// Labels that its operator selects PodMonitors, rules and configurations by.
    pub labels: BTreeMap<String, String>,
    /// The most series that one pod may expose; computed from what is declared unless told otherwise.
    pub sample_limit: Option<u64>,
    /// What it shows the admin listener, which listens beyond loopback with a token alone.
    pub token: Token,
    /// How large its volume is. 50 GiB hold the default 35 days of some 200,000 series, scraped every 30 seconds.
    pub storage: Quantity,
}

/// The bearer token of the admin listener: a secret, never in a file that is generated.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Token {
    /// The Kubernetes secret with the token, in the service's namespace; `<service>-admin` unless told otherwise.
    pub secret: Option<DnsLabel>,
    /// The key in it.
    pub key: String,
    /// The file with the token, for a Prometheus without the operator; the secret as the operator would mount
    /// it unless told otherwise.
    pub file: Option<String>,
}

/// An amount of storage as Kubernetes writes it: `50Gi`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Quantity(String);

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Quantity {
    /// How many bytes that is.
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
            retention: Spanned::new(0..0, Window::days(35)),
            scrape_interval: Window::seconds(30),
            port: 9464,
            url: String::new(),
            labels: BTreeMap::new(),
            sample_limit: None,
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
    /// How long samples are kept.
    pub fn retention(&self) -> Window {
        *self.prometheus.retention.get_ref()
    }

    /// Where in the facts that stands.
    pub(super) fn place_of_retention(&self) -> usize {
        self.prometheus.retention.span().start
    }

    /// States how long samples are kept.
    pub fn keep(&mut self, retention: Window) {
        self.prometheus.retention = Spanned::new(0..0, retention);
    }

    /// The label `job` of the service's series.
    pub fn job(&self) -> &str {
        self.prometheus.job.as_deref().unwrap_or(&self.service)
    }

    /// The secret with the token of the admin listener.
    pub fn token_secret(&self) -> String {
        let told = self.prometheus.token.secret.as_ref().map(ToString::to_string);
        told.unwrap_or_else(|| format!("{}-admin", self.service))
    }

    /// The file with that token, where Prometheus reads one.
    pub fn token_file(&self) -> String {
        let Token { file, key, .. } = &self.prometheus.token;
        let mounted = || format!("/etc/prometheus/secrets/{}/{key}", self.token_secret());
        file.clone().unwrap_or_else(mounted)
    }
}
