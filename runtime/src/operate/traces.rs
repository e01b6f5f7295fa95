//! Searches for traces, as Jaeger and Tempo understand them.

use std::time::Duration;

use serde_json::{Value, json};

use super::facts::{Facts, Traces};
use super::indicator::{Indicator, ObjectiveKind};
use super::promql::Expr;
use crate::declare::Operation;

/// A search for the traces of bad events.
#[derive(Clone, Debug)]
pub(super) struct TraceSearch {
    backend: Traces,
    service: String,
    spans: Spans,
    /// What is bad about them; any trace where it is nothing.
    kind: Option<ObjectiveKind>,
}

/// The spans to search for.
#[derive(Clone, Debug)]
enum Spans {
    All,
    Named(String),
    /// Those of one path with any method: their names differ by the method.
    OfPath(&'static str),
}

impl TraceSearch {
    fn new(facts: &Facts, spans: Spans, kind: Option<ObjectiveKind>) -> Self {
        let service = facts.service.to_string();
        Self { backend: facts.grafana.traces, service, spans, kind }
    }

    /// The search for every trace of the service.
    pub(super) fn all(facts: &Facts) -> Self {
        Self::new(facts, Spans::All, None)
    }

    /// The search for everything that failed.
    pub(super) fn of_service(facts: &Facts) -> Self {
        Self::new(facts, Spans::All, Some(ObjectiveKind::Availability))
    }

    /// The search for an indicator's bad events.
    pub(super) fn of_indicator(indicator: &Indicator, facts: &Facts) -> Self {
        Self::new(facts, Spans::All, Some(indicator.kind))
    }

    /// The searches for one operation's bad events: one for each name of its spans.
    pub(super) fn of_operation(
        indicator: &Indicator,
        facts: &Facts,
        operation: &Operation,
    ) -> Vec<Self> {
        let spans: Vec<_> = if operation.routes.is_empty() {
            vec![Spans::Named(operation.name.to_owned())]
        } else {
            let routes = operation.routes.iter();
            routes
                .map(|route| match route.only_method() {
                    Some(_) => Spans::Named(route.to_string()),
                    None => Spans::OfPath(route.path),
                })
                .collect()
        };
        spans.into_iter().map(|spans| Self::new(facts, spans, Some(indicator.kind))).collect()
    }

    /// The search as people enter it: the fields of Jaeger's form with their values, or TraceQL.
    pub(super) fn text(&self) -> String {
        match self.backend {
            Traces::Jaeger => {
                let fields = self.jaeger().into_iter();
                let fields = fields.map(|(name, value)| format!("{name}=\"{value}\""));
                fields.collect::<Vec<_>>().join(" ")
            }
            Traces::Tempo => self.trace_ql(),
        }
    }

    /// The query of Grafana's Explore page.
    pub(super) fn explore(&self) -> Value {
        let mut query = match self.backend {
            Traces::Jaeger => {
                let fields = self.jaeger().into_iter();
                let fields = fields.map(|(name, value)| (name.to_owned(), Value::from(value)));
                let mut query = Value::Object(fields.collect());
                query["queryType"] = "search".into();
                query
            }
            Traces::Tempo => json!({ "queryType": "traceql", "query": self.trace_ql() }),
        };
        query["refId"] = "A".into();
        query["datasource"] = json!({ "type": self.backend.name() });
        query["limit"] = 20.into();
        query
    }

    fn jaeger(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("service", self.service.clone())];
        let mut tags = Vec::new();
        match &self.spans {
            Spans::All => {}
            Spans::Named(name) => fields.push(("operation", name.clone())),
            Spans::OfPath(path) => tags.push(format!("http.route={path}")),
        }
        if self.kind == Some(ObjectiveKind::Availability) {
            tags.push("error=true".to_owned());
        }
        if !tags.is_empty() {
            fields.push(("tags", tags.join(" ")));
        }
        if let Some(ObjectiveKind::Latency(threshold)) = self.kind {
            fields.push(("minDuration", milliseconds(threshold)));
        }
        fields
    }

    fn trace_ql(&self) -> String {
        let text = |text: &str| Expr::Text(text.to_owned());
        let mut conditions = vec![format!("resource.service.name={}", text(&self.service))];
        match &self.spans {
            Spans::All => {}
            Spans::Named(name) => conditions.push(format!("name={}", text(name))),
            Spans::OfPath(path) => conditions.push(format!("span.http.route={}", text(path))),
        }
        conditions.extend(self.kind.map(|kind| match kind {
            ObjectiveKind::Availability => "status=error".to_owned(),
            ObjectiveKind::Latency(threshold) => format!("duration>{}", milliseconds(threshold)),
        }));
        format!("{{{}}}", conditions.join(" && "))
    }
}

/// `250ms`, `1500ms`.
#[expect(clippy::cast_precision_loss, reason = "nobody waits 2⁵³ microseconds")]
fn milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_micros() as f64 / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(backend: Traces, spans: Spans, kind: ObjectiveKind) -> TraceSearch {
        TraceSearch { backend, service: "shop".to_owned(), spans, kind: Some(kind) }
    }

    #[test]
    fn jaeger_has_a_form_and_tempo_a_language() {
        let named = || Spans::Named("GET /a".to_owned());
        let slow = ObjectiveKind::Latency(Duration::from_millis(1500));
        let failed = ObjectiveKind::Availability;
        for (search, text) in [
            (
                search(Traces::Jaeger, named(), slow),
                r#"service="shop" operation="GET /a" minDuration="1500ms""#,
            ),
            (
                search(Traces::Jaeger, Spans::OfPath("/a"), failed),
                r#"service="shop" tags="http.route=/a error=true""#,
            ),
            (
                search(Traces::Tempo, named(), slow),
                r#"{resource.service.name="shop" && name="GET /a" && duration>1500ms}"#,
            ),
            (
                search(Traces::Tempo, Spans::All, failed),
                r#"{resource.service.name="shop" && status=error}"#,
            ),
        ] {
            assert_eq!(search.text(), text);
            let query = search.explore();
            let kind = if text.starts_with('{') { "traceql" } else { "search" };
            assert_eq!(query["queryType"], kind);
        }
    }
}
