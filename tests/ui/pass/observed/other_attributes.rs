//! Combined with the attributes of axum, utoipa and tracing, in either order.
#![forbid(unsafe_code)]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use goldsignal::{observed, routes};
use tower::ServiceExt;

#[axum::debug_handler]
#[observed(get = "/debug/outer/{id}", fields(id))]
async fn debug_outer(Path(id): Path<u32>) -> Result<Json<u32>, StatusCode> {
    Ok(Json(id))
}

#[observed(get = "/debug/inner/{id}", fields(id))]
#[axum::debug_handler(state = u32)]
async fn debug_inner(State(state): State<u32>, Path(id): Path<u32>) -> Result<Json<u32>, StatusCode> {
    Ok(Json(id + state))
}

#[utoipa::path(get, path = "/utoipa/outer/{id}", responses((status = 200, body = u32)))]
#[observed(get = "/utoipa/outer/{id}", fields(id))]
async fn utoipa_outer(Path(id): Path<u32>) -> Json<u32> {
    Json(id)
}

#[observed(get = "/utoipa/inner/{id}", fields(id))]
#[utoipa::path(get, path = "/utoipa/inner/{id}", responses((status = 200, body = u32)))]
async fn utoipa_inner(Path(id): Path<u32>) -> Json<u32> {
    Json(id)
}

#[tracing::instrument(skip_all)]
#[observed(get = "/instrument/outer/{id}", fields(id))]
async fn instrument_outer(Path(id): Path<u32>) -> Result<Json<u32>, StatusCode> {
    let id = u8::try_from(id).map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(Json(id.into()))
}

#[observed(get = "/instrument/inner/{id}", fields(id))]
#[tracing::instrument(skip_all, err(Debug))]
async fn instrument_inner(Path(id): Path<u32>) -> Result<Json<u32>, StatusCode> {
    let id = u8::try_from(id).map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(Json(id.into()))
}

#[tracing::instrument]
#[observed(fields(n))]
fn sync_outer(n: u32) -> u32 {
    n
}

#[observed(fields(n))]
#[tracing::instrument]
fn sync_inner(n: u32) -> u32 {
    n
}

#[tokio::main]
async fn main() {
    let router = routes![
        debug_outer,
        debug_inner,
        utoipa_outer,
        utoipa_inner,
        instrument_outer,
        instrument_inner,
    ]
    .with_state(1);
    for (path, status) in [
        ("/debug/outer/1", 200),
        ("/debug/inner/1", 200),
        ("/utoipa/outer/1", 200),
        ("/utoipa/inner/1", 200),
        ("/instrument/outer/1", 200),
        ("/instrument/outer/999", 400),
        ("/instrument/inner/1", 200),
        ("/instrument/inner/999", 400),
        ("/debug/outer/x", 400),
    ] {
        let request = http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), status, "{path}");
    }
    assert_eq!(sync_outer(1) + sync_inner(2), 3);
}
