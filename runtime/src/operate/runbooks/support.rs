//! The runbook of the support alerts.

use super::markdown::Page;
use crate::operate::facts::Facts;
use crate::operate::rules::support::{Remedy, SupportAlert, WATCHDOG};
use crate::operate::traces::TraceSearch;
use crate::operate::{queries, text};

/// The page of all of them.
pub(super) fn page(alerts: &[SupportAlert], facts: &Facts) -> String {
    let mut page = Page::default();
    page.heading(1, &format!("{}: support alerts", facts.service));
    page.block(&format!(
        "These alerts fire when something that the objectives depend on does not work. The service runs as {}. {}",
        text::workload(facts),
        text::owner(facts),
    ));
    for support in alerts {
        section(&mut page, support, facts);
    }
    page.finish()
}

fn section(page: &mut Page, support: &SupportAlert, facts: &Facts) {
    let SupportAlert { alert, dashboard, meaning, impact, steps, logs, .. } = support;
    page.heading(2, &alert.alert);
    page.block(&format!("**Meaning.** {meaning}"));
    page.block(&format!("**Impact.** {impact}"));
    page.block("**Next steps.**").steps(steps);
    if let Some((question, query)) = &support.query {
        page.block(&format!("**{question}**")).code("promql", &query.lines());
    }
    page.block(&end(support, facts));
    if let Some(url) = alert.annotations.get("dashboard_url") {
        page.block(&format!("**Dashboard:** [{}]({url}).", dashboard.name()));
    }
    page.block("**The expression** of the alert:").code("promql", &alert.expr.lines());
    let warnings = queries::service_logs(facts);
    let of = if *logs == warnings { " of warnings and errors" } else { "" };
    page.block(&format!("**Log lines**{of}:"));
    page.code("logql", &logs.to_string());
    page.block(&format!("**Traces** of failures ({}):", text::search_form(facts)));
    page.code("text", &TraceSearch::of_service(facts).text());
}

/// How to undo a deployment where that can help, how to silence the alert, and whom to ask.
fn end(support: &SupportAlert, facts: &Facts) -> String {
    let undo = match support.remedy {
        Remedy::RollBack => format!(
            "To roll back: `kubectl -n {} rollout undo deployment/{}`. ",
            facts.namespace,
            facts.workload(),
        ),
        Remedy::Telemetry => {
            "Users do not notice: do not roll back or restart the service because of this alert. "
                .to_owned()
        }
        Remedy::Clients => "Another version of the service would not help. ".to_owned(),
    };
    // A silence keeps the watchdog from its receiver, which raises an alarm then.
    let silence = if support.alert.alert == WATCHDOG {
        "Do not silence it: its receiver would raise an alarm. ".to_owned()
    } else {
        format!("To silence it: `{}`. ", text::silence(&support.alert))
    };
    let contact = facts.owner();
    format!("{undo}{silence}If the cause is not clear within half an hour, contact {contact}.")
}
