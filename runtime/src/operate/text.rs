//! Texts for people that several artefacts share.

use rust_decimal::Decimal;

use super::facts::{Facts, Traces};
use super::indicator::Indicator;
use super::promql::{Expr, Window, call, count_by, topk};
use super::queries;
use super::rules::recorded::{REMAINING, error_ratio, period};
use super::rules::{Alert, Burn};
use crate::declare::series::label;

/// What a burn-rate alert says: texts where the values are known, templates where Prometheus fills them in.
pub(super) struct BurnTexts {
    /// The share of the events that are bad now.
    pub share: String,
    /// How many times the share that the objective allows.
    pub factor: String,
    /// How long the budget will last.
    pub lasts: String,
    /// The worst operations and instances, as sentences.
    pub worst: String,
}

impl BurnTexts {
    /// One line for the screen of a phone.
    pub(super) fn summary(&self, indicator: &Indicator, facts: &Facts) -> String {
        let Self { share, lasts, .. } = self;
        format!("{}: {} {share} bad, budget {lasts}", deployment(facts), indicator.name)
    }

    pub(super) fn description(&self, indicator: &Indicator, window: Window) -> String {
        let Self { share, factor, lasts, worst } = self;
        format!(
            "In the last {window} {share} of the events of `{}` were bad: {factor} times the {} that the objective \
             allows. Error budget of {} days: {lasts}.{worst}",
            indicator.name,
            percentage(indicator.budget()),
            indicator.slo.period(),
        )
    }
}

/// What an alert says of a budget of which nothing is left.
pub(super) const SPENT: &str = "already spent";

/// The templates of a burn-rate alert. They read the ratio of the shortest window of `burns`: those of the longer ones still
/// look harmless when a failure begins, and bad when it has ended.
pub(super) fn burning(indicator: &Indicator, burns: &[Burn], facts: &Facts) -> (String, String) {
    let window = shortest(burns);
    let ratio = || Expr::from(indicator.recorded(facts, &error_ratio(window)));
    let bad = ratio().above(0);
    let factor = call("round", [ratio().per(indicator.budget()), Expr::Number("0.1".to_owned())]);
    let days = period(indicator);
    let budget = facts.scaled(days).as_seconds() * indicator.budget();
    let left = Expr::from(indicator.recorded(facts, REMAINING)).above(0);
    let left = left.times(budget).per(bad.clone());
    let duration = format!("gone in {} at this rate", first("humanizeDuration"));
    let texts = BurnTexts {
        share: first("humanizePercentage"),
        factor: with(&factor, "{{ . | first | value }}", "many"),
        lasts: with(&left, &duration, SPENT),
        worst: worst(indicator, facts),
    };
    let ended = format!(
        "{}: {} burned its budget; none of its events is bad now",
        deployment(facts),
        indicator.name
    );
    let over = format!(
        "In the last {window} no event of `{}` was bad: the failure has probably ended.",
        indicator.name
    );
    (
        with(&bad, &texts.summary(indicator, facts), &ended),
        with(&bad, &texts.description(indicator, window), &over),
    )
}

/// The shortest window of `burns`.
pub(super) fn shortest(burns: &[Burn]) -> Window {
    burns.iter().map(|burn| burn.short).min().unwrap_or(Window::minutes(5))
}

/// A template: `some` where `query` has a result, which it sees as `.`, and `none` where it has none.
fn with(query: &Expr, some: &str, none: &str) -> String {
    // Back quotes: the query has quotes and backslashes of its own.
    format!("{{{{ with query `{query}` }}}}{some}{{{{ else }}}}{none}{{{{ end }}}}")
}

/// A template of the value of the first series, in the format of this function.
fn first(format: &str) -> String {
    format!("{{{{ . | first | value | {format} }}}}")
}

/// The service, and its environment and cluster where the facts give them.
pub(super) fn deployment(facts: &Facts) -> String {
    let more = [&facts.environment, &facts.cluster].into_iter().flatten();
    more.fold(facts.service.to_string(), |name, one| format!("{name} {one}"))
}

/// How people enter the search for traces that a runbook prints.
pub(super) const fn search_form(facts: &Facts) -> &'static str {
    match facts.grafana.traces {
        Traces::Jaeger => "the fields of Jaeger's search form",
        Traces::Tempo => "TraceQL",
    }
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

/// Templates of the operations and the instances with the most bad events when the alert fires.
fn worst(indicator: &Indicator, facts: &Facts) -> String {
    worst_operations(indicator, facts) + &worst_instances(indicator, facts)
}

fn worst_operations(indicator: &Indicator, facts: &Facts) -> String {
    let Some(by_operation) = queries::by_operation(indicator, facts, NOW) else {
        return String::new();
    };
    let names = facts.naming.names();
    let name = format!(
        "{{{{ with .Labels.{} }}}} {{{{ . }}}}{{{{ end }}}} {{{{ .Labels.{} }}}}{{{{ .Labels.{} }}}}",
        names.method,
        names.endpoint,
        label::FUNCTION,
    );
    let list = listed(&format!("{name} {{{{ printf \"%.3g\" .Value }}}}"));
    with(&topk(3, by_operation.above(0)), &format!(" Bad events per second:{list}."), "")
}

/// How many instances have bad events, and the three with the largest shares: is it one instance, or all?
fn worst_instances(indicator: &Indicator, facts: &Facts) -> String {
    let bad = queries::bad_share_by_instance(indicator, facts, NOW);
    let all = queries::events_by_instance(indicator, facts, NOW).above(0);
    let count = |of: Expr| with(&count_by::<[&str; 0]>([], of), "{{ . | first | value }}", "0");
    let name = "{{ with .Labels.pod }} {{ . }}{{ else }} {{ .Labels.instance }}{{ end }}";
    let list = listed(&format!("{name} {{{{ .Value | humanizePercentage }}}}"));
    let some = format!(" Bad events on {} of {} instances:{list}.", count(bad.clone()), count(all));
    with(&topk(3, bad), &some, "")
}

/// A template of every series, with commas between them.
fn listed(one: &str) -> String {
    format!("{{{{ range $n, $one := . }}}}{{{{ if $n }}}},{{{{ end }}}}{one}{{{{ end }}}}")
}

/// The window of rates that say what happens now.
const NOW: Window = Window::minutes(5);
