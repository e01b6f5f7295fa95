//! Rows about errors that do not implement `Fault`. The response that they become classifies both
//! the call and the request, with and without `#[observed]` on the handler, wherever that is
//! mounted.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Json};
use futures::FutureExt;
use goldsignal::{Blame, FaultTag, observed, routes};
use tower::ServiceExt;

use crate::expect::{End, call, handler, request};
use crate::handlers::MATRIX;
use crate::stage::{Stage, asked};
use crate::{Row, row};

/// An error of an application in the manner of axum's examples: opaque, with a response of its own.
pub(crate) struct AppError(anyhow::Error);

impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self.0.to_string().as_str() {
            "moved" => Redirect::to("/elsewhere").into_response(),
            "shrugged off" => StatusCode::OK.into_response(),
            "missing" => StatusCode::NOT_FOUND.into_response(),
            "upstream" => {
                let tag = FaultTag::new("upstream_down", Blame::Server);
                (StatusCode::BAD_GATEWAY, Extension(tag)).into_response()
            }
            "declined" => {
                let tag = FaultTag::new("card_declined", Blame::Client);
                (StatusCode::PAYMENT_REQUIRED, Extension(tag)).into_response()
            }
            "no such key" => tonic::Status::not_found("no such key").into_http::<Body>(),
            "down" => tonic::Status::unavailable("down").into_http::<Body>(),
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

fn fails(how: &str) -> anyhow::Result<String> {
    Err(anyhow::Error::msg(how.to_owned()))
}

#[observed(name = "says", get = "/says/{how}", slo = MATRIX)]
async fn says(Path(how): Path<String>) -> Result<String, AppError> {
    tokio::task::yield_now().await;
    Ok(fails(&how)?)
}

/// The same without the attribute.
async fn says_unobserved(Path(how): Path<String>) -> Result<String, AppError> {
    Ok(fails(&how)?)
}

#[observed(name = "json", get = "/json/{how}", slo = MATRIX)]
async fn json(Path(how): Path<String>) -> Result<Json<String>, AppError> {
    Ok(Json(fails(&how)?))
}

/// A value that says itself how it ended, beside an error that does not.
#[observed(name = "ended", get = "/ended/{how}", slo = MATRIX)]
async fn ended(Path(how): Path<String>) -> Result<StatusCode, AppError> {
    fails(&how)?;
    Ok(StatusCode::OK)
}

#[observed(name = "axums", get = "/axums", slo = MATRIX)]
async fn axums() -> axum::response::Result<String> {
    Err(StatusCode::CONFLICT)?
}

#[observed(name = "threefold", get = "/threefold", slo = MATRIX)]
async fn threefold() -> Result<String, (StatusCode, HeaderMap, Json<u32>)> {
    Err((StatusCode::UNPROCESSABLE_ENTITY, HeaderMap::new(), Json(7)))
}

#[observed(name = "named", get = "/named", slo = MATRIX)]
async fn named() -> Result<String, (StatusCode, Extension<FaultTag>, &'static str)> {
    let tag = FaultTag::new("quota_spent", Blame::Client);
    Err((StatusCode::TOO_MANY_REQUESTS, Extension(tag), "later"))
}

#[observed(name = "named_value", get = "/named-value", slo = MATRIX)]
async fn named_value() -> (StatusCode, Extension<FaultTag>, &'static str) {
    let tag = FaultTag::new("quota_spent", Blame::Client);
    (StatusCode::TOO_MANY_REQUESTS, Extension(tag), "later")
}

/// A function whose error looks like a handler's.
#[observed(name = "load", slo = MATRIX)]
async fn load(how: &str) -> Result<String, AppError> {
    tokio::task::yield_now().await;
    Ok(fails(how)?)
}

#[observed(name = "recovers", get = "/recovers", slo = MATRIX)]
async fn recovers() -> Result<String, AppError> {
    Ok(load("upstream").await.unwrap_or_default())
}

async fn recovers_unobserved() -> Result<String, AppError> {
    Ok(load("upstream").await.unwrap_or_default())
}

/// Deals with the first error, and answers with the second.
async fn fails_later() -> Result<String, AppError> {
    drop(load("upstream").await);
    load("missing").await
}

fn app() -> Router {
    routes![says, json, ended, axums, threefold, named, named_value, recovers]
        .route("/by-hand/{how}", get(says))
        .route("/plain/{how}", get(says_unobserved))
        .route("/recovers-unobserved", get(recovers_unobserved))
        .route("/fails-later", get(fails_later))
}

fn send(stage: &Stage, path: &str) -> Option<u16> {
    stage.run(stage.send(app(), "GET", path))
}

pub(crate) fn rows() -> Vec<Row> {
    [claimed(), by_hand(), others()].into_iter().flatten().collect()
}

fn says_so(status: u16, outcome: &'static str, error_type: &'static str) -> [End; 2] {
    [
        request("GET", "/says/{how}", status, outcome).of("says").by(error_type),
        handler("says", outcome).by(error_type),
    ]
}

fn claimed() -> Vec<Row> {
    vec![
        row(
            "an opaque error that becomes a 404",
            |s| assert_eq!(send(s, "/says/missing"), Some(404)),
            says_so(404, "client_error", "404"),
        ),
        row(
            "an opaque error that becomes a 500",
            |s| assert_eq!(send(s, "/says/other"), Some(500)),
            says_so(500, "server_error", "500"),
        ),
        row(
            "an opaque error that becomes a redirect",
            |s| assert_eq!(send(s, "/says/moved"), Some(303)),
            says_so(303, "ok", ""),
        ),
        row(
            "an opaque error that becomes a 200",
            |s| assert_eq!(send(s, "/says/shrugged%20off"), Some(200)),
            says_so(200, "ok", ""),
        ),
        row(
            "an opaque error whose response has a fault of the server",
            |s| assert_eq!(send(s, "/says/upstream"), Some(502)),
            says_so(502, "server_error", "upstream_down"),
        ),
        row(
            "an opaque error whose response has a fault of the client",
            |s| assert_eq!(send(s, "/says/declined"), Some(402)),
            says_so(402, "client_error", "card_declined"),
        ),
        row(
            "an opaque error that becomes a gRPC status of the client",
            |s| assert_eq!(send(s, "/says/no%20such%20key"), Some(200)),
            says_so(200, "client_error", "not_found"),
        ),
        row(
            "an opaque error that becomes a gRPC status of the server",
            |s| assert_eq!(send(s, "/says/down"), Some(200)),
            says_so(200, "server_error", "unavailable"),
        ),
        row(
            "an opaque error beside a value that is JSON",
            |s| assert_eq!(send(s, "/json/missing"), Some(404)),
            [
                request("GET", "/json/{how}", 404, "client_error").of("json").by("404"),
                handler("json", "client_error").by("404"),
            ],
        ),
        row(
            "an opaque error beside a value that is a status",
            |s| assert_eq!(send(s, "/ended/missing"), Some(404)),
            [
                request("GET", "/ended/{how}", 404, "client_error").of("ended").by("404"),
                handler("ended", "client_error").by("404"),
            ],
        ),
        row(
            "an error of axum's own type",
            |s| assert_eq!(send(s, "/axums"), Some(409)),
            [
                request("GET", "/axums", 409, "client_error").of("axums").by("409"),
                handler("axums", "client_error").by("409"),
            ],
        ),
        row(
            "a tuple of three as Err",
            |s| assert_eq!(send(s, "/threefold"), Some(422)),
            [
                request("GET", "/threefold", 422, "client_error").of("threefold").by("422"),
                handler("threefold", "client_error").by("422"),
            ],
        ),
        row(
            "a tuple as Err, whose response has a fault",
            |s| assert_eq!(send(s, "/named"), Some(429)),
            [
                request("GET", "/named", 429, "client_error").of("named").by("quota_spent"),
                handler("named", "client_error").by("quota_spent"),
            ],
        ),
        row(
            "a tuple as value, whose response has a fault",
            |s| assert_eq!(send(s, "/named-value"), Some(429)),
            [
                request("GET", "/named-value", 429, "client_error")
                    .of("named_value")
                    .by("quota_spent"),
                handler("named_value", "client_error").by("quota_spent"),
            ],
        ),
    ]
}

fn by_hand() -> Vec<Row> {
    let ends = |status, outcome, error_type| {
        [
            request("GET", "/by-hand/{how}", status, outcome).by(error_type),
            call("says", outcome).by(error_type).counts(),
        ]
    };
    let plain = |status, outcome, error_type| {
        [request("GET", "/plain/{how}", status, outcome).by(error_type)]
    };
    vec![
        row(
            "mounted by hand at another path, an opaque error that becomes a 404",
            |s| assert_eq!(send(s, "/by-hand/missing"), Some(404)),
            ends(404, "client_error", "404"),
        ),
        row(
            "mounted by hand at another path, an opaque error that becomes a 500",
            |s| assert_eq!(send(s, "/by-hand/other"), Some(500)),
            ends(500, "server_error", "500"),
        ),
        row(
            "mounted by hand at another path, an opaque error that becomes a redirect",
            |s| assert_eq!(send(s, "/by-hand/moved"), Some(303)),
            ends(303, "ok", ""),
        ),
        row(
            "mounted by hand at another path, an opaque error whose response has a fault",
            |s| assert_eq!(send(s, "/by-hand/upstream"), Some(502)),
            ends(502, "server_error", "upstream_down"),
        ),
        row(
            "mounted by hand at another path, an opaque error that becomes a gRPC status",
            |s| assert_eq!(send(s, "/by-hand/no%20such%20key"), Some(200)),
            ends(200, "client_error", "not_found"),
        ),
        row(
            "handler not observed, an opaque error that becomes a 404",
            |s| assert_eq!(send(s, "/plain/missing"), Some(404)),
            plain(404, "client_error", "404"),
        ),
        row(
            "handler not observed, an opaque error whose response has a fault",
            |s| assert_eq!(send(s, "/plain/upstream"), Some(502)),
            plain(502, "server_error", "upstream_down"),
        ),
        row(
            "handler not observed, an opaque error that becomes a gRPC status",
            |s| assert_eq!(send(s, "/plain/no%20such%20key"), Some(200)),
            plain(200, "client_error", "not_found"),
        ),
    ]
}

/// Lets another task run the rest of the request.
async fn spawned(request: Request, next: Next) -> Response {
    tokio::spawn(next.run(request)).await.unwrap()
}

/// Never gets from the handler's answer to its own.
async fn hangs_after(request: Request, next: Next) -> Response {
    drop(next.run(request).await);
    std::future::pending().await
}

fn others() -> Vec<Row> {
    let lost = || call("load", "error").by("_OTHER").counts();
    vec![
        row(
            "an opaque error that an observed handler handles",
            |s| assert_eq!(send(s, "/recovers"), Some(200)),
            [
                request("GET", "/recovers", 200, "ok").of("recovers"),
                handler("recovers", "ok"),
                lost(),
            ],
        ),
        row(
            "an opaque error that an unobserved handler handles",
            |s| assert_eq!(send(s, "/recovers-unobserved"), Some(200)),
            [request("GET", "/recovers-unobserved", 200, "ok"), lost()],
        ),
        row(
            "two opaque errors, of which the second is answered",
            |s| assert_eq!(send(s, "/fails-later"), Some(404)),
            [
                request("GET", "/fails-later", 404, "client_error").by("404"),
                lost(),
                call("load", "client_error").by("404").counts(),
            ],
        ),
        row(
            "an opaque error without a request",
            |s| assert!(s.run(load("missing")).is_err()),
            [lost().alone()],
        ),
        row(
            "an opaque error where a middleware continues on another task",
            |s| {
                let app = app().layer(from_fn(spawned));
                assert_eq!(s.run(s.send(app, "GET", "/says/declined")), Some(402));
            },
            says_so(402, "client_error", "card_declined"),
        ),
        row(
            "an opaque error of a handler mounted by hand where a middleware continues on another task",
            |s| {
                let app = app().layer(s.telemetry.route_layer()).layer(from_fn(spawned));
                assert_eq!(s.run(s.send(app, "GET", "/by-hand/declined")), Some(402));
            },
            [
                request("GET", "/by-hand/{how}", 402, "client_error").by("card_declined"),
                call("says", "client_error").by("card_declined").counts(),
            ],
        ),
        row(
            "an opaque error that is never answered",
            |s| {
                let app = s.whole(app().layer(from_fn(hangs_after)));
                s.run(async {
                    let mut answer = app.oneshot(asked("GET", "/says/missing", Body::empty()));
                    for _ in 0..3 {
                        assert!((&mut answer).now_or_never().is_none());
                    }
                });
            },
            [
                request("GET", "/says/{how}", 0, "cancelled").of("says"),
                handler("says", "error").by("_OTHER"),
            ],
        ),
    ]
}
