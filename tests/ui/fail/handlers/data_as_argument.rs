// A struct that is no extractor.
// internal names: the compiler names the trait that is not implemented.
use goldsignal::{observed, routes};

struct Order;

#[observed(post = "/orders")]
async fn handler(order: Order) {
    _ = order;
}

fn main() {
    let _: axum::Router = routes![handler];
}
