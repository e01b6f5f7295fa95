//! Rows whose request is answered, well or badly, or panics.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};

use crate::expect::{handler, request};
use crate::handlers::app;
use crate::stage::{Stage, asked, read};
use crate::{Row, row};

const ITEM: &str = "/items/{id}";

fn get(stage: &Stage, path: &str) -> Option<u16> {
    stage.run(stage.send(app(), "GET", path))
}

pub(crate) fn rows() -> Vec<Row> {
    [good(), bad(), panics(), early()].into_iter().flatten().collect()
}

fn good() -> Vec<Row> {
    let item = |method, status| request(method, ITEM, status, "ok");
    vec![
        row(
            "2xx",
            |s| assert_eq!(get(s, "/items/7"), Some(200)),
            [item("GET", 200).of("item"), handler("item", "ok")],
        ),
        row(
            "HEAD, answered by the GET handler",
            |s| assert_eq!(s.run(s.send(app(), "HEAD", "/items/7")), Some(200)),
            [item("HEAD", 200).of("item"), handler("item", "ok")],
        ),
        row(
            "redirect",
            |s| assert_eq!(get(s, "/moved"), Some(303)),
            [request("GET", "/moved", 303, "ok").of("moved"), handler("moved", "ok")],
        ),
        row(
            "a redirect as Err, by its status",
            |s| assert_eq!(get(s, "/guarded"), Some(307)),
            [request("GET", "/guarded", 307, "ok").of("guarded"), handler("guarded", "ok")],
        ),
        row(
            "a redirect as Err",
            |s| assert_eq!(get(s, "/sent-away"), Some(303)),
            [request("GET", "/sent-away", 303, "ok").of("sent_away"), handler("sent_away", "ok")],
        ),
        row(
            "a response as Err",
            |s| assert_eq!(get(s, "/turned-down"), Some(409)),
            [
                request("GET", "/turned-down", 409, "client_error").of("turned_down").by("409"),
                handler("turned_down", "client_error").by("409"),
            ],
        ),
    ]
}

fn bad() -> Vec<Row> {
    let item = |status, outcome| request("GET", ITEM, status, outcome).of("item");
    vec![
        row(
            "typed 4xx",
            |s| assert_eq!(get(s, "/items/0"), Some(404)),
            [
                item(404, "client_error").by("no_such_item"),
                handler("item", "client_error").by("no_such_item"),
            ],
        ),
        row(
            "typed 5xx",
            |s| assert_eq!(get(s, "/items/1"), Some(503)),
            [item(503, "server_error").by("busy"), handler("item", "server_error").by("busy")],
        ),
        row(
            "untyped error",
            |s| assert_eq!(get(s, "/untyped"), Some(500)),
            [
                request("GET", "/untyped", 500, "server_error").of("untyped").by("500"),
                handler("untyped", "server_error").by("500"),
            ],
        ),
        row(
            "extractor rejection",
            |s| assert_eq!(get(s, "/items/x"), Some(400)),
            [item(400, "client_error").by("400")],
        ),
        row(
            "404",
            |s| assert_eq!(get(s, "/nowhere/7"), Some(404)),
            [request("GET", "_unmatched", 404, "client_error").by("404")],
        ),
        row(
            "405",
            |s| assert_eq!(s.run(s.send(app(), "PUT", "/items/7")), Some(405)),
            [request("PUT", ITEM, 405, "client_error").by("405")],
        ),
        row(
            "unknown method",
            |s| assert_eq!(s.run(s.send(app(), "BREW", "/items/7")), Some(405)),
            [request("_OTHER", ITEM, 405, "client_error").by("405")],
        ),
        row(
            "an error answered as 200, reported on the observation",
            |s| assert_eq!(get(s, "/reported"), Some(200)),
            [
                request("GET", "/reported", 200, "server_error").of("reported").by("busy"),
                handler("reported", "server_error").by("busy"),
            ],
        ),
    ]
}

fn panics() -> Vec<Row> {
    let item = || [request("GET", ITEM, 0, "panic").of("item"), handler("item", "panic")];
    vec![
        row(
            "handler panic, before its first await",
            |s| assert_eq!(get(s, "/items/2"), None),
            item(),
        ),
        row("handler panic, after an await", |s| assert_eq!(get(s, "/items/3"), None), item()),
        row(
            "panic while building the response",
            |s| assert_eq!(get(s, "/unbuildable"), None),
            [
                request("GET", "/unbuildable", 0, "panic").of("unbuildable"),
                handler("unbuildable", "ok"),
            ],
        ),
        row(
            "handler panic that an inner layer answers",
            |s| {
                let app = app().layer(tower_http::catch_panic::CatchPanicLayer::new());
                assert_eq!(s.run(s.send(app, "GET", "/items/2")), Some(500));
            },
            [
                request("GET", ITEM, 500, "server_error").of("item").by("500"),
                handler("item", "panic"),
            ],
        ),
    ]
}

/// Answers without asking further.
async fn refuses(request: Request, _: Next) -> Response {
    let status = request.headers()["x-refuse"].to_str().unwrap().parse::<u16>().unwrap();
    StatusCode::from_u16(status).unwrap().into_response()
}

fn refused(stage: &Stage, status: u16, outside: bool) {
    let mut request = asked("GET", "/items/7", Body::empty());
    request.headers_mut().insert("x-refuse", status.into());
    let answer = if outside {
        let app = axum::Router::new().fallback_service(stage.whole(app())).layer(from_fn(refuses));
        stage.run(read(tower::ServiceExt::oneshot(app, request)))
    } else {
        let app = stage.whole(axum::Router::new().fallback_service(app()).layer(from_fn(refuses)));
        stage.run(read(tower::ServiceExt::oneshot(app, request)))
    };
    assert_eq!(answer, Some(status));
}

fn early() -> Vec<Row> {
    let refusal =
        |status, error_type| [request("GET", "_unmatched", status, "client_error").by(error_type)];
    vec![
        row("inner middleware answers 401", |s| refused(s, 401, false), refusal(401, "401")),
        row("inner middleware answers 413", |s| refused(s, 413, false), refusal(413, "413")),
        row("inner middleware answers 429", |s| refused(s, 429, false), refusal(429, "429")),
        row("outer middleware answers 401", |s| refused(s, 401, true), []),
        row("outer middleware answers 413", |s| refused(s, 413, true), []),
        row("outer middleware answers 429", |s| refused(s, 429, true), []),
    ]
}
