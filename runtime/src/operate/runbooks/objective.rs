//! The runbook of an objective.

use super::markdown::{Page, below};
use crate::declare::catalog::Catalog;
use crate::declare::{Blame, FaultKind, Operation, Severity, Slo};
use crate::operate::facts::Facts;
use crate::operate::indicator::{Indicator, ObjectiveKind};
use crate::operate::links::{self, Dashboard};
use crate::operate::promql::Window;
use crate::operate::rules::{Alert, Rule, burn, recorded};
use crate::operate::traces::TraceSearch;
use crate::operate::{queries, text};

/// The page of `slo`.
pub(super) fn page(catalog: &Catalog, slo: &'static Slo, facts: &Facts) -> String {
    let indicators = Indicator::of(catalog, slo);
    let mut page = Page::default();
    page.heading(1, &format!("{}: objective {}", facts.service, slo.name()));
    page.block(&summary(&indicators, slo, facts));
    page.heading(2, "Operations");
    let operations = indicators.first().map_or(&[][..], |first| first.operations.as_slice());
    page.table(
        ["operation", "source", "success", "faults"],
        &operations.iter().map(|one| row(one)).collect::<Vec<_>>(),
    );
    page.block(
        "Faults in bold are the service's own. Client errors (4xx except 408) count as good events. An event that was cut \
         short counts as bad if it had lasted longer than the latency threshold.",
    );
    for indicator in &indicators {
        for rule in burn::rules(indicator, facts) {
            if let Rule::Alert(alert) = rule {
                section(&mut page, indicator, &alert, facts);
            }
        }
    }
    page.finish()
}

fn summary(indicators: &[Indicator], slo: &Slo, facts: &Facts) -> String {
    let mut lines: Vec<_> = indicators
        .iter()
        .map(|one| {
            let budget = text::percentage(one.budget());
            format!("- `{}`: {}. Error budget: {budget}.", one.name, one.sentence())
        })
        .collect();
    lines.push(format!("- Declared at `{}`.", slo.location()));
    lines.push(format!("- Runs as {}.", text::workload(facts)));
    lines.push(format!("- {}", text::owner(facts)));
    lines.join("\n")
}

/// The row of an operation: its routes and name, its source, its success status, its faults.
fn row(operation: &Operation) -> [String; 4] {
    let routes = operation.routes.iter().map(|route| format!("`{route}`<br>"));
    let called = routes.collect::<String>() + &format!("`{}`", operation.name);
    let success = operation.success().map_or_else(|| "–".to_owned(), |status| status.to_string());
    let faults: Vec<_> = operation.faults().iter().map(fault).collect();
    let faults = if faults.is_empty() { "untyped".to_owned() } else { faults.join(", ") };
    [called, format!("`{}`", operation.location), success, faults]
}

/// `database` 503, in bold where it is the service's own fault.
fn fault(kind: &FaultKind) -> String {
    let FaultKind { error_type, status } = kind;
    let blame = status.map_or(Blame::Server, Blame::of_status);
    let status = status.map(|status| format!(" {status}")).unwrap_or_default();
    match blame {
        Blame::Client => format!("`{error_type}`{status}"),
        Blame::Server => format!("**`{error_type}`**{status}"),
    }
}

/// Contains what the author of the objective wrote: the link of the alert leads here.
fn section(page: &mut Page, indicator: &Indicator, alert: &Alert, facts: &Facts) {
    page.heading(2, &alert.alert);
    page.block(&format!("**Meaning.** {}", meaning(indicator, alert)));
    page.block(&format!("**Impact.** {}", impact(indicator, alert)));
    let window = Window::minutes(5);
    page.block(&is_it_one_instance(facts));
    page.code("promql", &queries::bad_share_by_instance(indicator, facts, window).lines());
    page.block(&below(2, indicator.slo.runbook()));
    page.heading(3, "Where to look");
    if let Some(by_operation) = queries::by_operation(indicator, facts, window) {
        page.block("**Which operation is it?** Bad events per second, by operation:");
        page.code("promql", &by_operation.lines());
    }
    page.block("**Log lines** of the bad events:");
    page.code("logql", &queries::logs(indicator, facts).to_string());
    page.block(&format!("**Traces** of the bad events ({}):", text::search_form(facts)));
    page.code("text", &trace_searches(indicator, facts));
    if let Some(dashboards) = dashboards(indicator, facts) {
        page.block(&dashboards);
    }
    page.block("**Budget left** for the period, and **the expression** of the alert:");
    page.code("promql", &indicator.recorded(facts, recorded::REMAINING).to_string());
    page.code("promql", &alert.expr.lines());
    let ends = [burn::FAST, burn::SLOW, burn::SPENT];
    let end = ends.into_iter().find(|end| alert.alert.ends_with(end));
    if let Some(condition) = end.and_then(|end| burn::condition(indicator, facts, end)) {
        page.block("It holds for a while what this expression recorded:");
        page.code("promql", &condition.lines());
    }
    page.block("**Next steps.**").steps(&steps(facts, alert));
}

fn is_it_one_instance(facts: &Facts) -> String {
    format!(
        "**First: is it one instance?** If one has a far larger share of bad events than the others, save its log and delete \
         its pod: `kubectl -n {0} logs POD > POD.log`, `kubectl -n {0} delete pod POD`. The share of each instance's \
         events that are bad:",
        facts.namespace,
    )
}

fn meaning(indicator: &Indicator, alert: &Alert) -> String {
    let days = indicator.slo.period();
    let objective = format!("The objective: {}.", indicator.sentence());
    let burns = match alert.alert.as_str() {
        name if name.ends_with(burn::FAST) => burn::fast(),
        name if name.ends_with(burn::SPENT) => {
            return format!("{objective} The error budget for the last {days} days is spent.");
        }
        _ => burn::slow(),
    };
    let (can, cannot) = burn::feasible(&burns, indicator.budget());
    let windows: Vec<_> = can
        .iter()
        .map(|burn| {
            let factor = burn.factor.normalize();
            format!("{factor} times the budget over {} and over {}", burn.long, burn.short)
        })
        .collect();
    let left_out = match cannot.as_slice() {
        [] => String::new(),
        reasons => format!(" Left out, because they could never fire: {}.", reasons.join("; ")),
    };
    format!("{objective} The share of bad events is above {}.{left_out}", windows.join(", or "))
}

fn impact(indicator: &Indicator, alert: &Alert) -> String {
    let symptom = match indicator.kind {
        ObjectiveKind::Availability => "Calls fail through the service's own fault",
        ObjectiveKind::Latency(_) => "Calls take longer than the objective allows",
    };
    let has_routes = indicator.operations.iter().any(|one| !one.routes.is_empty());
    match alert.alert.as_str() {
        name if name.ends_with(burn::SPENT) => {
            format!("{symptom}. The objective is missed until enough good events have followed.")
        }
        name if !name.ends_with(burn::FAST) => format!(
            "{symptom}: few at a time, but over a long time. The budget will not last for the period."
        ),
        _ if indicator.slo.alert_severity() == Severity::Ticket => format!(
            "{symptom}, many of them. The objective is declared as one whose failure users do not notice at once."
        ),
        _ if has_routes => format!("{symptom}, so many that users notice now."),
        _ => format!("{symptom}, so many that the work does not get done."),
    }
}

fn trace_searches(indicator: &Indicator, facts: &Facts) -> String {
    let each = indicator.operations.iter();
    let searches = each.flat_map(|one| TraceSearch::of_operation(indicator, facts, one));
    searches.map(|search| search.text()).collect::<Vec<_>>().join("\n")
}

fn dashboards(indicator: &Indicator, facts: &Facts) -> Option<String> {
    let slo = [("slo", indicator.name.as_str())];
    let links = [
        (Dashboard::Slo, &slo[..], "objective"),
        (Dashboard::Endpoint, &[][..], "endpoints"),
        (Dashboard::Dependencies, &[][..], "dependencies"),
    ];
    let links: Vec<_> = links
        .into_iter()
        .filter_map(|(which, variables, name)| {
            Some(format!("[{name}]({})", links::dashboard(facts, which, variables)?))
        })
        .collect();
    (!links.is_empty()).then(|| format!("**Dashboards:** {}.", links.join(", ")))
}

/// The steps that help with any cause.
fn steps(facts: &Facts, alert: &Alert) -> Vec<String> {
    let (workload, namespace) = (facts.workload(), &facts.namespace);
    let silence = format!(
        "Silence the alert while you work on it, and give the reason: `{}`.",
        text::silence(alert),
    );
    vec![
        "Check the dependencies first: a full connection pool (`ServicePoolSaturated`), a database or another service \
         that is down."
            .to_owned(),
        format!(
            "Did it begin with a deployment? Roll back, then look for the cause: `kubectl -n {namespace} rollout undo deployment/{workload}`."
        ),
        silence,
        format!("If the cause is not clear within half an hour, contact {}.", facts.owner()),
    ]
}
