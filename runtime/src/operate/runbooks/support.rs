//! The runbook of the support alerts.

use super::markdown::Page;
use crate::operate::facts::Facts;
use crate::operate::rules::support::SupportAlert;
use crate::operate::{queries, text};

/// The page of all of them.
pub(super) fn page(alerts: &[SupportAlert], facts: &Facts) -> String {
    let mut page = Page::default();
    page.heading(1, &format!("{}: what supports it", facts.service));
    page.block(&format!(
        "These alerts tell that what the objectives rest on does not work. The service runs as {}. {}",
        text::workload(facts),
        text::answered(facts),
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
    page.block("**What the alert sees:**").code("promql", &alert.expr.lines());
    page.block("**Log lines** and **traces** (the fields of Jaeger's search) of what goes wrong:");
    page.code("logql", &queries::service_logs(facts).to_string());
    page.code("text", &queries::service_traces(facts));
    if let Some(url) = alert.annotations.get("dashboard_url") {
        page.block(&format!("**Dashboard:** [{}]({url}).", dashboard.name()));
    }
    page.block("**Then.**").steps(steps);
    page.block(&format!(
        "Roll back: `kubectl -n {} rollout undo deployment/{}`. Silence: `amtool silence add alertname={} service={} \
         --duration=1h --comment=…`. Not understood within half an hour: call {}.",
        facts.namespace,
        facts.workload(),
        alert.alert,
        facts.service,
        facts.owner(),
    ));
}
