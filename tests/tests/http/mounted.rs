//! The path at which a handler is mounted is used everywhere, also in the catalog and for series
//! that are zero.

use axum::Router;
use goldsignal::declare::catalog::Catalog;
use goldsignal::expose::Format;
use goldsignal::testing::{Scope, scope};
use goldsignal::{observed, routes};

use crate::{TOTAL, outermost, whole};

#[observed(name = "mounted::find", get = "/finds/{id}")]
async fn find(axum::extract::Path(id): axum::extract::Path<u32>) -> String {
    id.to_string()
}

#[observed(name = "mounted::prefixed", get = "/prefixed", post = "/prefixed", get = "/")]
async fn prefixed() -> &'static str {
    "prefixed"
}

#[observed(name = "mounted::every", any = "/every")]
async fn every() -> &'static str {
    "every"
}

#[observed(name = "mounted::bounded", get = "/bounded/{id}", buckets = [0.125, 77.0])]
async fn bounded() -> &'static str {
    "bounded"
}

#[observed(name = "mounted::shorter", get = "/{id}", buckets = [3.5])]
async fn shorter() -> &'static str {
    "shorter"
}

const API: &str = "/mounted/api";

fn zero(scope: &Scope, method: &str, endpoint: &str) -> Option<f64> {
    scope.value(TOTAL, &[("method", method), ("endpoint", endpoint), ("status", "500")])
}

fn told_of(scope: &Scope, path: &str) -> usize {
    let events = scope.events();
    let said = events.iter().filter(|event| event.field("mounted") == Some(path));
    said.count()
}

#[tokio::test]
async fn a_nested_path_takes_the_place_of_the_one_that_is_stated() {
    let scope = scope();
    let app = outermost(Router::new().nest("/v1", routes![find]));
    assert_eq!(zero(&scope, "GET", "/finds/{id}"), Some(0.0));
    for _ in 0..2 {
        assert_eq!(whole(&app, "GET", "/v1/finds/x").await, 400);
    }
    assert_eq!(zero(&scope, "GET", "/finds/{id}"), None);
    assert_eq!(zero(&scope, "GET", "/v1/finds/{id}"), Some(0.0));
    assert_eq!(told_of(&scope, "/v1/finds/{id}"), 1);
}

/// The buckets are decided before the handler runs: by the operation whose path is the longest end of
/// the route's.
#[tokio::test]
async fn a_nested_handler_has_the_buckets_that_it_states() {
    let scope = scope();
    let app = outermost(Router::new().nest("/v2", routes![bounded, shorter]));
    assert_eq!(whole(&app, "GET", "/v2/bounded/x").await, 200);
    let text = scope.registry().encode(Format::Text);
    let buckets = text.lines().filter(|line| {
        line.starts_with("http_request_duration_seconds_bucket{")
            && line.contains("endpoint=\"/v2/bounded/{id}\"")
    });
    let bounds: Vec<_> = buckets
        .map(|line| line.split_once("le=\"").unwrap().1.split_once('"').unwrap().0)
        .map(|bound| bound.parse::<f64>().unwrap())
        .collect();
    assert_eq!(bounds, [0.125, 77.0, f64::INFINITY]);
}

#[tokio::test]
async fn a_prefix_is_known_before_the_first_request() {
    let scope = scope();
    let app = outermost(routes![under = API; prefixed]);
    for (method, path) in [("GET", "/prefixed"), ("POST", "/prefixed"), ("GET", "")] {
        assert_eq!(zero(&scope, method, &format!("{API}{path}")), Some(0.0), "{method} {path}");
    }
    assert_eq!(zero(&scope, "GET", "/prefixed"), None);
    assert_eq!(whole(&app, "POST", "/mounted/api/prefixed").await, 200);
    assert_eq!(told_of(&scope, "/mounted/api/prefixed"), 0);
    let catalog = Catalog::linked();
    let operation = catalog.operations.iter().find(|one| one.name == "mounted::prefixed");
    let routes: Vec<_> = operation.unwrap().routes.iter().map(ToString::to_string).collect();
    assert_eq!(
        routes,
        ["GET /mounted/api/prefixed", "POST /mounted/api/prefixed", "GET /mounted/api"]
    );
}

#[test]
fn any_method_has_the_series_of_the_usual_ones() {
    let scope = scope();
    drop(outermost(routes![every]));
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        assert_eq!(zero(&scope, method, "/every"), Some(0.0), "{method}");
    }
    assert_eq!(zero(&scope, "TRACE", "/every"), None);
}

#[test]
#[should_panic(expected = "`GET /prefixed` is stated twice")]
fn several_routes_are_looked_at_for_conflicts() {
    #[observed(put = "/other", get = "/prefixed")]
    async fn again() {}

    drop(routes![prefixed, again] as Router);
}
