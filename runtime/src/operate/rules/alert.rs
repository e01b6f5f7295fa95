//! What all alerts share: labels for their routing, annotations with links to the cause.

use std::collections::BTreeMap;

use super::document::Alert;
use crate::declare;
use crate::declare::series::label;
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::links::{self, Dashboard};
use crate::operate::logql::LogQuery;
use crate::operate::promql::{Expr, Window};
use crate::operate::queries;
use crate::operate::traces::TraceSearch;

/// The urgency of an alert, by which Alertmanager routes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Wakes the person on call.
    Page,
    /// Can wait for a working day.
    Ticket,
    /// Always fires. Its receiver raises an alarm when it stops arriving.
    Watchdog,
}

impl From<declare::Severity> for Severity {
    fn from(severity: declare::Severity) -> Self {
        match severity {
            declare::Severity::Page => Self::Page,
            declare::Severity::Ticket => Self::Ticket,
        }
    }
}

impl Severity {
    /// The value of the label `severity`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Page => declare::Severity::Page.as_str(),
            Self::Ticket => declare::Severity::Ticket.as_str(),
            Self::Watchdog => "watchdog",
        }
    }
}

/// An alert without its labels and links.
pub(super) struct AlertBuilder {
    name: String,
    severity: Severity,
    expr: Expr,
    for_duration: Option<Window>,
    annotations: BTreeMap<String, String>,
}

impl AlertBuilder {
    pub(super) fn new(name: impl Into<String>, severity: Severity, expr: Expr) -> Self {
        let annotations = BTreeMap::new();
        Self { name: name.into(), severity, expr, for_duration: None, annotations }
    }

    pub(super) fn summary(self, text: impl Into<String>) -> Self {
        self.annotated("summary", text)
    }

    pub(super) fn description(self, text: impl Into<String>) -> Self {
        self.annotated("description", text)
    }

    pub(super) const fn for_duration(mut self, window: Window) -> Self {
        self.for_duration = Some(window);
        self
    }

    /// Completes an alert about an objective.
    pub(super) fn of_indicator(self, indicator: &Indicator, facts: &Facts) -> Alert {
        let page = indicator.slo.name();
        let dashboard = links::dashboard(facts, Dashboard::Slo, &[(label::SLO, &indicator.name)]);
        let mut alert = self
            .searched(
                facts,
                &queries::logs(indicator, facts),
                &TraceSearch::of_indicator(indicator, facts),
            )
            .completed(facts, page, dashboard);
        alert.labels.insert(label::SLO.to_owned(), indicator.name.clone());
        alert
    }

    /// Completes a support alert.
    pub(super) fn of_service(self, facts: &Facts, dashboard: Dashboard) -> Alert {
        let dashboard = links::dashboard(facts, dashboard, &[]);
        self.searched(facts, &queries::service_logs(facts), &TraceSearch::of_service(facts))
            .completed(facts, links::SUPPORT_PAGE, dashboard)
    }

    /// Adds the searches for log lines and traces, and their links where the facts have the address of Grafana.
    fn searched(self, facts: &Facts, logs: &LogQuery, traces: &TraceSearch) -> Self {
        let grafana = &facts.grafana;
        let links = [
            ("logs_url", links::explore_alert(facts, &grafana.loki_uid, logs.explore())),
            ("traces_url", links::explore_alert(facts, grafana.traces_uid(), traces.explore())),
        ];
        let all =
            self.annotated("logs_query", logs.to_string()).annotated("traces_query", traces.text());
        links.into_iter().fold(all, |all, (name, url)| match url {
            Some(url) => all.annotated(name, url),
            None => all,
        })
    }

    fn completed(self, facts: &Facts, page: &str, dashboard: Option<String>) -> Alert {
        let runbook = links::runbook(facts, page, &self.name);
        let mut builder = self.annotated("runbook_url", runbook);
        if let Some(dashboard) = dashboard {
            builder = builder.annotated("dashboard_url", dashboard);
        }
        let identity = facts.identity();
        let routed = [("severity", builder.severity.as_str()), ("team", facts.team.as_str())];
        let labels = identity.alerts().chain(routed);
        Alert {
            alert: builder.name,
            expr: builder.expr,
            for_duration: builder.for_duration,
            labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            annotations: builder.annotations,
        }
    }

    fn annotated(mut self, name: &str, text: impl Into<String>) -> Self {
        self.annotations.insert(name.to_owned(), text.into());
        self
    }
}
