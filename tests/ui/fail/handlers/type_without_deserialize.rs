// The body cannot be read into the type.
use goldsignal::{observed, routes};

use axum::Json;

struct Order;

#[observed(post = "/orders")]
async fn handler(body: Json<Order>) {
    _ = body;
}

fn main() {
    let _: axum::Router = routes![handler];
}
