//! What all alerts share: labels for their routing, annotations with links to the cause.

use std::collections::BTreeMap;

use super::document::Alert;
use crate::declare::series::label;
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::links::{self, Dashboard};
use crate::operate::promql::{Expr, Window};
use crate::operate::queries;

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

impl Severity {
    /// The value of the label `severity`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
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
    keep_firing_for: Option<Window>,
    annotations: BTreeMap<String, String>,
}

impl AlertBuilder {
    pub(super) fn new(name: impl Into<String>, severity: Severity, expr: Expr) -> Self {
        let (for_duration, keep_firing_for) = (None, None);
        let annotations = BTreeMap::new();
        Self { name: name.into(), severity, expr, for_duration, keep_firing_for, annotations }
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

    pub(super) const fn keep_firing_for(mut self, window: Window) -> Self {
        self.keep_firing_for = Some(window);
        self
    }

    /// Completes an alert about an objective.
    pub(super) fn of_indicator(self, indicator: &Indicator, facts: &Facts) -> Alert {
        let page = indicator.slo.name();
        let dashboard = links::dashboard(facts, Dashboard::Slo, &[(label::SLO, &indicator.name)]);
        let mut alert = self
            .annotated("logs_query", queries::logs(indicator, facts).to_string())
            .annotated("traces_query", queries::traces(indicator, facts))
            .completed(facts, page, dashboard);
        alert.labels.insert(label::SLO.to_owned(), indicator.name.clone());
        alert
    }

    /// Completes a support alert.
    pub(super) fn of_service(self, facts: &Facts, dashboard: Dashboard) -> Alert {
        let dashboard = links::dashboard(facts, dashboard, &[]);
        self.annotated("logs_query", queries::service_logs(facts).to_string())
            .annotated("traces_query", queries::service_traces(facts))
            .completed(facts, links::SUPPORT_PAGE, dashboard)
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
            keep_firing_for: builder.keep_firing_for,
            labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            annotations: builder.annotations,
        }
    }

    fn annotated(mut self, name: &str, text: impl Into<String>) -> Self {
        self.annotations.insert(name.to_owned(), text.into());
        self
    }
}
