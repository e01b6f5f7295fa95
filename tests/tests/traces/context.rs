//! W3C trace context: in, through, out.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::get;
use goldsignal::current;
use opentelemetry_sdk::trace::Sampler;

use crate::support::{Traced, request, sampled, traced};

const SAMPLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const UNSAMPLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

/// Answers with the headers that it would send on.
async fn forward() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("tracestate", HeaderValue::from_static("another=trace"));
    current().inject(&mut headers);
    headers
}

async fn through(traced: &Traced, traceparent: &str, tracestate: Option<&str>) -> HeaderMap {
    let app = Router::new().route("/", get(forward));
    let mut request = request("/").header("traceparent", traceparent);
    if let Some(tracestate) = tracestate {
        request = request.header("tracestate", tracestate);
    }
    let response = traced.send(app, request.body(Body::empty()).unwrap()).await;
    response.headers().clone()
}

#[tokio::test]
async fn a_request_goes_on_with_its_callers_trace() {
    let traced = traced();
    let sent = through(&traced, SAMPLED, Some("vendor=a:1,other@x=2")).await;
    let span = traced.span("GET /");
    assert_eq!(span.span_context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(span.parent_span_id.to_string(), "b7ad6b7169203331");
    assert!(span.parent_span_is_remote);
    assert_eq!(span.span_context.trace_state().header(), "vendor=a:1,other@x=2");
    let id = span.span_context.span_id();
    let expected = format!("00-0af7651916cd43dd8448eb211c80319c-{id}-01");
    assert_eq!(sent["traceparent"], expected);
    assert_eq!(sent["tracestate"], "vendor=a:1,other@x=2");
}

#[tokio::test]
async fn a_state_without_a_valid_trace_is_void() {
    let traced = traced();
    let sent = through(&traced, "00-nonsense", Some("vendor=1")).await;
    assert!(!sent.contains_key("tracestate"));
    assert!(sent["traceparent"].to_str().unwrap().ends_with("-01"));
    let sent = through(&traced, SAMPLED, None).await;
    assert!(!sent.contains_key("tracestate"));
}

#[tokio::test]
async fn the_caller_decides_unless_told_otherwise() {
    let based = sampled(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)));
    let sent = through(&based, UNSAMPLED, Some("vendor=1")).await;
    assert!(based.spans().is_empty());
    assert!(sent["traceparent"].to_str().unwrap().ends_with("-00"));
    assert_eq!(sent["tracestate"], "vendor=1");
    through(&based, SAMPLED, None).await;
    assert_eq!(based.spans().len(), 1);

    let never = sampled(Sampler::AlwaysOff);
    let sent = through(&never, SAMPLED, None).await;
    assert!(never.spans().is_empty());
    assert!(sent["traceparent"].to_str().unwrap().ends_with("-00"));

    let always = sampled(Sampler::AlwaysOn);
    through(&always, UNSAMPLED, None).await;
    assert_eq!(always.spans().len(), 1);
}
