//! A span ends once, when its observation ends: with the body, or when it is cut short.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use futures::{FutureExt, StreamExt, stream};
use goldsignal::{observed, routes};
use opentelemetry::trace::Status;

use crate::support::{attribute, request, traced};

#[observed(name = "panics", get = "/panics")]
async fn panics() -> &'static str {
    tokio::task::yield_now().await;
    panic!("out")
}

#[observed(name = "hangs", get = "/hangs")]
async fn hangs() -> &'static str {
    std::future::pending().await
}

async fn streams() -> Body {
    let parts = stream::iter(0..3).then(|part| async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if part == 2 { Err(std::io::Error::other("broken")) } else { Ok("part") }
    });
    Body::from_stream(parts)
}

fn app() -> Router {
    routes![panics, hangs].route("/streams", get(streams))
}

fn asked(path: &str) -> Request<Body> {
    request(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_panic_is_an_error_of_both() {
    let traced = traced();
    let sent = AssertUnwindSafe(traced.send(app(), asked("/panics"))).catch_unwind().await;
    assert!(sent.is_err());
    for name in ["GET /panics", "panics"] {
        let span = traced.span(name);
        assert_eq!(span.status, Status::error("panic"), "{name}");
        assert_eq!(attribute(&span, "error.type").unwrap(), "panic");
        assert_eq!(attribute(&span, "goldsignal.outcome").unwrap(), "panic");
    }
    assert_eq!(traced.spans().len(), 2);
}

#[tokio::test]
async fn what_is_cancelled_is_no_error() {
    let traced = traced();
    let sent = traced.send(app(), asked("/hangs"));
    assert!(tokio::time::timeout(Duration::from_millis(20), sent).await.is_err());
    for name in ["GET /hangs", "hangs"] {
        let span = traced.span(name);
        assert_eq!(span.status, Status::Unset, "{name}");
        assert_eq!(attribute(&span, "goldsignal.outcome").unwrap(), "cancelled");
    }
    assert_eq!(traced.spans().len(), 2);
}

#[tokio::test]
async fn a_request_ends_with_its_body() {
    let traced = traced();
    let response = traced.send(app(), asked("/streams")).await;
    assert!(traced.spans().is_empty());
    let mut body = response.into_body().into_data_stream();
    assert!(body.next().await.unwrap().is_ok());
    assert!(body.next().await.unwrap().is_ok());
    assert!(traced.spans().is_empty());
    assert!(body.next().await.unwrap().is_err());
    let span = traced.span("GET /streams");
    assert_eq!(attribute(&span, "goldsignal.outcome").unwrap(), "aborted");
    assert_eq!(attribute(&span, "http.response.status_code").unwrap(), "200");
    let lasted = span.end_time.duration_since(span.start_time).unwrap();
    assert!(lasted >= Duration::from_millis(60), "{lasted:?}");
}

#[tokio::test]
async fn a_body_that_nobody_reads_ends_it_too() {
    let traced = traced();
    drop(traced.send(app(), asked("/streams")).await);
    let span = traced.span("GET /streams");
    assert_eq!(attribute(&span, "goldsignal.outcome").unwrap(), "aborted");
    assert_eq!(traced.spans().len(), 1);
}
