//! Request ids that the service's own layers set are adopted: lines and response have them.

use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn};
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId as Given, SetRequestIdLayer,
};

use super::*;

#[derive(Clone)]
struct Numbered;

impl MakeRequestId for Numbered {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<Given> {
        Some(Given::new(HeaderValue::from_static("service-17")))
    }
}

#[observed(get = "/logged")]
async fn logged() -> &'static str {
    tracing::info!("in the handler");
    "logged"
}

/// The ids of all events, which say something and the end.
#[track_caller]
fn ids(scope: &Scope) -> [String; 2] {
    let ids = scope.events().into_iter().map(|event| event.request_id.unwrap());
    ids.collect::<Vec<_>>().try_into().unwrap()
}

#[tokio::test]
async fn an_id_of_the_service_is_adopted_before_the_handler_runs() {
    for by_hand in [false, true] {
        let scope = scope();
        let routes = if by_hand {
            Router::new().route("/logged", get(logged)).route_layer(telemetry().route_layer())
        } else {
            routes![logged]
        };
        let app = routes
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(SetRequestIdLayer::x_request_id(Numbered));
        let answer = send(&outermost(app), "GET", "/logged").await;
        assert_eq!(answer.headers()["x-request-id"], "service-17");
        axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
        assert_eq!(ids(&scope), ["service-17", "service-17"], "by hand: {by_hand}");
    }
}

#[tokio::test]
async fn an_id_that_is_not_sent_back_is_echoed() {
    let scope = scope();
    let app = outermost(routes![logged].layer(SetRequestIdLayer::x_request_id(Numbered)));
    let answer = send(&app, "GET", "/logged").await;
    assert_eq!(answer.headers()["x-request-id"], "service-17");
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    assert_eq!(ids(&scope), ["service-17", "service-17"]);
}

#[tokio::test]
async fn the_callers_id_comes_before_one_that_the_service_would_make() {
    let scope = scope();
    let app = outermost(routes![logged].layer(SetRequestIdLayer::x_request_id(Numbered)));
    let mut asked = request("GET", "/logged");
    asked.headers_mut().insert("x-request-id", "caller-1".parse().unwrap());
    let answer = app.oneshot(asked).await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "caller-1");
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    assert_eq!(ids(&scope), ["caller-1", "caller-1"]);
}

#[tokio::test]
async fn an_id_that_only_the_response_tells_is_in_the_closing_line() {
    let scope = scope();
    let replace = from_fn(async |request, next: Next| {
        let mut response = next.run(request).await;
        response.headers_mut().insert("x-request-id", HeaderValue::from_static("upstream-3"));
        response
    });
    let answer = send(&outermost(routes![logged].layer(replace)), "GET", "/logged").await;
    assert_eq!(answer.headers()["x-request-id"], "upstream-3");
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    assert_eq!(ids(&scope)[1], "upstream-3");
}

#[tokio::test]
async fn an_id_that_is_not_sane_is_not_adopted() {
    let scope = scope();
    let replace = from_fn(async |request, next: Next| {
        let mut response = next.run(request).await;
        response.headers_mut().insert("x-request-id", HeaderValue::from_static("a b"));
        response
    });
    let answer = send(&outermost(routes![logged].layer(replace)), "GET", "/logged").await;
    axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    let ids = ids(&scope);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0].len(), 32);
}
