//! The boundary around axum: every request is counted once, however it ends.

mod bodies;
mod bounds;
mod ends;
mod ids;
mod inflight;
mod mounted;
mod naming;
mod prefix;
mod problem;
mod slow_polls;
mod spawned;
mod streams;
mod trace_ids;

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use futures::stream;
use goldsignal::axum::{Boundary, Created};
use goldsignal::testing::{Scope, scope};
use goldsignal::{Blame, Fault, FaultTag, Telemetry, observed, routes};
use goldsignal_tests::items::{self, Refused};
use tower::{Layer, ServiceExt};

const TOTAL: &str = "http_requests_total";

fn telemetry() -> Telemetry {
    Telemetry::builder("test").build().unwrap()
}

fn outermost(app: Router) -> Boundary<Router> {
    telemetry().layer().layer(app)
}

fn request(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

async fn send(app: &Boundary<Router>, method: &str, path: &str) -> Response<Body> {
    app.clone().oneshot(request(method, path)).await.unwrap()
}

/// Sends, and reads the whole body.
async fn whole(app: &Boundary<Router>, method: &str, path: &str) -> StatusCode {
    let response = send(app, method, path).await;
    let status = response.status();
    axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    status
}

/// Everything that began has ended, and there were as many ends as requests.
fn balanced(scope: &Scope, requests: f64) {
    scope.assert("http_requests_in_flight", &[], 0.0);
    scope.assert(TOTAL, &[], requests);
}

#[observed(get = "/items/{id}", fields(id))]
async fn item(Path(id): Path<u32>) -> Result<String, Refused> {
    items::find(id).await
}

#[observed(post = "/items")]
async fn create() -> Created<Json<u32>> {
    Created(Json(1))
}

#[tokio::test]
async fn good_and_bad_ends() {
    let scope = scope();
    let app = outermost(routes![item, create]);
    for (method, path, status, endpoint, outcome) in [
        ("GET", "/items/9", 200, "/items/{id}", "ok"),
        ("HEAD", "/items/9", 200, "/items/{id}", "ok"),
        ("POST", "/items", 201, "/items", "ok"),
        ("GET", "/items/0", 404, "/items/{id}", "client_error"),
        ("GET", "/items/1", 503, "/items/{id}", "server_error"),
        ("GET", "/items/x", 400, "/items/{id}", "client_error"),
        ("PUT", "/items/9", 405, "/items/{id}", "client_error"),
        ("GET", "/none", 404, "_unmatched", "client_error"),
        ("BREW", "/items", 405, "/items", "client_error"),
    ] {
        assert_eq!(whole(&app, method, path).await, status, "{method} {path}");
        let method = if method == "BREW" { "_OTHER" } else { method };
        let status = status.to_string();
        let labels = [("method", method), ("endpoint", endpoint), ("status", &status)];
        scope.assert(TOTAL, &labels, 1.0);
        scope.assert(TOTAL, &[labels[0], labels[1], labels[2], ("outcome", outcome)], 1.0);
    }
    balanced(&scope, 9.0);
    scope.assert("http_request_duration_seconds_count", &[], 9.0);
    scope.assert_event("GET /items/{id} 404", &[("error_type", "no_such_item"), ("id", "0")]);
}

#[tokio::test]
async fn expected_statuses_stand_at_zero_before_the_first_request() {
    let scope = scope();
    let _app = outermost(routes![item, create]);
    for (endpoint, statuses) in [("/items/{id}", [200, 404, 503, 500]), ("/items", [201; 4])] {
        for status in statuses {
            let status = status.to_string();
            scope.assert(TOTAL, &[("endpoint", endpoint), ("status", &status)], 0.0);
        }
    }
}

#[tokio::test]
async fn a_panic_is_counted() {
    let scope = scope();
    let app = outermost(routes![item]);
    let sent = AssertUnwindSafe(send(&app, "GET", "/items/2"));
    assert!(futures::FutureExt::catch_unwind(sent).await.is_err());
    let labels = [("endpoint", "/items/{id}"), ("status", ""), ("outcome", "panic")];
    scope.assert(TOTAL, &labels, 1.0);
    scope.assert("function_calls_total", &[("outcome", "panic")], 1.0);
    scope.assert("function_calls_in_flight", &[], 0.0);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn a_cancelled_request_is_counted_and_has_no_latency() {
    let scope = scope();
    let app = outermost(routes![item]);
    {
        let mut sent = pin!(send(&app, "GET", "/items/3"));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(sent.as_mut().poll(&mut cx), Poll::Pending));
        scope.assert("http_requests_in_flight", &[("endpoint", "/items/{id}")], 1.0);
        scope.assert("function_calls_in_flight", &[], 1.0);
    }
    scope.assert(TOTAL, &[("endpoint", "/items/{id}"), ("outcome", "cancelled")], 1.0);
    scope.assert("function_calls_total", &[("outcome", "cancelled")], 1.0);
    assert_eq!(scope.value("http_request_duration_seconds_count", &[]), None);
    assert_eq!(scope.value("function_duration_seconds_count", &[]), None);
    balanced(&scope, 1.0);
}

fn streamed(pieces: Vec<Result<&'static str, &'static str>>) -> Body {
    Body::from_stream(stream::iter(pieces))
}

#[tokio::test]
async fn the_body_is_a_part_of_the_request() {
    let scope = scope();
    let app = Router::new()
        .route("/whole", get(async || streamed(vec![Ok("a"), Ok("b")])))
        .route("/broken", get(async || streamed(vec![Ok("a"), Err("broken")])))
        .layer(telemetry().layer());
    let app = outermost(app);
    assert_eq!(whole(&app, "GET", "/whole").await, 200);
    scope.assert(TOTAL, &[("endpoint", "/whole"), ("outcome", "ok")], 1.0);

    let broken = send(&app, "GET", "/broken").await.into_body();
    assert!(axum::body::to_bytes(broken, 100).await.is_err());
    let unread = send(&app, "GET", "/whole").await;
    scope.assert("http_requests_in_flight", &[("endpoint", "/whole")], 1.0);
    drop(unread);
    for endpoint in ["/broken", "/whole"] {
        let labels = [("endpoint", endpoint), ("status", "200"), ("outcome", "aborted")];
        scope.assert(TOTAL, &labels, 1.0);
    }
    scope.assert("http_request_duration_seconds_count", &[], 1.0);
    balanced(&scope, 3.0);
}

#[tokio::test]
async fn a_layer_inside_and_one_outside_count_once() {
    let scope = scope();
    let early =
        axum::middleware::from_fn(async |request: Request<Body>, next: axum::middleware::Next| {
            if request.uri().path() == "/closed" {
                return StatusCode::TOO_MANY_REQUESTS.into_response();
            }
            next.run(request).await
        });
    let inner =
        Router::new().route("/deep/{id}", get(async || "x")).layer(telemetry().route_layer());
    let app = Router::new()
        .nest_service("/nested", inner)
        .route("/closed", get(async || "never"))
        .route("/open", get(async || "x"))
        .layer(telemetry().layer())
        .layer(early);
    let app = outermost(app);
    for (path, status) in [("/open", 200), ("/closed", 429), ("/nested/deep/1", 200), ("/no", 404)]
    {
        assert_eq!(whole(&app, "GET", path).await, status, "{path}");
    }
    scope.assert(TOTAL, &[("endpoint", "/open")], 1.0);
    scope.assert(TOTAL, &[("endpoint", "/nested/deep/{id}"), ("status", "200")], 1.0);
    // The middleware answered before anything was matched.
    scope.assert(TOTAL, &[("endpoint", "_unmatched"), ("status", "429")], 1.0);
    scope.assert(TOTAL, &[("endpoint", "_unmatched"), ("status", "404")], 1.0);
    balanced(&scope, 4.0);
}

#[tokio::test]
async fn nested_routes_have_their_whole_path() {
    let scope = scope();
    let app = outermost(Router::new().nest("/v1", routes![item]));
    assert_eq!(whole(&app, "GET", "/v1/items/9").await, 200);
    scope.assert(TOTAL, &[("endpoint", "/v1/items/{id}"), ("status", "200")], 1.0);
}

#[tokio::test]
async fn faults_that_the_status_does_not_tell() {
    async fn reported() -> &'static str {
        goldsignal::current().fail(&Refused::Busy);
        "an error, answered as 200"
    }
    async fn tagged() -> impl IntoResponse {
        let mut response = StatusCode::BAD_GATEWAY.into_response();
        response.extensions_mut().insert(FaultTag::new("upstream", Blame::Server));
        response
    }
    async fn grpc() -> impl IntoResponse {
        [("grpc-status", "5")]
    }

    let scope = scope();
    let app = Router::new()
        .route("/reported", get(reported))
        .route("/tagged", get(tagged))
        .route("/grpc", get(grpc))
        .layer(telemetry().layer());
    let app = outermost(app);
    for path in ["/reported", "/tagged", "/grpc"] {
        whole(&app, "GET", path).await;
    }
    for (endpoint, status, outcome) in [
        ("/reported", "200", "server_error"),
        ("/tagged", "502", "server_error"),
        ("/grpc", "200", "client_error"),
    ] {
        let labels = [("endpoint", endpoint), ("status", status), ("outcome", outcome)];
        scope.assert(TOTAL, &labels, 1.0);
    }
    scope.assert_event("GET /reported 200", &[("error_type", "busy")]);
    scope.assert_event("GET /tagged 502", &[("error_type", "upstream")]);
    scope.assert_event("GET /grpc 200", &[("error_type", "not_found")]);
}

#[tokio::test]
async fn ids_are_taken_over_when_they_are_sane() {
    let scope = scope();
    let app = outermost(routes![item]);
    let mut sane = request("GET", "/items/9");
    sane.headers_mut().insert("x-request-id", "abc-1".parse().unwrap());
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    sane.headers_mut().insert("traceparent", traceparent.parse().unwrap());
    let answer = app.clone().oneshot(sane).await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "abc-1");
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    let mut forged = request("GET", "/items/9");
    forged.headers_mut().insert("x-request-id", "a b".parse().unwrap());
    let answer = app.clone().oneshot(forged).await.unwrap();
    assert_eq!(answer.headers()["x-request-id"].len(), 32);
    assert_eq!(scope.events()[0].request_id.as_deref(), Some("abc-1"));
    scope.assert_event("GET /items/{id} 200", &[("id", "9")]);
}

#[tokio::test]
async fn work_that_a_request_spawns_stays_a_part_of_it() {
    async fn spawning() -> &'static str {
        let work = async { tracing::info!("spawned work") };
        tokio::spawn(goldsignal::current().instrument(work)).await.unwrap();
        let current = goldsignal::current();
        tokio::task::spawn_blocking(move || current.in_scope(|| tracing::info!("blocking work")))
            .await
            .unwrap();
        "done"
    }

    let scope = scope();
    let app = Router::new().route("/", get(spawning)).layer(telemetry().layer());
    let app = outermost(app);
    whole(&app, "GET", "/").await;
    let events = scope.events();
    assert_eq!(events.len(), 3, "{events:#?}");
    assert!(events.iter().all(|event| event.request_id == events[2].request_id));
    assert!(events[2].request_id.is_some());
}

#[test]
#[should_panic(expected = "`GET /twice` is stated twice")]
fn two_operations_of_one_route_are_told_with_both_lines() {
    #[observed(get = "/twice")]
    async fn first() {}
    #[observed(get = "/twice")]
    async fn second() {}

    let _: Router = routes![first, second];
}

#[tokio::test]
async fn a_service_of_another_kind_can_be_wrapped() {
    let scope = scope();
    // No `async` closure: rustc 1.95 compiles this file incrementally only without one here (unstable fingerprints).
    let service = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Body::from(Bytes::from_static(b"x"))))
    });
    let service = telemetry().layer().layer(service);
    let answer = service.oneshot(request("GET", "/any")).await.unwrap();
    axum::body::to_bytes(answer.into_body(), 10).await.unwrap();
    scope.assert(TOTAL, &[("endpoint", "_unmatched"), ("status", "200")], 1.0);
}

/// An application that brings its own way to serve: connect info, and paths made normal before routing.
#[tokio::test]
async fn the_layer_fits_a_serve_loop_of_ones_own() {
    use axum::ServiceExt;
    use axum::extract::ConnectInfo;
    use std::net::SocketAddr;
    use tower_http::normalize_path::NormalizePathLayer;

    let scope = scope();
    let who = get(async |ConnectInfo(who): ConnectInfo<SocketAddr>| who.ip().to_string());
    let app = Router::new().route("/who", who).layer(telemetry().route_layer());
    let app = NormalizePathLayer::trim_trailing_slash().layer(app);
    let app = telemetry().layer().layer(app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = ServiceExt::<axum::extract::Request>::into_make_service_with_connect_info::<SocketAddr>(
        app,
    );
    tokio::spawn(async move { axum::serve(listener, app).await });
    let answer = reqwest::get(format!("http://{address}/who/")).await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "127.0.0.1");
    scope.assert(TOTAL, &[("endpoint", "/who"), ("status", "200")], 1.0);
    balanced(&scope, 1.0);
}
