//! Alertmanager's configuration: which receiver gets which alerts.

use serde::{Serialize, Serializer};

use crate::declare::series::label;
use crate::operate::artefact::Artefact;
use crate::operate::facts::Facts;
use crate::operate::promql::{Expr, Window};
use crate::operate::rules::burn::{FAST, SLOW, SPENT};
use crate::operate::rules::support::target::{ABSENT, DOWN};

/// Alerts about the same objective of a deployment form one notification.
pub(super) fn group_by(facts: &Facts) -> Vec<&'static str> {
    about(facts, &[label::SLO, "alertname"])
}

/// How the alerts of a severity are grouped, if not as the service's are. All pages of a deployment form one notification:
/// two objectives often fail for one cause, and one person is called once.
pub(super) fn group_of(facts: &Facts, severity: &str) -> Vec<&'static str> {
    if severity == "page" { about(facts, &[]) } else { Vec::new() }
}

/// The labels of a deployment's alerts, and `more`.
pub(super) fn about(facts: &Facts, more: &[&'static str]) -> Vec<&'static str> {
    [&facts.identity().alert_labels(), more].concat()
}

/// The receiver of alerts that are not of the service.
const NOBODY: &str = "blackhole";

/// A condition on a label of an alert.
#[derive(Clone, Debug)]
pub(super) struct Matcher {
    pub(super) name: &'static str,
    pub(super) operator: &'static str,
    pub(super) value: String,
}

impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { name, operator, value } = self;
        let value = Expr::Text(value.clone());
        serializer.collect_str(&format_args!("{name}{operator}{value}"))
    }
}

/// Matches alerts whose label is `value`.
pub(super) fn is(name: &'static str, value: impl Into<String>) -> Matcher {
    Matcher { name, operator: "=", value: value.into() }
}

/// Matches the alerts of this deployment of the service.
pub(super) fn of_deployment(facts: &Facts) -> Vec<Matcher> {
    facts.identity().alerts().map(|(name, value)| is(name, value)).collect()
}

/// An alert that makes others redundant: those that have the same values of the labels in `equal`.
pub(super) struct Inhibits {
    pub(super) source: Vec<Matcher>,
    pub(super) target: Vec<Matcher>,
    pub(super) equal: Vec<&'static str>,
}

pub(super) fn inhibitions(facts: &Facts) -> Vec<Inhibits> {
    let of = |matchers: Vec<Matcher>| [of_deployment(facts), matchers].concat();
    let ends = |pattern: String| Matcher { operator: "=~", ..is("alertname", pattern) };
    vec![
        // The alert that a budget burns fast makes the slower ones about the objective redundant.
        Inhibits {
            source: of(vec![ends(format!(".+{FAST}"))]),
            target: of(vec![ends(format!(".+({SLOW}|{SPENT})"))]),
            equal: about(facts, &[label::SLO]),
        },
        // The alert that no instance is left makes the alerts about single instances redundant.
        Inhibits {
            source: of(vec![is("alertname", ABSENT)]),
            target: of(vec![is("alertname", DOWN)]),
            equal: about(facts, &[]),
        },
    ]
}

/// How soon and how often a severity's receiver is notified.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    pub(super) wait: Window,
    pub(super) interval: Window,
    pub(super) repeat: Window,
    pub(super) resolved: bool,
}

/// The watchdog's receiver raises an alarm when notifications stop. It is therefore notified often,
/// and never that the alert has resolved.
pub(super) fn timing(severity: &str) -> Timing {
    let minutes = Window::minutes;
    let (wait, interval) = (Window::seconds(30), minutes(5));
    match severity {
        "page" => Timing { wait, interval, repeat: Window::hours(4), resolved: true },
        "watchdog" => Timing {
            wait: Window::seconds(1),
            interval: minutes(1),
            repeat: minutes(5),
            resolved: false,
        },
        _ => Timing { wait, interval, repeat: Window::days(1), resolved: true },
    }
}

#[derive(Debug, Serialize)]
struct Configuration {
    route: Route,
    inhibit_rules: Vec<Inhibition>,
    receivers: Vec<Receiver>,
}

#[derive(Debug, Serialize)]
struct Route {
    receiver: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matchers: Vec<Matcher>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    group_by: Vec<&'static str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    timing: Option<Intervals>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Self>,
}

#[derive(Debug, Serialize)]
struct Intervals {
    group_wait: Window,
    group_interval: Window,
    repeat_interval: Window,
}

#[derive(Debug, Serialize)]
struct Inhibition {
    source_matchers: Vec<Matcher>,
    target_matchers: Vec<Matcher>,
    equal: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Receiver {
    name: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    webhook_configs: Vec<Webhook>,
}

#[derive(Debug, Serialize)]
struct Webhook {
    url_file: String,
    send_resolved: bool,
}

/// Webhook addresses are secret, so the configuration names files with them.
pub(super) fn artefact(facts: &Facts) -> Artefact {
    Artefact::yaml("alertmanager/alertmanager.yaml", &[configuration(facts)])
}

/// A route of alerts to `receiver`, as soon and as often as its severity needs.
fn route(receiver: &'static str, matchers: Vec<Matcher>) -> Route {
    let Timing { wait, interval, repeat, .. } = timing(receiver);
    let timing = Intervals { group_wait: wait, group_interval: interval, repeat_interval: repeat };
    let (group_by, routes) = (Vec::new(), Vec::new());
    Route { receiver, matchers, group_by, timing: Some(timing), routes }
}

fn configuration(facts: &Facts) -> Configuration {
    let by_severity = facts.receivers.by_severity();
    let branches = by_severity.iter().map(|(severity, _)| Route {
        group_by: group_of(facts, severity),
        ..route(severity, vec![is("severity", *severity)])
    });
    // Alerts of an unknown severity are handled as tickets.
    let of_service = Route {
        group_by: group_by(facts),
        routes: branches.collect(),
        ..route("ticket", of_deployment(facts))
    };
    let receivers = by_severity.iter().map(|(severity, receiver)| Receiver {
        name: severity,
        webhook_configs: vec![Webhook {
            url_file: receiver.file(severity),
            send_resolved: timing(severity).resolved,
        }],
    });
    let nobody = Receiver { name: NOBODY, webhook_configs: Vec::new() };
    Configuration {
        // The first route takes every alert, so it leads nowhere: the alerts of others are not this team's.
        route: Route {
            receiver: NOBODY,
            matchers: Vec::new(),
            group_by: Vec::new(),
            timing: None,
            routes: vec![of_service],
        },
        inhibit_rules: inhibitions(facts).into_iter().map(Inhibition::from).collect(),
        receivers: receivers.chain([nobody]).collect(),
    }
}

impl From<Inhibits> for Inhibition {
    fn from(rule: Inhibits) -> Self {
        Self { source_matchers: rule.source, target_matchers: rule.target, equal: rule.equal }
    }
}
