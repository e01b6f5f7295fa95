//! Alerts on the targets: does the service run, and can Prometheus scrape it?

use super::{Remedy, SupportAlert, SupportAlertSpec};
use crate::declare::catalog::Catalog;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::links::Dashboard;
use crate::operate::promql::{
    Expr, Matching, Metric, Operator, Selector, Window, call, count_by, max_by, sum, topk,
};
use crate::operate::rules::Severity;
use crate::operate::series_count::sample_limit;

/// The name of the alert that no instance can be scraped.
pub(in crate::operate) const ABSENT: &str = "ServiceAbsent";
/// The name of the alert that one instance cannot be scraped.
pub(in crate::operate) const DOWN: &str = "ServiceTargetDown";

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    vec![
        absent(facts),
        scaled_to_zero(facts),
        down(facts),
        near_sample_limit(catalog, facts),
        crash_looping(facts),
    ]
}

fn up(facts: &Facts) -> Selector {
    facts.select(foreign::up())
}

fn absent(facts: &Facts) -> SupportAlert {
    SupportAlertSpec {
        name: ABSENT,
        severity: Severity::Page,
        // Whoever wants no instance is not paged for it.
        expr: call("absent", [Expr::from(up(facts)).equal(1)]).between(
            Operator::Unless,
            Matching::On(Vec::new()),
            wanted_instances(facts).equal(0),
        ),
        // As long as one instance may need to take another's place.
        for_duration: Window::minutes(2),
        summary: "no instance can be scraped",
        description: format!(
            "Prometheus cannot scrape any instance of the job `{}`: the service is down, or it runs unobserved. No \
             other alert about it can fire.",
            facts.job(),
        ),
        dashboard: Dashboard::Overview,
        meaning: "For two minutes, no instance of the service has answered Prometheus on its admin port.",
        impact: "The service is down for its users, or runs unobserved: no objective and no other alert sees a failure.",
        steps: &[
            "Is it up? Call its API, and ask Kubernetes for its pods.",
            "If it is up: does the PodMonitor or scrape configuration still select its pods? Does a NetworkPolicy keep \
             Prometheus from the admin port?",
            "If it is down: the last log lines and events of its pods show why. Did it begin with a deployment? Roll back.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
}

/// The number of instances that Kubernetes is to run; no series where kube-state-metrics is not scraped.
fn wanted_instances(facts: &Facts) -> Expr {
    let (identity, workload) = (facts.identity(), facts.workload());
    let deployment = identity.of_namespace(foreign::kube_deployment_spec_replicas());
    let stateful_set = identity.of_namespace(foreign::kube_statefulset_replicas());
    let deployment = Expr::from(deployment.with("deployment", workload));
    sum(deployment.or(stateful_set.with("statefulset", workload)))
}

fn scaled_to_zero(facts: &Facts) -> SupportAlert {
    SupportAlertSpec {
        name: "ServiceScaledToZero",
        severity: Severity::Ticket,
        expr: wanted_instances(facts).equal(0),
        for_duration: Window::hours(1),
        summary: "scaled to zero",
        description: format!(
            "For an hour, Kubernetes has been told to run no instance of `{}` in the namespace `{}`.",
            facts.workload(),
            facts.namespace,
        ),
        dashboard: Dashboard::Overview,
        meaning: "The workload has been set to zero replicas, by a person or an autoscaler.",
        impact: "The service does not run. While it is scaled to zero, the alert that no instance can be scraped stays silent.",
        steps: &[
            "Is that intended? Then silence this alert for as long as it lasts.",
            "If not: scale it up again with `kubectl scale`, and look in the audit log or the autoscaler's events for who scaled it down.",
        ],
        remedy: Remedy::RollBack,
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
        meaning: "For ten minutes, one instance has not answered Prometheus on its admin port.",
        impact: "The instance is down or overloaded, or its metrics are missing: rates are too low, so alerts fire late or not at all.",
        steps: &[
            "The targets page of Prometheus shows the error of the last scrape.",
            "A timeout: is the instance out of CPU? A refused connection: does its admin listener run? 401: Prometheus does not send the token that the service expects.",
            "If the other instances work, save the log of this pod and delete it.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
}

fn near_sample_limit(catalog: &Catalog, facts: &Facts) -> SupportAlert {
    let limit = facts.prometheus.sample_limit.unwrap_or_else(|| sample_limit(catalog));
    let scraped = facts.select(foreign::scrape_samples_scraped());
    let everything = facts.select(Metric::new("", &[]));
    // Four fifths, in whole samples.
    let near = Expr::Number((limit / 5 * 4).to_string());
    SupportAlertSpec {
        name: "ServiceNearSampleLimit",
        severity: Severity::Ticket,
        expr: Expr::from(scraped).above(near),
        for_duration: Window::minutes(10),
        summary: "an instance is close to Prometheus' sample limit",
        description: format!(
            "`{{{{ $labels.instance }}}}` exposes {{{{ $value }}}} samples. Above {limit} Prometheus rejects the whole scrape."
        ),
        dashboard: Dashboard::Telemetry,
        meaning: "A scrape has more than 80 % of the samples that Prometheus accepts from one instance.",
        impact: "None yet. Above the limit Prometheus rejects the whole scrape, and the instance seems to be down.",
        steps: &[
            "Which family grew? The query below shows it.",
            "Labels with a budget: is the budget larger than the label needs?",
            "Series of other crates: raise `prometheus.sample-limit` in the facts and generate again, or drop them.",
        ],
        remedy: Remedy::Telemetry,
    }
    .build(facts)
    .asking("Which families have the most samples?", topk(10, count_by(["__name__"], everything)))
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
        summary: "a container keeps crashing",
        description: "The container `{{ $labels.container }}` of `{{ $labels.pod }}` crashes at every start, and \
                      Kubernetes waits longer before each restart."
            .to_owned(),
        dashboard: Dashboard::Overview,
        meaning: "A container exits soon after every start, so Kubernetes waits longer before each restart.",
        impact: "Fewer instances run than wanted, or none. If users notice, an alert on an objective fires, too.",
        steps: &[
            "`kubectl logs --previous` shows its last lines, `kubectl describe pod` its exit status: 137 means out of memory.",
            "Did it begin with a deployment? Roll back.",
            "Is its configuration complete, and can it reach its database?",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
}
