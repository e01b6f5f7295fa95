//! Jaeger's page.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::middleware::map_response;
use axum::response::Response;
use otlp_embedded::{StateRef, ui_app};

/// The page and the JSON that it asks for.
pub(crate) fn app(traces: StateRef) -> Router {
    ui_app(traces, "/").layer(map_response(found))
}

/// The document is answered to each of the page's own paths as a redirect that leads nowhere. Programs
/// take that for a failure.
async fn found(mut response: Response) -> Response {
    if response.status() == StatusCode::TEMPORARY_REDIRECT
        && !response.headers().contains_key(LOCATION)
    {
        *response.status_mut() = StatusCode::OK;
    }
    response
}
