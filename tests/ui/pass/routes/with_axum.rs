// Mounted handlers are a `Router`: merged, nested, layered, and with handlers of axum beside.
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use goldsignal::{observed, routes};
use tower_http::timeout::TimeoutLayer;

#[observed(get = "/a")]
async fn a() {}

#[observed(get = "/b")]
async fn b() {}

async fn plain() {}

fn main() {
    let timeout = TimeoutLayer::with_status_code(
        StatusCode::GATEWAY_TIMEOUT,
        std::time::Duration::from_secs(1),
    );
    let _: Router = Router::new()
        .route("/plain", get(plain))
        .merge(routes![a])
        .nest("/nested", routes![b].layer(timeout))
        .fallback(plain);
}
