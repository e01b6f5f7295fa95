//! Links between artefacts: to the sections of runbooks, and to dashboards.

use std::hash::Hasher;

use serde_json::{Value, json};
use siphasher::sip::SipHasher13;

use super::facts::Facts;

/// The name of the page of support alerts.
pub(super) const SUPPORT_PAGE: &str = "support";

/// The dashboards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dashboard {
    /// The whole service at a glance.
    Overview,
    /// One endpoint.
    Endpoint,
    /// The dependencies of the service, and their saturation.
    Dependencies,
    /// How much of what is limited is in use.
    Saturation,
    /// The metrics that the service declares.
    Business,
    /// One objective.
    Slo,
    /// The health of the telemetry itself.
    Telemetry,
}

impl Dashboard {
    /// All of them.
    pub(super) const ALL: [Self; 7] = [
        Self::Overview,
        Self::Endpoint,
        Self::Dependencies,
        Self::Saturation,
        Self::Business,
        Self::Slo,
        Self::Telemetry,
    ];

    /// Its name in files and links.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Endpoint => "endpoint",
            Self::Dependencies => "dependencies",
            Self::Saturation => "saturation",
            Self::Business => "business",
            Self::Slo => "slo",
            Self::Telemetry => "telemetry",
        }
    }

    /// Its uid in Grafana.
    pub(super) fn uid(self, facts: &Facts) -> String {
        self.page(1).uid(facts)
    }

    /// One of its pages, from 1.
    pub(super) const fn page(self, number: usize) -> Page {
        Page { of: self, number }
    }
}

/// A page of a dashboard. One that would be too long for an object of Kubernetes has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) of: Dashboard,
    pub(super) number: usize,
}

impl Page {
    /// Its name in files and links.
    pub(super) fn name(self) -> String {
        match self.number {
            1 => self.of.name().to_owned(),
            number => format!("{}-{number}", self.of.name()),
        }
    }

    /// Its uid in Grafana. It depends on the deployment and the service alone, so that links stay valid.
    pub(super) fn uid(self, facts: &Facts) -> String {
        let name = self.name();
        let mut hasher = SipHasher13::new();
        let optional = [&facts.environment, &facts.cluster].into_iter().flatten();
        let words = [&*facts.namespace, &facts.service, &*name];
        for word in words.into_iter().chain(optional.map(String::as_str)) {
            hasher.write(word.as_bytes());
            hasher.write_u8(0);
        }
        format!("gs{:016x}", hasher.finish())
    }
}

/// The address of a dashboard with its variables and the last six hours; `None` where the facts have no address of
/// Grafana.
pub(super) fn dashboard(
    facts: &Facts,
    dashboard: Dashboard,
    variables: &[(&str, &str)],
) -> Option<String> {
    let grafana = facts.grafana.url.trim_end_matches('/');
    if grafana.is_empty() {
        return None;
    }
    let uid = dashboard.uid(facts);
    let start = format!("{grafana}/d/{uid}/{}?from=now-6h&to=now", dashboard.name());
    let identity = facts.identity();
    let variable = |name: &str, value: &str| format!("&var-{name}={}", encoded(value));
    let source = variable("datasource", &facts.grafana.prometheus_uid);
    let deployment = identity.series().map(|(name, value)| variable(name, value));
    let variables = variables.iter().map(|(name, value)| variable(name, value));
    Some([start, source].into_iter().chain(deployment).chain(variables).collect())
}

/// The address of Grafana's Explore page with `query`, from an hour before an alert; `None` where the facts have no
/// address of Grafana.
pub(super) fn explore_alert(facts: &Facts, uid: &str, query: Value) -> Option<String> {
    let grafana = facts.grafana.url.trim_end_matches('/');
    let path = explore(uid, query, ["now-1h", "now"]);
    (!grafana.is_empty()).then(|| format!("{grafana}{path}"))
}

/// The path of Grafana's Explore page for a data source.
pub(super) fn explore(uid: &str, mut query: Value, [from, to]: [&str; 2]) -> String {
    query["datasource"]["uid"] = uid.into();
    let panes = json!({ "a": {
        "datasource": uid,
        "queries": [query],
        "range": { "from": from, "to": to },
    }});
    format!("/explore?schemaVersion=1&orgId=1&panes={}", encoded(&panes.to_string()))
}

/// The address of an alert's section in a runbook; relative to the generated folder where the facts have no address of
/// the runbooks.
pub(super) fn runbook(facts: &Facts, page: &str, alert: &str) -> String {
    let base = match facts.runbook_url.trim_end_matches('/') {
        "" => "runbooks",
        base => base,
    };
    format!("{base}/{page}.md#{}", anchor(alert))
}

/// The anchor that Markdown renderers give to a heading of one word.
pub(super) fn anchor(heading: &str) -> String {
    heading.to_ascii_lowercase()
}

/// `value`, percent-encoded for the query of a URL (RFC 3986).
pub(super) fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") };
    value.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts::new("todo".try_into().unwrap(), "tasks".try_into().unwrap(), "team")
    }

    #[test]
    fn uids_are_stable() {
        assert_eq!(Dashboard::Slo.uid(&facts()), "gs3230217e8b8ecbaf");
        let mut uids = Dashboard::ALL.map(|dashboard| dashboard.uid(&facts())).to_vec();
        uids.sort();
        uids.dedup();
        assert_eq!(uids.len(), Dashboard::ALL.len());
    }

    #[test]
    fn links_carry_variables_and_time() {
        let mut facts = facts();
        assert_eq!(dashboard(&facts, Dashboard::Slo, &[]), None);
        assert_eq!(runbook(&facts, "api", "ApiBurns"), "runbooks/api.md#apiburns");
        facts.grafana.url = "https://g.example/".to_owned();
        facts.prometheus.job = Some("a/b".to_owned());
        let url = dashboard(&facts, Dashboard::Slo, &[("slo", "x")]).unwrap();
        assert!(
            url.ends_with(
                "/slo?from=now-6h&to=now&var-datasource=prometheus&var-job=a%2Fb&var-namespace=tasks&var-slo=x"
            ),
            "{url}"
        );
    }
}
