//! Who is told, and where their addresses are.

use serde::Deserialize;

use crate::operate::names::DnsLabel;

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

impl Default for Receiver {
    fn default() -> Self {
        Self { secret: DnsLabel::fixed("alert-receivers"), key: None, webhook_url_file: None }
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
