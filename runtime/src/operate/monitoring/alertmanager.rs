//! Alertmanager's configuration: which receiver gets which alerts.

use serde::Serialize;

use crate::declare::series::label;
use crate::operate::artefact::Artefact;
use crate::operate::facts::Facts;
use crate::operate::promql::Window;
use crate::operate::rules::support::target::{ABSENT, DOWN};

/// Alerts about the same objective of a service form one notification.
pub(super) const GROUP_BY: [&str; 3] = [label::SERVICE, label::SLO, "alertname"];

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
    group_by: Vec<&'static str>,
    group_wait: Window,
    group_interval: Window,
    repeat_interval: Window,
    routes: Vec<Branch>,
}

#[derive(Debug, Serialize)]
struct Branch {
    receiver: &'static str,
    matchers: Vec<String>,
    group_wait: Window,
    group_interval: Window,
    repeat_interval: Window,
}

#[derive(Debug, Serialize)]
struct Inhibition {
    source_matchers: Vec<String>,
    target_matchers: Vec<String>,
    equal: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Receiver {
    name: &'static str,
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

fn configuration(facts: &Facts) -> Configuration {
    let by_severity = facts.receivers.by_severity();
    let routes = by_severity.iter().map(|(severity, _)| {
        let Timing { wait, interval, repeat, .. } = timing(severity);
        Branch {
            receiver: severity,
            matchers: vec![format!("severity=\"{severity}\"")],
            group_wait: wait,
            group_interval: interval,
            repeat_interval: repeat,
        }
    });
    let receivers = by_severity.iter().map(|(severity, receiver)| Receiver {
        name: severity,
        webhook_configs: vec![Webhook {
            url_file: receiver.file(severity),
            send_resolved: timing(severity).resolved,
        }],
    });
    // Alerts of an unknown severity are handled as tickets.
    let Timing { wait, interval, repeat, .. } = timing("ticket");
    Configuration {
        route: Route {
            receiver: "ticket",
            group_by: GROUP_BY.into(),
            group_wait: wait,
            group_interval: interval,
            repeat_interval: repeat,
            routes: routes.collect(),
        },
        inhibit_rules: vec![
            // A page about an objective makes its ticket redundant.
            Inhibition {
                source_matchers: vec!["severity=\"page\"".to_owned(), "slo!=\"\"".to_owned()],
                target_matchers: vec!["severity=\"ticket\"".to_owned()],
                equal: vec![label::SERVICE, label::SLO],
            },
            // The alert that no instance is left makes the alerts about single instances redundant.
            Inhibition {
                source_matchers: vec![format!("alertname=\"{ABSENT}\"")],
                target_matchers: vec![format!("alertname=\"{DOWN}\"")],
                equal: vec![label::SERVICE],
            },
        ],
        receivers: receivers.collect(),
    }
}
