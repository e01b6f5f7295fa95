//! Rows about where handlers are mounted. A handler in a nested router keeps its operation. A
//! handler that is mounted at another path is a call like any other: it has a line of its own, and
//! counts towards its objective by itself.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use goldsignal::axum::named;
use tower::ServiceExt;

use crate::expect::{call, handler, request};
use crate::handlers::{app, item};
use crate::stage::{Stage, asked, read};
use crate::{Row, row};

fn plain() -> Router {
    Router::new().route("/plain/{id}", get(async || "plain"))
}

fn send(stage: &Stage, app: Router, path: &str) -> Option<u16> {
    stage.run(stage.send(app, "GET", path))
}

/// Lets another task run the rest of the request.
async fn spawned(request: Request, next: Next) -> Response {
    tokio::spawn(next.run(request)).await.unwrap()
}

pub(crate) fn rows() -> Vec<Row> {
    let ok = |endpoint| request("GET", endpoint, 200, "ok");
    let missed = |endpoint| request("GET", endpoint, 404, "client_error").by("404");
    vec![
        row(
            "nested routers",
            |s| {
                assert_eq!(
                    send(s, Router::new().nest("/outer", app()), "/outer/items/7"),
                    Some(200)
                );
            },
            [ok("/outer/items/{id}").of("item"), handler("item", "ok")],
        ),
        row(
            "nest_service without route_layer",
            |s| {
                assert_eq!(
                    send(s, Router::new().nest_service("/outer", plain()), "/outer/plain/1"),
                    Some(200)
                );
            },
            [ok("_unmatched")],
        ),
        row(
            "nest_service with route_layer",
            |s| {
                let inner = plain().layer(s.telemetry.route_layer());
                let app = s.telemetry.layer();
                let app = tower::Layer::layer(&app, Router::new().nest_service("/outer", inner));
                let asked = asked("GET", "/outer/plain/1", Body::empty());
                assert_eq!(s.run(read(app.oneshot(asked))), Some(200));
            },
            [ok("/outer/plain/{id}")],
        ),
        row(
            "nest_service and fallback_service with names",
            |s| {
                let files = || get(async || "a file");
                let app = plain()
                    .nest_service("/static", named("/static/{*path}", files()))
                    .fallback_service(named("/{*page}", files()));
                for path in ["/static/app.js", "/static/deep/app.js", "/about", "/plain/1"] {
                    assert_eq!(send(s, app.clone(), path), Some(200));
                }
                assert_eq!(s.run(s.send(app, "PUT", "/static/app.js")), Some(405));
            },
            [
                ok("/static/{*path}").times(2),
                ok("/{*page}"),
                ok("/plain/{id}"),
                request("PUT", "/static/{*path}", 405, "client_error").by("405"),
            ],
        ),
        row(
            "fallback",
            |s| assert_eq!(send(s, plain().fallback(async || "fallback"), "/nowhere"), Some(200)),
            [ok("_unmatched")],
        ),
        row(
            "the layer alone around plain routing",
            |s| {
                let app = plain().layer(s.telemetry.layer());
                for (path, status) in [("/plain/1", 200), ("/nowhere", 404)] {
                    let asked = asked("GET", path, Body::empty());
                    assert_eq!(s.run(read(app.clone().oneshot(asked))), Some(status));
                }
            },
            [ok("/plain/{id}"), missed("_unmatched")],
        ),
        row(
            "one handler under several paths and methods",
            |s| {
                let app = app().route("/things/{id}", get(item).post(item));
                for (method, path) in
                    [("GET", "/items/7"), ("GET", "/things/7"), ("POST", "/things/7")]
                {
                    assert_eq!(s.run(s.send(app.clone(), method, path)), Some(200));
                }
            },
            [
                ok("/items/{id}").of("item"),
                ok("/things/{id}"),
                request("POST", "/things/{id}", 200, "ok"),
                handler("item", "ok"),
                call("item", "ok").counts().times(2),
            ],
        ),
        row(
            "a middleware that continues on another task",
            |s| assert_eq!(send(s, app().layer(from_fn(spawned)), "/items/7"), Some(200)),
            [ok("/items/{id}").of("item"), handler("item", "ok")],
        ),
    ]
}
