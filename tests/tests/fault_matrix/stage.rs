//! Where a row runs: a registry, a log and an exporter of its own, and what is in all three
//! afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use futures::FutureExt;
use goldsignal::Telemetry;
use goldsignal::emit::LogWriter;
use goldsignal::expose::Format;
use goldsignal::testing::{self, Scope};
use goldsignal_tests::{LogBuffer, PATIENCE, log_lines};
use opentelemetry::trace::Status;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SpanData, SpanExporter};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::{Layer as _, ServiceExt};
use tracing_subscriber::prelude::*;

use crate::expect::{Tally, Told};

/// How long open requests have when the server stops.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

pub(crate) struct Stage {
    pub(crate) scope: Scope,
    pub(crate) telemetry: Telemetry,
    exporter: InMemorySpanExporter,
    writer: LogWriter,
    lines: LogBuffer,
    before: BTreeMap<String, f64>,
    _log: tracing::subscriber::DefaultGuard,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let lines = LogBuffer::default();
        let writer = LogWriter::new(lines.clone());
        // A telemetry of its own, since the layer is there before the scope.
        let of_log = Telemetry::builder("log").admin(None).log_filter("trace");
        let of_log = of_log.log_writer(writer.clone()).build().unwrap();
        let subscriber = tracing_subscriber::registry().with(of_log.log_layer());
        let log = tracing::subscriber::set_default(subscriber);
        // The scope captures in front of the log.
        let scope = testing::scope();
        let exporter = InMemorySpanExporter::default();
        let telemetry = Telemetry::builder("matrix")
            .admin(None)
            .shutdown_grace(GRACE)
            .span_exporter(Kept(exporter.clone()))
            .sampler(Sampler::AlwaysOn)
            .build()
            .unwrap();
        let before = series(&scope);
        Self { scope, telemetry, exporter, writer, lines, before, _log: log }
    }

    /// The whole application around `app`: the boundary outermost, and a layer further in that names what is
    /// mounted by hand.
    pub(crate) fn whole(&self, app: Router) -> goldsignal::axum::Boundary<Router> {
        self.telemetry.layer().layer(app.layer(self.telemetry.route_layer()))
    }

    /// Runs `future` on a runtime of this thread, which ends with it.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        runtime().block_on(self.scope.instrument(future))
    }

    /// Sends a request and reads the whole body.
    pub(crate) async fn send(&self, app: Router, method: &str, path: &str) -> Option<u16> {
        self.answer(app, method, path, Body::empty()).await
    }

    /// As [`send`](Self::send), with a body.
    pub(crate) async fn answer(
        &self,
        app: Router,
        method: &str,
        path: &str,
        body: Body,
    ) -> Option<u16> {
        read(self.whole(app).oneshot(asked(method, path, body))).await
    }

    /// The changes of series, and the lines and spans, since the stage was made.
    pub(crate) fn told(&self) -> Told {
        let lines = self.lines();
        Told { series: self.changes(), lines: closing(&lines), spans: self.spans() }
    }

    /// Every series that changed, but for those that [`series`] leaves out.
    fn changes(&self) -> Tally {
        let changed = series(&self.scope).into_iter().filter_map(|(name, value)| {
            let by = value - self.before.get(&name).copied().unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
            (by != 0.0).then_some((name, by as u64))
        });
        changed.collect()
    }

    /// The in-flight gauges that are not zero.
    pub(crate) fn in_flight(&self) -> Vec<String> {
        let all = series(&self.scope).into_iter();
        let left = all.filter(|(name, value)| name.contains("_in_flight") && *value != 0.0);
        left.map(|(name, value)| format!("{name} {value}")).collect()
    }

    /// Every line of the log.
    pub(crate) fn lines(&self) -> Vec<Value> {
        assert!(self.writer.flush(PATIENCE));
        log_lines::parse(&self.lines.text())
    }

    fn spans(&self) -> Tally {
        self.telemetry.flush_spans();
        let spans = self.exporter.get_finished_spans().unwrap();
        let ids: Vec<_> = spans.iter().map(|span| span.span_context.span_id()).collect();
        let mut tally = Tally::new();
        for span in &spans {
            let status = match span.status {
                Status::Unset => "unset",
                Status::Ok => "ok",
                Status::Error { .. } => "error",
            };
            let place = if ids.contains(&span.parent_span_id) { "child" } else { "root" };
            *tally.entry(format!("{} {status} {place}", span.name)).or_default() += 1;
        }
        tally
    }
}

/// The closing lines: outcome, status, endpoint, operation and fault of each. Each request that failed has a story.
fn closing(lines: &[Value]) -> Tally {
    let (mut tally, mut stories) = (Tally::new(), BTreeSet::new());
    let failed = ["server_error", "error", "panic"];
    let of_requests = lines.iter().filter(|line| line["endpoint"].is_string());
    for line in of_requests.filter(|line| failed.iter().any(|failed| line["outcome"] == *failed)) {
        let story = line["story"].as_u64();
        assert!(story.is_some_and(|story| stories.insert(story)), "{line}");
    }
    for line in lines.iter().filter(|line| line["outcome"].is_string()) {
        let text = |name: &str, missing: &str| match &line[name] {
            Value::String(text) => text.clone(),
            Value::Null => missing.to_owned(),
            other => other.to_string(),
        };
        let line = format!(
            "{} {} {} {} {}",
            text("outcome", ""),
            text("status", ""),
            text("endpoint", "-"),
            text("operation", "-"),
            text("error_type", "")
        );
        *tally.entry(line).or_default() += 1;
    }
    tally
}

/// The series of a scope's registry, but for sums, single buckets, and the times in polls and runtimes, which are the machine's.
fn series(scope: &Scope) -> BTreeMap<String, f64> {
    let text = scope.registry().encode(Format::Text);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let series = lines.filter_map(|line| line.rsplit_once(' '));
    let counts = series.filter(|(name, _)| {
        let family = name.split('{').next().unwrap_or(name);
        let left_out = ["_bucket", "_sum", "_created", "_busy_seconds_total", "_slow_polls_total"];
        !left_out.iter().any(|end| family.ends_with(end)) && !family.starts_with("tokio_")
    });
    counts.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect()
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub(crate) fn asked(method: &str, path: &str, body: Body) -> Request<Body> {
    Request::builder().method(method).uri(path).body(body).unwrap()
}

/// The status of an answer whose whole body was read; `None` if it panicked before, or the body broke off.
pub(crate) async fn read(
    answer: impl Future<Output = Result<Response<Body>, Infallible>>,
) -> Option<u16> {
    let answer = AssertUnwindSafe(async {
        let Ok(response) = answer.await;
        let status = response.status().as_u16();
        axum::body::to_bytes(response.into_body(), usize::MAX).await.ok().map(|_| status)
    });
    answer.catch_unwind().await.ok().flatten()
}

/// Keeps the spans when a server that was stopped shuts the exporter down.
#[derive(Debug)]
struct Kept(InMemorySpanExporter);

impl SpanExporter for Kept {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        self.0.export(batch)
    }
}
