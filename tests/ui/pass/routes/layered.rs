// A handler with a layer of its own, and one with a type parameter.
use axum::handler::Handler;
use goldsignal::{observed, routes};
use tower_http::timeout::TimeoutLayer;

#[observed(get = "/slow")]
async fn slow() -> &'static str {
    "late"
}

#[observed(get = "/of")]
async fn of<T: Default + std::fmt::Display>() -> String {
    T::default().to_string()
}

fn main() {
    let limit = std::time::Duration::from_secs(1);
    let status = axum::http::StatusCode::REQUEST_TIMEOUT;
    let _: axum::Router =
        routes![slow.layer(TimeoutLayer::with_status_code(status, limit)), of::<u32>];
}
