//! Which statement about an end counts where there are several, and unusual ends.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::routing::any;
use goldsignal::FaultKind;
use http_body_util::{BodyExt, Full};
use tower_http::timeout::TimeoutLayer;

use super::*;

/// A body of one frame and trailers.
fn with_trailers(status: &'static str) -> Body {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", status.parse().unwrap());
    let end = async { Some(Ok::<_, Infallible>(trailers)) };
    Body::new(Full::new(Bytes::from("x")).with_trailers(end))
}

#[observed(get = "/moved")]
async fn moved() -> Result<String, Moved> {
    Err(Moved)
}

struct Moved;

impl IntoResponse for Moved {
    fn into_response(self) -> Response<Body> {
        axum::response::Redirect::to("/elsewhere").into_response()
    }
}

impl Fault for Moved {
    const KINDS: &'static [FaultKind] = &[FaultKind::new("moved", Some(303))];

    fn error_type(&self) -> &'static str {
        "moved"
    }

    fn status(&self) -> Option<u16> {
        Some(303)
    }
}

#[tokio::test]
async fn the_first_that_knows_is_believed() {
    let scope = scope();
    let fail_late = get(async || {
        let body = stream::once(async {
            goldsignal::current().fail(&Refused::Busy);
            Ok::<_, Infallible>("too late for the status")
        });
        Body::from_stream(body)
    });
    let fails_and_says_so = get(async || {
        goldsignal::current().fail(&Refused::NoSuchItem);
        (StatusCode::BAD_GATEWAY, with_trailers("13"))
    });
    let app = Router::new()
        .route("/late", fail_late)
        .route("/both", fails_and_says_so)
        .route("/trailers", get(async || with_trailers("13")))
        .route("/trailers-ok", get(async || with_trailers("0")))
        .route("/status-and-trailers", get(async || (StatusCode::NOT_FOUND, with_trailers("13"))))
        .route("/timeout", get(async || StatusCode::REQUEST_TIMEOUT))
        .layer(telemetry().layer())
        .merge(routes![moved]);
    let app = outermost(app);
    for (path, status, outcome, error_type) in [
        ("/late", 200, "server_error", Some("busy")),
        ("/both", 502, "client_error", Some("no_such_item")),
        ("/trailers", 200, "server_error", Some("internal")),
        ("/trailers-ok", 200, "ok", None),
        ("/status-and-trailers", 404, "client_error", Some("404")),
        ("/timeout", 408, "server_error", Some("408")),
        ("/moved", 303, "ok", None),
    ] {
        send(&app, "GET", path).await.into_body().collect().await.unwrap();
        let code = status.to_string();
        let labels = [("endpoint", path), ("status", &code), ("outcome", outcome)];
        scope.assert(TOTAL, &labels, 1.0);
        let message = format!("GET {path} {status}");
        let event = scope.events().into_iter().find(|event| event.message == message).unwrap();
        assert_eq!(event.field("error_type"), error_type, "{path}");
    }
    balanced(&scope, 7.0);
}

/// Answers, and panics when it is dropped after that.
struct LeavesInPanic;

impl Future for LeavesInPanic {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(Response::new(Body::from("x"))))
    }
}

impl Drop for LeavesInPanic {
    fn drop(&mut self) {
        panic!("on the way out");
    }
}

#[tokio::test]
async fn a_service_that_panics_after_it_answered_is_a_panic() {
    let scope = scope();
    let service = tower::service_fn(|_: Request<Body>| LeavesInPanic);
    let sent = telemetry().layer().layer(service).oneshot(request("GET", "/any"));
    assert!(futures::FutureExt::catch_unwind(AssertUnwindSafe(sent)).await.is_err());
    scope.assert(TOTAL, &[("endpoint", "_unmatched"), ("outcome", "panic")], 1.0);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn a_timeout_outside_cancels_and_one_inside_answers() {
    let scope = scope();
    let slow = || Router::new().route("/slow", get(std::future::pending::<()>));
    let timeout =
        || TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(5));
    let inside = outermost(slow().layer(telemetry().route_layer()).layer(timeout()));
    assert_eq!(whole(&inside, "GET", "/slow").await, 408);
    let labels = [("endpoint", "/slow"), ("status", "408"), ("outcome", "server_error")];
    scope.assert(TOTAL, &labels, 1.0);
    let outside = slow().layer(telemetry().layer()).layer(timeout());
    assert_eq!(outside.oneshot(request("GET", "/slow")).await.unwrap().status(), 408);
    let labels = [("endpoint", "/slow"), ("status", ""), ("outcome", "cancelled")];
    scope.assert(TOTAL, &labels, 1.0);
    balanced(&scope, 2.0);
}

#[tokio::test]
async fn an_upgrade_ends_the_request() {
    let scope = scope();
    let upgrade = get(async || (StatusCode::SWITCHING_PROTOCOLS, streamed(vec![Ok("a")])));
    let app = outermost(Router::new().route("/socket", upgrade).layer(telemetry().layer()));
    let answer = send(&app, "GET", "/socket").await;
    scope.assert(TOTAL, &[("endpoint", "/socket"), ("status", "101"), ("outcome", "ok")], 1.0);
    scope.assert("http_response_body_bytes_sum", &[], 0.0);
    drop(answer);
    assert_eq!(scope.value("http_streams_in_flight", &[]), None);
    balanced(&scope, 1.0);
}

#[tokio::test]
async fn services_nested_without_a_layer_of_their_own() {
    let scope = scope();
    let plain = Router::new().route("/plain/{id}", get(async || "x"));
    let app = Router::new()
        .nest_service("/plain", plain)
        .nest_service("/mounted", routes![item])
        .layer(telemetry().layer());
    let app = outermost(app);
    for path in ["/plain/plain/1", "/plain/plain/2", "/mounted/items/9"] {
        assert_eq!(whole(&app, "GET", path).await, 200, "{path}");
    }
    // axum does not tell an outer layer which route an inner router matched.
    scope.assert(TOTAL, &[("endpoint", "_unmatched"), ("status", "200")], 2.0);
    scope.assert(TOTAL, &[("endpoint", "/mounted/items/{id}")], 1.0);
    balanced(&scope, 3.0);
}

#[tokio::test]
async fn the_layer_alone_around_plain_routing() {
    let scope = scope();
    let app = Router::new()
        .route("/any/{id}", any(async || "x"))
        .layer(telemetry().layer())
        .fallback(async || StatusCode::NOT_FOUND);
    for (method, path) in [("GET", "/any/1"), ("PATCH", "/any/2"), ("BREW", "/any/3")] {
        let answer = app.clone().oneshot(request(method, path)).await.unwrap();
        axum::body::to_bytes(answer.into_body(), 10).await.unwrap();
    }
    for method in ["GET", "PATCH", "_OTHER"] {
        scope.assert(TOTAL, &[("method", method), ("endpoint", "/any/{id}")], 1.0);
    }
    balanced(&scope, 3.0);
}

#[test]
fn a_runtime_that_is_dropped_cancels_what_it_ran() {
    let scope = scope();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let app = outermost(routes![item]);
        for _ in 0..5 {
            let app = app.clone();
            tokio::spawn(async move { send(&app, "GET", "/items/3").await });
        }
        tokio::task::yield_now().await;
    });
    scope.assert("http_requests_in_flight", &[("endpoint", "/items/{id}")], 5.0);
    drop(runtime);
    scope.assert(TOTAL, &[("endpoint", "/items/{id}"), ("outcome", "cancelled")], 5.0);
    scope.assert("function_calls_in_flight", &[], 0.0);
    balanced(&scope, 5.0);
}

#[observed]
fn farewell() {
    tracing::info!("in a destructor");
}

/// Observes a call, and drops a request that runs, when the thread ends.
struct AtExit(Option<Pin<Box<dyn Future<Output = Response<Body>>>>>);

impl Drop for AtExit {
    fn drop(&mut self) {
        farewell();
        drop(self.0.take());
    }
}

thread_local! {
    static AT_EXIT: RefCell<AtExit> = const { RefCell::new(AtExit(None)) };
}

#[test]
fn destructors_of_thread_locals_are_observed() {
    let scope = scope();
    let app = outermost(routes![item]);
    let handle = scope.handle();
    std::thread::spawn(move || {
        // First, so that it is destroyed last: after what goldsignal itself keeps for the thread.
        AT_EXIT.with(|at_exit| {
            handle.in_scope(|| {
                let mut sent: Pin<Box<dyn Future<Output = _>>> =
                    Box::pin(async move { send(&app, "GET", "/items/3").await });
                let mut cx = Context::from_waker(Waker::noop());
                assert!(sent.as_mut().poll(&mut cx).is_pending());
                at_exit.borrow_mut().0 = Some(sent);
            });
        });
    })
    .join()
    .unwrap();
    scope.assert(TOTAL, &[("endpoint", "/items/{id}"), ("outcome", "cancelled")], 1.0);
    scope.assert("function_calls_in_flight", &[], 0.0);
    balanced(&scope, 1.0);
}

#[test]
fn threads_that_come_and_go_lose_nothing() {
    const THREADS: u32 = 10_000;

    let scope = scope();
    let app = Arc::new(Mutex::new(outermost(routes![item])));
    for _ in 0..THREADS / 8 {
        std::thread::scope(|threads| {
            for _ in 0..8 {
                let (app, handle) = (Arc::clone(&app), scope.handle());
                threads.spawn(move || {
                    let app = app.lock().unwrap().clone();
                    let sent = handle.in_scope(|| {
                        let mut sent = pin!(whole(&app, "GET", "/items/9"));
                        let mut cx = Context::from_waker(Waker::noop());
                        sent.as_mut().poll(&mut cx)
                    });
                    assert_eq!(sent, Poll::Ready(StatusCode::OK));
                });
            }
        });
    }
    scope.assert("function_calls_total", &[("outcome", "ok")], f64::from(THREADS));
    balanced(&scope, f64::from(THREADS));
}
