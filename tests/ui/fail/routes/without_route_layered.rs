// The attribute states no route.
use goldsignal::{observed, routes};

#[observed(name = "orders")]
async fn handler() {}

fn main() {
    let _: axum::Router = routes![handler];
}
