//! Alerts on the targets: does the service run, and can Prometheus scrape it?

use super::{SupportAlert, SupportAlertSpec};
use crate::declare::catalog::Catalog;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Selector, Window, call, max_by};
use crate::operate::rules::Severity;
use crate::operate::series_count::sample_limit;

/// The name of the alert that no instance can be scraped.
pub(in crate::operate) const ABSENT: &str = "ServiceAbsent";
/// The name of the alert that one instance cannot be scraped.
pub(in crate::operate) const DOWN: &str = "ServiceTargetDown";

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    vec![absent(facts), down(facts), near_sample_limit(catalog, facts), crash_looping(facts)]
}

fn up(facts: &Facts) -> Selector {
    facts.select(foreign::up())
}

fn absent(facts: &Facts) -> SupportAlert {
    SupportAlertSpec {
        name: ABSENT,
        severity: Severity::Page,
        expr: call("absent", [Expr::from(up(facts)).equal(1)]),
        for_duration: Window::minutes(5),
        summary: "no instance can be scraped",
        description: format!(
            "Prometheus cannot scrape any instance of the job `{}`: the service is down, or it runs unobserved. No \
             other alert about it can fire.",
            facts.job(),
        ),
        dashboard: Dashboard::Overview,
        meaning: "For five minutes Prometheus has found no instance of the service that answers on its admin port.",
        impact: "The service is down for its users, or runs unobserved: no objective and no other alert sees a failure.",
        steps: &[
            "Is it up? Call its API, and ask Kubernetes for its pods.",
            "If it is up: does the PodMonitor or scrape configuration still select its pods? Does a NetworkPolicy keep \
             Prometheus from the admin port?",
            "If it is down: the last log lines and events of its pods show why. Did it begin with a deployment? Roll back.",
        ],
    }
    .build(facts)
}

fn down(facts: &Facts) -> SupportAlert {
    SupportAlertSpec {
        name: DOWN,
        severity: Severity::Ticket,
        expr: Expr::from(up(facts)).equal(0),
        for_duration: Window::minutes(10),
        summary: "an instance cannot be scraped",
        description: "Prometheus cannot scrape `{{ $labels.instance }}`, so its share is missing from all metrics."
            .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "For ten minutes Prometheus has had no answer from one instance's admin port.",
        impact: "The instance is down or overloaded, or its metrics are missing: rates are too low, so alerts fire late or not at all.",
        steps: &[
            "The targets page of Prometheus shows the error of the last scrape.",
            "A timeout: is the instance out of CPU? A refused connection: does its admin listener run? 401: Prometheus sends another token than the service expects.",
            "If the other instances are well, save the log of this pod and delete it.",
        ],
    }
    .build(facts)
}

fn near_sample_limit(catalog: &Catalog, facts: &Facts) -> SupportAlert {
    let limit = facts.prometheus.sample_limit.unwrap_or_else(|| sample_limit(catalog));
    let scraped = facts.select(foreign::scrape_samples_scraped());
    // Four fifths, in whole samples.
    let near = Expr::Number((limit / 5 * 4).to_string());
    SupportAlertSpec {
        name: "ServiceNearSampleLimit",
        severity: Severity::Ticket,
        expr: Expr::from(scraped).above(near),
        for_duration: Window::minutes(10),
        summary: "an instance exposes almost as many samples as Prometheus accepts",
        description: format!(
            "`{{{{ $labels.instance }}}}` exposes {{{{ $value }}}} samples. Above {limit} Prometheus rejects the whole scrape."
        ),
        dashboard: Dashboard::Telemetry,
        meaning: "A scrape has more than four fifths of the samples that Prometheus accepts from one instance.",
        impact: "None yet. Above the limit Prometheus rejects the whole scrape, and the instance seems to be down.",
        steps: &[
            "Which family grew? `topk(10, count by (__name__) ({job=\"…\"}))` shows it.",
            "Labels with a budget: is the budget larger than the label needs?",
            "Series of other crates: raise `prometheus.sample-limit` in the facts and generate again, or drop them.",
        ],
    }
    .build(facts)
}

fn crash_looping(facts: &Facts) -> SupportAlert {
    let waiting = facts
        .identity()
        .of_namespace(foreign::kube_pod_container_status_waiting_reason())
        .matching("pod", facts.pod_names())
        .with("reason", "CrashLoopBackOff");
    // The container runs for a moment between two crashes, so the reason comes and goes.
    let window = facts.scaled(Window::minutes(5));
    let recently = call("max_over_time", [waiting.over(window)]);
    SupportAlertSpec {
        name: "ServiceCrashLooping",
        severity: Severity::Ticket,
        expr: max_by(["namespace", "pod", "container"], recently).at_least(1),
        for_duration: Window::minutes(5),
        summary: "a container crashes again and again",
        description: "The container `{{ $labels.container }}` of `{{ $labels.pod }}` crashes at every start, and \
                      Kubernetes waits longer before each restart."
            .to_owned(),
        dashboard: Dashboard::Overview,
        meaning: "A container ended soon after each of its starts, so Kubernetes delays the next one.",
        impact: "Fewer instances run than wanted, or none. If users notice, an alert on an objective fires, too.",
        steps: &[
            "`kubectl logs --previous` shows its last lines, `kubectl describe pod` its exit status: 137 means out of memory.",
            "Did it begin with a deployment? Roll back.",
            "Is its configuration complete, and can it reach its database?",
        ],
    }
    .build(facts)
}
