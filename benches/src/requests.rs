//! A whole axum request, in process: from the service's call to the body's last byte.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, extract::Path};
use axum_prometheus::PrometheusMetricLayer;
use goldsignal::{Telemetry, observed, routes};
use http_body_util::BodyExt;
use tower::{Layer, Service};
use tower_http::trace::TraceLayer;

use crate::case::Case;
use crate::functions::{now, peers};
use crate::lines::{beside_spans, json, ours, telemetry, under};

async fn plain(Path(id): Path<u64>) -> String {
    format!("item {id}")
}

#[observed(get = "/items/{id}", fields(id))]
async fn item(Path(id): Path<u64>) -> String {
    format!("item {id}")
}

pub(crate) fn plain_router() -> Router {
    Router::new().route("/items/{id}", get(plain))
}

pub(crate) fn observed_router() -> Router {
    routes![item]
}

/// Sends requests to `service`, each read to its end.
pub(crate) fn send<S>(service: S) -> impl Fn(u64) + Sync + 'static
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
{
    move |times| {
        let mut service = service.clone();
        for _ in 0..times {
            let request = Request::builder().uri("/items/17").body(Body::empty());
            let response = now(service.call(request.expect("valid")));
            let Ok(response) = response;
            let body = now(response.into_body().collect());
            std::hint::black_box(body.map(http_body_util::Collected::to_bytes).ok());
        }
    }
}

/// What people write themselves.
pub(crate) async fn by_hand(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("", MatchedPath::as_str);
    let start = peers::begin(path);
    let response = next.run(request).await;
    peers::end(path, response.status(), start);
    response
}

pub(crate) async fn empty(request: Request, next: Next) -> Response {
    next.run(request).await
}

/// With a log.
pub(crate) fn cases() -> Vec<Case> {
    let observed: Telemetry = telemetry();
    let outermost = || observed.layer().layer(observed_router());
    let mounted = observed.layer().layer(plain_router().layer(observed.route_layer()));
    let metrics = plain_router().layer(PrometheusMetricLayer::new());
    let composed = metrics.layer(TraceLayer::new_for_http());
    vec![
        Case::new("bare axum", send(plain_router())),
        Case::new("goldsignal, log line", under(ours(), send(outermost()))),
        Case::new("goldsignal, beside a span layer", under(beside_spans(), send(outermost()))),
        Case::new("goldsignal, routes by hand, log line", under(ours(), send(mounted))),
        Case::new("TraceLayer + axum-prometheus + JSON", under(json(), send(composed))),
    ]
}

/// Without one.
pub(crate) fn quiet() -> Vec<Case> {
    let observed: Telemetry = telemetry();
    vec![
        Case::new("bare axum", send(plain_router())),
        Case::new("goldsignal, logs off", send(observed.layer().layer(observed_router()))),
        Case::new("an empty from_fn middleware", send(plain_router().layer(from_fn(empty)))),
        Case::new("prometheus by hand, no line", send(plain_router().layer(from_fn(by_hand)))),
    ]
}
