//! A line has a trace id only where it can be looked up: the caller sent it, an exporter takes
//! spans, another layer of the service has a span, or the id was sent on.

use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use goldsignal_tests::TestLog;
use opentelemetry::Context;
use opentelemetry::trace::{
    FutureExt, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler};
use serde_json::Value;

use super::*;

const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";

#[observed(get = "/plain")]
async fn plain() -> &'static str {
    tracing::info!("in the handler");
    "plain"
}

#[observed]
fn inner() {
    goldsignal::current().inject(&mut HeaderMap::new());
    tracing::info!("sent on");
}

#[observed(get = "/sends")]
async fn sends() -> &'static str {
    tracing::info!("before");
    inner();
    tracing::info!("after");
    "sent"
}

/// The trace ids of the lines that a request for `path` writes, as far as they have one.
async fn trace_ids(builder: goldsignal::telemetry::Builder, path: &str, sent: bool) -> Vec<Value> {
    trace_ids_of(builder, routes![plain, sends], path, sent).await
}

async fn trace_ids_of(
    builder: goldsignal::telemetry::Builder,
    app: Router,
    path: &str,
    sent: bool,
) -> Vec<Value> {
    let log = TestLog::build(builder);
    let default = tracing::dispatcher::set_default(&log.subscriber());
    let mut asked = request("GET", path);
    if sent {
        let header = format!("00-{TRACE_ID}-b7ad6b7169203331-00");
        asked.headers_mut().insert("traceparent", header.parse().unwrap());
    }
    let app = log.telemetry.layer().layer(app);
    let answer = app.oneshot(asked).await.unwrap();
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    drop(default);
    let lines = log.lines();
    for line in &lines {
        assert!(line["request_id"].is_string(), "{line}");
        assert_eq!(line["trace_id"].is_string(), line["span_id"].is_string(), "{line}");
    }
    lines.into_iter().map(|mut line| line["trace_id"].take()).collect()
}

fn builder() -> goldsignal::telemetry::Builder {
    Telemetry::builder("ids")
}

#[tokio::test]
async fn an_id_that_nobody_else_knows_is_in_no_line() {
    let _scope = scope();
    assert_eq!(trace_ids(builder(), "/plain", false).await, [Value::Null, Value::Null]);
}

#[tokio::test]
async fn the_callers_is_in_every_line() {
    let _scope = scope();
    assert_eq!(trace_ids(builder(), "/plain", true).await, [TRACE_ID, TRACE_ID]);
}

#[tokio::test]
async fn with_an_exporter_it_is_in_every_line_whether_sampled_or_not() {
    for sampler in [Sampler::AlwaysOn, Sampler::AlwaysOff] {
        let _scope = scope();
        let builder = builder().span_exporter(InMemorySpanExporter::default()).sampler(sampler);
        let ids = trace_ids(builder, "/plain", false).await;
        assert_eq!(ids.len(), 2);
        assert!(ids[0].is_string() && ids[0] == ids[1], "{ids:?}");
    }
}

#[tokio::test]
async fn one_that_was_sent_on_is_in_the_lines_after_that() {
    let _scope = scope();
    let ids = trace_ids(builder(), "/sends", false).await;
    // before, sent on, the end of `inner`, after, the end of the request
    assert_eq!(ids.len(), 5, "{ids:?}");
    assert_eq!(ids[0], Value::Null);
    assert!(ids[1].is_string() && ids[1..].iter().all(|id| *id == ids[1]), "{ids:?}");
}

/// A layer that has a span for each request, as those of `tracing-opentelemetry` have.
fn of_another_layer(app: Router) -> Router {
    app.layer(from_fn(async |request, next: Next| {
        let (trace, span) = (TraceId::from_hex(TRACE_ID), SpanId::from_hex("b7ad6b7169203331"));
        let (trace, span) = (trace.unwrap(), span.unwrap());
        let sampled = TraceFlags::SAMPLED;
        let span = SpanContext::new(trace, span, sampled, false, TraceState::default());
        let context = Context::new().with_remote_span_context(span);
        next.run(request).with_context(context).await
    }))
}

#[tokio::test]
async fn that_of_another_layer_is_adopted_before_the_handler_runs() {
    for by_hand in [false, true] {
        let _scope = scope();
        let routes = if by_hand {
            Router::new().route("/plain", get(plain)).route_layer(telemetry().route_layer())
        } else {
            routes![plain]
        };
        let ids = trace_ids_of(builder(), of_another_layer(routes), "/plain", false).await;
        assert_eq!(ids, [TRACE_ID, TRACE_ID], "by hand: {by_hand}");
    }
}

#[tokio::test]
async fn ours_comes_before_that_of_another_layer_where_it_leads_somewhere() {
    let _scope = scope();
    let builder = builder().span_exporter(InMemorySpanExporter::default());
    let ids = trace_ids_of(builder, of_another_layer(routes![plain]), "/plain", false).await;
    assert!(ids[0] == ids[1] && ids[0] != TRACE_ID, "{ids:?}");
}
