//! Rows about bodies: empty, large, endless, failing, abandoned.

use std::io;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use futures::{StreamExt, stream};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::expect::{handler, request, stream as streamed};
use crate::handlers::app;
use crate::stage::{Stage, asked};
use crate::{ASKED, Row, row};

const LARGE: usize = 200 << 20;

async fn broken() -> Body {
    Body::from_stream(stream::iter([Ok("part"), Err(io::Error::other("broken"))]))
}

async fn panicking() -> Body {
    let parts = stream::iter(0..2).map(|part| {
        assert_ne!(part, 1, "{ASKED}");
        Ok::<_, io::Error>("part")
    });
    Body::from_stream(parts)
}

async fn large() -> Body {
    let part = Bytes::from(vec![0; 1 << 20]);
    Body::from_stream(stream::iter((0..200).map(move |_| Ok::<_, io::Error>(part.clone()))))
}

async fn events() -> impl IntoResponse {
    let first = stream::iter([Ok::<_, io::Error>(Event::default().data("first"))]);
    Sse::new(first.chain(stream::pending()))
}

async fn grpc() -> impl IntoResponse {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", 14.into());
    let body = http_body_util::Full::new(Bytes::from_static(b"part"));
    let body = body.with_trailers(std::future::ready(Some(Ok(trailers))));
    ([("content-type", "application/grpc")], Body::new(body))
}

fn plain() -> Router {
    let router = Router::new().route("/broken", get(broken)).route("/panicking", get(panicking));
    let router = router.route("/large", get(large)).route("/events", get(events));
    let router = router.route("/grpc", get(grpc));
    router.route("/switch", get(async || StatusCode::SWITCHING_PROTOCOLS))
}

/// Sends, reads `frames` of the body, and leaves.
fn leave(stage: &Stage, path: &str, frames: usize) {
    stage.run(async {
        let Ok(response) = stage.whole(plain()).oneshot(asked("GET", path, Body::empty())).await;
        let mut body = response.into_body();
        for _ in 0..frames {
            body.frame().await.unwrap().unwrap();
        }
    });
}

/// How many bytes the histogram `name` summed up.
fn bytes(stage: &Stage, name: &str) -> Option<f64> {
    stage.scope.value(name, &[])
}

pub(crate) fn rows() -> Vec<Row> {
    let plain_row = |endpoint, status, outcome| request("GET", endpoint, status, outcome);
    vec![
        row(
            "body stream error",
            |s| assert_eq!(s.run(s.send(plain(), "GET", "/broken")), None),
            [plain_row("/broken", 200, "aborted").by("body_error")],
        ),
        row(
            "panic in the body",
            |s| assert_eq!(s.run(s.send(plain(), "GET", "/panicking")), None),
            [plain_row("/panicking", 200, "panic")],
        ),
        row(
            "body abandoned before its first byte",
            |s| leave(s, "/large", 0),
            [plain_row("/large", 200, "aborted")],
        ),
        row(
            "body abandoned in the middle",
            |s| leave(s, "/large", 3),
            [plain_row("/large", 200, "aborted")],
        ),
        row(
            "empty body",
            |s| assert_eq!(s.run(s.send(app(), "GET", "/items/6")), Some(200)),
            [request("GET", "/items/{id}", 200, "ok").of("item"), handler("item", "ok")],
        ),
        row(
            "200 MB response",
            |s| {
                s.run(async {
                    let app = s.whole(plain());
                    let Ok(response) = app.oneshot(asked("GET", "/large", Body::empty())).await;
                    let mut body = response.into_body();
                    while let Some(frame) = body.frame().await {
                        frame.unwrap();
                    }
                });
                assert_eq!(bytes(s, "http_response_body_bytes_sum"), Some(200.0 * 1024.0 * 1024.0));
            },
            [plain_row("/large", 200, "ok")],
        ),
        row(
            "200 MB request",
            |s| {
                let app = app().layer(axum::extract::DefaultBodyLimit::disable());
                let sent = Body::from(vec![0; LARGE]);
                assert_eq!(s.run(s.answer(app, "POST", "/upload", sent)), Some(200));
                assert_eq!(bytes(s, "http_request_body_bytes_sum"), Some(200.0 * 1024.0 * 1024.0));
            },
            [request("POST", "/upload", 200, "ok").of("upload"), handler("upload", "ok")],
        ),
        row(
            "SSE left open, then closed",
            |s| leave(s, "/events", 1),
            [plain_row("/events", 200, "ok").streams(), streamed("/events", "aborted")],
        ),
        row(
            "101, with the service's own protocol",
            |s| leave(s, "/switch", 0),
            [plain_row("/switch", 101, "ok")],
        ),
        row(
            "an error answered as 200: grpc-status in trailers",
            |s| assert_eq!(s.run(s.send(plain(), "GET", "/grpc")), Some(200)),
            [plain_row("/grpc", 200, "server_error").by("unavailable")],
        ),
    ]
}
