//! A registry with an exporter that stores the spans.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, Response};
use goldsignal::Telemetry;
use goldsignal::emit::{JsonLayer, LogWriter};
use goldsignal::telemetry::{self, KeepTraces};
use goldsignal::testing::{self, Scope};
use goldsignal_tests::{LogBuffer, PATIENCE};
use opentelemetry::Value;
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SpanData};
use tower::{Layer as _, ServiceExt};
use tracing_subscriber::prelude::*;

pub(crate) struct Traced {
    scope: Scope,
    pub(crate) telemetry: Telemetry,
    exporter: InMemorySpanExporter,
}

/// A scope that samples every span.
pub(crate) fn traced() -> Traced {
    sampled(Sampler::AlwaysOn)
}

pub(crate) fn sampled(sampler: Sampler) -> Traced {
    built(|builder| builder.sampler(sampler))
}

/// A scope whose sampler refuses every trace that its caller has not sampled.
pub(crate) fn kept(keep: KeepTraces) -> Traced {
    let refusing = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
    built(|builder| builder.sampler(refusing).keep_traces(keep))
}

pub(crate) fn built(set: impl FnOnce(telemetry::Builder) -> telemetry::Builder) -> Traced {
    let scope = testing::scope();
    let exporter = InMemorySpanExporter::default();
    let builder = set(Telemetry::builder("test").span_exporter(exporter.clone()));
    Traced { scope, telemetry: builder.build().unwrap(), exporter }
}

impl Traced {
    /// Every span that ended so far.
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.telemetry.flush_spans();
        self.exporter.get_finished_spans().unwrap()
    }

    /// Forgets the spans that ended so far.
    pub(crate) fn reset(&self) {
        self.telemetry.flush_spans();
        self.exporter.reset();
    }

    /// Asserts the value of a metric without labels.
    #[track_caller]
    pub(crate) fn assert(&self, name: &str, value: f64) {
        self.scope.assert(name, &[], value);
    }

    /// The one span with this name.
    #[track_caller]
    pub(crate) fn span(&self, name: &str) -> SpanData {
        let spans = self.spans();
        let named: Vec<_> = spans.iter().filter(|span| span.name == name).collect();
        let all: Vec<_> = spans.iter().map(|span| &span.name).collect();
        assert_eq!(named.len(), 1, "`{name}` among {all:?}");
        named[0].clone()
    }

    /// Sends a request through the boundary around `app`, without reading its body.
    pub(crate) async fn send(&self, app: Router, request: Request<Body>) -> Response<Body> {
        // The inner layer names routes that are mounted by hand.
        let app = self.telemetry.layer().layer(app.layer(self.telemetry.route_layer()));
        let result: Result<_, Infallible> = app.oneshot(request).await;
        result.unwrap()
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn get(&self, app: Router, path: &str) -> u16 {
        let response = self.send(app, request(path).body(Body::empty()).unwrap()).await;
        let status = response.status().as_u16();
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        status
    }
}

pub(crate) fn request(path: &str) -> Builder {
    Request::builder().uri(path)
}

/// The text of an attribute.
pub(crate) fn attribute(span: &SpanData, name: &str) -> Option<String> {
    let mut found = span.attributes.iter().filter(|attribute| attribute.key.as_str() == name);
    let value = found.next().map(|attribute| match &attribute.value {
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    });
    assert!(found.next().is_none(), "`{name}` is there twice");
    value
}

/// Whether `child` is a child of `parent`, in its trace.
#[track_caller]
pub(crate) fn assert_child(child: &SpanData, parent: &SpanData) {
    assert_eq!(child.span_context.trace_id(), parent.span_context.trace_id());
    assert_eq!(child.parent_span_id, parent.span_context.span_id());
    assert_ne!(child.parent_span_id, SpanId::INVALID);
}

/// Makes spans of the thread's `tracing` spans while the guard lives.
pub(crate) fn listen(traced: &Traced) -> tracing::subscriber::DefaultGuard {
    tracing::subscriber::set_default(
        tracing_subscriber::registry().with(traced.telemetry.span_layer()),
    )
}

/// A subscriber that writes a log, and a function that returns its text.
pub(crate) fn log() -> (impl tracing::Subscriber + Send + Sync, impl Fn() -> String) {
    let lines = LogBuffer::default();
    let writer = LogWriter::new(lines.clone());
    let subscriber = tracing_subscriber::registry().with(JsonLayer::new(writer.clone()));
    let read = move || {
        assert!(writer.flush(PATIENCE));
        lines.text()
    };
    (subscriber, read)
}
