// The method is in the attribute.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

fn main() {
    let _: axum::Router = routes![axum::routing::get(handler)];
}
