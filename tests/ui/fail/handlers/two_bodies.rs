// Only one extractor can take the body.
use goldsignal::{observed, routes};

use axum::Json;

#[observed(post = "/orders")]
async fn handler(text: String, body: Json<u32>) {
    _ = (text, body);
}

fn main() {
    let _: axum::Router = routes![handler];
}
