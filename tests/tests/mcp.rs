//! Tools of a server of the Model Context Protocol: each call is counted once, in the trace of its caller. What `rmcp` does with
//! it is tested in `examples/todo/mcp`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::extract::Request;
use futures::FutureExt;
use goldsignal::mcp::Session;
use goldsignal::testing::{Scope, scope};
use goldsignal::{Fault, Naming, Slo, Telemetry, observed};
use opentelemetry::trace::{SpanId, SpanKind, Status, TraceId};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SpanData};
use tower::{Layer, ServiceExt};

const TOOLS: Slo = Slo::new("tools", "Ask the shop team.").availability(99.0);

#[derive(Debug, thiserror::Error, Fault)]
enum ToolError {
    #[error("no such thing")]
    #[fault(status = 404)]
    Missing,
    #[error("the shop is closed")]
    #[fault(status = 503)]
    Closed,
}

/// Looks a thing up.
#[observed(tool = "look_up", slo = TOOLS, fields(len = name.len()))]
async fn look_up(name: &str) -> Result<u32, ToolError> {
    match name {
        "wait" => std::future::pending().await,
        "panic" => panic!("as asked"),
        "missing" => Err(ToolError::Missing),
        "closed" => Err(ToolError::Closed),
        _ => Ok(inner()),
    }
}

#[observed(name = "inner")]
fn inner() -> u32 {
    7
}

#[observed(name = "dispatch")]
async fn dispatch() -> u32 {
    look_up("ok").await.unwrap()
}

/// Calls the tool as a server would.
async fn call(session: &Session, name: &str) -> Result<u32, ToolError> {
    session.call("look_up").observe(look_up(name)).await
}

fn counted(scope: &Scope, outcome: &str, error_type: &str) -> Option<f64> {
    let labels = [("tool", "look_up"), ("outcome", outcome), ("error_type", error_type)];
    scope.value("mcp_tool_calls_total", &labels)
}

#[tokio::test]
async fn every_call_is_counted_once_however_it_ends() {
    let (scope, session) = (scope(), Session::new());
    call(&session, "ok").await.unwrap();
    call(&session, "missing").await.unwrap_err();
    call(&session, "closed").await.unwrap_err();
    let panicked = AssertUnwindSafe(call(&session, "panic")).catch_unwind().await;
    panicked.unwrap_err();
    let mut waiting = Box::pin(call(&session, "wait"));
    assert!(waiting.as_mut().now_or_never().is_none());
    scope.assert("mcp_tool_calls_in_flight", &[("tool", "look_up")], 1.0);
    drop(waiting);
    drop(call(&session, "never polled"));

    scope.assert("mcp_tool_calls_in_flight", &[("tool", "look_up")], 0.0);
    let ends = [
        ("ok", ""),
        ("client_error", "missing"),
        ("server_error", "closed"),
        ("panic", ""),
        ("cancelled", ""),
    ];
    for (outcome, error_type) in ends {
        assert_eq!(counted(&scope, outcome, error_type), Some(1.0), "{outcome} {error_type}");
    }
    scope.assert("mcp_tool_calls_total", &[("tool", "look_up")], 5.0);
    // Those that were cut short have no latency.
    scope.assert("mcp_tool_call_duration_seconds_count", &[("tool", "look_up")], 4.0);
    scope.assert("function_calls_total", &[("function", "mcp::look_up")], 5.0);
    let slo = |outcome| [("slo", "tools-availability"), ("outcome", outcome)];
    scope.assert("slo_events_total", &slo("good"), 2.0);
    scope.assert("slo_events_total", &slo("bad"), 2.0);
    scope.assert_event("tools/call look_up ok", &[("tool", "look_up"), ("len", "2")]);
}

#[tokio::test]
async fn what_is_declared_starts_at_zero() {
    let (scope, session) = (scope(), Session::new());
    call(&session, "ok").await.unwrap();
    for error_type in ["missing", "closed", "rejected"] {
        let labels = [("tool", "look_up"), ("error_type", error_type)];
        scope.assert("mcp_tool_calls_total", &labels, 0.0);
    }
}

#[tokio::test]
async fn a_call_that_reaches_no_tool_is_the_callers_fault() {
    let (scope, session) = (scope(), Session::new());
    session.call("look_up").observe(async {}).await;
    session.call("rm -rf /").observe(async {}).await;
    assert_eq!(counted(&scope, "client_error", "rejected"), Some(1.0));
    let labels = [("tool", "_OTHER"), ("error_type", "unknown_tool")];
    scope.assert("mcp_tool_calls_total", &labels, 1.0);
    scope.assert_event("tools/call look_up client_error", &[("error_type", "rejected")]);
    scope.assert_event("tools/call _OTHER client_error", &[("tool", "_OTHER")]);
    assert!(!format!("{:?}", scope.events()).contains("rm -rf"));
    // A tool that another observed function calls has begun, too.
    session.call("look_up").observe(dispatch()).await;
    scope.assert("mcp_tool_calls_total", &[("tool", "look_up")], 2.0);
}

#[test]
fn sessions_are_counted_until_their_last_clone_is_dropped() {
    let scope = scope();
    let session = Session::new();
    assert_eq!(scope.value("mcp_sessions_in_flight", &[]), None);
    session.begin();
    session.begin();
    let clone = session.clone();
    drop(session);
    scope.assert("mcp_sessions_in_flight", &[], 1.0);
    drop(clone);
    scope.assert("mcp_sessions_in_flight", &[], 0.0);
    scope.assert("mcp_session_duration_seconds_count", &[], 1.0);
}

#[tokio::test]
async fn a_session_keeps_the_registry_of_the_code_that_made_it() {
    let scope = scope();
    let session = Session::new();
    let other = goldsignal::testing::scope();
    other.instrument(async { call(&session, "ok").await.unwrap() }).await;
    drop(other);
    assert_eq!(counted(&scope, "ok", ""), Some(1.0));
}

#[tokio::test]
async fn under_the_conventions_each_kind_of_end_is_a_histogram() {
    let scope = scope();
    let naming = Naming::OpenTelemetry { url_scheme: "http" };
    let _telemetry = Telemetry::builder("shop").admin(None).naming(naming).build().unwrap();
    let session = Session::new();
    session.begin();
    call(&session, "ok").await.unwrap();
    call(&session, "ok").await.unwrap();
    call(&session, "missing").await.unwrap_err();
    let mut waiting = Box::pin(call(&session, "wait"));
    assert!(waiting.as_mut().now_or_never().is_none());
    let tool = [("gen_ai_tool_name", "look_up")];
    scope.assert("mcp_tool_calls_in_flight", &tool, 1.0);
    drop(waiting);
    drop(session);

    let count = |error_type: &str| {
        let labels = [
            ("mcp_method_name", "tools/call"),
            ("gen_ai_tool_name", "look_up"),
            ("gen_ai_operation_name", "execute_tool"),
            ("error_type", error_type),
        ];
        let labels = if error_type.is_empty() { &labels[..3] } else { &labels[..] };
        scope.value("mcp_server_operation_duration_seconds_count", labels)
    };
    // Without an error type: all.
    assert_eq!(
        (count(""), count("missing"), count("cancelled")),
        (Some(4.0), Some(1.0), Some(1.0))
    );
    assert_eq!(scope.value("mcp_tool_calls_total", &[]), None);
    scope.assert("mcp_server_session_duration_seconds_count", &[], 1.0);
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// The spans of what `run` does, in the order of their ends.
async fn spans(run: impl AsyncFnOnce(Telemetry)) -> Vec<SpanData> {
    let exporter = InMemorySpanExporter::default();
    let builder = Telemetry::builder("shop").admin(None).span_exporter(exporter.clone());
    let telemetry = builder.build().unwrap();
    run(telemetry.clone()).await;
    telemetry.flush_spans();
    exporter.get_finished_spans().unwrap()
}

fn attribute<'a>(span: &'a SpanData, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == name)?;
    Some(found.value.as_str())
}

#[tokio::test]
async fn a_span_follows_the_conventions_and_continues_the_callers_trace() {
    let _scope = scope();
    let spans = spans(async |_| {
        let session = Session::new();
        let traceparent = format!("00-{TRACE}-{PARENT}-01");
        let call = session.call("look_up").trace(Some(&traceparent), Some("a=1"));
        let sent = call.observe(async {
            look_up("ok").await.unwrap();
            goldsignal::current().tracestate().map(str::to_owned)
        });
        assert_eq!(sent.await.as_deref(), Some("a=1"));
        let call = session.call("look_up").trace(Some(&traceparent), None);
        call.observe(look_up("missing")).await.unwrap_err();
    })
    .await;
    let [inner, good, bad] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!((&*good.name, good.span_kind.clone()), ("tools/call look_up", SpanKind::Server));
    assert_eq!(good.span_context.trace_id(), TraceId::from_hex(TRACE).unwrap());
    assert_eq!(good.parent_span_id, SpanId::from_hex(PARENT).unwrap());
    assert!(good.parent_span_is_remote);
    assert_eq!(inner.parent_span_id, good.span_context.span_id());
    assert_eq!(attribute(good, "mcp.method.name").unwrap(), "tools/call");
    assert_eq!(attribute(good, "gen_ai.tool.name").unwrap(), "look_up");
    assert_eq!(attribute(good, "gen_ai.operation.name").unwrap(), "execute_tool");
    assert_eq!(attribute(good, "error.type"), None);
    assert_eq!(good.status, Status::Unset);
    assert_eq!(attribute(bad, "error.type").unwrap(), "missing");
    assert_eq!(bad.status, Status::error("missing"));
    assert_ne!(bad.span_context.span_id(), good.span_context.span_id());
}

#[tokio::test]
async fn without_a_trace_of_its_own_a_call_belongs_to_the_request_that_transported_it() {
    let scope = scope();
    let spans = spans(async |telemetry| {
        let handle = axum::routing::post(async |request: Request| {
            let session = Session::new();
            let call = session.call("look_up").transported_by(request.extensions());
            // As in a server that has a task for each message.
            tokio::spawn(async move { call.observe(look_up("missing")).await })
                .await
                .unwrap()
                .unwrap_err();
        });
        let app = telemetry.layer().layer(axum::Router::new().route("/mcp", handle));
        let request = Request::post("/mcp").header("x-request-id", "from-the-agent");
        app.oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    })
    .await;
    let [tool, request] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!(tool.parent_span_id, request.span_context.span_id());
    assert_eq!(tool.span_context.trace_id(), request.span_context.trace_id());
    // The fault of the tool is not one of the request.
    let labels = [("status", "200"), ("outcome", "ok")];
    scope.assert("http_requests_total", &labels, 1.0);
    assert_eq!(counted(&scope, "client_error", "missing"), Some(1.0));
}

#[tokio::test]
async fn a_malformed_trace_context_is_ignored() {
    let _scope = scope();
    let spans = spans(async |_| {
        let session = Session::new();
        for (traceparent, tracestate) in [(Some("00-zz"), Some("a=1")), (None, None)] {
            let call = session.call("look_up").trace(traceparent, tracestate);
            call.observe(look_up("ok")).await.unwrap();
        }
    })
    .await;
    let tools: Vec<_> = spans.iter().filter(|span| span.name == "tools/call look_up").collect();
    assert_eq!(tools.len(), 2);
    assert!(tools.iter().all(|span| span.parent_span_id == SpanId::INVALID), "{tools:#?}");
    assert_ne!(tools[0].span_context.trace_id(), tools[1].span_context.trace_id());
}

#[test]
fn a_tool_that_is_not_async_is_observed_too() {
    #[observed(tool = "add.now-1")]
    fn add(a: u32, b: u32) -> u32 {
        a.checked_add(b).unwrap()
    }
    let scope = scope();
    let session = Session::new();
    let run = |b| session.call("add.now-1").observe(async move { add(1, b) }).now_or_never();
    assert_eq!(run(2), Some(3));
    catch_unwind(AssertUnwindSafe(|| run(u32::MAX))).unwrap_err();
    scope.assert("mcp_tool_calls_total", &[("tool", "add.now-1"), ("outcome", "ok")], 1.0);
    scope.assert("mcp_tool_calls_total", &[("tool", "add.now-1"), ("outcome", "panic")], 1.0);
}
