//! A whole axum request, in process: from the service's call to the body's last byte.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::response::Response;
use axum_prometheus::PrometheusMetricLayer;
use goldsignal::Telemetry;
use goldsignal_benches::app::{by_hand, counted_by_hand, empty, observed_router, plain_router};
use http_body_util::BodyExt;
use tower::{Layer, Service};
use tower_http::trace::TraceLayer;

use crate::case::Case;
use crate::functions::now;
use crate::lines::{beside_spans, json, ours, telemetry, under};

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
        Case::new("prometheus by hand, no line", send(plain_router().layer(from_fn(by_hand))))
            .counted(counted_by_hand),
    ]
}
