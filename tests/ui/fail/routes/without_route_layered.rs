// The attribute states no route.
// internal names: the compiler names the trait that is not implemented.
use goldsignal::{observed, routes};

#[observed(name = "orders")]
async fn handler() {}

fn main() {
    let _: axum::Router = routes![handler];
}
