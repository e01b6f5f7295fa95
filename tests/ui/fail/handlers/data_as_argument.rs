// A struct that is no extractor.
// internal names: axum marks an extractor of parts so.
use goldsignal::{observed, routes};

struct Order;

#[observed(post = "/orders")]
async fn handler(order: Order) {
    _ = order;
}

fn main() {
    let _: axum::Router = routes![handler];
}
