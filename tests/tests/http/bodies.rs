//! The bytes of request and response bodies, and the time until the response head.

use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::routing::post;

use super::*;

const RECEIVED: &str = "http_request_body_bytes";
const SENT: &str = "http_response_body_bytes";

/// Asserts on one endpoint's histogram of sizes.
#[track_caller]
fn sizes(scope: &Scope, name: &str, endpoint: &str, count: f64, sum: f64) {
    let labels = [("endpoint", endpoint)];
    scope.assert(&format!("{name}_count"), &labels, count);
    scope.assert(&format!("{name}_sum"), &labels, sum);
}

fn post_of(path: &str, body: Body) -> Request<Body> {
    Request::builder().method("POST").uri(path).body(body).unwrap()
}

async fn read(app: &Boundary<Router>, request: Request<Body>) {
    let answer = app.clone().oneshot(request).await.unwrap();
    axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
}

fn app() -> Boundary<Router> {
    let app = Router::new()
        .route("/echo", post(async |body: Bytes| body))
        .route("/ignore", post(async || "ignored"))
        .route("/first", post(first))
        .route("/empty", get(async || ()))
        .route("/text", get(async || "text"))
        .route("/whole", get(async || streamed(vec![Ok("ab"), Ok("cde")])))
        .layer(telemetry().layer());
    outermost(app)
}

/// Reads the first frame of the body alone.
async fn first(body: Body) -> String {
    let mut frames = body.into_data_stream();
    let first = futures::StreamExt::next(&mut frames).await.unwrap().unwrap();
    first.len().to_string()
}

#[tokio::test]
async fn what_passed_is_counted() {
    let scope = scope();
    let app = app();
    read(&app, post_of("/echo", Body::from("0123456789"))).await;
    read(&app, post_of("/echo", streamed(vec![Ok("abc"), Ok("de")]))).await;
    read(&app, post_of("/echo", Body::empty())).await;
    sizes(&scope, RECEIVED, "/echo", 3.0, 15.0);
    sizes(&scope, SENT, "/echo", 3.0, 15.0);
    let fields = [("request_bytes", "10"), ("response_bytes", "10")];
    scope.assert_event("POST /echo 200", &fields);

    read(&app, post_of("/ignore", Body::from("never read"))).await;
    sizes(&scope, RECEIVED, "/ignore", 1.0, 0.0);
    read(&app, post_of("/first", streamed(vec![Ok("abc"), Ok("never read")]))).await;
    sizes(&scope, RECEIVED, "/first", 1.0, 3.0);
    balanced(&scope, 5.0);
}

#[tokio::test]
async fn a_head_and_an_empty_body_have_no_bytes() {
    let scope = scope();
    let app = app();
    for (method, path) in [("HEAD", "/text"), ("GET", "/empty"), ("HEAD", "/whole")] {
        whole(&app, method, path).await;
        sizes(&scope, SENT, path, 1.0, 0.0);
        sizes(&scope, RECEIVED, path, 1.0, 0.0);
    }
    let closing = scope.events().into_iter().find(|e| e.message == "GET /empty 200").unwrap();
    assert_eq!(closing.field("response_bytes"), None);
    assert_eq!(closing.field("head_ms"), None);
}

#[tokio::test]
async fn a_body_that_breaks_off_counts_what_was_sent() {
    let scope = scope();
    let broken = get(async || streamed(vec![Ok("abc"), Err("broken")]));
    let app = outermost(Router::new().route("/", broken).layer(telemetry().layer()));
    let body = send(&app, "GET", "/").await.into_body();
    assert!(axum::body::to_bytes(body, 100).await.is_err());
    sizes(&scope, SENT, "/", 1.0, 3.0);
    scope.assert("http_response_head_seconds_count", &[], 1.0);
    let fields = [("outcome", "aborted"), ("error_type", "body_error"), ("response_bytes", "3")];
    scope.assert_event("GET / 200", &fields);
}

#[tokio::test]
async fn a_cancelled_request_counts_what_it_had_read() {
    async fn stuck(body: Bytes) -> String {
        std::future::pending::<()>().await;
        format!("{body:?}")
    }

    let scope = scope();
    let app = outermost(Router::new().route("/", post(stuck)).layer(telemetry().layer()));
    let sent = app.clone().oneshot(post_of("/", Body::from("0123")));
    assert!(tokio::time::timeout(Duration::from_millis(5), sent).await.is_err());
    sizes(&scope, RECEIVED, "/", 1.0, 4.0);
    assert_eq!(scope.value("http_response_body_bytes_count", &[]), None);
    assert_eq!(scope.value("http_response_head_seconds_count", &[]), None);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn a_refused_body_is_not_read_to_its_end() {
    let scope = scope();
    let app = Router::new()
        .route("/echo", post(async |body: Bytes| body))
        .layer(DefaultBodyLimit::max(4))
        .layer(telemetry().layer());
    let app = outermost(app);
    let pieces = std::iter::repeat_n(Ok("abc"), 100).collect();
    read(&app, post_of("/echo", streamed(pieces))).await;
    scope.assert(TOTAL, &[("endpoint", "/echo"), ("status", "413")], 1.0);
    sizes(&scope, RECEIVED, "/echo", 1.0, 6.0);
}

#[tokio::test]
async fn a_request_body_that_outlives_its_request_changes_nothing() {
    let scope = scope();
    let (give, mut take) = tokio::sync::mpsc::channel(1);
    let keep = post(async move |body: Body| {
        give.send(body).await.unwrap();
        "kept"
    });
    let app = outermost(Router::new().route("/", keep).layer(telemetry().layer()));
    read(&app, post_of("/", Body::from("read too late"))).await;
    let kept = take.recv().await.unwrap();
    assert_eq!(axum::body::to_bytes(kept, 100).await.unwrap().len(), 13);
    sizes(&scope, RECEIVED, "/", 1.0, 0.0);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn the_head_is_there_before_the_body() {
    let scope = scope();
    let slow = stream::once(async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        Ok::<_, Infallible>("late")
    });
    let slow = std::sync::Arc::new(std::sync::Mutex::new(Some(slow)));
    let route = get(async move || Body::from_stream(slow.lock().unwrap().take().unwrap()));
    let app = outermost(Router::new().route("/", route).layer(telemetry().layer()));
    whole(&app, "GET", "/").await;
    let head = scope.value("http_response_head_seconds_sum", &[("endpoint", "/")]).unwrap();
    let all = scope.value("http_request_duration_seconds_sum", &[("endpoint", "/")]).unwrap();
    assert!(all - head >= 0.029, "{head} of {all}");
    let events = scope.events();
    let field = |name| events[0].field(name).unwrap().parse::<f64>().unwrap();
    assert!(field("duration_ms") - field("head_ms") >= 29.0);
}
