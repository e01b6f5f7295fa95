//! Rows about nested routers, prefixes, and functions with several routes. The endpoint is the path
//! at which the handler is mounted, and the operation counts everything there.

use axum::Router;
use axum::routing::get;
use goldsignal::{observed, routes};

use crate::expect::{End, handler, request};
use crate::handlers::{MATRIX, app, item};
use crate::stage::Stage;
use crate::{Row, row};

#[observed(name = "below", get = "/below/{id}", get = "/", slo = MATRIX)]
async fn below(id: Option<axum::extract::Path<u32>>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

#[observed(name = "both", get = "/both", post = "/both", put = "/either/{id}", slo = MATRIX)]
async fn both() -> &'static str {
    "both"
}

#[observed(name = "every", any = "/every/{id}", slo = MATRIX)]
async fn every(axum::extract::Path(id): axum::extract::Path<u32>) -> String {
    id.to_string()
}

const PREFIX: &str = "/under";

fn under() -> Router {
    routes![under = PREFIX; below]
}

fn several() -> Router {
    routes![both, every]
}

/// Known when the service starts.
fn nested(times: usize) -> Router {
    let prefix = String::from("/v1");
    (0..times).fold(app(), |app, _| Router::new().nest(&prefix, app))
}

fn send(stage: &Stage, app: Router, method: &str, path: &str) -> Option<u16> {
    stage.run(stage.send(app, method, path))
}

const ONCE: &str = "/v1/items/{id}";
const TWICE: &str = "/v1/v1/items/{id}";

pub(crate) fn rows() -> Vec<Row> {
    [nesting(), prefixes(), several_routes()].into_iter().flatten().collect()
}

fn ended(endpoint: &'static str, method: &'static str, name: &'static str) -> [End; 2] {
    [request(method, endpoint, 200, "ok").of(name), handler(name, "ok")]
}

fn rejected(endpoint: &'static str, name: &'static str) -> [End; 1] {
    [request("GET", endpoint, 400, "client_error").of(name).by("400")]
}

fn nesting() -> Vec<Row> {
    vec![
        row(
            "nested, an extractor that rejects",
            |s| assert_eq!(send(s, nested(1), "GET", "/v1/items/x"), Some(400)),
            rejected(ONCE, "item"),
        ),
        row(
            "nested, HEAD answered by the GET handler",
            |s| assert_eq!(send(s, nested(1), "HEAD", "/v1/items/7"), Some(200)),
            ended(ONCE, "HEAD", "item"),
        ),
        row(
            "nested, HEAD that an extractor rejects",
            |s| assert_eq!(send(s, nested(1), "HEAD", "/v1/items/x"), Some(400)),
            [request("HEAD", ONCE, 400, "client_error").of("item").by("400")],
        ),
        row(
            "nested, 405",
            |s| assert_eq!(send(s, nested(1), "PUT", "/v1/items/7"), Some(405)),
            [request("PUT", ONCE, 405, "client_error").by("405")],
        ),
        row(
            "nested, 404",
            |s| assert_eq!(send(s, nested(1), "GET", "/v1/nowhere"), Some(404)),
            [request("GET", "_unmatched", 404, "client_error").by("404")],
        ),
        row(
            "nested, a typed fault",
            |s| assert_eq!(send(s, nested(1), "GET", "/v1/items/1"), Some(503)),
            [
                request("GET", ONCE, 503, "server_error").of("item").by("busy"),
                handler("item", "server_error").by("busy"),
            ],
        ),
        row(
            "nested twice",
            |s| assert_eq!(send(s, nested(2), "GET", "/v1/v1/items/7"), Some(200)),
            ended(TWICE, "GET", "item"),
        ),
        row(
            "nested twice, an extractor that rejects",
            |s| assert_eq!(send(s, nested(2), "GET", "/v1/v1/items/x"), Some(400)),
            rejected(TWICE, "item"),
        ),
        row(
            "nested as a service",
            |s| {
                let app = Router::new().nest_service("/v2", app());
                assert_eq!(send(s, app, "GET", "/v2/items/7"), Some(200));
            },
            ended("/v2/items/{id}", "GET", "item"),
        ),
        row(
            "mounted by hand in a nested router",
            |s| {
                let inner = Router::new().route("/items/{id}", get(item));
                let app = Router::new().nest("/by-hand", inner);
                assert_eq!(send(s, app.clone(), "GET", "/by-hand/items/7"), Some(200));
                assert_eq!(send(s, app, "GET", "/by-hand/items/x"), Some(400));
            },
            [
                request("GET", "/by-hand/items/{id}", 200, "ok").of("item"),
                handler("item", "ok"),
                request("GET", "/by-hand/items/{id}", 400, "client_error").of("item").by("400"),
            ],
        ),
        row(
            "another handler whose path ends like that of an operation",
            |s| {
                let app = app().route("/raw/items/{id}", get(async || "raw"));
                assert_eq!(send(s, app, "GET", "/raw/items/7"), Some(200));
            },
            [request("GET", "/raw/items/{id}", 200, "ok")],
        ),
    ]
}

fn prefixes() -> Vec<Row> {
    vec![
        row(
            "under a prefix",
            |s| assert_eq!(send(s, under(), "GET", "/under/below/7"), Some(200)),
            ended("/under/below/{id}", "GET", "below"),
        ),
        row(
            "under a prefix, its root",
            |s| assert_eq!(send(s, under(), "GET", "/under"), Some(200)),
            ended("/under", "GET", "below"),
        ),
        row(
            "under a prefix, HEAD",
            |s| assert_eq!(send(s, under(), "HEAD", "/under/below/7"), Some(200)),
            ended("/under/below/{id}", "HEAD", "below"),
        ),
        row(
            "under a prefix, an extractor that rejects",
            |s| assert_eq!(send(s, under(), "GET", "/under/below/x"), Some(400)),
            rejected("/under/below/{id}", "below"),
        ),
        row(
            "under a prefix, 405",
            |s| assert_eq!(send(s, under(), "PUT", "/under/below/7"), Some(405)),
            [request("PUT", "/under/below/{id}", 405, "client_error").by("405")],
        ),
    ]
}

fn several_routes() -> Vec<Row> {
    vec![
        row(
            "two methods and two paths of one function",
            |s| {
                for (method, path) in [("GET", "/both"), ("POST", "/both"), ("PUT", "/either/7")] {
                    assert_eq!(send(s, several(), method, path), Some(200));
                }
            },
            [
                request("GET", "/both", 200, "ok").of("both"),
                request("POST", "/both", 200, "ok").of("both"),
                request("PUT", "/either/{id}", 200, "ok").of("both"),
                handler("both", "ok").times(3),
            ],
        ),
        row(
            "two methods of one function, 405",
            |s| assert_eq!(send(s, several(), "DELETE", "/both"), Some(405)),
            [request("DELETE", "/both", 405, "client_error").by("405")],
        ),
        row(
            "any method",
            |s| {
                for method in ["GET", "DELETE", "HEAD", "BREW"] {
                    assert_eq!(send(s, several(), method, "/every/7"), Some(200));
                }
            },
            [
                request("GET", "/every/{id}", 200, "ok").of("every"),
                request("DELETE", "/every/{id}", 200, "ok").of("every"),
                request("HEAD", "/every/{id}", 200, "ok").of("every"),
                request("_OTHER", "/every/{id}", 200, "ok").of("every"),
                handler("every", "ok").times(4),
            ],
        ),
        row(
            "any method, an extractor that rejects",
            |s| assert_eq!(send(s, several(), "PATCH", "/every/x"), Some(400)),
            [request("PATCH", "/every/{id}", 400, "client_error").of("every").by("400")],
        ),
        row(
            "any method, nested",
            |s| {
                let app = Router::new().nest("/v1", several());
                assert_eq!(send(s, app, "PATCH", "/v1/every/7"), Some(200));
            },
            ended("/v1/every/{id}", "PATCH", "every"),
        ),
    ]
}
