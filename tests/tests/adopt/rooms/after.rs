//! After adoption: a line for each handler, and routes that the handlers state without their prefix.

use axum::extract::Path;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use goldsignal::{observed, routes};
use tracing::Instrument;

use super::{health, messages};

#[observed(name = "room", get = "/rooms/{room}", slo = crate::API)]
async fn room(Path(room): Path<String>) -> Result<Json<String>, (StatusCode, Json<&'static str>)> {
    if room == "none" { Err((StatusCode::NOT_FOUND, Json("no such room"))) } else { Ok(Json(room)) }
}

#[observed(name = "say", post = "/rooms/{room}", slo = crate::API)]
async fn say(Path(room): Path<String>, Json(text): Json<String>) -> Json<String> {
    Json(format!("{room}: {text}"))
}

#[observed(name = "events", get = "/rooms/{room}/events", slo = crate::API)]
async fn events(Path(room): Path<String>) -> Response {
    Sse::new(messages(&room)).keep_alive(KeepAlive::default()).into_response()
}

#[observed(name = "socket", get = "/rooms/{room}/socket", slo = crate::API)]
async fn socket(Path(room): Path<String>, upgrade: WebSocketUpgrade) -> Response {
    let span = tracing::info_span!("ws", room);
    let current = goldsignal::current();
    upgrade.on_upgrade(move |socket| current.instrument(talk(socket).instrument(span)))
}

#[observed(name = "talk", long)]
async fn talk(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        tracing::info!("a message");
        if socket.send(message).await.is_err() {
            break;
        }
    }
}

pub(super) fn app(prefix: &str) -> Router {
    Router::new().nest(prefix, routes![room, say, events, socket]).merge(health())
}
