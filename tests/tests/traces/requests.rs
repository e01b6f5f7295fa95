//! The span of a request: its name, its attributes, its status.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, StatusCode};
use goldsignal::telemetry::KeepTraces;
use goldsignal::{observed, routes};
use goldsignal_tests::items::{self, Refused};
use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry_sdk::trace::Sampler;

use crate::support::{Traced, attribute, built, request, traced};

#[observed(name = "item", get = "/items/{id}", fields(id, key = redacted(id)))]
async fn item(Path(id): Path<u32>) -> Result<String, Refused> {
    items::find(id).await
}

async fn failing() -> StatusCode {
    StatusCode::BAD_GATEWAY
}

fn app() -> Router {
    routes![item].route("/failing", axum::routing::get(failing))
}

#[tokio::test]
async fn a_request_has_the_attributes_of_the_conventions() {
    let traced = traced();
    let request = request("http://shop.example:8080/items/7?q=secret")
        .header("user-agent", "a".repeat(400))
        .header("x-request-id", "abc")
        .body(Body::empty());
    let response = traced.send(app(), request.unwrap()).await;
    axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let span = traced.span("GET /items/{id}");
    assert_eq!(span.span_kind, SpanKind::Server);
    assert_eq!(span.parent_span_id, SpanId::INVALID);
    assert_eq!(span.status, Status::Unset);
    for (name, value) in [
        ("http.request.method", "GET"),
        ("url.path", "/items/7"),
        ("url.scheme", "http"),
        ("http.route", "/items/{id}"),
        ("http.response.status_code", "200"),
        ("server.address", "shop.example"),
        ("server.port", "8080"),
        ("network.protocol.version", "1.1"),
        ("goldsignal.request_id", "abc"),
        ("http.response.body.size", "1"),
        ("goldsignal.outcome", "ok"),
        ("id", "7"),
        ("key", "[redacted]"),
    ] {
        assert_eq!(attribute(&span, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(attribute(&span, "user_agent.original").unwrap().len(), 256);
    assert_eq!(attribute(&span, "http.request.method_original"), None);
    assert_eq!(attribute(&span, "error.type"), None);
    assert!(span.end_time >= span.start_time);
}

#[tokio::test]
async fn a_response_names_its_span_if_the_service_wants_it() {
    async fn own() -> [(&'static str, &'static str); 1] {
        [("server-timing", "db;dur=1")]
    }
    async fn timings(traced: &Traced, path: &str) -> Vec<String> {
        let app = routes![item].route("/own", axum::routing::get(own));
        let response = traced.send(app, request(path).body(Body::empty()).unwrap()).await;
        let (head, body) = response.into_parts();
        axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let all = head.headers.get_all("server-timing").iter();
        all.map(|value| value.to_str().unwrap().to_owned()).collect()
    }
    let announcing = built(|builder| builder.sampler(Sampler::AlwaysOn).server_timing(true));
    let header = timings(&announcing, "/items/7").await;
    let span = announcing.span("GET /items/{id}").span_context;
    let expected = format!("00-{}-{}-01", span.trace_id(), span.span_id());
    assert_eq!(header, [format!("traceparent;desc=\"{expected}\"")]);
    // The service's own members stay.
    assert_eq!(timings(&announcing, "/own").await.len(), 2);
    drop(announcing);

    // Nobody is told by default, nor where no span is recorded.
    assert_eq!(timings(&traced(), "/items/7").await, [""; 0]);
    let refusing = built(|builder| {
        let builder = builder.sampler(Sampler::AlwaysOff).server_timing(true);
        builder.keep_traces(KeepTraces::Ratio)
    });
    assert_eq!(timings(&refusing, "/items/7").await, [""; 0]);
}

#[tokio::test]
async fn an_unmatched_request_is_named_by_its_method_alone() {
    let traced = traced();
    traced.get(app(), "/nowhere/7").await;
    let span = traced.span("GET");
    assert_eq!(attribute(&span, "http.route"), None);
    assert_eq!(attribute(&span, "url.path").unwrap(), "/nowhere/7");
    assert_eq!(attribute(&span, "http.response.status_code").unwrap(), "404");
    assert_eq!(span.status, Status::Unset);

    let purge = Request::builder().method("PURGE").uri("/x").body(Body::empty()).unwrap();
    traced.send(app(), purge).await;
    let span = traced.span("HTTP");
    assert_eq!(attribute(&span, "http.request.method").unwrap(), "_OTHER");
    assert_eq!(attribute(&span, "http.request.method_original").unwrap(), "PURGE");
}

#[tokio::test]
async fn the_server_has_failed_only_when_it_has() {
    let traced = traced();
    let name = "GET /items/{id}";
    traced.get(app(), "/items/0").await;
    let span = traced.span(name);
    assert_eq!(span.status, Status::Unset);
    assert_eq!(attribute(&span, "goldsignal.outcome").unwrap(), "client_error");
    assert_eq!(attribute(&span, "error.type").unwrap(), "no_such_item");

    let traced = self::traced();
    traced.get(app(), "/items/1").await;
    let span = traced.span(name);
    assert_eq!(span.status, Status::error(""));
    assert_eq!(attribute(&span, "http.response.status_code").unwrap(), "503");
    assert_eq!(attribute(&span, "error.type").unwrap(), "busy");

    traced.get(app(), "/failing").await;
    let span = traced.span("GET /failing");
    assert_eq!(span.status, Status::error(""));
    assert_eq!(attribute(&span, "error.type").unwrap(), "502");
}

#[tokio::test]
async fn a_handler_is_a_child_with_its_own_end() {
    let traced = traced();
    traced.get(app(), "/items/1").await;
    let (request, handler) = (traced.span("GET /items/{id}"), traced.span("item"));
    crate::support::assert_child(&handler, &request);
    assert_eq!(handler.span_kind, SpanKind::Internal);
    assert_eq!(handler.status, Status::error("busy"));
    assert_eq!(attribute(&handler, "code.function.name").unwrap(), "item");
    assert_eq!(attribute(&handler, "id").unwrap(), "1");
    assert_eq!(attribute(&handler, "key").unwrap(), "[redacted]");
}

#[tokio::test]
async fn its_ids_are_those_of_the_log() {
    let traced = traced();
    let (log, read) = crate::support::log();
    let _default = tracing::subscriber::set_default(log);
    traced.get(app(), "/items/7").await;
    let span = traced.span("GET /items/{id}").span_context;
    let line = read();
    assert!(line.contains(&format!("\"trace_id\":\"{}\"", span.trace_id())), "{line}");
    assert!(line.contains(&format!("\"span_id\":\"{}\"", span.span_id())), "{line}");
}
