// A reference is no extractor.
use goldsignal::{observed, routes};

#[observed(post = "/orders")]
async fn handler(body: &str) {
    _ = body;
}

fn main() {
    let _: axum::Router = routes![handler];
}
