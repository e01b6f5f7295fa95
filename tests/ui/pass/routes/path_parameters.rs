// The extractor of the path can take fewer parameters by name, and none at all.
use axum::extract::{Path, RawPathParams};
use goldsignal::{observed, routes};
use serde::Deserialize;

#[derive(Deserialize)]
struct Shop {
    shop: u32,
}

#[observed(get = "/a/{shop}/{item}")]
async fn one_by_name(Path(shop): Path<Shop>) -> String {
    shop.shop.to_string()
}

#[observed(get = "/b/{shop}/{item}")]
async fn raw(parameters: RawPathParams) -> String {
    parameters.iter().count().to_string()
}

#[observed(get = "/c/{shop}/{item}")]
async fn ignored() {}

#[observed(get = "/d/{shop}", put = "/d")]
async fn optional(shop: Option<Path<u32>>) -> String {
    format!("{:?}", shop.map(|Path(shop)| shop))
}

type Id = u32;

#[observed(get = "/e/{id}", fields(id))]
async fn alias(Path(id): Path<Id>) -> String {
    id.to_string()
}

fn main() {
    let _: axum::Router = routes![one_by_name, raw, ignored, optional, alias];
}
