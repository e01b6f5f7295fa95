//! Rules as they are usually written by hand, under the same incidents.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;

use crate::alert::Alert;
use crate::incident::Incident;
use crate::replay::Fired;

/// A rule as first sketches of a service's monitoring have it.
struct Rule {
    name: &'static str,
    expr: &'static str,
    /// What it is meant to tell: how the names of the generated alerts of the same begin.
    means: &'static [&'static str],
}

/// Absolute rates and quantiles of each series by itself, a rate of restarts that Kubernetes' back-off never
/// reaches, a pool without idle connections, and a business event that comes often: of each user in most sketches,
/// but here no label is a user. Each must last for five minutes, and calls somebody.
const RULES: [Rule; 6] = [
    Rule {
        name: "HighErrorRate",
        expr: "rate(http_requests_total{status=~\"5..\"}[5m]) > 0.05",
        means: &["ApiAvailability"],
    },
    Rule {
        name: "HighLatency",
        expr: "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 1",
        means: &["ApiLatency"],
    },
    Rule {
        name: "PodsRestarting",
        expr: "rate(kube_pod_container_status_restarts_total[5m]) > 0.1",
        means: &["ServiceCrashLooping"],
    },
    Rule { name: "InstanceDown", expr: "up == 0", means: &["ServiceAbsent", "ServiceTargetDown"] },
    Rule {
        name: "FewIdleConnections",
        expr: "db_client_connections{state=\"idle\"} < 2",
        means: &["ServicePoolSaturated"],
    },
    Rule {
        name: "UnusualSearches",
        expr: "rate(searches_total[5m]) > 1",
        means: &["ServiceLabelOverflow"],
    },
];

/// The name of a rule, and after how long it called.
type Call = (String, String);

/// The outcome of an incident.
pub(crate) struct Verdict {
    incident: &'static str,
    is_one: bool,
    /// The rules that told of what happened, and those that told of what did not.
    right: Vec<Call>,
    wrong: Vec<Call>,
}

/// Their file.
pub(crate) fn file() -> String {
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| {
            json!({"alert": rule.name, "expr": rule.expr, "for": "5m", "labels": {"severity": "page"}})
        })
        .collect();
    json!({"groups": [{"name": "by-hand", "rules": rules}]}).to_string()
}

/// Whether an alert is of these rules.
pub(crate) fn is_one(fired: &Fired) -> bool {
    RULES.iter().any(|rule| rule.name == fired.name)
}

/// What those that `fired` are worth. One that tells of something else than what happened calls for nothing, and so
/// does one that has been firing since before anything happened.
pub(crate) fn judged(incident: &'static Incident, fired: &[Fired]) -> Verdict {
    let is_meant = |one: &&Fired| {
        let rule = RULES.iter().find(|rule| rule.name == one.name).unwrap();
        let means = |alert: &Alert| rule.means.iter().any(|begin| alert.name.starts_with(begin));
        one.after > 0 && incident.expected.iter().any(means)
    };
    let told = |one: &Fired| (one.name.clone(), one.delay());
    let (right, wrong): (Vec<_>, Vec<_>) = fired.iter().partition(is_meant);
    Verdict {
        incident: incident.name,
        is_one: !incident.expected.is_empty(),
        right: right.into_iter().map(told).collect(),
        wrong: wrong.into_iter().map(told).collect(),
    }
}

impl Verdict {
    fn is_missed(&self) -> bool {
        self.is_one && self.right.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = |calls: &[Call]| {
            let calls = calls.iter().map(|(rule, delay)| format!("{rule} {delay}"));
            calls.collect::<Vec<_>>().join(", ")
        };
        let mut parts = Vec::new();
        if self.is_missed() {
            parts.push("missed".to_owned());
        }
        if !self.right.is_empty() {
            parts.push(format!("fired: {}", calls(&self.right)));
        }
        if !self.wrong.is_empty() {
            parts.push(format!("false: {}", calls(&self.wrong)));
        }
        f.write_str(&if parts.is_empty() { "–".to_owned() } else { parts.join("; ") })
    }
}

/// How many incidents they missed, and how often each called for nothing.
pub(crate) fn summary<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> String {
    let verdicts: Vec<_> = verdicts.collect();
    let incidents = verdicts.iter().filter(|one| one.is_one).count();
    let missed: Vec<_> =
        verdicts.iter().filter(|one| one.is_missed()).map(|one| one.incident).collect();
    let mut wrong = BTreeMap::<_, u32>::new();
    for (rule, _) in verdicts.iter().flat_map(|one| &one.wrong) {
        *wrong.entry(rule).or_default() += 1;
    }
    let by_rule: Vec<_> = wrong.iter().map(|(rule, times)| format!("{rule} {times}")).collect();
    format!(
        "rules written by hand miss {} of {incidents} ({}) and send {} false pages ({})",
        missed.len(),
        missed.join(", "),
        wrong.values().sum::<u32>(),
        by_rule.join(", "),
    )
}
