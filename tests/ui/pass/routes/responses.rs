// All kinds of responses.
use std::convert::Infallible;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, NoContent, Redirect, Response};
use futures::{Stream, stream};
use goldsignal::{observed, routes};

#[observed(get = "/a")]
async fn html() -> Html<&'static str> {
    Html("<p>a</p>")
}

#[observed(get = "/b")]
async fn opaque() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain")], "b")
}

#[observed(get = "/c")]
async fn either() -> Result<impl IntoResponse, (StatusCode, String)> {
    if cfg!(windows) {
        return Err((StatusCode::IM_A_TEAPOT, String::from("c")));
    }
    Ok((StatusCode::CREATED, HeaderMap::new(), "c"))
}

#[observed(get = "/d")]
async fn redirect() -> Redirect {
    Redirect::to("/a")
}

#[observed(get = "/e", long)]
async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream::iter([Ok(Event::default().data("e"))])).keep_alive(KeepAlive::default())
}

#[observed(get = "/f")]
async fn built() -> Response {
    Response::builder().status(204).body(Body::empty()).unwrap()
}

#[observed(delete = "/g")]
async fn nothing() -> NoContent {
    NoContent
}

#[observed(get = "/h")]
async fn never_wrong() -> Result<String, Infallible> {
    Ok(String::from("h"))
}

#[observed(get = "/i")]
async fn with_source() -> axum::response::Result<&'static str> {
    Ok("i")
}

fn main() {
    let _: axum::Router =
        routes![html, opaque, either, redirect, events, built, nothing, never_wrong, with_source];
}
