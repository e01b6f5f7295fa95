//! As it was: `TraceLayer`, and no metrics.

use std::path::Path as Folder;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

use super::{Error, Numbered, Store, within};

#[derive(Deserialize)]
struct Paste {
    text: String,
}

#[derive(Serialize)]
struct Created {
    id: u32,
}

async fn index() -> Html<&'static str> {
    Html("<h1>Pastes</h1>")
}

async fn create(
    State(store): State<Store>,
    Json(paste): Json<Paste>,
) -> Result<(StatusCode, Json<Created>), Error> {
    let id = store.add(paste.text)?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

async fn read(State(store): State<Store>, Path(id): Path<u32>) -> Result<Json<String>, Error> {
    store.get(id).map(Json)
}

async fn raw(State(store): State<Store>, Path(id): Path<u32>) -> Result<String, Error> {
    store.get(id)
}

async fn remove(State(store): State<Store>, Path(id): Path<u32>) -> Result<StatusCode, Error> {
    store.remove(id)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn app(files: &Folder) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/api/pastes", post(create))
        .route("/api/pastes/{id}", get(read).delete(remove))
        .route("/raw/{id}", get(raw))
        .nest_service("/static", within(files))
        .layer(CompressionLayer::new())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::x_request_id(Numbered))
        .with_state(Store::default())
}
