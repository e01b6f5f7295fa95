//! Texts for people that several artefacts share.

use rust_decimal::Decimal;

use super::facts::Facts;
use super::indicator::Indicator;
use super::promql::{Expr, Window, topk};
use super::queries;
use super::rules::{Alert, Burn};
use crate::declare::series::label;

/// What an alert says of its operations where none of them has bad events when it fires.
pub(super) const NONE_NOW: &str = "None of its operations has bad events now.";

/// The description of a burn-rate alert: the share of bad events, the allowed share, and the worst operations now.
pub(super) fn burning(indicator: &Indicator, burns: &[Burn], share: &str, worst: &str) -> String {
    let days = Decimal::from(indicator.slo.period());
    let lasts: Vec<_> = burns
        .iter()
        .map(|burn| {
            let left = (days / burn.factor).round_dp(1).normalize();
            format!("{left} days at the rate of the last {}", burn.long)
        })
        .collect();
    format!(
        "{share} of the events of `{}` were bad; {} may be. The budget for {days} days lasts at most {}. {worst}",
        indicator.name,
        percentage(indicator.budget()),
        lasts.join(", or "),
    )
}

/// The workload of the service in Kubernetes.
pub(super) fn workload(facts: &Facts) -> String {
    let of = facts.image.as_ref().map(|image| format!(", image `{image}`")).unwrap_or_default();
    format!("the deployment `{}` in the namespace `{}`{of}", facts.workload(), facts.namespace)
}

/// The team that owns the service, and whom to contact.
pub(super) fn owner(facts: &Facts) -> String {
    let contact = facts.owner.as_ref().map(|owner| format!("; contact {owner}"));
    format!("Owner: the {} team{}.", facts.team, contact.unwrap_or_default())
}

/// The command that silences an alert of this deployment and no other.
pub(super) fn silence(alert: &Alert) -> String {
    let of = alert.labels.iter().filter(|(name, _)| !["severity", "team"].contains(&name.as_str()));
    let of: Vec<_> = of.map(|(name, value)| format!(" {name}={}", quoted(value))).collect();
    let of = of.concat();
    format!("amtool silence add alertname={}{of} --duration=1h --comment=…", alert.alert)
}

/// `value` as one word of a shell, and as a matcher of Alertmanager has it.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", Expr::Text(value.to_owned()).to_string().replace('\'', "'\\''"))
}

/// `0.001` as `0.1 %`.
pub(super) fn percentage(share: Decimal) -> String {
    format!("{} %", (share * Decimal::ONE_HUNDRED).normalize())
}

/// A template that lists the three operations with the most bad events when the alert fires.
pub(super) fn worst(indicator: &Indicator, facts: &Facts) -> String {
    let Some(by_operation) = queries::by_operation(indicator, facts, Window::minutes(5)) else {
        return NONE_NOW.to_owned();
    };
    // Back quotes: the query has quotes and backslashes of its own.
    let query = topk(3, by_operation.above(0));
    let names = facts.naming.names();
    let name = format!(
        "{{{{ with .Labels.{} }}}} {{{{ . }}}}{{{{ end }}}} {{{{ .Labels.{} }}}}{{{{ .Labels.{} }}}}",
        names.method,
        names.endpoint,
        label::FUNCTION,
    );
    format!(
        "{{{{ with query `{query}` }}}}Bad events per second now:\
         {{{{ range $n, $one := . }}}}{{{{ if $n }}}},{{{{ end }}}}{name} {{{{ printf \"%.3g\" .Value }}}}{{{{ end }}}}.\
         {{{{ else }}}}{NONE_NOW}{{{{ end }}}}"
    )
}
