//! The handlers and functions of the rows.

use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use goldsignal::{Slo, observed, routes};
use goldsignal_tests::items::Refused;
use tokio::time::sleep;

use crate::ASKED;

/// The objective of every handler. It does not count an end that is cut short within ten seconds.
pub(crate) const MATRIX: Slo =
    Slo::new("matrix", "Read the rows.").availability(99.0).latency(99.0, Duration::from_secs(10));

#[observed(name = "item", get = "/items/{id}", slo = MATRIX)]
pub(crate) async fn item(Path(id): Path<u32>) -> Result<String, Refused> {
    match id {
        0 => Err(Refused::NoSuchItem),
        1 => Err(Refused::Busy),
        2 => panic!("{ASKED}"),
        3 => {
            tokio::task::yield_now().await;
            panic!("{ASKED}")
        }
        4 => std::future::pending().await,
        5 => {
            sleep(Duration::from_millis(60)).await;
            Ok("slow".to_owned())
        }
        6 => Ok(String::new()),
        id => {
            tracing::info!("in the handler");
            Ok(id.to_string())
        }
    }
}

/// An error that says nothing of itself but how it responds.
pub(crate) struct Untyped;

impl IntoResponse for Untyped {
    fn into_response(self) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

#[observed(name = "untyped", get = "/untyped", slo = MATRIX)]
pub(crate) async fn untyped() -> Result<String, Untyped> {
    Err(Untyped)
}

/// A value whose response cannot be built.
pub(crate) struct Unbuildable;

impl IntoResponse for Unbuildable {
    fn into_response(self) -> Response {
        panic!("{ASKED}")
    }
}

#[observed(name = "unbuildable", get = "/unbuildable", slo = MATRIX)]
pub(crate) async fn unbuildable() -> Unbuildable {
    Unbuildable
}

#[observed(name = "moved", get = "/moved", slo = MATRIX)]
pub(crate) async fn moved() -> Redirect {
    Redirect::to("/items/7")
}

/// A redirect by the `?` of a handler.
#[observed(name = "guarded", get = "/guarded", slo = MATRIX)]
pub(crate) async fn guarded() -> Result<String, (StatusCode, [(&'static str, &'static str); 1])> {
    Err((StatusCode::TEMPORARY_REDIRECT, [("location", "/login")]))
}

#[observed(name = "sent_away", get = "/sent-away", slo = MATRIX)]
pub(crate) async fn sent_away() -> Result<String, Redirect> {
    Err(Redirect::to("/login"))
}

#[observed(name = "turned_down", get = "/turned-down", slo = MATRIX)]
pub(crate) async fn turned_down() -> Result<String, Response> {
    Err(StatusCode::CONFLICT.into_response())
}

#[observed(name = "reported", get = "/reported", slo = MATRIX)]
pub(crate) async fn reported() -> &'static str {
    goldsignal::current().fail(&Refused::Busy);
    "all is well, says the status"
}

#[observed(name = "upload", post = "/upload", slo = MATRIX)]
pub(crate) async fn upload(body: axum::body::Bytes) -> String {
    body.len().to_string()
}

/// Everything that states a route.
pub(crate) fn app() -> Router {
    routes![item, untyped, unbuildable, moved, guarded, sent_away, turned_down, reported, upload]
}

#[observed(name = "quick")]
pub(crate) async fn quick() -> u32 {
    tokio::task::yield_now().await;
    7
}

#[observed(name = "never")]
pub(crate) async fn never() -> u32 {
    std::future::pending().await
}

#[observed(name = "count")]
pub(crate) fn count(number: u64) -> u64 {
    number + 1
}
