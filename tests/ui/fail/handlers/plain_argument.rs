// A number is no extractor.
use goldsignal::{observed, routes};

#[observed(get = "/orders/{id}")]
async fn handler(id: u32) {
    _ = id;
}

fn main() {
    let _: axum::Router = routes![handler];
}
