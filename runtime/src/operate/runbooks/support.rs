//! The runbook of the support alerts.

use super::markdown::Page;
use crate::operate::facts::Facts;
use crate::operate::rules::support::SupportAlert;
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
    let SupportAlert { alert, dashboard, meaning, impact, steps } = support;
    page.heading(2, &alert.alert);
    page.block(&format!("**Meaning.** {meaning}"));
    page.block(&format!("**Impact.** {impact}"));
    page.block("**The expression** of the alert:").code("promql", &alert.expr.lines());
    page.block("**Log lines** and **traces** (fields of Jaeger's search form) of failures:");
    page.code("logql", &queries::service_logs(facts).to_string());
    page.code("text", &queries::service_traces(facts));
    if let Some(url) = alert.annotations.get("dashboard_url") {
        page.block(&format!("**Dashboard:** [{}]({url}).", dashboard.name()));
    }
    page.block("**Next steps.**").steps(steps);
    page.block(&format!(
        "Roll back: `kubectl -n {} rollout undo deployment/{}`. Silence: `{}`. \
         If the cause is not clear within half an hour, contact {}.",
        facts.namespace,
        facts.workload(),
        text::silence(alert),
        facts.owner(),
    ));
}
