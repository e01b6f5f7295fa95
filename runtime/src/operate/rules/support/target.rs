//! Whether the service runs, and can be scraped.

use super::{SupportAlert, SupportAlertSpec};
use crate::declare::catalog::Catalog;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Selector, Window, call, literal, max_by};
use crate::operate::rules::Severity;
use crate::operate::series_count::sample_limit;

/// The alert that no instance can be scraped.
pub(in crate::operate) const ABSENT: &str = "ServiceAbsent";
/// The alert that one cannot.
pub(in crate::operate) const DOWN: &str = "ServiceTargetDown";

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    vec![absent(facts), down(facts), near_sample_limit(catalog, facts), crash_looping(facts)]
}

fn up(facts: &Facts) -> Selector {
    Selector::of(foreign::up()).with("job", facts.job())
}

fn absent(facts: &Facts) -> SupportAlert {
    SupportAlertSpec {
        name: ABSENT,
        severity: Severity::Page,
        expr: call("absent", [Expr::from(up(facts)).equal(1)]),
        for_duration: Window::minutes(5),
        summary: "no instance can be scraped",
        description: format!(
            "Prometheus reaches no instance of the job `{}`: it is down, or nobody can tell whether it is up. No \
             other alert about it can fire.",
            facts.job(),
        ),
        dashboard: Dashboard::Overview,
        meaning: "For five minutes Prometheus has found no instance of the service that answers on its admin port.",
        impact: "The service is down for its users, or runs unobserved: objectives and all other alerts are blind.",
        steps: &[
            "Is it up? Call its API, and ask Kubernetes for its pods.",
            "If it is up: does the PodMonitor or scrape configuration still select its pods? Does a NetworkPolicy keep \
             Prometheus from the admin port?",
            "If it is down: the last log lines and events of its pods tell why. Did it begin with a deployment? Roll back.",
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
        description: "Prometheus does not reach `{{ $labels.instance }}`: what it counts is missing in all numbers."
            .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "For ten minutes Prometheus has had no answer from one instance's admin port.",
        impact: "The instance is down or overloaded, or its numbers are missing: rates are too low, and so are alerts.",
        steps: &[
            "The targets page of Prometheus shows the error of the last scrape.",
            "A timeout: is the instance out of CPU? A refused connection: does its admin listener run? 401: Prometheus shows another token than the service has.",
            "Delete the pod if the others are well; keep its log.",
        ],
    }
    .build(facts)
}

fn near_sample_limit(catalog: &Catalog, facts: &Facts) -> SupportAlert {
    let limit = facts.prometheus.sample_limit.unwrap_or_else(|| sample_limit(catalog));
    let scraped = Selector::of(foreign::scrape_samples_scraped()).with("job", facts.job());
    // Four fifths, in whole samples.
    let near = Expr::Number((limit / 5 * 4).to_string());
    SupportAlertSpec {
        name: "ServiceNearSampleLimit",
        severity: Severity::Ticket,
        expr: Expr::from(scraped).above(near),
        for_duration: Window::minutes(10),
        summary: "an instance exposes almost as many series as Prometheus takes",
        description: format!(
            "`{{{{ $labels.instance }}}}` exposes {{{{ $value }}}} samples. Past {limit} Prometheus takes none of them."
        ),
        dashboard: Dashboard::Telemetry,
        meaning: "A scrape has more than four fifths of the samples that Prometheus accepts from one instance.",
        impact: "None yet. Past the limit the whole scrape is refused, which looks as if the instance were down.",
        steps: &[
            "Which family grew? `topk(10, count by (__name__) ({job=\"…\"}))` tells.",
            "Series of budgeted labels: is the budget what the label needs?",
            "Series of other crates: raise `prometheus.sample-limit` in the facts and generate again, or drop them.",
        ],
    }
    .build(facts)
}

fn crash_looping(facts: &Facts) -> SupportAlert {
    let waiting = Selector::of(foreign::kube_pod_container_status_waiting_reason())
        .with("namespace", facts.namespace.to_string())
        .matching("pod", format!("{}-.*", literal(facts.workload())))
        .with("reason", "CrashLoopBackOff");
    // Between two crashes the container runs for a moment, so that the reason comes and goes.
    let window = facts.scaled(Window::minutes(5));
    let lately = call("max_over_time", [waiting.over(window)]);
    SupportAlertSpec {
        name: "ServiceCrashLooping",
        severity: Severity::Ticket,
        expr: max_by(["namespace", "pod", "container"], lately).at_least(1),
        for_duration: Window::minutes(5),
        summary: "a container crashes again and again",
        description: "The container `{{ $labels.container }}` of `{{ $labels.pod }}` crashes each time that it is \
                      started, and Kubernetes waits longer and longer between."
            .to_owned(),
        dashboard: Dashboard::Overview,
        meaning: "Kubernetes backs off from starting a container that ended soon after each start.",
        impact: "Fewer instances than wanted, or none. If users notice, an objective's alert says so.",
        steps: &[
            "`kubectl logs --previous` shows how it ended, `kubectl describe pod` with which status: 137 is out of memory.",
            "Did it begin with a deployment? Roll back.",
            "At start it needs its configuration and its database: are they there?",
        ],
    }
    .build(facts)
}
