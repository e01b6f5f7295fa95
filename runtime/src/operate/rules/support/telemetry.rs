//! Alerts on the telemetry itself: is it complete, and do alerts arrive?

use super::{Remedy, SupportAlert, SupportAlertSpec, labelled};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, label};
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Window, call, count_by, sum_by};
use crate::operate::rules::Severity;

/// The name of the alert that always fires.
pub(in crate::operate) const WATCHDOG: &str = "ServiceWatchdog";

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    vec![watchdog(facts), overflow(facts), lost(facts), stale_rules(catalog, facts)]
}

fn watchdog(facts: &Facts) -> SupportAlert {
    SupportAlertSpec {
        name: WATCHDOG,
        severity: Severity::Watchdog,
        expr: call("vector", [1.into()]),
        for_duration: Window::minutes(1),
        summary: "alerts are evaluated and delivered",
        description:
            "This alert always fires. If it stops arriving, no other alert would arrive either."
                .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "It always fires. Its receiver raises an alarm when it stops arriving.",
        impact: "While it does not arrive, no alert reaches anybody.",
        steps: &[
            "Does Prometheus run, and evaluate rules? Its rules page shows the last evaluation.",
            "Does Alertmanager run, and can Prometheus reach it?",
            "Does Alertmanager's log show refused deliveries to the receiver?",
        ],
        remedy: Remedy::Telemetry,
    }
    .build(facts)
}

fn overflow(facts: &Facts) -> SupportAlert {
    let window = facts.scaled(Window::minutes(15));
    let folded = facts.select(facts.metric(&series::LABEL_OVERFLOW)).increase(window);
    SupportAlertSpec {
        name: "ServiceLabelOverflow",
        severity: Severity::Ticket,
        expr: sum_by([label::FAMILY, label::LABEL], folded).above(0),
        for_duration: Window::minutes(5),
        summary: "a label has more values than its budget",
        // An increase is extrapolated, so it is hardly ever a whole number.
        description: "In the last 15 minutes `{{ $labels.family }}` saw {{ $value | printf `%.0f` }} values of \
                      `{{ $labels.label }}` beyond the budget of this label; they are counted as `_OTHER`."
            .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "A label had more distinct values than its budget, so all further values share one series.",
        impact: "None for users, and memory stays bounded. Breakdowns by this label are incomplete.",
        steps: &[
            "Are these values that the label is meant for, or does a client send garbage? The log lines contain them.",
            "Raise the budget at the label's declaration if the values are wanted.",
            "A restart frees the budget of values that occurred once and never again.",
        ],
        remedy: Remedy::Telemetry,
    }
    .build(facts)
}

fn lost(facts: &Facts) -> SupportAlert {
    let window = facts.scaled(Window::minutes(15));
    // The label `family` keeps the counters apart: without it `or` would keep only the first that grew.
    let lost = |family: &&'static series::BuiltIn| {
        let metric = facts.metric(family);
        let increase = facts.select(&metric).increase(window);
        let lost = sum_by(facts.identity().instance_labels(), increase).above(0);
        labelled(lost, label::FAMILY, &metric.name)
    };
    let any = series::LOST_TELEMETRY.iter().map(lost).reduce(Expr::or);
    SupportAlertSpec {
        name: "ServiceTelemetryDropped",
        severity: Severity::Ticket,
        // The list of counters is never empty.
        expr: any.unwrap_or_else(|| Expr::from(0)),
        for_duration: Window::minutes(5),
        summary: "log lines or spans are lost",
        description: "`{{ $labels.family }}` of `{{ $labels.instance }}` grew by {{ $value | printf `%.0f` }} in the \
                      last 15 minutes: the log sink or the trace collector is too slow, or rejects data."
            .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "The log sink or the trace collector cannot keep up, so the service drops data instead of waiting.",
        impact: "None for users. Logs and traces of this time have gaps; metrics are complete.",
        steps: &[
            "Log lines: what reads the standard output? Is the node's disk full or slow?",
            "Spans: does the collector run, and can the service reach it?",
            "Does the service log more than it should? Is the level too low, or is one error repeated?",
        ],
        remedy: Remedy::Telemetry,
    }
    .build(facts)
}

fn stale_rules(catalog: &Catalog, facts: &Facts) -> SupportAlert {
    let generated_from = facts.fingerprint(catalog);
    let running = || facts.select(facts.metric(&series::BUILD_INFO));
    let of_catalog = running().without(label::CATALOG, generated_from.as_str());
    // A name that the program does not have would leave dashboards and searches for logs and traces empty.
    let of_service = running().without(label::SERVICE, facts.service.to_string());
    let others = Expr::from(of_catalog).or(of_service);
    SupportAlertSpec {
        name: "ServiceRulesStale",
        severity: Severity::Ticket,
        expr: count_by([label::CATALOG, label::SERVICE, label::VERSION], others).above(0),
        // Longer than a rollout takes.
        for_duration: Window::minutes(30),
        summary: "the deployed rules were generated from another version",
        description: format!(
            "{{{{ $value }}}} instances of version `{{{{ $labels.version }}}}` run as the service \
             `{{{{ $labels.service }}}}` with the catalog `{{{{ $labels.catalog }}}}`; the rules were generated for \
             the service `{}` from the catalog `{generated_from}`.",
            facts.service,
        ),
        dashboard: Dashboard::Telemetry,
        meaning: "The name, metrics, operations or objectives of the running program differ from those that the rules were \
                  generated from.",
        impact: "None yet. Alerts and dashboards may use metrics that no longer exist, or miss new ones.",
        steps: &[
            "Was the service deployed without its rules, or the rules without the service? Deploy the other as well.",
            "Run `operate check` on the committed folder at the deployed commit: it shows what differs.",
            "Are `service`, `naming` and `metric-prefix` in the facts those of the running program?",
        ],
        remedy: Remedy::Telemetry,
    }
    .build(facts)
}
