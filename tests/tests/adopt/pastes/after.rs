//! After adoption: a line for each handler, routes that the handlers state, and a counter.

use std::path::Path as Folder;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::{Json, Router};
use goldsignal::axum::named;
use goldsignal::{Counter, Metrics, observed, routes};
use serde::{Deserialize, Serialize};
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};

use super::{Error, Numbered, Store, within};

/// Metrics of the pastes.
#[derive(Metrics)]
struct PasteMetrics {
    /// Pastes created.
    pastes_created_total: Counter,
}

#[derive(Deserialize)]
struct Paste {
    text: String,
}

#[derive(Serialize)]
struct Created {
    id: u32,
}

#[observed(name = "index", get = "/", slo = crate::API)]
async fn index() -> Html<&'static str> {
    Html("<h1>Pastes</h1>")
}

#[observed(name = "create", post = "/api/pastes", slo = crate::API)]
#[goldsignal::business_counter(PasteMetrics::pastes_created_total)]
async fn create(
    State(store): State<Store>,
    Json(paste): Json<Paste>,
) -> Result<(StatusCode, Json<Created>), Error> {
    let id = store.add(paste.text)?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

#[observed(name = "read", get = "/api/pastes/{id}", slo = crate::API)]
async fn read(State(store): State<Store>, Path(id): Path<u32>) -> Result<Json<String>, Error> {
    store.get(id).map(Json)
}

#[observed(name = "raw", get = "/raw/{id}", slo = crate::API)]
async fn raw(State(store): State<Store>, Path(id): Path<u32>) -> Result<String, Error> {
    store.get(id)
}

#[observed(name = "remove", delete = "/api/pastes/{id}", slo = crate::API)]
async fn remove(State(store): State<Store>, Path(id): Path<u32>) -> Result<StatusCode, Error> {
    store.remove(id)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn app(files: &Folder) -> Router {
    let routes: Router<Store> = routes![index, create, read, raw, remove];
    routes
        .nest_service("/static", named("/static/{*path}", within(files)))
        .layer(CompressionLayer::new())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(Numbered))
        .with_state(Store::default())
}
