//! Support alerts: what the objectives rest on does not work.

use super::alert::{Draft, Severity};
use super::document::Alert;
use crate::declare::catalog::Catalog;
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Window, call};

pub(in crate::operate) mod gauges;
pub(in crate::operate) mod target;
mod telemetry;
pub(in crate::operate) mod usual;

/// An alert with what its runbook says.
#[derive(Clone, Debug)]
pub struct Support {
    /// The alert.
    pub alert: Alert,
    /// The dashboard that shows most of it.
    pub dashboard: Dashboard,
    /// What it means.
    pub meaning: &'static str,
    /// Who notices what.
    pub impact: &'static str,
    /// What to do, step by step.
    pub steps: &'static [&'static str],
}

/// Every support alert of a service.
pub fn all(catalog: &Catalog, facts: &Facts) -> Vec<Support> {
    let mut all = target::alerts(catalog, facts);
    all.extend(telemetry::alerts(catalog, facts));
    all.extend(gauges::alerts(catalog, facts));
    all.extend(usual::alert(catalog, facts));
    all
}

/// `expr` with one label more.
fn labelled(expr: Expr, label: &str, value: &str) -> Expr {
    let text = |text: &str| Expr::Text(text.to_owned());
    call("label_replace", [expr, text(label), text(value), text(""), text("")])
}

/// What a support alert is made of, in the order in which it is read.
struct Plan {
    name: &'static str,
    severity: Severity,
    expr: Expr,
    lasts: Window,
    summary: &'static str,
    description: String,
    dashboard: Dashboard,
    meaning: &'static str,
    impact: &'static str,
    steps: &'static [&'static str],
}

impl Plan {
    fn made(self, facts: &Facts) -> Support {
        let mut draft = Draft::new(self.name, self.severity, self.expr)
            .summary(format!("{}: {}", facts.service, self.summary))
            .description(self.description);
        if self.severity != Severity::Watchdog {
            draft = draft.lasting(facts.scaled(self.lasts));
        }
        let alert = draft.of_service(facts, self.dashboard);
        Support {
            alert,
            dashboard: self.dashboard,
            meaning: self.meaning,
            impact: self.impact,
            steps: self.steps,
        }
    }
}
