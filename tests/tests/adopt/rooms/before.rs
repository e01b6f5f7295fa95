//! As it was: `TraceLayer`, a span for each socket, and no metrics.

use axum::extract::Path;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::trace::TraceLayer;
use tracing::Instrument;

use super::{health, messages};

async fn room(Path(room): Path<String>) -> Result<Json<String>, (StatusCode, Json<&'static str>)> {
    if room == "none" { Err((StatusCode::NOT_FOUND, Json("no such room"))) } else { Ok(Json(room)) }
}

async fn say(Path(room): Path<String>, Json(text): Json<String>) -> Json<String> {
    Json(format!("{room}: {text}"))
}

async fn events(Path(room): Path<String>) -> Response {
    Sse::new(messages(&room)).keep_alive(KeepAlive::default()).into_response()
}

async fn socket(Path(room): Path<String>, upgrade: WebSocketUpgrade) -> Response {
    let span = tracing::info_span!("ws", room);
    upgrade.on_upgrade(|socket| talk(socket).instrument(span))
}

async fn talk(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        tracing::info!("a message");
        if socket.send(message).await.is_err() {
            break;
        }
    }
}

pub(super) fn app(prefix: &str) -> Router {
    let rooms = Router::new()
        .route("/rooms/{room}", get(room).post(say))
        .route("/rooms/{room}/events", get(events))
        .route("/rooms/{room}/socket", get(socket));
    Router::new().nest(prefix, rooms).merge(health()).layer(TraceLayer::new_for_http())
}
