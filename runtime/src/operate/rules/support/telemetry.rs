//! Whether what is told about the service is whole, and whether anybody would hear it.

use super::{SupportAlert, SupportAlertSpec, labelled};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, label};
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Selector, Window, call, count_by, sum_by};
use crate::operate::rules::Severity;

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    vec![watchdog(facts), overflow(facts), lost(facts), stale_rules(catalog, facts)]
}

fn watchdog(facts: &Facts) -> SupportAlert {
    SupportAlertSpec {
        name: "ServiceWatchdog",
        severity: Severity::Watchdog,
        expr: call("vector", [1.into()]),
        for_duration: Window::minutes(1),
        summary: "alerts are evaluated and delivered",
        description: "This alert always fires. When it is no longer heard, no other alert would be heard either."
            .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "It fires always. Its receiver raises the alarm when it stops.",
        impact: "While it is silent nobody is told of anything.",
        steps: &[
            "Does Prometheus run, and evaluate rules? Its rules page tells when it last did.",
            "Does Alertmanager run, and does Prometheus reach it?",
            "Does Alertmanager's log show refused deliveries to the receiver?",
        ],
    }
    .build(facts)
}

fn overflow(facts: &Facts) -> SupportAlert {
    let window = facts.scaled(Window::minutes(15));
    let folded = Selector::of(facts.metric(&series::LABEL_OVERFLOW));
    let folded = folded.with("job", facts.job()).increase(window);
    SupportAlertSpec {
        name: "ServiceLabelOverflow",
        severity: Severity::Ticket,
        expr: sum_by([label::FAMILY, label::LABEL], folded).above(0),
        for_duration: Window::minutes(5),
        summary: "a label has more values than its budget",
        // An increase is extrapolated, so it is hardly ever a whole number.
        description: "`{{ $labels.family }}` met {{ $value | printf `%.0f` }} values of `{{ $labels.label }}` in the last \
                      quarter of an hour that its budget has no room for; they are counted as `_OTHER`."
            .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "A label of free text took more different values than it declares, so the further ones are one series.",
        impact: "None for users, and memory stays bounded. What is told apart by this label is incomplete.",
        steps: &[
            "Is it what the label is for, or does a client send garbage? Log lines have the values.",
            "Raise the budget at the label's declaration if the values are wanted.",
            "A restart forgets values that came once and never again.",
        ],
    }
    .build(facts)
}

fn lost(facts: &Facts) -> SupportAlert {
    let window = facts.scaled(Window::minutes(15));
    // Each is told by itself: `or` alone would tell of the first that lost something, as if it were all.
    let lost = |family: &&'static series::BuiltIn| {
        let metric = facts.metric(family);
        let increase = Selector::of(&metric).with("job", facts.job()).increase(window);
        let lost = sum_by(["job", "instance"], increase).above(0);
        labelled(lost, label::FAMILY, &metric.name)
    };
    let any = series::LOST_TELEMETRY.iter().map(lost).reduce(Expr::or);
    SupportAlertSpec {
        name: "ServiceTelemetryDropped",
        severity: Severity::Ticket,
        // There is a counter of lost log lines at least.
        expr: any.unwrap_or_else(|| Expr::from(0)),
        for_duration: Window::minutes(5),
        summary: "log lines or spans are lost",
        description: "`{{ $labels.family }}` of `{{ $labels.instance }}` grew by {{ $value | printf `%.0f` }} in the \
                      last quarter of an hour: what takes log lines or spans is too slow, or refuses them."
            .to_owned(),
        dashboard: Dashboard::Telemetry,
        meaning: "The sink of the log or the collector of traces is slower than the service, which drops rather than waits.",
        impact: "None for users. Logs and traces of this time have holes; metrics are whole.",
        steps: &[
            "Log lines: who reads the standard output? Is the node's disk full or slow?",
            "Spans: does the collector run, and is it reached?",
            "Does the service log more than it should? A level too low, or one error repeated?",
        ],
    }
    .build(facts)
}

fn stale_rules(catalog: &Catalog, facts: &Facts) -> SupportAlert {
    let made_of = facts.fingerprint(catalog);
    let others = Selector::of(facts.metric(&series::BUILD_INFO))
        .with("job", facts.job())
        .without(label::CATALOG, made_of.as_str());
    SupportAlertSpec {
        name: "ServiceRulesStale",
        severity: Severity::Ticket,
        expr: count_by([label::CATALOG, label::VERSION], others).above(0),
        // Longer than a rollout takes.
        for_duration: Window::minutes(30),
        summary: "the deployed rules were made of another version",
        description: format!(
            "{{{{ $value }}}} instances of version `{{{{ $labels.version }}}}` declare the catalog \
             `{{{{ $labels.catalog }}}}`; the rules were made of `{made_of}`."
        ),
        dashboard: Dashboard::Telemetry,
        meaning: "The running program declares other metrics, operations or objectives than those that the rules were \
                  generated from.",
        impact: "None yet. Alerts and dashboards may name what is no longer there, or miss what is new.",
        steps: &[
            "Was the service deployed without its rules, or the rules without the service? Deploy the other, too.",
            "Run `check` on the committed folder at the deployed commit: it shows what differs.",
        ],
    }
    .build(facts)
}
