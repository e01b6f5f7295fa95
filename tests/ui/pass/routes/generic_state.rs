//! Handlers in modules, of every method, generic over the state, combined with axum's own routes.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, Path, Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use goldsignal::{observed, routes};
use tower::ServiceExt;

#[derive(Clone)]
struct App {
    pool: Pool,
}

#[derive(Clone)]
struct Pool(u32);

impl FromRef<App> for Pool {
    fn from_ref(app: &App) -> Self {
        app.pool.clone()
    }
}

#[observed(get = "/pool")]
async fn pool(State(Pool(pool)): State<Pool>) -> String {
    pool.to_string()
}

mod tasks {
    use axum::http::StatusCode;
    use goldsignal::observed;

    #[observed(delete = "/tasks/{id}", fields(id))]
    pub(super) async fn delete(super::Path(id): super::Path<u32>) -> Result<StatusCode, StatusCode> {
        if id == 0 {
            return Err(StatusCode::NOT_FOUND);
        }
        Ok(StatusCode::NO_CONTENT)
    }

    pub(super) mod inner {
        #[goldsignal::observed(put = "/tasks/{id}")]
        pub(in super::super) async fn put(request: super::super::Request) -> String {
            request.uri().path().to_owned()
        }
    }
}

#[observed(head = "/tasks")]
async fn head() {}

#[observed(patch = "/files/{*rest}")]
async fn patch(Path(rest): Path<String>) -> impl IntoResponse {
    (StatusCode::ACCEPTED, rest)
}

#[observed(post = "/braces/{{a}}")]
async fn post() -> &'static str {
    "a"
}

#[observed(get = "/generic")]
async fn raw(State(_): State<App>) -> Result<impl IntoResponse, StatusCode> {
    Ok("raw")
}

#[tokio::main]
async fn main() {
    let router: Router<App> = routes![pool, tasks::delete, self::tasks::inner::put, head, patch, post, raw,]
        .route("/own", get(|| async { "own" }));
    let _: Router<()> = routes![];
    let router = router.with_state(App { pool: Pool(7) });
    for (method, path, status) in [
        ("GET", "/pool", 200),
        ("DELETE", "/tasks/1", 204),
        ("DELETE", "/tasks/0", 404),
        ("PUT", "/tasks/1", 200),
        ("HEAD", "/tasks", 200),
        ("GET", "/tasks", 405),
        ("PATCH", "/files/a/b", 202),
        ("POST", "/braces/{a}", 200),
        ("GET", "/generic", 200),
        ("GET", "/own", 200),
        ("GET", "/other", 404),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
    }
}
