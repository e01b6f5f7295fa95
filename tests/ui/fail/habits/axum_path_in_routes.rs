// The path is in the attribute.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {}

fn main() {
    let _: axum::Router = routes!["/orders" => handler];
}
