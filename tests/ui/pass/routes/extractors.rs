// All extractors of axum, as many as a handler can have.
use std::collections::HashMap;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::{
    ConnectInfo, Form, MatchedPath, OriginalUri, Path, Query, RawQuery, Request, State,
};
use axum::http::{HeaderMap, Method, Uri};
use axum::{Extension, Json};
use goldsignal::{observed, routes};
use serde::Deserialize;

#[derive(Deserialize)]
struct Item {
    shop: u32,
    item: String,
}

#[observed(get = "/a/{shop}/{item}", fields(shop, %item))]
async fn pair(Path((shop, item)): Path<(u32, String)>) -> String {
    format!("{shop} {item}")
}

#[observed(get = "/b/{shop}/{item}")]
async fn named(Path(Item { shop, item }): Path<Item>) -> String {
    format!("{shop} {item}")
}

#[observed(get = "/c/{shop}/{item}")]
async fn all(Path(parts): Path<HashMap<String, String>>) -> String {
    parts.len().to_string()
}

#[observed(get = "/d/{*rest}")]
async fn rest(path: Path<String>) -> String {
    path.0
}

#[observed(get = "/e", fields(page = query.get("page").map_or("", String::as_str)))]
async fn query(Query(query): Query<HashMap<String, String>>, RawQuery(_): RawQuery) -> String {
    query.len().to_string()
}

#[observed(post = "/f")]
async fn form(
    _: HeaderMap,
    _: Method,
    _: Uri,
    OriginalUri(_): OriginalUri,
    Form(form): Form<Vec<(String, String)>>,
) {
    drop(form);
}

#[observed(post = "/g", fields(size = body.len()))]
async fn bytes(State(_): State<u8>, path: MatchedPath, body: Bytes) -> String {
    path.as_str().to_owned()
}

#[observed(post = "/h")]
async fn json(ConnectInfo(_): ConnectInfo<SocketAddr>, Json(values): Json<Vec<u32>>) -> Json<u32> {
    Json(values.into_iter().sum())
}

#[observed(any = "/i")]
async fn whole(Extension(_): Extension<u8>, request: Request) -> String {
    request.uri().to_string()
}

fn main() {
    let _: axum::Router =
        routes![pair, named, all, rest, query, form, bytes, json, whole].with_state(1);
}
