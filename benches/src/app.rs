//! The service that is measured, without and with goldsignal, and what people write around it themselves.

use std::sync::LazyLock;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Path, Request};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use goldsignal::{observed, routes};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts};

/// The boundaries of every latency histogram that is measured, in seconds.
pub const BUCKETS: [f64; 13] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0];

async fn plain(Path(id): Path<u64>) -> String {
    format!("item {id}")
}

#[observed(get = "/items/{id}", fields(id))]
async fn item(Path(id): Path<u64>) -> String {
    format!("item {id}")
}

/// The service as it is without goldsignal.
pub fn plain_router() -> Router {
    Router::new().route("/items/{id}", get(plain))
}

/// The service with goldsignal's attribute.
pub fn observed_router() -> Router {
    routes![item]
}

/// A middleware that does nothing.
pub async fn empty(request: Request, next: Next) -> Response {
    next.run(request).await
}

static REQUESTS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    let opts = Opts::new("requests_total", "Requests.");
    IntCounterVec::new(opts, &["path", "method", "status"]).expect("valid")
});
static SECONDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    let opts = HistogramOpts::new("request_seconds", "Durations.").buckets(BUCKETS.to_vec());
    HistogramVec::new(opts, &["path", "method"]).expect("valid")
});
static IN_FLIGHT: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    let opts = Opts::new("requests_in_flight", "Requests.");
    IntGaugeVec::new(opts, &["path", "method"]).expect("valid")
});

/// A middleware that counts by the crate `prometheus`, as people write it.
pub async fn by_hand(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("", MatchedPath::as_str);
    let method = request.method().clone();
    let start = Instant::now();
    IN_FLIGHT.with_label_values(&[path, method.as_str()]).inc();
    let response = next.run(request).await;
    IN_FLIGHT.with_label_values(&[path, method.as_str()]).dec();
    let seconds = start.elapsed().as_secs_f64();
    SECONDS.with_label_values(&[path, method.as_str()]).observe(seconds);
    REQUESTS.with_label_values(&[path, method.as_str(), response.status().as_str()]).inc();
    response
}

/// How many requests [`by_hand`] has counted.
#[must_use]
pub fn counted_by_hand() -> u64 {
    REQUESTS.with_label_values(&["/items/{id}", "GET", "200"]).get()
}
