//! Support alerts: something that the objectives depend on does not work.

use super::alert::{AlertBuilder, Severity};
use super::document::Alert;
use crate::declare::catalog::Catalog;
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::logql::LogQuery;
use crate::operate::promql::{Expr, Window, call};
use crate::operate::{queries, text};

pub(in crate::operate) mod expected_rates;
pub(in crate::operate) mod gauges;
pub(in crate::operate) mod heaviest;
mod process;
mod runtime;
pub(in crate::operate) mod target;
mod telemetry;

pub(in crate::operate) use telemetry::WATCHDOG;

/// An alert with the text of its runbook.
#[derive(Clone, Debug)]
pub(crate) struct SupportAlert {
    /// The alert.
    pub alert: Alert,
    /// The dashboard that shows most of it.
    pub dashboard: Dashboard,
    /// What it means.
    pub meaning: &'static str,
    /// Whom it affects, and how.
    pub impact: &'static str,
    /// The steps to take.
    pub steps: &'static [&'static str],
    /// A question, and the query that answers it.
    pub query: Option<(&'static str, Expr)>,
    /// The log lines that tell most.
    pub logs: LogQuery,
    /// What can help.
    pub remedy: Remedy,
}

/// What can help against the cause of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The service itself fails, so an earlier version of it may help.
    RollBack,
    /// What observes the service fails. Another version of the service would not help.
    Telemetry,
    /// A client makes it happen, whatever version runs.
    Clients,
}

impl SupportAlert {
    /// Adds a query that answers a question of whoever handles the alert.
    fn asking(mut self, question: &'static str, query: Expr) -> Self {
        self.query = Some((question, query));
        self
    }

    /// Names the log lines that tell more than warnings and errors in general.
    fn reading(mut self, logs: LogQuery) -> Self {
        self.logs = logs;
        self
    }
}

/// Every support alert of a service.
pub(crate) fn all(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    let mut all = target::alerts(catalog, facts);
    all.extend(telemetry::alerts(catalog, facts));
    all.extend(process::alerts(facts));
    all.extend(runtime::alerts(catalog, facts));
    all.extend(gauges::alerts(catalog, facts));
    all.extend(expected_rates::alert(catalog, facts));
    all.extend(heaviest::alert(catalog, facts));
    all
}

/// `expr` with an additional label.
fn labelled(expr: Expr, label: &str, value: &str) -> Expr {
    let text = |text: &str| Expr::Text(text.to_owned());
    call("label_replace", [expr, text(label), text(value), text(""), text("")])
}

/// The parts of a support alert, in the order in which people read them.
struct SupportAlertSpec {
    name: &'static str,
    severity: Severity,
    expr: Expr,
    for_duration: Window,
    summary: &'static str,
    description: String,
    dashboard: Dashboard,
    meaning: &'static str,
    impact: &'static str,
    steps: &'static [&'static str],
    remedy: Remedy,
}

impl SupportAlertSpec {
    fn build(self, facts: &Facts) -> SupportAlert {
        let mut builder = AlertBuilder::new(self.name, self.severity, self.expr)
            .summary(format!("{}: {}", text::deployment(facts), self.summary))
            .description(self.description);
        if self.severity != Severity::Watchdog {
            builder = builder.for_duration(facts.scaled(self.for_duration));
        }
        let alert = builder.of_service(facts, self.dashboard);
        SupportAlert {
            alert,
            dashboard: self.dashboard,
            meaning: self.meaning,
            impact: self.impact,
            steps: self.steps,
            query: None,
            logs: queries::service_logs(facts),
            remedy: self.remedy,
        }
    }
}
