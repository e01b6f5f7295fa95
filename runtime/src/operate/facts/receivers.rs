//! The receivers of alerts, and where their addresses are stored.

use serde::Deserialize;

use crate::operate::names::DnsLabel;

/// The receivers of the alerts, by severity.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Receivers {
    /// Wakes somebody up.
    pub page: Receiver,
    /// Is handled on a working day.
    pub ticket: Receiver,
    /// Receives the watchdog's notifications, and raises an alarm when they stop.
    pub watchdog: Receiver,
}

/// A webhook. Its address is stored in a secret and never in a generated file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Receiver {
    /// The Kubernetes secret with the address.
    pub secret: DnsLabel,
    /// The address' key in the secret; by default the severity.
    pub key: Option<String>,
    /// The file from which Alertmanager reads the address; by default the path at which the
    /// operator mounts the secret.
    pub webhook_url_file: Option<String>,
}

impl Default for Receiver {
    fn default() -> Self {
        Self { secret: DnsLabel::fixed("alert-receivers"), key: None, webhook_url_file: None }
    }
}

impl Receivers {
    /// The receivers with their severities.
    pub fn by_severity(&self) -> [(&'static str, &Receiver); 3] {
        [("page", &self.page), ("ticket", &self.ticket), ("watchdog", &self.watchdog)]
    }
}

impl Receiver {
    /// The key in the secret for the receiver of `severity`.
    pub fn key<'a>(&'a self, severity: &'a str) -> &'a str {
        self.key.as_deref().unwrap_or(severity)
    }

    /// The file with the address for the receiver of `severity`.
    pub fn file(&self, severity: &str) -> String {
        self.webhook_url_file.clone().unwrap_or_else(|| {
            format!("/etc/alertmanager/secrets/{}/{}", self.secret, self.key(severity))
        })
    }
}
