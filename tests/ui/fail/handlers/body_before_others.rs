// An extractor that takes the body comes last.
use goldsignal::{observed, routes};

use axum::Json;
use axum::extract::Path;

#[observed(post = "/orders/{id}")]
async fn handler(body: Json<u32>, id: Path<u32>) {
    _ = (body, id);
}

fn main() {
    let _: axum::Router = routes![handler];
}
